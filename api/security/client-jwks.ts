/** A JWK Set (RFC 7517 5) as an administrator pastes it: public keys that can be used, or a refusal that names the place. */
import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { ClientKeysSchema, type ClientKey } from '../model/client-keys.ts'
import { outcome } from '../model/outcome.ts'

const JwksSchema = z.strictObject({ keys: ClientKeysSchema.min(1, 'must not be empty') })
const SHORTEST_RSA = 2048

const refuse = (issues: readonly { readonly place: string; readonly message: string }[]): never => {
  throw outcome('bad-request', { diagnostics: 'The keys are not usable.' }, issues.map(({ place, message }) => ({ severity: 'error' as const, message, expression: `jwks${place}` })))
}
const placeOf = (path: readonly PropertyKey[]): string => path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')

const read = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return refuse([{ place: '', message: 'Not a valid JSON text.' }])
  }
}

/** A point off the curve, or a number of too few bits, is no key. */
const isUsable = (key: ClientKey): boolean => {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...key, key_ops: undefined }, format: 'jwk' })
    return key.kty === 'EC' || (asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_RSA
  } catch {
    return false
  }
}

/** Throws bad-request with the places, e.g. "jwks.keys[0].d" for a private part. What was pasted is not repeated. */
export const parseClientJwks = (text: string): ClientKey[] => {
  const parsed = JwksSchema.safeParse(read(text))
  if (!parsed.success) {
    return refuse(parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ place: placeOf([...issue.path, key]), message: 'This member is not allowed here.' }))
      : [{ place: placeOf(issue.path), message: issue.message }])))
  }
  const { keys } = parsed.data
  const unusable = keys.flatMap((key, index) => (isUsable(key) ? [] : [{ place: `.keys[${index}]`, message: 'Not a valid public key.' }]))
  if (unusable.length > 0) refuse(unusable)
  return keys
}
