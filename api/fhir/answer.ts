/** The answer to a write (http://hl7.org/fhir/R4/http.html#ops): ETag, Last-Modified, Location, and the body that Prefer asks for. */
import type { GuardedRequest, Reply } from '../http/route.ts'
import { outcome } from '../model/outcome.ts'
import type { StoredVersion } from '../model/resource.ts'
import { versionUrl } from './bundle-text.ts'
import { baseOf, fhirReply, parsePrefer, versionHeaders } from './headers.ts'

const RENDERED: ReadonlySet<string> = new Set(['AuditEvent'])

/** AuditEvents are rendered from the audit log: nobody writes them. */
export const requireWritable = (type: string): string => {
  if (RENDERED.has(type)) throw outcome('method-not-allowed', { allow: 'GET, HEAD', diagnostics: 'AuditEvent is rendered from the audit log and read-only.', expression: 'http.type' })
  return type
}

const informational = (text: string): string =>
  JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', diagnostics: text }] })

/** 200 or 201 with headers and, by Prefer, the resource, an OperationOutcome or nothing. */
export const writtenReply = (request: GuardedRequest, status: number, stored: StoredVersion, publicUrl: string): Reply => {
  const { answer } = parsePrefer(request.headers.prefer)
  const location = `${baseOf(request, publicUrl)}/${versionUrl(stored)}`
  const headers = { ...versionHeaders(stored), ...(status === 201 ? { location } : { 'content-location': location }) }
  if (answer === 'minimal') return { status, headers }
  return fhirReply(request, status, answer === 'representation' ? stored.body : informational(`${stored.type}/${stored.id} version ${stored.version}`), headers)
}
