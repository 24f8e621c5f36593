/** The token endpoint for system clients and the document that says where it is, of a hospital: the center has neither (http://hl7.org/fhir/smart-app-launch/STU2/conformance.html). */
import { TOKEN_SECONDS, type TokenDesk } from '../security/oauth.ts'
import { json, type Reply, type Route } from './route.ts'

export interface OauthDeps { readonly tokens: TokenDesk; readonly publicUrl: string }

/** RFC 6749 5.2: a client that failed to prove itself by Basic is told so by 401 and the scheme. */
const refusal = (error: string, description: string, basic: boolean): Reply =>
  json(error === 'invalid_client' ? 401 : 400, { error, error_description: description }, {
    'cache-control': 'no-store', pragma: 'no-cache', ...(error === 'invalid_client' && basic ? { 'www-authenticate': 'Basic realm="oauth2"' } : {}),
  })

/** POST /oauth2/token (form) ; GET /.well-known/smart-configuration at the root and under the FHIR base. */
export const oauthRoutes = ({ tokens, publicUrl }: OauthDeps): Route[] => {
  const configuration = {
    token_endpoint: `${publicUrl}/oauth2/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: ['system/*.cruds', 'system/*.rs', 'system/*.r', 'system/*.s'],
    response_types_supported: [],
    capabilities: ['client-confidential-symmetric', 'permission-v2'],
  }
  return [
    {
      method: 'POST', url: '/oauth2/token', site: 'hospital', access: 'open', takes: ['application/x-www-form-urlencoded'],
      handler: async (request) => {
        const answer = await tokens.issue({ form: new URLSearchParams(request.text()), authorization: request.headers.authorization, address: request.address })
        if (!answer.ok) return refusal(answer.error, answer.description, request.headers.authorization !== undefined)
        return json(200, { access_token: answer.token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: answer.scope }, { 'cache-control': 'no-store', pragma: 'no-cache' })
      },
    },
    ...['/.well-known/smart-configuration', '/fhir/R4/.well-known/smart-configuration'].map((url): Route => ({
      method: 'GET', url, site: 'hospital', access: 'open', handler: async () => json(200, configuration, { 'cache-control': 'public, max-age=3600' }),
    })),
  ]
}
