/**
 * A person lets an app in, or does not (https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html). What the app asked for is read again at each step: nothing that
 * the browser says about it is believed. A code is good for a minute, once, for this app, this address and whoever holds the code verifier.
 */
import type { Apps, LaunchContext } from '../model/app-ports.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditLog, Caller, Clock, IdSource } from '../model/ports.ts'
import { asksPatient, offerScopes, settleScopes } from './app-scopes.ts'
import { buildReturn, readAuthorizeRequest, type AuthorizeError, type AuthorizeReadDeps, type AuthorizeRequest } from './authorize-request.ts'
import type { ReadTests } from './scopes.ts'
import { ABSOLUTE_MS } from './sessions.ts'
import { digestOf, newToken } from './tokens.ts'

const CODE_MS = 60_000
/** The longest that an app goes on after the person has signed out. */
export const OFFLINE_MS = 30 * 86_400_000
const LAUNCH_MS = 5 * 60_000

/** The session in which somebody is asked. */
export interface Asked { readonly caller: Caller; readonly session: Uint8Array; readonly signedInAt: Date }

export type AuthorizeView =
  | { readonly kind: 'ask'; readonly client: string; readonly name: string; readonly scopes: readonly string[]; readonly context: LaunchContext; readonly choosesPatient: boolean; readonly offlineUntil: string }
  | { readonly kind: 'return'; readonly to: string }

export interface Answer { readonly scopes: readonly string[]; readonly patient: string; readonly allow: boolean }

export interface AuthorizeDesk {
  /** What the person is asked. Throws app-unknown, app-address. */
  view(form: URLSearchParams, asked: Asked): Promise<AuthorizeView>
  /** Where the browser goes with the person's answer. */
  answer(form: URLSearchParams, asked: Asked, answer: Answer): Promise<string>
  /** Starts an app from a chart: its address with a launch that this person can use once. Throws not-found. */
  launch(caller: Caller, client: string, context: LaunchContext): Promise<string>
}

export interface AuthorizeDeps extends AuthorizeReadDeps { readonly apps: Apps; readonly audit: AuditLog; readonly clock: Clock; readonly ids: IdSource; readonly readTests: ReadTests }

const NONE: LaunchContext = { patient: '', encounter: '' }

const personOf = ({ actor }: Caller) => {
  if (actor.kind !== 'person' || actor.app !== undefined) throw outcome('forbidden')
  return actor
}

const requireDigest = (token: string): Buffer => {
  const digest = digestOf(token)
  if (digest === undefined) throw outcome('internal')
  return digest
}

export const createAuthorizeDesk = (deps: AuthorizeDeps): AuthorizeDesk => {
  const { apps, audit, clock, ids, readTests, issuer } = deps
  const fail = ({ redirectUri, state }: AuthorizeRequest, error: AuthorizeError, description: string): { readonly kind: 'return'; readonly to: string } =>
    ({ kind: 'return', to: buildReturn(redirectUri, { error, error_description: description, state }, issuer) })

  const consider = async (form: URLSearchParams, { caller, signedInAt }: Asked) => {
    const person = personOf(caller)
    const parsed = await readAuthorizeRequest(deps, form)
    if (parsed.kind === 'return') return parsed
    const { request } = parsed
    if (request.maxAge !== undefined && clock.now().getTime() - signedInAt.getTime() > request.maxAge * 1000) return fail(request, 'login_required', 'The person signed in before max_age.')
    const digest = request.launch === '' ? undefined : digestOf(request.launch)
    const context = digest === undefined ? undefined : await apps.findLaunch(digest, { client: request.client.client, account: person.account })
    if (request.launch !== '' && (context === undefined || !request.asked.includes('launch'))) return fail(request, 'invalid_request', 'The launch was used, has expired, or is not of this person and app; or scope lacks launch.')
    const scopes = offerScopes({ held: request.client.scopes, asked: request.asked, launched: context !== undefined, person }, readTests)
    if (scopes.length === 0) return fail(request, 'invalid_scope', 'The app is registered for none of these scopes.')
    return { kind: 'asked' as const, request, scopes, person, ...(context && { context }), ...(context && digest && { launch: digest }) }
  }
  type Considered = Extract<Awaited<ReturnType<typeof consider>>, { kind: 'asked' }>

  const grant = async ({ request, person, context, launch }: Considered, { caller, session, signedInAt }: Asked, scopes: readonly string[], patient: string): Promise<string | undefined> => {
    const code = newToken()
    const now = clock.now().getTime()
    const offline = scopes.includes('offline_access')
    const made = await apps.grant(caller, {
      id: ids.uuid(), client: request.client.client, account: person.account, session, offline, scopes, patient, encounter: scopes.includes('launch') ? context?.encounter ?? '' : '', nonce: request.nonce, signedInAt,
      expires: new Date(now + (offline ? OFFLINE_MS : ABSOLUTE_MS)), code: requireDigest(code), codeExpires: new Date(now + CODE_MS), redirectUri: request.redirectUri, challenge: request.challenge,
      version: request.client.version, ...(launch && { launch }),
    })
    return made ? code : undefined
  }

  return {
    async view(form, asked) {
      const found = await consider(form, asked)
      if (found.kind === 'return') return found
      const { request, scopes, context = NONE } = found
      return {
        kind: 'ask', client: request.client.client, name: request.client.name, scopes, context, choosesPatient: context.patient === '' && asksPatient(scopes),
        offlineUntil: new Date(clock.now().getTime() + OFFLINE_MS).toISOString(),
      }
    },
    async answer(form, asked, { scopes: chosen, patient: picked, allow }) {
      const found = await consider(form, asked)
      if (found.kind === 'return') return found.to
      const { request, context = NONE } = found
      const patient = context.patient === '' ? picked : context.patient
      const scopes = settleScopes(found.scopes, chosen, patient)
      if (!allow || scopes.length === 0) {
        await audit.record(asked.caller, { action: 'E', interaction: 'app-deny', id: request.client.client, outcome: 'success' })
        return fail(request, 'access_denied', 'The person said no.').to
      }
      const named = scopes.some((scope) => scope.startsWith('launch') || scope.startsWith('patient/'))
      const code = await grant(found, asked, scopes, named ? patient : '')
      return code === undefined ? fail(request, 'access_denied', 'The launch was used, or the app was changed, in the meantime.').to : buildReturn(request.redirectUri, { code, state: request.state }, issuer)
    },
    async launch(caller, client, context) {
      const person = personOf(caller)
      const app = (await apps.active()).find((each) => each.client === client && each.launchUrl !== '' && each.scopes.includes('launch'))
      if (app === undefined) throw outcome('not-found')
      const launch = newToken()
      await apps.addLaunch(caller, { digest: requireDigest(launch), client, account: person.account, ...context, expires: new Date(clock.now().getTime() + LAUNCH_MS) })
      return `${app.launchUrl}${app.launchUrl.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: deps.audience, launch }).toString()}`
    },
  }
}
