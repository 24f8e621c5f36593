/** Opaque 256-bit tokens of sessions, devices and system clients: the holder has the token, the database only its sha-256. */
import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN = /^[A-Za-z0-9_-]{43}$/

export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is stored; undefined when the text cannot be one of our tokens. */
export const digestOf = (token: string | undefined): Buffer | undefined =>
  token !== undefined && TOKEN.test(token) ? hash('sha256', token, 'buffer') : undefined

/** Comes from the session token, so that it needs no place of its own and dies with the session; knowing it does not reveal the token. */
export const csrfOf = (token: string): string => createHmac('sha256', token).update('csrf').digest('base64url')

export const sameText = (a: string, b: string): boolean => {
  const left = createHash('sha256').update(a).digest()
  return timingSafeEqual(left, createHash('sha256').update(b).digest())
}
