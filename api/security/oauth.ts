/**
 * Access tokens for system clients: OAuth 2.0 client credentials (RFC 6749 4.4) by secret or signed assertion, scopes of SMART v2
 * (https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html); their introspection (RFC 7662) and revocation (RFC 7009).
 */
import { outcome } from '../model/outcome.ts'
import type { IssuedToken, SystemClients } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import { FAILED, refuse, type ClientAuthentication, type ClientRequest, type Refusal } from './client-authentication.ts'
import { grantScopes, type ReadTests } from './scopes.ts'
import { digestOf, newToken } from './tokens.ts'

/** Of a token that a secret got; and of one that a key did, which makes a new assertion at no cost: the five minutes that SMART recommends. */
const SECONDS = { secret: 3600, key: 300 } as const

export type TokenAnswer = { readonly ok: true; readonly token: string; readonly expiresIn: number; readonly scope: string } | Refusal

export type Introspection = { readonly ok: true; readonly token: IssuedToken | undefined } | Refusal

export interface TokenDesk {
  issue(request: ClientRequest): Promise<TokenAnswer>
  /** What a token is good for; undefined for one that is not good any more, or that another client got. */
  introspect(request: ClientRequest): Promise<Introspection>
  /** Ends a token of the client. A text that is no token of anybody is as good as ended. */
  revoke(request: ClientRequest): Promise<{ readonly ok: true } | Refusal>
}

export interface TokenDeskDeps { readonly authentication: ClientAuthentication; readonly clients: SystemClients; readonly audit: AuditLog; readonly clock: Clock; readonly readTests: ReadTests }

const repeated = (form: URLSearchParams, ...names: readonly string[]): Refusal | undefined => {
  const name = names.find((each) => form.getAll(each).length > 1)
  return name === undefined ? undefined : refuse('invalid_request', `${name} is repeated.`)
}

export const createTokenDesk = ({ authentication, clients, audit, clock, readTests }: TokenDeskDeps): TokenDesk => {
  /** `others`: the token is another client's. */
  const record = (caller: Caller, interaction: string, others: boolean): Promise<void> =>
    audit.record(caller, others ? { action: 'E', interaction, outcome: 'refused', detail: 'invalid_grant' } : { action: 'E', interaction, outcome: 'success' })
  return {
    async issue(request) {
      const { form } = request
      const twice = repeated(form, 'grant_type', 'scope')
      if (twice !== undefined) return twice
      const grant = form.get('grant_type')
      if (grant === null) return refuse('invalid_request', 'grant_type is missing.')
      if (grant !== 'client_credentials') return refuse('unsupported_grant_type', 'Only client_credentials.')
      const known = await authentication.authenticate(request, 'token')
      if (!known.ok) return known
      const { client, caller, method } = known
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
      const twice = repeated(request.form, 'token')
      if (twice !== undefined || !request.form.has('token')) return twice ?? refuse('invalid_request', 'token is missing.')
      const digest = digestOf(request.form.get('token') ?? '')
      const found = digest === undefined ? undefined : await clients.findToken(digest, clock.now())
      const own = found?.client === known.client.client ? found : undefined
      await record(known.caller, 'token-introspect', found !== own)
      return { ok: true, token: own }
    },
    async revoke(request) {
      const known = await authentication.authenticate(request, 'token-revoke')
      if (!known.ok) return known
      const twice = repeated(request.form, 'token')
      if (twice !== undefined || !request.form.has('token')) return twice ?? refuse('invalid_request', 'token is missing.')
      const digest = digestOf(request.form.get('token') ?? '')
      const found = digest === undefined ? undefined : await clients.findToken(digest, clock.now())
      const others = found !== undefined && found.client !== known.client.client
      await record(known.caller, 'token-revoke', others)
      if (others) return refuse('invalid_grant', 'The token was issued to another client.')
      if (digest !== undefined) await clients.revoke(digest, known.client.client)
      return { ok: true }
    },
  }
}
