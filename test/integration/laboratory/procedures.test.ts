/** From the order of a procedure to who did it and when, on a real database: who may mark it, what is stored, what is refused, what is on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Procedure } from '@medplum/fhirtypes'
import type { Timeline } from '#api/model/chart.ts'
import type { ProcedureList, ProcedureRow, ProcedureState, ProcedureStored } from '#api/model/procedures.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import { CLINIC, ok, resend, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeDiagnosis, makeOrder, makeSheet, PATIENT } from '#test/support/visit.ts'
import { textOf } from '../printing/pdf-tools.ts'

let clinic: Clinic
let dressing: readonly [string, string, string]
let laboratory: TestPersonCaller
let encounter: string

beforeAll(async () => {
  clinic = await testClinic()
  laboratory = await clinic.site.person({ login: 'xetnghiem', practitioner: null, grants: [{ role: 'laboratory', department: CLINIC }] })
  const [found] = await clinic.site.parts.desks.terminology.find('orders', 'thay bang vet', '2026-11-22', 1)
  dressing = [found?.code ?? '', found?.display ?? '', found?.version ?? '']
  encounter = await clinic.arrive()
})
afterAll(() => clinic.close())

const make = () => ({ ...makeOrder({ encounter, at: new Date().toISOString() }, ...dressing), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: 'procedure' }] }], reasonCode: [{ text: 'Vết mổ ngày 5' }] })
const order = async (): Promise<string> => {
  const made = make()
  const sheet = await clinic.sheet(encounter)
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  return made.id
}
const listed = async (caller: TestPersonCaller = clinic.nurse): Promise<readonly ProcedureRow[]> => ok<ProcedureList>(await caller.get('/api/procedures')).rows
const rowOf = async (id: string): Promise<ProcedureRow | undefined> => (await listed()).find((row) => row.order === id)
const mark = (id: string, more: object = {}, caller: TestPersonCaller = clinic.nurse) => caller.post(`/api/procedures/${id}/done`, { version: 0, performedAt: new Date().toISOString(), note: '', ...more })
const withdraw = (id: string, version: number, reason = 'Đánh dấu nhầm người', caller: TestPersonCaller = clinic.nurse) => caller.post(`/api/procedures/${id}/withdraw`, { version, reason })
const stored = async (id: string): Promise<Procedure> => ok<Procedure>(await clinic.doctor.get(`/fhir/R4/Procedure/${id}`))
const audits = (interaction: string) => clinic.site.parts.audit.find({ interaction, count: 50 })

describe('a procedure that was ordered', () => {
  it('waits in the list of whoever treats the patient, with why it was ordered, in no list of a bench, and is done once, by name and time', async () => {
    const id = await order()
    expect(await rowOf(id)).toMatchObject({ name: 'Nguyễn Văn Mẫu', procedure: dressing[1], question: 'Vết mổ ngày 5', department: 'Khoa Khám bệnh', doctor: 'Trần Văn Mẫu', signed: false, version: 0 })
    expect((await listed(clinic.stranger)).map(({ order: each }) => each)).toEqual([])
    expect((await laboratory.get('/api/work-lists/lab')).json<{ rows: unknown[] }>().rows).toEqual([])
    const performedAt = new Date(Date.now() - 1000).toISOString()
    expect(ok<ProcedureStored>(await mark(id, { performedAt, note: 'Vết mổ khô' }))).toEqual({ version: 1 })
    expect(await stored(id)).toMatchObject({ status: 'completed', basedOn: [{ reference: `ServiceRequest/${id}` }], encounter: { reference: `Encounter/${encounter}` }, subject: { reference: `Patient/${PATIENT.id}` }, performer: [{ actor: { reference: 'Practitioner/dd-mau' } }], note: [{ text: 'Vết mổ khô' }] })
    // sent once more it is answered as before; by somebody else, or as something else, it is not
    expect(ok<ProcedureStored>(await mark(id, { performedAt, note: 'Vết mổ khô' }))).toEqual({ version: 1 })
    for (const answer of [await mark(id, { performedAt, note: 'khác' }), await mark(id, { note: 'Vết mổ khô' }), await mark(id, { performedAt, note: 'Vết mổ khô' }, clinic.doctor), await mark(id, { version: 1 })]) expect([answer.status, answer.json<{ code: string }>().code]).toEqual([412, 'version-conflict'])
    expect((await rowOf(id))?.done).toMatchObject({ by: 'Phạm Thị Mẫu', note: 'Vết mổ khô' })
    expect((await audits('procedure-done')).filter(({ resourceId }) => resourceId === id)).toHaveLength(1)
    expect(await audits('procedure-list')).not.toEqual([])
  })
  it('of two who mark it at the same moment is done by one', async () => {
    const id = await order()
    const answers = await Promise.all([mark(id), mark(id, {}, clinic.doctor)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
  })
  it('is marked by nobody who does not treat the patient, not with a time to come or before the visit, and is no order of a laboratory', async () => {
    const id = await order()
    expect([(await mark(id, {}, laboratory)).status, (await mark(id, {}, clinic.reception)).status, (await mark(id, {}, clinic.stranger)).status]).toEqual([403, 403, 403])
    expect([(await laboratory.get('/api/procedures')).status, (await clinic.stranger.get(`/api/visits/${encounter}/procedures`)).status]).toEqual([403, 403])
    for (const performedAt of [new Date(Date.now() + 600_000).toISOString(), '2026-11-22T00:58:00Z', 'hôm qua']) expect((await mark(id, { performedAt })).status, performedAt).toBe(400)
    const blood = makeOrder({ encounter, at: new Date().toISOString() }, ...clinic.codes.order)
    const sheet = await clinic.sheet(encounter)
    ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: blood }]) }))
    expect([(await mark(blood.id)).status, (await mark('khong-co')).status]).toEqual([404, 404])
    expect(await rowOf(id)).not.toHaveProperty('done')
  })
  it('is written by nobody past that path: neither by nurse nor doctor over FHIR', async () => {
    const id = await order()
    const forged = { resourceType: 'Procedure', id, status: 'completed', basedOn: [{ reference: `ServiceRequest/${id}` }], subject: { reference: `Patient/${PATIENT.id}` }, performer: [{ actor: { display: 'Người khác' } }] }
    for (const caller of [clinic.nurse, clinic.doctor, laboratory]) expect((await caller.put(`/fhir/R4/Procedure/${id}`, forged)).status).toBe(403)
    expect(await rowOf(id)).not.toHaveProperty('done')
  })
  it('that was marked by mistake is taken back with its reason, waits again, and keeps on record who said what', async () => {
    const id = await order()
    ok(await mark(id))
    expect([(await withdraw(id, 1, ' x ')).status, (await withdraw(id, 1, 'Nhầm người', laboratory)).status, (await withdraw(id, 2)).status]).toEqual([400, 403, 412])
    expect(ok<ProcedureStored>(await withdraw(id, 1))).toEqual({ version: 2 })
    expect(await stored(id)).toMatchObject({ status: 'entered-in-error', statusReason: { text: 'Đánh dấu nhầm người' }, note: [{ text: 'Rút lại: Đánh dấu nhầm người', authorReference: { reference: 'Practitioner/dd-mau' } }] })
    expect([await rowOf(id), (await withdraw(id, 2)).status, (await mark(id)).status]).toEqual([expect.not.objectContaining({ done: expect.anything() }), 412, 412])
    expect((await audits('procedure-withdraw')).map(({ resourceId, detail }) => [resourceId, detail])).toEqual([[id, 'Đánh dấu nhầm người']])
    expect(ok<ProcedureStored>(await mark(id, { version: 2 }, clinic.doctor))).toEqual({ version: 3 })
    expect(ok<ProcedureState[]>(await clinic.doctor.get(`/api/visits/${encounter}/procedures`)).find((state) => state.order === id)).toMatchObject({ version: 3, done: { by: 'Trần Văn Mẫu', note: '' } })
  })
})

describe('the visit that ordered it', () => {
  it('prints what was ordered, drops nothing that is done, and when it is signed it can still be done; the record shows it in its line of time', async () => {
    encounter = await clinic.arrive()
    const [first, later] = [make(), make()]
    const sheet = await clinic.sheet(encounter)
    const bundle = (version: string | undefined) => makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(version) }, { resource: makeDiagnosis({ encounter }, ...clinic.codes.cold) }, { resource: first }, { resource: later }, { resource: makeOrder({ encounter }, ...clinic.codes.order) }])
    ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: bundle(sheet.encounter.meta?.versionId) }))
    ok(await mark(first.id))
    const drop = resend(await clinic.sheet(encounter), ({ resourceType, id }) => (id === first.id ? { remove: `${resourceType}/${id}`, version: 1 } : undefined))
    expect((await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: drop })).json()).toMatchObject({ code: 'order-under-way' })
    const [document] = await clinic.sign(encounter, resend(await clinic.sheet(encounter), () => undefined), { answer: true })
    const pdf = textOf((await clinic.doctor.get(`/api/documents/${document?.id ?? ''}/pdf`)).bytes).replace(/\s+/g, ' ')
    expect(pdf).toContain(`Chỉ định thủ thuật: ${dressing[1]}: Vết mổ ngày 5`)
    expect(pdf).toMatch(new RegExp(`Chỉ định cận lâm sàng: ${clinic.codes.order[1]}(?! *;)`))
    expect(ok<ProcedureStored>(await mark(later.id))).toEqual({ version: 1 })
    expect((await listed()).filter((row) => row.encounter === encounter).map(({ signed, done }) => [signed, done?.by])).toEqual([[true, 'Phạm Thị Mẫu'], [true, 'Phạm Thị Mẫu']])
    const { results = [] } = ok<Timeline>(await clinic.doctor.get(`/api/patients/${PATIENT.id}/timeline`))
    expect(results.filter((result) => result.encounter === encounter).map(({ report, kind, test, conclusion }) => [report, kind, test, conclusion]).sort()).toEqual([first.id, later.id].map((id) => [id, 'procedure', dressing[1], 'Phạm Thị Mẫu']).sort())
  })
})
