/** No visit is signed over an alert that was not answered: asked when the pages are made, and again when they are signed. What was answered becomes DetectedIssues of the same transaction. */
import { stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, IdSource } from '../model/ports.ts'
import { isReasonGiven, toAnswer, type Check, type CheckReport, type Override } from '../model/safety.ts'
import type { KeptAlert } from '../model/safety-ports.ts'
import { toDetectedIssue } from '../visit/detected-issue.ts'
import type { VisitMode } from '../visit/settle-changes.ts'
import type { Shelf } from './preview-shelf.ts'
import { reportOf, type CheckedChart, type ReportDeps } from './safety-report.ts'
import type { Confirmation } from './second-person.ts'
import type { OpenVisit } from './visit-access.ts'

export interface GateDeps extends ReportDeps { readonly confirmations: Pick<Shelf<Confirmation>, 'find'>; readonly ids: IdSource }

export interface GateQuestion {
  readonly chart: CheckedChart
  readonly mode: VisitMode
  /** Of an addendum only what it brings is asked about: the rest was signed with its own answers. */
  readonly touched: readonly JsonObject[]
}

/** What waits with the pages for the PIN. */
export interface Answered extends GateQuestion {
  readonly keys: readonly string[]
  readonly issues: readonly JsonObject[]
  readonly kept: readonly KeptAlert[]
}

const asked = (report: CheckReport, { mode, touched }: GateQuestion): Check[] => {
  const lines = new Set(touched.map((resource) => stringAt(resource, 'id')))
  return toAnswer(mode === 'appends' ? report.lines.filter(({ line }) => lines.has(line)) : report.lines)
}

const refuse = (code: 'safety-reason-needed' | 'safety-second-person-needed', checks: readonly Check[]): void => {
  if (checks.length === 0) return
  throw outcome(code, { diagnostics: `${checks.length} alerts` }, checks.map(({ words, lines }) => ({ severity: 'error', message: words.vi, expression: `MedicationRequest/${lines[0] ?? ''}` })))
}

interface Signing { readonly account: string; readonly practitioner: string; readonly name: string }

/** Throws safety-reason-needed, safety-second-person-needed. */
export const requireAnswers = async (deps: GateDeps, caller: Caller, visit: OpenVisit, question: GateQuestion, overrides: readonly Override[], signing: Signing): Promise<{ answered: Answered; report: CheckReport }> => {
  const report = await reportOf(deps, caller, visit, question.chart)
  const checks = asked(report, question)
  const given = new Map(overrides.filter(isReasonGiven).map((override) => [override.key, override]))
  const secondOf = (key: string): Confirmation | undefined => {
    const found = deps.confirmations.find(signing.account, given.get(key)?.confirmation ?? '')
    return found?.encounter === visit.stored.id && found.keys.includes(key) ? found : undefined
  }
  refuse('safety-reason-needed', checks.filter(({ key }) => !given.has(key)))
  refuse('safety-second-person-needed', checks.filter(({ key, verdict }) => verdict === 'second-person' && secondOf(key) === undefined))
  const at = deps.clock.now()
  const pairs = checks.flatMap((check) => { const override = given.get(check.key); return override ? [{ check, override, second: check.verdict === 'second-person' ? secondOf(check.key) : undefined }] : [] })
  return {
    report,
    answered: {
      ...question, keys: checks.map(({ key }) => key),
      issues: pairs.map(({ check, override, second }) => toDetectedIssue({
        id: deps.ids.uuid(), patient: visit.patient, check, override, practitioner: { id: signing.practitioner, name: signing.name }, ...(second && { second }), at, timeZone: deps.timeZone,
      })),
      kept: pairs.map(({ check, override, second }) => ({ rule: check.rule, grade: check.verdict === 'second-person' ? 'second-person' as const : 'reason' as const, reason: override.reason, secondPerson: second !== undefined })),
    },
  }
}

/** Between pages and PIN a drug may have been prescribed elsewhere, a creatinine come in, or a table changed: the pages are made again then. */
export const requireStillAnswered = async (deps: ReportDeps, caller: Caller, visit: OpenVisit, answered: Answered): Promise<void> => {
  const checks = asked(await reportOf(deps, caller, visit, answered.chart), answered)
  if (checks.some(({ key }) => !answered.keys.includes(key))) throw outcome('preview-expired', { diagnostics: 'The safety checks say more than when the pages were shown.' })
}
