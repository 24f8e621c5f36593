/** From an order to a result that its doctor has looked at and added to the signed record, or to a procedure that is done: doctor, laboratory, imaging and nurse, by keyboard. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ResultsInbox } from '#api/model/results.ts'
import type { DocumentRow } from '#api/model/site.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { studyOf, withPacs } from '../support/pacs-of.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const person = inventPerson()
let browser: SharedBrowser
let doctor: Visitor
let bench: Visitor
let encounter = ''
/** Address of its sheet. */
let sheet = ''

beforeAll(async () => {
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
afterAll(() => browser.close())

const documents = async (): Promise<DocumentRow[]> => (await (await doctor.context.request.get(`/api/documents?encounter=${encounter}`)).json()) as DocumentRow[]
/** The row of the work list gets the focus. */
async function toRow(visitor: Visitor, test: string): Promise<void> {
  const { page } = visitor
  await page.getByLabel('Tìm tên, mã, số mẫu').fill(person.name)
  const row = page.getByRole('row', { name: new RegExp(`${person.name}.*${test}`) })
  await row.waitFor()
  await row.focus()
}

describe('an order', () => {
  it('reaches the laboratory when the visit is filed, and its specimen gets a number and a label', async () => {
    const { page } = doctor
    encounter = await openFromQueue(page, person.name)
    sheet = new URL(page.url()).pathname
    await typeVisit(page, { examination: 'Tỉnh, mệt', diagnosis: 'J02', orders: ['xn dien giai !', 'xq ngực', 'tt thay băng vết'] })
    expect(await page.getByRole('button', { name: /^Khẩn:/, pressed: true }).count()).toBe(1)
    // why it is wanted: one key on the line
    await page.getByRole('button', { name: 'Khẩn: X-quang ngực thẳng' }).focus()
    await page.keyboard.press('l')
    await page.keyboard.type('Loại trừ viêm phổi !')
    expect(await page.getByRole('button', { name: /^Khẩn:/, pressed: true }).count()).toBe(1)
    await page.keyboard.press('Alt+0')
    await page.locator('.patient-banner').getByText(/^Không ghi nhận dị ứng \(đã hỏi \d\d\/\d\d\/\d{4}\)$/).waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('Đã lưu, chưa ký.').waitFor()
    expect(new URL(bench.page.url()).pathname).toBe('/xet-nghiem')
    await toRow(bench, 'Điện giải đồ')
    await bench.page.getByRole('row', { name: /Khẩn.*Chưa ký/ }).first().waitFor()
    const label = bench.page.waitForResponse((response) => response.url().endsWith('/label'))
    await bench.page.keyboard.press('F8')
    expect((await label).headers()['content-type']).toBe('application/pdf')
    await bench.page.getByRole('row', { name: /Đã nhận mẫu/ }).first().waitFor()
  })
  it('has its label printed again by a key, and the help lists the keys of the list and of the panel', async () => {
    const { page } = bench
    const help = page.getByRole('dialog', { name: 'Phím tắt' })
    await toRow(bench, 'Điện giải đồ')
    const again = page.waitForResponse((response) => response.url().endsWith('/label'))
    await page.keyboard.press('p')
    expect((await again).status()).toBe(200)
    await page.keyboard.press('F1')
    for (const text of ['In lại nhãn', 'Tiếp nhận chỉ định đang chọn']) await help.getByText(text).waitFor()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    await toRow(bench, 'Điện giải đồ')
    await page.keyboard.press('Enter')
    await page.getByLabel('Natri (Na)').fill('118')
    await page.keyboard.press('F1')
    await help.getByText('Sang ô kế tiếp, không gửi').waitFor()
    expect(await help.getByText('Tìm trong danh sách').count()).toBe(0)
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Natri (Na)').inputValue()).toBe('118')
    await page.getByLabel('Natri (Na)').fill('')
    await page.keyboard.press('Escape')
  })
  it('goes back with a reason by keyboard, waits again, and is taken in once more', async () => {
    const { page } = bench
    await toRow(bench, 'Điện giải đồ')
    await page.keyboard.press('F7')
    const dialog = page.getByRole('dialog', { name: 'Trả lại mẫu' })
    await dialog.getByLabel('Lý do').selectOption('Nhãn sai hoặc thiếu')
    // Enter sends nothing
    await dialog.getByLabel('Ghi thêm').press('Enter')
    await dialog.getByText('Điện giải đồ').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Đã ghi, người chỉ định sẽ thấy.').waitFor()
    await page.getByRole('row', { name: /Chờ lấy mẫu.*Làm lại/ }).first().waitFor()
    await toRow(bench, 'Điện giải đồ')
    await page.keyboard.press('F8')
    await page.getByRole('row', { name: /Đã nhận mẫu/ }).first().waitFor()
  })
  it('of another day is looked up by its day', async () => {
    const { page } = bench
    const day = page.getByLabel('Ngày')
    await day.fill('01012020')
    await page.getByText('Chỉ xem được 31 ngày gần đây.').waitFor()
    const asked = page.waitForResponse((response) => response.url().includes('/api/work-lists/lab?day='))
    await day.fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).split('-').reverse().join(''))
    expect((await asked).status()).toBe(200)
    await page.getByText(/^Chỉ định ngày/).waitFor()
    await day.fill('')
  })
})

describe('a critical result', () => {
  it('is typed value by value, kept when the panel is closed, and released only with the call', async () => {
    const { page } = bench
    await toRow(bench, 'Điện giải đồ')
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog')
    await panel.getByLabel('Natri (Na)').waitFor()
    await page.keyboard.type('118')
    await page.keyboard.press('Enter')
    await page.keyboard.type('4,10')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
    await toRow(bench, 'Điện giải đồ')
    await page.keyboard.press('Enter')
    await panel.getByLabel('Kali (K)').waitFor()
    expect(await panel.getByLabel('Kali (K)').inputValue()).toBe('4,10')
    await page.keyboard.press('Control+Enter')
    await panel.getByText('hãy ghi đã báo cho ai').waitFor()
    await panel.getByLabel('Người nghe đã đọc lại').check()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Đã trả kết quả cho bác sĩ.').waitFor()
  })
  it('stands in red with words in the menu and in the banner of the patient, with a way to the values', async () => {
    const { page } = doctor
    const path = new URL(page.url()).pathname
    await page.goto(path)
    await page.locator('.shell-bar nav').getByText(/^\d+ nguy hiểm$/).waitFor()
    await page.locator('.patient-banner').getByText(/^Mã NB /).waitFor()
    await page.getByRole('link', { name: '1 kết quả nguy hiểm chưa xem' }).click()
    await page.getByRole('link', { name: '1 kết quả nguy hiểm chưa xem' }).waitFor()
    await page.waitForURL(/\/ket-qua$/)
  })
  it('stands first in the doctor\'s inbox, opens at the first key and is taken note of at the second', async () => {
    const { page } = doctor
    await page.goto('/ket-qua')
    const row = page.getByRole('row', { name: new RegExp(person.name) })
    await row.waitFor()
    await row.focus()
    await doctor.clicks()
    await page.keyboard.press('Enter')
    const look = page.getByRole('complementary', { name: 'Giá trị của kết quả' })
    await look.getByText('Thấp, nguy hiểm').waitFor()
    await look.getByText('136–145').waitFor()
    await page.keyboard.press(' ')
    await row.waitFor({ state: 'detached' })
    expect(await doctor.clicks()).toBe(0)
    await page.reload()
    await page.getByRole('button', { name: 'Hiện cả đã xem' }).click()
    await row.getByText(/Trần Văn Mẫu đã xem/).waitFor()
  })
})

describe('findings of imaging that come after the signature', () => {
  it('go into the record by an addendum, and the signed document stays as it is', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await openFromQueue(page, person.name)
    await page.getByText('118').first().waitFor()
    await reviewAndSign(page, demo.pin)
    const before = await documents()
    const imaging = await visit(browser, demo.hospital)
    await signIn(imaging.page, demo, 'cdha')
    await toRow(imaging, 'X-quang ngực')
    await imaging.page.keyboard.press('F8')
    await imaging.page.getByRole('row', { name: /Đang làm/ }).first().waitFor()
    await toRow(imaging, 'X-quang ngực')
    await imaging.page.keyboard.press('Enter')
    await imaging.page.getByRole('dialog').getByText('Loại trừ viêm phổi !').waitFor()
    await imaging.page.getByRole('dialog').getByLabel('Mô tả và kết luận').fill('Hình ảnh đông đặc thùy dưới phổi phải.')
    // the pictures over what is being typed: none of the keys below fires, and nothing typed is lost
    await imaging.page.keyboard.press('F9')
    await imaging.page.getByText('PACS không trả lời').waitFor()
    await imaging.page.keyboard.press('Control+Enter')
    await imaging.page.keyboard.press('Escape')
    await imaging.page.getByText('PACS không trả lời').waitFor({ state: 'detached' })
    expect(await imaging.page.getByRole('dialog').getByLabel('Mô tả và kết luận').inputValue()).toBe('Hình ảnh đông đặc thùy dưới phổi phải.')
    await imaging.page.keyboard.press('Control+Enter')
    await imaging.page.getByText('Đã trả kết quả cho bác sĩ.').waitFor()
    await imaging.close()
    await page.goto('/ket-qua')
    const row = page.getByRole('row', { name: new RegExp(`${person.name}.*X-quang`) })
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Bổ sung vào hồ sơ' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Bổ sung', exact: true }).click()
    expect(await page.getByLabel('Tóm tắt kết quả cận lâm sàng', { exact: true }).inputValue()).toContain('Hình ảnh đông đặc thùy dưới phổi phải.')
    await reviewAndSign(page, demo.pin)
    const after = await documents()
    expect(after.length).toBe(before.length + 1)
    expect(before.map(({ id, verdict }) => [id, verdict])).toEqual(before.map(({ id }) => [id, after.find((each) => each.id === id)?.verdict]))
    expect(doctor.complaints).toEqual([])
  })
})

describe('the pictures of that order', () => {
  it('are opened from the report by one key and looked through by keyboard alone, and close where they were opened', async () => {
    const { page } = doctor
    const order = ((await (await page.request.get('/api/results/inbox?done=1')).json()) as ResultsInbox).rows.find(({ name, imaging }) => imaging === true && name === person.name)?.report ?? ''
    await withPacs(inject('wires').pacs, async (pacs) => {
      pacs.studies.push(await studyOf(page, order))
      await page.goto('/ket-qua')
      await page.getByRole('button', { name: 'Hiện cả đã xem' }).click()
      const row = page.getByRole('row', { name: new RegExp(`${person.name}.*X-quang`) })
      await row.focus()
      await doctor.clicks()
      await page.keyboard.press('F9')
      const viewer = page.getByRole('dialog')
      await viewer.getByRole('img', { name: 'CT · Axial 5 mm, ảnh 1/12' }).waitFor()
      await viewer.getByText('không dùng để chẩn đoán ban đầu').waitFor()
      await viewer.getByText(person.name).waitFor()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      await viewer.getByRole('img', { name: /ảnh 3\/12/ }).waitFor()
      await page.keyboard.press('w')
      await page.keyboard.press('w')
      await viewer.getByText('Phổi').waitFor()
      await viewer.getByRole('img', { name: /ảnh 3\/12/ }).waitFor()
      expect(pacs.asked.some((path) => path.includes('window=-600%2C1500%2Clinear'))).toBe(true)
      await page.keyboard.press('+')
      await page.keyboard.press('i')
      await viewer.getByText('150%').waitFor()
      await viewer.getByText('đảo màu', { exact: false }).first().waitFor()
      await page.keyboard.press('PageDown')
      await viewer.getByRole('img', { name: 'XA · Chụp động, ảnh 1/4' }).waitFor()
      await page.keyboard.press('End')
      await viewer.getByRole('img', { name: /ảnh 4\/4/ }).waitFor()
      expect(pacs.asked.at(-1) ?? '').toMatch(/\/frames\/\d\/rendered$/)
      await page.keyboard.press('Escape')
      await viewer.waitFor({ state: 'detached' })
      expect(await row.evaluate((element) => element === document.activeElement)).toBe(true)
      expect(await doctor.clicks()).toBe(0)
      // whose values are open is whose pictures come, whichever row has the focus meanwhile
      await page.keyboard.press('Enter')
      await page.getByRole('complementary').getByRole('heading', { name: /X-quang/ }).waitFor()
      await page.locator('tbody tr').filter({ hasNotText: 'X-quang' }).first().focus()
      await page.keyboard.press('F9')
      await viewer.getByRole('img', { name: 'CT · Axial 5 mm, ảnh 1/12' }).waitFor()
      await page.keyboard.press('Escape')
      await viewer.waitFor({ state: 'detached' })
    })
    expect(doctor.complaints).toEqual([])
  })
})

describe('a procedure of a visit that is signed', () => {
  it('is found by the nurse, done by keyboard, told beside the order and in the line of time, and taken back with a reason', async () => {
    const nurse = await visit(browser, demo.hospital)
    const { page } = nurse
    await signIn(page, demo, 'dieuduong')
    await page.goto('/thu-thuat')
    const row = page.getByRole('row', { name: new RegExp(`${person.name}.*Thay băng vết thương`) })
    await row.waitFor()
    await nurse.clicks()
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('Ghi chú (không bắt buộc)').fill('Vết thương khô')
    // Enter sends nothing
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('Giờ làm').waitFor()
    await page.keyboard.press('Control+Enter')
    await row.waitFor({ state: 'detached' })
    expect(await nurse.clicks()).toBe(0)
    await doctor.page.goto(sheet)
    await doctor.page.getByRole('button', { name: /^Thay băng vết thương: đã làm \d\d:\d\d, / }).waitFor()
    await doctor.page.goto(`${sheet.split('/lan-kham')[0] ?? ''}/dong-thoi-gian`)
    await doctor.page.getByText('Vết thương khô').waitFor()
    await page.getByRole('button', { name: /^Đã làm/ }).click()
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('Lý do rút lại').fill('Ghi nhầm người bệnh')
    await page.keyboard.press('Control+Enter')
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Chờ làm/ }).click()
    await row.waitFor()
    expect([nurse.complaints, doctor.complaints]).toEqual([[], []])
    await nurse.close()
  })
})
