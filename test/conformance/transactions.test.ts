/** Transactions and batches: all or nothing, references, conditions, order. http://hl7.org/fhir/R4/http.html#transaction */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const SYSTEM = 'http://a.example/id'

interface Entry { fullUrl?: string; resource?: Record<string, unknown>; request: Record<string, string> }
interface Answer { type: string; entry: { response: { status: string; location?: string; etag?: string; outcome?: { issue: { details: { coding: { code: string }[] } }[] } }; resource?: Record<string, unknown> }[] }

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const send = (entry: Entry[], type = 'transaction', headers?: Record<string, string>): Promise<TestAnswer> => client.post(BASE, { resourceType: 'Bundle', type, entry }, headers)
const done = async (entry: Entry[]): Promise<Answer['entry']> => {
  const answer = await send(entry)
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Answer>().entry
}
const keyOf = (entry: Answer['entry'][number] | undefined): string => (entry?.response.location ?? '').replace(/\/_history.*/, '')
const post = (type: string, body: Record<string, unknown> = {}, more: { fullUrl?: string; ifNoneExist?: string } = {}): Entry => {
  const { fullUrl, ...request } = more
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource: { resourceType: type, ...body }, request: { method: 'POST', url: type, ...request } }
}
const put = (type: string, id: string, body: Record<string, unknown> = {}, ifMatch?: string): Entry =>
  ({ resource: { resourceType: type, id, ...body }, request: { method: 'PUT', url: `${type}/${id}`, ...(ifMatch === undefined ? {} : { ifMatch }) } })
const issueOf = (answer: TestAnswer): { code: string; expression: string | undefined } => {
  const { issue } = answer.json<{ issue: { details: { coding: { code: string }[] }; expression?: string[] }[] }>()
  return { code: issue[0]?.details.coding[0]?.code ?? '', expression: issue[0]?.expression?.[0] }
}

describe('a transaction', () => {
  it('rewrites urn:uuid references forwards and backwards, in extensions, contained resources and narrative', async () => {
    const [patient, encounter] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`]
    const entries = await done([
      post('Observation', {
        status: 'final', code: { text: 'x' }, subject: { reference: patient }, encounter: { reference: encounter }, contained: [{ resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: { reference: patient } }] }],
        focus: [{ reference: '#g' }],
        extension: [{ url: 'http://a.example/e', extension: [{ url: 'deep', valueReference: { reference: encounter } }] }], text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${patient}">x</a></div>` },
        identifier: [{ system: 'urn:ietf:rfc:3986', value: patient }],
      }),
      post('Encounter', { status: 'planned', class: { code: 'AMB' }, subject: { reference: patient } }, { fullUrl: encounter }),
      post('Patient', { name: [{ text: 'Trần Thị Mẫu' }] }, { fullUrl: patient }),
    ])
    expect(entries.map((entry) => entry.response.status)).toEqual(['201 Created', '201 Created', '201 Created'])
    const read = (await client.get(`${BASE}/${keyOf(entries[0])}`)).json()
    expect(read).toMatchObject({
      subject: { reference: keyOf(entries[2]) }, encounter: { reference: keyOf(entries[1]) }, contained: [{ member: [{ entity: { reference: keyOf(entries[2]) } }] }],
      extension: [{ extension: [{ valueReference: { reference: keyOf(entries[1]) } }] }], text: { div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${keyOf(entries[2])}">x</a></div>` },
      identifier: [{ value: patient }],
    })
  })
  it('understands absolute fullUrls and the relative references between their resources', async () => {
    const entries = await done([
      post('Patient', {}, { fullUrl: 'http://other.example/fhir/Patient/77' }),
      post('Basic', { code: { text: 'x' }, subject: { reference: 'Patient/77' } }, { fullUrl: 'http://other.example/fhir/Basic/78' }),
      post('Basic', { code: { text: 'x' }, subject: { reference: 'http://other.example/fhir/Patient/77' } }),
    ])
    for (const at of [1, 2]) expect((await client.get(`${BASE}/${keyOf(entries[at])}`)).json()).toMatchObject({ subject: { reference: keyOf(entries[0]) } })
  })
  it('stores nothing when one entry fails, and names its place', async () => {
    const id = `p-${randomUUID()}`
    const answer = await send([put('Patient', id), post('Observation', { status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/nobody' } })])
    expect([answer.status, issueOf(answer)]).toEqual([422, { code: 'dangling-reference', expression: 'Bundle.entry[1].resource.subject' }])
    expect((await client.get(`${BASE}/Patient/${id}`)).status).toBe(404)
  })
  it.each([
    ['one that writes many', 'POST', 'Patient/$merge', 'transaction of its own'], ['one that writes one', 'POST', 'Patient/x/$meta-add', 'transaction of its own'],
    ['one that reads, by POST', 'POST', 'ValueSet/$expand', 'would not see'], ['one of a resource', 'POST', 'Patient/x/$validate', 'would not see'], ['one of the server', 'POST', '$meta', 'would not see'],
    ['one that reads, by GET', 'GET', 'Patient/x/$everything?_count=1', 'would not see'], ['one that is none', 'POST', 'Patient/$nothing', 'no operation'],
  ])('names and refuses an operation, and stores nothing: %s', async (_, method, url, why) => {
    const id = `p-${randomUUID()}`
    const answer = await send([put('Patient', id), { request: { method, url }, ...(method === 'POST' && { resource: { resourceType: 'Parameters' } }) }])
    expect([answer.status, issueOf(answer)]).toEqual([400, { code: 'bad-request', expression: 'Bundle.entry[1].request.url' }])
    const [{ diagnostics } = { diagnostics: '' }] = answer.json<{ issue: { diagnostics: string }[] }>().issue
    expect(diagnostics).toContain(why)
    expect(diagnostics).toContain(/\$[a-z-]+/.exec(url)?.[0])
    expect((await client.get(`${BASE}/Patient/${id}`)).status).toBe(404)
  })
  it('stores nothing when a version is stale', async () => {
    const [a, b] = [`a-${randomUUID()}`, `b-${randomUUID()}`]
    await done([put('Patient', a)])
    await done([put('Patient', a, { active: true }, 'W/"1"')])
    const answer = await send([put('Patient', b), put('Patient', a, { active: false }, 'W/"1"')])
    expect([answer.status, issueOf(answer).code]).toEqual([412, 'version-conflict'])
    expect((await client.get(`${BASE}/Patient/${b}`)).status).toBe(404)
  })
  it('names the version that it makes where a reference asks for it, and the current one of what it does not write', async () => {
    const pin = [{ url: 'http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific', valueBoolean: true }]
    const [fresh] = [`urn:uuid:${randomUUID()}`]
    await done([put('Observation', 'pin-changed', { status: 'final', code: { text: 'a' } }), put('Observation', 'pin-same', { status: 'final', code: { text: 'a' } }), put('Observation', 'pin-other', { status: 'final', code: { text: 'a' } })])
    const item = (reference: string, more: object = { extension: pin }): object => ({ item: { ...more, reference } })
    const list = { status: 'current', mode: 'working', entry: [item(fresh), item('Observation/pin-changed'), item('Observation/pin-same'), item('Observation/pin-other'), item('Observation/pin-other', {}), item('Observation/pin-changed/_history/1')] }
    const entries = [put('Observation', 'pin-changed', { status: 'final', code: { text: 'b' } }), put('Observation', 'pin-same', { status: 'final', code: { text: 'a' } }), post('Observation', { status: 'final', code: { text: 'c' } }, { fullUrl: fresh }), put('List', 'pins', list)]
    const answer = await done(entries)
    const references = async (): Promise<string[]> => (await client.get(`${BASE}/List/pins`)).json<{ entry: { item: { reference: string } }[] }>().entry.map((each) => each.item.reference)
    expect(await references()).toEqual([`${keyOf(answer[2])}/_history/1`, 'Observation/pin-changed/_history/2', 'Observation/pin-same/_history/1', 'Observation/pin-other/_history/1', 'Observation/pin-other', 'Observation/pin-changed/_history/1'])
  })
  it('deletes before it creates, updates after, and reads last, whatever the order of the entries', async () => {
    const id = `p-${randomUUID()}`
    const gone = `g-${randomUUID()}`
    await done([put('Patient', id), put('Basic', gone, { code: { text: 'x' } })])
    const entries = await done([
      { request: { method: 'GET', url: `Patient/${id}` } }, put('Patient', id, { active: true }), post('Basic', { code: { text: 'y' } }), { request: { method: 'DELETE', url: `Basic/${gone}` } },
    ])
    expect(entries.map((entry) => entry.response.status)).toEqual(['200 OK', '200 OK', '201 Created', '204 No Content'])
    expect(entries[0]?.resource).toMatchObject({ id, active: true, meta: { versionId: '2' } })
  })
  it('refuses a reference to what the same transaction deletes', async () => {
    const id = `p-${randomUUID()}`
    await done([put('Patient', id)])
    const answer = await send([{ request: { method: 'DELETE', url: `Patient/${id}` } }, post('Basic', { code: { text: 'x' }, subject: { reference: `Patient/${id}` } })])
    expect(issueOf(answer)).toEqual({ code: 'dangling-reference', expression: 'Bundle.entry[1].resource.subject' })
  })
  it('returns the resources when the client asks for them', async () => {
    const bundle = [post('Patient', { active: true })]
    expect((await done(bundle))[0]?.resource).toBeUndefined()
    expect((await send(bundle, 'transaction', { prefer: 'return=representation' })).json<Answer>().entry[0]?.resource).toMatchObject({ active: true, meta: { versionId: '1' } })
  })
  it.each([
    ['an urn that no entry has', [post('Basic', { code: { text: 'x' }, subject: { reference: `urn:uuid:${randomUUID()}` } })], 422, 'dangling-reference', 'Bundle.entry[0].resource.subject'],
    ['the same resource twice', [put('Patient', 'twice'), put('Patient', 'twice')], 400, 'bad-request', 'Bundle.entry[1].resource'],
    ['another type than its address', [{ resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Basic' } }], 400, 'type-mismatch', 'Bundle.entry[0].resource.resourceType'],
    ['another id than its address', [{ resource: { resourceType: 'Patient', id: 'a' }, request: { method: 'PUT', url: 'Patient/b' } }], 400, 'id-mismatch', 'Bundle.entry[0].resource.id'],
    ['an entry without request', [{ resource: { resourceType: 'Patient' } }], 400, 'bad-request', 'Bundle.entry[0].request'],
    ['an unknown method', [{ resource: { resourceType: 'Patient' }, request: { method: 'LINK', url: 'Patient/1' } }], 400, 'bad-request', 'Bundle.entry[0].request.method'],
    ['an unknown type', [{ resource: { resourceType: 'Foo' }, request: { method: 'POST', url: 'Foo' } }], 400, 'bad-request', 'Bundle.entry[0].request.url'],
    ['an If-Match that is none', [put('Patient', 'a', {}, 'now')], 400, 'bad-request', 'Bundle.entry[0].request.ifMatch'],
  ])('refuses %s', async (_, entries, status, code, expression) => {
    const answer = await send(entries as Entry[])
    expect([answer.status, issueOf(answer)]).toEqual([status, { code, expression }])
  })
  it('refuses more than 5,000 entries', async () => {
    const answer = await send(Array.from({ length: 5001 }, () => ({ request: { method: 'GET', url: 'Patient/x' } })))
    expect([answer.status, issueOf(answer).code]).toEqual([413, 'bundle-too-large'])
  })
  it('refuses a Bundle of another type, and stores a collection by POST to Bundle', async () => {
    expect((await send([], 'collection')).status).toBe(400)
    const urn = `urn:uuid:${randomUUID()}`
    const stored = await client.post(`${BASE}/Bundle`, { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: urn, resource: { resourceType: 'Patient' } }, { resource: { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: urn } } }] })
    expect([stored.status, stored.text.includes(`"reference":"${urn}"`)]).toEqual([201, true])
  })
})

describe('conditions', () => {
  it('create once, however often they are sent', async () => {
    const value = randomUUID()
    const bundle = [post('Patient', { identifier: [{ system: SYSTEM, value }] }, { ifNoneExist: `identifier=${SYSTEM}|${value}`, fullUrl: 'urn:uuid:00000000-0000-4000-8000-000000000001' }), post('Basic', { code: { text: 'x' }, subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000001' } })]
    const first = await done(bundle)
    const second = await done(bundle)
    expect([first[0]?.response.status, second[0]?.response.status, keyOf(second[0])]).toEqual(['201 Created', '200 OK', keyOf(first[0])])
    expect((await client.get(`${BASE}/${keyOf(second[1])}`)).json()).toMatchObject({ subject: { reference: keyOf(first[0]) } })
  })
  it('create once when many send them at the same time', async () => {
    const value = randomUUID()
    const answers = await Promise.all(Array.from({ length: 8 }, () => done([post('Patient', { identifier: [{ system: SYSTEM, value }] }, { ifNoneExist: `identifier=${SYSTEM}|${value}` })])))
    expect(new Set(answers.map(([entry]) => keyOf(entry))).size).toBe(1)
    expect(answers.filter(([entry]) => entry?.response.status === '201 Created')).toHaveLength(1)
  })
  it('create again after the resource was deleted, or no longer meets them', async () => {
    const value = randomUUID()
    const make = async (): Promise<string> => keyOf((await done([post('Patient', { identifier: [{ system: SYSTEM, value }] }, { ifNoneExist: `identifier=${SYSTEM}|${value}` })]))[0])
    const first = await make()
    await client.delete(`${BASE}/${first}`)
    const second = await make()
    expect(second).not.toBe(first)
    await client.put(`${BASE}/${second}`, { resourceType: 'Patient', id: second.slice('Patient/'.length) })
    const third = await make()
    expect(new Set([first, second, third]).size).toBe(3)
    expect(await make()).toBe(third)
  })
  it('work with If-None-Exist on a single create', async () => {
    const value = randomUUID()
    const create = (): Promise<TestAnswer> => client.post(`${BASE}/Patient`, { resourceType: 'Patient', identifier: [{ system: SYSTEM, value }] }, { 'if-none-exist': `identifier=${SYSTEM}|${value}` })
    const [first, second] = [await create(), await create()]
    expect([first.status, second.status, second.json().id]).toEqual([201, 200, first.json().id])
  })
  it('refuse several matches, an empty condition and one of result parameters', async () => {
    const value = randomUUID()
    await done([post('Patient', { identifier: [{ system: SYSTEM, value }] }), post('Patient', { identifier: [{ system: SYSTEM, value }] })])
    const refused = async (condition: string): Promise<unknown> => {
      const answer = await send([post('Patient', {}, { ifNoneExist: condition })])
      return [answer.status, issueOf(answer)]
    }
    expect(await refused(`identifier=${SYSTEM}|${value}`)).toEqual([412, { code: 'multiple-matches', expression: 'Bundle.entry[0].request.ifNoneExist' }])
    expect(await refused('')).toEqual([400, { code: 'bad-parameter', expression: 'Bundle.entry[0].request.ifNoneExist' }])
    expect(await refused('_count=1')).toEqual([400, { code: 'bad-parameter', expression: 'Bundle.entry[0].request.ifNoneExist' }])
    expect(await refused('shoe-size=44')).toMatchObject([400, { code: 'unknown-parameter' }])
  })
  it('resolve conditional references in the store and in the same transaction', async () => {
    const [stored, fresh] = [randomUUID(), randomUUID()]
    const [existing] = await done([post('Practitioner', { identifier: [{ system: SYSTEM, value: stored }] })])
    const entries = await done([
      post('Encounter', {
        status: 'planned', class: { code: 'AMB' }, subject: { reference: `Patient?identifier=${SYSTEM}|${fresh}` }, participant: [{ individual: { reference: `Practitioner?identifier=${SYSTEM}|${stored}` } }],
      }),
      post('Patient', { identifier: [{ system: SYSTEM, value: fresh }] }, { ifNoneExist: `identifier=${SYSTEM}|${fresh}` }),
    ])
    expect((await client.get(`${BASE}/${keyOf(entries[0])}`)).json()).toMatchObject({ subject: { reference: keyOf(entries[1]) }, participant: [{ individual: { reference: keyOf(existing) } }] })
  })
  it('refuse a conditional reference that finds nothing, or several', async () => {
    const value = randomUUID()
    const refused = async (): Promise<unknown> => issueOf(await send([post('Basic', { code: { text: 'x' }, subject: { reference: `Patient?identifier=${SYSTEM}|${value}` } })]))
    expect(await refused()).toEqual({ code: 'dangling-reference', expression: 'Bundle.entry[0].resource.subject' })
    await done([post('Patient', { identifier: [{ system: SYSTEM, value }] }), post('Patient', { identifier: [{ system: SYSTEM, value }] })])
    expect(await refused()).toEqual({ code: 'multiple-matches', expression: 'Bundle.entry[0].resource.subject' })
  })
  it('are not for persons', async () => {
    const doctor = await site.person({ grants: [{ role: 'reception', department: null }] })
    expect((await doctor.post(`${BASE}/Patient`, { resourceType: 'Patient' }, { 'if-none-exist': 'identifier=a|b' })).status).toBe(403)
  })
})

describe('a batch', () => {
  it('does each entry on its own', async () => {
    const id = `p-${randomUUID()}`
    const answer = (await send([
      put('Patient', id), { request: { method: 'GET', url: 'Patient/nobody-at-all' } }, post('Patient', { active: true }), { request: { method: 'DELETE', url: 'Patient/nobody-either' } }, put('Patient', id, { active: true }, 'W/"9"'),
      { request: { method: 'GET', url: `Patient/${id}/_history` } }, { request: { method: 'GET', url: `Patient/${id}/_history/1` } }, { request: { method: 'GET', url: 'Foo' } }, { request: { method: 'DELETE', url: 'Patient' } },
    ], 'batch')).json<Answer>()
    expect(answer.type).toBe('batch-response')
    expect(answer.entry.map((entry) => entry.response.status.slice(0, 3))).toEqual(['201', '404', '201', '204', '412', '200', '200', '404', '400'])
    expect(answer.entry[1]?.response.outcome?.issue[0]?.details.coding[0]?.code).toBe('not-found')
    expect(answer.entry[6]?.response).toMatchObject({ etag: 'W/"1"' })
    expect(answer.entry[0]?.response.location).toBe(`Patient/${id}/_history/1`)
  })
  it('does not take the name that one entry has for a resource of another', async () => {
    const fullUrl = `urn:uuid:${randomUUID()}`
    const answer = (await send([post('Patient', {}, { fullUrl }), post('Observation', { status: 'final', code: { text: 'x' }, subject: { reference: fullUrl } })], 'batch')).json<Answer>()
    expect(answer.entry.map((entry) => entry.response.status.slice(0, 3))).toEqual(['201', '422'])
  })
  it('asks the policy for each entry', async () => {
    const reception = await site.person({ grants: [{ role: 'reception', department: null }] })
    const [patient] = await done([post('Patient')])
    const answer = await reception.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: keyOf(patient) } }, { request: { method: 'GET', url: 'Condition/1' } }, post('Basic', { code: { text: 'x' } })] })
    expect(answer.json<Answer>().entry.map((entry) => entry.response.status.slice(0, 3))).toEqual(['200', '403', '403'])
  })
})
