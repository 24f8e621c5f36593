/** $document and $docref. http://hl7.org/fhir/R4/composition-operation-document.html, http://hl7.org/fhir/us/core/OperationDefinition-docref.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Entries { type: string; identifier?: { value: string }; timestamp?: string; entry?: { fullUrl: string; resource: { resourceType: string; id: string } }[] }

let site: TestSite
let client: TestCaller
let doctor: TestCaller & { readonly account: string }
const BASE = '/fhir/R4'
const to = (reference: string): { reference: string } => ({ reference })
const LOINC = (code: string): object => ({ coding: [{ system: 'http://loinc.org', code }] })

const composition = (id: string, more: object): object =>
  ({ resourceType: 'Composition', id, status: 'final', type: LOINC('34133-9'), subject: to('Patient/an'), date: '2026-03-02', author: [to('Practitioner/bac-si')], title: 'Phiếu khám', ...more })
const reference = (id: string, date: string, more: object = {}): object =>
  ({ resourceType: 'DocumentReference', id, status: 'current', type: LOINC('34133-9'), subject: to('Patient/an'), date, content: [{ attachment: { contentType: 'application/pdf', url: 'https://a.example/x.pdf' } }], ...more })

const RECORD: readonly object[] = [
  { resourceType: 'Organization', id: 'khoa', name: 'Khoa' }, { resourceType: 'Organization', id: 'ngoai', name: 'Nơi khác' }, { resourceType: 'Practitioner', id: 'bac-si' },
  { resourceType: 'Patient', id: 'an', managingOrganization: to('Organization/khoa') }, { resourceType: 'Patient', id: 'binh' },
  { resourceType: 'Observation', id: 'con', status: 'final', code: { text: 'x' }, subject: to('Patient/an') },
  { resourceType: 'Observation', id: 'cha', status: 'final', code: { text: 'x' }, subject: to('Patient/an'), hasMember: [to('Observation/con')], valueQuantity: { value: 1, unit: 'x' } },
  { resourceType: 'Observation', id: 'nguoi-khac', status: 'final', code: { text: 'x' }, subject: to('Patient/binh') },
  { resourceType: 'Observation', id: 'dan', status: 'final', code: { text: 'x' }, subject: to('Patient/an'), derivedFrom: [to('Observation/nguoi-khac')] },
  composition('c', { section: [{ title: 'Kết quả', entry: [to('Observation/cha'), to('Observation/dan')] }] }),
  composition('lech', { section: [{ title: 'Kết quả', entry: [to('Observation/nguoi-khac')] }] }),
  reference('d-1', '2026-01-10T08:00:00+07:00'), reference('d-2', '2026-02-10T08:00:00+07:00', { type: LOINC('11488-4') }),
  reference('d-3', '2026-03-10T08:00:00+07:00', { context: { period: { start: '2025-05-01', end: '2025-05-05' } } }),
  reference('d-old', '2026-04-10T08:00:00+07:00', { status: 'superseded' }),
]

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const resource of RECORD) {
    const { resourceType, id } = resource as { resourceType: string; id: string }
    const answer = await client.call('PUT', `${BASE}/${resourceType}/${id}`, { body: JSON.stringify(resource).replace('"value":1,', '"value":1.250,') })
    expect(answer.status, answer.text).toBe(201)
  }
  doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
})
afterAll(() => site.close())

const names = (answer: TestAnswer): string[] => {
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<Entries>().entry ?? []).map(({ resource }) => `${resource.resourceType}/${resource.id}`)
}
const relate = (patient: string): Promise<void> =>
  site.parts.store.transact(site.internal, (tx) => tx.relate({ patient, department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))

describe('a document', () => {
  const OF_C = ['Observation/cha', 'Observation/con', 'Observation/dan', 'Organization/khoa', 'Patient/an', 'Practitioner/bac-si']
  it('is the Composition first, what it names, and what that refers to in the same record or in nobody’s', async () => {
    const answer = await client.get(`${BASE}/Composition/c/$document`)
    const [first, ...others] = names(answer)
    expect([first, others.toSorted()]).toEqual(['Composition/c', OF_C])
    const bundle = answer.json<Entries>()
    expect([bundle.type, bundle.identifier?.value.startsWith('urn:uuid:'), bundle.entry?.every(({ fullUrl, resource }) => fullUrl.endsWith(`${BASE}/${resource.resourceType}/${resource.id}`))]).toEqual(['document', true, true])
    expect(Math.abs(Date.parse(bundle.timestamp ?? '') - Date.now())).toBeLessThan(60_000)
    expect(answer.text).toContain('"value":1.250')
  })
  it('is asked for by its id at the type too, and stored when that is wanted, by POST', async () => {
    expect(names(await client.get(`${BASE}/Composition/$document?id=Composition/c`))[0]).toBe('Composition/c')
    expect((await client.get(`${BASE}/Composition/c/$document?persist=true`)).status).toBe(400)
    const kept = await client.post(`${BASE}/Composition/c/$document`, { resourceType: 'Parameters', parameter: [{ name: 'persist', valueBoolean: true }] })
    const { id } = kept.json<{ id: string }>()
    const read = await client.get(`${BASE}/Bundle/${id}`)
    expect([names(kept).length, read.text === kept.text, read.headers.etag]).toEqual([OF_C.length + 1, true, kept.headers.etag])
    expect(String(kept.headers['content-location'])).toContain(`/Bundle/${id}/_history/1`)
    expect((await client.get(`${BASE}/Bundle?identifier=${read.json<Entries>().identifier?.value}`)).text).toContain(id)
    const reader = await site.system(['system/*.rs'])
    expect((await reader.post(`${BASE}/Composition/c/$document?persist=true`)).status).toBe(403)
  })
  it('is refused for what is not there or not named', async () => {
    expect((await client.get(`${BASE}/Composition/none/$document`)).status).toBe(404)
    expect((await client.get(`${BASE}/Composition/$document`)).status).toBe(400)
    expect((await client.get(`${BASE}/Composition/c/$document?graph=x`)).status).toBe(400)
  })
  it('is refused to a person who may not read all that the Composition names', async () => {
    expect((await doctor.get(`${BASE}/Composition/c/$document`)).text).toContain('break-glass-needed')
    await relate('an')
    expect(names(await doctor.get(`${BASE}/Composition/c/$document`)).slice(1).toSorted()).toEqual(OF_C)
    expect((await doctor.get(`${BASE}/Composition/lech/$document`)).text).toContain('break-glass-needed')
    await relate('binh')
    expect(names(await doctor.get(`${BASE}/Composition/lech/$document`))).toContain('Observation/nguoi-khac')
    const rows = await site.parts.audit.find({ account: doctor.account, count: 2 })
    expect(rows.map(({ patient, detail, outcome }) => [patient, detail, outcome]).toSorted()).toEqual([['an', '$document', 'success'], ['binh', '$document', 'success']])
  })
})

describe('references to documents', () => {
  const ask = async (query: string, caller = client): Promise<string[]> => names(await caller.get(`${BASE}/DocumentReference/$docref?${query}`)).map((name) => name.replace('DocumentReference/', ''))
  it('are the newest, or all whose care falls between two dates', async () => {
    expect(await ask('patient=an')).toEqual(['d-3'])
    expect(await ask('patient=Patient/an&start=2026-01-01&end=2026-12-31')).toEqual(['d-2', 'd-1'])
    expect(await ask('patient=an&start=2025-05-02&end=2025-05-03')).toEqual(['d-3'])
    expect(await ask('patient=an&end=2026-01-31')).toEqual(['d-3', 'd-1'])
  })
  it('are of one type where that is asked for, by GET and POST; none is made on demand', async () => {
    expect(await ask('patient=an&type=http://loinc.org|11488-4')).toEqual(['d-2'])
    const parameter = [{ name: 'patient', valueId: 'an' }, { name: 'type', valueCoding: { system: 'http://loinc.org', code: '11488-4' } }]
    expect(names(await client.post(`${BASE}/DocumentReference/$docref`, { resourceType: 'Parameters', parameter }))).toEqual(['DocumentReference/d-2'])
    expect(await ask('patient=an&on-demand=true&start=2026-01-01')).toEqual([])
    expect(await ask('patient=nobody')).toEqual([])
  })
  it('need a patient, and dates that there are', async () => {
    for (const query of ['', 'patient=', 'patient=an&start=2026-13-01', 'patient=an&start=2026-02-30', 'patient=an&start=x)', 'patient=an&profile=x']) expect([query, (await client.get(`${BASE}/DocumentReference/$docref?${query}`)).status]).toEqual([query, 400])
  })
  it('are shown to a person as a search shows them, on record with the patient', async () => {
    const other = await site.person({ grants: [{ role: 'doctor', department: 'khoa-khac' }] })
    expect(await ask('patient=an', other)).toEqual([])
    const [row] = await site.parts.audit.find({ account: other.account, count: 1 })
    expect(row).toMatchObject({ patient: 'an', type: 'DocumentReference', detail: '$docref (0)' })
    expect(await ask('patient=an', doctor)).toEqual(['d-3'])
  })
})
