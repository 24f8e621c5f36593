/** The header X-Provenance: http://hl7.org/fhir/R4/provenance.html#header */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeOrigin } from '#api/http/cross-origin.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
interface Found { id: string; target: { reference: string }[]; agent: { who: { display?: string; reference?: string } }[] }
let site: TestSite
let client: TestCaller
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const provenance = (more: object = {}): object => ({ resourceType: 'Provenance', recorded: '2026-04-05T06:07:08Z', agent: [{ who: { display: 'Máy xét nghiệm' } }], ...more })
/** As a client sends it: bytes of UTF-8. */
const header = (value: unknown): Record<string, string> => ({ 'x-provenance': Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8').toString('latin1') })
const told = async (target: string): Promise<Found[]> => ((await client.get(`${BASE}/Provenance?target=${target}&_sort=_lastUpdated`)).json<{ entry?: { resource: Found }[] }>().entry ?? []).map(({ resource }) => resource)
const targets = async (target: string): Promise<string[][]> => (await told(target)).map((found) => found.target.map(({ reference }) => reference))
const count = async (): Promise<number> => (await client.get(`${BASE}/Provenance?_summary=count`)).json<{ total: number }>().total
const issueOf = (answer: TestAnswer): [number, string | undefined, string | undefined] => {
  const [issue] = answer.json<{ issue: { details: { coding: { code: string }[] }; expression?: string[] }[] }>().issue
  return [answer.status, issue?.details.coding[0]?.code, issue?.expression?.[0]]
}
const patient = async (): Promise<string> => {
  const id = `p-${randomUUID()}`
  await client.put(`${BASE}/Patient/${id}`, { resourceType: 'Patient', id })
  return id
}
const change = (id: string, more: object = { active: true }): object => ({ resourceType: 'Patient', id, ...more })

describe('a Provenance in a header', () => {
  it('is stored with what is created, updated and patched, and tells of the version that was made', async () => {
    const created = await client.post(`${BASE}/Patient`, { resourceType: 'Patient' }, header(provenance({ id: 'of-the-client' })))
    const { id } = created.json<{ id: string }>()
    await client.put(`${BASE}/Patient/${id}`, change(id), header(provenance()))
    const patched = await client.call('PATCH', `${BASE}/Patient/${id}`, { body: [{ op: 'remove', path: '/active' }], type: 'application/json-patch+json', headers: header(provenance()) })
    expect([created.status, patched.status]).toEqual([201, 200])
    expect(await targets(`Patient/${id}`)).toEqual([1, 2, 3].map((version) => [`Patient/${id}/_history/${version}`]))
    const [first] = await told(`Patient/${id}`)
    expect([first?.agent[0]?.who.display, first?.id === 'of-the-client']).toEqual(['Máy xét nghiệm', false])
  })
  it('tells of each version that a transaction makes, and may refer to what it makes; not of what it deletes or reads', async () => {
    const [old, gone, urn] = [await patient(), await patient(), `urn:uuid:${randomUUID()}`]
    const entry = [
      { request: { method: 'GET', url: `Patient/${old}` } }, { request: { method: 'DELETE', url: `Patient/${gone}` } },
      { resource: change(old), request: { method: 'PUT', url: `Patient/${old}` } },
      { fullUrl: urn, resource: { resourceType: 'Device' }, request: { method: 'POST', url: 'Device' } },
    ]
    const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry }, header(provenance({ agent: [{ who: { reference: urn } }] })))
    const device = answer.json<{ entry: { response: { location: string } }[] }>().entry[3]?.response.location ?? ''
    const [found] = await told(`Patient/${old}`)
    expect(found?.target.map(({ reference }) => reference).toSorted()).toEqual([expect.stringContaining('Device/'), `Patient/${old}/_history/2`])
    expect([answer.json<{ entry: object[] }>().entry.length, found?.agent[0]?.who.reference]).toEqual([4, /Device\/[^/]+/.exec(device)?.[0]])
  })
  it('tells of what a condition finds, and of nothing when nothing is made', async () => {
    const value = randomUUID()
    const identifier = [{ system: 'http://a.example', value }]
    const query = `identifier=http://a.example|${value}`
    const made = await client.put(`${BASE}/Patient?${query}`, { resourceType: 'Patient', identifier }, header(provenance()))
    const { id } = made.json<{ id: string }>()
    await client.put(`${BASE}/Patient?${query}`, { resourceType: 'Patient', identifier, active: true }, header(provenance()))
    const before = await count()
    const found = await client.post(`${BASE}/Patient`, { resourceType: 'Patient', identifier }, { 'if-none-exist': query, ...header(provenance()) })
    const mixed = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: { resourceType: 'Patient', identifier }, request: { method: 'POST', url: 'Patient', ifNoneExist: query } }] }, header(provenance()))
    expect([found.status, mixed.status, await count()]).toEqual([200, 200, before])
    // what is sent again makes no version: the Provenance tells of the one that is there
    await client.put(`${BASE}/Patient/${id}`, { resourceType: 'Patient', id, identifier, active: true }, header(provenance()))
    expect(await targets(`Patient/${id}`)).toEqual([1, 2, 2].map((version) => [`Patient/${id}/_history/${version}`]))
  })
  it('names the version that each of many made at once', async () => {
    const id = await patient()
    const answers = await Promise.all(Array.from({ length: 6 }, (_, at) => client.put(`${BASE}/Patient/${id}`, change(id, { birthDate: `199${at}` }), header(provenance({ agent: [{ who: { display: `199${at}` } }] })))))
    const made = new Map(answers.map((answer) => [answer.json<{ birthDate: string }>().birthDate, answer.json<{ meta: { versionId: string } }>().meta.versionId]))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect((await told(`Patient/${id}`)).map((found) => [found.agent[0]?.who.display, found.target[0]?.reference]).toSorted()).toEqual([...made].map(([year, version]) => [year, `Patient/${id}/_history/${version}`]).toSorted())
  })
})

describe('a page of an app', () => {
  it('may send the header, as the preflight says', async () => {
    const judged = await judgeOrigin({ method: 'OPTIONS', path: '/fhir/R4/Patient', origin: 'https://app.example', wants: 'POST' }, () => Promise.resolve(new Set(['https://app.example'])))
    expect(judged?.headers['access-control-allow-headers']?.split(', ')).toContain('X-Provenance')
  })
})

describe('what cannot be kept', () => {
  it.each<[string, unknown, [number, string, string]]>([
    ['no JSON', '{"resourceType":', [400, 'json-syntax', 'http.X-Provenance']], ['a key twice', '{"resourceType":"Provenance","id":"a","id":"b"}', [400, 'json-duplicate-key', 'http.X-Provenance']],
    ['another resource', { resourceType: 'Basic' }, [400, 'bad-request', 'http.X-Provenance']], ['a list', [], [400, 'bad-request', 'http.X-Provenance']],
    ['targets of its own', provenance({ target: [{ display: 'x' }] }), [400, 'bad-request', 'http.X-Provenance.target']],
    ['one that is not valid', { resourceType: 'Provenance', recorded: 'yesterday', agent: [{ who: { display: 'x' } }] }, [422, 'invalid-resource', 'http.X-Provenance.recorded']],
    ['one that refers to nothing', provenance({ agent: [{ who: { reference: 'Device/none' } }] }), [422, 'dangling-reference', 'http.X-Provenance.agent[0].who']],
  ])('%s is refused, and nothing is stored', async (_, value, wanted) => {
    const id = await patient()
    expect(issueOf(await client.put(`${BASE}/Patient/${id}`, change(id), header(value)))).toEqual(wanted)
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('is refused where nothing is created or updated, and means nothing to a read', async () => {
    const id = await patient()
    const sent = header(provenance())
    const answers = [
      await client.delete(`${BASE}/Patient/${id}`, sent), await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ resource: change(id), request: { method: 'PUT', url: `Patient/${id}` } }] }, sent),
      await client.post(`${BASE}/Patient/${id}/$meta-add`, { resourceType: 'Parameters' }, sent), await client.post(`${BASE}/$export`, { resourceType: 'Parameters' }, sent),
    ]
    expect(answers.map(issueOf)).toEqual(answers.map(() => [400, 'bad-request', 'http.X-Provenance']))
    const read = await client.get(`${BASE}/Patient/${id}`, sent)
    expect([read.status, read.headers.etag]).toEqual([200, 'W/"1"'])
  })
  it('is refused to whoever may not write a Provenance, with what it tells of', async () => {
    const id = await patient()
    const narrow = await site.system(['system/Patient.cruds'])
    expect(issueOf(await narrow.put(`${BASE}/Patient/${id}`, change(id), header(provenance())))).toEqual([403, 'forbidden', 'Provenance'])
    const reception = await site.person({ grants: [{ role: 'reception', department: null }] })
    expect((await reception.put(`${BASE}/Patient/${id}`, change(id), header(provenance()))).status).toBe(403)
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
    expect((await narrow.put(`${BASE}/Patient/${id}`, change(id))).status).toBe(200)
  })
})
