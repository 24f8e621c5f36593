/** Clients that sign (private_key_jwt), and what becomes of their tokens: https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html, RFC 7662, RFC 7009. */
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { exportJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { composeSite } from '#api/compose.ts'
import { buildApp } from '#api/app.ts'
import { createIds } from '#api/model/ids.ts'
import { ClientKeysSchema, type ClientKey } from '#api/model/client-keys.ts'
import { testSite, type TestAnswer, type TestSite } from '#test/support/app.ts'
import { testClock } from '#test/integration/people/clock.ts'

const clock = testClock()
const CLIENT = 'lab-signs'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-384' })

const publicKey = async (key: KeyObject, kid: string): Promise<ClientKey> => {
  const [parsed] = ClientKeysSchema.parse([{ ...await exportJWK(key), kid }])
  if (parsed === undefined) throw new Error('no key')
  return parsed
}

let site: TestSite
let audience: string
beforeAll(async () => {
  site = await testSite({ clock })
  audience = `${site.config.publicUrl}/oauth2/token`
  const keys = [await publicKey(rsa.publicKey, 'rsa-1'), await publicKey(ec.publicKey, 'ec-1')]
  await site.parts.clients.save({ client: CLIENT, name: 'Máy xét nghiệm', secret: '', keys, scopes: ['system/Observation.rs'], active: true })
  await site.parts.clients.save({ client: 'other-signs', name: 'Máy khác', secret: '', keys: [await publicKey(stranger.publicKey, 'ec-1')], scopes: ['system/Patient.rs'], active: true })
})
afterAll(() => site.close())
// guesses are slowed down: see oauth.test.ts
beforeEach(() => clock.move(10 * 60_000))

const seconds = (): number => Math.floor(clock.now().getTime() / 1000)

interface Making { readonly key?: KeyObject | Uint8Array; readonly header?: Record<string, unknown>; readonly claims?: JWTPayload }

const assert = ({ key = ec.privateKey, header = {}, claims = {} }: Making = {}): Promise<string> =>
  new SignJWT({ iss: CLIENT, sub: CLIENT, aud: audience, exp: seconds() + 240, jti: randomUUID(), ...claims }).setProtectedHeader({ alg: 'ES384', kid: 'ec-1', typ: 'JWT', ...header }).sign(key)

const form = (url: string, pairs: Record<string, string>, on: Pick<TestSite, 'anonymous'> = site): Promise<TestAnswer> =>
  on.anonymous.call('POST', url, { body: new URLSearchParams(pairs).toString(), type: 'application/x-www-form-urlencoded' })
const proof = (assertion: string): Record<string, string> => ({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion })
const token = (assertion: string, more: Record<string, string> = {}): Promise<TestAnswer> => form('/oauth2/token', { grant_type: 'client_credentials', scope: 'system/Observation.rs', ...proof(assertion), ...more })
const newToken = async (making?: Making): Promise<string> => (await token(await assert(making))).json<{ access_token: string }>().access_token
const verdict = (answer: TestAnswer): unknown => [answer.status, answer.json<{ error?: string }>().error]

describe('a signed assertion', () => {
  it.each([
    ['ES384', {}],
    ['RS384', { key: rsa.privateKey, header: { alg: 'RS384', kid: 'rsa-1' } }],
  ])('by %s gets a token of five minutes, which opens what its scopes say', async (_alg, making) => {
    const answer = await token(await assert(making))
    expect(answer.status).toBe(200)
    expect(answer.json()).toEqual({ access_token: expect.stringMatching(/^[\w-]{43}$/), token_type: 'Bearer', expires_in: 300, scope: 'system/Observation.rs' })
    const authorization = `Bearer ${answer.json<{ access_token: string }>().access_token}`
    expect((await site.anonymous.get('/fhir/R4/Observation?_count=1', { authorization })).status).toBe(200)
    expect((await site.anonymous.get('/fhir/R4/Patient?_count=1', { authorization })).status).toBe(403)
  })
  it('is good for five minutes ahead, not for a second more', async () => {
    expect((await token(await assert({ claims: { exp: seconds() + 300 } }))).status).toBe(200)
    expect(verdict(await token(await assert({ claims: { exp: seconds() + 301 } })))).toEqual([401, 'invalid_client'])
  })
  it('is taken once, also by another process of the site and after a restart', async () => {
    const once = await assert()
    expect((await token(once)).status).toBe(200)
    expect(verdict(await token(once))).toEqual([401, 'invalid_client'])
    const twin = await composeSite({ site: 'hospital', config: site.config, database: site.database, clock, ids: createIds(clock) })
    const app = await buildApp(twin)
    const answer = await app.inject({ method: 'POST', url: '/oauth2/token', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ grant_type: 'client_credentials', ...proof(once) }).toString() })
    expect(answer.statusCode).toBe(401)
    await app.close()
    await twin.close()
    const many = await assert()
    const answers = await Promise.all(Array.from({ length: 6 }, () => token(many)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401])
  })
  it.each<readonly [string, () => Promise<string> | string]>([
    ['of no signature', () => new UnsecuredJWT({ iss: CLIENT, sub: CLIENT, aud: audience, exp: seconds() + 60, jti: randomUUID() }).encode()],
    ['whose algorithm is taken away afterwards', async () => { const [, body, mac] = (await assert()).split('.'); return `${Buffer.from('{"alg":"none","kid":"ec-1","typ":"JWT"}').toString('base64url')}.${body}.${mac}` }],
    ['with a MAC by the public key', () => assert({ key: Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' })), header: { alg: 'HS384', kid: 'rsa-1' } })],
    ['by another algorithm of the same key', () => assert({ key: rsa.privateKey, header: { alg: 'RS256', kid: 'rsa-1' } })],
    ['by PSS instead of PKCS #1 1.5', () => assert({ key: rsa.privateKey, header: { alg: 'PS384', kid: 'rsa-1' } })],
    ['by a key that nobody registered', () => assert({ key: stranger.privateKey })],
    ['that names the other key', () => assert({ header: { kid: 'rsa-1' } })],
    ['that names no key', () => assert({ header: { kid: undefined } })],
    ['that brings its key along', async () => assert({ key: stranger.privateKey, header: { jwk: await exportJWK(stranger.publicKey) } })],
    ['that says where its keys are', () => assert({ header: { jku: 'https://keys.example/jwks' } })],
    ['of another type', () => assert({ header: { typ: 'at+jwt' } })],
    ['for another address', () => assert({ claims: { aud: 'https://elsewhere.example/oauth2/token' } })],
    ['for this address and another one', () => assert({ claims: { aud: [audience, 'https://elsewhere.example/token'] } })],
    ['that has expired', () => assert({ claims: { exp: seconds() } })],
    ['that never expires', () => assert({ claims: { exp: undefined } })],
    ['that is not good yet', () => assert({ claims: { nbf: seconds() + 60 } })],
    ['without a jti', () => assert({ claims: { jti: undefined } })],
    ['of somebody else about this client', () => assert({ claims: { iss: 'other-signs' } })],
    ['of this client about somebody else', () => assert({ claims: { sub: 'other-signs' } })],
    ['of a client that is not known', () => assert({ claims: { iss: 'nobody', sub: 'nobody' } })],
    ['that is none', () => 'a.b.c'],
    ['of a megabyte', () => 'a'.repeat(1_000_000)],
  ])('%s is refused', async (_what, make) => {
    expect(verdict(await token(await make()))).toEqual([401, 'invalid_client'])
  })
  it('is the only proof, of the client that is named, in its own words', async () => {
    expect(verdict(await token(await assert(), { client_secret: 'x' }))).toEqual([400, 'invalid_request'])
    expect(verdict(await token(await assert(), { client_assertion_type: 'urn:x' }))).toEqual([400, 'invalid_request'])
    expect(verdict(await token(await assert(), { client_id: 'other-signs' }))).toEqual([401, 'invalid_client'])
    expect((await token(await assert(), { client_id: CLIENT })).status).toBe(200)
    expect(verdict(await form('/oauth2/token', { grant_type: 'client_credentials', client_id: CLIENT, client_secret: '' }))).toEqual([401, 'invalid_client'])
    expect(verdict(await form('/oauth2/token', { grant_type: 'client_credentials', client_id: CLIENT, client_secret: 'guess' }))).toEqual([401, 'invalid_client'])
  })
  it('of a client that was switched off is refused, and its tokens end', async () => {
    const authorization = `Bearer ${await newToken()}`
    const client = await site.parts.clients.find(CLIENT)
    if (client === undefined) throw new Error('no client')
    await site.parts.clients.save({ ...client, active: false })
    expect(verdict(await token(await assert()))).toEqual([401, 'invalid_client'])
    expect((await site.anonymous.get('/fhir/R4/Observation?_count=1', { authorization })).status).toBe(401)
    await site.parts.clients.save(client)
    expect((await token(await assert())).status).toBe(200)
  })
})

describe('the keys of a client', () => {
  it.each<readonly [string, (key: ClientKey) => unknown]>([
    ['a private one', (key) => ({ ...key, d: 'AAAA' })],
    ['a symmetric one', () => ({ kty: 'oct', k: 'AAAA', kid: 'x' })],
    ['one of another curve', (key) => ({ ...key, crv: 'P-256' })],
    ['one for another algorithm', (key) => ({ ...key, alg: 'ES256' })],
    ['one for encryption', (key) => ({ ...key, use: 'enc' })],
    ['one without a name', (key) => ({ ...key, kid: undefined })],
    ['a short one', () => ({ kty: 'RSA', kid: 'x', e: 'AQAB', n: 'A'.repeat(171) })],
  ])('are not %s', async (_what, spoil) => {
    const key = await publicKey(ec.publicKey, 'k')
    expect(ClientKeysSchema.safeParse([key]).success).toBe(true)
    expect(ClientKeysSchema.safeParse([spoil(key)]).success).toBe(false)
  })
  it('have a name each', async () => {
    const key = await publicKey(ec.publicKey, 'k')
    expect(ClientKeysSchema.safeParse([key, key]).success).toBe(false)
  })
})

describe('a token that was issued', () => {
  const ask = async (url: string, text: string, making?: Making): Promise<TestAnswer> => form(url, { token: text, ...proof(await assert(making)) })
  const OTHER: Making = { key: stranger.privateKey, claims: { iss: 'other-signs', sub: 'other-signs' } }

  it('is introspected by its client, and shown to no other', async () => {
    const text = await newToken()
    const answer = await ask('/oauth2/introspect', text)
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(answer.json()).toEqual({ active: true, scope: 'system/Observation.rs', client_id: CLIENT, token_type: 'Bearer', iat: seconds(), exp: seconds() + 300, iss: site.config.publicUrl })
    for (const hidden of [await ask('/oauth2/introspect', text, OTHER), await ask('/oauth2/introspect', 'x'), await ask('/oauth2/introspect', 'A'.repeat(43))]) expect([hidden.status, hidden.json()]).toEqual([200, { active: false }])
    expect((await site.parts.audit.find({ count: 50, interaction: 'token-introspect' })).map(({ who, outcome, detail }) => [who, outcome, detail])).toContainEqual(['other-signs', 'refused', 'invalid_grant'])
  })
  it('is nobody\'s to ask about without proof', async () => {
    const text = await newToken()
    for (const url of ['/oauth2/introspect', '/oauth2/revoke']) {
      expect(verdict(await form(url, { token: text }))).toEqual([401, 'invalid_client'])
      expect(verdict(await form(url, { ...proof(await assert()) }))).toEqual([400, 'invalid_request'])
    }
    expect((await ask('/oauth2/introspect', text)).json()).toMatchObject({ active: true })
  })
  it('ends when its client revokes it, and not when another one tries', async () => {
    const text = await newToken()
    const authorization = `Bearer ${text}`
    expect(verdict(await ask('/oauth2/revoke', text, OTHER))).toEqual([400, 'invalid_grant'])
    expect((await site.anonymous.get('/fhir/R4/Observation?_count=1', { authorization })).status).toBe(200)
    expect((await ask('/oauth2/revoke', text)).status).toBe(200)
    expect((await site.anonymous.get('/fhir/R4/Observation?_count=1', { authorization })).status).toBe(401)
    expect((await ask('/oauth2/introspect', text)).json()).toEqual({ active: false })
    expect((await ask('/oauth2/revoke', text)).status).toBe(200)
    expect((await site.parts.audit.find({ count: 50, interaction: 'token-revoke' })).map(({ who, outcome, detail }) => [who, outcome, detail])).toEqual([
      [CLIENT, 'success', undefined], [CLIENT, 'success', undefined], ['other-signs', 'refused', 'invalid_grant'],
    ])
  })
  it('is not active when its time is over', async () => {
    const text = await newToken()
    clock.move(300_000)
    expect((await ask('/oauth2/introspect', text)).json()).toEqual({ active: false })
  })
})

/** https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html */
describe('the SMART configuration', () => {
  it('says no more and no less than what answers', async () => {
    const found = (await site.anonymous.get('/fhir/R4/.well-known/smart-configuration')).json<Record<string, string | string[]>>()
    // what it says of apps that act for persons: smart-identity.test.ts
    for (const capability of ['client-confidential-symmetric', 'client-confidential-asymmetric', 'permission-v2', 'permission-v1']) expect(found.capabilities).toContain(capability)
    expect(found.grant_types_supported).toContain('client_credentials')
    for (const [name, value] of Object.entries(found)) {
      if (!name.endsWith('_endpoint') || name === 'authorization_endpoint' || typeof value !== 'string') continue
      const path = value.slice(site.config.publicUrl.length)
      expect([name, value.startsWith(site.config.publicUrl), (await form(path, { grant_type: 'client_credentials' })).status]).toEqual([name, true, 401])
      expect(found[name.replace(/_endpoint$/, '_endpoint_auth_methods_supported')]).toEqual(['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    }
    // systems have no way of persons
    for (const [grant, error] of [['authorization_code', 'unauthorized_client'], ['refresh_token', 'unauthorized_client'], ['password', 'unsupported_grant_type']] as const) expect(verdict(await form('/oauth2/token', { grant_type: grant, ...proof(await assert()) }))).toEqual([400, error])
    expect(Object.keys(found).filter((name) => /^(registration|management|userinfo)_endpoint$/.test(name))).toEqual([])
  })
  it('is what the capability statement says, with the code of SMART', async () => {
    const { rest } = (await site.anonymous.get('/fhir/R4/metadata')).json<{ rest: { security: { service: { coding: { code: string }[] }[]; extension: { extension: { url: string; valueUri: string }[] }[] } }[] }>()
    const [{ security } = { security: undefined }] = rest
    expect(security?.service[0]?.coding.map(({ code }) => code)).toEqual(['SMART-on-FHIR'])
    expect(security?.extension[0]?.extension.map(({ url, valueUri }) => [url, new URL(valueUri).pathname])).toEqual([['authorize', '/oauth2/authorize'], ['token', '/oauth2/token'], ['introspect', '/oauth2/introspect'], ['revoke', '/oauth2/revoke']])
  })
})
