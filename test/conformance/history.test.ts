/** Histories of a resource, a type and everything: order, pages, bounds, who may see them. http://hl7.org/fhir/R4/http.html#history */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Entry { fullUrl: string; resource?: { resourceType: string; id: string; meta: { versionId: string } }; request: { method: string; url: string }; response: { status: string; etag: string; lastModified: string } }
interface History { type: string; total?: number; entry?: Entry[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const START = Date.parse('2026-03-01T00:00:00Z')
/** The clock stands still but where a test moves it, so that many versions share an instant. */
let now = START
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
/** A token does not live that long. */
const day = async (number: number): Promise<void> => {
  now = START + (number - 1) * 86_400_000
  client = await site.system()
}
const put = async (type: string, id: string, more: object = {}): Promise<void> => {
  const answer = await client.put(`${BASE}/${type}/${id}`, { resourceType: type, id, ...more })
  expect([200, 201], answer.text).toContain(answer.status)
}
const placesOf = (answer: TestAnswer): string[] => (answer.json<History>().entry ?? []).map(({ fullUrl, response }) => `${fullUrl.split('/').slice(-2).join('/')} ${response.etag.slice(3, -1)}`)
const nextOf = (answer: TestAnswer): string | undefined => {
  const url = answer.json<History>().link.find(({ relation }) => relation === 'next')?.url
  return url?.slice(url.indexOf(BASE))
}
/** All pages of a history; `between` runs after each page. */
const walk = async (url: string, between: () => Promise<void> = () => Promise.resolve()): Promise<string[]> => {
  const seen: string[] = []
  for (let next: string | undefined = url; next !== undefined;) {
    const answer = await client.get(next)
    expect(answer.status, answer.text).toBe(200)
    seen.push(...placesOf(answer))
    next = nextOf(answer)
    await between()
  }
  return seen
}

/** Of one instant the one that was stored later comes first. */
const ORDER = ['Organization/a 3', 'Organization/c 1', 'Organization/b 2', 'Organization/a 2', 'Organization/b 1', 'Organization/a 1']

beforeAll(async () => {
  site = await testSite({ clock: { now: () => new Date(now) } })
  await day(1)
  await put('Organization', 'a', { name: 'một' })
  await put('Organization', 'b', { name: 'một' })
  await day(2)
  await put('Organization', 'a', { name: 'hai' })
  await day(3)
  await put('Organization', 'c', { name: 'một' })
  expect((await client.delete(`${BASE}/Organization/b`)).status).toBe(204)
  await day(4)
  await put('Organization', 'a', { name: 'ba' })
  await put('Location', 'l', { name: 'phòng' })
})
afterAll(() => site.close())

describe('the history of a resource', () => {
  it('has every version newest first, each with how it was made, and counts them', async () => {
    const history = (await client.get(`${BASE}/Organization/b/_history`)).json<History>()
    expect([history.type, history.total]).toEqual(['history', 2])
    expect(history.entry?.map(({ request, response, resource }) => [request.method, request.url, response.status, resource?.meta.versionId])).toEqual([['DELETE', 'Organization/b', '204', undefined], ['PUT', 'Organization/b', '201', '1']])
  })
  it('goes page by page and never by number', async () => {
    expect(await walk(`${BASE}/Organization/a/_history?_count=1`)).toEqual(['Organization/a 3', 'Organization/a 2', 'Organization/a 1'])
    expect(codeOf(await client.get(`${BASE}/Organization/a/_history?_offset=1`))).toBe('unknown-parameter')
  })
  it('is bounded by _since and _at, and knows what is not there from what is not asked for', async () => {
    expect(await walk(`${BASE}/Organization/a/_history?_since=2026-03-02T00:00:00Z`)).toEqual(['Organization/a 3', 'Organization/a 2'])
    expect(await walk(`${BASE}/Organization/a/_history?_at=2026-03-02T12:00:00Z`)).toEqual(['Organization/a 2'])
    const empty = (await client.get(`${BASE}/Organization/a/_history?_since=2030`)).json<History>()
    expect([empty.total, empty.entry]).toEqual([0, undefined])
    expect((await client.get(`${BASE}/Organization/never/_history`)).status).toBe(404)
  })
})

describe('the history of a type', () => {
  it('has the versions of all its resources, newest first, deletions too', async () => {
    expect(await walk(`${BASE}/Organization/_history`)).toEqual(ORDER)
  })
  it('holds from _since on, with the instant itself', async () => {
    expect(await walk(`${BASE}/Organization/_history?_since=2026-03-03T00:00:00Z&_count=2`)).toHaveLength(3)
    expect(await walk(`${BASE}/Organization/_history?_since=2026-03-03T00:00:00.001Z`)).toHaveLength(1)
    // a '+' that nobody encoded arrives as a space
    expect(await walk(`${BASE}/Organization/_history?_since=2026-03-03T07:00:00+07:00`)).toHaveLength(3)
  })
  it('shows for _at what was current then', async () => {
    expect((await walk(`${BASE}/Organization/_history?_at=2026-03-02T12:00:00Z`)).toSorted()).toEqual(['Organization/a 2', 'Organization/b 1'])
    // a day of the site, from 17:00Z of the day before: what was current at its start, and what came
    expect((await walk(`${BASE}/Organization/_history?_at=2026-03-02`)).toSorted()).toEqual(['Organization/a 1', 'Organization/a 2', 'Organization/b 1'])
    expect((await walk(`${BASE}/Organization/_history?_at=2026-03-10`)).toSorted()).toEqual(['Organization/a 3', 'Organization/b 2', 'Organization/c 1'])
    expect(await walk(`${BASE}/Organization/_history?_at=2026-02`)).toEqual([])
  })
  it.each(['_since=yesterday', '_since=ge2026', '_at=2026-13', '_count=x', '_cursor=made-up'])('refuses %s', async (query) => {
    expect(codeOf(await client.get(`${BASE}/Organization/_history?${query}`))).toBe('bad-parameter')
  })
  it('refuses a place of another history', async () => {
    const next = nextOf(await client.get(`${BASE}/Organization/_history?_count=1`)) ?? ''
    const query = next.slice(next.indexOf('?'))
    expect((await client.get(`${BASE}/Organization/_history${query}`)).status).toBe(200)
    for (const url of [`${BASE}/Location/_history${query}`, `${BASE}/_history${query}`, `${BASE}/Organization/a/_history${query}`, `${BASE}/Organization/_history${query}&_since=2026`]) expect([url, codeOf(await client.get(url))]).toEqual([url, 'bad-parameter'])
  })
  it('only counts when asked to', async () => {
    for (const query of ['_summary=count', '_count=0']) {
      const counted = (await client.get(`${BASE}/Organization/_history?${query}`)).json<History>()
      expect([query, counted.total, counted.entry, counted.link.length]).toEqual([query, 6, undefined, 1])
    }
  })
  it('has each version once and none twice while others write, also many of one instant', async () => {
    await day(5)
    const made = Array.from({ length: 12 }, (_, at) => `m${at}`)
    await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: made.map((id) => ({ resource: { resourceType: 'Device', id }, request: { method: 'PUT', url: `Device/${id}` } })) })
    let turn = 0
    const seen = await walk(`${BASE}/Device/_history?_count=5`, async () => {
      turn += 1
      await day(5 + turn)
      // what was current becomes past, and something new comes
      for (const id of made.slice(0, 6)) await put('Device', id, { lotNumber: String(turn) })
      await put('Device', `n${turn}`)
    })
    expect(seen.toSorted()).toEqual(made.map((id) => `Device/${id} 1`).toSorted())
  })
})

describe('what stands in a list', () => {
  const list = async (id: string, entries: object[]): Promise<void> => put('List', id, { status: 'current', mode: 'changes', entry: entries })
  const item = (reference: string, more: object = {}): object => ({ ...more, item: { reference } })
  it('is all there is of what the list names, or the version that it names', async () => {
    await put('Organization', 'v', { name: 'một' })
    await put('Organization', 'v', { name: 'hai' })
    await list('l1', [item('Organization/v/_history/1'), item('Organization/a'), item('Organization/a/_history/2'), item('Location/l')])
    expect(await walk(`${BASE}/Organization/_history?_list=l1`)).toEqual(['Organization/v 1', 'Organization/a 3', 'Organization/a 2', 'Organization/a 1'])
    expect(await walk(`${BASE}/Organization/_history?_list=l1&_count=1&_since=2026-03-02`)).toEqual(['Organization/v 1', 'Organization/a 3', 'Organization/a 2'])
    expect(await walk(`${BASE}/_history?_list=l1&_count=2`)).toEqual(['Organization/v 1', 'Location/l 1', 'Organization/a 3', 'Organization/a 2', 'Organization/a 1'])
    expect((await client.get(`${BASE}/_history?_list=l1&_summary=count`)).json<History>().total).toBe(5)
  })
  it('is nothing of a list that is not there or not visible, nor of what was taken out of it', async () => {
    await put('Organization', 'c', { name: 'hai' })
    await list('l2', [item('Organization/a', { deleted: true }), item('Organization/c')])
    expect(await walk(`${BASE}/Organization/_history?_list=l2`)).toEqual(['Organization/c 2', 'Organization/c 1'])
    expect(await walk(`${BASE}/Organization/_history?_list=never`)).toEqual([])
    const some = await site.system(['system/Organization.rs'])
    expect((await some.get(`${BASE}/Organization/_history?_list=l1`)).json<History>().entry).toBeUndefined()
    await client.delete(`${BASE}/List/l2`)
    expect(await walk(`${BASE}/Organization/_history?_list=l2`)).toEqual([])
  })
  it('is what is current, of the lists that have a name only', async () => {
    const clinical = (code: string): object => ({ subject: { reference: 'Patient/kranker' }, code: { text: 'x' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] } })
    await put('Patient', 'kranker')
    await put('Condition', 'on', clinical('resolved'))
    await put('Condition', 'on', clinical('active'))
    await put('Condition', 'off', clinical('active'))
    await put('Condition', 'off', clinical('resolved'))
    expect(await walk(`${BASE}/Condition/_history?_list=$current-problems`)).toEqual(['Condition/on 2', 'Condition/on 1'])
    expect(await walk(`${BASE}/_history?_list=$current-problems`)).toEqual(['Condition/on 2', 'Condition/on 1'])
    expect(await walk(`${BASE}/Organization/_history?_list=$current-problems`)).toEqual([])
  })
  it('is no question to the history of one resource, and a list has to be known', async () => {
    for (const url of ['Organization/a/_history?_list=l1', 'Organization/_history?_list=$mine', 'Organization/_history?_list=l1&_list=l2', 'Organization/_history?_list=l1,']) expect([url, codeOf(await client.get(`${BASE}/${url}`))]).toEqual([url, 'bad-parameter'])
  })
})

describe('the history of everything', () => {
  it('has all types, newest first, page by page', async () => {
    const all = await walk(`${BASE}/_history?_since=2026-03-01&_count=7`)
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((place) => /^(?:Location|Organization)/.test(place))).toEqual(['Organization/v 2', 'Organization/v 1', 'Organization/c 2', 'Location/l 1', ...ORDER])
    expect((await client.get(`${BASE}/_history?_summary=count`)).json<History>().total).toBe(all.length)
  })
})

describe('who sees them', () => {
  it('a client with scopes for a type has its history, and nothing of the others', async () => {
    const some = await site.system(['system/Organization.rs'])
    expect((await some.get(`${BASE}/Organization/_history`)).json<History>().entry).toHaveLength(9)
    for (const url of [`${BASE}/Location/_history`, `${BASE}/_history`]) expect([url, (await some.get(url)).status]).toEqual([url, 403])
    const reading = await site.system(['system/Organization.r'])
    expect((await reading.get(`${BASE}/Organization/_history`)).status).toBe(403)
  })
  it('a doctor has that of the directory, not that of clinical types or of everything', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
    expect((await doctor.get(`${BASE}/Organization/_history`)).json<History>().entry).toHaveLength(9)
    for (const url of [`${BASE}/Observation/_history`, `${BASE}/_history`]) expect([url, (await doctor.get(url)).status]).toEqual([url, 403])
    expect((await site.anonymous.get(`${BASE}/Organization/_history`)).status).toBe(401)
  })
  it('stands in the audit before it is answered, refusals too', async () => {
    const { rows } = await site.databases.asOwner(900, `select interaction, outcome from audit_log where tenant = 900 and interaction in ('history-type', 'history-system')`, [])
    const kinds = new Set(rows.map((row: { interaction: string; outcome: string }) => `${row.interaction} ${row.outcome}`))
    expect(kinds).toEqual(new Set(['history-type success', 'history-type refused', 'history-system success', 'history-system refused']))
  })
})

describe('in a batch', () => {
  it('answers all three', async () => {
    const urls = ['_history?_count=1', 'Organization/_history?_count=1', 'Organization/a/_history?_count=1']
    const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: urls.map((url) => ({ request: { method: 'GET', url } })) })
    expect(answer.json<{ entry: { resource: History; response: { status: string } }[] }>().entry.map(({ resource, response }) => [response.status, resource.type, resource.entry?.length])).toEqual(urls.map(() => ['200 OK', 'history', 1]))
  })
})
