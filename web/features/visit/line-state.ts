/** What a drug line shows of its checks. A tick stands only where every kind was answered and clear; whatever is missing from an answer was not checked. Pure. */
import { CHECK_KINDS, gravest, toAnswer, isReasonGiven, type Check, type CheckKind, type CheckReport, type Grade, type Override } from '#api/model/safety.ts'

/** `clear`: a tick. `partly`: nothing was found, and not all could be judged. `none`: nothing was judged. `unchecked`: there is no answer about this line as it stands. */
export type LineTone = Grade | 'clear' | 'partly' | 'none' | 'unchecked'

export interface LineState {
  readonly tone: LineTone
  /** Kinds that were judged whole. */
  readonly judged: number
  /** What was not checked and why, by the words of the reason. */
  readonly gaps: readonly { readonly kinds: readonly CheckKind[]; readonly why: Check['words'] | undefined }[]
}

const UNCHECKED: LineState = { tone: 'unchecked', judged: 0, gaps: [] }

/** Kinds with the same reason stand together. */
const gapsOf = (checks: readonly Check[]): LineState['gaps'] => {
  const found = new Map<string, { kinds: CheckKind[]; why: Check['words'] | undefined }>()
  const add = (kind: CheckKind, why: Check['words'] | undefined): void => {
    const gap = found.get(why?.vi ?? '') ?? { kinds: [], why }
    if (!gap.kinds.includes(kind)) gap.kinds.push(kind)
    found.set(why?.vi ?? '', gap)
  }
  for (const kind of CHECK_KINDS) {
    const own = checks.filter((check) => check.kind === kind)
    if (own.length === 0) add(kind, undefined)
    for (const { verdict, words } of own) if (verdict === 'not-checked') add(kind, words)
  }
  return [...found.values()]
}

/** `report`: undefined while there is none for the sheet as it stands. */
export function lineState(line: string, report: CheckReport | undefined): LineState {
  const checks = report?.lines.find((one) => one.line === line)?.checks
  if (checks === undefined || checks.length === 0) return UNCHECKED
  const gaps = gapsOf(checks)
  const open = new Set(gaps.flatMap(({ kinds }) => kinds))
  const judged = CHECK_KINDS.length - open.size
  return { tone: gravest(checks) ?? (judged === 0 ? 'none' : open.size > 0 ? 'partly' : 'clear'), judged, gaps }
}

export const answerTo = (check: Pick<Check, 'key'>, overrides: readonly Override[]): Override | undefined => overrides.find(({ key }) => key === check.key)

/** Alerts that still wait for a reason or for the second person. */
export const unanswered = (report: CheckReport, overrides: readonly Override[]): Check[] => toAnswer(report.lines).filter((check) => {
  const given = answerTo(check, overrides)
  return !given || !isReasonGiven(given) || (check.verdict === 'second-person' && given.confirmation === undefined)
})
