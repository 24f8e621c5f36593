/**
 * Access tokens for system clients: OAuth 2.0 client credentials (RFC 6749 4.4) with a secret, scopes of SMART v2
 * (http://hl7.org/fhir/smart-app-launch/STU2/backend-services.html). Signed assertions (private_key_jwt) are not offered yet.
 */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { Bucket, SignIn, SystemClients } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import type { Passwords } from './password.ts'
import { grantScopes } from './policy.ts'
import { digestOf, newToken } from './tokens.ts'

export const TOKEN_SECONDS = 3600

export const DEMO_CLIENT = 'demo-system'

/** Errors of RFC 6749 5.2. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type'

export type TokenAnswer =
  | { readonly ok: true; readonly token: string; readonly expiresIn: number; readonly scope: string }
  | { readonly ok: false; readonly error: TokenError; readonly description: string }

const refuse = (error: TokenError, description: string): TokenAnswer => ({ ok: false, error, description })

/** Client id and secret of `Authorization: Basic`, form-decoded as RFC 6749 2.3.1 asks. */
export const basicCredentials = (header: string | undefined): { client: string; secret: string } | undefined => {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '))
    return { client: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

export interface TokenDesk {
  issue(request: { readonly form: URLSearchParams; readonly authorization: string | undefined; readonly address: string }): Promise<TokenAnswer>
}

export const createTokenDesk = (deps: {
  /** False: the client that everybody knows from the demo gets no token, even on a database that was once a demo. */
  readonly demo: boolean
  readonly tenant: Tenant; readonly clients: SystemClients; readonly throttle: SignIn; readonly passwords: Passwords; readonly audit: AuditLog; readonly clock: Clock
}): TokenDesk => {
  const { tenant, clients, throttle, passwords, audit, clock } = deps
  return {
    async issue({ form, authorization, address }) {
      for (const name of ['grant_type', 'client_id', 'client_secret', 'scope']) if (form.getAll(name).length > 1) return refuse('invalid_request', `${name} is repeated.`)
      const grant = form.get('grant_type')
      if (grant === null) return refuse('invalid_request', 'grant_type is missing.')
      if (grant !== 'client_credentials') return refuse('unsupported_grant_type', 'Only client_credentials.')
      if (form.has('client_assertion')) return refuse('invalid_request', 'private_key_jwt is not offered yet; send the secret.')
      const basic = basicCredentials(authorization)
      if (authorization !== undefined && basic === undefined) return refuse('invalid_request', 'The Authorization header is not Basic.')
      const id = basic?.client ?? form.get('client_id') ?? ''
      const secret = basic?.secret ?? form.get('client_secret') ?? ''
      if (id === '' || secret === '' || id.includes('\0')) return refuse('invalid_client', 'Client id and secret are needed.')
      // The address is part of the bucket: nobody keeps a system out from elsewhere.
      const bucket: Bucket = { name: `client/${createHash('sha256').update(`${id} ${address}`).digest('base64url').slice(0, 22)}`, burst: 20, every: 60_000 }
      const wait = await throttle.take([bucket], clock.now())
      if (wait > 0) throw outcome('too-many-attempts', { retryAfter: Math.ceil(wait / 1000) })
      const found = id === DEMO_CLIENT && !deps.demo ? undefined : await clients.find(id)
      const fits = await passwords.verify(found?.secret, secret, { first: found !== undefined })
      const caller: Caller = { actor: { kind: 'system', tenant, client: found?.client ?? 'unknown', scopes: [] }, visibility: { kind: 'care', account: '', departments: [], wholeSite: false }, purpose: 'HDATAEXCH', address }
      if (!fits || found === undefined || !found.active) {
        await audit.record(caller, { action: 'E', interaction: 'token', outcome: 'refused', detail: 'invalid_client' })
        return refuse('invalid_client', 'Unknown client or wrong secret.')
      }
      await throttle.giveBack([bucket])
      const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
      const scopes = grantScopes(found.scopes, asked)
      if (scopes.length === 0) return refuse('invalid_scope', 'None of these scopes is granted to the client.')
      const token = newToken()
      const digest = digestOf(token)
      if (digest === undefined) throw outcome('internal')
      const at = clock.now()
      await audit.record(caller, { action: 'E', interaction: 'token', outcome: 'success' })
      await clients.issue({ digest, client: found.client, scopes, at, expires: new Date(at.getTime() + TOKEN_SECONDS * 1000) })
      return { ok: true, token, expiresIn: TOKEN_SECONDS, scope: scopes.join(' ') }
    },
  }
}
