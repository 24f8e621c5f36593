/** The answer to a write (http://hl7.org/fhir/R4/http.html#ops): ETag, Last-Modified, Location, and the body that Prefer asks for. */
import type { GuardedRequest, Reply } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'
import type { StoredVersion } from '../model/resource.ts'
import { versionUrl } from './bundle-text.ts'
import { baseOf, fhirReply, parsePrefer, versionHeaders, type Preference } from './headers.ts'
import { applyView, type View } from './view.ts'

const RENDERED: ReadonlySet<string> = new Set(['AuditEvent'])

/** AuditEvents are rendered from the audit log: nobody writes them. */
export const requireWritable = (type: string): string => {
  if (RENDERED.has(type)) throw outcome('method-not-allowed', { allow: 'GET, HEAD', diagnostics: 'An AuditEvent is rendered from the audit log, which tells what this server did itself: clients read and search, and write none.', expression: 'http.type' })
  return type
}

/** An OperationOutcome that says what was done. */
export const informational = (text: string): string =>
  JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', diagnostics: text }] })

/** What the client asked for with Prefer: return, as it was honoured (https://www.rfc-editor.org/rfc/rfc7240#section-3); nothing when it did not ask. */
export const preferenceApplied = (request: Pick<GuardedRequest, 'headers'>): Record<string, string> => {
  const { asked } = parsePrefer(request.headers.prefer)
  return asked === undefined ? {} : { 'preference-applied': `return=${asked}` }
}

/** What an answer to a write holds: the resource, an OperationOutcome, or nothing. */
export const bodyOf = (stored: StoredVersion, answer: Preference['answer'], view: View): string | undefined =>
  (answer === 'minimal' ? undefined : answer === 'representation' ? applyView(stored.body, view) : informational(`${stored.type}/${stored.id} version ${stored.version}`))

/** 200 or 201 with headers and, by Prefer, the resource, an OperationOutcome or nothing. */
export const writtenReply = (request: GuardedRequest, status: number, stored: StoredVersion, { publicUrl, view }: { readonly publicUrl: string; readonly view: View }): Reply => {
  const location = `${baseOf(request, publicUrl)}/${versionUrl(stored)}`
  const headers = { ...versionHeaders(stored), ...(status === 201 ? { location } : { 'content-location': location }), ...preferenceApplied(request) }
  const body = bodyOf(stored, parsePrefer(request.headers.prefer).answer, view)
  return body === undefined ? { status, headers } : fhirReply(request, status, body, headers)
}
