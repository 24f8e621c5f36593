/** AuditEvent, rendered from the audit log: who may read it, what it says, how it is searched. http://hl7.org/fhir/R4/auditevent.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createValidator } from '#api/validation/validator.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Event { id: string; action: string; outcome: string; recorded: string; subtype: { code: string }[]; agent: { who: { display: string } }[]; entity?: { what: { reference: string } }[] }
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
  it('is searched by POST too, and refuses what it does not know', async () => {
    const posted = await administrator.call('POST', `${BASE}/AuditEvent/_search`, { body: `patient=${patient}`, type: 'application/x-www-form-urlencoded' })
    expect(posted.json<Page>().entry).toHaveLength(3)
    for (const query of ['shoe-size=1', 'date=yesterday', '_id=a_b', '_count=many']) expect((await administrator.get(`${BASE}/AuditEvent?${query}`)).status, query).toBe(400)
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
  it('cannot be changed or deleted', async () => {
    const [event] = await search('_count=1')
    const url = `${BASE}/AuditEvent/${event?.id ?? ''}`
    expect((await client.put(url, { resourceType: 'AuditEvent', id: event?.id })).status).toBe(405)
    expect((await client.delete(url)).status).toBe(405)
    expect((await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `AuditEvent/${event?.id ?? ''}` } }] })).status).toBe(405)
  })
})
