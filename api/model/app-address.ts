/**
 * Addresses of apps that act for persons: where a browser is sent back to with a code (RFC 6749 3.1.2, RFC 8252 7.3, https://www.rfc-editor.org/rfc/rfc9700#section-2.1),
 * and where an app is started. Under TLS, or on the machine of the person alone. Pure.
 */
import { isLoopback } from './loopback.ts'

const LONGEST = 500

/** Compared letter by letter, so it has to be in the one form that browsers give it. */
export const isAppAddress = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || text.length > LONGEST || text.includes('#') || text.includes('\\') || url.username !== '' || url.password !== '') return false
  if (url.href !== text && url.href !== `${text}/`) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}
