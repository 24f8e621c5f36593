/** Who the person is, what was let in, whose pages may ask, and what the site says of itself to apps: https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { testSite, type TestSite } from '#test/support/app.ts'
import { ALL_SCOPES, addApp, answer, askParameters, backOf, connect, newVerifier } from '#test/support/app-launch.ts'
import { testClock } from '#test/integration/people/clock.ts'

const clock = testClock()
const MINUTE = 60_000
const WARD = 'khoa-noi'
const SCOPE = 'launch/patient patient/Observation.rs'
type TestPersonCaller = Awaited<ReturnType<TestSite['person']>>

let site: TestSite
let doctor: TestPersonCaller
let nurse: TestPersonCaller
beforeAll(async () => {
  site = await testSite({ clock })
  const resources: Record<string, unknown>[] = [{ resourceType: 'Patient', id: 'p1', name: [{ text: 'Trần Thị Mẫu' }] }, { resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/p1' } }]
  await site.parts.store.transact(site.internal, async (tx) => {
    await tx.write(resources.map((resource) => ({ op: 'create', key: { type: String(resource.resourceType), id: String(resource.id) }, resource: objectFromPlain(resource) })))
    await tx.relate({ patient: 'p1', department: WARD, account: null, kind: 'encounter', until: '2099-01-01T00:00:00.000Z' })
  })
  await addApp(site, { client: 'growth' })
})
afterAll(() => site.close())
beforeEach(async () => {
  doctor = await site.person({ practitioner: 'bs-mau', grants: [{ role: 'doctor', department: WARD }] })
  nurse = await site.person({ grants: [{ role: 'nurse', department: WARD }] })
})

const readsBy = async (token: string): Promise<number> => (await site.anonymous.get('/fhir/R4/Observation/o1', { authorization: `Bearer ${token}` })).status

describe('who the person is', () => {
  const verify = async (token: string | undefined, audience: string): Promise<Record<string, unknown>> => {
    const keys = (await site.anonymous.get('/oauth2/jwks')).json<JSONWebKeySet>()
    expect(keys.keys.flatMap((key) => Object.keys(key)).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name))).toEqual([])
    return (await jwtVerify(token ?? '', createLocalJWKSet(keys), { issuer: site.config.publicUrl, audience, algorithms: ['RS256'], currentDate: clock.now() })).payload
  }
  it('is said in a signed token, for the app and the one request', async () => {
    const { id_token: token } = await connect(site, doctor, 'growth', 'openid fhirUser user/Practitioner.r', { more: { nonce: 'n-1' } })
    const now = clock.now().getTime() / 1000
    expect(await verify(token, 'growth')).toEqual({ iss: site.config.publicUrl, sub: doctor.account, aud: 'growth', iat: now, exp: now + 300, auth_time: now, nonce: 'n-1', fhirUser: `${site.config.publicUrl}/fhir/R4/Practitioner/bs-mau` })
    await expect(verify(token, 'other')).rejects.toThrow()
  })
  it('is not said to who was not granted it, and no Practitioner is made up', async () => {
    expect((await connect(site, doctor, 'growth', 'user/Patient.rs')).id_token).toBeUndefined()
    const { id_token: token, scope } = await connect(site, nurse, 'growth', 'openid fhirUser user/Patient.rs')
    expect([scope, Object.keys(await verify(token, 'growth')).includes('fhirUser')]).toEqual(['openid user/Patient.rs', false])
  })
  it('is asked anew when the session is older than the app accepts', async () => {
    clock.move(20 * MINUTE)
    const pairs = askParameters(site, 'growth', 'openid', newVerifier())
    expect(backOf(await answer(doctor, { ...pairs, max_age: '60' })).get('error')).toBe('login_required')
    expect(backOf(await answer(doctor, { ...pairs, max_age: '3600' })).get('error')).toBeNull()
  })
})

describe('what was let in', () => {
  it('is listed for the person, who ends it', async () => {
    const { access_token: token } = await connect(site, doctor, 'growth', `${SCOPE} offline_access`, { patient: 'p1' })
    const [row, ...more] = (await doctor.get('/api/app-grants')).json<{ id: string; client: string; offline: boolean }[]>()
    expect([row, more]).toEqual([{ id: expect.any(String), client: 'growth', name: 'Ứng dụng growth', scopes: [...SCOPE.split(' '), 'offline_access'], offline: true, since: expect.any(String), until: expect.any(String) }, []])
    expect((await nurse.delete(`/api/app-grants/${row?.id}`)).status).toBe(404)
    expect((await doctor.delete(`/api/app-grants/${row?.id}`)).status).toBe(204)
    expect(await readsBy(token)).toBe(401)
    expect(await site.parts.audit.find({ count: 9, interaction: 'app-end' })).toMatchObject([{ account: doctor.account, outcome: 'success' }])
  })
})

describe('pages of other origins', () => {
  const from = (origin: string, more: Record<string, string> = {}): Record<string, string> => ({ origin, ...more })
  const allowed = (given: { headers: Readonly<Record<string, unknown>> }): unknown => given.headers['access-control-allow-origin']
  it('read where things are, and the rest only when an app of theirs is registered', async () => {
    for (const url of ['/.well-known/smart-configuration', '/fhir/R4/.well-known/smart-configuration', '/.well-known/openid-configuration', '/fhir/R4/metadata', '/oauth2/jwks']) expect([url, allowed(await site.anonymous.get(url, from('https://anybody.example')))]).toEqual([url, '*'])
    const { access_token: token } = await connect(site, doctor, 'growth', SCOPE, { patient: 'p1' })
    for (const [origin, wanted] of [['https://growth.example', 'https://growth.example'], ['https://evil.example', undefined], ['null', undefined], ['https://growth.example.evil.example', undefined]] as const) {
      expect([origin, allowed(await site.anonymous.get('/fhir/R4/Observation/o1', from(origin, { authorization: `Bearer ${token}` })))]).toEqual([origin, wanted])
      const preflight = await site.app.inject({ method: 'OPTIONS', url: '/oauth2/token', headers: from(origin, { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }) })
      expect([preflight.statusCode, allowed(preflight), preflight.headers['access-control-allow-credentials']]).toEqual([wanted === undefined ? 405 : 204, wanted, undefined])
    }
    for (const url of ['/api/session', '/api/site', '/oauth2/authorize', '/']) expect([url, allowed(await site.anonymous.get(url, from('https://growth.example')))]).toEqual([url, undefined])
  })
})

/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
describe('what the configuration says', () => {
  it('is what there is', async () => {
    const smart = (await site.anonymous.get('/.well-known/smart-configuration')).json<Record<string, unknown>>()
    expect(smart).toMatchObject({
      issuer: site.config.publicUrl, jwks_uri: `${site.config.publicUrl}/oauth2/jwks`, authorization_endpoint: `${site.config.publicUrl}/oauth2/authorize`, code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'], response_types_supported: ['code'],
    })
    expect(smart.capabilities).toEqual(['launch-ehr', 'launch-standalone', 'authorize-post', 'client-public', 'client-confidential-symmetric', 'client-confidential-asymmetric', 'sso-openid-connect', 'context-banner', 'context-ehr-patient',
      'context-ehr-encounter', 'context-standalone-patient', 'permission-offline', 'permission-online', 'permission-patient', 'permission-user', 'permission-v2', 'permission-v1'])
    expect((await site.anonymous.get('/.well-known/openid-configuration')).json()).toMatchObject({ issuer: site.config.publicUrl, id_token_signing_alg_values_supported: ['RS256'], subject_types_supported: ['public'] })
    for (const scope of ALL_SCOPES) expect(smart.scopes_supported).toContain(scope)
  })
})
