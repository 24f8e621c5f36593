/** Hostile input at the doors of this part: every request gets a named 4xx, never a 5xx, and nothing is stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let admin: TestCaller, reception: TestCaller, doctor: TestCaller
beforeAll(async () => {
  site = await testSite()
  admin = await site.person({ grants: [{ role: 'administrator', department: null }] })
  reception = await site.person({ grants: [{ role: 'reception', department: null }] })
  doctor = await site.person({ grants: [{ role: 'doctor', department: null }] })
})
afterAll(() => site.close())

const ODD = ['a\u0000b', '\u0000', '\u202e', '𝒳'.repeat(50), "'; drop table account; --", '%', '\\', '{}', '\uFFFF', '<script>', 'é'.normalize('NFD').repeat(40)]
const NOT_TEXT = [null, 5, [], {}, true, '']

describe('text that no database or page likes', () => {
  it('never breaks a route', async () => {
    const calls = ODD.flatMap((text) => [
      () => site.anonymous.post('/api/session', { login: text, password: text }),
      () => site.anonymous.call('POST', '/oauth2/token', { body: new URLSearchParams({ grant_type: 'client_credentials', client_id: text, client_secret: text, scope: text }).toString(), type: 'application/x-www-form-urlencoded' }),
      () => doctor.put('/api/drafts/k', { body: text, base: 0 }),
      () => doctor.get(`/api/drafts/${encodeURIComponent(text.replaceAll('\u0000', ''))}`),
      () => doctor.post('/api/break-glass', { patient: text, reason: text.padEnd(20, 'abcdef') }),
      () => doctor.post('/api/break-glass', { patient: 'x', reason: text.padEnd(20, 'abcdef') }),
      () => reception.get(`/api/patients?q=${encodeURIComponent(text)}`),
      () => reception.get(`/api/patients/matches?identifier=${encodeURIComponent(text)}&name=${encodeURIComponent(text)}`),
      () => reception.get(`/api/queue?department=${encodeURIComponent(text)}&day=2026-11-22`),
      () => reception.post('/api/registrations', { patient: { resourceType: 'Patient', name: [{ text }] }, department: text, requestId: 'request-key-00000001', reason: text }),
      () => reception.get(`/api/registrations/${encodeURIComponent(text.replaceAll('\u0000', ''))}/slip`),
      () => admin.put('/api/admin/hospital', { version: 0, governingBody: text, name: text, facilityCode: '99900', address: text, phone: text, place: text }),
      () => admin.post('/api/admin/departments', { code: text.slice(0, 20), name: text, kind: 'ward', officialCode: text.slice(0, 20), rooms: [{ name: text }] }),
      () => admin.put(`/api/admin/departments/${encodeURIComponent(text.replaceAll('\u0000', ''))}`, { code: 'A', name: 'A', kind: 'ward', version: 1 }),
      () => admin.post('/api/admin/staff', { login: text, password: 'câu dài dễ nhớ 77', name: text, grants: [{ role: 'doctor', department: text }] }),
      () => admin.post('/api/admin/staff', { login: 'thu', password: `câu dài dễ nhớ ${text}`, name: text, title: text, rank: text, licence: text.slice(0, 50), grants: [{ role: 'nurse', department: null }] }),
      () => admin.put(`/api/admin/staff/${encodeURIComponent(text.replaceAll('\u0000', ''))}`, { name: 'A', grants: [], version: 1 }),
      () => admin.get(`/api/admin/audit?account=${encodeURIComponent(text)}`),
      () => admin.get(`/api/admin/audit?interaction=${encodeURIComponent(text)}&patient=${encodeURIComponent(text)}`),
    ])
    for (const [at, call] of calls.entries()) {
      const answer = await call()
      expect([at, answer.status < 500, answer.status < 500 ? '' : answer.text]).toEqual([at, true, ''])
    }
  })
  it('is refused by name where a parameter with a NUL reaches the database', async () => {
    const system = await site.system()
    for (const url of ['/fhir/R4/Patient?identifier=a%00b', '/fhir/R4/Patient?name=a%00b', '/fhir/R4/Observation?code=a%00b', '/fhir/R4/AuditEvent?entity=Patient/a%00b']) {
      const answer = await system.get(url)
      expect([url, answer.status < 500]).toEqual([url, true])
    }
  })
  it('is refused where something else than text stands', async () => {
    for (const value of NOT_TEXT) {
      const answers = [
        await site.anonymous.post('/api/session', { login: value, password: value }), await doctor.put('/api/drafts/k', { body: value === '' ? 5 : value, base: 0 }),
        await doctor.post('/api/break-glass', { patient: value, reason: value }), await reception.post('/api/registrations', { patient: value, department: value, requestId: value }),
        await admin.put('/api/admin/hospital', value), await admin.post('/api/admin/departments', { code: value, name: value, kind: value }), await admin.post('/api/admin/staff', { login: value, name: value, grants: value }),
      ]
      for (const [at, answer] of answers.entries()) expect([JSON.stringify(value), at, answer.status]).toEqual([JSON.stringify(value), at, 400])
    }
  })
  it.each(['', '[', '{"login":1,"login":2}', '{"__proto__":{"x":1},"login":"a","password":"b"}', '{"login":"\\ud800","password":"b"}', `${'['.repeat(100)}${']'.repeat(100)}`])('is refused by name when the JSON is %j', async (body) => {
    const answer = await site.anonymous.call('POST', '/api/session', { body, type: 'application/json' })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.json()).toHaveProperty('code')
  })
})
