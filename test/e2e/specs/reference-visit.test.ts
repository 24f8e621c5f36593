/** The reference visit (vital signs given, note, one diagnosis, one laboratory order, one drug, signature): at most 8 clicks, or none. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { registerNew } from '../pages/reception.ts'
import { takeVitals, visitByKeyboard, visitByMouse, watchVisit } from '../pages/reference-visit.ts'
import { openFromQueue } from '../pages/visit.ts'

const demo = inject('demo')
let browser: SharedBrowser
let doctor: Visitor
const [first, second] = [inventPerson(), inventPerson(false)]

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  for (const person of [first, second]) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
  }
  await desk.close()
  const nurse = await visit(browser, demo.hospital)
  await signIn(nurse.page, demo, 'dieuduong')
  for (const person of [first, second]) await takeVitals(nurse.page, () => openFromQueue(nurse.page, person.name))
  await nurse.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(() => browser.close())

describe('the reference visit', () => {
  it('takes no click at all by keyboard, one route, one commit and one PIN', async () => {
    const { page } = doctor
    await doctor.clicks()
    const seen = await watchVisit(page, () => visitByKeyboard(page, first.name, demo.pin))
    expect(await doctor.clicks()).toBe(0)
    expect(seen).toEqual({ routes: 1, commits: 1, pins: 1 })
  })

  it('leads by F8 to the next patient who waits, on a sheet of their own', async () => {
    const { page } = doctor
    const before = page.url()
    await page.keyboard.press('F8')
    await page.waitForURL((url) => url.href !== before && url.pathname.includes('/lan-kham/'))
    await page.getByLabel('Lý do đến khám').waitFor()
    expect(await page.locator('.patient-banner h1').textContent()).not.toBe(first.name)
    expect(await doctor.clicks()).toBe(0)
  })

  it('takes at most 8 clicks with the mouse', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await doctor.clicks()
    await visitByMouse(page, second.name, demo.pin)
    const clicks = await doctor.clicks()
    expect(clicks).toBeGreaterThan(0)
    expect(clicks).toBeLessThanOrEqual(8)
  })
})
