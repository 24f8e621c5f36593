/** Times, dates and ages as people read them here: 24 hours, day before month, the site's time zone whatever the computer's is. */
import { CalendarDate, parseAbsolute, toCalendarDate } from '@internationalized/date'

let zone = 'Asia/Ho_Chi_Minh'
let time: Intl.DateTimeFormat | undefined

/** The site's zone, once it is known. */
export const setTimeZone = (timeZone: string): void => { zone = timeZone; time = undefined }

/** "10:42" */
export const showTime = (instant: string | Date | undefined): string => {
  if (!instant) return ''
  time ??= new Intl.DateTimeFormat('vi-VN', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return time.format(new Date(instant))
}

/** "2026-11-22": the calendar day of an instant at the site. */
export const dayOf = (instant: string | Date): string => toCalendarDate(parseAbsolute(new Date(instant).toISOString(), zone)).toString()
export const today = (): string => dayOf(new Date())

/** "22/11/2026" of an instant. For FHIR dates use showDate of typed-date.ts. */
export const showDay = (instant: string | Date | undefined): string => (instant ? dayOf(instant).split('-').reverse().join('/') : '')

/** "10:42 22/11/2026" */
export const showDateTime = (instant: string | Date | undefined): string => (instant ? `${showTime(instant)} ${showDay(instant)}` : '')

export interface Age { readonly value: number; readonly unit: 'years' | 'months' | 'days' }

const CHILD_MONTHS = 72

/** Years from six on, months before, days in the first month; from a year alone, the difference of years. undefined without a usable date. */
export const ageOn = (birthDate: string | undefined, day: string): Age | undefined => {
  const born = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(birthDate ?? '')
  const now = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!born?.[1] || !now) return undefined
  const [year, month, date] = [Number(now[1]), Number(now[2]), Number(now[3])]
  if (!born[2]) return { value: Math.max(0, year - Number(born[1])), unit: 'years' }
  const months = (year - Number(born[1])) * 12 + month - Number(born[2]) - (born[3] && date < Number(born[3]) ? 1 : 0)
  if (months < 0) return undefined
  if (months >= CHILD_MONTHS) return { value: Math.floor(months / 12), unit: 'years' }
  if (months >= 1 || !born[3]) return { value: months, unit: 'months' }
  return { value: new CalendarDate(year, month, date).compare(new CalendarDate(Number(born[1]), Number(born[2]), Number(born[3]))), unit: 'days' }
}

/** Whole minutes between two instants, never negative. */
export const minutesBetween = (from: string, to: Date): number => Math.max(0, Math.floor((to.getTime() - new Date(from).getTime()) / 60_000))
