/** Search at the edge: links, pages, POST, unknown parameters, visibility. What each parameter means is tested with the compiler. http://hl7.org/fhir/R4/search.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Page { type: string; total?: number; entry?: { fullUrl: string; resource: { resourceType: string; id: string }; search: { mode: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const SYSTEM = 'http://a.example/search'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = Array.from({ length: 25 }, (_, at) => ({
    resource: { resourceType: 'Patient', id: `p${at}`, identifier: [{ system: SYSTEM, value: `so ${at}` }], name: [{ text: `Nguyễn Văn Mẫu ${at}` }], birthDate: `19${50 + at}-01-01` }, request: { method: 'PUT', url: `Patient/p${at}` },
  }))
  const condition = { resource: { resourceType: 'Condition', id: 'c0', subject: { reference: 'Patient/p0' }, code: { text: 'Đau đầu', coding: [{ system: SYSTEM, code: 'dau-dau' }] } }, request: { method: 'PUT', url: 'Condition/c0' } }
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [...entry, condition] })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const ids = (answer: TestAnswer, mode = 'match'): string[] => (answer.json<Page>().entry ?? []).filter((entry) => entry.search.mode === mode).map((entry) => entry.resource.id)
const linkOf = (answer: TestAnswer, relation: string): string | undefined => answer.json<Page>().link.find((link) => link.relation === relation)?.url

describe('search', () => {
  it('answers a searchset of stored bodies with full addresses and a self link, without entries where nothing is found', async () => {
    const answer = await client.get(`${BASE}/Patient?identifier=${encodeURIComponent(`${SYSTEM}|so 7`)}`, { host: 'emr.example:8443' })
    expect(answer.status).toBe(200)
    expect(ids(answer)).toEqual(['p7'])
    expect(answer.json<Page>()).toMatchObject({ type: 'searchset', entry: [{ fullUrl: 'http://emr.example:8443/fhir/R4/Patient/p7' }] })
    expect(linkOf(answer, 'self')).toBe(`http://emr.example:8443/fhir/R4/Patient?identifier=${encodeURIComponent(`${SYSTEM}|so 7`).replaceAll('%20', '+')}`)
    expect(answer.text).toContain((await client.get(`${BASE}/Patient/p7`)).text)
    const empty = await client.get(`${BASE}/Patient?_id=never`)
    expect([empty.status, empty.json()]).toMatchObject([200, { resourceType: 'Bundle', type: 'searchset' }])
    expect(empty.json<Page>().entry).toBeUndefined()
  })
  it('goes through all pages by the next link, each resource once', async () => {
    const seen: string[] = []
    let url: string | undefined = `${BASE}/Patient?_count=7&_sort=birthdate`
    let pages = 0
    while (url !== undefined) {
      const answer = await client.get(url)
      expect(answer.status, answer.text).toBe(200)
      seen.push(...ids(answer))
      const next = linkOf(answer, 'next')
      url = next?.slice(next.indexOf(BASE))
      pages += 1
    }
    expect(pages).toBe(4)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `p${at}`))
  })
  it('refuses a place of a page that it never gave out, or gave for another search', async () => {
    const next = linkOf(await client.get(`${BASE}/Patient?_count=7`), 'next') ?? ''
    const cursor = new URL(next).searchParams.get('_cursor') ?? ''
    expect((await client.get(`${BASE}/Patient?_count=7&_cursor=made-up`)).status).toBe(400)
    expect((await client.get(`${BASE}/Patient?_count=7&name=mau&_cursor=${encodeURIComponent(cursor)}`)).status).toBe(400)
  })
  it('means the same in every order of its parameters', async () => {
    const parameters = ['name=mau', 'birthdate=ge1955', '_sort=-birthdate', '_count=4']
    const orders = (rest: readonly string[]): string[][] => (rest.length === 0 ? [[]] : rest.flatMap((each, at) => orders(rest.toSpliced(at, 1)).map((more) => [each, ...more])))
    for (const order of orders(parameters)) expect(ids(await client.get(`${BASE}/Patient?${order.join('&')}`)), order.join('&')).toEqual(['p24', 'p23', 'p22', 'p21'])
  })
  it('is the same by POST, with the parameters of address and body together', async () => {
    const answer = await client.call('POST', `${BASE}/Patient/_search?_count=5`, { body: 'name=m%E1%BA%ABu+3', type: 'application/x-www-form-urlencoded' })
    expect([answer.status, ids(answer)]).toEqual([200, ['p3']])
    expect((await client.call('POST', `${BASE}/Patient/_search`, { body: '{}', type: 'application/json' })).status).toBe(415)
  })
  it('refuses unknown parameters by name, or leaves them out of the self link when asked to be lenient', async () => {
    const strict = await client.get(`${BASE}/Patient?shoe-size=44`)
    expect([strict.status, strict.json()]).toMatchObject([400, { issue: [{ expression: ['http.shoe-size'], details: { coding: [{ code: 'unknown-parameter' }] } }] }])
    const lenient = await client.get(`${BASE}/Patient?shoe-size=44&_id=p1`, { prefer: 'handling=lenient' })
    expect([lenient.status, ids(lenient), linkOf(lenient, 'self')?.includes('shoe-size')]).toEqual([200, ['p1'], false])
  })
  it('counts on demand only', async () => {
    expect((await client.get(`${BASE}/Patient?_count=1`)).json<Page>().total).toBeUndefined()
    expect((await client.get(`${BASE}/Patient?_count=1&_total=accurate`)).json<Page>().total).toBe(25)
    const counted = (await client.get(`${BASE}/Patient?_summary=count`)).json<Page>()
    expect([counted.total, counted.entry]).toEqual([25, undefined])
  })
  it('includes what matches refer to, and what refers to them, each once and beside the matches that a page is long', async () => {
    const included = await client.get(`${BASE}/Condition?_id=c0&_include=Condition:subject`)
    expect([ids(included), ids(included, 'include')]).toEqual([['c0'], ['p0']])
    expect(ids(await client.get(`${BASE}/Patient?_id=p0&_revinclude=Condition:subject`), 'include')).toEqual(['c0'])
    // a page of one match holds what it refers to beside it, and what matches is not included once more
    const page = await client.get(`${BASE}/Condition?_count=1&_include=Condition:subject`)
    expect([ids(page).length, ids(page, 'include').length]).toEqual([1, 1])
    const both = await client.get(`${BASE}?_type=Patient,Condition&_id=p0,c0&_include=Condition:subject&_revinclude=Condition:subject`)
    expect([ids(both).toSorted(), ids(both, 'include')]).toEqual([['c0', 'p0'], []])
  })
  it('searches several types at once for those who may search each', async () => {
    expect(ids(await client.get(`${BASE}?_type=Patient,Condition&_id=p0,c0`)).toSorted()).toEqual(['c0', 'p0'])
    const narrow = await site.system(['system/Patient.rs'])
    expect((await narrow.get(`${BASE}?_type=Patient,Condition&_id=p0,c0`)).status).toBe(403)
    expect(ids(await narrow.get(`${BASE}?_type=Patient&_id=p0,c0`))).toEqual(['p0'])
    expect((await narrow.get(`${BASE}?_id=p0`)).status).toBe(403)
  })
})

describe('what a search shows', () => {
  it('leaves out what the caller may not see, also in includes, chains and _has', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa-kham' }] })
    const reception = await site.person({ grants: [{ role: 'reception', department: 'khoa-kham' }] })
    const narrow = await site.system(['system/Patient.rs'])
    for (const who of [doctor, narrow]) expect(ids(await who.get(`${BASE}/Patient?_id=p0&_revinclude=Condition:subject`), 'include')).toEqual([])
    for (const who of [doctor, narrow]) expect(ids(await who.get(`${BASE}/Patient?_has:Condition:subject:code=dau-dau`))).toEqual([])
    expect(ids(await doctor.get(`${BASE}/Condition?code=dau-dau`))).toEqual([])
    expect((await reception.get(`${BASE}/Condition?code=dau-dau`)).status).toBe(403)
    expect((await narrow.get(`${BASE}/Condition?code=dau-dau`)).status).toBe(403)

    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'p0', department: 'khoa-kham', account: null, kind: 'encounter', until: '2100-01-01T00:00:00Z' }))
    expect(ids(await doctor.get(`${BASE}/Condition?code=dau-dau`))).toEqual(['c0'])
    expect(ids(await doctor.get(`${BASE}/Patient?_has:Condition:subject:code=dau-dau`))).toEqual(['p0'])
    expect(ids(await reception.get(`${BASE}/Patient?_id=p0&_revinclude=Condition:subject`), 'include')).toEqual([])
    expect(ids(await reception.get(`${BASE}/Patient?_has:Condition:subject:code=dau-dau`))).toEqual([])
  })
  it('is on record by the names of its parameters, never their values', async () => {
    await client.get(`${BASE}/Condition?code=dau-dau&subject=Patient/p0`)
    const [row] = await site.parts.audit.find({ interaction: 'search-type', count: 1 })
    expect(row).toMatchObject({ type: 'Condition', patient: 'p0', detail: 'code subject (1+0)', outcome: 'success' })
  })
})
