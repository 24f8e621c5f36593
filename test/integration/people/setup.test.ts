/** The first set-up of a real site: a code that works once and not for ever, the profile and the first administrator in one transaction, and a door that is shut afterwards. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOfSetupCode, newSetupCode } from '#api/security/setup-code.ts'
import type { AuditAnswer, HospitalProfile, SessionInfo, SiteInfo } from '#api/model/site.ts'
import { testSite, type TestSite } from '#test/support/app.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const hospital = { governingBody: 'Cục Hậu cần Quân khu Mẫu', name: 'Bệnh viện Quân y Mẫu 7', facilityCode: '99907', address: 'Số 7 đường Mẫu', phone: '069 000 007', place: 'Hà Nội' }
const administrator = { name: 'Đỗ Văn Mẫu Đầu', rank: 'Đại úy', login: 'Quan.Tri', password: 'cau dau tien cua benh vien' }
const request = (code: string, more: object = {}) => ({ code, hospital, administrator, ...more })

let now = new Date('2026-11-20T01:00:00Z')
const clock = { now: () => now }
const REAL = { EMR_DEMO: '0', EMR_DEMO_PIN: '' }
let databases: TestDatabase
const sites: TestSite[] = []
const realSite = async (tenant: number, role: 'hospital' | 'center' = 'hospital'): Promise<TestSite> => {
  const site = await testSite({ databases, tenant, role, clock, environment: REAL })
  sites.push(site)
  return site
}
const offer = async (site: TestSite, hours = 8): Promise<string> => {
  const code = newSetupCode()
  expect(await site.parts.setup.offer(digestOfSetupCode(code), new Date(now.getTime() + hours * 3_600_000))).toBe(true)
  return code
}

beforeAll(async () => { databases = await testDatabase() })
afterAll(async () => {
  for (const site of sites) await site.close()
  await databases.close()
})

describe('a hospital without an administrator', () => {
  it('says so, and is set up once by whoever holds the code', async () => {
    const site = await realSite(707)
    const code = await offer(site)
    expect((await site.anonymous.get('/api/site')).json<SiteInfo>()).toMatchObject({ needsSetup: true, name: '' })
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
    const made = await site.anonymous.post('/api/setup', request(typed))
    expect([made.status, made.json()]).toEqual([201, { login: 'quan.tri' }])
    expect((await site.anonymous.get('/api/site')).json<SiteInfo>()).toMatchObject({ needsSetup: false, name: hospital.name, governingBody: hospital.governingBody })
    const again = await site.anonymous.post('/api/setup', request(code))
    expect([again.status, again.json()]).toMatchObject([409, { code: 'setup-done' }])
    const session = await site.anonymous.post('/api/session', { login: 'quan.tri', password: administrator.password })
    expect(session.json<SessionInfo>().grants).toMatchObject([{ role: 'administrator', department: null }])
    const admin = await site.person({ grants: [{ role: 'administrator', department: null }] })
    expect((await admin.get('/api/admin/hospital')).json<HospitalProfile>()).toMatchObject({ ...hospital, version: 1 })
    const rows = (await admin.get('/api/admin/audit')).json<AuditAnswer>().rows.filter((row) => row.who === 'set-up').map((row) => row.interaction)
    expect(rows.toSorted()).toEqual(['account-create', 'create', 'site-setup'])
    expect(await site.parts.setup.offer(digestOfSetupCode(newSetupCode()), now)).toBe(false)
  })

  it('keeps no code, only its digest, and not even that afterwards', async () => {
    const site = await realSite(708)
    const code = await offer(site)
    const settings = async (): Promise<string> => JSON.stringify((await databases.asOwner(708, 'select name, value from setting')).rows)
    expect(await settings()).toContain(digestOfSetupCode(code))
    expect(await settings()).not.toContain(code)
    expect((await site.anonymous.post('/api/setup', request(code))).status).toBe(201)
    expect(await settings()).not.toContain('setup-code')
  })

  it('takes neither a wrong, nor a replaced, nor an old code, and then stores nothing', async () => {
    const site = await realSite(709)
    const first = await offer(site)
    const second = await offer(site)
    expect((await site.anonymous.post('/api/setup', request(first))).json()).toMatchObject({ code: 'setup-code-wrong' })
    now = new Date(now.getTime() + 8 * 3_600_000)
    expect((await site.anonymous.post('/api/setup', request(second))).status).toBe(403)
    expect((await databases.asOwner(709, 'select (select count(*) from account) + (select count(*) from resource) as n')).rows).toEqual([{ n: '0' }])
  })

  it('keeps the code good when the form is wrong, and stores nothing of it', async () => {
    const site = await realSite(710)
    const code = await offer(site)
    expect((await site.anonymous.post('/api/setup', request(code, { administrator: { ...administrator, password: 'ngan' } }))).json()).toMatchObject({ code: 'weak-password' })
    expect((await site.anonymous.post('/api/setup', request(code, { hospital: { ...hospital, facilityCode: '12' } }))).status).toBe(400)
    expect((await site.anonymous.post('/api/setup', { code, administrator })).status).toBe(400)
    expect((await databases.asOwner(710, 'select (select count(*) from account) + (select count(*) from resource) as n')).rows).toEqual([{ n: '0' }])
    expect((await site.anonymous.post('/api/setup', request(code))).status).toBe(201)
  })

  it('lets one of many at once win', async () => {
    const site = await realSite(711)
    const code = await offer(site)
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => site.anonymous.post('/api/setup', request(code, { administrator: { ...administrator, login: `nguoi${i}` } }))))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(await site.parts.accounts.list()).toHaveLength(1)
  })

  it('slows down whoever guesses', async () => {
    const site = await realSite(712)
    const code = await offer(site)
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await site.anonymous.post('/api/setup', request(newSetupCode()))).status)
    expect(statuses).toEqual([...Array<number>(10).fill(403), 429, 429])
    now = new Date(now.getTime() + 120_000)
    expect((await site.anonymous.post('/api/setup', request(code))).status).toBe(201)
  })

  it('refuses what another page sends', async () => {
    const site = await realSite(713)
    const code = await offer(site)
    expect((await site.anonymous.post('/api/setup', request(code), { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).json()).toMatchObject({ code: 'cross-site-request' })
  })

  it('has no authority for signatures yet, whoever asks the verify page; then one in its own name', async () => {
    const site = await realSite(714)
    const asked = await site.anonymous.call('POST', '/api/verify', { body: new Uint8Array(Buffer.from('%PDF-1.7\n%%EOF')), type: 'application/pdf' })
    expect(asked.status).toBeLessThan(500)
    expect(() => readFileSync(`${site.config.secrets}/signing-authority.pem`)).toThrow('ENOENT')
    expect((await site.anonymous.post('/api/setup', request(await offer(site)))).status).toBe(201)
    expect(Buffer.from((await site.parts.desks.signer?.authority() ?? '').replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').includes(Buffer.from(hospital.name))).toBe(true)
  })
})

describe('a data center without an operator', () => {
  it('asks for the operator only', async () => {
    const site = await realSite(0, 'center')
    const code = await offer(site)
    expect((await site.anonymous.post('/api/setup', { code, administrator: { ...administrator, login: 'truc' } })).status).toBe(201)
    expect((await site.parts.accounts.byLogin('truc'))?.grants).toEqual([{ role: 'center-operator', department: null }])
    expect((await site.anonymous.get('/api/site')).json<SiteInfo>().needsSetup).toBe(false)
  })
})

describe('the demo', () => {
  it('is never set up from outside, even when nobody may administrate it', async () => {
    const site = await testSite({ databases, tenant: 720, clock })
    sites.push(site)
    const code = newSetupCode()
    await site.parts.setup.offer(digestOfSetupCode(code), new Date(now.getTime() + 1000))
    expect((await site.anonymous.get('/api/site')).json<SiteInfo>().needsSetup).toBe(false)
    expect((await site.anonymous.post('/api/setup', request(code))).json()).toMatchObject({ code: 'setup-done' })
  })
})

it('a set-up code has 80 random bits and is read as people type', () => {
  const codes = Array.from({ length: 200 }, newSetupCode)
  expect(new Set(codes).size).toBe(200)
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
})
