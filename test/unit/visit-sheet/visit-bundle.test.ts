import { describe, expect, it } from 'vitest'
import type { Encounter } from '@medplum/fhirtypes'
import { arrayAt, objectFromPlain, parseJsonObject, valueAt, writeJson } from '#api/model/json.ts'
import { CODE_SYSTEM, EXTENSION } from '#api/model/systems.ts'
import { isProcedure, orderText } from '#api/printing/clinical-text.ts'
import { buildVisitBundle, dosageText, toDecimal } from '#web/features/visit/visit-bundle.ts'
import { readSheet } from '#web/features/visit/read-sheet.ts'
import { newRowId } from '#web/features/visit/row-id.ts'
import { emptyVisitForm, visitFormOf, type VisitForm } from '#web/features/visit/visit-form.ts'

const encounter: Encounter = {
  resourceType: 'Encounter', id: 'e1', meta: { versionId: '2' }, status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/p1' },
}
const icd = { system: 'http://hl7.org/fhir/sid/icd-10', version: 'starter-2026.1' }
const form: VisitForm = {
  ...emptyVisitForm(), reason: 'Đau họng', notes: { ...emptyVisitForm().notes, history: 'Sốt 3 ngày' },
  vitals: { ...emptyVisitForm().vitals, temperature: '37,0', systolic: '120', diastolic: '80' },
  diagnoses: [
    { id: 'd2', code: { ...icd, code: 'I10', display: 'Tăng huyết áp' }, role: 'accompanying', certainty: 'confirmed' },
    { id: 'd1', code: { ...icd, code: 'J02', display: 'Viêm họng cấp' }, role: 'main', certainty: 'provisional', version: 4 },
  ],
  drugs: [{ id: 'm1', code: { system: 's', version: 'v', code: 'AMOX', display: 'Amoxicillin 500 mg' }, unit: 'viên', doseUnit: 'viên', dose: '0.5', frequency: 3, days: 7, quantity: 11, note: 'sau ăn', route: { system: 'r', version: 'v', code: 'PO', display: 'Uống' } }],
}
let n = 0
const context = { encounter, practitioner: 'pr1', practitionerName: 'BS Mẫu', at: '2026-11-22T08:00:00+07:00', newId: () => `new${++n}` }
interface Entry { resource?: Record<string, unknown>; request: { method: string; url: string; ifMatch?: string } }
const entriesOf = (text: string): Entry[] => (JSON.parse(text) as { entry: Entry[] }).entry
/** The form of what is stored, through the reader that the screen opens a visit with. */
const storedForm = (resources: readonly object[]): VisitForm => {
  const isVisit = (resource: object): boolean => 'resourceType' in resource && resource.resourceType === 'Encounter'
  return visitFormOf(readSheet(objectFromPlain({ encounter: resources.find(isVisit), allergies: [], observations: [], current: resources.filter((resource) => !isVisit(resource)) })))
}

describe('the visit bundle', () => {
  it('keeps the digits of measured values', () => {
    expect(writeJson(buildVisitBundle(form, context))).toContain('"value":37.0')
    expect(toDecimal('07,50')?.source).toBe('7.50')
    expect(toDecimal('1e3')).toBeUndefined()
  })
  it('puts the main diagnosis first and locks what is stored to the version that was read', () => {
    const entries = entriesOf(writeJson(buildVisitBundle(form, context)))
    const visit = entries[0]!
    expect(visit.request).toEqual({ method: 'PUT', url: 'Encounter/e1', ifMatch: 'W/"2"' })
    expect((visit.resource!['diagnosis'] as { condition: { reference: string }; rank: number }[]).map((d) => [d.condition.reference, d.rank])).toEqual([['Condition/d1', 1], ['Condition/d2', 2]])
    expect(entries.find((e) => e.request.url === 'Condition/d1')?.request.ifMatch).toBe('W/"4"')
    expect(entries.find((e) => e.request.url === 'Condition/d2')?.request.ifMatch).toBeUndefined()
  })
  it('makes no diagnosis the main one by its place: what nobody made main comes back as accompanying', () => {
    const entries = entriesOf(writeJson(buildVisitBundle({ ...form, diagnoses: form.diagnoses.slice(0, 1) }, context)))
    expect(entries[0]!.resource!['diagnosis']).toEqual([{ condition: { reference: 'Condition/d2' }, use: { coding: [expect.objectContaining({ code: 'CM' })] }, rank: 2 }])
    expect(storedForm(entries.flatMap(({ resource }) => (resource ? [resource] : []))).diagnoses.map(({ role }) => role)).toEqual(['accompanying'])
  })
  it('writes blood pressure as one observation and leaves empty parts out', () => {
    const entries = entriesOf(writeJson(buildVisitBundle(form, context)))
    expect(entries.filter((e) => e.resource?.['resourceType'] === 'Observation')).toHaveLength(3)
  })
  it('takes back a stored measurement whose field was emptied, blood pressure too when half of it is', () => {
    const stored = { 'vital:temperature': { id: 'o1', version: 3 }, 'vital:bloodPressure': { id: 'o2', version: 1 } }
    const entries = entriesOf(writeJson(buildVisitBundle({ ...form, stored, vitals: { ...form.vitals, temperature: '', systolic: '' } }, context)))
    expect(entries.filter((e) => e.request.method === 'DELETE').map((e) => [e.request.url, e.request.ifMatch])).toEqual([['Observation/o1', 'W/"3"'], ['Observation/o2', 'W/"1"']])
  })
  it('counts a dose of drops in drops, not in bottles', () => {
    expect(dosageText({ ...form.drugs[0]!, doseUnit: 'giọt', dose: '1', note: '' })).toContain('mỗi lần 1 giọt')
  })
  it('brings lines and diagnoses back in the doctor\'s order, whatever the order of storage', () => {
    const ids = Array.from({ length: 40 }, newRowId)
    expect([...ids].sort()).toEqual(ids)
    const drugs = ids.slice(0, 3).map((id) => ({ ...form.drugs[0]!, id }))
    const entries = entriesOf(writeJson(buildVisitBundle({ ...form, drugs }, context)))
    const back = storedForm(entries.map((e) => ({ ...e.resource!, meta: { versionId: '1' } })).reverse())
    expect(back.drugs.map((d) => d.id)).toEqual(ids.slice(0, 3))
    expect(back.diagnoses.map((d) => d.id)).toEqual(['d1', 'd2'])
  })
  it('says the dose in words without abbreviations', () => {
    expect(dosageText(form.drugs[0]!)).toBe('Uống mỗi lần 0,5 viên, ngày 3 lần, trong 7 ngày, sau ăn')
  })
  it('comes back from what is stored as it was typed', () => {
    const [visit, ...current] = arrayAt(parseJsonObject(writeJson(buildVisitBundle(form, context))), 'entry').map((entry) => valueAt(entry, 'resource'))
    const back = visitFormOf(readSheet(objectFromPlain({ encounter: visit, allergies: [], observations: [], current })))
    expect(back.reason).toBe('Đau họng')
    expect(back.notes.history).toBe('Sốt 3 ngày')
    expect(back.vitals).toMatchObject({ systolic: '120', diastolic: '80', temperature: '37,0' })
    expect(back.diagnoses.map((d) => [d.id, d.role, d.certainty])).toEqual([['d1', 'main', 'provisional'], ['d2', 'accompanying', 'confirmed']])
    expect(back.drugs[0]).toMatchObject({ id: 'm1', dose: '0.5', frequency: 3, days: 7, quantity: 11, note: 'sau ăn' })
  })
})

describe('an urgent order', () => {
  it('is stored as urgent, comes back so, and keeps what another system called it', () => {
    const code = { system: CODE_SYSTEM.orders, version: 'v', code: 'XN001', display: 'Tổng phân tích tế bào máu' }
    const orders = [{ id: 'o1', code, category: 'lab' }, { id: 'o2', code, category: 'lab', priority: 'urgent' }, { id: 'o3', code, category: 'lab', priority: 'stat' }] as const
    const stored = entriesOf(writeJson(buildVisitBundle({ ...form, orders }, context))).flatMap(({ resource }) => (resource?.resourceType === 'ServiceRequest' ? [resource] : []))
    expect(stored.map(({ priority }) => priority)).toEqual([undefined, 'urgent', 'stat'])
    expect(stored.map((resource) => orderText(resource))).toEqual(['Tổng phân tích tế bào máu', 'Tổng phân tích tế bào máu (KHẨN)', 'Tổng phân tích tế bào máu (KHẨN)'])
    expect(storedForm([encounter, ...stored]).orders.map(({ priority }) => priority)).toEqual([undefined, 'urgent', 'stat'])
  })
})

describe('an order', () => {
  it('is stored as what it is and with why it is wanted, printed so, and comes back so', () => {
    const code = { system: CODE_SYSTEM.orders, version: 'v', code: 'TT-THAYBANG', display: 'Thay băng vết thương' }
    const orders = [{ id: 'o1', code, category: 'procedure', question: ' Vết mổ ngày 5 ' }, { id: 'o2', code, category: 'imaging', question: '  ' }, { id: 'o3', code, category: 'lab' }] as const
    const stored = entriesOf(writeJson(buildVisitBundle({ ...form, orders }, context))).flatMap(({ resource }) => (resource?.resourceType === 'ServiceRequest' ? [resource] : []))
    expect(stored.map(({ category, reasonCode }) => [['procedure', 'imaging', 'lab'].filter((each) => JSON.stringify(category).includes(`"code":"${each}"`)).join(), reasonCode])).toEqual([['procedure', [{ text: 'Vết mổ ngày 5' }]], ['imaging', undefined], ['lab', undefined]])
    expect(stored.map((resource) => [orderText(resource), isProcedure(resource)])).toEqual([['Thay băng vết thương: Vết mổ ngày 5', true], ['Thay băng vết thương', false], ['Thay băng vết thương', false]])
    expect(storedForm([encounter, ...stored]).orders.map(({ category, question }) => [category, question])).toEqual([['procedure', 'Vết mổ ngày 5'], ['imaging', undefined], ['lab', undefined]])
  })
})

describe('what the sheet may leave open', () => {
  it('is stored when it is said, and comes back: admission diagnosis, result, remarks', () => {
    const said: VisitForm = { ...form, result: '2', notes: { ...form.notes, admissionDiagnosis: 'Theo dõi viêm họng', remarks: 'Nghỉ 3 ngày' } }
    const resources = entriesOf(writeJson(buildVisitBundle(said, context))).map((e) => ({ ...e.resource!, meta: { versionId: '1' } }))
    expect(resources[0]).toMatchObject({ resourceType: 'Encounter', extension: [{ url: EXTENSION.treatmentResult, valueCoding: { system: CODE_SYSTEM.treatmentResult, code: '2', display: 'Đỡ' } }] })
    const back = storedForm(resources)
    expect([back.result, back.notes.admissionDiagnosis, back.notes.remarks]).toEqual(['2', 'Theo dõi viêm họng', 'Nghỉ 3 ngày'])
    expect(storedForm([encounter]).result).toBeUndefined()
  })
})
