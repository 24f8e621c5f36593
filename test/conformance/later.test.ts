/** Asynchronous requests: taken, answered later, only to whoever asked, with the rights of when they are run. https://hl7.org/fhir/R4/async.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLaterDesk, LATER, type LaterDesk } from '#api/fhir/later/desk.ts'
import type { GuardedRequest } from '#api/http/route.ts'
import { Outcome } from '#api/model/outcome.ts'
import type { Caller } from '#api/model/ports.ts'
import { digestOf, newToken } from '#api/security/tokens.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Manifest { transactionTime: string; request: string; requiresAccessToken: boolean; output: { type: string; url: string; count: number }[]; error: { type: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const LATER_PLEASE = { prefer: 'respond-async' }

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const id of ['an', 'binh']) expect((await client.put(`${BASE}/Patient/${id}`, { resourceType: 'Patient', id, name: [{ text: 'Mẫu' }] })).status).toBe(201)
  expect((await client.put(`${BASE}/Observation/o`, { resourceType: 'Observation', id: 'o', status: 'final', code: { coding: [{ code: 'x' }] }, subject: { reference: 'Patient/an' }, valueDecimal: undefined, valueQuantity: { value: 1.5 } })).status).toBe(201)
})
afterAll(() => site.close())

const pathOf = (url: unknown): string => {
  const { pathname, search } = new URL(String(url))
  return `${pathname}${search}`
}
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const asked = async (answer: Promise<TestAnswer>): Promise<string> => {
  const { status, text, headers } = await answer
  expect([status, headers['preference-applied']], text).toEqual([202, 'respond-async'])
  return pathOf(headers['content-location'])
}
const manifestOf = async (place: string, who = client): Promise<Manifest> => {
  await expect.poll(async () => (await who.get(place)).status).toBe(200)
  return (await who.get(place)).json<Manifest>()
}

describe('a request with respond-async', () => {
  it.each([
    ['a search', 'GET', 'Patient?name=mau&_sort=_id', undefined], ['a search by POST', 'POST', 'Patient/_search', 'name=mau&_sort=_id'], ['a compartment', 'GET', 'Patient/an/Observation', undefined], ['a search of everything', 'GET', '?_type=Patient,Observation', undefined],
    ['a history', 'GET', 'Patient/_history', undefined], ['$everything', 'GET', 'Patient/an/$everything', undefined], ['$lastn', 'GET', 'Observation/$lastn?patient=an&code=x', undefined],
  ] as const)('of %s is taken, and answered as it would have been at once', async (_, method, path, body) => {
    const call = (headers: Record<string, string>): Promise<TestAnswer> => client.call(method, `${BASE}/${path}`, { headers, ...(body !== undefined && { body, type: 'application/x-www-form-urlencoded' }) })
    const place = await asked(call(LATER_PLEASE))
    const manifest = await manifestOf(place)
    expect(manifest).toMatchObject({ requiresAccessToken: true, output: [{ type: 'Bundle', count: 1 }], error: [] })
    expect(new URL(manifest.request).pathname.startsWith(`${BASE}/${path.split('?')[0] ?? ''}`)).toBe(true)
    const answer = await client.get(pathOf(manifest.output[0]?.url))
    expect([answer.status, answer.headers['content-type'], answer.text.endsWith('}\n'), answer.text.trimEnd().includes('\n')]).toEqual([200, 'application/fhir+ndjson; charset=utf-8', true, false])
    const withoutLinks = (text: string): unknown => ({ ...(JSON.parse(text) as object), link: [] })
    expect(withoutLinks(answer.text)).toEqual(withoutLinks((await call({})).text))
  })
  it('that fails says so in the manifest, with its OperationOutcome', async () => {
    const manifest = await manifestOf(await asked(client.get(`${BASE}/Patient?shoe-size=44&_format=xml&_pretty=true`, LATER_PLEASE)))
    expect(manifest).toMatchObject({ output: [], error: [{ type: 'OperationOutcome' }] })
    const answer = await client.get(pathOf(manifest.error[0]?.url))
    expect([answer.status, codeOf(answer)]).toEqual([200, 'unknown-parameter'])
  })
  it('of a write, of a person, or of a head is answered at once', async () => {
    expect((await client.call('POST', `${BASE}/Basic`, { body: { resourceType: 'Basic', code: { text: 'x' } }, headers: LATER_PLEASE })).status).toBe(201)
    expect((await client.call('HEAD', `${BASE}/Patient`, { headers: LATER_PLEASE })).status).toBe(200)
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect((await doctor.get(`${BASE}/Patient`, LATER_PLEASE)).status).toBe(200)
  })
  it('is the business of the client that asked, and of tokens that may do as much', async () => {
    const some = await site.system(['system/Patient.rs'])
    const place = await asked(some.get(`${BASE}/Patient`, LATER_PLEASE))
    const answer = pathOf((await manifestOf(place, some)).output[0]?.url)
    for (const url of [place, answer]) {
      expect((await client.get(url)).status).toBe(404)
      expect((await client.delete(url)).status).toBeGreaterThanOrEqual(404)
    }
    expect((await site.anonymous.get(place)).status).toBe(401)
    expect((await some.get(answer)).status).toBe(200)
    // another token of the same client, for less
    const [{ client: name } = { client: '' }] = (await site.databases.asOwner(900, `select client from system_client where tenant = 900 order by client desc`, [])).rows as { client: string }[]
    const token = newToken()
    const digest = digestOf(token)
    if (digest === undefined) throw new Error('No digest')
    await site.parts.clients.issue({ digest, client: name, scopes: ['system/Patient.r'], at: new Date(), expires: new Date(Date.now() + 60_000) })
    const less = await site.anonymous.get(answer, { authorization: `Bearer ${token}` })
    expect([less.status, codeOf(less)]).toEqual([403, 'forbidden'])
    const { rows } = await site.databases.asOwner(900, `select interaction, outcome from audit_log where tenant = 900 and interaction like 'async%'`, [])
    expect(rows).toEqual(expect.arrayContaining([{ interaction: 'async', outcome: 'success' }, { interaction: 'async-answer', outcome: 'success' }]))
  })
  it('can be taken back, and what is not known has to be sent again', async () => {
    const place = await asked(client.get(`${BASE}/Patient`, LATER_PLEASE))
    expect((await client.delete(place)).status).toBe(202)
    for (const url of [place, `${place}/answer`, `${BASE}/$async/never`]) expect([url, (await client.get(url)).text.includes('Send it again')]).toEqual([url, true])
  })
})

describe('the desk', () => {
  const system = (scopes: readonly string[], name = 'c'): Caller => ({ actor: { kind: 'system', tenant: 900, client: name, scopes }, visibility: { kind: 'all' }, purpose: 'HDATAEXCH' })
  const requestOf = (caller: Caller): GuardedRequest => ({ id: 'x', method: 'GET', path: '/', headers: {}, cookies: {}, address: '', params: {}, query: [], bytes: new Uint8Array(), text: () => '', json: () => ({}) as never, plain: () => undefined, log: { info: () => undefined, warn: () => undefined, error: () => undefined }, caller })
  let now = Date.parse('2026-11-27T00:00:00Z')
  const rights = new Map<string, Caller | undefined>()
  const deskOf = (): LaterDesk => createLaterDesk({ clock: { now: () => new Date(now) }, findCaller: ({ client: name }) => Promise.resolve(rights.get(name)) })
  const refusal = (work: () => void): string | undefined => {
    try {
      work()
    } catch (thrown) {
      return thrown instanceof Outcome ? thrown.code : 'no outcome'
    }
    return undefined
  }
  const textOf = (desk: LaterDesk, caller: Caller, id: string): string | undefined => desk.find(caller, id)?.done?.text

  it('runs some at a time, with the rights that the client has then', async () => {
    const [desk, asking] = [deskOf(), system(['system/*.rs'])]
    rights.set('c', system(['system/*.rs']))
    const open: (() => void)[] = []
    const seen: Caller[] = []
    const held = (request: GuardedRequest): Promise<{ status: number; body: string }> => new Promise((resolve) => {
      seen.push(request.caller)
      open.push(() => { resolve({ status: 200, body: '{"resourceType":"Bundle"}' }) })
    })
    for (const id of ['1', '2', '3', '4']) desk.take(requestOf(asking), held, { id, address: '' })
    await expect.poll(() => open.length).toBe(LATER.atOnce)
    expect(['1', '2', '3'].map((id) => desk.find(asking, id)?.state)).toEqual(['running', 'running', 'waiting'])
    const less = system(['system/Patient.r'])
    rights.set('c', less)
    open.shift()?.()
    await expect.poll(() => seen.length).toBe(3)
    expect(seen[2]).toEqual(less)
    rights.set('c', undefined)
    for (const each of open.splice(0)) each()
    await expect.poll(() => textOf(desk, asking, '4')).toContain('forbidden')
    expect(seen).toHaveLength(3)
  })
  it('keeps an answer for an hour, one that was taken back never, and takes no more than it can keep', async () => {
    const [desk, asking] = [deskOf(), system(['system/*.rs'], 'd')]
    rights.set('d', asking)
    const quick = (): Promise<{ status: number; body: string }> => Promise.resolve({ status: 200, body: '{"resourceType":"Bundle"}' })
    for (let at = 0; at < LATER.ofOne; at++) desk.take(requestOf(asking), quick, { id: `${at}`, address: '' })
    expect(refusal(() => desk.take(requestOf(asking), quick, { id: 'more', address: '' }))).toBe('too-many-open')
    for (let at = LATER.ofOne; at < LATER.ofAll; at++) desk.take(requestOf(system(['system/*.rs'], `other-${at}`)), quick, { id: `${at}`, address: '' })
    expect(refusal(() => desk.take(requestOf(system(['system/*.rs'], 'new')), quick, { id: 'more', address: '' }))).toBe('overloaded')
    desk.remove(asking, '3')
    await expect.poll(() => textOf(desk, asking, '15')).toBeDefined()
    expect(desk.find(asking, '3')).toBeUndefined()
    expect(desk.find(system([], 'other'), '15')).toBeUndefined()
    now += LATER.milliseconds - 1
    expect(textOf(desk, asking, '15')).toBeDefined()
    now += 1
    expect(desk.find(asking, '15')).toBeUndefined()
    desk.take(requestOf(asking), quick, { id: 'more', address: '' })
    expect(desk.find(asking, 'more')?.state).toBe('waiting')
  })
})
