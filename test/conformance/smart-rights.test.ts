/**
 * What an app of a person sees and writes: never more than the person, never more than its scopes (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html).
 * What lies outside must change no answer: the same requests are sent before and after there is something hidden.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '#api/model/actor.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { addApp, connect, type Connection } from '#test/support/app-launch.ts'

const BASE = '/fhir/R4'
const WARD = 'khoa-noi'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'

let site: TestSite
let all: TestCaller
let doctor: Awaited<ReturnType<TestSite['person']>>

const observation = (id: string, patient: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  resourceType: 'Observation', id, status: 'final', category: [{ coding: [{ system: CATEGORY, code: 'vital-signs' }] }], code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${patient}` }, effectiveDateTime: '2026-11-01T08:00:00+07:00', valueQuantity: { value: 80 }, ...more,
})
const stored = async (...resources: Record<string, unknown>[]): Promise<void> => {
  for (const resource of resources) {
    const answer = await all.put(`${BASE}/${String(resource.resourceType)}/${String(resource.id)}`, resource)
    expect([200, 201], answer.text).toContain(answer.status)
  }
}
/** A record of the patient, each resource with the id of the patient in its own. */
const recordOf = (patient: string): Record<string, unknown>[] => [
  { resourceType: 'Patient', id: patient, name: [{ text: `Bệnh nhân ${patient}` }] },
  { resourceType: 'Encounter', id: `e-${patient}`, status: 'in-progress', class: { code: 'AMB' }, subject: { reference: `Patient/${patient}` } },
  observation(`o-${patient}`, patient, { encounter: { reference: `Encounter/e-${patient}` } }),
  { resourceType: 'Condition', id: `c-${patient}`, subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/e-${patient}` }, code: { text: `Bệnh của ${patient}` } },
  { resourceType: 'DiagnosticReport', id: `r-${patient}`, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` }, result: [{ reference: `Observation/o-${patient}` }] },
]
const relate = (patient: string): Promise<void> =>
  site.parts.store.transact(site.internal, (tx) => tx.relate({ patient, department: WARD, account: null, kind: 'encounter', until: '2099-01-01T00:00:00.000Z' }))

beforeAll(async () => {
  site = await testSite()
  all = await site.system()
  await addApp(site, { client: 'growth' })
  doctor = await site.person({ practitioner: 'bs-mau', grants: [{ role: 'doctor', department: WARD }] })
  await stored({ resourceType: 'Practitioner', id: 'bs-mau', name: [{ text: 'Trần Văn Mẫu' }] }, ...recordOf('p1'))
  await relate('p1')
})
afterAll(() => site.close())

const keysOf = (answer: TestAnswer): string[] =>
  answer.json<{ entry?: { resource?: { resourceType: string; id: string } }[] }>().entry?.flatMap(({ resource }) => (resource ? [`${resource.resourceType}/${resource.id}`] : [])).toSorted() ?? []

/** Reads and searches that reach for the records of p2 and p3 in every way; of one resource, those of p2 alone when `instances` is left out. */
const battery = (hidden: readonly string[], instances = hidden): string[] => [
  ...instances.flatMap((id) => [`Observation/o-${id}`, `Observation/o-${id}/_history`, `Observation/o-${id}/_history/1`, `Patient/${id}`, `Patient/${id}/$everything`, `Encounter/e-${id}/$everything`, `Patient/${id}/Observation`, `DiagnosticReport/r-${id}`]),
  ...hidden.flatMap((id) => [`Observation?_id=o-${id},o-p1`, `Observation?subject=Patient/${id}`, `Patient?_has:Observation:patient:_id=o-${id}`, `Observation?has-member=Observation/o-${id}&_include=Observation:has-member`, `Encounter?_has:Condition:encounter:subject=Patient/${id}`,
    `Observation?subject:Patient.name=${encodeURIComponent(`Bệnh nhân ${id}`)}`, `DiagnosticReport?result.subject=Patient/${id}`, `Condition?code:text=${encodeURIComponent(`Bệnh của ${id}`)}`, `Observation?_filter=${encodeURIComponent(`subject eq Patient/${id}`)}`, `Observation/$lastn?patient=${id}`]),
  ...['Observation', 'Observation?_total=accurate&_count=1', 'Observation?_summary=count', 'Observation?_sort=-_lastUpdated', 'Observation?_sort=subject&_count=1', 'Observation?code=8867-4&_total=accurate', 'Observation?code:not=718-7', 'Observation?_include=*', 'Patient?_revinclude=Observation:subject', 'Patient?_total=accurate',
    'Patient?_revinclude=*', 'Encounter?_revinclude=Observation:encounter&_revinclude:iterate=DiagnosticReport:result', 'DiagnosticReport?_include=DiagnosticReport:result&_include:iterate=Observation:subject', 'DiagnosticReport?result.code=8867-4', 'Observation/_history', 'Practitioner?_revinclude=*',
    'Practitioner?_has:Observation:performer:code=8867-4', 'Practitioner?_total=accurate', '?_type=Observation,Condition&_total=accurate', 'Condition?_list=x', 'Patient/p1/$everything', 'Patient/p1/Observation', 'Observation/$lastn?patient=p1&max=5', 'Observation/o-p1/_history', 'Observation/o-p1/$meta', 'Observation/$meta',
    'DiagnosticReport/$meta', 'Patient/p1/$summary', 'Shoe', 'Observation?shoe=44', 'Observation?_cursor=x'],
]
const plain = (text: string): string => text.replaceAll(/"(id|timestamp|lastUpdated|date|value)":"[^"]*"/g, '').replaceAll(/_cursor=[^"&]*/g, '_cursor').replaceAll(/urn:uuid:[0-9a-f-]+/g, '')
const sendAll = async (caller: Pick<TestCaller, 'get'>, urls: readonly string[]): Promise<string[]> => {
  const answers: string[] = []
  for (const url of urls) {
    const answer = await caller.get(`${BASE}/${url}`)
    answers.push(`${url} -> ${answer.status} ${plain(answer.text)}`)
  }
  return answers
}
const app = (scope: string, patient = '', person: TestCaller = doctor): Promise<Connection> => connect(site, person, 'growth', scope, { patient })

describe('an app', () => {
  const OUTSIDE = battery(['p2', 'p3'])
  it('about one patient is told nothing of another: no row, count, order, page, error or status', async () => {
    const { caller } = await app('launch/patient patient/*.rs user/Practitioner.rs', 'p1')
    const user = await app('user/*.rs')
    const before = await sendAll(caller, OUTSIDE)
    const ofPerson = battery(['p3'], [])
    await stored(...recordOf('p2'), observation('links-p2', 'p2', { hasMember: [{ reference: 'Observation/o-p1' }], performer: [{ reference: 'Practitioner/bs-mau' }] }))
    await relate('p2')
    const beforeStranger = await sendAll(user.caller, ofPerson)
    await stored(...recordOf('p3').slice(1).map((resource) => ({ ...resource, language: 'vi' })).reduce<Record<string, unknown>[]>((list, resource) => [...list, resource], [{ resourceType: 'Patient', id: 'p3', name: [{ text: 'Bệnh nhân p3' }] }]),
      observation('links-p3', 'p3', { hasMember: [{ reference: 'Observation/o-p1' }], performer: [{ reference: 'Practitioner/bs-mau' }] }))
    expect(before.filter((answer) => / -> 5\d\d /.test(answer))).toEqual([])
    expect(await sendAll(caller, OUTSIDE)).toEqual(before)
    // the name of every patient is known to staff; nothing else of one without a care relation is
    const names = /^Patient\?(_total|_revinclude)|Patient\.name|Practitioner\?_revinclude/
    expect((await sendAll(user.caller, ofPerson)).filter((answer) => !names.test(answer))).toEqual(beforeStranger.filter((answer) => !names.test(answer)))
  })
  it('would be seen to be told of it, with wider scopes', async () => {
    const found = await sendAll((await app('user/*.rs')).caller, OUTSIDE)
    expect(found.filter((answer) => /o-p2|e-p2|r-p2|links-p2/.test(answer.replace(/^.* -> /, '')) && / -> 200 /.test(answer)).length).toBeGreaterThan(15)
    expect(found.filter((answer) => /o-p3|links-p3|Bệnh của p3/.test(answer.replace(/^.* -> /, '').replaceAll(/"url":"[^"]*"/g, '')))).toEqual([])
  })
  it.each<readonly [Role, string]>([['doctor', WARD], ['nurse', WARD], ['reception', WARD], ['administrator', WARD], ['doctor', 'khoa-khac']])('with every scope of a person sees what this person sees (%s, %s)', async (role, department) => {
    const person = await site.person({ grants: [{ role, department }] })
    const { caller } = await app('user/*.cruds', '', person)
    // a third of them each, another one for each person
    const urls = [...OUTSIDE, '_history'].filter((_, at) => at % 3 === (role.length + department.length) % 3).concat('AuditEvent?_count=0&agent=nobody')
    expect(await sendAll(caller, urls)).toEqual(await sendAll(person, urls))
  })
  it('has the types of its scopes and no others, whatever leads there', async () => {
    const { caller } = await app('user/Observation.rs user/Practitioner.r')
    expect(keysOf(await caller.get(`${BASE}/Observation?_include=*&_revinclude=*`))).toEqual(['Observation/links-p2', 'Observation/o-p1', 'Observation/o-p2', 'Practitioner/bs-mau'])
    expect(keysOf(await caller.get(`${BASE}/Observation?subject:Patient.name=b`))).toEqual([])
    for (const url of ['Patient', 'Patient/p1', 'Condition', 'DiagnosticReport/r-p1', 'Practitioner', 'Patient/p1/$everything', 'AuditEvent', 'Patient/p1/$summary', 'CodeSystem']) expect([url, (await caller.get(`${BASE}/${url}`)).status]).toEqual([url, 403])
  })
  it('has the search parameters of its scopes, beside the patient', async () => {
    await stored(observation('lab-p1', 'p1', { category: [{ coding: [{ system: CATEGORY, code: 'laboratory' }] }] }), observation('lab-p2', 'p2', { category: [{ coding: [{ system: CATEGORY, code: 'laboratory' }] }] }))
    const { caller } = await app(`launch/patient patient/Observation.rs?category=${CATEGORY}|laboratory`, 'p1')
    expect(keysOf(await caller.get(`${BASE}/Observation`))).toEqual(['Observation/lab-p1'])
    expect(await Promise.all(['lab-p1', 'o-p1', 'lab-p2'].map(async (id) => (await caller.get(`${BASE}/Observation/${id}`)).status))).toEqual([200, 404, 404])
  })
  it('unites scopes of both levels', async () => {
    const { caller } = await app('launch/patient patient/Observation.rs user/Observation.r?category=laboratory', 'p1')
    expect(keysOf(await caller.get(`${BASE}/Observation`))).toEqual(['Observation/lab-p1', 'Observation/o-p1'])
    expect(await Promise.all(['o-p1', 'lab-p2', 'o-p2'].map(async (id) => (await caller.get(`${BASE}/Observation/${id}`)).status))).toEqual([200, 200, 404])
  })
  it('is bounded by each right for itself, also where references lead', async () => {
    const { caller } = await app('user/Observation.s user/Observation.r?category=laboratory user/DiagnosticReport.rs')
    expect(await Promise.all(['o-p1', 'lab-p1'].map(async (id) => (await caller.get(`${BASE}/Observation/${id}`)).status))).toEqual([404, 200])
    expect(keysOf(await caller.get(`${BASE}/Observation?_id=o-p1,lab-p1`))).toEqual(['Observation/lab-p1', 'Observation/o-p1'])
    const follow = `${BASE}/DiagnosticReport/r-p1/$graphql?query=${encodeURIComponent('{result{reference resource(optional:true){... on Observation{id status}}}}')}`
    const { caller: whole } = await app('user/Observation.rs user/DiagnosticReport.rs')
    expect((await whole.get(follow)).text).toContain('"status":"final"')
    const bounded = await caller.get(follow)
    expect([bounded.status, bounded.text.includes('Observation/o-p1'), bounded.text.includes('"status"')]).toEqual([200, true, false])
  })
  it('sees of old versions those that stood in the record of its patient', async () => {
    const { caller } = await app('launch/patient patient/Observation.rs', 'p1')
    await stored(observation('moves', 'p2'), observation('moves', 'p1'), observation('moves', 'p1', { status: 'amended' }))
    expect(await Promise.all([1, 2, 3].map(async (version) => (await caller.get(`${BASE}/Observation/moves/_history/${version}`)).status))).toEqual([404, 200, 200])
    expect((await caller.get(`${BASE}/Observation/moves/_history`)).text).not.toContain('Patient/p2')
  })
  it('sees what the person broke the glass for, as the person does, and breaks none', async () => {
    const { caller } = await app('user/Observation.rs')
    expect((await caller.get(`${BASE}/Observation/o-p3`)).json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code).toBe('break-glass-needed')
    expect((await doctor.post('/api/break-glass', { patient: 'p3', reason: 'Cấp cứu, cần xem hồ sơ ngay' })).status).toBe(200)
    expect((await caller.get(`${BASE}/Observation/o-p3`)).status).toBe(200)
    const [row] = await site.parts.audit.find({ count: 1, interaction: 'read', patient: 'p3' })
    expect([row?.purpose, row?.who.endsWith('[growth]')]).toEqual(['BTG', true])
  })
  it('without the patient of its scopes has nothing by them', async () => {
    const { caller, scope } = await app('user/Practitioner.r patient/Observation.rs')
    expect([scope, (await caller.get(`${BASE}/Observation`)).status]).toEqual(['user/Practitioner.r', 403])
  })
})

describe('what an app writes', () => {
  const put = (caller: Connection['caller'], resource: Record<string, unknown>): Promise<TestAnswer> => caller.put(`${BASE}/${String(resource.resourceType)}/${String(resource.id)}`, resource)
  it('is within its scopes, in the record of its patient, before and after', async () => {
    const { caller } = await app('launch/patient patient/Observation.crus', 'p1')
    expect((await caller.post(`${BASE}/Observation`, observation('', 'p1', { id: undefined }))).status).toBe(201)
    expect((await caller.post(`${BASE}/Observation`, observation('', 'p2', { id: undefined }))).status).toBe(403)
    expect((await put(caller, observation('o-p1', 'p1', { status: 'amended' }))).status).toBe(200)
    expect((await put(caller, observation('o-p1', 'p2'))).status).toBe(403)
    expect((await put(caller, observation('o-p2', 'p1'))).status).toBe(403)
    expect((await put(caller, observation('o-p2', 'p2'))).status).toBe(403)
    expect((await caller.call('DELETE', `${BASE}/Observation/o-p1`)).status).toBe(403)
    expect((await caller.post(`${BASE}/Condition`, { resourceType: 'Condition', subject: { reference: 'Patient/p1' }, code: { text: 'x' } })).status).toBe(403)
    expect((await caller.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: ['p1', 'p2'].map((patient) => ({ resource: observation('', patient, { id: undefined }), request: { method: 'POST', url: 'Observation' } })) })).status).toBe(403)
  })
  it('is within what the person may write', async () => {
    const reception = await site.person({ grants: [{ role: 'reception', department: WARD }] })
    const { caller } = await app('user/*.cruds', '', reception)
    expect((await caller.post(`${BASE}/Observation`, observation('', 'p1', { id: undefined }))).status).toBe(403)
    expect((await caller.post(`${BASE}/Patient`, { resourceType: 'Patient', name: [{ text: 'Mới' }] })).status).toBe((await reception.post(`${BASE}/Patient`, { resourceType: 'Patient', name: [{ text: 'Mới' }] })).status)
    const one = await app('launch/patient patient/*.cruds', 'p1', reception)
    expect((await one.caller.post(`${BASE}/Patient`, { resourceType: 'Patient', id: 'p1', name: [{ text: 'Mới' }] })).status).toBe(403)
  })
  it('is no bulk data, subscription or merge', async () => {
    const { caller } = await app('launch/patient patient/*.cruds user/*.cruds', 'p1')
    expect((await caller.get(`${BASE}/$export`, { prefer: 'respond-async' })).status).toBe(403)
    expect((await caller.get(`${BASE}/Patient/$export`, { prefer: 'respond-async' })).status).toBe(403)
    expect((await caller.post(`${BASE}/Subscription`, { resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Observation?', channel: { type: 'websocket' } })).status).toBe(403)
    expect((await caller.post(`${BASE}/Patient/$merge`, { resourceType: 'Parameters', parameter: [] })).status).toBe(403)
  })
})
