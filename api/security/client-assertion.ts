/**
 * Signed assertions of clients, private_key_jwt (RFC 7523 3, RFC 7519; https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html).
 * The key is one that the client registered, found by its kid, and the key alone decides on the algorithm: `none`, a MAC or another signature never counts.
 * No key is fetched from anywhere: a `jku` is refused, for no address of keys can be registered here.
 */
import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { algorithmOf } from '../model/client-keys.ts'
import type { Client } from '../model/people.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The farthest that `exp` may lie ahead. */
const LONGEST_MS = 5 * 60_000
const LONGEST_JTI = 255
/** Larger than any that our keys can make with claims of ordinary size. */
const LONGEST = 8192

export interface Assertion {
  /** sha-256 of the jti. */
  readonly digest: Buffer
  readonly expires: Date
}

/** Who an assertion says it is from; nothing of it is proved. undefined: it is no JWT. */
export const issuerOf = (assertion: string): string | undefined => {
  if (assertion.length > LONGEST) return undefined
  try {
    const { iss } = decodeJwt(assertion)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

/** Members of a header that would bring a key along, or rules that we do not know. */
const FOREIGN = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip'] as const

/** undefined: it does not prove that `client` made it for `audience` now. Whether it was used before is the caller's question. */
export const checkAssertion = async (assertion: string, client: Client, { audience, now }: { readonly audience: string; readonly now: Date }): Promise<Assertion | undefined> => {
  try {
    const header = decodeProtectedHeader(assertion)
    const key = client.keys?.find(({ kid }) => kid === header.kid)
    if (key === undefined || FOREIGN.some((name) => name in header)) return undefined
    const alg = algorithmOf(key)
    const { payload } = await jwtVerify(assertion, await importJWK(key, alg), {
      algorithms: [alg], typ: 'JWT', issuer: client.client, subject: client.client, audience, requiredClaims: ['exp', 'jti'], currentDate: now, clockTolerance: 0,
    })
    // for several receivers it is for none: one of them could use it at another
    if (payload.aud !== audience || typeof payload.exp !== 'number' || typeof payload.jti !== 'string' || payload.jti === '' || payload.jti.length > LONGEST_JTI) return undefined
    const expires = new Date(payload.exp * 1000)
    if (expires.getTime() > now.getTime() + LONGEST_MS) return undefined
    return { digest: createHash('sha256').update(payload.jti).digest(), expires }
  } catch {
    return undefined
  }
}
