/** The endpoints for clients, of a hospital (the center has none): token (RFC 6749), introspection (RFC 7662), revocation (RFC 7009). */
import type { AppTokenInfo } from '../model/app-ports.ts'
import type { IssuedToken } from '../model/people.ts'
import { contextOf } from '../security/app-tokens.ts'
import type { ClientRequest, Refusal } from '../security/client-authentication.ts'
import { fhirUserOf } from '../security/id-tokens.ts'
import type { TokenDesk } from '../security/oauth.ts'
import { json, type Reply, type Route, type RouteRequest } from './route.ts'

export interface OauthDeps { readonly tokens: TokenDesk; readonly publicUrl: string }

const FORM = ['application/x-www-form-urlencoded']
const UNKEPT = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

/** RFC 6749 5.2: a client that failed to prove itself by Basic is told so by 401 and the scheme. */
const refusal = ({ error, description }: Refusal, basic: boolean): Reply =>
  json(error === 'invalid_client' ? 401 : 400, { error, error_description: description }, { ...UNKEPT, ...(error === 'invalid_client' && basic ? { 'www-authenticate': 'Basic realm="oauth2"' } : {}) })

const toClientRequest = (request: RouteRequest): ClientRequest => ({ form: new URLSearchParams(request.text()), authorization: request.headers.authorization, address: request.address })

/** An endpoint of its own: what the desk answers, or its refusal. */
const endpoint = <T extends { readonly ok: true }>(url: string, ask: (request: ClientRequest) => Promise<T | Refusal>, answer: (found: T) => Reply): Route => ({
  method: 'POST', url, site: 'hospital', access: 'open', takes: FORM,
  handler: async (request) => {
    const found = await ask(toClientRequest(request))
    return found.ok ? answer(found) : refusal(found, request.headers.authorization !== undefined)
  },
})

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html: for an app also who the person is, and where it was started. */
const introspected = (token: IssuedToken | undefined, app: AppTokenInfo | undefined, publicUrl: string): Readonly<Record<string, unknown>> => {
  if (token === undefined) return { active: false }
  const fhirUser = app?.scopes.includes('fhirUser') === true ? fhirUserOf(app.person, `${publicUrl}/fhir/R4`) : undefined
  return {
    active: true, scope: token.scopes.join(' '), client_id: token.client, token_type: 'Bearer', iat: seconds(token.at), exp: seconds(token.expires), iss: publicUrl,
    ...(app && { sub: app.person.account, ...contextOf(app.grant), ...(fhirUser !== undefined && { fhirUser }) }),
  }
}

/** POST /oauth2/token, /oauth2/introspect, /oauth2/revoke (forms). */
export const oauthRoutes = ({ tokens, publicUrl }: OauthDeps): Route[] => [
  endpoint('/oauth2/token', (request) => tokens.issue(request), ({ token, expiresIn, scope, more }) => json(200, { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope, ...more }, UNKEPT)),
  endpoint('/oauth2/introspect', (request) => tokens.introspect(request), ({ token, app }) => json(200, introspected(token, app, publicUrl), UNKEPT)),
  endpoint('/oauth2/revoke', (request) => tokens.revoke(request), () => ({ status: 200, headers: UNKEPT })),
]
