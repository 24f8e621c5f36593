/**
 * Dates as people type them here: day, month, year. Stored as FHIR dates (http://hl7.org/fhir/R4/datatypes.html#date), which may be a year,
 * or a year and month, when no more is known. Years of two digits are read as the nearest year that is not in the future.
 */
import { CalendarDate } from '@internationalized/date'

export type DatePrecision = 'day' | 'month' | 'year'

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

const isReal = (year: number, month: number, day: number): boolean => {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= new CalendarDate(year, month, 1).calendar.getDaysInMonth(new CalendarDate(year, month, 1))
}

const fullYear = (text: string, currentYear: number): number => {
  if (text.length === 4) return Number(text)
  const candidate = Math.floor(currentYear / 100) * 100 + Number(text)
  return candidate > currentYear ? candidate - 100 : candidate
}

const split = (text: string): string[] | undefined => {
  const parts = text.trim().split(/[\s/.\-]+/).filter((part) => part !== '')
  if (parts.some((part) => !/^\d+$/.test(part))) return undefined
  const [only] = parts
  if (parts.length !== 1 || only === undefined) return parts
  if (only.length === 8) return [only.slice(0, 2), only.slice(2, 4), only.slice(4)]
  if (only.length === 6) return [only.slice(0, 2), only.slice(2, 4), only.slice(4)]
  return parts
}

/** "5/3/1980", "05031980", "5.3.80" -> "1980-03-05"; "3/1980" -> "1980-03"; "1980" -> "1980". undefined when it is no date of an allowed precision. */
export const parseTypedDate = (text: string, options: { readonly allow?: readonly DatePrecision[]; readonly currentYear: number }): string | undefined => {
  const allow = options.allow ?? ['day']
  const parts = split(text)
  if (!parts) return undefined
  const [first, second, third] = parts
  if (first !== undefined && second !== undefined && third !== undefined && parts.length === 3) {
    if (!allow.includes('day') || first.length > 2 || second.length > 2 || (third.length !== 4 && third.length !== 2)) return undefined
    const year = fullYear(third, options.currentYear)
    return year >= 1800 && isReal(year, Number(second), Number(first)) ? `${pad(year, 4)}-${pad(Number(second))}-${pad(Number(first))}` : undefined
  }
  if (first !== undefined && second !== undefined && parts.length === 2) {
    if (!allow.includes('month') || second.length !== 4 || first.length > 2) return undefined
    return Number(second) >= 1800 && isReal(Number(second), Number(first), 1) ? `${second}-${pad(Number(first))}` : undefined
  }
  return first !== undefined && parts.length === 1 && first.length === 4 && Number(first) >= 1800 && allow.includes('year') ? first : undefined
}

/** "1980-03-05" -> "05/03/1980"; "1980-03" -> "03/1980"; "1980" -> "1980"; anything else as it is. */
export const showDate = (iso: string | undefined): string => {
  if (!iso) return ''
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(iso)
  if (!found) return iso
  return [found[3], found[2], found[1]].filter(Boolean).join('/')
}
