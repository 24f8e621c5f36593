/** Pairs of a query or a form (https://url.spec.whatwg.org/#application/x-www-form-urlencoded), in the order given. */
import { outcome } from './outcome.ts'

/** Throws bad-request where a percent sign begins no character of UTF-8 (https://www.rfc-editor.org/rfc/rfc3986#section-2.1): what was meant would be guessed, and searched for. */
export const readPairs = (text: string): [string, string][] => {
  try {
    if (text.includes('%')) decodeURIComponent(text)
  } catch {
    throw outcome('bad-request', { diagnostics: 'A percent sign in the query or form begins no character of UTF-8: as itself it is %25.' })
  }
  return [...new URLSearchParams(text)]
}
