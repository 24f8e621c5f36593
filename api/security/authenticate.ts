/**
 * From a request to its Caller: a Bearer token of a system client or of an app that acts for a person (RFC 6750) or the session cookie of a person; refuses what another site's page
 * could have sent (Fetch metadata https://www.w3.org/TR/fetch-metadata/, Origin, and the session's own token). Nothing is remembered between
 * requests: a role taken away or an account disabled counts with the next one.
 */
import type { Apps } from '../model/app-ports.ts'
import { outcome } from '../model/outcome.ts'
import type { Sessions, SystemClients } from '../model/people.ts'
import type { Caller, Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import { APP_LEVELS } from '../model/scope.ts'
import { toCaller } from './policy.ts'
import { testsOf, type ReadTests } from './scopes.ts'
import { BACKGROUND_HEADER, CSRF_HEADER, expiryOf, TOUCH_MS, type CookieNames } from './sessions.ts'
import { csrfOf, digestOf, sameText } from './tokens.ts'

/** The part of a request that is looked at; api/http/route.ts has the whole. */
export interface Credentials {
  readonly method: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly address: string
}

export interface AuthenticateDeps {
  readonly tenant: Tenant
  readonly names: CookieNames
  readonly publicUrl: string
  readonly sessions: Sessions
  readonly clients: SystemClients
  readonly apps: Pick<Apps, 'byToken'>
  readonly clock: Clock
  readonly readTests: ReadTests
}

const changes = (method: string): boolean => method !== 'GET' && method !== 'HEAD'

/** Throws cross-site-request when a page of another origin has sent this. Also for sign-in itself, which has no token yet. */
export const refuseCrossSite = (request: Credentials, publicUrl: string): void => {
  const site = request.headers['sec-fetch-site']
  // A link followed from elsewhere (a QR code's address) is a navigation and may read; nothing else may.
  const navigation = request.headers['sec-fetch-mode'] === 'navigate' && !changes(request.method)
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigation) throw outcome('cross-site-request', { diagnostics: `Sec-Fetch-Site: ${site}` })
  const { origin } = request.headers
  if (origin === undefined || !changes(request.method)) return
  if (origin !== new URL(publicUrl).origin && hostOf(origin) !== request.headers.host) throw outcome('cross-site-request', { diagnostics: 'Origin of another site.' })
}

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

export const bearerOf = (request: Pick<Credentials, 'headers'>): string | undefined =>
  /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]

/** undefined: no credential was shown. Throws session-expired, token-invalid, cross-site-request. Fits the port Authenticate of api/http/route.ts. */
export const createAuthenticate = (deps: AuthenticateDeps): ((request: Credentials) => Promise<Caller | undefined>) => {
  const { tenant, names, sessions, clients, apps, clock, readTests } = deps

  const asClient = async (request: Credentials): Promise<Caller> => {
    const digest = digestOf(bearerOf(request))
    const found = digest === undefined ? undefined : await clients.byToken(digest, clock.now())
    if (found === undefined) return asApp(digest, request.address)
    const { client, scopes } = found
    const tests = testsOf(scopes, readTests)
    return toCaller({ kind: 'system', tenant, client, scopes, ...(tests && { tests }) }, request.address)
  }

  /** For the person: as far as both the person and the app may. */
  const asApp = async (digest: Uint8Array | undefined, address: string): Promise<Caller> => {
    const found = digest === undefined ? undefined : await apps.byToken(digest)
    if (found === undefined) throw outcome('token-invalid')
    const { person, grant: { client, patient }, scopes } = found
    const tests = testsOf(scopes, readTests, APP_LEVELS)
    return toCaller({ ...person, app: { client, scopes, ...(tests && { tests }), ...(patient !== '' && { patient }) } }, address)
  }

  const asPerson = async (request: Credentials, token: string): Promise<Caller> => {
    refuseCrossSite(request, deps.publicUrl)
    const digest = digestOf(token)
    const session = digest === undefined ? undefined : await sessions.find(digest)
    const now = clock.now()
    if (digest === undefined || session === undefined || expiryOf(session) <= now) throw outcome('session-expired')
    if (changes(request.method) && !sameText(request.headers[CSRF_HEADER] ?? '', csrfOf(token))) throw outcome('cross-site-request', { diagnostics: 'X-EMR-CSRF is missing or wrong.' })
    if (now.getTime() - session.usedAt.getTime() >= TOUCH_MS && request.headers[BACKGROUND_HEADER] === undefined) await sessions.touch(digest, now)
    return toCaller(session.person, request.address)
  }

  return async (request) => {
    if (request.headers.authorization !== undefined) return asClient(request)
    const token = request.cookies[names.session]
    return token === undefined || token === '' ? undefined : asPerson(request, token)
  }
}
