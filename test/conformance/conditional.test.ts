/** Conditional update, patch and delete: none, one and several matches, alone, in batch and in transaction. http://hl7.org/fhir/R4/http.html#cond-update */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const SYSTEM = 'http://a.example/id'
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const person = (value: string, more: object = {}): Record<string, unknown> => ({ resourceType: 'Patient', identifier: [{ system: SYSTEM, value }], name: [{ text: 'Nguyễn Văn Mẫu' }], ...more })
const at = (value: string): string => `${BASE}/Patient?identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`
const count = async (value: string): Promise<number> => (await client.get(`${at(value)}&_total=accurate`)).json<{ total: number }>().total
const idOf = (answer: TestAnswer): string => answer.json<{ id: string }>().id
const bundle = (type: 'batch' | 'transaction', ...entry: object[]): object => ({ resourceType: 'Bundle', type, entry })
interface Answered { entry: { response: { status: string; location?: string } }[] }

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

describe('a conditional update', () => {
  it('creates when nothing is found, and updates what it finds', async () => {
    const value = randomUUID()
    const first = await client.put(at(value), person(value))
    expect([first.status, first.headers.etag]).toEqual([201, 'W/"1"'])
    const second = await client.put(at(value), person(value, { active: true }))
    expect([second.status, second.headers.etag, idOf(second)]).toEqual([200, 'W/"2"', idOf(first)])
    expect(await count(value)).toBe(1)
  })
  it('takes the id of the body when nothing is found, and refuses another id than that of what is found', async () => {
    const value = randomUUID()
    const own = `own-${value}`.slice(0, 40)
    const first = await client.put(at(value), person(value, { id: own }))
    expect([first.status, idOf(first)]).toEqual([201, own])
    const other = await client.put(at(value), person(value, { id: 'somebody-else' }))
    expect([other.status, codeOf(other)]).toEqual([400, 'id-mismatch'])
    expect((await client.put(at(value), person(value, { id: own, active: true }))).status).toBe(200)
  })
  it('never takes an id that is somebody else\'s', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    const known = idOf(await client.post(`${BASE}/Patient`, person(one)))
    const answer = await client.put(at(other), person(other, { id: known }))
    expect(answer.status).toBe(412)
    expect((await client.get(`${BASE}/Patient/${known}`)).headers.etag).toBe('W/"1"')
  })
  it('refuses several matches, a stale If-Match, no condition, and one that it does not understand', async () => {
    const value = randomUUID()
    await client.post(`${BASE}/Patient`, person(value))
    const stale = await client.put(at(value), person(value), { 'if-match': 'W/"7"' })
    expect([stale.status, codeOf(stale)]).toEqual([412, 'version-conflict'])
    await client.post(`${BASE}/Patient`, person(value))
    const several = await client.put(at(value), person(value))
    expect([several.status, codeOf(several)]).toEqual([412, 'multiple-matches'])
    expect(codeOf(await client.put(`${BASE}/Patient`, person(value)))).toBe('bad-parameter')
    expect(codeOf(await client.put(`${BASE}/Patient?shoe-size=44`, person(value)))).toBe('unknown-parameter')
    expect(codeOf(await client.put(`${BASE}/Patient?identifier=x&_count=1`, person(value)))).toBe('bad-parameter')
  })
  it('makes one resource of many requests at once', async () => {
    // one round may pass by luck
    for (let round = 0; round < 5; round += 1) {
      const value = randomUUID()
      const answers = await Promise.all(Array.from({ length: 6 }, () => client.put(at(value), person(value))))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201])
      expect(await count(value)).toBe(1)
    }
  })
})

describe('a conditional delete', () => {
  it('deletes the one that it finds, is content with none, and refuses several', async () => {
    const value = randomUUID()
    expect((await client.delete(at(value))).status).toBe(204)
    const id = idOf(await client.post(`${BASE}/Patient`, person(value)))
    expect((await client.delete(at(value))).status).toBe(204)
    expect((await client.get(`${BASE}/Patient/${id}`)).status).toBe(410)
    for (let turn = 0; turn < 2; turn += 1) await client.post(`${BASE}/Patient`, person(value))
    const several = await client.delete(at(value))
    expect([several.status, codeOf(several), await count(value)]).toEqual([412, 'multiple-matches', 2])
    expect(codeOf(await client.delete(`${BASE}/Patient`))).toBe('bad-parameter')
  })
})

describe('a conditional patch', () => {
  const patch = (value: string): Promise<TestAnswer> => client.call('PATCH', at(value), { body: [{ op: 'add', path: '/active', value: true }], type: 'application/json-patch+json' })
  it('patches the one that it finds, and nothing else', async () => {
    const value = randomUUID()
    expect((await patch(value)).status).toBe(404)
    const id = idOf(await client.post(`${BASE}/Patient`, person(value)))
    const answer = await patch(value)
    expect([answer.status, idOf(answer), answer.headers.etag]).toEqual([200, id, 'W/"2"'])
    await client.post(`${BASE}/Patient`, person(value))
    expect(codeOf(await patch(value))).toBe('multiple-matches')
  })
})

describe('a condition by an address of this server', () => {
  it('finds what was stored as a relative reference: created once, updated, patched, deleted', async () => {
    const host = { host: 'benh-vien.example:8443' }
    const patient = idOf(await client.post(`${BASE}/Patient`, person(randomUUID())))
    const address = `http://${host.host}${BASE}/Patient/${patient}`
    const where = `subject=${encodeURIComponent(address)}&code=x`
    const condition = { resourceType: 'Condition', subject: { reference: address }, code: { coding: [{ code: 'x' }] } }
    const once = { ...host, 'if-none-exist': where }
    const statuses = [
      await client.post(`${BASE}/Condition`, condition, once), await client.post(`${BASE}/Condition`, condition, once), await client.put(`${BASE}/Condition?${where}`, condition, host),
      await client.call('PATCH', `${BASE}/Condition?${where}`, { body: '[{"op":"add","path":"/language","value":"vi"}]', type: 'application/json-patch+json', headers: host }),
      await client.post(BASE, bundle('transaction', { resource: condition, request: { method: 'PUT', url: `Condition?${where}` } }), host),
    ].map(({ status }) => status)
    expect(statuses).toEqual([201, 200, 200, 200, 200])
    expect((await client.get(`${BASE}/Condition?subject=Patient/${patient}&_total=accurate`)).json<{ total: number }>().total).toBe(1)
    expect((await client.delete(`${BASE}/Condition?${where}`, host)).status).toBe(204)
    expect((await client.get(`${BASE}/Condition?subject=Patient/${patient}&_total=accurate`)).json<{ total: number }>().total).toBe(0)
  })
})

describe('in a Bundle', () => {
  it('a transaction updates and deletes by condition, and the others refer to what was found', async () => {
    const [known, fresh, gone] = [randomUUID(), randomUUID(), randomUUID()]
    const id = idOf(await client.post(`${BASE}/Patient`, person(known)))
    const away = idOf(await client.post(`${BASE}/Patient`, person(gone)))
    const entryOf = (value: string): object => ({ fullUrl: `urn:uuid:${value}`, resource: person(value, { active: true }), request: { method: 'PUT', url: at(value).slice(BASE.length + 1) } })
    const reading = (value: string): object => ({ resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `urn:uuid:${value}` } }, request: { method: 'POST', url: 'Observation' } })
    const answer = (await client.post(BASE, bundle('transaction', entryOf(known), entryOf(fresh), { request: { method: 'DELETE', url: at(gone).slice(BASE.length + 1) } }, { request: { method: 'DELETE', url: at(randomUUID()).slice(BASE.length + 1) } }, reading(known), reading(fresh)))).json<Answered>()
    expect(answer.entry.map(({ response }) => response.status)).toEqual(['200 OK', '201 Created', '204 No Content', '204 No Content', '201 Created', '201 Created'])
    expect(answer.entry[0]?.response.location).toContain(`Patient/${id}/_history/2`)
    expect((await client.get(`${BASE}/Patient/${away}`)).status).toBe(410)
    expect((await client.get(`${BASE}/Observation?subject=Patient/${id}&_total=accurate`)).json<{ total: number }>().total).toBe(1)
  })
  it('two entries of a transaction that find the same resource are refused, and nothing is stored', async () => {
    const value = randomUUID()
    const id = idOf(await client.post(`${BASE}/Patient`, person(value)))
    const answer = await client.post(BASE, bundle('transaction', { resource: person(value), request: { method: 'PUT', url: at(value).slice(BASE.length + 1) } }, { resource: person(value, { id }), request: { method: 'PUT', url: `Patient/${id}` } }))
    expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-request'])
    expect((await client.get(`${BASE}/Patient/${id}`)).headers.etag).toBe('W/"1"')
  })
  it('a batch does the same, each entry on its own', async () => {
    const [value, two] = [randomUUID(), randomUUID()]
    for (let turn = 0; turn < 2; turn += 1) await client.post(`${BASE}/Patient`, person(two))
    const answer = (await client.post(BASE, bundle('batch', { resource: person(value), request: { method: 'PUT', url: at(value).slice(BASE.length + 1) } }, { request: { method: 'DELETE', url: at(two).slice(BASE.length + 1) } }, { request: { method: 'DELETE', url: at(value).slice(BASE.length + 1) } }))).json<Answered>()
    expect(answer.entry.map(({ response }) => response.status.slice(0, 3))).toEqual(['201', '412', '204'])
  })
})

describe('people', () => {
  it('have none of them: a condition would be answered from rows that nobody judged', async () => {
    const value = randomUUID()
    await client.post(`${BASE}/Patient`, person(value))
    const desk = await site.person({ grants: [{ role: 'reception', department: null }] })
    const doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
    for (const caller of [desk, doctor]) {
      expect((await caller.put(at(value), person(value))).status).toBe(403)
      expect((await caller.delete(at(value))).status).toBe(403)
      expect((await caller.call('PATCH', at(value), { body: [], type: 'application/json-patch+json' })).status).toBe(403)
    }
    expect((await client.get(at(value))).text).toContain('"versionId":"1"')
  })
})
