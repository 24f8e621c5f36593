/**
 * The endpoints for clients, of a hospital (the center has none), and the document that says where they are
 * (https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html): token (RFC 6749), introspection (RFC 7662), revocation (RFC 7009).
 */
import type { ClientRequest, Refusal } from '../security/client-authentication.ts'
import type { TokenDesk } from '../security/oauth.ts'
import { json, type Reply, type Route, type RouteRequest } from './route.ts'

export interface OauthDeps { readonly tokens: TokenDesk; readonly publicUrl: string }

const FORM = ['application/x-www-form-urlencoded']
const UNKEPT = { 'cache-control': 'no-store', pragma: 'no-cache' } as const
const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const ALGORITHMS = ['RS384', 'ES384']

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

/** POST /oauth2/token, /oauth2/introspect, /oauth2/revoke (forms); GET /.well-known/smart-configuration at the root and under the FHIR base. */
export const oauthRoutes = ({ tokens, publicUrl }: OauthDeps): Route[] => {
  const configuration = {
    token_endpoint: `${publicUrl}/oauth2/token`,
    token_endpoint_auth_methods_supported: METHODS,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    introspection_endpoint: `${publicUrl}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    revocation_endpoint: `${publicUrl}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/*.cruds', 'system/*.rs', 'system/*.r', 'system/*.s'],
    response_types_supported: [],
    capabilities: ['client-confidential-symmetric', 'client-confidential-asymmetric', 'permission-v2', 'permission-v1'],
  }
  return [
    endpoint('/oauth2/token', (request) => tokens.issue(request), ({ token, expiresIn, scope }) => json(200, { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope }, UNKEPT)),
    endpoint('/oauth2/introspect', (request) => tokens.introspect(request), ({ token }) => json(200, token === undefined ? { active: false } : {
      active: true, scope: token.scopes.join(' '), client_id: token.client, token_type: 'Bearer', iat: seconds(token.at), exp: seconds(token.expires), iss: publicUrl,
    }, UNKEPT)),
    endpoint('/oauth2/revoke', (request) => tokens.revoke(request), () => ({ status: 200, headers: UNKEPT })),
    ...['/.well-known/smart-configuration', '/fhir/R4/.well-known/smart-configuration'].map((url): Route => ({
      method: 'GET', url, site: 'hospital', access: 'open', handler: async () => json(200, configuration, { 'cache-control': 'public, max-age=3600' }),
    })),
  ]
}
