/** The reference visit (vital signs given, note, one diagnosis, one laboratory order, one drug, signature): at most 10 clicks, or none. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser, signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue } from '../pages/visit.ts'

const demo = inject('demo')
let browser: Browser
let doctor: Visitor
const [first, second] = [inventPerson(), inventPerson(false)]

beforeAll(async () => {
  browser = await launchBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  for (const person of [first, second]) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
  }
  await desk.close()
  const nurse = await visit(browser, demo.hospital)
  await signIn(nurse.page, demo, 'dieuduong')
  for (const person of [first, second]) await takeVitals(nurse.page, person.name)
  await nurse.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(() => browser.close())

async function takeVitals(page: Page, name: string): Promise<void> {
  await page.goto('/kham')
  await openFromQueue(page, name)
  for (const [label, value] of [['Mạch', '82'], ['Nhiệt độ', '37,0'], ['HA tâm thu', '120'], ['HA tâm trương', '80']] as const) await page.getByLabel(label, { exact: true }).fill(value)
  await page.keyboard.press('Control+s')
  await page.getByText('Đã lưu, chưa ký.').waitFor()
}

/** Routes that were shown and writes that were sent while `work` ran. */
async function watch(page: Page, work: () => Promise<void>): Promise<{ routes: number; signs: number }> {
  const routes = new Set<string>()
  let signs = 0
  page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) routes.add(new URL(frame.url()).pathname) })
  page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/sign')) signs += 1 })
  await work()
  return { routes: [...routes].filter((r) => r.includes('/lan-kham/')).length, signs }
}

describe('the reference visit', () => {
  it('takes no click at all by keyboard, one route, one commit and one PIN', async () => {
    const { page } = doctor
    await doctor.clicks()
    const seen = await watch(page, async () => {
      await page.getByRole('row', { name: new RegExp(first.name) }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type(first.name)
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
      await page.keyboard.press('Tab')
      await page.keyboard.type('Sốt nhẹ, đau họng 2 ngày')
      for (let i = 0; i < 4; i += 1) await page.keyboard.press('Alt+ArrowDown')
      await page.keyboard.type('viem hong')
      await page.keyboard.press('Enter')
      await page.locator('.visit-diagnoses li.row').waitFor()
      await page.keyboard.press('Alt+ArrowDown')
      await page.keyboard.type('xn ctm')
      await page.keyboard.press('Enter')
      await page.locator('.visit-orders .tests li').waitFor()
      await page.keyboard.type('para 500 3x1 3n')
      await page.keyboard.press('Enter')
      await page.locator('.visit-orders tbody tr').waitFor()
      await page.keyboard.press('Control+Enter')
      await page.getByLabel('Mã PIN ký số').waitFor()
      await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'password')
      await page.keyboard.type(demo.pin)
      await page.keyboard.press('Enter')
      await page.getByText('Phiếu khám đã ký').waitFor()
    })
    expect(await doctor.clicks()).toBe(0)
    expect(seen).toEqual({ routes: 1, signs: 1 })
  })

  it('takes at most 10 clicks with the mouse', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await page.getByRole('row', { name: new RegExp(second.name) }).waitFor()
    await doctor.clicks()
    await page.getByRole('row', { name: new RegExp(second.name) }).dblclick()
    await page.getByLabel('Bệnh sử', { exact: true }).click()
    await page.keyboard.type('Ho khan 3 ngày')
    await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).click()
    await page.keyboard.type('viem hong')
    await page.locator('.ui-options [role=option]').first().click()
    await page.getByRole('combobox', { name: 'Dòng chỉ định' }).click()
    await page.keyboard.type('xn ctm')
    await page.keyboard.press('Enter')
    await page.locator('.visit-orders .tests li').waitFor()
    await page.keyboard.type('para 500 3x1 3n')
    await page.keyboard.press('Enter')
    await page.locator('.visit-orders tbody tr').waitFor()
    await page.getByRole('button', { name: 'Xem lại và ký' }).click()
    await page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await page.getByRole('button', { name: 'Ký', exact: true }).click()
    await page.getByText('Phiếu khám đã ký').waitFor()
    const clicks = await doctor.clicks()
    expect(clicks).toBeGreaterThan(0)
    expect(clicks).toBeLessThanOrEqual(10)
  })
})
