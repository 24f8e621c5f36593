/** A request that did not succeed, with the sentence a user reads. Named after api/model/outcome.ts, or one of two names of the browser's own. */
import { OUTCOMES, type OutcomeCode } from '#api/model/outcome.ts'

export interface RequestIssue { readonly message: string; readonly severity?: string; readonly expression?: string }

/** `network`: nothing was answered. `bad-answer`: what came is not ours (a proxy's page, cut JSON). */
export type RequestErrorCode = OutcomeCode | 'network' | 'bad-answer'

export class RequestError extends Error {
  readonly code: RequestErrorCode
  readonly status: number
  readonly issues: readonly RequestIssue[]
  /** Guesses left, for a wrong PIN. */
  readonly left: number | undefined
  readonly requestId: string | undefined
  constructor(code: RequestErrorCode, status: number, detail: { issues?: readonly RequestIssue[]; left?: number; requestId?: string } = {}) {
    super(code)
    this.name = 'RequestError'
    this.code = code
    this.status = status
    this.issues = detail.issues ?? []
    this.left = detail.left
    this.requestId = detail.requestId
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const isCode = (value: string | undefined): value is OutcomeCode => value !== undefined && Object.hasOwn(OUTCOMES, value)
const list = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : [])

const plainIssue = (issue: Record<string, unknown>): RequestIssue =>
  ({ message: text(issue.message) ?? '', ...(text(issue.severity) ? { severity: text(issue.severity) } : {}), ...(text(issue.expression) ? { expression: text(issue.expression) } : {}) })

const fhirIssue = (issue: Record<string, unknown>): RequestIssue => {
  const expression = Array.isArray(issue.expression) ? text(issue.expression[0]) : undefined
  return { message: text(issue.diagnostics) ?? '', ...(text(issue.severity) ? { severity: text(issue.severity) } : {}), ...(expression ? { expression } : {}) }
}

/** The failure that an answer's body tells of: {code, message, issues} of pages, or an OperationOutcome. */
export const toRequestError = (status: number, body: unknown): RequestError => {
  if (!isRecord(body)) return new RequestError('bad-answer', status)
  if (body.resourceType === 'OperationOutcome') {
    const issues = list(body.issue)
    const details = issues[0]?.details
    const code = isRecord(details) ? text(list(details.coding)[0]?.code) : undefined
    return new RequestError(isCode(code) ? code : 'bad-answer', status, { issues: issues.map(fhirIssue).filter((issue) => issue.message !== '') })
  }
  const code = text(body.code)
  return new RequestError(isCode(code) ? code : 'bad-answer', status, {
    issues: list(body.issues).map(plainIssue),
    ...(typeof body.left === 'number' ? { left: body.left } : {}),
    ...(typeof body.requestId === 'string' ? { requestId: body.requestId } : {}),
  })
}
