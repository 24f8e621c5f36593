/** $merge of two records of one person, and $unmerge. http://hl7.org/fhir/patient-operation-merge.html, http://hl7.org/fhir/R4/patient.html#links */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SID } from '#api/model/systems.ts'
import { parseJsonObject } from '#api/model/json.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Patient { id: string; active?: boolean; link?: { type: string; other: { reference: string } }[]; identifier?: { system: string; value: string; use?: string }[]; meta: { versionId: string } }
interface Merged { parameter: { name: string; resource: Patient & { issue?: { details: { text: string } }[] } }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const MERGE = `${BASE}/Patient/$merge`, UNMERGE = `${BASE}/Patient/$unmerge`

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

interface Planted { readonly resourceType: string; readonly id: string; readonly [member: string]: unknown }
const put = async (...resources: Planted[]): Promise<void> => {
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: resources.map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })) })
  expect(answer.status, answer.text).toBe(200)
}
const observation = (id: string, patient: string, more: object = {}): Planted =>
  ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` }, ...more })
/** A record of each kind of reference under `a`, and a patient `b`. */
const plant = async (a: string, b: string): Promise<void> => put(
  { resourceType: 'Patient', id: a, identifier: [{ system: SID.patient, value: `N-${a}` }, { system: SID.insurance, value: 'GD4010111111111' }] }, { resourceType: 'Patient', id: b, identifier: [{ system: SID.patient, value: `N-${b}` }] },
  { resourceType: 'Encounter', id: `${a}-visit`, status: 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${a}` } },
  observation(`${a}-obs`, a, { encounter: { reference: `Encounter/${a}-visit` }, valueQuantity: { value: 1, unit: 'x' } }),
  { resourceType: 'List', id: `${a}-list`, status: 'current', mode: 'working', entry: [{ item: { reference: `Patient/${a}` } }] },
  { resourceType: 'RelatedPerson', id: `${a}-mother`, patient: { reference: `Patient/${a}` } },
  { resourceType: 'Provenance', id: `${a}-prov`, target: [{ reference: `Patient/${a}` }], recorded: '2026-01-01T00:00:00Z', agent: [{ who: { display: 'x' } }] },
)
const parameters = (a: string, b: string, more: object[] = []): object =>
  ({ resourceType: 'Parameters', parameter: [{ name: 'source-patient', valueReference: { reference: `Patient/${a}` } }, { name: 'target-patient', valueReference: { reference: `Patient/${b}` } }, ...more] })
const merge = (a: string, b: string, more: object[] = [], caller = client): Promise<TestAnswer> => caller.post(MERGE, parameters(a, b, more))
const unmerge = (a: string, b: string, more: object[] = [], caller = client): Promise<TestAnswer> => caller.post(UNMERGE, parameters(a, b, more))
const read = async (url: string): Promise<TestAnswer> => client.get(`${BASE}/${url}`)
const patientIn = async (id: string): Promise<Patient> => (await read(`Patient/${id}`)).json<Patient>()
const subjectOf = async (url: string): Promise<string | undefined> => /"Patient\/[^"]*"/.exec((await read(url)).text)?.[0]
const codeIn = (answer: TestAnswer): string | undefined => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const saidIn = (answer: TestAnswer): string | undefined => answer.json<Merged>().parameter.find(({ name }) => name === 'outcome')?.resource.issue?.[0]?.details.text
/** Without what every write changes. */
const contentOf = async (url: string): Promise<string> => (await read(url)).text.replace(/"versionId":"\d+"|"lastUpdated":"[^"]+"/g, '')

describe('two records of one person', () => {
  it('become one: what refers to the source refers to the target, and the patients are linked', async () => {
    await plant('a1', 'b1')
    const answer = await merge('a1', 'b1')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json<Merged>().parameter.map(({ name }) => name)).toEqual(['input', 'outcome', 'result'])
    for (const url of ['Encounter/a1-visit', 'Observation/a1-obs', 'List/a1-list', 'RelatedPerson/a1-mother']) expect(await subjectOf(url), url).toBe('"Patient/b1"')
    expect(await subjectOf('Provenance/a1-prov')).toBe('"Patient/a1"')
    expect(await patientIn('a1')).toMatchObject({ active: false, link: [{ type: 'replaced-by', other: { reference: 'Patient/b1' } }] })
    expect(await patientIn('b1')).toMatchObject({
      link: [{ type: 'replaces', other: { reference: 'Patient/a1' } }],
      identifier: [{ value: 'N-b1' }, { value: 'N-a1', use: 'old' }, { value: 'GD4010111111111' }],
    })
    expect((await read('Observation?patient=b1')).json<{ total?: number; entry: object[] }>().entry).toHaveLength(1)
  })
  it('are named by numbers too, and result-patient says what the target shall be', async () => {
    await plant('a2', 'b2')
    const number = (name: string, value: string): object => ({ name, valueIdentifier: { system: SID.patient, value } })
    const body = (more: object[]): object => ({ resourceType: 'Parameters', parameter: [number('source-patient-identifier', 'N-a2'), number('target-patient-identifier', 'N-b2'), ...more] })
    const result = (resource: object): object => ({ name: 'result-patient', resource: { resourceType: 'Patient', id: 'b2', ...resource } })
    expect(codeIn(await client.post(MERGE, body([result({ gender: 'male' })])))).toBe('bad-parameter')
    const answer = await client.post(MERGE, body([result({ gender: 'male', identifier: [{ system: SID.patient, value: 'N-b2' }] })]))
    expect(answer.status, answer.text).toBe(200)
    expect(await patientIn('b2')).toMatchObject({ gender: 'male', link: [{ type: 'replaces' }] })
    expect((await patientIn('b2')).identifier).toHaveLength(1)
  })
  it('are one after another: what came for the source later moves with the next call', async () => {
    await put(observation('a1-late', 'a1'))
    expect(saidIn(await merge('a1', 'b1'))).toMatch(/^1 resources/)
    expect(await subjectOf('Observation/a1-late')).toBe('"Patient/b1"')
    expect(saidIn(await merge('a1', 'b1'))).toMatch(/^0 resources/)
  })
  it('are left as they are by a preview, which says what would be done', async () => {
    await plant('a3', 'b3')
    const answer = await merge('a3', 'b3', [{ name: 'preview', valueBoolean: true }])
    expect([answer.status, saidIn(answer)]).toEqual([200, expect.stringMatching(/^Nothing was written\. 4 resources/)])
    expect(answer.json<Merged>().parameter.at(-1)?.resource.link).toEqual([{ other: { reference: 'Patient/a3' }, type: 'replaces' }])
    expect([(await patientIn('a3')).meta.versionId, (await patientIn('b3')).meta.versionId, await subjectOf('Observation/a3-obs')]).toEqual(['1', '1', '"Patient/a3"'])
  })
  it('keep what is signed, and what belongs to a signed visit, where it was signed', async () => {
    await plant('a4', 'b4')
    await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'update', key: { type: 'Encounter', id: 'a4-visit' }, resource: parseJsonObject(JSON.stringify({ resourceType: 'Encounter', id: 'a4-visit', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/a4' } })), immutable: true }]))
    const before = (await read('Encounter/a4-visit')).text
    expect(saidIn(await merge('a4', 'b4'))).toContain('2 signed resources, or those of signed visits, stay with Patient/a4')
    expect((await read('Encounter/a4-visit')).text).toBe(before)
    expect(await subjectOf('Observation/a4-obs')).toBe('"Patient/a4"')
    expect(await subjectOf('RelatedPerson/a4-mother')).toBe('"Patient/b4"')
  })
  it('stand in the journal and the audit log as every write does, with a Provenance of each version', async () => {
    await plant('a5', 'b5')
    expect((await merge('a5', 'b5')).status).toBe(200)
    const [provenance] = (await read('Provenance?target=Patient/b5&entity=Patient/a5')).json<{ entry: { resource: { target: { reference: string }[] } }[] }>().entry
    const changed = ['Encounter/a5-visit', 'List/a5-list', 'Observation/a5-obs', 'Patient/a5', 'Patient/b5', 'RelatedPerson/a5-mother']
    expect(provenance?.resource.target.map(({ reference }) => reference).toSorted()).toEqual(['Patient/b5', ...changed.map((key) => `${key}/_history/2`)].toSorted())
    const refs = await site.database.withTransaction(async (sql) => (await sql.query<{ refs: string }>('select refs from journal')).rows.map((row) => row.refs).join())
    for (const key of changed) expect(refs, key).toContain(key.split('/')[1] ?? '')
    const rows = await site.parts.audit.find({ count: 200 })
    for (const key of changed) expect(rows, key).toContainEqual(expect.objectContaining({ action: 'U', type: key.split('/')[0], resourceId: key.split('/')[1], version: 2, outcome: 'success' }))
    expect(rows).toContainEqual(expect.objectContaining({ action: 'R', resourceId: 'a5', detail: '$merge' }))
  })
  it('are cared for by those who cared for the source, for as long', async () => {
    await plant('a6', 'b6')
    await put({ resourceType: 'Organization', id: 'ward', name: 'Khoa Nội' })
    const nurse = await site.person({ grants: [{ role: 'nurse', department: 'ward' }] })
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'a6', department: 'ward', account: null, kind: 'encounter', until: '2099-01-01T00:00:00Z' }))
    expect((await nurse.get(`${BASE}/Observation/a6-obs`)).status).toBe(200)
    expect((await merge('a6', 'b6')).status).toBe(200)
    expect((await nurse.get(`${BASE}/Observation/a6-obs`)).status).toBe(200)
    expect((await unmerge('a6', 'b6')).status).toBe(200)
    expect((await nurse.get(`${BASE}/Observation/a6-obs`)).status).toBe(200)
    await put(observation('b6-obs', 'b6'))
    expect((await nurse.get(`${BASE}/Observation/b6-obs`)).status).toBe(403)
  })
})

describe('a merge that was wrong', () => {
  it('is taken back exactly, what came for the source later too, and may be done again', async () => {
    await plant('a7', 'b7')
    const urls = ['Patient/a7', 'Patient/b7', 'Encounter/a7-visit', 'Observation/a7-obs', 'List/a7-list', 'RelatedPerson/a7-mother', 'Provenance/a7-prov', 'Observation/a7-late']
    await put(observation('a7-late', 'a7'))
    const before = await Promise.all(urls.map(contentOf))
    expect((await merge('a7', 'b7')).status).toBe(200)
    await put(observation('a7-later', 'a7'))
    expect((await merge('a7', 'b7')).status).toBe(200)
    const answer = await unmerge('a7', 'b7')
    expect([answer.status, saidIn(answer)], answer.text).toEqual([200, expect.stringMatching(/^8 resources/)])
    expect(await Promise.all(urls.map(contentOf))).toEqual(before)
    expect(await subjectOf('Observation/a7-later')).toBe('"Patient/a7"')
    expect(codeIn(await unmerge('a7', 'b7'))).toBe('patient-not-merged')
    expect((await merge('a7', 'b7')).status).toBe(200)
    expect((await unmerge('a7', 'b7')).status).toBe(200)
    expect(await Promise.all(urls.map(contentOf))).toEqual(before)
  })
  it('is left alone when anything was changed since, and each such place is named', async () => {
    await plant('a8', 'b8')
    expect((await merge('a8', 'b8')).status).toBe(200)
    await put(observation('a8-obs', 'b8', { note: [{ text: 'đã xem lại' }] }))
    expect((await client.delete(`${BASE}/RelatedPerson/a8-mother`)).status).toBe(204)
    const answer = await unmerge('a8', 'b8')
    expect([answer.status, codeIn(answer)]).toEqual([409, 'changed-since'])
    expect(answer.json<{ issue: { expression: string[] }[] }>().issue.flatMap(({ expression }) => expression).toSorted()).toEqual(['Observation/a8-obs', 'RelatedPerson/a8-mother'])
    expect(await subjectOf('Encounter/a8-visit')).toBe('"Patient/b8"')
    expect((await patientIn('a8')).active).toBe(false)
  })
  it('is taken back behind another one that came and went, and not before it', async () => {
    await Promise.all([plant('a9', 'b9'), plant('c9', 'd9')])
    for (const source of ['a9', 'c9']) expect((await merge(source, 'b9')).status).toBe(200)
    expect(codeIn(await unmerge('a9', 'b9'))).toBe('changed-since')
    expect(saidIn(await unmerge('c9', 'b9', [{ name: 'preview', valueBoolean: true }]))).toMatch(/^Nothing was written/)
    for (const source of ['c9', 'a9']) expect((await unmerge(source, 'b9')).status).toBe(200)
    expect((await patientIn('b9')).link).toBeUndefined()
  })
})

describe('a merge', () => {
  it('is for system clients that may update every type in the record, and nothing moves otherwise', async () => {
    await plant('a10', 'b10')
    for (const role of ['reception', 'administrator', 'doctor'] as const) expect([role, (await merge('a10', 'b10', [], await site.person({ grants: [{ role, department: null }] }))).status]).toEqual([role, 403])
    const some = await site.system(['system/Patient.cruds', 'system/Observation.cruds', 'system/Provenance.c'])
    for (const more of [[], [{ name: 'preview', valueBoolean: true }]]) expect((await merge('a10', 'b10', more, some)).status).toBe(403)
    expect([await subjectOf('Observation/a10-obs'), (await patientIn('a10')).meta.versionId]).toEqual(['"Patient/a10"', '1'])
  })
  it('refuses what makes no sense', async () => {
    await put({ resourceType: 'Patient', id: 'a11' }, { resourceType: 'Patient', id: 'b11' }, { resourceType: 'Patient', id: 'c11' })
    const codes = async (...answers: Promise<TestAnswer>[]): Promise<(string | undefined)[]> => (await Promise.all(answers)).map(codeIn)
    expect(await codes(merge('a11', 'a11'), merge('a11', 'nobody'), client.post(MERGE, { resourceType: 'Parameters' }), unmerge('a11', 'b11'))).toEqual(['bad-parameter', 'not-found', 'bad-parameter', 'patient-not-merged'])
    expect((await merge('a11', 'b11')).status).toBe(200)
    expect(await codes(merge('a11', 'c11'), merge('c11', 'a11'), unmerge('a11', 'c11'))).toEqual(['patient-merged', 'patient-merged', 'patient-not-merged'])
  })
  it('moves a record of 1,200 resources whole, also what refers to it from outside, and is taken back whole', async () => {
    const ids = Array.from({ length: 1_200 }, (_, at) => `a12-${at}`)
    // every tenth stands in nobody's record, and only mentions the patient
    const lists = ids.filter((_, at) => at % 10 === 0)
    await put({ resourceType: 'Patient', id: 'a12' }, { resourceType: 'Patient', id: 'b12' }, ...ids.map((id, at) => (at % 10 === 0 ? { resourceType: 'List', id, status: 'current', mode: 'working', entry: [{ item: { reference: 'Patient/a12' } }] } : observation(id, 'a12'))))
    const count = async (patient: string): Promise<(number | undefined)[]> =>
      Promise.all([`Observation?patient=${patient}`, `List?item=Patient/${patient}`].map(async (url) => (await read(`${url}&_summary=count`)).json<{ total: number }>().total))
    const answer = await merge('a12', 'b12')
    expect([answer.status, saidIn(answer)], answer.text.slice(0, 500)).toEqual([200, expect.stringMatching(/^1200 resources/)])
    expect([await count('a12'), await count('b12')]).toEqual([[0, 0], [1_200 - lists.length, lists.length]])
    const back = await unmerge('a12', 'b12')
    expect([back.status, saidIn(back)], back.text.slice(0, 500)).toEqual([200, expect.stringMatching(/^1202 resources/)])
    expect([await count('a12'), await count('b12')]).toEqual([[1_200 - lists.length, lists.length], [0, 0]])
  })
  it('is defined where its definition says, and so is its way back', async () => {
    for (const name of ['merge', 'unmerge']) {
      const found = (await read(`OperationDefinition?url=https://quany.example/fhir/OperationDefinition/Patient-${name}`)).json<{ entry: { resource: object }[] }>().entry
      expect(found).toHaveLength(1)
      const judged = await client.post(`${BASE}/OperationDefinition/$validate`, found[0]?.resource)
      expect(judged.text).not.toContain('"error"')
      expect((await read(`OperationDefinition/Patient-${name}`)).json<{ code: string }>().code).toBe(name)
    }
  })
})
