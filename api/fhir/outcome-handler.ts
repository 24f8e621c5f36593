/**
 * The one error handler: whatever was thrown becomes a named Outcome, its category an HTTP status (here and nowhere else), and its text an
 * OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html) on FHIR routes or {code, message, messageEn, issues} on others.
 * A 5xx never carries the detail; the detail goes to the log with the request id.
 */
import { Outcome, OUTCOMES, outcome, type Category, type OutcomeCode } from '../model/outcome.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import type { Reply, RouteRequest } from '../http/route.ts'
import { objectFromPlain } from '../model/json.ts'
import { formatOf } from './format.ts'
import { writeXml } from './xml/write.ts'

const STATUS: Readonly<Record<Category, number>> = {
  invalid: 400, unauthenticated: 401, forbidden: 403, 'not-found': 404, 'method-not-allowed': 405, 'not-acceptable': 406, conflict: 409, gone: 410,
  precondition: 412, 'too-large': 413, 'unsupported-media': 415, unprocessable: 422, locked: 423, 'too-many': 429, internal: 500, unavailable: 503,
}

/** Errors of Fastify that the client caused. */
const FASTIFY: Readonly<Record<string, OutcomeCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'unknown-route',
  FST_ERR_NOT_FOUND: 'unknown-route',
}

/** SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and socket errors that say: the database is away for now. */
const DATABASE_AWAY = /^(08...|57P0[1-5]|53[0-9A-Z]{3}|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENOTFOUND)$/
const DATABASE_BUSY = /^(40001|40P01|55P03|57014)$/
/** A NUL, or a character that the database's text cannot hold: the sender's doing. */
const DATABASE_TEXT = /^(22021|22P05)$/
/** A date, time or zone that the database's calendar does not have. */
const DATABASE_DATE = /^2200[789]$/
const DRIVER_AWAY = /^(Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after calling end|Client has encountered a connection error)/

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? Object.getOwnPropertyDescriptor(error, name)?.value : undefined

/** Names whatever was thrown. What nobody named is `internal`. */
export const toOutcome = (error: unknown): Outcome => {
  for (let current = error, depth = 0; current !== undefined && current !== null && depth < 5; current = field(current, 'cause'), depth += 1) {
    if (current instanceof Outcome) return current
    const code = field(current, 'code')
    const message = current instanceof Error ? current.message : ''
    if (typeof code === 'string') {
      const known = FASTIFY[code]
      if (known !== undefined) return outcome(known, { diagnostics: message })
      if (DATABASE_AWAY.test(code) && field(current, 'path') === undefined) return outcome('database-unavailable', { diagnostics: message, cause: code })
      if (DATABASE_TEXT.test(code)) return outcome('bad-request', { diagnostics: 'The request has a character that text cannot hold, e.g. NUL.', cause: code })
      if (DATABASE_DATE.test(code)) return outcome('bad-request', { diagnostics: 'The request has a date or time that does not exist.', cause: code })
      if (DATABASE_BUSY.test(code)) return outcome('overloaded', { diagnostics: message, cause: code })
    }
    if (DRIVER_AWAY.test(message)) return outcome('database-unavailable', { diagnostics: message })
    const status = field(current, 'statusCode')
    if (typeof code === 'string' && code.startsWith('FST_') && typeof status === 'number' && status >= 400 && status < 500) return outcome('bad-request', { diagnostics: message })
  }
  return outcome('internal', { diagnostics: error instanceof Error ? error.message : 'Something that is not an Error was thrown.' })
}

export const statusOf = (failure: Outcome): number => STATUS[OUTCOMES[failure.code].category]

/** What a client sent is not sent back by the megabyte. */
const MAX_TEXT = 1000
const cut = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

const expressions = (expression: string | readonly string[] | undefined): { expression?: readonly string[] } =>
  expression === undefined ? {} : { expression: (typeof expression === 'string' ? [expression] : expression).map(cut) }

/** The failure as an OperationOutcome; `publicDetail` false hides what only the log may know. */
export const toOperationOutcome = (failure: Outcome): Record<string, unknown> => {
  const row = OUTCOMES[failure.code]
  const publicDetail = statusOf(failure) < 500
  const coding = [{ system: CODE_SYSTEM.outcome, code: failure.code, display: row.en }]
  const findings = publicDetail ? failure.issues : []
  const issue = findings.length > 0
    ? findings.map((finding) => ({
        severity: finding.severity, code: finding.code ?? row.issue, details: { coding, text: row.vi }, diagnostics: cut(finding.message), ...expressions(finding.expression),
      }))
    : [{
        severity: 'error', code: row.issue, details: { coding, text: row.vi },
        ...(publicDetail && failure.detail.diagnostics !== undefined ? { diagnostics: cut(failure.detail.diagnostics) } : {}),
        ...(publicDetail ? expressions(failure.detail.expression) : {}),
      }]
  return { resourceType: 'OperationOutcome', issue }
}

/** The JSON of pages: a sentence that says what to do, and the places. */
const toPlainFailure = (failure: Outcome, requestId: string): Record<string, unknown> => {
  const row = OUTCOMES[failure.code]
  const publicDetail = statusOf(failure) < 500
  return {
    code: failure.code, message: row.vi, messageEn: row.en, requestId,
    ...(publicDetail && failure.detail.diagnostics !== undefined ? { diagnostics: cut(failure.detail.diagnostics) } : {}),
    ...(publicDetail && failure.detail.left !== undefined ? { left: failure.detail.left } : {}),
    issues: publicDetail ? failure.issues.map((issue) => ({ ...issue, message: cut(issue.message) })) : [],
  }
}

const retryAfter = (failure: Outcome): string | undefined => {
  const status = statusOf(failure)
  if (status !== 503 && status !== 429) return undefined
  const seconds = failure.detail.retryAfter
  return String(typeof seconds === 'number' && seconds > 0 ? Math.ceil(seconds) : 2)
}

/** What was asked of a FHIR address; it decides between JSON and XML. */
type FhirRequest = Pick<RouteRequest, 'query' | 'headers'>

const fhirFailure = (failure: Outcome, request: FhirRequest): { readonly type: string; readonly body: string } => {
  const { kind, type } = formatOf(request)
  const resource = toOperationOutcome(failure)
  return { type, body: kind === 'xml' ? writeXml(objectFromPlain(resource)) : JSON.stringify(resource) }
}

/** The answer to a failure. `fhir`: the request, when it came to a FHIR address. */
export const answerFailure = (failure: Outcome, options: { readonly fhir: FhirRequest | undefined; readonly requestId: string }): Reply => {
  const wait = retryAfter(failure)
  const allow = failure.detail.allow
  const { type, body } = options.fhir === undefined
    ? { type: 'application/json; charset=utf-8', body: JSON.stringify(toPlainFailure(failure, options.requestId)) }
    : fhirFailure(failure, options.fhir)
  return {
    status: statusOf(failure),
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      ...(options.fhir === undefined ? {} : { vary: 'Accept' }),
      ...(wait === undefined ? {} : { 'retry-after': wait }),
      ...(statusOf(failure) === 401 && options.fhir !== undefined ? { 'www-authenticate': 'Bearer realm="fhir"' } : {}),
      ...(failure.code === 'method-not-allowed' && typeof allow === 'string' ? { allow } : {}),
    },
    body,
  }
}
