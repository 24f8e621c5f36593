/** How dates, ages, numbers and quantities are written on Vietnamese forms (NĐ 30/2020/NĐ-CP appendix I; TT 26/2025/TT-BYT for quantities). Pure. */
import { CHILD_MONTHS, isUnder, monthsOn } from '../model/age.ts'
import { dayIn } from '../model/day.ts'

interface Wall { readonly year: string; readonly month: string; readonly day: string; readonly hour: string; readonly minute: string; readonly second: string }

/** The clock on the wall at the site. */
const wall = (instant: Date, timeZone: string): Wall => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(instant)
  const part = (type: string): string => parts.find((item) => item.type === type)?.value ?? ''
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute'), second: part('second') }
}

const PARTIAL = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** A FHIR date, with whatever parts it has: "05/03/1990", "03/1990", "1990"; an instant gives its day at the site. */
export const formatDate = (fhir: string, timeZone: string): string => {
  const partial = PARTIAL.exec(fhir)
  if (partial) return [partial[3], partial[2], partial[1]].filter(Boolean).join('/')
  const instant = new Date(fhir)
  if (fhir === '' || Number.isNaN(instant.getTime())) return fhir
  const { day, month, year } = wall(instant, timeZone)
  return `${day}/${month}/${year}`
}

/** "08 giờ 15 phút, ngày 22/11/2026"; a bare date stays a date. */
export const formatMoment = (fhir: string, timeZone: string): string => {
  const instant = new Date(fhir)
  if (PARTIAL.test(fhir) || fhir === '' || Number.isNaN(instant.getTime())) return formatDate(fhir, timeZone)
  const { day, month, year, hour, minute } = wall(instant, timeZone)
  return `${hour} giờ ${minute} phút, ngày ${day}/${month}/${year}`
}

/** "22/11/2026 08:15:30" for strips and slips. */
export const formatStamp = (instant: Date, timeZone: string): string => {
  const { day, month, year, hour, minute, second } = wall(instant, timeZone)
  return `${day}/${month}/${year} ${hour}:${minute}:${second}`
}

/** "Hà Nội, ngày 05 tháng 02 năm 2026": days below ten and the months one and two take a zero. */
export const formatPlaceDate = (place: string, instant: Date, timeZone: string): string => {
  const { day, month, year } = wall(instant, timeZone)
  return `${place || '……………'}, ngày ${day} tháng ${Number(month) > 2 ? Number(month) : month} năm ${year}`
}

/** Whether somebody is under so many months at a moment at the site. */
export const isYounger = (months: number, birthDate: string, instant: Date, timeZone: string): boolean => isUnder(months, birthDate, dayIn(instant, timeZone))

/** "36 tuổi", "14 tháng tuổi" under 72 months (TT 26/2025/TT-BYT); from the year alone when nothing else is known. */
export const formatAge = (birthDate: string, instant: Date, timeZone: string): string => {
  const months = monthsOn(birthDate, dayIn(instant, timeZone))
  if (months === undefined) {
    const [, year] = PARTIAL.exec(birthDate) ?? []
    return year ? `${Number(wall(instant, timeZone).year) - Number(year)} tuổi` : ''
  }
  if (months < 0) return ''
  return months < CHILD_MONTHS ? `${months} tháng tuổi` : `${Math.floor(months / 12)} tuổi`
}

/** Decimal comma; the digits stay as they were measured. */
export const formatNumber = (source: string): string => source.replace('.', ',')

/** A whole number below ten takes a zero before it, so that nobody can put a digit there (TT 26/2025/TT-BYT). */
export const formatQuantity = (source: string): string => (/^\d$/.test(source) ? `0${source}` : formatNumber(source))

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const

const underThousand = (value: number, full: boolean): string => {
  const hundreds = Math.floor(value / 100)
  const tens = Math.floor(value / 10) % 10
  const ones = value % 10
  const words: string[] = []
  if (hundreds > 0 || full) words.push(`${DIGITS[hundreds] ?? ''} trăm`)
  if (tens > 1) words.push(`${DIGITS[tens] ?? ''} mươi`)
  else if (tens === 1) words.push('mười')
  else if (ones > 0 && words.length > 0) words.push('linh')
  if (ones > 0) words.push(tens > 1 && ones === 1 ? 'mốt' : tens > 0 && ones === 5 ? 'lăm' : (DIGITS[ones] ?? ''))
  return words.join(' ')
}

/** Quantities of narcotics stand in words as well: 21 -> "Hai mươi mốt". Whole numbers below a million, else ''. */
export const inWords = (source: string): string => {
  const value = Number(source)
  if (!/^\d{1,6}$/.test(source)) return ''
  if (value === 0) return 'Không'
  const thousands = Math.floor(value / 1000)
  const rest = value % 1000
  const words = [thousands > 0 ? `${underThousand(thousands, false)} nghìn` : '', rest > 0 ? underThousand(rest, thousands > 0) : ''].filter(Boolean).join(' ')
  return words.charAt(0).toLocaleUpperCase('vi') + words.slice(1)
}

const GENDERS: Readonly<Record<string, string>> = { male: 'Nam', female: 'Nữ', other: 'Khác', unknown: 'Chưa xác định' }
export const formatGender = (code: string): string => GENDERS[code] ?? ''
