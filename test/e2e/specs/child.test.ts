/** A child of 44 months: the desk asks who brought it, the prescription waits for the weight, and both stand on the signed papers. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { DocumentRow } from '#api/model/site.ts'
import { givenNumber } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { pdfSignatures, pdfText } from '../support/pdf.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const { name } = inventPerson(false)
const born = new Date()
born.setUTCDate(1)
born.setUTCMonth(born.getUTCMonth() - 44)
const typedDate = `01/${String(born.getUTCMonth() + 1).padStart(2, '0')}/${born.getUTCFullYear()}`
let browser: SharedBrowser
let desk: Visitor, doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  ;[desk, doctor] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(() => browser.close())

describe('a child under 72 months', () => {
  it('is not registered without the one who brought it', async () => {
    const { page } = desk
    await page.getByRole('textbox', { name: 'Họ và tên', exact: true }).fill(name)
    await page.getByRole('textbox', { name: 'Ngày sinh', exact: true }).fill(typedDate)
    await page.getByRole('radio', { name: 'Nữ', exact: true }).check()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Trẻ dưới 72 tháng tuổi: đơn thuốc phải ghi người đưa trẻ.').waitFor()
    const contact = page.getByRole('region', { name: 'Cha, mẹ, người giám hộ hoặc người đưa đến' })
    await contact.getByLabel('Họ và tên').fill('Trần Thị Mẫu Mẹ')
    await contact.getByLabel('Quan hệ').selectOption({ label: 'Mẹ' })
    await contact.getByLabel('Điện thoại').fill('0900 000 044')
    await page.keyboard.press('Control+Enter')
    expect(await givenNumber(page)).toBeGreaterThan(0)
  })

  it('has its record mended at the desk without another number', async () => {
    const { page } = desk
    await page.getByLabel('Quét CCCD hoặc tìm').fill(name)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: `Chọn hồ sơ ${name}` }).click()
    const contact = page.getByRole('region', { name: 'Cha, mẹ, người giám hộ hoặc người đưa đến' })
    expect(await contact.getByLabel('Họ và tên').inputValue()).toBe('Trần Thị Mẫu Mẹ')
    expect(await contact.getByLabel('Quan hệ').inputValue()).toBe('MTH')
    await contact.getByLabel('Số định danh (CCCD)').fill('001 190 000 044')
    await page.getByRole('button', { name: 'Chỉ lưu hồ sơ' }).click()
    await page.getByText('Đã lưu hồ sơ, không cấp số mới.').waitFor()
  })

  it('gets no prescription without a weight, and then both forms with weight, mother and result', async () => {
    const { page } = doctor
    await page.getByRole('button', { name: 'Tải lại' }).click()
    const encounter = await openFromQueue(page, name)
    await page.getByText('Thiếu cân nặng của lượt khám này.').waitFor()
    expect(await page.getByText('Thiếu người đưa trẻ').count()).toBe(0)
    await typeVisit(page, { examination: 'Họng đỏ', diagnosis: 'viem hong cap', orders: ['amox 500 2x1 5n'], plan: 'Uống nhiều nước ấm' })
    await page.getByLabel('Tình trạng ra viện').selectOption({ label: 'Đỡ' })
    await page.keyboard.press('Control+Enter')
    await page.getByText('Hãy cân trẻ và nhập cân nặng của lượt khám này.').waitFor()
    await page.getByRole('button', { name: 'Quay lại sửa' }).click()
    await page.locator('[data-vital="weight"]').fill('14,5')
    await page.getByText('Thiếu cân nặng của lượt khám này.').waitFor({ state: 'detached' })
    await reviewAndSign(page, demo.pin)
    const documents = await page.evaluate(async (id) => (await fetch(`/api/documents?encounter=${id}`)).json() as Promise<DocumentRow[]>, encounter)
    for (const [form, wanted] of [['prescription', ['(44 tháng tuổi)', 'Cân nặng: 14,5 kg', 'Mẹ: Trần Thị Mẫu Mẹ, số định danh 001190000044']], ['visit-summary', ['10. Cha/Mẹ/Người giám hộ (nếu dưới 16 tuổi): Mẹ: Trần Thị Mẫu Mẹ', '21. Tình trạng ra viện: 2. Đỡ']]] as const) {
      const document = documents.find((row) => row.form === form)
      const pdf = await (await doctor.context.request.get(`/api/documents/${document?.id ?? ''}/pdf`)).body()
      const text = pdfText(pdf)
      for (const part of wanted) expect(text).toContain(part)
      expect(pdfSignatures(pdf)).toContain('Signature is Valid')
    }
    expect([...desk.complaints, ...doctor.complaints]).toEqual([])
  })
})
