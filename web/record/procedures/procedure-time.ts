/** A time of day as it is typed, and the instant it is at the site, whatever zone the PC is set to. Pure. */
import { dayOf, showTime } from '#web/ui/format.ts'

/** "8h5", "08:05", "0805" are "08:05"; undefined when it is no time. */
export const parseClock = (typed: string): string | undefined => {
  const [, hour = '', minute = ''] = /^(\d{1,2})(?:\s*[h:.]\s*(\d{1,2}))?$/i.exec(typed.trim()) ?? /^(\d{2})(\d{2})$/.exec(typed.trim()) ?? []
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined
  return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
}

/** `day` YYYY-MM-DD, `clock` HH:MM: the site's zone has no summer time. */
export const instantAt = (day: string, clock: string): string => {
  const guess = new Date(`${day}T${clock}:00Z`)
  const shown = Date.parse(`${dayOf(guess)}T${showTime(guess)}:00Z`)
  return new Date(guess.getTime() - (shown - guess.getTime())).toISOString()
}
