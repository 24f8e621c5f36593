/** A receiver with TLS: only with a certificate of an authority that this machine knows, for the name that is called. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRestHook } from '#api/fhir/subscriptions/rest-hook.ts'

const known = getCACertificates('default')
const bodies: string[] = []
let server: Server
let port: number
let ca: string

beforeAll(async () => {
  const made = execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-', '-out', '-', '-days', '2', '-subj', '/CN=Khoa XN', '-addext', 'subjectAltName=IP:127.0.0.1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  ca = made.slice(made.indexOf('-----BEGIN CERTIFICATE'))
  server = createServer({ key: made, cert: ca }, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => { body += piece }).on('end', () => {
      bodies.push(body)
      response.writeHead(200).end()
    })
  }).listen(0)
  await once(server, 'listening')
  ;({ port } = server.address() as AddressInfo)
})
afterAll(async () => {
  setDefaultCACertificates(known)
  server.close()
  await once(server, 'close')
})

const tell = (host: string): Promise<string | undefined> => {
  const origin = `https://${host}:${port}`
  return createRestHook([origin])({ method: 'POST', url: `${origin}/hook`, headers: { authorization: 'Bearer bi-mat' }, body: '{"tin":"Đã có kết quả"}' }, 5_000, AbortSignal.timeout(10_000))
}

it('a receiver whose authority nobody here knows is told nothing', async () => {
  expect(await tell('127.0.0.1')).toBe('The receiver could not be reached (DEPTH_ZERO_SELF_SIGNED_CERT).')
  expect(bodies).toEqual([])
})

it('a receiver under the hospital\'s own authority, which NODE_EXTRA_CA_CERTS names, is told, and not by another name', async () => {
  setDefaultCACertificates([...known, ca])
  expect(await tell('127.0.0.1')).toBeUndefined()
  expect(bodies).toEqual(['{"tin":"Đã có kết quả"}'])
  expect(await tell('localhost')).toBe('The receiver could not be reached (ERR_TLS_CERT_ALTNAME_INVALID).')
  expect(bodies).toHaveLength(1)
})
