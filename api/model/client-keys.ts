/**
 * Public keys of clients as JSON Web Keys (RFC 7517, RFC 7518 6): RSA of at least 2048 bits for RS384 and P-384 for ES384, the algorithms of
 * https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html. Nothing private, nothing symmetric; each has a name of its own.
 */
import { z } from 'zod'

const MOST_KEYS = 10
/** Characters of base64url that 2048 and 8192 bits take. */
const [SHORTEST, LONGEST] = [342, 1366]

const part = (min: number, max: number): z.ZodString => z.string().regex(/^[A-Za-z0-9_-]+$/).min(min).max(max)

const common = {
  kid: z.string().min(1).max(128),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).min(1).max(1).optional(),
}

const KeySchema = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('RSA'), alg: z.literal('RS384').optional(), n: part(SHORTEST, LONGEST), e: part(2, 12), ...common }),
  z.strictObject({ kty: z.literal('EC'), alg: z.literal('ES384').optional(), crv: z.literal('P-384'), x: part(64, 64), y: part(64, 64), ...common }),
])

export type ClientKey = z.infer<typeof KeySchema>

export const ClientKeysSchema = z.array(KeySchema).max(MOST_KEYS).refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'Each key needs a kid of its own.')

/** Of JSON text that this product wrote. Throws when it is anything else. */
export const parseClientKeys = (text: string): ClientKey[] => ClientKeysSchema.parse(JSON.parse(text))

/** The one algorithm of a key: a message never chooses it. */
export const algorithmOf = ({ kty }: ClientKey): 'RS384' | 'ES384' => (kty === 'RSA' ? 'RS384' : 'ES384')
