/** Conditional read (http://hl7.org/fhir/R4/http.html#cread): whether what the client holds is what it would get again. */
import type { RouteRequest } from '../http/route.ts'
import type { StoredVersion } from '../model/resource.ts'
import { isNotModified } from './headers.ts'

/** The three forms of a date that HTTP has known: RFC 1123, RFC 850, asctime. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const HTTP_DATE = /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/

/** If-None-Match decides where it is sent; else If-Modified-Since, in whole seconds, and only if it is a date (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3). */
export const isUnchanged = (headers: RouteRequest['headers'], stored: Pick<StoredVersion, 'version' | 'lastUpdated'>): boolean => {
  const tags = headers['if-none-match']
  if (tags !== undefined) return isNotModified(tags, stored.version)
  const since = headers['if-modified-since']?.trim() ?? ''
  if (!HTTP_DATE.test(since)) return false
  const date = Date.parse(since.endsWith('GMT') ? since : `${since} GMT`)
  return !Number.isNaN(date) && Math.floor(Date.parse(stored.lastUpdated) / 1000) * 1000 <= date
}
