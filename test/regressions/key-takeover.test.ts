/** An administrator sets a doctor's password anew, signs in as the doctor and makes a key under a PIN of their own: only another administrator can open that way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StaffMember } from '#api/model/site.ts'
import { TEST_PASSWORD, TEST_PIN, type TestCaller } from '#test/support/app.ts'
import { ok, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { testBrowser, type TestBrowser } from '#test/integration/people/browser.ts'

const OWN = 'mat-khau-quan-tri-dat 71'
let clinic: Clinic
let admin: TestPersonCaller
let other: TestPersonCaller
const codeOf = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined)
const stateOf = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'state' in body ? body.state : body)
const keyPath = (): string => `/api/admin/staff/${clinic.doctor.account}/signing-key`
const impostor = async (): Promise<TestBrowser> => {
  const browser = testBrowser(clinic.site)
  expect(await browser.signIn('bacsi', OWN)).toBe(200)
  return browser
}
const revoke = (caller: TestCaller) => caller.call('DELETE', keyPath(), { body: { reason: 'mất PIN' } })

beforeAll(async () => {
  clinic = await testClinic()
  const administrator = (login: string) => clinic.site.person({ login, grants: [{ role: 'administrator', department: null }] })
  admin = await administrator('quantri')
  other = await administrator('quantri2')
  expect((await admin.put(`/api/admin/staff/${clinic.doctor.account}/password`, { password: OWN })).status).toBe(204)
})
afterAll(() => clinic.close())

describe('whoever set the password of a doctor anew', () => {
  it('makes no new key in the name of the doctor', async () => {
    const doctor = await impostor()
    const answer = await doctor.call('POST', '/api/signing-key/replacement', { pin: '730164', password: OWN })
    expect([answer.status, codeOf(answer.body)]).toEqual([403, 'key-needs-second-person'])
    expect(stateOf((await doctor.call('GET', '/api/signing-key')).body)).toBe('active')
  })

  it('still has not after revoking the key and admitting the doctor again', async () => {
    ok(await revoke(admin))
    ok(await admin.post(keyPath()))
    const answer = await (await impostor()).call('POST', '/api/signing-key', { pin: '730164' })
    expect([answer.status, codeOf(answer.body)]).toEqual([403, 'key-needs-second-person'])
  })

  it('needs another administrator, who admits the doctor', async () => {
    ok(await other.post(keyPath()))
    expect(stateOf((await (await impostor()).call('POST', '/api/signing-key', { pin: '730164' })).body)).toBe('active')
  })
})

describe('a doctor who changed the own password', () => {
  it('makes a new key without anybody else', async () => {
    const signer = clinic.site.parts.desks.signer
    const free = await clinic.site.person({ login: 'bacsi3', practitioner: 'bs-mau', grants: [{ role: 'doctor', department: 'khoa-kham-benh' }] })
    await signer?.admit(free.account, { name: 'BS Mẫu', role: 'Bác sĩ', practitioner: 'bs-mau' })
    await signer?.enrol(free.account, TEST_PIN)
    const browser = testBrowser(clinic.site)
    expect(await browser.signIn('bacsi3', TEST_PASSWORD)).toBe(200)
    const password = 'mat-khau-tu-dat 2026'
    expect((await browser.call('PUT', '/api/session/password', { current: TEST_PASSWORD, password })).status).toBe(204)
    expect(stateOf((await browser.call('POST', '/api/signing-key/replacement', { pin: '730164', password })).body)).toBe('active')
  })
})

describe('an administrator', () => {
  it('gives no role to themselves, but others do', async () => {
    const me = (await staffOf(admin)).find(({ login }) => login === 'quantri')
    if (me === undefined) throw new Error('no quantri')
    const { name, title, rank, licence, active, version } = me
    const grants = [...me.grants, { role: 'doctor', department: null }]
    const change = { name, title, rank, licence, active, version, grants }
    const answer = await admin.put(`/api/admin/staff/${me.account}`, change)
    expect([answer.status, codeOf(answer.json())]).toEqual([403, 'forbidden'])
    expect((await admin.get('/fhir/R4/Condition')).status).toBe(403)
    expect((await admin.put(`/api/admin/staff/${me.account}`, { ...change, grants: me.grants, title: 'KS' })).status).toBe(200)
    expect((await other.put(`/api/admin/staff/${me.account}`, { ...change, version: version + 1 })).status).toBe(200)
  })
})

const staffOf = async (caller: TestCaller): Promise<StaffMember[]> => ok<StaffMember[]>(await caller.get('/api/admin/staff'))
