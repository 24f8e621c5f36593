/**
 * Access tokens: for system clients by OAuth 2.0 client credentials (RFC 6749 4.4), by secret or signed assertion, with scopes of SMART v2
 * (https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html); for apps of persons by their codes and refresh tokens (app-tokens.ts). Introspection (RFC 7662) and revocation (RFC 7009) of both.
 */
import { outcome } from '../model/outcome.ts'
import type { Apps, AppTokenInfo } from '../model/app-ports.ts'
import type { IssuedToken, SystemClients } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import type { AppTokenDesk, LaunchAnswer } from './app-tokens.ts'
import { FAILED, refuse, type ClientAuthentication, type ClientRequest, type Refusal } from './client-authentication.ts'
import { grantScopes, type ReadTests } from './scopes.ts'
import { digestOf, newToken } from './tokens.ts'

/** Of a token that a secret got; and of one that a key did, which makes a new assertion at no cost: the five minutes that SMART recommends. */
const SECONDS = { secret: 3600, key: 300 } as const

export type TokenAnswer = { readonly ok: true; readonly token: string; readonly expiresIn: number; readonly scope: string; readonly more?: LaunchAnswer } | Refusal

export type Introspection = { readonly ok: true; readonly token: IssuedToken | undefined; /** When it is one of an app for a person. */ readonly app?: AppTokenInfo } | Refusal

export interface TokenDesk {
  issue(request: ClientRequest): Promise<TokenAnswer>
  /** What a token is good for; undefined for one that is not good any more, or that another client got. */
  introspect(request: ClientRequest): Promise<Introspection>
  /** Ends a token of the client. A text that is no token of anybody is as good as ended. */
  revoke(request: ClientRequest): Promise<{ readonly ok: true } | Refusal>
}

export interface TokenDeskDeps { readonly apps: Pick<Apps, 'findToken' | 'revoke'>; readonly appTokens: AppTokenDesk; readonly authentication: ClientAuthentication; readonly clients: SystemClients; readonly audit: AuditLog; readonly clock: Clock; readonly readTests: ReadTests }

const repeated = (form: URLSearchParams, ...names: readonly string[]): Refusal | undefined => {
  const name = names.find((each) => form.getAll(each).length > 1)
  return name === undefined ? undefined : refuse('invalid_request', `${name} is repeated.`)
}

const GRANTS: readonly string[] = ['client_credentials', 'authorization_code', 'refresh_token']

/** The token as its client may know it; what another client got is `others`. */
interface Shown { readonly others: boolean; readonly token?: IssuedToken; readonly app?: AppTokenInfo }

export const createTokenDesk = ({ apps, appTokens, authentication, clients, audit, clock, readTests }: TokenDeskDeps): TokenDesk => {
  /** `others`: the token is another client's. */
  const record = (caller: Caller, interaction: string, others: boolean): Promise<void> =>
    audit.record(caller, others ? { action: 'E', interaction, outcome: 'refused', detail: 'invalid_grant' } : { action: 'E', interaction, outcome: 'success' })
  const find = async (form: URLSearchParams, client: string): Promise<Shown> => {
    const digest = digestOf(form.get('token') ?? '')
    const token = digest === undefined ? undefined : await clients.findToken(digest, clock.now())
    const app = digest === undefined || token !== undefined ? undefined : await apps.findToken(digest)
    const owner = token?.client ?? app?.grant.client
    if (owner !== client) return { others: owner !== undefined }
    return { others: false, ...(token && { token }), ...(app && { app, token: { client, scopes: app.scopes, at: app.at, expires: app.expires } }) }
  }
  return {
    async issue(request) {
      const { form } = request
      const twice = repeated(form, 'grant_type', 'scope')
      if (twice !== undefined) return twice
      const grant = form.get('grant_type')
      if (grant === null) return refuse('invalid_request', 'grant_type is missing.')
      if (!GRANTS.includes(grant)) return refuse('unsupported_grant_type', `Only ${GRANTS.join(', ')}.`)
      const known = await authentication.authenticate(request, 'token')
      if (!known.ok) return known
      if ((grant === 'client_credentials') !== (known.client.app === undefined)) return refuse('unauthorized_client', 'Systems have client_credentials; apps of persons authorization_code and refresh_token.')
      if (known.client.app !== undefined) return appTokens.issue(form, known)
      if (known.method === 'none') return refuse('invalid_client', FAILED)
      const { client, caller } = known
      const method = known.method === 'key' ? 'key' : 'secret'
      const scopes = grantScopes(client.scopes, (form.get('scope') ?? '').split(' ').filter((scope) => scope !== ''), readTests)
      if (scopes.length === 0) return refuse('invalid_scope', 'None of these scopes is granted to the client.')
      const token = newToken()
      const digest = digestOf(token)
      if (digest === undefined) throw outcome('internal')
      const at = clock.now()
      await audit.record(caller, { action: 'E', interaction: 'token', outcome: 'success' })
      // an administrator changed it in the meantime
      if (!await clients.issue({ digest, client: client.client, scopes, at, expires: new Date(at.getTime() + SECONDS[method] * 1000), version: client.version })) return refuse('invalid_client', FAILED)
      return { ok: true, token, expiresIn: SECONDS[method], scope: scopes.join(' ') }
    },
    async introspect(request) {
      const known = await authentication.authenticate(request, 'token-introspect')
      if (!known.ok) return known
      // who proves nothing could try tokens out
      if (known.method === 'none') return refuse('invalid_client', FAILED)
      const twice = repeated(request.form, 'token')
      if (twice !== undefined || !request.form.has('token')) return twice ?? refuse('invalid_request', 'token is missing.')
      const { others, token, app } = await find(request.form, known.client.client)
      await record(known.caller, 'token-introspect', others)
      return { ok: true, token, ...(app && { app }) }
    },
    async revoke(request) {
      const known = await authentication.authenticate(request, 'token-revoke')
      if (!known.ok) return known
      const twice = repeated(request.form, 'token')
      if (twice !== undefined || !request.form.has('token')) return twice ?? refuse('invalid_request', 'token is missing.')
      const { others } = await find(request.form, known.client.client)
      await record(known.caller, 'token-revoke', others)
      if (others) return refuse('invalid_grant', 'The token was issued to another client.')
      const digest = digestOf(request.form.get('token') ?? '')
      if (digest !== undefined) await (known.client.app === undefined ? clients.revoke(digest, known.client.client) : apps.revoke(digest, known.client.client))
      return { ok: true }
    },
  }
}
