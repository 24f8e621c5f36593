/** What waits for a doctor's signature: three visits that were filed are reviewed together and signed by one PIN, by keyboard. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { DocumentRow } from '#api/model/site.ts'
import { launchBrowser, signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, typeVisit } from '../pages/visit.ts'

const demo = inject('demo')
const people = [inventPerson(), inventPerson(false), inventPerson()]
const encounters: string[] = []
let browser: Browser
let doctor: Visitor

beforeAll(async () => {
  browser = await launchBrowser()
  const desk = await visit(browser, demo.hospital)
  doctor = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
  for (const person of people) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
    await doctor.page.goto('/kham')
    encounters.push(await openFromQueue(doctor.page, person.name))
    await typeVisit(doctor.page, { examination: 'Họng đỏ', diagnosis: 'J02' })
    await doctor.page.keyboard.press('Control+s')
    await doctor.page.getByText('Đã lưu, chưa ký.').waitFor()
  }
  await desk.close()
})
afterAll(() => browser.close())

describe('the signing inbox', () => {
  it('signs three visits by one PIN, without the mouse', async () => {
    const { page } = doctor
    await page.goto('/hop-ky')
    for (const { name } of people) {
      await page.getByRole('row', { name }).focus()
      await page.keyboard.press('Space')
      expect(await page.getByRole('row', { name }).getByRole('checkbox').isChecked()).toBe(true)
    }
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Ký tất cả (3)' }).waitFor()
    for (const { name } of people) await page.getByRole('dialog').getByRole('heading', { name }).waitFor()
    await page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await page.keyboard.press('Enter')
    await page.getByText('Đã ký 3 lượt khám.').waitFor()
    for (const { name } of people) await page.getByRole('row', { name }).waitFor({ state: 'detached' })
    for (const encounter of encounters) {
      const documents = await page.evaluate(async (id) => (await fetch(`/api/documents?encounter=${id}`)).json() as Promise<DocumentRow[]>, encounter)
      expect(documents.map((document) => document.verdict)).toEqual(['valid-current'])
    }
    expect(await doctor.clicks()).toBe(0)
  })
})
