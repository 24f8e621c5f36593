/** The reference visit, one drug line, a return patient, and what two people do to one visit. */
import type { Browser, Page } from 'playwright-core'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { signIn, visit, type Visitor } from '#test/e2e/support/browser.ts'
import { inventPerson } from '#test/e2e/support/people.ts'
import { registerKnown, registerNew } from '#test/e2e/pages/reception.ts'
import { takeVitals, visitByKeyboard, visitByMouse, watchVisit } from '#test/e2e/pages/reference-visit.ts'
import { openFromQueue } from '#test/e2e/pages/visit.ts'
import { quantile } from '#test/e2e/support/openings.ts'
import { atMost, type Measured } from './gate.ts'

export interface Staff { readonly desk: Visitor; readonly nurse: Visitor; readonly doctor: Visitor }

export const openStaff = async (browser: Browser, demo: DemoAddress): Promise<Staff> => {
  const [desk, nurse, doctor] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(nurse.page, demo, 'dieuduong')
  await signIn(doctor.page, demo, 'bacsi')
  return { desk, nurse, doctor }
}

/** Registers somebody new; answers the name. */
export const arrive = async ({ desk }: Staff): Promise<string> => {
  const person = inventPerson()
  await desk.page.goto('/tiep-don')
  await registerNew(desk.page, person)
  return person.name
}

export const referenceVisit = async (staff: Staff, { pin }: DemoAddress): Promise<Measured[]> => {
  const { nurse, doctor } = staff
  const [first, second] = [await arrive(staff), await arrive(staff)]
  for (const name of [first, second]) await takeVitals(nurse.page, () => openFromQueue(nurse.page, name))
  await doctor.page.goto('/kham')
  await doctor.clicks()
  const seen = await watchVisit(doctor.page, () => visitByKeyboard(doctor.page, first, pin))
  const byKeyboard = await doctor.clicks()
  await doctor.page.goto('/kham')
  await doctor.clicks()
  await visitByMouse(doctor.page, second, pin)
  return [
    atMost('reference-visit-clicks-by-keyboard', byKeyboard, 0), atMost('reference-visit-clicks-by-mouse', await doctor.clicks(), 8),
    atMost('reference-visit-routes', seen.routes, 1), atMost('reference-visit-commits', seen.commits, 1), atMost('reference-visit-pins', seen.pins, 1),
  ]
}

/** What makes a line whole: none of it may be left to be typed. */
const FILLED = ['Liều', 'Lần/ngày', 'Số ngày', 'Tổng'] as const

/** Keys beyond the letters of the line until a whole drug line stands there, and the cursor is back. */
export const drugLine = async (staff: Staff): Promise<Measured[]> => {
  const { page } = staff.doctor
  const name = await arrive(staff)
  await page.goto('/kham')
  await openFromQueue(page, name)
  await staff.doctor.clicks()
  await page.getByRole('combobox', { name: 'Dòng chỉ định' }).focus()
  await page.keyboard.type('amox')
  await page.keyboard.press('Enter')
  const rows = page.locator('.visit-orders tbody tr')
  await rows.first().waitFor()
  const held = await Promise.all(FILLED.map((field) => rows.first().getByLabel(new RegExp(`^${field}: `)).inputValue()))
  const missing = held.filter((text) => !(Number(text.replace(',', '.')) > 0)).length
  const back = await page.evaluate(() => document.activeElement?.getAttribute('role') === 'combobox')
  return [atMost('drug-line-keys-behind-its-words', 1 + missing + (back ? 0 : 1), 1), atMost('drug-line-clicks', await staff.doctor.clicks(), 0)]
}

export const returnPatient = async ({ desk }: Staff): Promise<Measured[]> => {
  const people = Array.from({ length: 5 }, () => inventPerson(false))
  const times: number[] = []
  for (const person of people) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
    await desk.page.goto('/tiep-don')
    const from = performance.now()
    await registerKnown(desk.page, person)
    times.push((performance.now() - from) / 1000)
  }
  return [atMost('return-patient-by-qr', quantile(times, 1), 5, 's')]
}

const value = (page: Page, label: string): Promise<string> => page.getByLabel(label, { exact: true }).inputValue()

/** Values of a nurse and a doctor who type into one visit at a time, in different places and in the same: those that are neither there nor told. */
export const twoPeople = async (staff: Staff): Promise<Measured[]> => {
  const [{ page: doctor }, { page: nurse }] = [staff.doctor, staff.nurse]
  const name = await arrive(staff)
  await doctor.goto('/kham')
  await openFromQueue(doctor, name)
  await nurse.goto(new URL(doctor.url()).pathname)
  await doctor.getByLabel('Khám', { exact: true }).fill('Họng đỏ')
  await doctor.getByLabel('Nhiệt độ', { exact: true }).fill('38,0')
  for (const [label, text] of [['Mạch', '120'], ['Nhiệt độ', '39,1']] as const) await nurse.getByLabel(label, { exact: true }).fill(text)
  await nurse.keyboard.press('Control+s')
  await nurse.getByText('Đã lưu, chưa ký.').waitFor()
  await doctor.keyboard.press('Control+s')
  const told = doctor.locator('.visit-conflicts tbody tr')
  await told.first().waitFor()
  const kept = [await value(doctor, 'Khám') === 'Họng đỏ', await value(doctor, 'Mạch') === '120', (await told.first().textContent())?.includes('39,1') === true, await value(doctor, 'Nhiệt độ') === '38,0']
  await doctor.getByRole('button', { name: 'Lấy bản đã lưu: Nhiệt độ' }).click()
  await doctor.keyboard.press('Control+s')
  await doctor.getByText('Đã lưu, chưa ký.').waitFor()
  await nurse.reload()
  await nurse.getByLabel('Lý do đến khám').waitFor()
  const stored = [await value(nurse, 'Khám') === 'Họng đỏ', await value(nurse, 'Mạch') === '120', await value(nurse, 'Nhiệt độ') === '39,1']
  return [atMost('two-people-lost-values', [...kept, ...stored].filter((is) => !is).length, 0)]
}
