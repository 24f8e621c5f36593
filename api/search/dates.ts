/** Dates of FHIR as intervals [lo, hi) of instants (http://hl7.org/fhir/R4/search.html#date): a day without zone is a day of the site. */

export interface Interval {
  /** ISO 8601 in UTC, from EARLIEST to LATEST. */
  readonly lo: string
  readonly hi: string
}

/** Stand for open ends. Finite, because PostgreSQL before 17 cannot subtract infinities, and four-digit years, because it reads no others from us. */
export const EARLIEST = '0001-01-01T00:00:00.000Z', LATEST = '9999-12-31T23:59:59.999Z'

const FIRST = Date.parse(EARLIEST), LAST = Date.parse(LATEST)

/** An instant in ms as text, cut to what can be stored. */
export const toInstantText = (ms: number): string => new Date(Math.min(LAST, Math.max(FIRST, ms))).toISOString()

const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

/** undefined: not a FHIR date, dateTime or instant (minutes without seconds are taken too: searches use them). */
export const toInterval = (text: string, timeZone: string): Interval | undefined => {
  const parts = DATE.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = parts
  const at: Fields = [Number(year), Number(month ?? 1), Number(day ?? 1), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)]
  if (!isReal(at)) return undefined
  const step = fraction !== undefined ? 10 ** (3 - Math.min(3, fraction.length)) : second !== undefined ? 1000 : 60_000
  if (hour !== undefined) {
    const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-9)
    const lo = (zone === undefined ? toUtc(at, timeZone) : utc(at) - offsetOf(zone)) + ms
    return between(lo, lo + Math.max(1, step))
  }
  const next: Fields = day !== undefined ? [at[0], at[1], at[2] + 1, 0, 0, 0] : month !== undefined ? [at[0], at[1] + 1, 1, 0, 0, 0] : [at[0] + 1, 1, 1, 0, 0, 0]
  return between(toUtc(at, timeZone), toUtc(next, timeZone))
}

type Fields = readonly [number, number, number, number, number, number]

/** Rejects 30 February and 24:00; a leap second counts as the second after. */
const isReal = ([year, month, day, hour, minute, second]: Fields): boolean =>
  year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() && hour < 24 && minute < 60 && second <= 60

const utc = ([year, month, day, hour, minute, second]: Fields): number => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  return date.getTime()
}

const offsetOf = (zone: string): number => {
  if (zone === 'Z') return 0
  const [hours = '0', minutes = '0'] = zone.slice(1).split(':')
  return (zone.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

const between = (lo: number, hi: number): Interval | undefined =>
  Number.isNaN(lo) || Number.isNaN(hi) ? undefined : { lo: toInstantText(lo), hi: toInstantText(hi) }

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far the zone's clock is ahead of UTC at an instant, in ms. */
const aheadOf = (instant: number, timeZone: string): number => {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' })
    formats.set(timeZone, format)
  }
  const part: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(instant)) part[type] = value
  const year = part.era?.startsWith('B') ? 1 - Number(part.year) : Number(part.year)
  return utc([year, Number(part.month), Number(part.day), Number(part.hour), Number(part.minute), Number(part.second)]) - Math.floor(instant / 1000) * 1000
}

/** Of the same clock time before and after a change of the zone's offset, the one that the offset just before it gives. */
const toUtc = (fields: Fields, timeZone: string): number => {
  const wall = utc(fields)
  const guess = wall - aheadOf(wall, timeZone)
  return wall - aheadOf(guess, timeZone)
}
