/** Days of the site's time zone: dates without zone, day boundaries, queue numbers. */

/** "2026-11-22": the calendar day of an instant in an IANA time zone, e.g. Asia/Ho_Chi_Minh. */
export const dayIn = (instant: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant)

/** "2026-11-22T12:05:09.120+07:00": the instant with the offset of the time zone at that moment. */
export const instantIn = (instant: Date, timeZone: string): string => {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23', timeZoneName: 'longOffset',
  }).formatToParts(instant)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((item) => item.type === type)?.value ?? ''
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00'
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}${offset}`
}

/** "2026-11-22T00:00:00+07:00": the instant at which a day begins in the time zone; long ago offsets had seconds. */
export const startOfDay = (day: string, timeZone: string): string => `${day}T00:00:00${/[+-]\d{2}:\d{2}(?::\d{2})?$/.exec(instantIn(new Date(`${day}T00:00:00Z`), timeZone))?.[0] ?? 'Z'}`

/** The day after, or before with -1: "2026-12-01" for "2026-11-30". */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** YYYY-MM-DD of the calendar: not 30 February, which JavaScript takes for 2 March, and no year 0, which the database does not have. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** Such a day with a time and Z or an offset: the instant in UTC; undefined when it is none, or none that the database can keep. */
export const toInstantUtc = (text: string): string | undefined => {
  const [, day = ''] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.exec(text) ?? []
  const at = isDay(day) ? new Date(text) : new Date(Number.NaN)
  const utc = Number.isNaN(at.getTime()) ? '' : at.toISOString()
  return /^(?!0000)\d{4}-/.test(utc) ? utc : undefined
}
