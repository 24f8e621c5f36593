/** Signing in on a real database: what a session is, what ends it, and who is kept out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TEST_PASSWORD, testSite, type TestSite } from '#test/support/app.ts'
import { testBrowser } from './browser.ts'
import { testClock } from './clock.ts'

const clock = testClock()
let site: TestSite
beforeAll(async () => {
  site = await testSite({ clock })
  await site.person({ login: 'bacsi', name: 'Trần Văn Mẫu', grants: [{ role: 'doctor', department: 'A1' }] })
  await site.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => site.close())

const rows = async (interaction: string) => site.parts.audit.find({ interaction, count: 100 })

describe('signing in', () => {
  it('opens a session in an HttpOnly cookie of this site, and tells who it is', async () => {
    const browser = testBrowser(site)
    const answer = await browser.call('POST', '/api/session', { login: ' BacSi ', password: TEST_PASSWORD })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ site: 'hospital', tenant: 900, account: { login: 'bacsi', name: 'Trần Văn Mẫu' }, grants: [{ role: 'doctor', department: 'A1' }], signingKey: { state: 'none' }, expires: '2026-11-22T01:30:00.000Z' })
    const [session = '', device = ''] = [answer.headers['set-cookie']].flat().map(String)
    expect(session).toMatch(/^emr-hospital=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(device).toMatch(/^emr-hospital-device=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=34560000$/)
    expect(JSON.stringify(answer.body)).not.toContain(browser.cookies.get('emr-hospital'))
    expect((await browser.call('GET', '/api/session')).status).toBe(200)
  })
  it('keeps only digests of what the browser holds', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    const { rows: stored } = await site.databases.asOwner(900, `select encode(digest, 'base64') as digest, device from session union all select encode(digest, 'base64'), label from device`)
    const held = [...browser.cookies.values()].map((value) => Buffer.from(value, 'base64url').toString('base64'))
    for (const row of stored) expect(held).not.toContain(row.digest)
  })
  it('answers a wrong password, an unknown login and a disabled account alike', async () => {
    const { account } = await site.person({ login: 'nghihuu', grants: [] })
    const found = await site.parts.accounts.find(account)
    if (found === undefined) throw new Error('no account')
    await site.parts.accounts.change(site.internal, { ...found, active: false }, found.version)
    const answers = await Promise.all([['bacsi', 'sai mật khẩu rồi'], ['khongco', TEST_PASSWORD], ['nghihuu', TEST_PASSWORD]].map(([login, password]) => testBrowser(site).call('POST', '/api/session', { login, password })))
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401)
      expect(body).toMatchObject({ code: 'sign-in-failed' })
      expect(headers['set-cookie']).toBeUndefined()
    }
    const refused = (await rows('sign-in')).filter((row) => row.outcome === 'refused')
    expect(refused.length).toBeGreaterThanOrEqual(3)
    expect(JSON.stringify(refused)).not.toContain('khongco')
  })
  it('is refused from another site\'s page', async () => {
    const foreign: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }]
    for (const headers of foreign) {
      const { status, body } = await testBrowser(site).call('POST', '/api/session', { login: 'bacsi', password: TEST_PASSWORD }, headers)
      expect([status, body]).toEqual([403, expect.objectContaining({ code: 'cross-site-request' })])
    }
  })
  it('names the wrong field of a malformed request', async () => {
    const { status, body } = await testBrowser(site).call('POST', '/api/session', { login: 'bacsi' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ issues: [{ expression: 'password' }] })
  })
})

describe('a session', () => {
  it('changes nothing without its own CSRF token, and nothing for another site', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    const put = (headers: Record<string, string>) => browser.call('PUT', '/api/drafts/x', { body: 'a', base: 0 }, headers)
    expect((await put({ 'x-emr-csrf': '' })).status).toBe(403)
    expect((await put({ 'x-emr-csrf': 'wrong' })).status).toBe(403)
    expect((await put({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await put({ origin: 'null' })).status).toBe(403)
    expect((await put({ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080', host: 'localhost:8080' })).status).toBe(200)
    expect((await browser.call('GET', '/api/session', undefined, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })).status).toBe(403)
  })
  it('ends after 30 minutes without use, and no sooner', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    for (let i = 0; i < 3; i++) {
      clock.move(29 * 60_000)
      expect((await browser.call('GET', '/api/session')).status).toBe(200)
    }
    clock.move(29 * 60_000)
    expect((await browser.call('GET', '/api/session', undefined, { 'x-emr-background': '1' })).status).toBe(200)
    clock.move(60_000)
    const { status, body } = await browser.call('GET', '/api/session')
    expect([status, body]).toEqual([401, expect.objectContaining({ code: 'session-expired' })])
  })
  it('ends after 12 hours whatever its use', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    for (let i = 0; i < 28; i++) {
      clock.move(25 * 60_000)
      expect((await browser.call('GET', '/api/session')).status).toBe(200)
    }
    clock.move(20 * 60_000)
    expect((await browser.call('GET', '/api/session')).status).toBe(401)
  })
  it('ends by signing out, and its cookie is worth nothing then', async () => {
    const browser = testBrowser(site)
    await browser.signIn('bacsi', TEST_PASSWORD)
    const stolen = browser.cookies.get('emr-hospital') ?? ''
    expect((await browser.call('DELETE', '/api/session')).status).toBe(204)
    expect(browser.cookies.has('emr-hospital')).toBe(false)
    expect((await browser.call('GET', '/api/session')).status).toBe(401)
    expect((await testBrowser(site).call('GET', '/api/session', undefined, { cookie: `emr-hospital=${stolen}` })).status).toBe(401)
  })
  it('loses a role with the very next request, and ends with the account', async () => {
    const { account } = await site.person({ login: 'doivai', grants: [{ role: 'administrator', department: null }] })
    const browser = testBrowser(site)
    await browser.signIn('doivai', TEST_PASSWORD)
    expect((await browser.call('GET', '/api/session')).body).toMatchObject({ grants: [{ role: 'administrator' }] })
    const found = await site.parts.accounts.find(account)
    if (found === undefined) throw new Error('no account')
    const changed = await site.parts.accounts.change(site.internal, { ...found, grants: [] }, found.version)
    expect((await browser.call('GET', '/api/session')).body).toMatchObject({ grants: [] })
    await site.parts.accounts.change(site.internal, { ...changed, active: false }, changed.version)
    expect((await browser.call('GET', '/api/session')).status).toBe(401)
  })
  it('of a stranger\'s making is no session', async () => {
    for (const cookie of ['emr-hospital=x', `emr-hospital=${'A'.repeat(43)}`, 'emr-center=y']) {
      expect((await testBrowser(site).call('GET', '/api/session', undefined, { cookie })).status).toBe(401)
    }
  })
})

describe('the own password', () => {
  it('is changed by who knows the old one, and the other sessions end', async () => {
    await site.person({ login: 'doimatkhau', grants: [] })
    const here = testBrowser(site), there = testBrowser(site)
    await here.signIn('doimatkhau', TEST_PASSWORD)
    await there.signIn('doimatkhau', TEST_PASSWORD)
    const change = (current: string, password: string) => here.call('PUT', '/api/session/password', { current, password })
    expect((await change('không phải mật khẩu', 'một câu dài dễ nhớ')).status).toBe(401)
    expect((await change(TEST_PASSWORD, 'ngắn')).status).toBe(422)
    expect((await change(TEST_PASSWORD, 'một câu dài dễ nhớ')).status).toBe(204)
    expect((await here.call('GET', '/api/session')).status).toBe(200)
    expect((await there.call('GET', '/api/session')).status).toBe(401)
    expect(await testBrowser(site).signIn('doimatkhau', TEST_PASSWORD)).toBe(401)
    expect(await testBrowser(site).signIn('doimatkhau', 'một câu dài dễ nhớ')).toBe(200)
    expect((await rows('password-change'))[0]).toMatchObject({ outcome: 'success' })
  })
})
