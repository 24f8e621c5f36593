/** Apps that act for persons are let in: https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html, with what attackers try at each step (RFC 9700). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { testSite, type TestAnswer, type TestSite } from '#test/support/app.ts'
import { addApp, answer, askParameters, authorize, backOf, basic, connect, exchange, form, LAUNCH_URL, newVerifier, question, REDIRECT, type TokenAnswer } from '#test/support/app-launch.ts'
import { testClock } from '#test/integration/people/clock.ts'

const clock = testClock()
const MINUTE = 60_000
const WARD = 'khoa-noi'
type TestPersonCaller = Awaited<ReturnType<TestSite['person']>>

let site: TestSite
let doctor: TestPersonCaller
let nurse: TestPersonCaller
beforeAll(async () => {
  site = await testSite({ clock })
  const resources: Record<string, unknown>[] = [
    { resourceType: 'Patient', id: 'p1', name: [{ text: 'Trần Thị Mẫu' }], gender: 'female', birthDate: '1980-05-06' }, { resourceType: 'Patient', id: 'p2', name: [{ text: 'Lê Văn Thử' }] },
    { resourceType: 'Encounter', id: 'e1', status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/p1' } }, { resourceType: 'Encounter', id: 'e2', status: 'in-progress', class: { code: 'AMB' }, subject: { reference: 'Patient/p2' } },
    { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p1' } },
  ]
  await site.parts.store.transact(site.internal, async (tx) => {
    await tx.write(resources.map((resource) => ({ op: 'create', key: { type: String(resource.resourceType), id: String(resource.id) }, resource: objectFromPlain(resource) })))
    for (const patient of ['p1', 'p2']) await tx.relate({ patient, department: WARD, account: null, kind: 'encounter', until: '2099-01-01T00:00:00.000Z' })
  })
  await addApp(site, { client: 'growth' })
  await addApp(site, { client: 'other' })
  await addApp(site, { client: 'keeps', confidential: true })
  await addApp(site, { client: 'narrow', scopes: ['launch/patient', 'patient/Observation.rs', 'openid'] })
})
afterAll(() => site.close())
beforeEach(async () => {
  doctor = await site.person({ practitioner: 'bs-mau', grants: [{ role: 'doctor', department: WARD }] })
  nurse = await site.person({ grants: [{ role: 'nurse', department: WARD }] })
})

const SCOPE = 'launch/patient patient/Observation.rs'
const code = async (pairs: Record<string, string>, choice = {}): Promise<string> => backOf(await answer(doctor, pairs, { patient: 'p1', ...choice })).get('code') ?? ''
const verdict = (given: TestAnswer): unknown => [given.status, given.json<{ error?: string }>().error]
const readsBy = async (token: string): Promise<number> => (await site.anonymous.get('/fhir/R4/Observation/o1', { authorization: `Bearer ${token}` })).status
const refresh = (token: string | undefined, more: Record<string, string> = {}): Promise<TestAnswer> => form(site, '/oauth2/token', { grant_type: 'refresh_token', refresh_token: token ?? '', client_id: 'growth', ...more })
const detailsOf = async (interaction: string): Promise<unknown[]> => (await site.parts.audit.find({ count: 20, interaction })).map(({ who, outcome, detail }) => [who, outcome, detail])

describe('the authorization endpoint', () => {
  it('hands what an app asks to the page that asks the person, by GET and by POST', async () => {
    const pairs = askParameters(site, 'growth', SCOPE, newVerifier())
    for (const given of [await authorize(site, { ...pairs, junk: 'x' }), await form(site, '/oauth2/authorize', { ...pairs, junk: 'x' })]) {
      expect(given.status).toBe(303)
      const to = new URL(String(given.headers.location), 'http://x')
      expect([to.pathname, Object.fromEntries(to.searchParams)]).toEqual(['/ung-dung/cho-phep', pairs])
    }
  })
  it.each<readonly [string, Record<string, string>]>([
    ['of nobody', { client_id: 'nobody' }], ['without an id', { client_id: '' }], ['that is a system', { client_id: 'demo-system' }],
    ['to an address of another site', { redirect_uri: 'https://evil.example/back' }], ['to an address that only begins alike', { redirect_uri: `${REDIRECT}/../../evil` }],
    ['to a registered address and a bit', { redirect_uri: `${REDIRECT}?next=https://evil.example` }], ['to a registered address in other letters', { redirect_uri: REDIRECT.toUpperCase() }],
    ['to a script', { redirect_uri: 'javascript:alert(1)' }], ['without an address', { redirect_uri: '' }],
  ])('sends nobody anywhere for an app %s', async (_what, spoil) => {
    const pairs = { ...askParameters(site, 'growth', SCOPE, newVerifier()), ...spoil }
    const given = await authorize(site, pairs)
    expect([given.status, given.headers.location, given.headers['content-type']]).toEqual([400, undefined, 'text/html; charset=utf-8'])
    expect(given.text).not.toMatch(/evil|javascript/)
    expect((await answer(doctor, pairs)).status).toBe(400)
  })
  it.each<readonly [string, Record<string, string | undefined>, string]>([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['PKCE by plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE by nothing named, which is plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge of no SHA-256', { code_challenge: 'abc' }, 'invalid_request'],
    ['no state', { state: undefined }, 'invalid_request'],
    ['no aud', { aud: undefined }, 'invalid_request'],
    ['another server as aud', { aud: 'https://evil.example/fhir/R4' }, 'invalid_request'],
    ['an implicit token', { response_type: 'token' }, 'unsupported_response_type'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['a fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
    ['a request object', { request: 'a.b.c' }, 'request_not_supported'],
    ['not to ask the person', { prompt: 'none' }, 'interaction_required'],
    ['to sign in anew', { prompt: 'login' }, 'login_required'],
  ])('sends an app that wants %s back with an error', async (_what, spoil, error) => {
    const pairs = Object.fromEntries(Object.entries({ ...askParameters(site, 'growth', SCOPE, newVerifier()), ...spoil }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
    const back = backOf(await authorize(site, pairs))
    expect([back.get('error'), back.get('state'), back.get('iss'), back.get('code')]).toEqual([error, pairs.state ?? null, site.config.publicUrl, null])
    // what the page of the product would send says the same
    expect(backOf(await answer(doctor, pairs)).get('error')).toBe(error)
  })
  it('takes each parameter once', async () => {
    const pairs = new URLSearchParams(askParameters(site, 'growth', SCOPE, newVerifier()))
    for (const [name, value] of [['state', 'b'], ['code_challenge', 'b'], ['scope', 'user/*.cruds']] as const) {
      expect(backOf(await site.anonymous.get(`/oauth2/authorize?${pairs.toString()}&${new URLSearchParams({ [name]: value }).toString()}`)).get('error')).toBe('invalid_request')
    }
    for (const name of ['client_id', 'redirect_uri']) expect((await site.anonymous.get(`/oauth2/authorize?${pairs.toString()}&${name}=x`)).status).toBe(400)
  })
  it('is asked in no frame of another site, and says nowhere where the person came from', async () => {
    const pairs = askParameters(site, 'growth', SCOPE, newVerifier())
    for (const given of [await authorize(site, pairs), await site.anonymous.get('/ung-dung/cho-phep', { accept: 'text/html' })]) {
      expect([String(given.headers['content-security-policy']).includes("frame-ancestors 'self'"), given.headers['x-frame-options'], given.headers['referrer-policy'], given.headers['cache-control']]).toEqual([true, 'SAMEORIGIN', 'no-referrer', expect.stringMatching(/^no-/)])
    }
  })
})

describe('the person', () => {
  it('is asked for what the app is registered for, and needs to be signed in', async () => {
    const pairs = askParameters(site, 'narrow', 'launch/patient patient/Observation.rs patient/Observation.cruds patient/*.rs user/Observation.rs system/*.rs offline_access', newVerifier())
    expect(await question(doctor, pairs)).toEqual({ kind: 'ask', client: 'narrow', name: 'Ứng dụng narrow', scopes: ['launch/patient', 'patient/Observation.rs'], choosesPatient: true, offlineUntil: expect.any(String) })
    expect((await site.anonymous.get(`/api/app-requests?${new URLSearchParams(pairs).toString()}`)).status).toBe(401)
    expect(await question(doctor, { ...pairs, scope: 'user/Patient.rs' })).toMatchObject({ kind: 'return', to: expect.stringContaining('error=invalid_scope') })
  })
  it('leaves out what the app shall not have', async () => {
    const pkce = newVerifier()
    const pairs = askParameters(site, 'growth', 'launch/patient patient/Observation.rs patient/Condition.rs user/*.cruds', pkce)
    const given = await exchange(site, 'growth', await code(pairs, { scopes: ['launch/patient', 'patient/Condition.rs', 'system/*.cruds', 'user/Patient.rs'] }), pkce)
    expect(given.json()).toMatchObject({ scope: 'launch/patient patient/Condition.rs', patient: 'p1' })
  })
  it('says no, and the app is told so', async () => {
    const pairs = askParameters(site, 'growth', SCOPE, newVerifier())
    for (const choice of [{ allow: false }, { scopes: [] }, { patient: '' }]) {
      const back = backOf(await answer(doctor, pairs, { patient: 'p1', ...choice }))
      expect([back.get('error'), back.get('state'), back.get('code')]).toEqual(['access_denied', 'state-1', null])
    }
    expect((await answer(doctor, pairs, { patient: 'nobody' })).status).toBe(404)
  })
  it('is the only one who answers: no page of another site, no app, nobody without the session\'s own token', async () => {
    const pairs = askParameters(site, 'growth', SCOPE, newVerifier())
    const body = { request: new URLSearchParams(pairs).toString(), allow: true, scopes: ['launch/patient'], patient: 'p1' }
    const strange: Record<string, string>[] = [{ 'x-emr-csrf': 'wrong' }, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of strange) {
      expect([headers, (await doctor.post('/api/app-requests', body, headers)).status]).toEqual([headers, 403])
    }
    const { caller } = await connect(site, doctor, 'growth', 'user/*.cruds openid')
    expect((await caller.post('/api/app-requests', body)).status).toBe(403)
    for (const url of ['/api/session', '/api/patients?q=a', '/api/app-grants', '/api/apps', `/api/app-requests?${body.request}`]) expect([url, (await caller.get(url)).status]).toEqual([url, 403])
    expect((await caller.post('/api/break-glass', { patient: 'p1', reason: 'Cần xem hồ sơ cấp cứu' })).status).toBe(403)
  })
})

describe('a code', () => {
  it('becomes tokens, once; a second use ends them', async () => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'growth', SCOPE, pkce))
    const given = await exchange(site, 'growth', one, pkce)
    expect([given.status, given.headers['cache-control'], given.headers.pragma, given.json()]).toEqual([200, 'no-store', 'no-cache',
      { access_token: expect.stringMatching(/^[\w-]{43}$/), token_type: 'Bearer', expires_in: 900, scope: SCOPE, patient: 'p1', need_patient_banner: true }])
    const { access_token: token } = given.json<TokenAnswer>()
    expect(await readsBy(token)).toBe(200)
    expect(verdict(await exchange(site, 'growth', one, pkce))).toEqual([400, 'invalid_grant'])
    expect(await readsBy(token)).toBe(401)
    expect(await detailsOf('token')).toContainEqual(['growth', 'refused', 'used-twice'])
  })
  it('is used by one of many who come at once', async () => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'growth', SCOPE, pkce))
    const given = await Promise.all(Array.from({ length: 5 }, () => exchange(site, 'growth', one, pkce)))
    expect(given.filter(({ status }) => status === 200)).toHaveLength(1)
  })
  it('is good for a minute', async () => {
    const pkce = newVerifier()
    const [early, late] = [await code(askParameters(site, 'growth', SCOPE, pkce)), await code(askParameters(site, 'growth', SCOPE, pkce))]
    clock.move(59_000)
    expect((await exchange(site, 'growth', early, pkce)).status).toBe(200)
    clock.move(1000)
    expect(verdict(await exchange(site, 'growth', late, pkce))).toEqual([400, 'invalid_grant'])
  })
  it.each<readonly [string, Record<string, string>]>([
    ['another verifier', { code_verifier: newVerifier().verifier }], ['a verifier too short', { code_verifier: 'a' }], ['the challenge as verifier', {}],
    ['another address', { redirect_uri: 'https://growth.example/app/other' }], ['another app', { client_id: 'other' }], ['no such code', { code: 'A'.repeat(43) }],
  ])('is nothing for who brings %s', async (what, spoil) => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'growth', SCOPE, pkce))
    const given = await exchange(site, 'growth', one, pkce, what === 'the challenge as verifier' ? { code_verifier: pkce.challenge } : spoil)
    expect(verdict(given)).toEqual([400, 'invalid_grant'])
    // who tried with the right code and a wrong proof has used it up
    const after = await exchange(site, 'growth', one, pkce)
    expect(after.status).toBe(what === 'another app' || what === 'no such code' ? 200 : 400)
  })
  it('needs verifier and address', async () => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'growth', SCOPE, pkce))
    for (const left of ['code', 'redirect_uri', 'code_verifier']) {
      const pairs = Object.entries({ grant_type: 'authorization_code', client_id: 'growth', code: one, redirect_uri: REDIRECT, code_verifier: pkce.verifier }).filter(([name]) => name !== left)
      expect([left, verdict(await form(site, '/oauth2/token', Object.fromEntries(pairs)))]).toEqual([left, [400, 'invalid_request']])
    }
  })
  it('of an app with a secret needs the secret', async () => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'keeps', SCOPE, pkce))
    expect(verdict(await exchange(site, 'keeps', one, pkce))).toEqual([401, 'invalid_client'])
    expect((await exchange(site, 'keeps', one, pkce, {}, basic('keeps'))).status).toBe(200)
  })
  it('is no way in for systems, as client credentials are none for apps', async () => {
    expect(verdict(await form(site, '/oauth2/token', { grant_type: 'client_credentials', client_id: 'growth' }))).toEqual([400, 'unauthorized_client'])
    expect(verdict(await form(site, '/oauth2/token', { grant_type: 'client_credentials' }, basic('keeps')))).toEqual([400, 'unauthorized_client'])
  })
})

describe('refresh tokens', () => {
  const ONLINE = `${SCOPE} online_access`, OFFLINE = `${SCOPE} offline_access`
  it('are there for who asked to go on, and change with each use; an old one ends them all', async () => {
    expect((await connect(site, doctor, 'growth', SCOPE, { patient: 'p1' })).refresh_token).toBeUndefined()
    const first = await connect(site, doctor, 'growth', ONLINE, { patient: 'p1' })
    const second = (await refresh(first.refresh_token)).json<TokenAnswer>()
    expect(second).toMatchObject({ patient: 'p1', scope: ONLINE, expires_in: 900, refresh_token: expect.not.stringContaining(first.refresh_token ?? '') })
    const third = (await refresh(second.refresh_token)).json<TokenAnswer>()
    expect([await readsBy(second.access_token), await readsBy(third.access_token)]).toEqual([200, 200])
    expect(verdict(await refresh(first.refresh_token))).toEqual([400, 'invalid_grant'])
    expect([await readsBy(second.access_token), await readsBy(third.access_token), verdict(await refresh(third.refresh_token))]).toEqual([401, 401, [400, 'invalid_grant']])
  })
  it('give no more than was granted, and less when that is asked for', async () => {
    const first = await connect(site, doctor, 'growth', ONLINE, { patient: 'p1' })
    expect(verdict(await refresh(first.refresh_token, { scope: 'user/*.cruds' }))).toEqual([400, 'invalid_scope'])
    const less = (await refresh(first.refresh_token, { scope: 'launch/patient' })).json<TokenAnswer>()
    expect([less.scope, await readsBy(less.access_token)]).toEqual(['launch/patient', 403])
    expect((await refresh(less.refresh_token)).json()).toMatchObject({ scope: ONLINE })
  })
  it('are of one app, and no access tokens', async () => {
    const { refresh_token: token = '' } = await connect(site, doctor, 'growth', ONLINE, { patient: 'p1' })
    expect(verdict(await refresh(token, { client_id: 'other' }))).toEqual([400, 'invalid_grant'])
    expect(await readsBy(token)).toBe(401)
    expect((await refresh(token)).status).toBe(200)
  })
  it('of online_access end with the session, those of offline_access after thirty days', async () => {
    const online = await connect(site, doctor, 'growth', ONLINE, { patient: 'p1' })
    const offline = await connect(site, doctor, 'growth', OFFLINE, { patient: 'p1' })
    await doctor.delete('/api/session')
    expect([await readsBy(online.access_token), verdict(await refresh(online.refresh_token))]).toEqual([401, [400, 'invalid_grant']])
    expect(await readsBy(offline.access_token)).toBe(200)
    clock.move(29 * 86_400_000)
    const later = (await refresh(offline.refresh_token)).json<TokenAnswer>()
    expect(await readsBy(later.access_token)).toBe(200)
    clock.move(86_400_000)
    expect([await readsBy(later.access_token), verdict(await refresh(later.refresh_token))]).toEqual([401, [400, 'invalid_grant']])
  })
  it('of online_access end when the session was not used for half an hour', async () => {
    const online = await connect(site, doctor, 'growth', ONLINE, { patient: 'p1' })
    clock.move(31 * MINUTE)
    expect(verdict(await refresh(online.refresh_token))).toEqual([400, 'invalid_grant'])
  })
})

describe('an access token', () => {
  it('lives for a quarter of an hour', async () => {
    const { access_token: token } = await connect(site, doctor, 'growth', SCOPE, { patient: 'p1' })
    clock.move(15 * MINUTE - 1000)
    expect(await readsBy(token)).toBe(200)
    clock.move(1000)
    expect(await readsBy(token)).toBe(401)
  })
  it('ends at once with a locked person, a changed password, another role or an app that is switched off', async () => {
    const ends = async (end: () => Promise<unknown>): Promise<number> => {
      const { access_token: token } = await connect(site, doctor, 'growth', OFFLINE_SCOPE, { patient: 'p1' })
      expect(await readsBy(token)).toBe(200)
      await end()
      return readsBy(token)
    }
    const OFFLINE_SCOPE = `${SCOPE} offline_access`
    const { accounts, clients } = site.parts
    const change = async (what: object): Promise<void> => {
      const account = await accounts.find(doctor.account)
      if (account === undefined) throw new Error('no account')
      await accounts.change(site.internal, { ...account, ...what }, account.version)
    }
    const app = await clients.find('growth')
    if (app === undefined) throw new Error('no app')
    expect(await ends(() => clients.save({ ...app, active: false }))).toBe(401)
    await clients.save(app)
    expect(await ends(() => change({ grants: [{ role: 'reception', department: WARD }] }))).toBe(403)
    await change({ grants: [{ role: 'doctor', department: WARD }] })
    expect(await ends(() => accounts.setPassword(site.internal, doctor.account, 'x'))).toBe(401)
    doctor = await site.person({ grants: [{ role: 'doctor', department: WARD }] })
    expect(await ends(() => change({ active: false }))).toBe(401)
    await change({ active: true })
  })
  it('is in no address that the browser goes to, and neither is a code of another state', async () => {
    const pairs = askParameters(site, 'growth', SCOPE, newVerifier(), { state: 'a b&c=d' })
    const back = backOf(await answer(doctor, pairs, { patient: 'p1' }))
    expect([[...back.keys()], back.get('state'), back.get('iss')]).toEqual([['code', 'state', 'iss'], 'a b&c=d', site.config.publicUrl])
  })
  it('is shown to its app by introspection, with person and launch, and ends when the app says so', async () => {
    const pkce = newVerifier()
    const one = await code(askParameters(site, 'keeps', `${SCOPE} openid fhirUser online_access`, pkce))
    const made = (await exchange(site, 'keeps', one, pkce, {}, basic('keeps'))).json<TokenAnswer>()
    const ask = async (token: string | undefined, headers: Record<string, string> = basic('keeps')): Promise<TestAnswer> => form(site, '/oauth2/introspect', { token: token ?? '' }, headers)
    expect((await ask(made.access_token)).json()).toEqual({
      active: true, scope: made.scope, client_id: 'keeps', token_type: 'Bearer', iat: clock.now().getTime() / 1000, exp: clock.now().getTime() / 1000 + 900, iss: site.config.publicUrl, sub: doctor.account,
      patient: 'p1', need_patient_banner: true, fhirUser: `${site.config.publicUrl}/fhir/R4/Practitioner/bs-mau`,
    })
    expect((await ask(made.refresh_token)).json()).toMatchObject({ active: true })
    const others = await connect(site, doctor, 'growth', SCOPE, { patient: 'p1' })
    expect((await ask(others.access_token)).json()).toEqual({ active: false })
    expect(verdict(await form(site, '/oauth2/introspect', { token: others.access_token, client_id: 'growth' }))).toEqual([401, 'invalid_client'])
    expect(verdict(await form(site, '/oauth2/revoke', { token: made.access_token, client_id: 'growth' }))).toEqual([400, 'invalid_grant'])
    expect((await form(site, '/oauth2/revoke', { token: made.refresh_token ?? '' }, basic('keeps'))).status).toBe(200)
    expect([(await ask(made.access_token)).json(), await readsBy(made.access_token)]).toEqual([{ active: false }, 401])
    expect((await form(site, '/oauth2/revoke', { token: others.access_token, client_id: 'growth' })).status).toBe(200)
    expect(await readsBy(others.access_token)).toBe(401)
  })
  it('leaves the person and the app in the audit log', async () => {
    const { caller } = await connect(site, doctor, 'growth', SCOPE, { patient: 'p1' })
    await caller.get('/fhir/R4/Observation/o1')
    const [row] = await site.parts.audit.find({ count: 1, interaction: 'read', account: doctor.account })
    expect(row).toMatchObject({ who: expect.stringMatching(/^Nguyễn Văn Mẫu \d+ \(mau\d+\) \[growth\]$/), patient: 'p1', purpose: 'TREAT' })
    expect((await detailsOf('app-grant'))[0]).toEqual([expect.not.stringContaining('[growth]'), 'success', SCOPE])
  })
})

describe('a launch from a chart', () => {
  const launch = async (context: object = { patient: 'p1', encounter: 'e1' }, person = doctor): Promise<TestAnswer> => person.post('/api/apps/growth/launches', context)
  const launchOf = (given: TestAnswer): string => new URL(given.json<{ to: string }>().to).searchParams.get('launch') ?? ''
  it('opens the app where it is registered, and tells it patient and visit', async () => {
    expect((await doctor.get('/api/apps')).json()).toContainEqual({ client: 'growth', name: 'Ứng dụng growth' })
    const given = await launch()
    const to = new URL(given.json<{ to: string }>().to)
    expect([given.status, `${to.origin}${to.pathname}`, to.searchParams.get('iss')]).toEqual([201, LAUNCH_URL, `${site.config.publicUrl}/fhir/R4`])
    const pairs = askParameters(site, 'growth', 'launch patient/Observation.rs', newVerifier(), { launch: launchOf(given) })
    expect(await question(doctor, pairs)).toMatchObject({ kind: 'ask', scopes: ['launch', 'patient/Observation.rs'], choosesPatient: false, patient: { id: 'p1', name: 'Trần Thị Mẫu' } })
    const tokens = await connect(site, doctor, 'growth', 'launch patient/Observation.rs', { more: { launch: launchOf(given) }, patient: 'p2' })
    expect(tokens).toMatchObject({ patient: 'p1', encounter: 'e1', need_patient_banner: true })
    expect(await detailsOf('app-launch')).toHaveLength(1)
  })
  it('is used once, by this person and this app, for five minutes', async () => {
    const given = await launch()
    const more = { launch: launchOf(given) }
    const pairs = askParameters(site, 'growth', 'launch patient/Observation.rs', newVerifier(), more)
    const error = async (person: TestPersonCaller, asked = pairs): Promise<string | null> => backOf(await answer(person, asked)).get('error')
    expect(await error(nurse)).toBe('invalid_request')
    expect(await error(doctor, askParameters(site, 'other', 'launch patient/Observation.rs', newVerifier(), more))).toBe('invalid_request')
    expect(await error(doctor, { ...pairs, scope: 'patient/Observation.rs' })).toBe('invalid_request')
    expect(await error(doctor)).toBeNull()
    expect(await error(doctor)).toBe('invalid_request')
    const late = await launch()
    clock.move(5 * MINUTE)
    expect(await error(doctor, { ...pairs, launch: launchOf(late) })).toBe('invalid_request')
  })
  it('is for patients and visits that the person may open, and apps that are there', async () => {
    expect((await launch({ patient: 'p1', encounter: 'e2' })).status).toBe(404)
    expect((await launch({ patient: 'nobody', encounter: '' })).status).toBe(404)
    const stranger = await site.person({ grants: [{ role: 'doctor', department: 'khoa-khac' }] })
    expect((await launch({ patient: 'p1', encounter: 'e1' }, stranger)).status).toBe(403)
    expect((await doctor.post('/api/apps/demo-system/launches', { patient: 'p1', encounter: '' })).status).toBe(404)
    expect((await (await site.person({ grants: [{ role: 'administrator', department: null }] })).get('/api/apps')).status).toBe(403)
  })
})
