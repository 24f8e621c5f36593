/** From an order to a result that its doctor has looked at, on a real database: who sees what, what is stored, what is refused, what is on record. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosticReport, Observation, Task } from '@medplum/fhirtypes'
import type { CriticalResults, InboxRow, Received, ResultsInbox, ResultStored, VisitResult, WaitingResults, WorkDetail, WorkList } from '#api/model/results.ts'
import { buildTask } from '#api/laboratory/build-report.ts'
import { objectFromPlain, stringAt } from '#api/model/json.ts'
import type { SigningPreview } from '#api/model/site.ts'
import { CODE_SYSTEM, LOINC } from '#api/model/systems.ts'
import { CLINIC, ok, resend, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeAllergy, makeOrder, makeSheet, PATIENT } from '#test/support/visit.ts'
import { TEST_PIN } from '#test/support/app.ts'
import { textOf } from '../printing/pdf-tools.ts'

let clinic: Clinic
let bench: TestPersonCaller
let imaging: TestPersonCaller
let head: TestPersonCaller
let electrolytes: readonly [string, string, string]
let creatinine: readonly [string, string, string]
let encounter: string

const now = (): string => new Date().toISOString()
const order = async (code: readonly [string, string, string], category = 'lab'): Promise<string> => {
  const sheet = await clinic.sheet(encounter)
  const made = { ...makeOrder({ encounter, at: now() }, ...code), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: category }] }] }
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  return made.id
}
const receive = async (...orders: string[]): Promise<Received> => ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders }))
const detail = async (id: string): Promise<WorkDetail> => ok<WorkDetail>(await bench.get(`/api/work-lists/lab/orders/${id}`))
const put = async (id: string, values: Record<string, string>, more: object = {}) => {
  const { version } = await detail(id)
  return bench.put(`/api/work-lists/lab/orders/${id}/results`, { version, values: Object.entries(values).map(([code, text]) => ({ code, text })), conclusion: '', release: true, ...more })
}
const released = async (values: Record<string, string>, more: object = {}): Promise<string> => {
  const id = await order(electrolytes)
  await receive(id)
  ok<ResultStored>(await put(id, values, more))
  return id
}
/** As the list shows it now, unless told otherwise. */
const giveBack = async (id: string, more: object = {}, caller: TestPersonCaller = bench) => caller.post(`/api/work-lists/lab/orders/${id}/return`, { version: (await detail(id)).row.version, reason: 'clotted', words: '', again: true, ...more })
const inbox = async (caller: TestPersonCaller = clinic.doctor, query = ''): Promise<readonly InboxRow[]> => ok<ResultsInbox>(await caller.get(`/api/results/inbox${query}`)).rows
const rowOf = async (report: string): Promise<InboxRow> => {
  const row = (await inbox()).find((each) => each.report === report)
  if (row === undefined) throw new Error('not in the inbox')
  return row
}
const look = (row: InboxRow, looked = true, caller: TestPersonCaller = clinic.doctor) => caller.post(`/api/results/${row.task}/acknowledge`, { version: row.version, reportVersion: row.reportVersion, looked })
const audits = async (interaction: string) => (await clinic.site.parts.audit.find({ interaction, count: 50 }))
const CALL = { told: 'BS Trần Văn Mẫu', at: '2026-11-22T08:30:00+07:00', readBack: true }
const NORMAL = { '2951-2': '140', '2823-3': '4.10', '2075-0': '100' }

beforeAll(async () => {
  clinic = await testClinic()
  bench = await clinic.site.person({ login: 'xetnghiem', name: 'Bùi Thị Mẫu', practitioner: 'dd-mau', grants: [{ role: 'laboratory', department: null }] })
  imaging = await clinic.site.person({ login: 'cdha', grants: [{ role: 'imaging', department: null }] })
  head = await clinic.site.person({ login: 'truongkhoa', practitioner: null, grants: [{ role: 'head', department: CLINIC }] })
  const [found] = await clinic.site.parts.desks.terminology.find('orders', 'dien giai do', '2026-11-22', 1)
  electrolytes = [found?.code ?? '', found?.display ?? '', found?.version ?? '']
  const [cre] = await clinic.site.parts.desks.terminology.find('orders', 'creatinin', '2026-11-22', 1)
  creatinine = [cre?.code ?? '', cre?.display ?? '', cre?.version ?? '']
  encounter = await clinic.arrive()
})
afterAll(() => clinic.close())

describe('an order that the doctor has filed', () => {
  it('stands in the work list as not signed, with what the work needs of the patient, and in no other list', async () => {
    const id = await order(electrolytes)
    const { rows } = ok<WorkList>(await bench.get('/api/work-lists/lab'))
    expect(rows.find((row) => row.order === id)).toMatchObject({ name: 'Nguyễn Văn Mẫu', number: 'BN26000001', birthDate: '1985-03-02', gender: 'male', test: electrolytes[1], department: 'Khoa Khám bệnh', doctor: 'Trần Văn Mẫu', signed: false, state: 'waiting' })
    // what the patient is ill with is said of the order that is opened
    expect(rows.filter((row) => 'indication' in row)).toEqual([])
    expect((await detail(id)).row.indication).toBe('Ho, sốt 3 ngày')
    const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
    expect([(await bench.get(`/api/work-lists/lab?day=${day(30)}`)).status, (await bench.get(`/api/work-lists/lab?day=${day(33)}`)).status]).toEqual([200, 400])
    expect(ok<WorkList>(await imaging.get('/api/work-lists/imaging')).rows).toEqual([])
    expect(await audits('work-list')).not.toEqual([])
  })
  it('stays in the list until it is released, waits two weeks for its patient, and is looked up by its day', async () => {
    const at = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString()
    // the site is seven hours ahead of UTC
    const day = (ago: number): string => new Date(Date.parse(at(ago)) + 7 * 3_600_000).toISOString().slice(0, 10)
    const aged = async (ago: number): Promise<string> => {
      const made = objectFromPlain({ ...makeOrder({ encounter, at: at(ago) }, ...electrolytes) })
      await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([{ op: 'create', key: { type: 'ServiceRequest', id: stringAt(made, 'id') ?? '' }, resource: made }]))
      return stringAt(made, 'id') ?? ''
    }
    const [culture, waits, lost] = [await aged(9), await aged(8), await aged(20)]
    const listed = async (path = ''): Promise<string[]> => ok<WorkList>(await bench.get(`/api/work-lists/lab${path}`)).rows.map((row) => row.order).filter((id) => [culture, waits, lost].includes(id))
    await receive(culture)
    expect([await listed(), await listed('/overdue'), await listed(`?day=${day(8)}`), await listed(`?day=${day(20)}`)]).toEqual([[culture], [waits], [waits], [lost]])
    ok(await put(culture, NORMAL))
    expect([await listed(), await listed(`?day=${day(9)}`)]).toEqual([[], [culture]])
    // given back to be done again it waits however old it is
    await receive(lost)
    expect(await listed()).toEqual([lost])
    ok(await giveBack(lost, { reason: 'too-little' }))
    expect(await listed()).toEqual([lost])
    ok(await giveBack(lost, { reason: 'too-little', again: false }))
    expect(await listed()).toEqual([])
    expect((await imaging.get('/api/work-lists/lab/overdue')).status).toBe(403)
  })
  it('tells who opens it what is dangerous: allergies, and imaging also kidney and pregnancy, as the audit log says', async () => {
    const [blood, chest] = [await order(electrolytes), await order(['XQ-NGUC', 'X-quang ngực thẳng', electrolytes[2]], 'imaging')]
    const look = async (): Promise<WorkDetail> => ok<WorkDetail>(await imaging.get(`/api/work-lists/imaging/orders/${chest}`))
    expect([(await detail(blood)).dangers, (await look()).dangers]).toEqual([{ allergies: { state: 'unasked', rows: [] } }, { allergies: { state: 'unasked', rows: [] }, kidney: 'none' }])
    const facts = [
      { ...makeAllergy({ encounter }, 'Thuốc cản quang'), criticality: 'high' },
      { resourceType: 'Observation', id: randomUUID(), status: 'final', code: { coding: [{ system: CODE_SYSTEM.loinc, code: LOINC.creatinineMoles.code }] }, subject: { reference: `Patient/${PATIENT.id}` }, effectiveDateTime: '2026-11-21T08:00:00+07:00', valueQuantity: { value: 210, code: 'umol/L' } },
    ]
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write(facts.map((fact) => ({ op: 'create', key: { type: fact.resourceType, id: fact.id }, resource: objectFromPlain(fact) }))))
    const { dangers } = await look()
    expect(dangers).toMatchObject({ allergies: { state: 'known', rows: [{ text: 'Thuốc cản quang', high: true, contrast: true }] }, kidney: { creatinine: 210, day: '2026-11-21' } })
    expect(dangers).not.toHaveProperty('pregnancy')
    expect((await detail(blood)).dangers).not.toHaveProperty('kidney')
    expect((await audits('work-order')).filter((row) => row.detail === 'allergies creatinine height pregnancy').map((row) => row.patient)).toContain(PATIENT.id)
    // the others of this file begin without them
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write(facts.map((fact) => ({ op: 'delete', key: { type: fact.resourceType, id: fact.id }, expected: 1 }))))
  })
  it('is nobody else\'s to see or to take in, and opens nothing of the record', async () => {
    const id = await order(electrolytes)
    for (const caller of [imaging, clinic.doctor, clinic.nurse, clinic.reception]) {
      expect((await caller.get('/api/work-lists/lab')).status).toBe(403)
      expect((await caller.post('/api/work-lists/lab/receive', { orders: [id] })).status).toBe(403)
      expect((await caller.get(`/api/work-lists/lab/orders/${id}`)).status).toBe(403)
    }
    expect((await bench.get(`/api/work-lists/imaging`)).status).toBe(403)
    for (const address of [`Patient/${PATIENT.id}`, `Encounter/${encounter}`, `ServiceRequest/${id}`, `Observation?patient=${PATIENT.id}`, `Task`, `DiagnosticReport`]) expect([address, (await bench.get(`/fhir/R4/${address}`)).status]).toEqual([address, 403])
    for (const address of [`/api/visits/${encounter}`, `/api/visits/${encounter}/results`, '/api/patients?q=mau', '/api/results/inbox', '/api/results/waiting']) expect([address, (await bench.get(address)).status]).toEqual([address, 403])
    expect((await bench.get(`/api/work-lists/lab/orders/${encounter}`)).status).toBe(404)
  })
  it('is taken in once, with others of the patient in one specimen, and then no longer the sheet\'s to take off', async () => {
    const [a, b] = [await order(electrolytes), await order(creatinine)]
    // a tube of serum and one of whole blood are two
    expect((await bench.post('/api/work-lists/lab/receive', { orders: [a, await order(clinic.codes.order)] })).json()).toMatchObject({ code: 'bad-request' })
    const { accession = '', specimen = '' } = await receive(a, b)
    expect(accession).toMatch(/^\d{6}-\d{4}$/)
    expect((await bench.post('/api/work-lists/lab/receive', { orders: [a] })).json()).toMatchObject({ code: 'already-exists' })
    const { rows } = ok<WorkList>(await bench.get('/api/work-lists/lab'))
    expect(rows.filter((row) => row.accession === accession).map(({ order: id, state }) => [id, state]).toSorted()).toEqual([[a, 'received'], [b, 'received']].toSorted())
    const stored = await clinic.site.parts.store.read(clinic.site.internal, { type: 'Specimen', id: specimen })
    expect(JSON.parse(stored?.body ?? '{}')).toMatchObject({ accessionIdentifier: { value: accession }, type: { coding: [{ code: 'BLD' }], text: 'Máu, ống huyết thanh' }, request: [{ reference: `ServiceRequest/${a}` }, { reference: `ServiceRequest/${b}` }], collection: { collector: { reference: 'Practitioner/dd-mau' } } })
    const label = await bench.get(`/api/work-lists/lab/specimens/${specimen}/label`)
    expect([label.status, label.text.slice(0, 5)]).toEqual([200, '%PDF-'])
    const sheet = await clinic.sheet(encounter)
    const bundle = resend(sheet, (resource) => (resource.id === a ? { remove: `ServiceRequest/${a}`, version: 1 } : undefined))
    expect((await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle })).json()).toMatchObject({ code: 'order-under-way' })
    expect(ok<WorkList>(await bench.get('/api/work-lists/lab')).rows.some((row) => row.order === a)).toBe(true)
  })
})

describe('a result', () => {
  it('keeps the digits that were typed, with range and meaning in codes, and is first preliminary, then final', async () => {
    const id = await order(electrolytes)
    await receive(id)
    expect(ok<ResultStored>(await put(id, { ...NORMAL, '2823-3': '5,30' }, { release: false }))).toMatchObject({ severity: 'abnormal' })
    expect((await detail(id)).row.state).toBe('preliminary')
    expect((await inbox()).some((row) => row.report === id)).toBe(false)
    // the sheet says that it waits, and no value of it
    const beside = async () => ok<VisitResult[]>(await clinic.doctor.get(`/api/visits/${encounter}/results`)).find(({ report: of }) => of === id)
    expect(await beside()).toMatchObject({ status: 'preliminary', lines: [], conclusion: '' })
    ok(await put(id, { ...NORMAL, '2823-3': '5.30' }))
    const { lines, row } = await detail(id)
    expect([row.state, lines.map(({ name, text, unit, range, flag }) => [name, text, unit, range, flag])]).toEqual(['final', [['Natri (Na)', '140', 'mmol/L', '136–145', 'N'], ['Kali (K)', '5.30', 'mmol/L', '3.5–5.0', 'H'], ['Clo (Cl)', '100', 'mmol/L', '98–106', 'N']]])
    expect((await beside())?.lines).toHaveLength(3)
    const report = await clinic.site.parts.store.read(clinic.site.internal, { type: 'DiagnosticReport', id })
    expect(JSON.parse(report?.body ?? '{}') as DiagnosticReport).toMatchObject({ status: 'final', basedOn: [{ reference: `ServiceRequest/${id}` }], resultsInterpreter: [{ reference: 'Practitioner/dd-mau' }] })
    const observation = await clinic.site.parts.store.search(clinic.site.internal, { type: 'Observation', strict: true, parameters: [['based-on', `ServiceRequest/${id}`], ['code', '2823-3']] })
    expect(observation.matches[0]?.body).toContain('"value":5.30')
    expect(JSON.parse(observation.matches[0]?.body ?? '{}') as Observation).toMatchObject({ status: 'final', interpretation: [{ coding: [{ code: 'H' }] }], referenceRange: [{ low: { value: 3.5 }, high: { value: 5 } }] })
  })
  it('is refused when it is empty, of another test, no number, or typed over somebody else\'s', async () => {
    const id = await order(electrolytes)
    expect((await bench.put(`/api/work-lists/lab/orders/${id}/results`, { version: 1, values: [{ code: '2951-2', text: '140' }], conclusion: '', release: true })).status).toBe(404)
    await receive(id)
    expect((await put(id, {})).json()).toMatchObject({ code: 'result-empty' })
    const wrong: readonly Record<string, string>[] = [{ '6690-2': '5' }, { '2951-2': 'cao' }, { '2951-2': '-1' }, { '2951-2': '1e3' }]
    for (const values of wrong) expect((await put(id, values)).json()).toMatchObject({ code: 'bad-request' })
    expect((await put(id, NORMAL, { version: 7 })).json()).toMatchObject({ code: 'version-conflict' })
  })
  it('that is critical is released only with the call, which is stored', async () => {
    const id = await order(electrolytes)
    await receive(id)
    expect((await put(id, { ...NORMAL, '2823-3': '6.8' })).json()).toMatchObject({ code: 'critical-call-needed' })
    expect((await put(id, { ...NORMAL, '2823-3': '6.8' }, { callBack: { ...CALL, readBack: false } })).json()).toMatchObject({ code: 'bad-request' })
    expect(ok<ResultStored>(await put(id, { ...NORMAL, '2823-3': '6.8' }, { callBack: CALL }))).toMatchObject({ severity: 'critical' })
    expect((await detail(id)).calls).toEqual(['Đã báo BS Trần Văn Mẫu giá trị nguy hiểm: Kali (K) 6.8 mmol/L. Người nghe đã đọc lại. Bùi Thị Mẫu'])
    expect((await inbox())[0]).toMatchObject({ report: id, severity: 'critical' })
  })
  it('that was released as critical and is corrected is told again, and stays as urgent, whatever it says now', async () => {
    const id = await released({ ...NORMAL, '2823-3': '7.2' }, { callBack: CALL })
    expect((await put(id, { ...NORMAL, '2823-3': '4.2' }, { reason: 'Mẫu tan máu' })).json()).toMatchObject({ code: 'critical-call-needed' })
    expect(ok<ResultStored>(await put(id, { ...NORMAL, '2823-3': '4.2' }, { reason: 'Mẫu tan máu', callBack: CALL }))).toMatchObject({ severity: 'critical' })
    expect((await detail(id)).calls).toContain('Đã báo BS Trần Văn Mẫu giá trị nguy hiểm đã sửa: Kali (K) 7.2 mmol/L, nay là 4.2. Người nghe đã đọc lại. Bùi Thị Mẫu')
    expect(await rowOf(id)).toMatchObject({ amended: true, severity: 'critical' })
    expect((await look(await rowOf(id), false)).json()).toMatchObject({ code: 'second-look-needed' })
    // corrected again before anybody has looked
    expect(ok<ResultStored>(await put(id, { ...NORMAL, '2823-3': '4.3' }, { reason: 'Nhập nhầm' }))).toMatchObject({ severity: 'abnormal' })
    expect(await rowOf(id)).toMatchObject({ severity: 'critical' })
  })
  it('that is corrected to normal values is looked at before it is acknowledged', async () => {
    const id = await released(NORMAL)
    expect(ok<ResultStored>(await put(id, { ...NORMAL, '2951-2': '141' }, { reason: 'Nhập nhầm' }))).toMatchObject({ severity: 'abnormal' })
    expect((await look(await rowOf(id), false)).json()).toMatchObject({ code: 'second-look-needed' })
  })
  it('in a unit in which it is hardly possible is stored only when it is typed a second time', async () => {
    const id = await order(creatinine)
    await receive(id)
    const typed = async (again?: string) => bench.put(`/api/work-lists/lab/orders/${id}/results`, { version: (await detail(id)).version, values: [{ code: '14682-9', text: '1.8', ...(again !== undefined && { again }) }], conclusion: '', release: false })
    expect([(await typed()).json(), (await typed('1.9')).json()]).toMatchObject([{ code: 'result-implausible' }, { code: 'result-implausible' }])
    ok(await typed('1,8'))
    // it stands now: nobody types it a third time
    ok(await typed())
  })
  it('says how much it differs from the last one', async () => {
    await released({ '2951-2': '120', '2823-3': '4.0' })
    const id = await released({ '2951-2': '140', '2823-3': '4.0' })
    expect((await detail(id)).lines.map(({ change }) => change)).toEqual(['tăng 17% so với 120', undefined])
  })
  it('that was released is corrected with a reason, and what it said before stays', async () => {
    const id = await released(NORMAL)
    expect((await look(await rowOf(id), false)).status).toBe(204)
    expect((await put(id, { ...NORMAL, '2951-2': '128' })).json()).toMatchObject({ code: 'correction-reason-needed' })
    ok(await put(id, { ...NORMAL, '2951-2': '128' }, { reason: 'Nhập nhầm ống' }))
    const { row, lines, earlier } = await detail(id)
    expect([row.amended, lines[0]?.text, earlier.map((each) => each.lines[0]?.text)]).toEqual([true, '128', ['140']])
    // who has looked at the first looks again
    expect(await rowOf(id)).toMatchObject({ amended: true, severity: 'abnormal' })
    // nor by who treats the patient, past the bench: neither the report, nor values, nor the specimen
    const subject = { reference: `Patient/${PATIENT.id}` }
    for (const resource of [{ resourceType: 'DiagnosticReport', id, status: 'final', code: { text: 'x' }, subject }, { resourceType: 'Specimen', id: 'gia-mau', subject }, { resourceType: 'Observation', id: 'gia-tri-gia', status: 'final', category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'laboratory' }] }], code: { text: 'x' }, subject }]) expect((await clinic.doctor.put(`/fhir/R4/${resource.resourceType}/${resource.id}`, resource)).status, resource.resourceType).toBe(403)
  })
})

describe('a specimen that cannot be used', () => {
  const stored = async (type: string, id: string) => JSON.parse((await clinic.site.parts.store.read(clinic.site.internal, { type, id }))?.body ?? '{}') as Record<string, unknown>
  it('goes back with its reason: its orders wait again, its values are no results, and the doctor sees why', async () => {
    const [a, b] = [await order(electrolytes), await order(creatinine)]
    const { specimen = '', accession } = await receive(a, b)
    ok(await put(a, { ...NORMAL, '2823-3': '7.9' }, { release: false }))
    const value = (await clinic.site.parts.store.search(clinic.site.internal, { type: 'Observation', strict: true, parameters: [['based-on', `ServiceRequest/${a}`], ['code', '2823-3']] })).matches[0]?.id ?? ''
    expect((await giveBack(a, { reason: 'other' })).json()).toMatchObject({ code: 'bad-request' })
    for (const caller of [imaging, clinic.doctor]) expect((await giveBack(a, {}, caller)).status).toBe(403)
    expect(ok<{ orders: string[] }>(await giveBack(a)).orders.toSorted()).toEqual([a, b].toSorted())
    expect(await stored('Specimen', specimen)).toMatchObject({ status: 'unsatisfactory', condition: [{ coding: [{ code: 'CLOT' }] }] })
    expect([(await stored('DiagnosticReport', a)).status, (await stored('Observation', value)).status]).toEqual(['cancelled', 'cancelled'])
    const { row, lines } = await detail(a)
    expect([row.state, row.accession, row.returned, lines]).toEqual(['waiting', undefined, 'Trả lại: mẫu đông. Chờ làm lại. Bùi Thị Mẫu', []])
    expect(await rowOf(a)).toMatchObject({ returned: true, severity: 'abnormal', conclusion: row.returned })
    expect(ok<VisitResult[]>(await clinic.doctor.get(`/api/visits/${encounter}/results`)).find(({ report }) => report === b)).toMatchObject({ status: 'cancelled', conclusion: row.returned, lines: [] })
    expect((await audits('specimen-return')).filter(({ detail: what }) => what === 'lab clotted again')).toHaveLength(2)
    expect((await put(a, NORMAL)).status).toBe(404)
    // taken in once more, under another number, it comes back like any other
    const { version: shown } = (await detail(b)).row
    const again = await receive(a, b)
    expect(again.accession).not.toBe(accession)
    // what stands in it meanwhile is no result, and is not taken note of
    ok(await put(a, { ...NORMAL, '2823-3': '7.7' }, { release: false, conclusion: 'Nháp' }))
    const waits = await rowOf(a)
    expect(waits).toMatchObject({ waits: true, lines: [], conclusion: '' })
    expect(waits.returned).toBeUndefined()
    expect((await look(waits)).json()).toMatchObject({ code: 'bad-request' })
    // who still has the old tube before them does not spoil the new one
    for (const version of [shown, shown - 1]) expect((await giveBack(b, { version })).json()).toMatchObject({ code: 'version-conflict' })
    expect([(await detail(a)).row.accession, (await stored('Specimen', again.specimen ?? '')).status]).toEqual([again.accession, 'available'])
    ok(await put(a, NORMAL))
    const now = await rowOf(a)
    expect(now).toMatchObject({ conclusion: '', lines: [{ text: '140' }, { text: '4.10' }, { text: '100' }] })
    expect(now.waits).toBeUndefined()
    expect((await giveBack(a)).json()).toMatchObject({ code: 'bad-request' })
  })
  it('is named on the label no more, where another test of the tube was good', async () => {
    const [a, b] = [await order(electrolytes), await order(creatinine)]
    const { specimen = '' } = await receive(a, b)
    const label = async (): Promise<string> => textOf((await bench.get(`/api/work-lists/lab/specimens/${specimen}/label`)).bytes)
    expect([(await label()).includes(electrolytes[0]), (await label()).includes(creatinine[0])]).toEqual([true, true])
    ok(await put(a, NORMAL))
    ok(await giveBack(b))
    expect([(await label()).includes(electrolytes[0]), (await label()).includes(creatinine[0])]).toEqual([true, false])
  })
  it('or a patient who did not come leaves the order to its doctor, who may take it off', async () => {
    const id = await order(electrolytes)
    expect((await giveBack(id, { reason: 'no-show' })).json()).toMatchObject({ code: 'bad-request' })
    ok(await giveBack(id, { reason: 'no-show', again: false }))
    expect((await detail(id)).row).toMatchObject({ state: 'given-up', returned: 'Không làm: người bệnh không đến. Bùi Thị Mẫu' })
    expect(await rowOf(id)).toMatchObject({ returned: true })
    const sheet = await clinic.sheet(encounter)
    const version = Number(sheet.current.find((resource) => resource.id === id)?.meta?.versionId)
    ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: resend(sheet, (resource) => (resource.id === id ? { remove: `ServiceRequest/${id}`, version } : undefined)) }))
  })
  it('that was taken in by mistake is nothing to its doctor', async () => {
    const id = await order(electrolytes)
    await receive(id)
    // given up it would be gone without a word
    expect((await giveBack(id, { reason: 'by-mistake', again: false })).json()).toMatchObject({ code: 'bad-request' })
    ok(await giveBack(id, { reason: 'by-mistake' }))
    expect((await inbox()).some(({ report }) => report === id)).toBe(false)
    expect((await detail(id)).row.state).toBe('waiting')
  })
})

describe('the results inbox', () => {
  it('shows the doctor what was released, worst first, and counts it', async () => {
    const rows = await inbox()
    const rank = rows.map(({ severity }) => ['critical', 'abnormal', 'normal'].indexOf(severity))
    expect(rank).toEqual(rank.toSorted())
    expect(ok<WaitingResults>(await clinic.doctor.get('/api/results/waiting'))).toEqual({ count: rows.length, critical: rows.filter(({ severity }) => severity === 'critical').length, more: false })
    expect(await inbox(clinic.stranger)).toEqual([])
    expect((await inbox(head)).map(({ task }) => task).toSorted()).toEqual(rows.map(({ task }) => task).toSorted())
  })
  it('counts the critical ones of a patient for whoever treats the patient, until somebody has taken note, and has it on record', async () => {
    const address = `/api/patients/${PATIENT.id}/critical-results`
    const count = async (caller: TestPersonCaller = clinic.doctor): Promise<number> => ok<CriticalResults>(await caller.get(address)).count
    const before = await count()
    const row = await rowOf(await released({ ...NORMAL, '2951-2': '118' }, { callBack: CALL }))
    expect([row.severity, await count(), await count(clinic.nurse), await count(head)]).toEqual(['critical', before + 1, before + 1, before + 1])
    expect((await look(row)).status).toBe(204)
    expect(await count()).toBe(before)
    expect((await bench.get(address)).status).toBe(403)
    expect((await audits('critical-results')).some(({ patient, outcome }) => patient === PATIENT.id && outcome === 'success')).toBe(true)
  })
  it('takes a normal result by one key and an abnormal one only when its values were open, and says who and when', async () => {
    const [normal, high] = [await rowOf(await released(NORMAL)), await rowOf(await released({ ...NORMAL, '2951-2': '147' }))]
    expect((await look(normal, false)).status).toBe(204)
    expect((await look(high, false)).json()).toMatchObject({ code: 'second-look-needed' })
    expect((await look(high, true, clinic.stranger)).status).toBe(403)
    expect((await look(high, true, head)).status).toBe(204)
    expect((await look(high, true)).json()).toMatchObject({ code: 'version-conflict' })
    const done = (await inbox(clinic.doctor, '?done=1')).find(({ task }) => task === high.task)
    expect(done?.done).toMatchObject({ by: expect.stringContaining('Nguyễn Văn Mẫu') })
    const stored = await clinic.site.parts.store.read(clinic.site.internal, { type: 'Task', id: high.task })
    expect(JSON.parse(stored?.body ?? '{}') as Task).toMatchObject({ status: 'completed', focus: { reference: `DiagnosticReport/${high.report}` } })
    expect((await audits('result-acknowledge')).filter(({ resourceId, id, outcome }) => (resourceId ?? id) === high.report && outcome === 'success').length).toBe(1)
  })
  it('does not take for seen what was corrected since it was shown', async () => {
    const id = await released(NORMAL)
    const shown = await rowOf(id)
    ok(await put(id, { ...NORMAL, '2951-2': '129' }, { reason: 'Sửa giá trị' }))
    expect((await look(shown)).json()).toMatchObject({ code: 'version-conflict' })
    expect((await look({ ...shown, version: (await rowOf(id)).version })).json()).toMatchObject({ code: 'version-conflict' })
    expect((await look(await rowOf(id))).status).toBe(204)
  })
})

describe('an inbox that has more than it shows', () => {
  const tasks = async (owner: string | undefined, ...made: readonly (readonly [id: string, severity: string, at: string])[]): Promise<void> => {
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write(made.map(([id, severity, at]) => ({
      op: 'create', key: { type: 'Task', id },
      resource: buildTask(id, objectFromPlain({ id: `khong-co-${id}`, subject: { reference: `Patient/${PATIENT.id}` }, ...(owner !== undefined && { requester: { reference: `Practitioner/${owner}` } }) }), CLINIC, severity, at),
    }))))
  }
  it('says of a result that cannot be read that it waits, to the heads of the department where nobody owns it, and to those of the whole hospital', async () => {
    await tasks(undefined, ['viec-khong-doc-duoc', 'critical', '2026-11-22T08:00:00+07:00'])
    const chief = await clinic.site.person({ login: 'giamdoc', practitioner: null, grants: [{ role: 'head', department: null }] })
    for (const caller of [head, chief]) {
      const rows = await inbox(caller)
      expect(rows.find(({ task }) => task === 'viec-khong-doc-duoc')).toMatchObject({ unreadable: true, severity: 'critical' })
      expect(ok<WaitingResults>(await caller.get('/api/results/waiting'))).toMatchObject({ count: rows.length, more: false })
    }
    expect((await look(await rowOf(await released(NORMAL)), true, chief)).status).toBe(204)
  })
  it('shows and counts the critical one behind hundreds of others, and says that there are more', async () => {
    const busy = await clinic.site.person({ login: 'bsnhieuviec', practitioner: 'bs-nhieu', grants: [{ role: 'doctor', department: CLINIC }] })
    const many = Array.from({ length: 601 }, (_, at) => [`viec-thuong-${at}`, 'normal', '2026-11-23T08:00:00+07:00'] as const)
    await tasks('bs-nhieu', ['viec-nguy-hiem', 'critical', '2026-11-20T08:00:00+07:00'], ...many)
    const { rows, more } = ok<ResultsInbox>(await busy.get('/api/results/inbox'))
    expect([rows[0]?.task, rows.length, more]).toEqual(['viec-nguy-hiem', 600, true])
    expect(ok<WaitingResults>(await busy.get('/api/results/waiting'))).toEqual({ count: 600, critical: 1, more: true })
  })
})

describe('a result of a signed visit', () => {
  it('is stored and shown beside the visit, and nothing that was signed changes', async () => {
    encounter = await clinic.arrive()
    const [document] = await clinic.sign(encounter, await clinic.reference(encounter))
    const before = await clinic.sheet(encounter)
    const id = before.current.find(({ resourceType }) => resourceType === 'ServiceRequest')?.id ?? ''
    expect((await detail(id)).row).toMatchObject({ signed: true, indication: clinic.codes.cold[1] })
    // a correction takes the order off while nobody has it, and no longer when somebody has; also when the pages were shown before
    const version = Number(before.current.find((resource) => resource.id === id)?.meta?.versionId)
    const without = { bundle: resend(before, (resource) => (resource.id === id ? { remove: `ServiceRequest/${id}`, version } : undefined)), correction: { kind: 'replaces', reason: 'Chỉ định nhầm' } }
    const { preview } = ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, without))
    await receive(id)
    expect((await clinic.doctor.post(`/api/visits/${encounter}/preview`, without)).json()).toMatchObject({ code: 'order-under-way' })
    expect((await clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin: TEST_PIN })).json()).toMatchObject({ code: 'order-under-way' })
    ok(await put(id, { '718-7': '131', '777-3': '250' }))
    expect(await rowOf(id)).toMatchObject({ signed: true, encounter })
    const after = await clinic.sheet(encounter)
    const versions = (sheet: typeof before) => [sheet.encounter, ...sheet.current].map((resource) => `${resource.id} ${resource.meta?.versionId}`).toSorted()
    expect(versions(after)).toEqual(versions(before))
    expect(after.documents.map(({ id: each, verdict }) => [each, verdict])).toEqual(before.documents.map(({ id: each, verdict }) => [each, verdict]))
    expect(document?.id).toBeDefined()
    const results = ok<VisitResult[]>(await clinic.doctor.get(`/api/visits/${encounter}/results`))
    expect(results.find(({ report }) => report === id)).toMatchObject({ ofVisit: true, status: 'final', lines: [{ text: '131' }, { text: '250' }] })
    expect((await clinic.stranger.get(`/api/visits/${encounter}/results`)).status).toBe(403)
  })
})
