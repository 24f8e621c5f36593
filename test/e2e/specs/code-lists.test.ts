/** An official list is renewed: the administrator reads what a workbook changes, applies it, and the doctor is offered its codes from its first day on. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import type { CodeLists } from '#api/model/site.ts'
import { makeXlsx } from '#test/support/xlsx.ts'
import { auditRows } from '../pages/administration.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue } from '../pages/visit.ts'
import { signIn, visit } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
let browser: SharedBrowser
beforeAll(async () => { browser = await sharedBrowser() })
afterAll(() => browser.close())

const ZONE = 'Asia/Ho_Chi_Minh'
const day = (back: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(Date.now() - back * 86_400_000))
const typed = (iso: string): string => iso.split('-').reverse().join('/')
const NEW = { code: 'U99.9', display: 'Bệnh mẫu chỉ có trong bản mới' }

it('reads what a workbook changes, applies it, and gives the doctor its codes for visits of that day and not of the day before', async () => {
  const admin = await visit(browser, demo.hospital)
  const { page } = admin
  await signIn(page, demo, 'quantri')
  const current = (await (await admin.context.request.get(`/api/terms?list=icd10&q=&on=${day(0)}&count=5000`)).json()) as Concept[]
  const [first, second, ...others] = current
  const version = `mau-${Date.now() % 1_000_000}`
  // a column for whatever the list says of its codes: what the file leaves out would be a change
  const names = [...new Set(current.flatMap(({ properties }) => Object.keys(properties ?? {})))]
  const rows = [{ ...first, display: 'Tên đã đổi' }, ...others].map((c) => [c.code ?? '', c.display ?? '', c.displayEn ?? '', c.code === first?.code ? 'x' : '', '', ...names.map((name) => c.properties?.[name] ?? '')])
  const book = makeXlsx([['Mã bệnh', 'Tên bệnh', 'English', 'Thẩm định', 'Từ ngày', ...names.map((name) => `Cột ${name}`)], ...rows, [NEW.code, NEW.display, '', 'có', typed(day(0)), ...names.map(() => '')]])

  await page.goto('/quan-tri/danh-muc')
  await page.getByRole('button', { name: /^Nhập tệp: ICD-10/ }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Tệp CSV hoặc XLSX').setInputFiles({ name: 'icd10.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: book })
  const fill = (label: string, text: string) => form.getByRole('textbox', { name: label, exact: true }).fill(text)
  for (const [label, text] of [
    ['Phiên bản', version], ['Hiệu lực từ', typed(day(0))], ['Căn cứ pháp lý', 'Thông tư mẫu'], ['Nguồn', 'Cơ quan Mẫu'], ['Giấy phép sử dụng', 'Không rõ'], ['Cột mã', 'Mã bệnh'], ['Cột tên', 'Tên bệnh'], ['Cột tên tiếng Anh', 'English'],
    ['Cột dòng có hiệu lực từ', 'Từ ngày'], ['Cột đã thẩm định', 'Thẩm định'], ['Cột khác', names.map((name) => `${name}=Cột ${name}`).join('; ')],
  ] as const) await fill(label, text)
  await form.getByRole('radio', { name: 'Chính thức' }).check()
  await form.getByRole('radio', { name: 'Một phần' }).check()
  await form.getByRole('button', { name: 'Kiểm tra tệp' }).click()

  const report = form.getByRole('region', { name: 'Nếu áp dụng' })
  await report.getByText(`Thêm 1, đổi 1, hết hiệu lực 1, giữ nguyên ${others.length}.`).waitFor()
  await report.getByText(`kết thúc ngày ${typed(day(1))}`).waitFor()
  const lines = await report.locator('tbody tr').allTextContents()
  expect(lines).toEqual([`Hết hiệu lực${second?.code}Tên${second?.display}—`, `Đổi${first?.code}Tên${first?.display}Tên đã đổi`, `Đổi${first?.code}Đã thẩm địnhchưacó`, `Thêm${NEW.code}Tên—${NEW.display}`])
  const [download] = await Promise.all([page.waitForEvent('download'), report.getByRole('button', { name: 'Tải báo cáo (CSV)' }).click()])
  expect(parse(readFileSync(await download.path()), { bom: true })).toHaveLength(5)
  expect(((await (await admin.context.request.get('/api/code-lists')).json()) as CodeLists).some((l) => l.version === version)).toBe(false)

  await form.getByRole('button', { name: 'Áp dụng phiên bản này' }).click()
  await form.getByText('Đã áp dụng', { exact: true }).waitFor()
  const stored = ((await (await admin.context.request.get('/api/code-lists')).json()) as CodeLists).find((l) => l.version === version)
  expect(stored).toMatchObject({ validFrom: day(0), starter: false, complete: false, source: 'Cơ quan Mẫu', licence: 'Không rõ', legalBasis: 'Thông tư mẫu' })
  await form.getByRole('button', { name: 'Kiểm tra tệp' }).click()
  await form.getByText('Danh mục này đã có phiên bản mang tên đó').waitFor()
  expect((await auditRows(page, 'Nhập danh mục')).some((row) => row.includes(version))).toBe(true)

  const person = inventPerson()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  await desk.close()
  const doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  await openFromQueue(doctor.page, person.name)
  await doctor.page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).fill('benh mau chi co')
  await doctor.page.getByRole('option', { name: new RegExp(NEW.display) }).waitFor()
  const offered = async (on: string): Promise<string[]> => ((await (await doctor.context.request.get(`/api/terms?list=icd10&q=${NEW.code}&on=${on}`)).json()) as Concept[]).map((c) => c.code)
  expect([await offered(day(0)), await offered(day(1))]).toEqual([[NEW.code], []])
  expect(doctor.complaints).toEqual([])
})
