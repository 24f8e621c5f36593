/**
 * The documents that say where the endpoints for clients are and what they can: SMART (https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html),
 * OpenID Connect Discovery (https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata), and the keys of identity tokens.
 */
import { APP_LEVELS, LAUNCH_SCOPES } from '../model/scope.ts'
import { ID_TOKEN_ALGORITHM, type IdTokens } from '../security/id-tokens.ts'
import { json, type Route } from './route.ts'

export interface DiscoveryDeps { readonly publicUrl: string; readonly idTokens: Pick<IdTokens, 'jwks'> }

const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const ALGORITHMS = ['RS384', 'ES384']
const KEPT = { 'cache-control': 'public, max-age=3600' } as const

/** Each is shown by a test: test/conformance/smart-launch.test.ts, smart-identity.test.ts, smart-clients.test.ts. */
const CAPABILITIES = [
  'launch-ehr', 'launch-standalone', 'authorize-post', 'client-public', 'client-confidential-symmetric', 'client-confidential-asymmetric', 'sso-openid-connect',
  'context-banner', 'context-ehr-patient', 'context-ehr-encounter', 'context-standalone-patient', 'permission-offline', 'permission-online', 'permission-patient', 'permission-user', 'permission-v2', 'permission-v1',
]

const SCOPES = [...LAUNCH_SCOPES, ...['system', ...APP_LEVELS].flatMap((level) => ['cruds', 'rs', 'r', 's'].map((rights) => `${level}/*.${rights}`))]

const endpointsOf = (publicUrl: string) => ({
  issuer: publicUrl,
  jwks_uri: `${publicUrl}/oauth2/jwks`,
  authorization_endpoint: `${publicUrl}/oauth2/authorize`,
  token_endpoint: `${publicUrl}/oauth2/token`,
  token_endpoint_auth_methods_supported: METHODS,
  token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  introspection_endpoint: `${publicUrl}/oauth2/introspect`,
  introspection_endpoint_auth_methods_supported: METHODS,
  introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  revocation_endpoint: `${publicUrl}/oauth2/revoke`,
  revocation_endpoint_auth_methods_supported: METHODS,
  revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  scopes_supported: SCOPES,
})

/** GET /.well-known/smart-configuration at the root and under the FHIR base; /.well-known/openid-configuration ; /oauth2/jwks */
export const discoveryRoutes = ({ publicUrl, idTokens }: DiscoveryDeps): Route[] => {
  const endpoints = endpointsOf(publicUrl)
  const openid = {
    ...endpoints, subject_types_supported: ['public'], id_token_signing_alg_values_supported: [ID_TOKEN_ALGORITHM], claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'fhirUser'],
    request_parameter_supported: false, request_uri_parameter_supported: false,
  }
  const open = (url: string, value: unknown): Route => ({ method: 'GET', url, site: 'hospital', access: 'open', handler: async () => json(200, value, KEPT) })
  return [
    ...['/.well-known/smart-configuration', '/fhir/R4/.well-known/smart-configuration'].map((url) => open(url, { ...endpoints, capabilities: CAPABILITIES })),
    open('/.well-known/openid-configuration', openid),
    open('/oauth2/jwks', idTokens.jwks),
  ]
}
