/** What the papers that a patient takes home need, asked by the sheet while it is typed and by the server before it signs. Pure. */
import { isUnder } from './age.ts'
import { addDays, isDay } from './day.ts'
import { REFERRAL_REASON_CODES } from './referral-reason.ts'

/** Days of one certificate after an outpatient visit (TT 25/2025/TT-BYT); the longer leaves of tuberculosis and of some illnesses (180, 50) are not made here. */
export const MOST_LEAVE_DAYS = 30
/** Under seven years it is father or mother who stays at home. */
export const PARENT_MONTHS = 7 * 12

export type PaperProblem = 'follow-up-early' | 'leave-start' | 'leave-span' | 'leave-parent' | 'referral-to' | 'referral-reason'

export interface PaperFacts {
  /** YYYY-MM-DD of the visit. */
  readonly day: string
  readonly followUp: string | undefined
  readonly leave: { readonly from: string; readonly to: string } | undefined
  readonly referral: { readonly to: string; readonly reason: string } | undefined
  readonly birthDate: string
  /** Names of father and mother on the patient's record. */
  readonly parents: readonly string[]
}

/** The last day of a leave of so many days that begins on a day. */
export const lastDayOf = (from: string, days: number): string => addDays(from, days - 1)

/** Whole days from the first to the last, both counted. */
export const daysOf = ({ from, to }: { readonly from: string; readonly to: string }): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1

/** A next visit lies after this one; a leave begins on the day of the visit, is no longer than allowed, and for a small child names a parent; a referral says where to and why. */
export const judgePapers = ({ day, followUp, leave, referral, birthDate, parents }: PaperFacts): PaperProblem[] => {
  const readable = leave !== undefined && isDay(leave.from) && isDay(leave.to)
  const wrong: readonly (readonly [PaperProblem, boolean])[] = [
    ['follow-up-early', followUp !== undefined && (!isDay(followUp) || followUp <= day)],
    ['leave-start', leave !== undefined && leave.from !== day],
    ['leave-span', leave !== undefined && !(readable && daysOf(leave) >= 1 && daysOf(leave) <= MOST_LEAVE_DAYS)],
    ['referral-to', referral !== undefined && referral.to.trim() === ''],
    ['referral-reason', referral !== undefined && !REFERRAL_REASON_CODES.some((code) => code === referral.reason)],
    ['leave-parent', leave !== undefined && isUnder(PARENT_MONTHS, birthDate, day) && parents.every((name) => name.trim() === '')],
  ]
  return wrong.filter(([, found]) => found).map(([problem]) => problem)
}
