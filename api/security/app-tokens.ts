/**
 * Codes and refresh tokens of apps for tokens (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-access-token): a quarter of an hour each; refresh tokens
 * are used once, and what comes twice ends the whole grant (https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
 */
import { createHash } from 'node:crypto'
import type { AppGrant, Apps, Exchanged, NewAppTokens } from '../model/app-ports.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, Clock } from '../model/ports.ts'
import { toScopes } from './app-scopes.ts'
import { refuse, type KnownClient, type Refusal } from './client-authentication.ts'
import type { IdTokens } from './id-tokens.ts'
import { toCaller } from './policy.ts'
import { digestOf, newToken, sameText } from './tokens.ts'

export const APP_TOKEN_SECONDS = 900

/** What stands in the answer beside token, time and scope. */
export type LaunchAnswer = Readonly<Record<string, string | boolean>>
export type AppTokenAnswer = { readonly ok: true; readonly token: string; readonly expiresIn: number; readonly scope: string; readonly more: LaunchAnswer } | Refusal

export interface AppTokenDesk {
  /** grant_type authorization_code or refresh_token. */
  issue(form: URLSearchParams, known: KnownClient): Promise<AppTokenAnswer>
}

export interface AppTokenDeps { readonly apps: Apps; readonly audit: AuditLog; readonly clock: Clock; readonly idTokens: IdTokens }

/** https://datatracker.ietf.org/doc/html/rfc7636#section-4.6 */
const proves = (verifier: string, challenge: string): boolean =>
  /^[A-Za-z0-9\-._~]{43,128}$/.test(verifier) && sameText(createHash('sha256').update(verifier).digest('base64url'), challenge)

const WHY: Readonly<Record<Exclude<Exchanged['kind'], 'made'>, string>> = { unknown: 'invalid_grant', reused: 'used-twice', refused: 'invalid_grant', ended: 'grant-ended' }

interface Made { readonly access: string; readonly refresh: string | undefined; readonly tokens: NewAppTokens }

const requireDigest = (token: string): Buffer => {
  const digest = digestOf(token)
  if (digest === undefined) throw outcome('internal')
  return digest
}

/** Where the app was started: https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token */
export const contextOf = ({ patient, encounter }: AppGrant): LaunchAnswer =>
  // it stands in a window of its own, where nobody else says whose record it is
  ({ ...(patient !== '' && { patient, need_patient_banner: true }), ...(encounter !== '' && { encounter }) })

export const createAppTokenDesk = ({ apps, audit, clock, idTokens }: AppTokenDeps): AppTokenDesk => {
  const makeTokens = (grant: AppGrant): Made => {
    const access = newToken()
    const refresh = grant.scopes.some((scope) => scope === 'online_access' || scope === 'offline_access') ? newToken() : undefined
    const expires = new Date(Math.min(clock.now().getTime() + APP_TOKEN_SECONDS * 1000, grant.expires.getTime()))
    return { access, refresh, tokens: { access: { digest: requireDigest(access), expires }, ...(refresh !== undefined && { refresh: requireDigest(refresh) }) } }
  }
  /** `ask` hands what was made to the store, which asks for it at most once. */
  const answer = async (known: KnownClient, ask: (make: (grant: AppGrant) => NewAppTokens) => Promise<Exchanged>): Promise<AppTokenAnswer> => {
    let made: Made | undefined
    const found = await ask((grant) => (made = makeTokens(grant)).tokens)
    if (found.kind !== 'made' || made === undefined) {
      const code = WHY[found.kind === 'made' ? 'unknown' : found.kind]
      await audit.record(known.caller, { action: 'E', interaction: 'token', outcome: 'refused', detail: code })
      return refuse('invalid_grant', 'It is unknown, was used before, has ended, or does not fit what it was made for.')
    }
    const { grant, person, scopes } = found
    const { client } = known.client
    await audit.record(toCaller({ ...person, app: { client, scopes } }, known.caller.address), { action: 'E', interaction: 'token', outcome: 'success', ...(grant.patient !== '' && { patient: grant.patient }) })
    const { access, refresh, tokens } = made
    return {
      ok: true, token: access, expiresIn: Math.floor((tokens.access.expires.getTime() - clock.now().getTime()) / 1000), scope: scopes.join(' '),
      more: { ...contextOf(grant), ...(refresh !== undefined && { refresh_token: refresh }), ...(scopes.includes('openid') && { id_token: await idTokens.build({ ...grant, scopes }, person) }) },
    }
  }
  return {
    async issue(form, known) {
      const twice = ['code', 'redirect_uri', 'code_verifier', 'refresh_token'].find((name) => form.getAll(name).length > 1)
      if (twice !== undefined) return refuse('invalid_request', `${twice} is repeated.`)
      const { client } = known.client
      if (form.get('grant_type') === 'authorization_code') {
        const code = form.get('code'), redirectUri = form.get('redirect_uri'), verifier = form.get('code_verifier')
        if (code === null || redirectUri === null || verifier === null) return refuse('invalid_request', 'code, redirect_uri and code_verifier are needed.')
        const digest = digestOf(code)
        return answer(known, async (make) => (digest === undefined ? { kind: 'unknown' } : apps.exchange(digest, client, (terms) => terms.redirectUri === redirectUri && proves(verifier, terms.challenge), make)))
      }
      const token = form.get('refresh_token')
      if (token === null) return refuse('invalid_request', 'refresh_token is missing.')
      const asked = toScopes(form.get('scope') ?? '')
      const digest = digestOf(token)
      let wider = false
      const narrow = (scopes: readonly string[]): readonly string[] | undefined => {
        wider = asked.some((scope) => !scopes.includes(scope))
        return wider ? undefined : asked.length === 0 ? scopes : asked
      }
      const found = await answer(known, async (make) => (digest === undefined ? { kind: 'unknown' } : apps.refresh(digest, client, narrow, make)))
      return wider ? refuse('invalid_scope', 'More than was granted.') : found
    },
  }
}
