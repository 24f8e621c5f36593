/** AuditEvent, rendered from the audit log: who may read it, what it says, how it is searched. http://hl7.org/fhir/R4/auditevent.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createValidator } from '#api/validation/validator.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Event { id: string; action: string; outcome: string; recorded: string; subtype: { code: string }[]; agent: { who: { display: string }; altId?: string }[]; entity?: { what: { reference: string } }[] }
interface Page { total?: number; entry?: { resource: Event; search: { mode: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
let administrator: TestCaller
let patient: string
const BASE = '/fhir/R4'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  administrator = await site.person({ name: 'Hoàng Văn Mẫu', grants: [{ role: 'administrator', department: null }] })
  patient = (await client.post(`${BASE}/Patient`, { resourceType: 'Patient', name: [{ text: 'Nguyễn Bí Mật' }] })).json<{ id: string }>().id
  await client.get(`${BASE}/Patient/${patient}`)
  await client.post(`${BASE}/Observation`, { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` } })
})
afterAll(() => site.close())

const search = async (query: string): Promise<Event[]> => {
  const answer = await administrator.get(`${BASE}/AuditEvent?${query}`)
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<Page>().entry ?? []).map((entry) => entry.resource)
}

describe('AuditEvent', () => {
  it('says who did what to whose record, newest first, and conforms to R4', async () => {
    const events = await search(`patient=Patient/${patient}`)
    expect(events.map((event) => [event.action, event.subtype[0]?.code, event.outcome])).toEqual([['C', 'create', '0'], ['R', 'read', '0'], ['C', 'create', '0']])
    expect(events[0]?.entity?.map((entity) => entity.what.reference)).toEqual([`Patient/${patient}`, expect.stringMatching(/^Observation\/.*\/_history\/1$/)])
    const validator = createValidator()
    for (const event of events) expect(validator.validate(event).filter((finding) => finding.severity === 'error')).toEqual([])
  })
  it('carries no clinical content and no name of the patient', async () => {
    expect(JSON.stringify(await search(`patient=${patient}`))).not.toContain('Bí Mật')
  })
  it('is read by its id', async () => {
    const [event] = await search(`patient=${patient}&_count=1`)
    const answer = await administrator.get(`${BASE}/AuditEvent/${event?.id ?? ''}`)
    expect([answer.status, answer.json()]).toEqual([200, event])
    expect((await administrator.get(`${BASE}/AuditEvent/1`)).status).toBe(404)
    expect((await administrator.get(`${BASE}/AuditEvent/none`)).status).toBe(404)
  })
  it('is searched by day, interaction and agent, in pages', async () => {
    expect((await search('subtype=read')).every((event) => event.subtype[0]?.code === 'read')).toBe(true)
    expect(await search('date=lt2020-01-01')).toEqual([])
    expect((await search('date=ge2020-01-01')).length).toBeGreaterThan(3)
    const first = (await administrator.get(`${BASE}/AuditEvent?_count=2`)).json<Page>()
    const next = first.link.find((link) => link.relation === 'next')?.url ?? ''
    const second = (await administrator.get(next.slice(next.indexOf(BASE)))).json<Page>()
    expect(second.entry?.[0]?.resource.recorded.localeCompare(first.entry?.[1]?.resource.recorded ?? '')).toBeLessThanOrEqual(0)
    expect(new Set([...first.entry ?? [], ...second.entry ?? []].map((entry) => entry.resource.id)).size).toBe(4)
  })
  it('is searched by instants, days of the site, months and years, with each prefix, by and and by or', async () => {
    const [event] = await search(`patient=${patient}&_count=1`)
    const [id, at] = [event?.id ?? '', event?.recorded ?? '']
    const found = async (query: string): Promise<boolean> => (await search(`_id=${id}&${query}`)).length === 1
    // the site is seven hours ahead of UTC
    const day = new Date(Date.parse(at) + 7 * 3_600_000).toISOString().slice(0, 10)
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
    for (const [query, expected] of [
      [at, true], [`eq${at}`, true], [`le${at}`, true], [`ge${at}`, true], [`gt${at}`, false], [`lt${at}`, false], [`sa${at}`, false], [`eb${at}`, false], [`ne${at}`, false],
      [day, true], [day.slice(0, 7), true], [day.slice(0, 4), true], [before, false], [`ne${before}`, true], [`gt${before}`, true], [`${before},${day}`, true], [`${day}T00:00:00Z`, false],
      [`${day}&date=${before}`, false], [`ge${before}&date=le${day}`, true], [`ap${day}`, true],
    ] as const) expect([query, await found(`date=${query}`)]).toEqual([query, expected])
  })
  it('is searched by lists of ids, actions, outcomes, what was touched, and who did it', async () => {
    const events = await search(`patient=${patient}`)
    const ids = events.map(({ id }) => id)
    const of = async (query: string): Promise<string[]> => (await search(`patient=${patient}&${query}`)).map(({ id }) => id)
    expect(await of(`_id=${ids.slice(0, 2).join()}`)).toEqual(ids.slice(0, 2))
    expect(await of('action=R')).toEqual([ids[1]])
    expect(await of('action=R,C')).toEqual(ids)
    expect(await of('action=R,C&action=R')).toEqual([ids[1]])
    expect([await of('outcome=0'), await of('outcome=4,8'), await of('outcome=99')]).toEqual([ids, [], []])
    expect(await of(`entity=Patient/${patient}`)).toEqual(ids)
    expect(await of(`entity=${site.config.publicUrl}${BASE}/Patient/${patient}&patient=${site.config.publicUrl}${BASE}/Patient/${patient}`)).toEqual(ids)
    expect(await of(`entity=${(events[0]?.entity?.[1]?.what.reference ?? '').replace(/\/_history.*/, '')}`)).toEqual([ids[0]])
    await administrator.get(`${BASE}/AuditEvent?_count=1`)
    const [own] = await search('subtype=http://hl7.org/fhir/restful-interaction|search-type&_count=1')
    const account = own?.agent[0]?.altId ?? ''
    expect((await search(`altid=${account}&_count=3`)).every(({ agent }) => agent[0]?.altId === account)).toBe(true)
    expect(await search('altid=nobody')).toEqual([])
  })
  it('is searched by POST too, and refuses what it does not know', async () => {
    const posted = await administrator.call('POST', `${BASE}/AuditEvent/_search`, { body: `patient=${patient}`, type: 'application/x-www-form-urlencoded' })
    expect(posted.json<Page>().entry).toHaveLength(3)
    for (const query of ['shoe-size=1', 'date=yesterday', '_id=a_b', '_count=many', 'entity=x', 'agent=x', 'patient=a/b', 'action=', 'date=']) expect((await administrator.get(`${BASE}/AuditEvent?${query}`)).status, query).toBe(400)
  })
  it('is closed to those who treat patients and to clients without the scope', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
    const narrow = await site.system(['system/Patient.rs'])
    for (const who of [doctor, narrow]) {
      expect((await who.get(`${BASE}/AuditEvent`)).status).toBe(403)
      expect((await who.get(`${BASE}/AuditEvent/1`)).status).toBe(403)
    }
    expect((await client.get(`${BASE}/AuditEvent?_count=1`)).status).toBe(200)
  })
  it('has one version, which is read as any version is, alone and in a batch', async () => {
    const [event] = await search(`patient=${patient}&_count=1`)
    const id = event?.id ?? ''
    const answer = await administrator.get(`${BASE}/AuditEvent/${id}/_history/1`)
    expect([answer.status, answer.json(), answer.headers.etag]).toEqual([200, event, 'W/"1"'])
    for (const version of ['2', '0', 'x']) expect((await administrator.get(`${BASE}/AuditEvent/${id}/_history/${version}`)).status, version).toBe(404)
    expect((await administrator.get(`${BASE}/AuditEvent/1/_history/1`)).status).toBe(404)
    const batch = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `AuditEvent/${id}/_history/1` } }] })
    expect(batch.json()).toMatchObject({ entry: [{ resource: event, response: { status: '200 OK' } }] })
    expect((await (await site.system(['system/Patient.rs'])).get(`${BASE}/AuditEvent/${id}/_history/1`)).status).toBe(403)
    const [told] = await search('subtype=vread&_count=1')
    expect(told?.action).toBe('R')
  })
  it('is created by nobody, and says why', async () => {
    const own = { resourceType: 'AuditEvent', type: { code: 'rest' }, recorded: '2026-01-01T00:00:00Z', agent: [{ requestor: true }], source: { observer: { display: 'x' } } }
    const answer = await (await site.system(['system/*.cruds'])).post(`${BASE}/AuditEvent`, own)
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', diagnostics: expect.stringContaining('audit log') }] })
    const statement = (await client.get(`${BASE}/metadata`)).json<{ rest: { resource: { type: string; interaction: { code: string }[]; documentation?: string }[] }[] }>()
    const claimed = statement.rest[0]?.resource.find(({ type }) => type === 'AuditEvent')
    expect([claimed?.interaction.map(({ code }) => code), claimed?.documentation]).toEqual([['read', 'vread', 'search-type'], expect.stringContaining('405')])
  })
  it('cannot be changed or deleted', async () => {
    const [event] = await search('_count=1')
    const url = `${BASE}/AuditEvent/${event?.id ?? ''}`
    expect((await client.put(url, { resourceType: 'AuditEvent', id: event?.id })).status).toBe(405)
    expect((await client.delete(url)).status).toBe(405)
    expect((await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `AuditEvent/${event?.id ?? ''}` } }] })).status).toBe(405)
  })
})
