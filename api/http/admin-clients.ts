/**
 * Administration of other software that uses the FHIR interface: systems that act for themselves (https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html)
 * and apps that act for persons (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#register-app-with-ehr), by a secret or by keys of their own or, where an app cannot keep one, by neither. What gives access waits for a second administrator (api/model/client-registry.ts).
 */
import { z } from 'zod'
import type { ClientRegistry, RegisteredClient } from '../model/client-registry.ts'
import { isAppAddress } from '../model/app-address.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller } from '../model/ports.ts'
import { parseScope } from '../model/scope.ts'
import type { ClientCreated, ClientRow } from '../model/site.ts'
import { isAppScope } from '../security/app-scopes.ts'
import { DEMO_CLIENT } from '../security/client-authentication.ts'
import { parseClientJwks } from '../security/client-jwks.ts'
import { groupOf } from '../security/compartment.ts'
import type { Passwords } from '../security/password.ts'
import { rolesFor } from '../security/policy.ts'
import type { ReadTests } from '../security/scopes.ts'
import { newToken } from '../security/tokens.ts'
import { accountOf } from './drafts.ts'
import { parseInput, requireParam } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { line } from './text.ts'

export interface AdminClientDeps {
  readonly registry: ClientRegistry
  readonly passwords: Pick<Passwords, 'hash'>
  readonly readTests: ReadTests
}

/** What audit rows call callers that are nobody's, and the client that gets no token outside of the demo. */
const RESERVED: readonly string[] = [DEMO_CLIENT, 'unknown']
const MOST_SCOPES = 50
const MOST_ADDRESSES = 10
const UNKEPT = { 'cache-control': 'no-store' } as const

const name = line(200).refine((value) => value !== '', 'must not be empty')
const version = z.number().int().min(1)

/** A scope that would open nothing is refused where it stands, not found out by the client. */
const scopeOf = (readTests: ReadTests) => line(500).refine((text) => {
  const scope = parseScope(text)
  if (scope === undefined || (scope.type !== '*' && groupOf(scope.type) === undefined)) return false
  return scope.parameters.length === 0 || readTests(scope.type, scope.parameters) !== undefined
}, 'Not a valid scope of a system client.')
const appScopeOf = (readTests: ReadTests) => line(500).refine((text) => isAppScope(text, readTests), 'Not a valid scope of an app of persons.')

const address = line(500).refine(isAppAddress, 'Not an address with https, or http on this machine, without user or fragment, in the form that browsers give it.')
/** Where an app may be sent back to, and where it is started from a chart. */
const places = { redirectUris: z.array(address).min(1, 'must not be empty').max(MOST_ADDRESSES).transform((all) => [...new Set(all)]), launchUrl: z.union([z.literal(''), address]) }

const schemasFor = (readTests: ReadTests) => {
  const several = (scope: ReturnType<typeof scopeOf>) => z.array(scope).min(1, 'must not be empty').max(MOST_SCOPES).transform((all) => [...new Set(all)])
  const scopes = several(scopeOf(readTests)), appScopes = several(appScopeOf(readTests))
  const jwks = z.string().max(100_000)
  const registration = z.strictObject({ client: z.string().trim().regex(/^[a-z0-9][a-z0-9._-]{1,49}$/, 'Not a valid id: 2 to 50 small letters, digits, dots and hyphens'), name, scopes, jwks: jwks.optional() })
  const change = z.strictObject({ name, scopes, jwks: jwks.optional(), version })
  return {
    registration, change,
    appRegistration: registration.extend({ scopes: appScopes, app: z.strictObject({ public: z.boolean(), ...places }) }),
    appChange: change.extend({ scopes: appScopes, app: z.strictObject(places) }),
    secret: z.strictObject({ version }),
    active: z.strictObject({ version, active: z.boolean() }),
  }
}

/** Which of the two kinds somebody sends. */
const isOfApp = (body: unknown): boolean => typeof body === 'object' && body !== null && 'app' in body

const toRow = ({ client, name: called, scopes, keys, secret, active, version: at, awaiting, usedAt, app }: RegisteredClient, caller: Caller): ClientRow => ({
  client, name: called, scopes, active, version: at, demo: client === DEMO_CLIENT,
  keys: keys.map(({ kid, kty }) => ({ kid, kty })), secret: secret !== '',
  approval: awaiting === '' ? 'done' : awaiting === accountOf(caller) ? 'by-another' : 'by-you',
  ...(usedAt && { usedAt: usedAt.toISOString() }),
  ...(app && { app: { public: app.public, redirectUris: app.redirectUris, launchUrl: app.launchUrl } }),
})

/** GET, POST /api/admin/clients ; PUT …/:client ; POST …/:client/secret ; PUT …/:client/active */
export const adminClientRoutes = ({ registry, passwords, readTests }: AdminClientDeps): Route[] => {
  const access = { roles: rolesFor('admin.clients') }
  const schemas = schemasFor(readTests)
  const requireClient = (request: GuardedRequest): string => {
    const client = requireParam(request, 'client')
    if (client === DEMO_CLIENT) throw outcome('client-of-demo')
    if (client.includes('\0')) throw outcome('not-found')
    return client
  }
  /** The one answer that a new secret is ever in. */
  const shown = (status: number, request: GuardedRequest, client: RegisteredClient, secret?: string): Reply =>
    json(status, { client: toRow(client, request.caller), ...(secret !== undefined && { secret }) } satisfies ClientCreated, UNKEPT)
  return [
    { method: 'GET', url: '/api/admin/clients', site: 'hospital', access, handler: async (request: GuardedRequest) => json(200, (await registry.list()).map((client) => toRow(client, request.caller))) },
    {
      method: 'POST', url: '/api/admin/clients', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const body = request.plain()
        const { jwks, ...input } = isOfApp(body) ? parseInput(schemas.appRegistration, body) : { ...parseInput(schemas.registration, body), app: undefined }
        if (RESERVED.includes(input.client)) throw outcome('client-taken', { expression: 'client' })
        if (input.app?.public === true && jwks !== undefined) throw outcome('bad-request', { expression: 'jwks', diagnostics: 'An app that cannot keep a secret has no keys.' })
        const keys = jwks === undefined ? [] : parseClientJwks(jwks)
        const secret = jwks === undefined && input.app?.public !== true ? newToken() : undefined
        const { app, ...given } = input
        return shown(201, request, await registry.register(request.caller, { ...given, ...(app && { app }), keys, secret: secret === undefined ? '' : await passwords.hash(secret) }), secret)
      },
    },
    {
      method: 'PUT', url: '/api/admin/clients/:client', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const client = requireClient(request)
        const body = request.plain()
        const { jwks, version: expected, ...change } = isOfApp(body) ? parseInput(schemas.appChange, body) : parseInput(schemas.change, body)
        const proof = jwks === undefined ? {} : { proof: { keys: parseClientJwks(jwks), secret: '' } }
        return json(200, toRow(await registry.change(request.caller, client, { ...change, ...proof }, expected, jwks === undefined ? 'client-change' : 'client-keys'), request.caller))
      },
    },
    {
      method: 'POST', url: '/api/admin/clients/:client/secret', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const client = requireClient(request)
        const { version: expected } = parseInput(schemas.secret, request.plain())
        const secret = newToken()
        return shown(200, request, await registry.change(request.caller, client, { proof: { keys: [], secret: await passwords.hash(secret) } }, expected, 'client-secret'), secret)
      },
    },
    {
      method: 'PUT', url: '/api/admin/clients/:client/active', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const client = requireClient(request)
        const { version: expected, active } = parseInput(schemas.active, request.plain())
        return json(200, toRow(await registry.change(request.caller, client, { active }, expected, active ? 'client-on' : 'client-off'), request.caller))
      },
    },
  ]
}
