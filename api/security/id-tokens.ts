/**
 * Who the person is, for apps that were granted `openid` (https://openid.net/specs/openid-connect-core-1_0.html#IDToken,
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-identity-data): signed by RS256, with a key of this site alone for it.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Person } from '../model/actor.ts'
import type { AppGrant } from '../model/app-ports.ts'
import type { Clock } from '../model/ports.ts'

export const ID_TOKEN_ALGORITHM = 'RS256'
const SECONDS = 300

/** PKCS #8. */
export const newIdTokenKey = (): Uint8Array => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'der' })

export interface IdTokens {
  /** A JWK Set (RFC 7517 5) of public keys. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  build(grant: AppGrant, person: Person): Promise<string>
}

/** The address of the person in FHIR; undefined for an account without a Practitioner. */
export const fhirUserOf = (person: Pick<Person, 'practitioner'>, fhirBase: string): string | undefined => (person.practitioner === null ? undefined : `${fhirBase}/Practitioner/${person.practitioner}`)

export const createIdTokens = ({ key, issuer, fhirBase, clock }: { readonly key: Uint8Array; readonly issuer: string; readonly fhirBase: string; readonly clock: Clock }): IdTokens => {
  const secret = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
  const { kty, n, e } = createPublicKey(secret).export({ format: 'jwk' })
  // thumbprint: https://datatracker.ietf.org/doc/html/rfc7638
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
  return {
    jwks: { keys: [{ kty, n, e, kid, use: 'sig', alg: ID_TOKEN_ALGORITHM }] },
    async build({ client, account, nonce, scopes, signedInAt }, person) {
      const now = Math.floor(clock.now().getTime() / 1000)
      const fhirUser = scopes.includes('fhirUser') ? fhirUserOf(person, fhirBase) : undefined
      return new SignJWT({ auth_time: Math.floor(signedInAt.getTime() / 1000), ...(nonce !== '' && { nonce }), ...(fhirUser !== undefined && { fhirUser }) })
        .setProtectedHeader({ alg: ID_TOKEN_ALGORITHM, kid, typ: 'JWT' }).setIssuer(issuer).setSubject(account).setAudience(client).setIssuedAt(now).setExpirationTime(now + SECONDS).sign(secret)
    },
  }
}
