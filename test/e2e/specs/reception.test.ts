/** The reception desk without a card: a soldier by the form, the insurance number, likely duplicates, and the slip with the number. */
import type { Patient } from '@medplum/fhirtypes'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { fold } from '#api/model/fold.ts'
import type { RegistrationResult } from '#api/model/site.ts'
import { EXTENSION, SID } from '#api/model/systems.ts'
import { givenNumber } from '../pages/reception.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { pdfText } from '../support/pdf.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const soldier = inventPerson()
const [year = '', month = '', day = ''] = soldier.birthDate.split('-')
const typedDate = `${day}/${month}/${year}`
const service = { number: `SH${soldier.citizen.slice(-8)}`, position: 'Đại đội trưởng', unit: 'Đại đội 1, Tiểu đoàn 2, Trung đoàn 3' }
const insurance = `QN597${soldier.citizen.slice(-10)}`
let browser: SharedBrowser
let desk: Visitor
let registered: RegistrationResult | undefined

beforeAll(async () => {
  browser = await sharedBrowser()
  desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
})
afterAll(() => browser.close())

const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

/** Accent-free words, then Enter on what the list offers first. */
async function choose(page: Page, name: string, words: string, expected: string): Promise<void> {
  const field = page.getByRole('combobox', { name, exact: true })
  await field.fill(words)
  await page.getByRole('option', { name: expected, exact: true }).waitFor()
  await page.keyboard.press('Enter')
  expect(await field.inputValue()).toBe(expected)
}

describe('the reception desk', () => {
  it('refuses an insurance number of a wrong form and says what a right one means', async () => {
    const { page } = desk
    await box(page, 'Họ và tên').fill(soldier.name)
    await box(page, 'Ngày sinh').fill(typedDate)
    await page.getByRole('radio', { name: 'Nam', exact: true }).check()
    await box(page, 'Số định danh (CCCD)').fill(soldier.citizen)
    await box(page, 'Số thẻ BHYT').fill('QN5970123')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Số BHYT gồm 15 ký tự (2 chữ, 13 số), hoặc 10 số mã BHXH, hoặc 12 số CCCD.').waitFor()
    expect(await page.locator('.reception-number').count()).toBe(0)
    await box(page, 'Số thẻ BHYT').fill(`qn 5 97 ${insurance.slice(5)}`)
    await page.getByText('Quân nhân tại ngũ · mức hưởng 100%').waitFor()
    await page.getByText('Số BHYT gồm 15 ký tự').waitFor({ state: 'hidden' })
  })

  it('registers a soldier with category, rank, number, position and unit', async () => {
    const { page } = desk
    await choose(page, 'Đối tượng', 'si quan', 'Sĩ quan')
    await page.getByText('Quân nhân thường có cấp bậc.').waitFor()
    await choose(page, 'Cấp bậc', 'dai uy', 'Đại úy')
    await box(page, 'Số hiệu quân nhân').fill(service.number)
    await box(page, 'Chức vụ').fill(service.position)
    await box(page, 'Đơn vị').fill(service.unit)
    await box(page, 'Lý do đến khám').fill('Đau khớp gối phải')
    const answered = page.waitForResponse((r) => r.url().endsWith('/api/registrations') && r.request().method() === 'POST')
    await page.keyboard.press('Control+Enter')
    const answer = await answered
    registered = (await answer.json()) as RegistrationResult
    expect(await givenNumber(page)).toBe(registered.number)
    const patient = (await (await desk.context.request.get(`/fhir/R4/Patient/${registered.patient}`)).json()) as Patient
    const parts = patient.extension?.find((e) => e.url === EXTENSION.military)?.extension ?? []
    expect(Object.fromEntries(parts.map((p) => [p.url, p.valueCoding?.display ?? p.valueString]))).toEqual({ category: 'Sĩ quan', rank: 'Đại úy', position: service.position, unit: service.unit })
    for (const part of parts.filter((p) => p.valueCoding)) expect(part.valueCoding).toMatchObject({ system: expect.any(String) as unknown, version: expect.any(String) as unknown })
    const numbers = new Map(patient.identifier?.map((i) => [i.system, i.value]))
    expect([SID.citizen, SID.insurance, SID.military].map((system) => numbers.get(system))).toEqual([soldier.citizen, insurance, service.number])
  })

  it('prints the number on a slip that is a PDF', async () => {
    const slip = await desk.context.request.get(registered?.slip ?? '')
    expect(slip.headers()['content-type']).toBe('application/pdf')
    const text = pdfText(await slip.body())
    expect(text).toMatch(new RegExp(`(^| )0*${registered?.number}( |$)`))
    expect(text.toLowerCase()).toContain(soldier.name.toLowerCase())
    expect(text.toLowerCase()).toContain('khoa khám bệnh')
  })

  it('shows a likely duplicate by accent-free name and birth date, and takes it with all that is known', async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'Phiếu mới' }).click()
    await box(page, 'Họ và tên').fill(fold(soldier.name))
    await box(page, 'Ngày sinh').fill(typedDate)
    const matches = page.getByRole('region', { name: 'Có thể trùng hồ sơ' })
    const found = matches.getByRole('listitem').filter({ hasText: soldier.citizen })
    await found.getByText('Cùng họ tên (không xét dấu) và ngày sinh').waitFor()
    await found.getByText('Rất giống').waitFor()
    await found.getByRole('button', { name: `Chọn hồ sơ ${soldier.name}` }).click()
    await page.getByText('Người bệnh cũ').waitFor()
    expect(await box(page, 'Họ và tên').inputValue()).toBe(soldier.name)
    expect(await page.getByRole('combobox', { name: 'Cấp bậc', exact: true }).inputValue()).toBe('Đại úy')
    expect(await box(page, 'Đơn vị').inputValue()).toBe(service.unit)
    await page.getByText(`Hôm nay người bệnh này đã đăng ký ở phòng khám này`).waitFor()
  })

  it('makes no second record of the same citizen number without being told so', async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'Phiếu mới' }).click()
    await box(page, 'Số định danh (CCCD)').fill(soldier.citizen)
    await page.getByText('Đã có hồ sơ mang đúng số giấy tờ này.').waitFor()
    await box(page, 'Họ và tên').fill('Tên Khác Hẳn')
    await box(page, 'Ngày sinh').fill(typedDate)
    await page.getByRole('radio', { name: 'Nam', exact: true }).check()
    let sent = 0
    page.on('request', (request) => { if (request.method() === 'POST' && request.url().endsWith('/api/registrations')) sent += 1 })
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('Tôi đã kiểm tra, đây là người khác').waitFor()
    expect(sent).toBe(0)
    expect(desk.complaints).toEqual([])
  })

  it('keeps a half-typed form while somebody is looked up by words', async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'Phiếu mới' }).click()
    await box(page, 'Họ và tên').fill('Tên Đang Nhập Dở')
    const found = page.waitForResponse((answer) => answer.url().includes('/api/patients?'))
    await page.getByLabel('Quét CCCD hoặc tìm').fill(soldier.name)
    await page.keyboard.press('Enter')
    await found
    await page.getByRole('button', { name: `Chọn hồ sơ ${soldier.name}` }).waitFor()
    expect(await box(page, 'Họ và tên').inputValue()).toBe('Tên Đang Nhập Dở')
    expect(await box(page, 'Số định danh (CCCD)').inputValue()).toBe('')
  })

  it('holds a half-typed form that a typed number takes the place of, and gives it back', async () => {
    const { page } = desk
    await page.getByRole('button', { name: 'Phiếu mới' }).click()
    await box(page, 'Họ và tên').fill('Người Đang Nhập Dở')
    await box(page, 'Chức vụ').fill('Trung đội trưởng')
    await page.getByLabel('Quét CCCD hoặc tìm').fill(soldier.citizen)
    await page.keyboard.press('Enter')
    await page.getByText('Người bệnh cũ').waitFor()
    await page.getByText('Phiếu nhập dở của Người Đang Nhập Dở được giữ lại trên màn hình này.').waitFor()
    await page.getByRole('button', { name: 'Lấy lại phiếu' }).click()
    expect(await box(page, 'Họ và tên').inputValue()).toBe('Người Đang Nhập Dở')
    expect(await box(page, 'Chức vụ').inputValue()).toBe('Trung đội trưởng')
    expect(await page.getByText('Phiếu nhập dở của').count()).toBe(0)
    await page.getByRole('button', { name: 'Phiếu mới' }).click()
    await page.getByText('Phiếu nhập dở của Người Đang Nhập Dở').waitFor()
    expect(desk.complaints).toEqual([])
  })

  it('tells the clinic rank and category', async () => {
    const doctor = await visit(browser, demo.hospital)
    await signIn(doctor.page, demo, 'bacsi')
    const row = doctor.page.getByRole('row', { name: new RegExp(soldier.name) })
    await row.waitFor()
    const text = await row.textContent()
    for (const word of ['Đại úy', 'Sĩ quan', 'Đau khớp gối phải']) expect(text).toContain(word)
    await doctor.close()
  })
})
