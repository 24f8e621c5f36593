/** The limits that the CapabilityStatement states are kept: what is at the limit works, what is beyond is refused by name. http://hl7.org/fhir/R4/http.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(() => site.close())

const nested = (depth: number): string => `{"resourceType":"Basic","code":{"text":"x"},"extension":[${'{"url":"http://a.example/e","extension":['.repeat(depth)}{"url":"http://a.example/e","valueString":"x"}${']}'.repeat(depth)}]}`

describe('limits', () => {
  it('stores a transaction of 5,000 entries, whole', async () => {
    const entry = Array.from({ length: 5000 }, (_, at) => ({ resource: { resourceType: 'Basic', id: `b${at}`, code: { text: `Số ${at}` }, subject: { reference: `Basic/b${(at * 7919) % 5000}` } }, request: { method: 'PUT', url: `Basic/b${at}` } }))
    const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
    expect(answer.status, answer.text.slice(0, 500)).toBe(200)
    expect((await client.get(`${BASE}/Basic?_summary=count`)).json()).toMatchObject({ total: 5000 })
  })
  it('judges 12,000 contained resources while others are answered, and refuses by name what would take too long', async () => {
    const many = <T>(make: (at: number) => T): T[] => Array.from({ length: 12_000 }, (_, at) => make(at))
    let last = performance.now()
    let longest = 0
    const tick = (): void => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
    const ticking = setInterval(tick, 5)
    const stored = await client.post(`${BASE}/Observation`, {
      resourceType: 'Observation', status: 'final', code: { text: 'x' }, contained: many((at) => ({ resourceType: 'Practitioner', id: `p${at}` })), performer: many((at) => ({ reference: `#p${at}` })),
    })
    const refused = await client.post(`${BASE}/Questionnaire`, { resourceType: 'Questionnaire', status: 'active', item: many((at) => ({ linkId: `q${at}`, type: 'string' })) })
    clearInterval(ticking)
    tick()
    expect([stored.status, refused.status, refused.json<{ issue: { details: { coding: { code: string }[] }; diagnostics: string }[] }>().issue[0]]).toEqual([201, 422, expect.objectContaining({
      diagnostics: expect.stringContaining('too large'), details: expect.objectContaining({ coding: [expect.objectContaining({ code: 'invalid-resource' })] }),
    })])
    expect(longest).toBeLessThan(2000)
  }, 60_000)
  it('stores a body of almost 16 MiB and refuses a larger one', async () => {
    const body = (bytes: number): string => `{"resourceType":"Binary","contentType":"application/octet-stream","data":"${'A'.repeat(Math.floor(bytes / 4) * 4)}"}`
    const stored = await client.post(`${BASE}/Binary`, body(16 * 1024 * 1024 - 200), { prefer: 'return=minimal' })
    expect(stored.status, stored.text.slice(0, 300)).toBe(201)
    const refused = await client.post(`${BASE}/Binary`, body(16 * 1024 * 1024 + 8))
    expect([refused.status, refused.json()]).toMatchObject([413, { issue: [{ details: { coding: [{ code: 'body-too-large' }] } }] }])
  })
  it('stores 64 levels and refuses 65', async () => {
    // The resource, its list, and two levels for each nested extension; the innermost is one more.
    expect((await client.post(`${BASE}/Basic`, nested(30))).status).toBe(201)
    expect((await client.post(`${BASE}/Basic`, nested(31))).json()).toMatchObject({ issue: [{ details: { coding: [{ code: 'json-too-deep' }] } }] })
  })
  it('never answers more than 1,000 matches on a page', async () => {
    for (const asked of [1001, 100_000]) {
      const page = (await client.get(`${BASE}/Basic?_count=${asked}`)).json<{ entry: unknown[]; link: { relation: string; url: string }[] }>()
      expect([page.entry.length, page.link.map((link) => link.relation)]).toEqual([1000, ['self', 'next', 'last']])
      // the links say what was answered, not what was asked
      expect(page.link.map((link) => new URL(link.url).searchParams.get('_count'))).toEqual(['1000', '1000', '1000'])
    }
    const audit = (await client.get(`${BASE}/AuditEvent?_count=1001`)).json<{ link: { url: string }[] }>()
    expect(new URL(audit.link[0]?.url ?? '').searchParams.get('_count')).toBe('1000')
  })
})
