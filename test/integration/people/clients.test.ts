/** System clients on a real database as administrators look after them: registered by one, approved by another, changed and switched off, with tokens that end at once. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientCreated, ClientRow } from '#api/model/site.ts'
import { createPasswords } from '#api/security/password.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

let site: TestSite
let admin: TestCaller, other: TestCaller
beforeAll(async () => {
  site = await testSite()
  const administrator = (login: string) => site.person({ login, grants: [{ role: 'administrator', department: null }] })
  admin = await administrator('quantri')
  other = await administrator('quantri2')
})
afterAll(() => site.close())

const PATH = '/api/admin/clients'
const LAB = { name: 'Máy xét nghiệm', scopes: ['system/Patient.rs', 'system/Observation.cruds'] }
const ok = <T>(answer: TestAnswer, status = 200): T => {
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)])
  return answer.json<T>()
}
const register = async (client: string, more: object = {}): Promise<ClientCreated> => ok(await admin.post(PATH, { client, ...LAB, ...more }), 201)
const rowOf = async (client: string, caller = admin): Promise<ClientRow | undefined> => ok<ClientRow[]>(await caller.get(PATH)).find((row) => row.client === client)
const turn = async (caller: TestCaller, client: string, active: boolean): Promise<TestAnswer> => caller.put(`${PATH}/${client}/active`, { active, version: (await rowOf(client))?.version ?? 0 })
const ask = (form: Record<string, string>) =>
  site.anonymous.call('POST', '/oauth2/token', { body: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(), type: 'application/x-www-form-urlencoded' })
const token = async (client: string, secret = ''): Promise<string> => ok<{ access_token: string }>(await ask({ client_id: client, client_secret: secret })).access_token
const reads = async (bearer: string): Promise<number> => (await site.anonymous.get('/fhir/R4/Patient?_count=1', { authorization: `Bearer ${bearer}` })).status
/** Registered, approved, and with a token. */
const working = async (client: string): Promise<{ secret: string; bearer: string }> => {
  const { secret = '' } = await register(client)
  ok(await turn(other, client, true))
  return { secret, bearer: await token(client, secret) }
}

const newKey = async (kid: string, size = 2048) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: size })
  return { privateKey, jwk: { ...await exportJWK(publicKey), kid }, secretJwk: { ...await exportJWK(privateKey), kid } }
}
const assertion = async (client: string, kid: string, key: Awaited<ReturnType<typeof newKey>>['privateKey']): Promise<string> =>
  new SignJWT({}).setProtectedHeader({ alg: 'RS384', kid, typ: 'JWT' }).setIssuer(client).setSubject(client).setAudience(`${site.config.publicUrl}/oauth2/token`).setJti(randomUUID()).setExpirationTime('2m').sign(key)

describe('a client that an administrator registers', () => {
  it('gets a secret that is shown once, and no token before another administrator has approved it', async () => {
    const { client, secret = '' } = await register('lab')
    expect(client).toEqual({ client: 'lab', ...LAB, active: false, version: 1, demo: false, secret: true, keys: [], approval: 'by-another' })
    expect((await ask({ client_id: 'lab', client_secret: secret })).status).toBe(401)
    const own = await turn(admin, 'lab', true)
    expect([own.status, own.json()]).toEqual([403, expect.objectContaining({ code: 'client-needs-second-person' })])
    expect(await rowOf('lab', other)).toMatchObject({ active: false, approval: 'by-you' })
    expect(ok(await turn(other, 'lab', true))).toMatchObject({ active: true, approval: 'done' })
    expect(await reads(await token('lab', secret))).toBe(200)
    expect((await rowOf('lab'))?.usedAt).toEqual(expect.any(String))
    expect((await admin.get(PATH)).text).not.toMatch(new RegExp(`argon2|${secret}`))
  })
  it('is out at once when it is switched off; what it had does not come back with it', async () => {
    const { secret, bearer } = await working('off')
    ok(await turn(admin, 'off', false))
    expect([await reads(bearer), (await ask({ client_id: 'off', client_secret: secret })).status]).toEqual([401, 401])
    ok(await turn(admin, 'off', true))
    expect([await reads(bearer), await reads(await token('off', secret))]).toEqual([401, 200])
  })
  it('loses secret and tokens to a new secret, which waits for another administrator too', async () => {
    const { secret: old, bearer } = await working('renewed')
    const made = ok<ClientCreated>(await admin.post(`${PATH}/renewed/secret`, { version: 2 }))
    expect(made.client).toMatchObject({ active: false, approval: 'by-another', version: 3 })
    expect(await reads(bearer)).toBe(401)
    ok(await turn(other, 'renewed', true))
    expect([await reads(bearer), (await ask({ client_id: 'renewed', client_secret: old })).status, await reads(await token('renewed', made.secret))]).toEqual([401, 401, 200])
  })
  it('may lose a scope at a word, and gains one by two persons; another name changes nothing else', async () => {
    const { secret, bearer } = await working('narrow')
    expect(ok(await admin.put(`${PATH}/narrow`, { ...LAB, name: 'Máy khác', version: 2 }))).toMatchObject({ name: 'Máy khác', active: true })
    expect(await reads(bearer)).toBe(200)
    expect(ok(await admin.put(`${PATH}/narrow`, { name: 'Máy khác', scopes: ['system/Observation.cruds'], version: 3 }))).toMatchObject({ active: true, approval: 'done' })
    expect([await reads(bearer), await reads(await token('narrow', secret))]).toEqual([401, 403])
    expect(ok(await admin.put(`${PATH}/narrow`, { ...LAB, version: 4 }))).toMatchObject({ active: false, approval: 'by-another' })
    expect((await admin.put(`${PATH}/narrow`, { ...LAB, version: 4 })).status).toBe(412)
  })
  it('signs in by keys instead, and each way ends the other', async () => {
    const [first, second] = [await newKey('k1'), await newKey('k2')]
    const made = await register('signed', { jwks: JSON.stringify({ keys: [first.jwk] }) })
    expect(made).toEqual({ client: expect.objectContaining({ secret: false, keys: [{ kid: 'k1', kty: 'RSA' }] }) })
    ok(await turn(other, 'signed', true))
    const prove = async (kid: string, key: typeof first.privateKey) => ask({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await assertion('signed', kid, key) })
    const bearer = ok<{ access_token: string }>(await prove('k1', first.privateKey)).access_token
    expect(ok(await admin.put(`${PATH}/signed`, { ...LAB, jwks: JSON.stringify({ keys: [second.jwk] }), version: 2 }))).toMatchObject({ active: false, keys: [{ kid: 'k2', kty: 'RSA' }] })
    ok(await turn(other, 'signed', true))
    expect([await reads(bearer), (await prove('k1', first.privateKey)).status, (await prove('k2', second.privateKey)).status]).toEqual([401, 401, 200])
    expect(ok<ClientCreated>(await admin.post(`${PATH}/signed/secret`, { version: 4 })).client).toMatchObject({ secret: true, keys: [] })
  })
  it('gets no token by what was read of it before it was changed', async () => {
    await working('raced')
    const read = await site.parts.clients.find('raced')
    const late = { client: 'raced', scopes: LAB.scopes, at: new Date(), expires: new Date(Date.now() + 60_000), version: read?.version }
    ok(await admin.put(`${PATH}/raced`, { ...LAB, name: 'Máy khác', version: 2 }))
    expect(await site.parts.clients.issue({ ...late, digest: new Uint8Array(32) })).toBe(false)
    expect(await site.parts.clients.issue({ ...late, digest: new Uint8Array(32), version: 3 })).toBe(true)
  })
})

describe('what is not right of a client', () => {
  const places = (answer: TestAnswer): string[] => [String(answer.status), ...answer.json<{ issues?: { expression: string }[] }>().issues?.map(({ expression }) => expression) ?? []]
  it('is refused with its place: id, name, scopes', async () => {
    const wrong = await admin.post(PATH, { client: 'Lab 1', name: ' ', scopes: ['system/Patient.rs', 'user/Patient.rs', 'system/Patiens.rs', 'system/Patient.', 'system/Observation.rs?nothing=x'] })
    expect(places(wrong)).toEqual(['400', 'client', 'name', 'scopes[1]', 'scopes[2]', 'scopes[3]', 'scopes[4]'])
    expect(places(await admin.post(PATH, { client: 'none', name: 'A', scopes: [] }))).toEqual(['400', 'scopes'])
    expect((await admin.post(PATH, { client: 'lab', ...LAB })).json()).toMatchObject({ code: 'client-taken' })
    for (const reserved of ['demo-system', 'unknown']) expect((await admin.post(PATH, { client: reserved, ...LAB })).status).toBe(409)
    expect((await admin.put(`${PATH}/nobody`, { ...LAB, version: 1 })).status).toBe(404)
  })
  it('is refused with its place: keys, and a private part is not repeated', async () => {
    const [good, short] = [await newKey('k1'), await newKey('k2', 1024)]
    const keysOf = async (...keys: object[]) => places(await admin.post(PATH, { client: 'badkeys', ...LAB, jwks: JSON.stringify({ keys }) }))
    expect(await keysOf()).toEqual(['400', 'jwks.keys'])
    expect(await keysOf(good.jwk, short.jwk)).toEqual(['400', 'jwks.keys[1].n'])
    expect(await keysOf(good.jwk, good.jwk)).toEqual(['400', 'jwks.keys'])
    expect(await keysOf({ kty: 'EC', crv: 'P-384', x: 'A'.repeat(64), y: 'B'.repeat(64), kid: 'off-the-curve' })).toEqual(['400', 'jwks.keys[0]'])
    expect(places(await admin.post(PATH, { client: 'badkeys', ...LAB, jwks: '{' }))).toEqual(['400', 'jwks'])
    const { d = '' } = good.secretJwk
    const answer = await admin.post(PATH, { client: 'badkeys', ...LAB, jwks: JSON.stringify({ keys: [good.secretJwk] }) })
    expect(places(answer)).toContain('jwks.keys[0].d')
    expect(answer.text).not.toContain(d)
    expect(await rowOf('badkeys')).toBeUndefined()
  })
})

it('shows the client of the demo as that, and changes nothing of it', async () => {
  await site.parts.clients.save({ client: 'demo-system', name: 'Hệ thống dùng thử', secret: await createPasswords().hash('x'), scopes: ['system/*.cruds'], active: true })
  expect(await rowOf('demo-system')).toMatchObject({ demo: true, active: true })
  for (const answer of [await turn(other, 'demo-system', false), await other.put(`${PATH}/demo-system`, { ...LAB, version: 1 }), await other.post(`${PATH}/demo-system/secret`, { version: 1 })]) {
    expect([answer.status, answer.json()]).toEqual([403, expect.objectContaining({ code: 'client-of-demo' })])
  }
})

it('puts each change on record, without a secret or a key', async () => {
  const rows = await site.parts.audit.find({ count: 1000 })
  const of = (id: string) => rows.filter(({ resourceId, interaction }) => resourceId === id && interaction.startsWith('client-')).map(({ interaction, detail }) => [interaction, detail ?? '']).toReversed()
  expect(of('renewed')).toEqual([['client-register', LAB.scopes.join(' ')], ['client-on', ''], ['client-secret', ''], ['client-on', '']])
  expect(of('signed').map(([interaction]) => interaction)).toEqual(['client-register', 'client-on', 'client-keys', 'client-on', 'client-secret'])
  expect(of('narrow').map(([interaction]) => interaction)).toEqual(['client-register', 'client-on', 'client-change', 'client-change', 'client-change'])
  expect(JSON.stringify(rows)).not.toMatch(/argon2|"n":/)
})

it('is for administrators alone', async () => {
  const nurse = await site.person({ grants: [{ role: 'nurse', department: 'kham' }] })
  const system = await site.system()
  for (const [method, url] of [['GET', PATH], ['POST', PATH], ['PUT', `${PATH}/lab`], ['POST', `${PATH}/lab/secret`], ['PUT', `${PATH}/lab/active`]] as const) {
    const sent = method === 'GET' ? {} : { body: {} }
    expect([url, ...await Promise.all([nurse, system, site.anonymous].map(async (caller) => (await caller.call(method, url, sent)).status))]).toEqual([url, 403, 403, 401])
  }
})
