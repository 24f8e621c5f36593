/** System clients on a real database: getting a token, and what it is good for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestSite } from '#test/support/app.ts'
import { testClock } from './clock.ts'
import { createPasswords } from '#api/security/password.ts'

const clock = testClock()
let site: TestSite
beforeAll(async () => {
  site = await testSite({ clock })
  const secret = await createPasswords().hash('demo-system-secret')
  await site.parts.clients.save({ client: 'demo-system', name: 'Hệ thống thử', secret, scopes: ['system/*.cruds'], active: true })
  await site.parts.clients.save({ client: 'lab', name: 'Máy xét nghiệm', secret, scopes: ['system/Patient.rs', 'system/Observation.cruds'], active: true })
})
afterAll(() => site.close())

const token = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  site.anonymous.call('POST', '/oauth2/token', { body: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded', headers })
const basic = (client: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` })
const GRANT = { grant_type: 'client_credentials' }

describe('the token endpoint', () => {
  it('gives a token of an hour for id and secret, in the body or by Basic', async () => {
    for (const answer of [await token({ ...GRANT, client_id: 'demo-system', client_secret: 'demo-system-secret' }), await token(GRANT, basic('demo-system', 'demo-system-secret'))]) {
      expect(answer.status).toBe(200)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.json()).toEqual({ access_token: expect.stringMatching(/^[\w-]{43}$/), token_type: 'Bearer', expires_in: 3600, scope: 'system/*.cruds' })
    }
  })
  it('gives no more scopes than the client holds', async () => {
    const ask = async (scope: string) => token({ ...GRANT, scope }, basic('lab', 'demo-system-secret'))
    expect((await ask('system/Patient.r system/Observation.rs')).json()).toMatchObject({ scope: 'system/Patient.r system/Observation.rs' })
    expect((await ask('system/*.cruds system/Patient.rs')).json()).toMatchObject({ scope: 'system/Patient.rs' })
    const none = await ask('system/Patient.u')
    expect([none.status, none.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })])
  })
  it.each([
    ['no grant type', {}, {}, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['no client', GRANT, {}, 401, 'invalid_client'],
    ['a wrong secret', { ...GRANT, client_id: 'demo-system', client_secret: 'x' }, {}, 401, 'invalid_client'],
    ['an unknown client', GRANT, basic('nobody', 'demo-system-secret'), 401, 'invalid_client'],
    ['a broken header', GRANT, { authorization: 'Basic !!!' }, 400, 'invalid_request'],
    ['two proofs at once', { ...GRANT, client_assertion: 'x', client_secret: 'x' }, {}, 400, 'invalid_request'],
  ])('refuses %s', async (_what, form, headers, status, error) => {
    const answer = await token(form, headers)
    expect([answer.status, answer.json()]).toEqual([status, expect.objectContaining({ error })])
  })
  it('takes a form and nothing else', async () => {
    expect((await site.anonymous.post('/oauth2/token', { ...GRANT })).status).toBe(415)
  })
  it('slows down who guesses secrets, from that address alone', async () => {
    const guess = (remote: string) => site.app.inject({ method: 'POST', url: '/oauth2/token', remoteAddress: remote, headers: { 'content-type': 'application/x-www-form-urlencoded', ...basic('lab', 'sai') }, payload: 'grant_type=client_credentials' })
    const statuses = []
    for (let at = 0; at < 25; at++) statuses.push((await guess('10.9.9.9')).statusCode)
    expect(statuses.filter((status) => status === 401)).toHaveLength(20)
    expect(statuses.slice(20)).toEqual(Array(5).fill(429))
    expect((await token(GRANT, basic('lab', 'demo-system-secret'))).status).toBe(200)
  })
  it('is named by the SMART configuration at the root and under the FHIR base', async () => {
    for (const url of ['/.well-known/smart-configuration', '/fhir/R4/.well-known/smart-configuration']) {
      const answer = await site.anonymous.get(url)
      expect(answer.status).toBe(200)
      expect(answer.json()).toMatchObject({ token_endpoint: `${site.config.publicUrl}/oauth2/token`, grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'] })
    }
  })
})

describe('a token', () => {
  it('opens what its scopes say until it expires, or the client is switched off', async () => {
    const { access_token: lab } = (await token(GRANT, basic('lab', 'demo-system-secret'))).json<{ access_token: string }>()
    const authorization = { authorization: `Bearer ${lab}` }
    expect((await site.anonymous.get('/fhir/R4/Patient/none', authorization)).status).toBe(404)
    expect((await site.anonymous.get('/fhir/R4/Condition/none', authorization)).status).toBe(403)
    expect((await site.anonymous.get('/api/session', authorization)).status).toBe(403)
    const client = await site.parts.clients.find('lab')
    if (client === undefined) throw new Error('no client')
    await site.parts.clients.save({ ...client, active: false })
    expect((await site.anonymous.get('/fhir/R4/Patient/none', authorization)).status).toBe(401)
    await site.parts.clients.save(client)
    expect((await site.anonymous.get('/fhir/R4/Patient/none', authorization)).status).toBe(404)
    clock.move(3_600_000)
    expect((await site.anonymous.get('/fhir/R4/Patient/none', authorization)).status).toBe(401)
  })
  it('that nobody issued is refused by name', async () => {
    for (const authorization of ['Bearer x', `Bearer ${'A'.repeat(43)}`, 'Bearer', 'Digest y']) {
      const answer = await site.anonymous.get('/fhir/R4/Patient/none', { authorization })
      expect([authorization, answer.status]).toEqual([authorization, 401])
      expect(answer.text).toContain('token-invalid')
    }
  })
})
