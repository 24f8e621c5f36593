/** The day on which the codes of a resource must be in force: that of the visit that it belongs to, for the visit sheet looks codes up by it; else that of the event itself. */
import { dayIn } from '../model/day.ts'
import { stringAt, type JsonObject } from '../model/json.ts'

/** Where the date of what happened stands, best first; the day it was written down when nothing says when it happened. */
const EVENT_DATES: readonly (readonly string[])[] = [
  ['effectiveDateTime'], ['effectivePeriod', 'start'], ['effectiveInstant'], ['performedDateTime'], ['performedPeriod', 'start'], ['occurrenceDateTime'], ['occurrencePeriod', 'start'],
  ['authoredOn'], ['recordedDate'], ['onsetDateTime'], ['period', 'start'], ['whenHandedOver'], ['date'], ['issued'], ['created'],
]

/** The day of a FHIR dateTime, of a partial one its first; undefined when it is none. */
const toDay = (text: string | undefined, timeZone: string): string | undefined => {
  if (text === undefined) return undefined
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  if (/^\d{4}(-\d{2})?$/.test(text)) return `${text}-01-01`.slice(0, 10)
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : dayIn(instant, timeZone)
}

/** The Encounter in which it was recorded, as the resource refers to it. */
export const visitReference = (resource: JsonObject): string | undefined => stringAt(resource, 'encounter', 'reference') ?? stringAt(resource, 'context', 'reference')

/** YYYY-MM-DD in the site's time zone. `visit`: the Encounter of the resource, where it is known: a visit that crosses midnight has one day, that of its start. */
export const eventDay = (resource: JsonObject, now: Date, timeZone: string, visit?: JsonObject): string => {
  const ofVisit = toDay(visit && stringAt(visit, 'period', 'start'), timeZone)
  if (ofVisit !== undefined) return ofVisit
  for (const place of EVENT_DATES) {
    const day = toDay(stringAt(resource, ...place), timeZone)
    if (day !== undefined) return day
  }
  return dayIn(now, timeZone)
}
