/** A day that the calendar does not have is the sender's mistake (400), never the server's (500). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isDay, toInstantUtc } from '#api/model/day.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const DAYS = ['2026-02-30', '2026-02-29', '2026-13-01', '2026-00-10', '0000-00-00', '0000-01-01', '2026-06-31', '2026-01-01T25:00:00Z', '2026-01-01T1Z', '2026-01-01T:Z', '2026-01-01T00:00:00+23:00', '0001-01-01T00:00:00+14:00']

let hospital: TestSite
let center: TestSite
let admin: TestCaller
let doctor: TestCaller
let operator: TestCaller
beforeAll(async () => {
  hospital = await testSite()
  center = await testSite({ role: 'center' })
  admin = await hospital.person({ grants: [{ role: 'administrator', department: null }] })
  doctor = await hospital.person({ grants: [{ role: 'doctor', department: null }] })
  operator = await center.person({ grants: [{ role: 'center-operator', department: null }] })
})
afterAll(async () => {
  await hospital.close()
  await center.close()
})

describe('a day that does not exist', () => {
  it.each(DAYS)('%s is below 500 wherever a date is asked for', async (day) => {
    const date = encodeURIComponent(day)
    const asked: [TestCaller, string][] = [
      ...['from', 'to'].flatMap((name): [TestCaller, string][] => [[admin, `/api/admin/audit?${name}=${date}`], [operator, `/api/admin/audit?${name}=${date}`]]),
      ...['', 'ge', 'le'].map((prefix): [TestCaller, string] => [admin, `/fhir/R4/AuditEvent?date=${prefix}${date}`]),
      [doctor, `/api/queue?department=khoa&day=${date}`], [doctor, `/api/terms?list=icd10&on=${date}`], [doctor, `/fhir/R4/Patient?birthdate=${date}`],
      [operator, `/api/center/received?before=${date},01a21ace-a484-7000-bb15-dd501f7d359f`],
    ]
    for (const [caller, url] of asked) expect((await caller.get(url)).status, url).toBeLessThan(500)
    const mapping = { list: 'icd10', version: 'x', validFrom: day, source: 's', licence: 'l', starter: false, complete: true, columns: { code: 'a', display: 'b' } }
    expect((await admin.post('/api/admin/code-lists/import?apply=true', { name: 'x.csv', base64: Buffer.from('a,b\nA00,x\n').toString('base64'), mapping })).status).toBeLessThan(500)
  })

  it('is told from one that does', () => {
    expect(['2024-02-29', '0001-01-01', '9999-12-31'].every(isDay)).toBe(true)
    expect(toInstantUtc('2026-11-22T00:30:00+07:00')).toBe('2026-11-21T17:30:00.000Z')
    for (const day of DAYS.filter((text) => text !== '2026-01-01T00:00:00+23:00')) expect(isDay(day) || toInstantUtc(day) !== undefined, day).toBe(false)
  })
})
