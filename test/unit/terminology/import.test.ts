import { describe, expect, it } from 'vitest'
import { compareLists } from '#api/terminology/compare.ts'
import { fromCodeSystem, toCodeSystem } from '#api/terminology/code-system.ts'
import { readListFile } from '#api/terminology/list-file.ts'
import { mapRows } from '#api/terminology/mapping.ts'
import { Outcome } from '#api/model/outcome.ts'
import type { ListMapping } from '#api/model/ports.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const mapping: ListMapping = {
  list: 'icd10', version: 'tt06-2026', validFrom: '2026-07-01', source: 'TT 06/2026/TT-BYT', licence: 'Văn bản nhà nước', starter: false, complete: true,
  columns: { code: 'MÃ BỆNH', display: 'Tên bệnh', properties: { mainForbidden: 'Cột 24' } },
}

describe('the importer', () => {
  it('takes a semicolon file with a byte order mark and keeps leading zeros and accents', async () => {
    const rows = await readListFile(bytes('\ufeffMã bệnh;Tên bệnh;Cột 24\n001;Bệnh tả;\nA00.1;Tả do Vibrio;x\n'))
    const { concepts, errors } = mapRows(rows, mapping)
    expect(errors).toEqual([])
    expect(concepts.map((c) => [c.code, c.display, c.properties])).toEqual([['001', 'Bệnh tả', {}], ['A00.1', 'Tả do Vibrio', { mainForbidden: 'x' }]])
  })

  it('names the row of each error: no code, no name, a repeated code', async () => {
    const rows = await readListFile(bytes('Mã bệnh,Tên bệnh,Cột 24\n,Không mã,\nA01,,\nA02,Một,\nA02,Hai,\n'))
    expect(mapRows(rows, mapping).errors.map((e) => e.row)).toEqual([2, 3, 5])
  })

  it('refuses a column that is not there, an unknown list and a file that is neither CSV nor XLSX', async () => {
    const rows = await readListFile(bytes('a,b\n1,2\n'))
    expect(() => mapRows(rows, mapping)).toThrow(Outcome)
    expect(() => mapRows(rows, { ...mapping, list: 'constructor' })).toThrow(/unknown list/)
    await expect(readListFile(new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]))).rejects.toThrow(Outcome)
    await expect(readListFile(new Uint8Array([0xff, 0xfe, 0x80, 0x0a]))).rejects.toThrow(Outcome)
  })

  it('says what a new version adds, changes and ends', () => {
    const concept = (code: string, display: string) => ({ system: 's', version: '1', code, display, properties: {}, reviewed: false })
    const change = compareLists([concept('A', 'một'), concept('B', 'hai'), concept('C', 'ba')], [concept('A', 'một'), concept('B', 'hai mới'), concept('D', 'bốn')])
    expect(change).toMatchObject({ added: 1, changed: 1, ended: 1, unchanged: 1 })
    expect(change.changes).toEqual([
      { code: 'C', display: 'ba', kind: 'ended', fields: [{ field: 'display', before: 'ba' }] }, { code: 'B', display: 'hai mới', kind: 'changed', fields: [{ field: 'display', before: 'hai', after: 'hai mới' }] },
      { code: 'D', display: 'bốn', kind: 'added', fields: [{ field: 'display', after: 'bốn' }] },
    ])
  })

  it('keeps a list whole through its CodeSystem and back', () => {
    const info = { list: 'icd10', system: 'http://hl7.org/fhir/sid/icd-10', version: '1', title: 'T', validFrom: '2026-07-01', validTo: '2030-01-01', starter: true, complete: false, source: 'S', licence: 'L', legalBasis: 'TT' }
    const concepts = [{ system: info.system, version: '1', code: 'A00', display: 'Tả', displayEn: 'Cholera', properties: { sex: 'male' }, reviewed: true, validFrom: '2026-08-01' }]
    expect(fromCodeSystem(toCodeSystem(info, concepts))).toEqual({ info: { ...info, concepts: 1, unreviewed: 0 }, concepts })
  })
})
