/** Code list files as they come: marks, quotes, line ends, encodings, gaps, doubles, size, and cells that a spreadsheet would run. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toReportCsv, type ReportWords } from '#api/model/list-report-csv.ts'
import type { Concept, ImportReport, ListMapping } from '#api/model/ports.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { makeXlsx } from '#test/support/xlsx.ts'

let site: TestSite
let admin: TestCaller
beforeAll(async () => {
  site = await testSite()
  admin = await site.person({ grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => site.close())

let made = 0
const send = (file: string | Uint8Array, more: Partial<ListMapping> = {}, apply = false) => admin.post(`/api/admin/code-lists/import?apply=${apply}`, {
  name: 'tep', base64: Buffer.from(file).toString('base64'),
  mapping: { list: 'icd10', version: `v${made++}`, validFrom: '2026-07-01', source: 'Nguồn mẫu', licence: 'Giấy phép mẫu', starter: false, complete: true, columns: { code: 'Mã', display: 'Tên' }, ...more },
})
const words: ReportWords = {
  heads: { kind: 'Thay đổi', code: 'Mã', name: 'Tên', field: 'Mục', before: 'Cũ', after: 'Mới' }, kinds: { added: 'Thêm', changed: 'Đổi', ended: 'Hết' }, field: (name) => name,
}
const codes = (report: ImportReport): string[] => report.changes.map((c) => `${c.code}=${c.display}`)

describe('a CSV file', () => {
  it('is read with a byte order mark, semicolons, quotes around separators and line ends, and CRLF', async () => {
    const report = (await send('\uFEFFMã;Tên\r\nA00;"Tả; do ""Vibrio"""\r\n\r\nA01;"Thương\r\nhàn"\r\n')).json<ImportReport>()
    expect(codes(report)).toEqual(['A00=Tả; do "Vibrio"', 'A01=Thương hàn'])
  })

  it('in another encoding than UTF-8 is refused with a sentence that says what to do, and nothing is stored', async () => {
    for (const bytes of [Buffer.from('Mã,Tên\nA00,Tả\n', 'utf16le'), Buffer.from([0x4d, 0xe3, 0x2c, 0x54, 0xea, 0x6e, 0x0a, 0x41, 0x2c, 0xe9, 0x0a])]) {
      const answer = await send(bytes, {}, true)
      expect([answer.status, answer.json()]).toEqual([422, expect.objectContaining({ code: 'import-invalid', issues: [expect.objectContaining({ message: expect.stringMatching(/UTF-8|không có cột/) })] })])
    }
    expect((await admin.get('/api/code-lists')).json()).toEqual([])
  })

  it('may have empty rows: they are left out, and the row of an error is the row of the file', async () => {
    const report = (await send('\n\nMã,Tên\n,\nA00,Tả\n,,\nA00,Lặp\n,Không mã\n', {}, true)).json<ImportReport>()
    expect([report.errors.map((e) => e.row), report.applied]).toEqual([[7, 8], false])
    expect(report.errors[0]?.message).toBe('Mã A00 lặp lại dòng 5.')
  })

  it('names a column that is not there, and those that are', async () => {
    const answer = await send('Mã bệnh,Tên\nA00,Tả\n')
    expect(answer.json()).toMatchObject({ code: 'import-invalid', issues: [{ message: 'Tệp không có cột “Mã”. Các cột của tệp: Mã bệnh | Tên.' }] })
  })

  it('of 20,000 rows is compared and stored within a minute', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `M${String(i).padStart(5, '0')},Bệnh mẫu số ${i}`).join('\n')
    const start = performance.now()
    const report = (await send(`Mã,Tên\n${rows}\n`, { list: 'orders' }, true)).json<ImportReport>()
    expect([report.applied, report.added, report.changes.length]).toEqual([true, 20_000, 20_000])
    expect((await admin.get('/api/terms?list=orders&q=M19999&on=2026-07-01')).json<Concept[]>()[0]?.display).toBe('Bệnh mẫu số 19999')
    expect(performance.now() - start).toBeLessThan(60_000)
  }, 120_000)
})

describe('an XLSX file', () => {
  it('keeps leading zeros, and gives a row\'s own days and review whether they are text or dates', async () => {
    const file = makeXlsx([['Mã', 'Tên', 'Từ', 'Đến', 'Duyệt'], ['001', 'Một', '2026-08-01', '31/12/2026', 'có'], ['002', 'Hai', '', '20270131', 'x'], ['003', 'Ba', '', '', 'chưa']])
    const mapping = { list: 'routes', columns: { code: 'Mã', display: 'Tên', validFrom: 'Từ', validTo: 'Đến', reviewed: 'Duyệt' } }
    expect((await send(file, mapping, true)).json()).toMatchObject({ applied: true, added: 3 })
    const on = async (day: string) => (await admin.get(`/api/terms?list=routes&q=&on=${day}`)).json<Concept[]>().map((c) => [c.code, c.reviewed])
    expect(await on('2026-07-31')).toEqual([['002', true], ['003', false]])
    expect(await on('2026-12-31')).toEqual([['001', true], ['002', true], ['003', false]])
    expect(await on('2027-02-01')).toEqual([['003', false]])
  })

  it('with days that are none, or the wrong way round, or a review that is neither yes nor no, is not applied', async () => {
    const file = makeXlsx([['Mã', 'Tên', 'Từ', 'Đến', 'Duyệt'], ['1', 'Một', '2026-02-30', '', ''], ['2', 'Hai', '2026-03-01', '2026-02-01', ''], ['3', 'Ba', '', '', 'có lẽ']])
    const report = (await send(file, { list: 'ranks', columns: { code: 'Mã', display: 'Tên', validFrom: 'Từ', validTo: 'Đến', reviewed: 'Duyệt' } }, true)).json<ImportReport>()
    expect([report.errors.map((e) => e.row), report.applied]).toEqual([[2, 3, 4], false])
  })
})

describe('the report', () => {
  it('tells each field that changed with both values, of every row, and nothing of a row that is the same', async () => {
    const columns = { code: 'Mã', display: 'Tên', validTo: 'Đến', reviewed: 'Duyệt', properties: { dose: 'Liều', route: 'Đường' } }
    const old = ['A,Một,,,1,Uống', 'B,Hai,,,1,Uống', 'C,Ba,,,,', ...Array.from({ length: 60 }, (_, i) => `X${i},Cũ ${i},,,,`)]
    expect((await send(`Mã,Tên,Đến,Duyệt,Liều,Đường\n${old.join('\n')}\n`, { list: 'medicines', version: 'thuoc-1', columns }, true)).json()).toMatchObject({ applied: true, added: 63 })
    const fresh = ['A,Một,2026-12-31,có,2,Tiêm', 'B,Hai,,,1,Uống', 'D,Bốn,,,,', ...Array.from({ length: 60 }, (_, i) => `X${i},Mới ${i},,,,`)]
    const report = (await send(`Mã,Tên,Đến,Duyệt,Liều,Đường\n${fresh.join('\n')}\n`, { list: 'medicines', version: 'thuoc-2', validFrom: '2026-09-01', columns })).json<ImportReport>()
    expect(report).toMatchObject({ added: 1, changed: 61, ended: 1, unchanged: 1, against: 'thuoc-1', applied: false, closes: [{ version: 'thuoc-1', validTo: '2026-08-31' }] })
    expect(report.changes.find((c) => c.code === 'A')?.fields).toEqual([
      { field: 'dose', before: '1', after: '2' }, { field: 'route', before: 'Uống', after: 'Tiêm' }, { field: 'validTo', after: '2026-12-31' }, { field: 'reviewed', before: 'no', after: 'yes' },
    ])
    const rows: string[][] = parse(toReportCsv(report, words), { bom: true })
    expect(rows).toHaveLength(1 + 1 + 4 + 60 + 1)
    expect(rows.slice(1, 4)).toEqual([['Hết', 'C', 'Ba', 'display', 'Ba', ''], ['Đổi', 'A', 'Một', 'dose', '1', '2'], ['Đổi', 'A', 'Một', 'route', 'Uống', 'Tiêm']])
  })

  it('has no cell that a spreadsheet would run as a formula', async () => {
    const report = (await send('Mã,Tên\n=1+1,"=HYPERLINK(""http://mau.example"")"\n+2,+84\n-3,- gạch\n@4,@SUM(A1)\nA5,Bình thường\n', { list: 'departments' })).json<ImportReport>()
    expect(report.errors).toEqual([])
    const text = toReportCsv(report, words)
    const table: string[][] = parse(text, { bom: true })
    const cells = table.flat()
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
    expect(cells).toEqual(expect.arrayContaining(['\'=1+1', '\'=HYPERLINK("http://mau.example")', '\'+84', '\'- gạch', '\'@SUM(A1)', 'Bình thường']))
    expect([text.startsWith('\uFEFF'), text.endsWith('\r\n')]).toEqual([true, true])
  })
})
