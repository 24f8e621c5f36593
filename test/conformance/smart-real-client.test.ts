/** A client that others wrote (fhir-kit-client), against a server that really listens: discovery, a signed assertion, and work within the scopes. https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { Client } from 'fhir-kit-client'
import { exportJWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ClientKeysSchema } from '#api/model/client-keys.ts'
import { testSite, type TestSite } from '#test/support/app.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const SCOPES = [`system/Observation.cruds?category=${CATEGORY}|laboratory`, 'system/Patient.crs']

/** A port that is free now: the public address must be known before the server listens. */
const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => resolve(port))
  })
})

let site: TestSite
let client: Client
let publicUrl: string
beforeAll(async () => {
  const port = await freePort()
  publicUrl = `http://127.0.0.1:${port}`
  site = await testSite({ environment: { EMR_PUBLIC_URL: publicUrl } })
  await site.app.listen({ host: '127.0.0.1', port })
  const keys = ClientKeysSchema.parse([{ ...await exportJWK(publicKey), kid: 'k1', alg: 'ES384' }])
  await site.parts.clients.save({ client: 'kit', name: 'Hệ thống ngoài', secret: '', keys, scopes: SCOPES, active: true })
  client = new Client({ baseUrl: `${publicUrl}/fhir/R4` })
})
afterAll(() => site.close())

const observation = (category: string, patient: string) =>
  ({ resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: CATEGORY, code: category }] }], code: { text: 'Hb' }, subject: { reference: `Patient/${patient}` } })

const statusOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'response' in error && typeof error.response === 'object' && error.response !== null && 'status' in error.response ? error.response.status : error)

describe('a client that others wrote', () => {
  it('finds the token endpoint, proves itself by its key, and works within its scopes', async () => {
    const { tokenUrl, authorizeUrl } = await client.smartAuthMetadata()
    expect([String(tokenUrl), authorizeUrl]).toEqual([`${publicUrl}/oauth2/token`, expect.objectContaining({ href: `${publicUrl}/oauth2/authorize` })])
    const assertion = await new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: 'ES384', kid: 'k1', typ: 'JWT' })
      .setIssuer('kit').setSubject('kit').setAudience(String(tokenUrl)).setExpirationTime('2m').sign(privateKey)
    const answer = await fetch(tokenUrl ?? '', { method: 'POST', body: new URLSearchParams({
      grant_type: 'client_credentials', scope: SCOPES.join(' '), client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion,
    }) })
    expect(answer.status).toBe(200)
    const { access_token, scope } = await answer.json() as { access_token: string; scope: string }
    expect(scope).toBe(SCOPES.join(' '))
    client.bearerToken = access_token

    const patient = await client.create({ resourceType: 'Patient', body: { resourceType: 'Patient', name: [{ text: 'Nguyễn Văn Mẫu' }] } })
    const made = await client.create({ resourceType: 'Observation', body: observation('laboratory', String(patient.id)) })
    await expect(client.read({ resourceType: 'Observation', id: String(made.id) })).resolves.toMatchObject({ status: 'final' })
    await expect(client.search({ resourceType: 'Observation', searchParams: { patient: String(patient.id), _total: 'accurate' } })).resolves.toMatchObject({ total: 1 })
    expect(statusOf(await client.create({ resourceType: 'Observation', body: observation('vital-signs', String(patient.id)) }).catch((error: unknown) => error))).toBe(403)
    expect(statusOf(await client.search({ resourceType: 'Condition', searchParams: {} }).catch((error: unknown) => error))).toBe(403)
  })
  it('is turned away without a token', async () => {
    expect(statusOf(await new Client({ baseUrl: `${publicUrl}/fhir/R4` }).search({ resourceType: 'Patient', searchParams: {} }).catch((error: unknown) => error))).toBe(401)
  })
})
