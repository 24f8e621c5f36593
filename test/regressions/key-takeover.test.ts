/** An administrator sets a doctor's password anew, or invents a doctor, signs in as the doctor and makes a key under a PIN of their own: only somebody else can open that way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StaffMember } from '#api/model/site.ts'
import { migrate } from '#api/store/connection/migrate.ts'
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
    const again = await admin.post(keyPath())
    expect([again.status, codeOf(again.json())]).toEqual([403, 'admission-needs-another'])
    const answer = await (await impostor()).call('POST', '/api/signing-key', { pin: '730164' })
    expect([answer.status, codeOf(answer.body)]).toEqual([403, 'key-needs-second-person'])
  })

  it('needs another administrator, who admits the doctor', async () => {
    ok(await other.post(keyPath()))
    expect(stateOf((await (await impostor()).call('POST', '/api/signing-key', { pin: '730164' })).body)).toBe('active')
  })
})

describe('an administrator alone', () => {
  const invented = { name: 'Trần Văn Bịa', title: 'BS', licence: '900999/BQP-CCHN', password: OWN, grants: [{ role: 'doctor', department: 'khoa-kham-benh' }] }
  const keyOf = ({ account }: { account: string }): string => `/api/admin/staff/${account}/signing-key`
  const codes = async (caller: TestCaller, path: string): Promise<unknown[]> => {
    const answer = await caller.post(path)
    return [answer.status, answer.status === 200 ? undefined : codeOf(answer.json())]
  }
  const enrol = async (login: string, password: string): Promise<unknown> => {
    const browser = testBrowser(clinic.site)
    expect(await browser.signIn(login, password)).toBe(200)
    const answer = await browser.call('POST', '/api/signing-key', { pin: '730164' })
    return answer.status === 201 ? stateOf(answer.body) : codeOf(answer.body)
  }
  let made: StaffMember
  let head: TestPersonCaller

  it('invents no doctor who signs: the head of the department admits whom the administrator has added', async () => {
    made = ok<StaffMember>(await admin.post('/api/admin/staff', { ...invented, login: 'bacsi.bia' }))
    head = await clinic.site.person({ login: 'truongkhoa.kham', name: 'Lê Thị Mẫu Khoa', practitioner: 'bs-khoa', grants: [{ role: 'head', department: 'khoa-kham-benh' }] })
    expect(await codes(admin, keyOf(made))).toEqual([403, 'admission-needs-another'])
    expect(await enrol('bacsi.bia', OWN)).toBe('key-needs-second-person')
    const shown = (await staffOf(admin)).find(({ login }) => login === 'bacsi.bia')
    expect(shown).toMatchObject({ signingKey: { state: 'none', waitsForOther: true }, admission: { byYou: false } })
    expect(shown?.admission.others).toEqual(expect.arrayContaining(['Lê Thị Mẫu Khoa']))
    expect((await staffOf(other)).find(({ login }) => login === 'bacsi.bia')).toMatchObject({ admission: { byYou: true } })
    const elsewhere = await clinic.site.person({ login: 'truongkhoa.noi', practitioner: 'bs-noi', grants: [{ role: 'head', department: 'khoa-noi' }] })
    expect(ok(await elsewhere.get('/api/signing-admissions'))).toEqual([])
    expect((await elsewhere.post(`/api/signing-admissions/${made.account}`)).status).toBe(404)
    expect(ok(await head.get('/api/signing-admissions'))).toEqual(expect.arrayContaining([expect.objectContaining({ account: made.account, name: 'BS Trần Văn Bịa', byYou: true })]))
    ok(await head.post(`/api/signing-admissions/${made.account}`))
    expect((await staffOf(admin)).find(({ login }) => login === 'bacsi.bia')?.signingKey).toEqual({ state: 'admitted' })
  })
  it('gets no key either by a new password between the admission and the first key', async () => {
    expect((await admin.put(`/api/admin/staff/${made.account}/password`, { password: `${OWN} 2` })).status).toBe(204)
    expect(await enrol('bacsi.bia', `${OWN} 2`)).toBe('key-needs-second-person')
    expect(await codes(admin, keyOf(made))).toEqual([403, 'admission-needs-another'])
    ok(await other.post(keyOf(made)))
    expect(await enrol('bacsi.bia', `${OWN} 2`)).toBe('active')
  })
  it('admits nobody to whom they gave the role of a doctor', async () => {
    const nurse = ok<StaffMember>(await other.post('/api/admin/staff', { ...invented, login: 'dieuduong.bia', grants: [{ role: 'nurse', department: 'khoa-kham-benh' }] }))
    const { version } = ok<StaffMember>(await admin.put(`/api/admin/staff/${nurse.account}`, { ...invented, active: true, rank: '', version: nurse.version }))
    expect(version).toBe(2)
    expect([await codes(admin, keyOf(nurse)), await codes(other, keyOf(nurse))]).toEqual([[403, 'admission-needs-another'], [403, 'admission-needs-another']])
    ok(await head.post(`/api/signing-admissions/${nurse.account}`))
  })
  it('lends no hand to a second administrator who still has the password that they set', async () => {
    const second = ok<StaffMember>(await admin.post('/api/admin/staff', { ...invented, login: 'quantri.hai', grants: [{ role: 'administrator', department: null }] }))
    const doctor = ok<StaffMember>(await admin.post('/api/admin/staff', { ...invented, login: 'bacsi.hai' }))
    const browser = testBrowser(clinic.site)
    expect(await browser.signIn(second.login, OWN)).toBe(200)
    const answer = await browser.call('POST', keyOf(doctor))
    expect([answer.status, codeOf(answer.body)]).toEqual([403, 'admission-needs-own-password'])
    expect((await browser.call('PUT', '/api/session/password', { current: OWN, password: 'mat-khau-cua-rieng-toi' })).status).toBe(204)
    expect((await browser.call('POST', keyOf(doctor))).status).toBe(200)
  })
  it('leaves who admitted whom, and who was refused, in the audit log', async () => {
    const { rows } = await clinic.site.databases.asOwner(900, `select l.outcome, a.login from audit_log l join account a on a.id::text = l.account where l.interaction = 'signing-admit' and l.resource_id = $1 order by l.aid`, [made.account])
    expect(rows).toEqual([{ outcome: 'refused', login: 'quantri' }, { outcome: 'success', login: 'truongkhoa.kham' }, { outcome: 'refused', login: 'quantri' }, { outcome: 'success', login: 'quantri2' }])
  })
  it('finds no head who admits the own account', async () => {
    expect((await head.post(`/api/signing-admissions/${head.account}`)).status).toBe(404)
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

describe('a data folder of before', () => {
  it('keeps who had set a password anew, and learns from the audit log who made the accounts that nobody has admitted', async () => {
    const { databases } = clinic.site
    const before = ok<StaffMember>(await admin.post('/api/admin/staff', { name: 'Hồ Văn Cũ', password: OWN, login: 'bacsi.cu', grants: [{ role: 'doctor', department: null }] }))
    const run = (text: string, values: readonly unknown[] = []) => databases.asOwner(900, text, values)
    await run('alter table account add column password_reset_by uuid, add column password_reset_at timestamptz(3)')
    await run('update account set password_reset_by = $1, password_reset_at = now() where id = $2', [admin.account, clinic.doctor.account])
    await run('drop table account_hand')
    await run(`delete from schema_migration where name = '0032-account-hands'`)
    expect(await migrate(databases.ownerUrl)).toEqual(['0032-account-hands'])
    const { rows } = await run('select account, by_account, deed from account_hand where by_account = $1 and account = any($2::uuid[]) order by deed', [admin.account, [before.account, clinic.doctor.account]])
    expect(rows).toEqual([{ account: before.account, by_account: admin.account, deed: 'created' }, { account: clinic.doctor.account, by_account: admin.account, deed: 'password' }])
    const admitted = await run(`select a.login from account_hand h join account a on a.id = h.account join signing_admission s on s.account = a.id where a.id <> $1`, [clinic.doctor.account])
    expect(admitted.rows).toEqual([])
    const forced = await run(`select relname from pg_class where relname in ('account', 'account_hand', 'audit_log', 'signing_admission', 'signing_key') and not relforcerowsecurity`)
    expect(forced.rows).toEqual([])
  })
})

const staffOf = async (caller: TestCaller): Promise<StaffMember[]> => ok<StaffMember[]>(await caller.get('/api/admin/staff'))
