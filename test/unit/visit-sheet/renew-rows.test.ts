import { describe, expect, it } from 'vitest'
import type { FindCode } from '#web/features/visit/find-code.ts'
import { renewDiagnoses, renewDrugs, renewOrders } from '#web/features/visit/renew-rows.ts'
import { emptyVisitForm, type DiagnosisRow, type DrugRow, type VisitForm } from '#web/features/visit/visit-form.ts'

const blank = emptyVisitForm()
const code = (text: string) => ({ system: 'urn:list', version: '2025', code: text, display: `Tên cũ ${text}` })
const diagnosis = (text: string, role: DiagnosisRow['role']): DiagnosisRow => ({ id: `old-${text}`, version: 3, code: code(text), role, certainty: 'provisional' })
const drug = (text: string): DrugRow => ({
  id: `old-${text}`, version: 2, code: code(text), unit: 'viên', doseUnit: 'viên', dose: '0.5', frequency: 3, days: 7, quantity: 11, note: 'sau ăn',
})
const earlier: VisitForm = { ...blank, diagnoses: [diagnosis('I10', 'main'), diagnosis('E11', 'accompanying')], drugs: [drug('AMOX'), drug('OLD')], orders: [{ id: 'old-CTM', version: 1, code: code('CTM'), category: 'lab' }] }

/** Today's lists: another version, other names, and no OLD in any of them. */
const find: FindCode = (list, wanted) => Promise.resolve(wanted === 'OLD' ? undefined
  : { system: `urn:${list}`, version: '2026', code: wanted, display: `Tên mới ${wanted}`, properties: { inn: 'Amoxicillin', class: 'penicillin' }, reviewed: true })
const ids = () => { let last = 0; return () => `new-${++last}` }

describe('rows of an earlier visit that are used again', () => {
  it('are new rows under the codes of today\'s list, with dose and note as they were', async () => {
    const { rows, gone } = await renewDrugs(earlier, blank, find, ids())
    expect(rows).toEqual([{
      id: 'new-1', code: { system: 'urn:medicines', version: '2026', code: 'AMOX', display: 'Tên mới AMOX' }, unit: 'viên', doseUnit: 'viên', dose: '0.5', frequency: 3, days: 7, quantity: 11,
      note: 'sau ăn',
    }])
    expect(gone).toEqual(['Tên cũ OLD'])
  })
  it('are left out when the sheet has them already', async () => {
    const form: VisitForm = { ...blank, drugs: [drug('AMOX')], orders: earlier.orders }
    expect((await renewDrugs(earlier, form, find, ids())).rows).toEqual([])
    expect(await renewOrders(earlier, form, find, ids())).toEqual({ rows: [], gone: [] })
    expect((await renewOrders(earlier, blank, find, ids())).rows).toEqual([{ id: 'new-1', code: { system: 'urn:orders', version: '2026', code: 'CTM', display: 'Tên mới CTM' }, category: 'lab' }])
  })
  it('never make a second main diagnosis', async () => {
    const roles = async (form: VisitForm): Promise<string[]> => (await renewDiagnoses(earlier, form, find, ids())).rows.map((row) => `${row.code.code} ${row.role} ${row.certainty}`)
    expect(await roles(blank)).toEqual(['I10 main provisional', 'E11 accompanying provisional'])
    expect(await roles({ ...blank, diagnoses: [diagnosis('J02', 'main')] })).toEqual(['I10 accompanying provisional', 'E11 accompanying provisional'])
    expect(await roles({ ...blank, diagnoses: [diagnosis('I10', 'main')] })).toEqual(['E11 accompanying provisional'])
  })
  it('leave out a diagnosis that may not be used any more, and make no main one of a code that may not be it', async () => {
    const ruled = (rule: string): FindCode => async (list, wanted) => { const found = await find(list, wanted); return found && wanted === 'I10' ? { ...found, properties: { [rule]: 'x' } } : found }
    expect(await renewDiagnoses(earlier, blank, ruled('forbidden'), ids())).toMatchObject({ rows: [{ code: { code: 'E11' }, role: 'accompanying' }], gone: ['Tên cũ I10'] })
    expect((await renewDiagnoses(earlier, blank, ruled('notMain'), ids())).rows.map(({ role }) => role)).toEqual(['accompanying', 'accompanying'])
  })
})
