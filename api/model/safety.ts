/** What a safety check of drugs says, the same on the server and on the sheet. Verdicts never leave anything out: what could not be judged is said, with why. */

/** In the order in which they are shown. */
export const CHECK_KINDS = ['allergy', 'duplicate', 'interaction', 'dose', 'age', 'kidney', 'pregnancy'] as const
export type CheckKind = (typeof CHECK_KINDS)[number]

/** From the gravest to the least grave. `not-checked` is no grade: nothing is known. */
export const GRADES = ['second-person', 'reason', 'note'] as const
export type Grade = (typeof GRADES)[number]
export type Verdict = Grade | 'clear' | 'not-checked'

export interface Words { readonly vi: string; readonly en: string }

export interface Check {
  readonly kind: CheckKind
  readonly verdict: Verdict
  /** The row that says so, e.g. "interaction:clarithromycin+simvastatin": what alerts are counted by. */
  readonly rule: string
  /** Rule, grade and everything that it rests on: a reason that was given for it holds for nothing else. */
  readonly key: string
  readonly words: Words
  /** Ids of the lines of the visit that it is about. */
  readonly lines: readonly string[]
  /** Of the row, as the table gives it. */
  readonly source?: string
  /** A pharmacist has reviewed the row. */
  readonly reviewed?: boolean
}

export interface LineChecks {
  /** FHIR id of the MedicationRequest. */
  readonly line: string
  /** At least one of each kind. */
  readonly checks: readonly Check[]
}

export interface TableVersion { readonly list: string; readonly version: string; readonly unreviewed: number }

/** POST /api/visits/:encounter/checks */
export interface CheckReport {
  /** Instant with zone. */
  readonly at: string
  readonly tables: readonly TableVersion[]
  readonly lines: readonly LineChecks[]
}

/** Why a doctor keeps a line in spite of an alert; `other` needs words. */
export const OVERRIDE_REASONS = ['benefit', 'tolerated', 'monitored', 'adjusted', 'no-alternative', 'wrong-fact', 'other'] as const
export type OverrideReason = (typeof OVERRIDE_REASONS)[number]

export const REASON_WORDS: Readonly<Record<OverrideReason, Words>> = {
  benefit: { vi: 'Lợi ích cao hơn nguy cơ', en: 'The benefit outweighs the risk' },
  tolerated: { vi: 'Người bệnh đã dùng và dung nạp', en: 'Taken before and tolerated' },
  monitored: { vi: 'Sẽ theo dõi lâm sàng, xét nghiệm', en: 'Will be monitored' },
  adjusted: { vi: 'Đã chỉnh liều hoặc cách giờ uống', en: 'Dose or timing was adjusted' },
  'no-alternative': { vi: 'Không có thuốc thay thế phù hợp', en: 'There is no suitable alternative' },
  'wrong-fact': { vi: 'Thông tin cảnh báo không đúng với người bệnh này', en: 'The alert does not fit this patient' },
  other: { vi: 'Lý do khác', en: 'Another reason' },
}

/** What the doctor answers to an alert. `confirmation`: of the second person, from POST …/checks/confirm. */
export interface Override { readonly key: string; readonly reason: OverrideReason; readonly text: string; readonly confirmation?: string }

/** A reason is one of the list, and words where it is `other`. */
export const isReasonGiven = ({ reason, text }: Pick<Override, 'reason' | 'text'>): boolean => reason !== 'other' || text.trim().length >= 3

/** Alerts of all lines that need an answer, each once, the gravest first. */
export const toAnswer = (lines: readonly LineChecks[]): Check[] => {
  const found = new Map(lines.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'reason' || verdict === 'second-person').map((check) => [check.key, check]))
  return [...found.values()].sort((a, b) => Number(b.verdict === 'second-person') - Number(a.verdict === 'second-person'))
}

/** Notes and all that wants an answer, each once, the gravest first. */
export const alertsOf = ({ lines }: Pick<CheckReport, 'lines'>): Check[] => {
  const notes = lines.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'note')
  return [...toAnswer(lines), ...new Map(notes.map((check) => [check.key, check])).values()]
}

/** The gravest of the line; undefined: nothing but clear, or not checked. */
export const gravest = (checks: readonly Check[]): Grade | undefined => GRADES.find((grade) => checks.some(({ verdict }) => verdict === grade))

/** LOINC answers about pregnancy (https://loinc.org/82810-3), and that somebody breast-feeds (https://loinc.org/63895-7). */
export const PREGNANCY_ANSWERS = { yes: 'LA15173-0', no: 'LA26683-5' } as const
export const YES_ANSWER = 'LA33-6'

/** Who may be pregnant, in full years. */
export const FERTILE = { from: 12, to: 55 } as const
export const mayBePregnant = ({ gender, months }: { readonly gender: string | undefined; readonly months: number | undefined }): boolean => {
  if (gender === 'male') return false
  const years = months === undefined ? undefined : Math.floor(months / 12)
  return years === undefined || (years >= FERTILE.from && years <= FERTILE.to)
}
