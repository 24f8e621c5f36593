/** Days of the site's time zone: dates without zone, day boundaries, queue numbers. */

/** "2026-11-22": the calendar day of an instant in an IANA time zone, e.g. Asia/Ho_Chi_Minh. */
export const dayIn = (instant: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant)
