/** A return patient: the earlier visit is read beside the sheet, and what still holds of it is used again, by keyboard or by one press for each part. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { registerKnown, registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const person = inventPerson()
let browser: SharedBrowser
let doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  await openFromQueue(doctor.page, person.name)
  await typeVisit(doctor.page, { examination: 'Họng đỏ, amidan sưng', diagnosis: 'J02', orders: ['xn ctm', 'para 500 3x1 3n sau ăn', 'amox 500 2x2 7n'], plan: 'Uống nhiều nước' })
  await doctor.page.getByLabel('Mạch', { exact: true }).fill('96')
  await reviewAndSign(doctor.page, demo.pin)
  await desk.page.goto('/tiep-don')
  await registerKnown(desk.page, person)
  await desk.close()
})
afterAll(() => browser.close())

describe('the earlier visit of a return patient', () => {
  it('is read beside the sheet, with then and now', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await openFromQueue(page, person.name)
    await page.getByLabel('Mạch', { exact: true }).fill('80')
    await page.keyboard.press('Alt+1')
    await page.keyboard.press('Enter')
    const earlier = page.getByRole('complementary', { name: 'Lần khám trước' })
    await earlier.getByText('Họng đỏ, amidan sưng').waitFor()
    expect(await earlier.getByRole('row', { name: 'Mạch' }).innerText()).toMatch(/96\s+80/)
    expect(await page.getByLabel('Khám', { exact: true }).inputValue()).toBe('')
  })

  it('is used again by one press for each part, and a second press adds nothing', async () => {
    const { page } = doctor
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await press('Dùng lại chẩn đoán')
    await page.locator('.visit-diagnoses li.row', { hasText: 'J02' }).waitFor()
    await press('Dùng lại đơn thuốc')
    await page.getByText('Đã thêm 2 thuốc của đơn trước.').waitFor()
    expect(await page.locator('.visit-orders tbody tr').allInnerTexts()).toEqual([expect.stringContaining('Paracetamol'), expect.stringContaining('Amoxicillin')])
    const dose = (drug: string) => page.getByRole('row', { name: drug }).getByRole('textbox').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
    expect(await dose('Paracetamol')).toEqual(['1', '3', '3', '9', 'sau ăn'])
    expect(await dose('Amoxicillin')).toEqual(['2', '2', '7', '28', ''])
    await press('Dùng lại chỉ định')
    await page.locator('.visit-orders .tests li').waitFor()
    await press('Dùng lại đơn thuốc')
    await page.getByText('Phiếu này đã có đủ các mục đó.').waitFor()
    expect(await page.locator('.visit-orders tbody tr').count()).toBe(2)
  })

  it('gives a text to an empty field only, where it is marked with its day until somebody edits it', async () => {
    const { page } = doctor
    const field = (name: string) => page.getByLabel(name, { exact: true })
    const marks = page.getByText(/^Chép từ lần khám \d{2}\/\d{2}\/\d{4}, chưa sửa$/)
    await field('Khám').fill('Đang gõ')
    expect(await page.getByRole('button', { name: 'Chép vào phiếu: Khám' }).count()).toBe(0)
    await field('Khám').fill('')
    for (const name of ['Khám', 'Hướng điều trị, lời dặn']) {
      await page.getByRole('button', { name: `Chép vào phiếu: ${name}` }).press('Enter')
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    }
    expect([await field('Khám').inputValue(), await field('Hướng điều trị, lời dặn').inputValue(), await marks.count()]).toEqual(['Họng đỏ, amidan sưng', 'Uống nhiều nước', 2])
    await field('Khám').press('End')
    await page.keyboard.type(' độ I')
    await expect.poll(() => marks.count()).toBe(1)
  })

  it('leads to the whole record, which is walked through by keys and searched without accents, and what was typed in the visit is there on return', async () => {
    const { page } = doctor
    await page.getByLabel('Bệnh sử', { exact: true }).fill('Đau họng trở lại từ hôm qua')
    await page.getByRole('link', { name: 'Hồ sơ', exact: true }).click()
    await page.getByRole('heading', { name: 'Chẩn đoán đã ghi' }).waitFor()
    const here = () => page.getByRole('navigation', { name: 'Các phần của hồ sơ' }).locator('[aria-current=page]').innerText()
    expect(await here()).toBe('Tổng quan')
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.locator('.chart-timeline li', { hasText: 'Paracetamol' }).waitFor()
    expect(await here()).toBe('Dòng thời gian')
    await page.keyboard.press('g')
    await page.keyboard.press('k')
    await page.getByRole('row', { name: 'Mạch' }).getByText('96').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('amidan sung')
    await page.getByRole('row', { name: 'Họng đỏ, amidan sưng' }).waitFor()
    await page.goBack()
    await page.getByLabel('Bệnh sử', { exact: true }).waitFor()
    expect(await page.getByLabel('Bệnh sử', { exact: true }).inputValue()).toBe('Đau họng trở lại từ hôm qua')
    await page.keyboard.press('Alt+1')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Dùng lại chỉ định' }).waitFor()
  })

  it('goes back by Escape to the visit in the list, and the sheet is signed with what was used again', async () => {
    const { page } = doctor
    await page.getByRole('button', { name: 'Dùng lại chỉ định' }).focus()
    await page.keyboard.press('Escape')
    await page.getByRole('complementary', { name: 'Thông tin liên quan' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.classList.contains('earlier'))
    // what is left of the earlier supply counts too: together it is more than a day's limit
    const alerts = page.getByRole('region', { name: 'Cảnh báo an toàn thuốc' })
    await alerts.getByText('Amoxicillin: 4000 mg một ngày, tối đa 3000 mg (người lớn).').waitFor()
    await alerts.getByRole('button', { name: 'Không đúng với người bệnh' }).click()
    await reviewAndSign(page, demo.pin)
    const signed = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const sheet = await (await doctor.context.request.get(`/api/visits/${signed}`)).json() as { current: { resourceType: string; valueString?: string; derivedFrom?: unknown }[] }
    expect(sheet.current.filter(({ resourceType }) => resourceType === 'MedicationRequest')).toHaveLength(2)
    // the record says it too, of the text that nobody edited
    expect(sheet.current.filter(({ derivedFrom }) => derivedFrom).map(({ valueString, derivedFrom }) => [valueString, derivedFrom])).toEqual([['Uống nhiều nước', [{ reference: expect.stringMatching(/^Observation\//), display: expect.stringMatching(/^Lần khám \d/) }]]])
  })
})
