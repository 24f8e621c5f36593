/**
 * What an app sends to the authorization endpoint, read (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-authorization-code, RFC 6749 4.1.1, RFC 7636,
 * RFC 9700): the code flow with PKCE by S256 alone. Until app and address are known to belong together nobody is sent anywhere.
 */
import { outcome } from '../model/outcome.ts'
import type { Client, SystemClients } from '../model/people.ts'
import { toScopes } from './app-scopes.ts'

export interface AuthorizeRequest {
  readonly client: Client & { readonly version: number }
  readonly redirectUri: string
  readonly state: string
  readonly asked: readonly string[]
  readonly challenge: string
  readonly nonce: string
  /** '': it was not started from a chart. */
  readonly launch: string
  /** Seconds since the person signed in. */
  readonly maxAge: number | undefined
}

/** Errors of RFC 6749 4.1.2.1 and of OpenID Connect Core 3.1.2.6. */
export type AuthorizeError = 'invalid_request' | 'unauthorized_client' | 'access_denied' | 'unsupported_response_type' | 'invalid_scope' | 'login_required' | 'interaction_required'
  | 'account_selection_required' | 'request_not_supported' | 'request_uri_not_supported'

/** `return`: back to the app with an error. */
export type AuthorizeParsed = { readonly kind: 'request'; readonly request: AuthorizeRequest } | { readonly kind: 'return'; readonly to: string }

export const PARAMETERS = ['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'aud', 'launch', 'code_challenge', 'code_challenge_method', 'nonce', 'prompt', 'max_age', 'request', 'request_uri'] as const

const LONGEST = 2000
const LONGEST_NONCE = 300

/** The answer's address. `iss` tells an app that uses several servers whose answer it is (RFC 9207). */
export const buildReturn = (redirectUri: string, answer: Readonly<Record<string, string>>, issuer: string): string =>
  `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams({ ...answer, iss: issuer }).toString()}`

export interface AuthorizeReadDeps { readonly clients: Pick<SystemClients, 'find'>; readonly audience: string; readonly issuer: string }

type Fault = readonly [AuthorizeError, string]

const PROMPTS: Readonly<Record<string, Fault>> = {
  // the person is always asked
  none: ['interaction_required', 'The person is asked each time.'],
  login: ['login_required', 'Signing in again is not asked for here.'],
  select_account: ['account_selection_required', 'There is one account in a session.'],
}

const faultOf = (form: URLSearchParams, audience: string): Fault | undefined => {
  const value = (name: string): string => form.get(name) ?? ''
  const twice = PARAMETERS.find((name) => form.getAll(name).length > 1)
  if (twice !== undefined) return ['invalid_request', `${twice} is repeated.`]
  if ([...form.values()].some((text) => text.length > LONGEST || text.includes('\0'))) return ['invalid_request', 'A value is too long, or has a NUL.']
  if (form.has('request')) return ['request_not_supported', 'No request objects.']
  if (form.has('request_uri')) return ['request_uri_not_supported', 'No request objects.']
  if (!form.has('response_type')) return ['invalid_request', 'response_type is missing.']
  if (value('response_type') !== 'code') return ['unsupported_response_type', 'Only code.']
  if (form.has('response_mode') && value('response_mode') !== 'query') return ['invalid_request', 'Only response_mode query.']
  if (value('state') === '') return ['invalid_request', 'state is missing.']
  if (value('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(value('code_challenge'))) return ['invalid_request', 'PKCE is needed: code_challenge, and code_challenge_method S256.']
  if (value('aud').replace(/\/$/, '') !== audience) return ['invalid_request', 'aud is not the address of this FHIR server.']
  if (value('nonce').length > LONGEST_NONCE) return ['invalid_request', 'nonce is too long.']
  if (form.has('max_age') && !/^\d{1,9}$/.test(value('max_age'))) return ['invalid_request', 'max_age is not a number of seconds.']
  const prompt = toScopes(value('prompt')).find((each) => Object.hasOwn(PROMPTS, each))
  if (prompt !== undefined) return PROMPTS[prompt]
  return toScopes(value('scope')).length === 0 ? ['invalid_scope', 'scope is missing.'] : undefined
}

/** Throws app-unknown and app-address where nobody may be sent back. */
export const readAuthorizeRequest = async ({ clients, audience, issuer }: AuthorizeReadDeps, form: URLSearchParams): Promise<AuthorizeParsed> => {
  const ids = form.getAll('client_id'), addresses = form.getAll('redirect_uri')
  const [id = ''] = ids, [redirectUri = ''] = addresses
  const client = ids.length !== 1 || id.includes('\0') ? undefined : await clients.find(id)
  if (client?.app === undefined || !client.active) throw outcome('app-unknown')
  if (addresses.length !== 1 || !client.app.redirectUris.includes(redirectUri)) throw outcome('app-address')
  const fault = faultOf(form, audience)
  const state = form.getAll('state').length === 1 ? form.get('state') ?? '' : ''
  if (fault !== undefined) {
    const [error, description] = fault
    return { kind: 'return', to: buildReturn(redirectUri, { error, error_description: description, ...(state !== '' && state.length <= LONGEST && { state }) }, issuer) }
  }
  const age = form.get('max_age')
  return {
    kind: 'request',
    request: {
      client: { ...client, version: client.version ?? 1 }, redirectUri, state, asked: toScopes(form.get('scope') ?? ''), challenge: form.get('code_challenge') ?? '',
      nonce: form.get('nonce') ?? '', launch: form.get('launch') ?? '', maxAge: age === null ? undefined : Number(age),
    },
  }
}
