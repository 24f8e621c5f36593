/** Pages of searches and histories in all directions: first, previous, next, last, under any order and while others write. http://hl7.org/fhir/R4/http.html#paging */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Page { total?: number; entry?: { fullUrl: string; response?: { etag: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const SYSTEM = 'http://a.example/paging'

const put = async (id: string, at: number, more: object = {}): Promise<void> => {
  // every third has no birth date, every fourth shares its name and its gender
  const answer = await client.put(`${BASE}/Patient/${id}`, {
    resourceType: 'Patient', id, identifier: [{ system: SYSTEM, value: String(at) }], name: [{ text: at % 4 === 0 ? 'Trần Chung' : `Nguyễn Mẫu ${at}` }], ...(at % 4 === 0 && { gender: 'male' }), ...(at % 3 !== 0 && { birthDate: `19${50 + at}-01-01` }), ...more,
  })
  expect([200, 201], answer.text).toContain(answer.status)
}

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (let at = 0; at < 13; at++) await put(`p${at}`, at)
  const observations = Array.from({ length: 9 }, (_, at) => ({
    resource: {
      resourceType: 'Observation', id: `o${at}`, status: 'final', code: { coding: [{ system: SYSTEM, code: 'x' }] }, subject: { reference: 'Patient/p0' }, ...(at % 3 > 0 && { effectiveDateTime: `2026-01-0${1 + (at % 4)}`, valueQuantity: { value: at % 5, unit: '1' } }),
    }, request: { method: 'PUT', url: `Observation/o${at}` },
  }))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: observations })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const linkOf = (answer: TestAnswer, relation: string): string | undefined => {
  const url = answer.json<Page>().link.find((link) => link.relation === relation)?.url
  return url?.slice(url.indexOf(BASE))
}
const relations = (answer: TestAnswer): string[] => answer.json<Page>().link.map(({ relation }) => relation)
const rowsOf = (answer: TestAnswer): string[] => (answer.json<Page>().entry ?? []).map(({ fullUrl, response }) => `${fullUrl.split('/').slice(-1).join('')}${response === undefined ? '' : ` ${response.etag.slice(3, -1)}`}`)
const get = async (url: string | undefined): Promise<TestAnswer> => {
  const answer = await client.get(url ?? 'no link')
  expect(answer.status, answer.text).toBe(200)
  return answer
}
const pageAt = (pages: readonly TestAnswer[], at: number): TestAnswer => {
  const page = pages.at(at)
  if (page === undefined) throw new Error(`No page ${at}`)
  return page
}
/** The pages from one on, by a relation. */
const walk = async (from: TestAnswer, relation: 'next' | 'previous'): Promise<TestAnswer[]> => {
  const pages = [from]
  for (let url = linkOf(from, relation); url !== undefined;) {
    const page = await get(url)
    pages.push(page)
    expect(pages.length).toBeLessThan(20)
    url = linkOf(page, relation)
  }
  return pages
}

const ORDERS = ['Patient?_count=4', 'Patient?_count=4&name=mau', 'Patient?_count=4&_sort=birthdate', 'Patient?_count=4&_sort=-birthdate', 'Patient?_count=4&_sort=name,-_id', 'Patient?_count=4&_sort=gender,-birthdate', 'Patient?_count=4&_sort=-_lastUpdated',
  `Observation?_count=2&patient=p0&code=${encodeURIComponent(`${SYSTEM}|x`)}`, 'Observation?_count=2&patient=p0&_sort=date', 'Observation?_count=2&_sort=-value-quantity,_id', 'Observation/_history?_count=4', 'Patient/_history?_count=5', '_history?_count=9']

describe('paging', () => {
  it.each(ORDERS)('goes forward and back the same way: %s', async (query) => {
    const forward = await walk(await get(`${BASE}/${query}`), 'next')
    expect(forward.length).toBeGreaterThan(2)
    const back = await walk(pageAt(forward, -1), 'previous')
    // counted from the end of the last page: the same pages
    expect(back.map(rowsOf).toReversed()).toEqual(forward.map(rowsOf))
    const all = forward.flatMap(rowsOf)
    expect(new Set(all).size).toBe(all.length)
    const last = await get(linkOf(pageAt(forward, 0), 'last'))
    const fromEnd = (await walk(last, 'previous')).map(rowsOf).toReversed().flat()
    expect(fromEnd).toEqual(all)
    expect(rowsOf(last)).toEqual(all.slice(-rowsOf(pageAt(forward, 0)).length))
    expect(rowsOf(await get(linkOf(pageAt(forward, 2), 'first')))).toEqual(rowsOf(pageAt(forward, 0)))
  })
  it('says at each page what there is', async () => {
    const forward = await walk(await get(`${BASE}/Patient?_count=4`), 'next')
    expect(forward.map(relations)).toEqual([['self', 'next', 'last'], ['self', 'first', 'previous', 'next', 'last'], ['self', 'first', 'previous', 'next', 'last'], ['self', 'first', 'previous', 'last']])
    expect(relations(await get(`${BASE}/Patient?_count=50`))).toEqual(['self'])
    const first = await get(linkOf(pageAt(forward, 1), 'first'))
    expect(relations(first)).toEqual(['self', 'first', 'next', 'last'])
    expect(rowsOf(await get(linkOf(first, 'next')))).toEqual(rowsOf(pageAt(forward, 1)))
    const last = await get(linkOf(first, 'last'))
    expect(relations(last)).toEqual(['self', 'first', 'previous', 'last'])
  })
  it.each(['Patient?_count=4&_sort=birthdate', 'Patient?_count=4', 'Patient/_history?_count=4'])('shows nobody who came after its first page, whichever way one turns: %s', async (query) => {
    const one = await get(`${BASE}/${query}`)
    const two = await get(linkOf(one, 'next'))
    const came = `n${query.length}`
    await put(came, 1, { birthDate: '1900-01-01' })
    const seen = [await get(linkOf(two, 'previous')), await get(linkOf(two, 'first')), ...await walk(two, 'next'), await get(linkOf(two, 'last'))].flatMap(rowsOf)
    expect(seen.filter((row) => row.startsWith(came))).toEqual([])
    expect(rowsOf(await get(linkOf(two, 'first')))).toEqual(rowsOf(one))
    expect((await client.delete(`${BASE}/Patient/${came}`)).status).toBe(204)
  })
  it('finds its way when all that was on a page is gone', async () => {
    for (let at = 0; at < 4; at++) await put(`g${at}`, 20 + at, { identifier: [{ system: SYSTEM, value: 'goes' }] })
    const query = `${BASE}/Patient?_count=2&identifier=${encodeURIComponent(`${SYSTEM}|goes`)}`
    const two = await get(linkOf(await get(query), 'next'))
    for (const id of ['g3', 'g2']) expect((await client.delete(`${BASE}/Patient/${id}`)).status).toBe(204)
    const empty = await get(linkOf(two, 'previous'))
    expect([rowsOf(empty), relations(empty)]).toEqual([[], ['self', 'first', 'next', 'last']])
    expect(rowsOf(await get(linkOf(empty, 'next')))).toEqual(['g1', 'g0'])
  })
  it('gives out places that fit their own search only', async () => {
    const two = await get(linkOf(await get(`${BASE}/Patient?_count=4`), 'next'))
    const history = await get(linkOf(await get(`${BASE}/Patient/_history?_count=4`), 'next'))
    for (const relation of ['first', 'previous', 'last']) {
      const cursor = new URL(`http://x${linkOf(two, relation) ?? ''}`).searchParams.get('_cursor') ?? ''
      const changed = `${cursor.slice(0, 30)}${cursor[30] === 'A' ? 'B' : 'A'}${cursor.slice(31)}`
      for (const url of [`Patient?_count=4&name=mau&_cursor=${cursor}`, `Observation?_cursor=${cursor}`, `Patient/_history?_cursor=${cursor}`, `Patient?_count=4&_cursor=${changed}`]) expect([url, (await client.get(`${BASE}/${url}`)).status]).toEqual([url, 400])
      expect((await client.get((linkOf(history, relation) ?? '').replace('/Patient/', '/Observation/'))).status).toBe(400)
    }
  })
})
