/** What the pages of laboratory, imaging and the results inbox read and send. Addresses stand at each shape. */
import type { BenchMessage } from './devices.ts'
import type { Analyte, AnalyteRange, Flag, Severity } from './analytes.ts'
import type { Material, ReturnReason } from './materials.ts'

/** Codes of the order categories that come back with a result. */
export type WorkKind = 'lab' | 'imaging'
/** waiting: nobody has the specimen or has called the patient; received; preliminary: entered, not validated; final: released; given-up: nobody will do it. */
export type WorkState = 'waiting' | 'received' | 'preliminary' | 'final' | 'given-up'

/**
 * GET /api/work-lists/:kind -> WorkList: what was ordered in three days, and what was taken in before and is not released. …?day=YYYY-MM-DD: all of a day, at most 31 days ago. GET …/overdue: what waits since before
 * the three days, for two weeks. All that is shown of a patient there.
 */
export interface WorkRow {
  readonly order: string
  readonly patient: string
  /** Number of the patient in this hospital. */
  readonly number: string
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly code: string
  readonly test: string
  readonly urgent: boolean
  readonly ordered: string
  readonly department: string
  readonly doctor: string
  /** Whether the visit that ordered it is signed. */
  readonly signed: boolean
  readonly state: WorkState
  /** Of the report; 0: there is none yet. */
  readonly version: number
  readonly amended: boolean
  readonly accession?: string
  readonly specimen?: string
  /** The visit that ordered it. */
  readonly encounter: string
  /** Of the laboratory: what is taken for it. */
  readonly material?: Material
  /** Why it was given back or given up, in words. */
  readonly returned?: string
  /** Only where one order is opened. */
  readonly indication?: string
}
export interface WorkList { readonly rows: readonly WorkRow[]; /** More orders than are shown: the days have to be fewer. */ readonly more: boolean }

/** POST /api/work-lists/:kind/receive {orders, collectedAt?} : of one patient; lab orders share one specimen, and are of one visit and one material. */
export interface Received { readonly accession?: string; readonly specimen?: string }

/** POST /api/work-lists/:kind/orders/:order/return : it and what shares its specimen and is not released. `again`: the orders wait again; else they are given up. What was not taken in can only be given up, what was taken in by mistake only waits again. Refused: version-conflict, when the report is not as it was shown. */
export interface ReturnInput { /** Of the report that was shown, and with it of its specimen. */ readonly version: number; readonly reason: ReturnReason; readonly words: string; readonly again: boolean }
export interface ReturnedOrders { readonly orders: readonly string[] }

/** A value as it is stored and shown. */
export interface ResultLine {
  readonly code: string
  readonly name: string
  /** Digits as they were typed. */
  readonly text: string
  readonly unit: string
  readonly range: string
  readonly flag?: Flag
  /** What is said of the change against the last value. */
  readonly change?: string
}

export interface LastValue { readonly text: string; readonly at: string }

/** What may harm the patient of an order, as the record of this moment says it. */
export interface WorkDangers {
  /** `unasked`: nobody asked, which is not the same as none. `none`: what was written, where it is of drugs only. */
  readonly allergies: { readonly state: 'unasked' | 'none-known' | 'known'; readonly none?: string; readonly rows: readonly { readonly text: string; readonly high: boolean; /** To what imaging injects. */ readonly contrast: boolean }[] }
  /** Of imaging. The newest final creatinine in µmol/l with its day, and what the kidney filters by it in ml/min/1,73 m². */
  readonly kidney?: { readonly creatinine: number; readonly day: string; readonly daysAgo: number; readonly rate?: number } | 'unreadable' | 'none'
  /** Of imaging, of who may be pregnant. `ofVisit`: asked in the visit that ordered it. */
  readonly pregnancy?: { readonly status: 'yes' | 'no' | 'lactating'; readonly weeks?: number; readonly day: string; readonly ofVisit: boolean } | 'unknown'
}

/** GET /api/work-lists/:kind/orders/:order */
export interface WorkDetail {
  readonly row: WorkRow
  readonly dangers: WorkDangers
  /** Why the doctor ordered it, where the order says so itself. */
  readonly question: string
  /** Of the report; 0: there is none yet. */
  readonly version: number
  /** `range`: for this patient; without one nothing is called normal. */
  readonly analytes: readonly (Analyte & { readonly range?: AnalyteRange; readonly last?: LastValue })[]
  readonly listVersion: string
  readonly lines: readonly ResultLine[]
  readonly conclusion: string
  /** Earlier versions that were released, newest first. */
  readonly earlier: readonly { readonly version: number; readonly at: string; readonly lines: readonly ResultLine[]; readonly conclusion: string }[]
  readonly calls: readonly string[]
  /** What devices sent for it, newest first. */
  readonly sent: readonly BenchMessage[]
}

/** Who was told of a critical value: the one who was told repeats it. */
export interface CallBack { readonly told: string; readonly at: string; readonly readBack: boolean; /** Why nobody was reached. */ readonly failed?: string }

/** PUT /api/work-lists/:kind/orders/:order/results ; refused: result-empty, result-implausible, critical-call-needed, version-conflict. */
export interface ResultInput {
  readonly version: number
  /** `again`: typed a second time, as a value outside of the bounds of its analyte has to be. */
  readonly values: readonly { readonly code: string; readonly text: string; readonly again?: string }[]
  readonly conclusion: string
  /** Validates it and sends it to the doctor. */
  readonly release: boolean
  /** Why a released result is changed. */
  readonly reason?: string
  readonly callBack?: CallBack
  /** What devices sent that differs, as far as it was shown: it is decided by this. */
  readonly seen?: readonly string[]
}
export interface ResultStored { readonly version: number; readonly severity: Severity }

/** A result that waits for its doctor. */
export interface InboxRow {
  readonly task: string
  /** Of the task. */
  readonly version: number
  readonly report: string
  readonly reportVersion: number
  readonly patient: string
  readonly encounter: string
  readonly number: string
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly test: string
  readonly severity: Severity
  readonly amended: boolean
  readonly issued: string
  readonly doctor: string
  /** The visit is signed: the result goes into the record by an addendum. */
  readonly signed: boolean
  readonly lines: readonly ResultLine[]
  readonly conclusion: string
  /** It was given back or given up; the conclusion says why. */
  readonly returned?: true
  /** It was given back and is done once more: nothing is released yet, and nothing is to be taken note of. */
  readonly waits?: true
  /** It is of imaging: there may be pictures. */
  readonly imaging?: true
  readonly done?: { readonly by: string; readonly at: string }
  /** The report or its patient is not there: only the urgency is known. */
  readonly unreadable?: true
}
/** GET /api/results/inbox?done=1 : critical first, then abnormal, then normal. */
export interface ResultsInbox { readonly rows: readonly InboxRow[]; /** More wait than are shown; those are the less urgent ones. */ readonly more: boolean }
/** POST /api/results/:task/acknowledge {version, reportVersion, looked}: of an abnormal result `looked` says that its values were open. Refused: second-look-needed, version-conflict. */
/** GET /api/results/waiting */
export interface WaitingResults { readonly count: number; readonly critical: number; /** At least so many. */ readonly more: boolean }

/** GET /api/patients/:patient/critical-results : of whoever ordered them; nobody has taken note of these yet. */
export interface CriticalResults { readonly count: number }

/** GET /api/visits/:encounter/results -> VisitResult[] of the patient, newest first. */
export interface VisitResult {
  readonly report: string
  readonly ofVisit: boolean
  readonly test: string
  readonly at: string
  /** preliminary: not released; of a laboratory nothing else is said then. cancelled: given back or given up, the conclusion says why. */
  readonly status: 'preliminary' | 'final' | 'amended' | 'cancelled'
  readonly lines: readonly ResultLine[]
  readonly conclusion: string
}
