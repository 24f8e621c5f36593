/** From an order to an analyser and back: it gets the order when the specimen is received, its values wait at the bench, a person releases them, the doctor sees them. What does not fit waits for a person. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { PatientMatch } from '#api/model/site.ts'
import { SID } from '#api/model/systems.ts'
import { resultFor, sendResult, startAnalyser, type Analyser } from '#test/support/analyser.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const wires = inject('wires')
const person = inventPerson()
let browser: SharedBrowser
let analyser: Analyser
let doctor: Visitor
let bench: Visitor

beforeAll(async () => {
  analyser = await startAnalyser(wires.analyser)
  analyser.onOrder = async (order) => {
    await sendResult(wires.door, resultFor(order, 'J1', ['2951-2^Natri^LN|141|mmol/L|136-145|', '2823-3^Kali^LN|5.30|mmol/L|3.4-4.8|H', '2075-0^Clo^LN|100|mmol/L||']))
    await sendResult(wires.door, resultFor(order, 'J2', ['2823-3^Kali^LN|5.30|mmol/L|3.4-4.8|H'], { pid: (line) => line.split('|').with(5, 'Lạ^Tên Khác').join('|') }))
  }
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  await desk.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  bench = await visit(browser, demo.hospital)
  await signIn(bench.page, demo, 'xetnghiem')
})
afterAll(async () => {
  await browser.close()
  await analyser.close()
})

describe('an order for an analyser', () => {
  it('comes back with values that a person releases by one key, and reaches the doctor\'s inbox', async () => {
    await openFromQueue(doctor.page, person.name)
    await typeVisit(doctor.page, { examination: 'Tỉnh', orders: ['xn dien giai'] })
    await doctor.page.keyboard.press('Control+s')
    await doctor.page.getByText('Đã lưu, chưa ký.').waitFor()
    const { page } = bench
    const row = page.getByRole('row', { name: new RegExp(`${person.name}.*Điện giải đồ`) })
    await page.reload()
    await row.focus()
    await page.keyboard.press('F8')
    // a page that is loaded anew before the answer may have asked for nothing
    await page.getByText(`${person.name}: đã nhận mẫu`).waitFor()
    // orders of other journeys may wait before it, for an analyser that was off until now
    await expect.poll(async () => { await page.reload(); await row.waitFor(); return row.innerText() }, { timeout: 40_000 }).toContain('Chờ duyệt')
    // nothing of it is a result before a person says so
    const [known] = await (await doctor.page.request.get(`/api/patients?q=${person.citizen}`)).json() as PatientMatch[]
    const chart = `/api/patients/${known?.id ?? ''}`
    const inChart = async (): Promise<string> => [await (await doctor.page.request.get(`${chart}/series`)).text(), await (await doctor.page.request.get(`${chart}/chart-search?q=kali`)).text()].join()
    expect(await inChart()).not.toContain('5.30')
    await row.focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog')
    await panel.getByText('Máy: 5.30 mmol/L (3.4-4.8) H').waitFor()
    expect(await panel.getByLabel('Kali (K)').inputValue()).toBe('5.30')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Đã trả kết quả cho bác sĩ.').waitFor()
    await doctor.page.goto('/ket-qua')
    await doctor.page.getByRole('row', { name: new RegExp(`${person.name}.*5[.,]30`) }).waitFor()
    expect(await inChart()).toContain('5.30')
  })
  it('of another name waits in its own list until somebody who looked rejects it, with the reason on record', async () => {
    const { page } = bench
    await page.goto('/xet-nghiem/may')
    // other journeys of this demo order tests too
    const [known] = await (await doctor.page.request.get(`/api/patients?q=${person.citizen}`)).json() as PatientMatch[]
    const number = known?.identifiers.find(({ system }) => system === SID.patient)?.value ?? ''
    const row = page.getByRole('row', { name: new RegExp(`Lạ Tên Khác.*${number} .*Tên người bệnh không khớp`) })
    await row.focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog')
    await panel.getByText(person.name).waitFor()
    const reject = panel.getByRole('button', { name: 'Loại bỏ' })
    expect(await reject.isDisabled()).toBe(true)
    await panel.getByLabel('Lý do loại bỏ').fill('Gọi máy: nhầm ống')
    await reject.click()
    await page.getByText('Đã loại bỏ, lý do được ghi lại.').waitFor()
    await row.waitFor({ state: 'detached' })
  })
  it('shows its administrator that the device has taken it, and nothing of the patient', async () => {
    const admin = await visit(browser, demo.hospital)
    await signIn(admin.page, demo, 'quantri')
    await admin.page.goto('/quan-tri/thiet-bi')
    await admin.page.getByText('Máy đã nhận').first().waitFor()
    expect(await admin.page.content()).not.toContain(person.name)
    expect([...admin.complaints, ...bench.complaints, ...doctor.complaints]).toEqual([])
  })
})
