/** Headers of the REST interface: conditional read, HEAD, Prefer, and where an answer says what stands where. http://hl7.org/fhir/R4/http.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Entry { resource?: { resourceType: string }; response: { status: string; location?: string; etag?: string; lastModified?: string; outcome?: { resourceType: string } } }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const HOST = 'http://localhost:80/fhir/R4'
/** Half a second past a whole one: HTTP's dates know no halves. */
const NOW = new Date('2026-04-05T06:07:08.500Z')
const MODIFIED = 'Sun, 05 Apr 2026 06:07:08 GMT'
const patient = (more: object = {}): object => ({ resourceType: 'Patient', ...more })
const idOf = (answer: TestAnswer): string => answer.json<{ id: string }>().id
const bundle = async (type: string, entry: object[], headers: Record<string, string> = {}): Promise<TestAnswer & { entries: Entry[] }> => {
  const answer = await client.post(BASE, { resourceType: 'Bundle', type, entry }, headers)
  return { ...answer, entries: answer.json<{ entry: Entry[] }>().entry }
}

beforeAll(async () => {
  site = await testSite({ clock: { now: () => NOW } })
  client = await site.system()
  await client.put(`${BASE}/Patient/p`, patient({ id: 'p' }))
})
afterAll(() => site.close())

describe('a conditional read', () => {
  it.each([
    [MODIFIED, 304], ['Sun, 05 Apr 2026 06:07:09 GMT', 304], ['Sun, 05 Apr 2026 06:07:07 GMT', 200],
    // older forms of a date
    ['Sunday, 05-Apr-26 06:07:08 GMT', 304], ['Sun Apr  5 06:07:08 2026', 304], ['Sunday, 05-Apr-26 06:07:07 GMT', 200], ['Sun Apr  5 06:07:07 2026', 200],
    // no dates
    ['2026-04-05T06:07:08Z', 200], ['yesterday', 200], ['5 Apr 2026 06:07:09 GMT', 200], ['Sun, 35 Apr 2026 06:07:08 GMT', 200],
  ])('If-Modified-Since: %s is answered %d', async (since, status) => {
    const answer = await client.get(`${BASE}/Patient/p`, { 'if-modified-since': since })
    expect([answer.status, answer.text === '', answer.headers['last-modified'], answer.headers.etag]).toEqual([status, status === 304, MODIFIED, 'W/"1"'])
  })
  it('goes by If-None-Match alone where that is sent', async () => {
    expect((await client.get(`${BASE}/Patient/p`, { 'if-none-match': 'W/"1"' })).status).toBe(304)
    expect((await client.get(`${BASE}/Patient/p`, { 'if-none-match': 'W/"9"', 'if-modified-since': MODIFIED })).status).toBe(200)
    expect((await client.get(`${BASE}/Patient/p`, { 'if-none-match': 'W/"1"', 'if-modified-since': 'Sun, 05 Apr 2020 06:07:08 GMT' })).status).toBe(304)
  })
  it('is what entries of Bundles ask for', async () => {
    for (const type of ['batch', 'transaction']) {
      const { entries } = await bundle(type, [{ ifModifiedSince: NOW.toISOString() }, { ifModifiedSince: '2026-04-05T06:07:07Z' }, { ifNoneMatch: 'W/"1"' }].map((more) => ({ request: { method: 'GET', url: 'Patient/p', ...more } })))
      expect([type, ...entries.map(({ response, resource }) => [response.status.slice(0, 3), resource === undefined, response.etag])]).toEqual([type, ['304', true, 'W/"1"'], ['200', false, 'W/"1"'], ['304', true, 'W/"1"']])
    }
    expect((await bundle('batch', [{ request: { method: 'GET', url: 'Patient/p', ifModifiedSince: MODIFIED } }])).status).toBe(400)
  })
  it('is audited as a read although nothing is sent', async () => {
    const count = async (): Promise<number> => Number((await site.databases.asOwner(900, `select count(*) as n from audit_log where tenant = 900 and interaction = 'read'`, [])).rows[0]?.n)
    const before = await count()
    await client.get(`${BASE}/Patient/p`, { 'if-modified-since': MODIFIED })
    expect(await count()).toBe(before + 1)
  })
})

describe('HEAD', () => {
  it.each(['metadata', 'Patient/p', 'Patient/p/_history/1', 'Patient?_id=p', '?_type=Patient', 'Patient/p/_history', 'Patient/_history', '_history', 'AuditEvent?_count=1', 'Patient/never', 'Patient?shoe-size=1'])('%s is GET without its body', async (path) => {
    const url = `${BASE}/${path}`.replace('/?', '?')
    const [get, head] = [await client.get(url), await client.call('HEAD', url)]
    expect([head.status, head.text]).toEqual([get.status, ''])
    for (const name of ['content-type', 'etag', 'last-modified', 'cache-control']) expect([name, head.headers[name]]).toEqual([name, get.headers[name]])
    // links and audit rows differ in length from one to the next
    if (!/history$|\?/.test(path)) expect(head.headers['content-length']).toBe(get.headers['content-length'])
  })
  it('knows 304', async () => {
    expect((await client.call('HEAD', `${BASE}/Patient/p`, { headers: { 'if-modified-since': MODIFIED } })).status).toBe(304)
  })
  it('in a Bundle has headers and no resource', async () => {
    for (const type of ['batch', 'transaction']) {
      const { entries } = await bundle(type, ['Patient/p', 'Patient?_id=p'].map((url) => ({ request: { method: 'HEAD', url } })))
      expect([type, entries.map(({ resource, response }) => [resource, response.status])]).toEqual([type, [[undefined, '200 OK'], [undefined, '200 OK']]])
    }
  })
})

describe('Prefer: return', () => {
  const kinds = ['minimal', 'representation', 'OperationOutcome'] as const
  const shown = (answer: TestAnswer): string => (answer.text === '' ? 'minimal' : answer.json<{ resourceType: string }>().resourceType)
  it.each(kinds)('%s holds for create, update, patch and delete, and is confirmed', async (kind) => {
    const prefer = { prefer: `return=${kind}` }
    const whole = { minimal: 'minimal', representation: 'Patient', OperationOutcome: 'OperationOutcome' }[kind]
    const created = await client.post(`${BASE}/Patient`, patient(), prefer)
    const id = String(created.headers.location).split('/').at(-3) ?? ''
    const updated = await client.put(`${BASE}/Patient/${id}`, patient({ id, active: true }), prefer)
    const conditional = await client.put(`${BASE}/Patient?_id=${id}`, patient({ active: false }), prefer)
    const patched = await client.call('PATCH', `${BASE}/Patient/${id}`, { body: [{ op: 'add', path: '/gender', value: 'other' }], type: 'application/json-patch+json', headers: prefer })
    const deleted = await client.delete(`${BASE}/Patient/${id}`, prefer)
    const answers = [created, updated, conditional, patched, deleted]
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, kind === 'OperationOutcome' ? 200 : 204])
    expect(answers.map(shown)).toEqual([whole, whole, whole, whole, kind === 'OperationOutcome' ? whole : 'minimal'])
    expect(answers.map(({ headers }) => headers['preference-applied'])).toEqual(answers.map(() => `return=${kind}`))
    expect(answers.map(({ headers }) => headers.etag)).toEqual(answers.map((_, at) => `W/"${at + 1}"`))
    expect(answers.filter(({ headers }) => !String(headers['last-modified']).endsWith(' GMT'))).toEqual([])
  })
  it.each(kinds)('%s holds for each entry of a batch and of a transaction', async (kind) => {
    for (const type of ['batch', 'transaction']) {
      const answer = await bundle(type, [
        { resource: patient(), request: { method: 'POST', url: 'Patient' } }, { resource: patient({ id: `${type}-${kind}` }), request: { method: 'PUT', url: `Patient/${type}-${kind}` } }, { request: { method: 'DELETE', url: 'Patient/never-was' } },
      ], { prefer: `return=${kind}` })
      const expected = { minimal: [undefined, undefined], representation: ['Patient', undefined], OperationOutcome: [undefined, 'OperationOutcome'] }[kind]
      const found = answer.entries.map(({ resource, response }) => [resource?.resourceType, response.outcome?.resourceType])
      expect([type, answer.headers['preference-applied'], found]).toEqual([type, `return=${kind}`, [expected, expected, kind === 'OperationOutcome' ? expected : [undefined, undefined]]])
    }
  })
  it('of two the first counts, and what nobody asked for is not confirmed', async () => {
    const first = await client.post(`${BASE}/Patient`, patient(), { prefer: 'return=minimal, return=representation' })
    expect([first.text, first.headers['preference-applied']]).toEqual(['', 'return=minimal'])
    const plain = await client.post(`${BASE}/Patient`, patient(), { prefer: 'return=everything' })
    expect([shown(plain), plain.headers['preference-applied']]).toEqual(['Patient', undefined])
  })
})

describe('Prefer: handling', () => {
  it('strict refuses what is not understood, lenient leaves it out; both are confirmed', async () => {
    expect((await client.get(`${BASE}/Patient?shoe-size=44`, { prefer: 'handling=strict' })).status).toBe(400)
    const lenient = await client.get(`${BASE}/Patient?shoe-size=44`, { prefer: 'handling=lenient' })
    expect([lenient.status, lenient.headers['preference-applied']]).toEqual([200, 'handling=lenient'])
    expect((await client.get(`${BASE}/Patient`, { prefer: 'handling=strict' })).headers['preference-applied']).toBe('handling=strict')
    expect((await client.get(`${BASE}/Patient`)).headers['preference-applied']).toBeUndefined()
  })
})

describe('an answer says', () => {
  it('where what was created stands, with its version', async () => {
    const created = await client.post(`${BASE}/Patient`, patient())
    expect([created.headers.location, created.headers.etag]).toEqual([`${HOST}/Patient/${idOf(created)}/_history/1`, 'W/"1"'])
    expect(Date.parse(String(created.headers['last-modified']))).toBe(Date.parse(MODIFIED))
    const put = await client.put(`${BASE}/Patient/by-put`, patient({ id: 'by-put' }))
    expect([put.status, put.headers.location, put.headers['content-location']]).toEqual([201, `${HOST}/Patient/by-put/_history/1`, undefined])
    const found = await client.post(`${BASE}/Patient`, patient(), { 'if-none-exist': '_id=by-put' })
    expect([found.status, found.headers.location, found.headers['content-location']]).toEqual([200, undefined, `${HOST}/Patient/by-put/_history/1`])
  })
  it('which version an update made, and that the address is still the same', async () => {
    // what the client says of version and time is the server's to say
    const put = await client.put(`${BASE}/Patient/p`, patient({ id: 'p', meta: { versionId: '77', lastUpdated: '2001-01-01T00:00:00Z' }, gender: 'other' }))
    expect([put.status, put.headers.location, put.headers['content-location'], put.headers.etag]).toEqual([200, undefined, `${HOST}/Patient/p/_history/2`, 'W/"2"'])
    expect((await client.get(`${BASE}/Patient/p`)).headers).toMatchObject({ etag: 'W/"2"', 'last-modified': put.headers['last-modified'] })
    expect((await client.get(`${BASE}/Patient/p/_history/1`)).headers).toMatchObject({ etag: 'W/"1"', 'last-modified': MODIFIED })
  })
  it('the same in Bundles, entry by entry', async () => {
    for (const type of ['batch', 'transaction']) {
      const { entries } = await bundle(type, [{ resource: patient({ id: `in-${type}` }), request: { method: 'PUT', url: `Patient/in-${type}` } }, { request: { method: 'GET', url: 'Patient/p' } }])
      expect(entries[0]?.response).toMatchObject({ status: '201 Created', location: `Patient/in-${type}/_history/1`, etag: 'W/"1"' })
      expect(new Date(entries[0]?.response.lastModified ?? '').getTime() - NOW.getTime()).toBeLessThanOrEqual(0)
      expect(entries[1]?.response).toMatchObject({ status: '200 OK', etag: 'W/"2"' })
    }
  })
})

describe('an address', () => {
  it('is case sensitive', async () => {
    for (const url of ['patient/p', 'PATIENT', 'Patient/P']) expect([url, (await client.get(`${BASE}/${url}`)).status]).toEqual([url, 404])
  })
  it('of the version in which a resource was deleted is 410', async () => {
    const id = idOf(await client.post(`${BASE}/Patient`, patient()))
    await client.delete(`${BASE}/Patient/${id}`)
    expect([(await client.get(`${BASE}/Patient/${id}/_history/1`)).status, (await client.get(`${BASE}/Patient/${id}/_history/2`)).status, (await client.get(`${BASE}/Patient/${id}/_history/3`)).status]).toEqual([200, 410, 404])
  })
  it('of a search of several types takes a form, and a total counts the matches alone', async () => {
    await client.put(`${BASE}/Observation/counted`, { resourceType: 'Observation', id: 'counted', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p' } })
    const form = await client.call('POST', `${BASE}/_search`, { body: '_type=Patient,Observation&_id=p,counted', type: 'application/x-www-form-urlencoded' })
    expect(form.json<{ entry: object[] }>().entry).toHaveLength(2)
    const including = (await client.get(`${BASE}/Observation?_id=counted&_include=Observation:subject&_total=accurate`)).json<{ total: number; entry: object[] }>()
    expect([including.total, including.entry.length]).toEqual([1, 2])
  })
  it('takes text in UTF-8 and no other, and each answer has an id', async () => {
    const other = await client.call('POST', `${BASE}/Patient`, { body: '{"resourceType":"Patient"}', type: 'application/fhir+json; charset=iso-8859-1' })
    expect([other.status, typeof other.headers['x-request-id']]).toEqual([415, 'string'])
  })
  it.each([['gzip', 415], ['x-anything', 415], ['Identity', 201]])('a body in Content-Encoding %s is answered %d, never read as what it is not', async (encoding, status) => {
    const answer = await client.call('POST', `${BASE}/Patient`, { body: '{"resourceType":"Patient"}', type: 'application/fhir+json', headers: { 'content-encoding': encoding } })
    expect([answer.status, status === 201 || answer.text.includes('Content-Encoding')]).toEqual([status, true])
  })
  it("gives the client's own id of the request back beside the server's", async () => {
    const told = async (id: string): Promise<unknown> => (await client.get(`${BASE}/Patient/p`, { 'x-request-id': id })).headers['x-correlation-id']
    expect([await told('ward-7:42.a_b'), await told('a b'), await told('x'.repeat(129)), await told('é')]).toEqual(['ward-7:42.a_b', undefined, undefined, undefined])
    expect((await client.get(`${BASE}/Patient/p`, { 'x-request-id': 'mine' })).headers['x-request-id']).not.toBe('mine')
  })
})
