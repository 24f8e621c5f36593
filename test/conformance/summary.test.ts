/** _summary and _elements wherever resources are answered, and that a part is never written back. http://hl7.org/fhir/R4/search.html#summary, http://hl7.org/fhir/R4/http.html#parameters */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Body { resourceType: string; meta?: { tag?: { code: string }[] }; name?: unknown; text?: unknown; maritalStatus?: unknown; birthDate?: string; valueQuantity?: unknown; subject?: unknown; photo?: unknown; total?: number; entry?: { resource?: Body; search?: { mode: string } }[]; link?: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const codeOf = (answer: TestAnswer): unknown => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const PATIENT = '{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">x</div>"},"name":[{"text":"Nguyễn Văn Mẫu"}],"birthDate":"1990-05-01","maritalStatus":{"text":"độc thân"}}'
const OBSERVATION = '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":1.10},"note":[{"text":"n"}]}'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const [url, body] of [['Patient/p', PATIENT], ['Observation/o', OBSERVATION]] as const) expect((await client.put(`${BASE}/${url}`, body)).status).toBe(201)
})
afterAll(() => site.close())

const isPart = (body: Body | undefined): boolean => body?.meta?.tag?.some(({ code }) => code === 'SUBSETTED') === true
const get = async (url: string): Promise<Body> => {
  const answer = await client.get(`${BASE}/${url}`)
  expect(answer.status, `${url}: ${answer.text}`).toBe(200)
  return answer.json<Body>()
}

describe('a part of a resource', () => {
  it.each(['Patient/p', 'Patient/p/_history/1'])('is answered by %s, tagged, and not without being asked for', async (url) => {
    const whole = await client.get(`${BASE}/${url}`)
    expect(isPart(whole.json<Body>())).toBe(false)
    expect((await client.get(`${BASE}/${url}?_summary=false`)).text).toBe(whole.text)
    const summary = await client.get(`${BASE}/${url}?_summary=true`)
    expect(summary.json<Body>()).toMatchObject({ resourceType: 'Patient', name: [{ text: 'Nguyễn Văn Mẫu' }], birthDate: '1990-05-01' })
    expect([isPart(summary.json<Body>()), summary.json<Body>().text, summary.json<Body>().maritalStatus, summary.headers.etag]).toEqual([true, undefined, undefined, 'W/"1"'])
    expect((await get(`${url}?_summary=text`))).not.toHaveProperty('name')
    expect((await get(`${url}?_summary=data`))).toMatchObject({ maritalStatus: { text: 'độc thân' } })
    const some = await get(`${url}?_elements=maritalStatus`)
    expect([isPart(some), some.maritalStatus, some.name, some.text]).toEqual([true, { text: 'độc thân' }, undefined, undefined])
    for (const query of ['_summary=count', '_summary=x', '_elements=shoeSize']) expect([query, codeOf(await client.get(`${BASE}/${url}?${query}`))]).toEqual([query, 'bad-parameter'])
  })
  it('keeps the digits of what it shows', async () => {
    expect((await client.get(`${BASE}/Observation/o?_elements=value`)).text).toContain('"valueQuantity":{"value":1.10}')
  })
  it('is what searches and histories show', async () => {
    for (const url of ['Patient?_id=p', 'Patient/p/_history', 'Patient/_history', '_history', '?_type=Patient&_id=p']) {
      const bundle = await get(`${url}${url.includes('?') ? '&' : '?'}_summary=true`)
      const shown = bundle.entry?.map(({ resource }) => resource) ?? []
      expect([url, shown.length > 0, shown.every(isPart), shown.some((body) => body?.text !== undefined)]).toEqual([url, true, true, false])
      expect(bundle.link?.[0]?.url).toContain('_summary=true')
    }
    const posted = await client.call('POST', `${BASE}/Patient/_search`, { body: '_id=p&_elements=birthDate', type: 'application/x-www-form-urlencoded' })
    expect(posted.json<Body>().entry?.map(({ resource }) => [isPart(resource), resource?.birthDate, resource?.name])).toEqual([[true, '1990-05-01', undefined]])
  })
  it('counts searches and histories only', async () => {
    for (const [url, total] of [['Patient', 1], ['Patient/p/_history', 1], ['Observation/_history', 1]] as const) expect(await get(`${url}?_summary=count`)).toMatchObject({ total })
  })
  it('leaves what is included whole under _elements, shortens it in a summary, and has no includes with the narrative', async () => {
    const modes = (bundle: Body): unknown[] => bundle.entry?.map(({ resource, search }) => [search?.mode, isPart(resource)]) ?? []
    expect(modes(await get('Observation?_id=o&_include=Observation:subject&_elements=value'))).toEqual([['match', true], ['include', false]])
    expect(modes(await get('Observation?_id=o&_include=Observation:subject&_summary=true'))).toEqual([['match', true], ['include', true]])
    expect(codeOf(await client.get(`${BASE}/Observation?_id=o&_include=Observation:subject&_summary=text`))).toBe('bad-parameter')
  })
  it('keeps its place from page to page', async () => {
    await client.put(`${BASE}/Patient/q`, { resourceType: 'Patient', id: 'q', birthDate: '1991-01-01', text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml">y</div>' } })
    const first = await get('Patient?_count=1&_summary=true')
    const next = first.link?.find(({ relation }) => relation === 'next')?.url ?? ''
    const second = await client.get(next.slice(next.indexOf(BASE)))
    expect(second.json<Body>().entry?.map(({ resource }) => isPart(resource))).toEqual([true])
  })
  it('is what writes answer, entries of Bundles, the audit log and the statement', async () => {
    const created = await client.post(`${BASE}/Patient?_summary=true`, { resourceType: 'Patient', maritalStatus: { text: 'x' } })
    expect([created.status, isPart(created.json<Body>()), created.json<Body>().maritalStatus]).toEqual([201, true, undefined])
    const urls = ['Patient/p?_summary=true', 'Patient?_id=p&_summary=true']
    for (const type of ['batch', 'transaction']) {
      const bundle = (await client.post(BASE, { resourceType: 'Bundle', type, entry: urls.map((url) => ({ request: { method: 'GET', url } })) })).json<Body>()
      expect([type, isPart(bundle.entry?.[0]?.resource), isPart(bundle.entry?.[1]?.resource?.entry?.[0]?.resource)]).toEqual([type, true, true])
    }
    expect((await get('AuditEvent?_count=3&_summary=true')).entry?.map(({ resource }) => isPart(resource))).toEqual([true, true, true])
    const statement = await get('metadata?_elements=fhirVersion')
    expect([isPart(statement), Object.hasOwn(statement, 'rest'), Object.hasOwn(statement, 'fhirVersion')]).toEqual([true, false, true])
    // what has no resource in its answer has no part of one
    for (const answer of [await client.delete(`${BASE}/Patient/never?_summary=true`), await client.post(`${BASE}?_summary=true`, { resourceType: 'Bundle', type: 'batch' })]) expect(codeOf(answer)).toBe('unknown-parameter')
  })
})

describe('a part that is written back', () => {
  it('is refused by name, alone and in Bundles, and nothing is lost', async () => {
    const part = (await client.get(`${BASE}/Patient/p?_summary=true`)).text
    const put = await client.put(`${BASE}/Patient/p`, part)
    expect([put.status, codeOf(put)]).toEqual([422, 'subsetted-resource'])
    expect(codeOf(await client.put(`${BASE}/Patient?_id=p`, part))).toBe('subsetted-resource')
    const entry = [{ resource: JSON.parse(part) as object, request: { method: 'PUT', url: 'Patient/p' } }]
    expect(codeOf(await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry }))).toBe('subsetted-resource')
    expect((await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry })).json<{ entry: { response: { status: string } }[] }>().entry[0]?.response.status).toMatch(/^422/)
    const stored = await client.get(`${BASE}/Patient/p`)
    expect([stored.headers.etag, stored.text.includes('độc thân')]).toEqual(['W/"1"', true])
  })
})

describe('_format and _pretty', () => {
  it.each([['json', 'application/fhir+json'], ['application/json', 'application/json'], ['application/fhir%2Bjson', 'application/fhir+json'], ['application/fhir+json', 'application/fhir+json']])('_format=%s is JSON, whatever Accept says', async (format, type) => {
    const answer = await client.get(`${BASE}/Patient/p?_format=${format}`, { accept: 'image/png' })
    expect([answer.status, answer.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`])
  })
  it('_pretty indents and changes no digit', async () => {
    const [plain, pretty] = [await client.get(`${BASE}/Observation/o`), await client.get(`${BASE}/Observation/o?_pretty=true`)]
    expect(pretty.text).toContain('\n  "valueQuantity": {\n    "value": 1.10\n  }')
    expect(JSON.stringify(pretty.json())).toBe(JSON.stringify(plain.json()))
    expect((await client.get(`${BASE}/Observation?_id=o&_pretty=true`)).text).toContain('\n          "value": 1.10\n')
  })
})
