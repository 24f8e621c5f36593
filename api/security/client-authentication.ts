/**
 * Who is this client? By secret (RFC 6749 2.3.1) or by signed assertion (RFC 7523 2.2), the same at each endpoint for clients. One method at a time;
 * what fails is answered alike, whether the client is unknown, switched off, or wrong.
 */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { Bucket, Client, SignIn, SystemClients } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import type { Tenant } from '../model/resource.ts'
import { ASSERTION_TYPE, checkAssertion, issuerOf } from './client-assertion.ts'
import type { Passwords } from './password.ts'

export const DEMO_CLIENT = 'demo-system'

/** Errors of RFC 6749 5.2. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'invalid_scope' | 'unauthorized_client' | 'unsupported_grant_type'

export interface Refusal { readonly ok: false; readonly error: TokenError; readonly description: string }

export const refuse = (error: TokenError, description: string): Refusal => ({ ok: false, error, description })

/** What a client sends to prove itself. */
export interface ClientRequest { readonly form: URLSearchParams; readonly authorization: string | undefined; readonly address: string }

export interface KnownClient { readonly ok: true; readonly client: Client; readonly method: 'secret' | 'key' | 'none'; readonly caller: Caller }

export interface ClientAuthentication {
  /** Refusals are on record, as `interaction`. Throws too-many-attempts. */
  authenticate(request: ClientRequest, interaction: string): Promise<KnownClient | Refusal>
}

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

/** Without a proof: an app that cannot keep one says who it is, and its codes prove it. */
type Claim = { readonly id: string } & ({ readonly secret: string } | { readonly assertion: string } | { readonly open: true })

/** What the request claims, by the one method it uses. */
const parseClaim = ({ form, authorization }: ClientRequest): Claim | Refusal => {
  const basic = basicCredentials(authorization)
  if (authorization !== undefined && basic === undefined) return refuse('invalid_request', 'The Authorization header is not Basic.')
  const assertion = form.get('client_assertion')
  if ([basic, form.get('client_secret'), assertion].filter((each) => each !== undefined && each !== null).length > 1) return refuse('invalid_request', 'A client proves itself by one method at a time.')
  const named = form.get('client_id')
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) return refuse('invalid_request', `client_assertion_type is not ${ASSERTION_TYPE}.`)
    const issuer = issuerOf(assertion)
    return issuer === undefined || issuer === '' || issuer.includes('\0') || (named !== null && named !== issuer) ? refuse('invalid_client', FAILED) : { id: issuer, assertion }
  }
  if (basic !== undefined && named !== null && named !== basic.client) return refuse('invalid_request', 'client_id is not the one of the Authorization header.')
  const id = basic?.client ?? named ?? ''
  const secret = basic?.secret ?? form.get('client_secret') ?? ''
  if (id !== '' && !id.includes('\0') && basic === undefined && !form.has('client_secret')) return { id, open: true }
  return id === '' || secret === '' || id.includes('\0') ? refuse('invalid_client', 'Client id and secret are needed, or a signed assertion.') : { id, secret }
}

/** Anybody can name an app that proves nothing; behind one address a whole department may. */
const OPEN = { burst: 120, every: 1000 } as const

export const FAILED = 'Unknown client, wrong secret, or an assertion that does not prove it.'

export interface ClientAuthenticationDeps {
  /** False: the client that everybody knows from the demo gets no token, even on a database that was once a demo. */
  readonly demo: boolean
  /** Address of the token endpoint: what assertions are for, at every endpoint. */
  readonly audience: string
  readonly tenant: Tenant; readonly clients: SystemClients; readonly throttle: SignIn; readonly passwords: Passwords; readonly audit: AuditLog; readonly clock: Clock
}

export const createClientAuthentication = (deps: ClientAuthenticationDeps): ClientAuthentication => {
  const { tenant, clients, throttle, passwords, audit, clock } = deps
  const proves = async (claim: Claim, found: Client | undefined): Promise<boolean> => {
    if ('open' in claim) return found?.app?.public === true
    if ('secret' in claim) return passwords.verify(found === undefined || found.secret === '' ? undefined : found.secret, claim.secret, { first: found !== undefined })
    const now = clock.now()
    const checked = found === undefined ? undefined : await checkAssertion(claim.assertion, found, { audience: deps.audience, now })
    return found !== undefined && found.active && checked !== undefined && clients.spendAssertion({ client: found.client, ...checked, at: now })
  }
  return {
    async authenticate(request, interaction) {
      for (const name of ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']) if (request.form.getAll(name).length > 1) return refuse('invalid_request', `${name} is repeated.`)
      const claim = parseClaim(request)
      if ('ok' in claim) return claim
      const { id } = claim
      const { address } = request
      // The address is part of the bucket: nobody keeps a system out from elsewhere.
      const open = 'open' in claim
      const bucket: Bucket = { name: `${open ? 'open' : 'client'}/${createHash('sha256').update(`${id} ${address}`).digest('base64url').slice(0, 22)}`, ...(open ? OPEN : { burst: 20, every: 60_000 }) }
      const wait = await throttle.take([bucket], clock.now())
      if (wait > 0) throw outcome('too-many-attempts', { retryAfter: Math.ceil(wait / 1000) })
      const found = id === DEMO_CLIENT && !deps.demo ? undefined : await clients.find(id)
      const fits = await proves(claim, found)
      const caller: Caller = { actor: { kind: 'system', tenant, client: found?.client ?? 'unknown', scopes: [] }, visibility: { kind: 'care', account: '', departments: [], wholeSite: false }, purpose: 'HDATAEXCH', address }
      if (!fits || found === undefined || !found.active) {
        await audit.record(caller, { action: 'E', interaction, outcome: 'refused', detail: 'invalid_client' })
        return refuse('invalid_client', FAILED)
      }
      if (!open) await throttle.giveBack([bucket])
      return { ok: true, client: found, method: open ? 'none' : 'secret' in claim ? 'secret' : 'key', caller }
    },
  }
}
