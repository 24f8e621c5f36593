/** What was taken back, or is not released yet, is kept for those who must know, and is no part of what is read beside the work. Pure. */
import { arrayAt, stringAt, type JsonObject } from '../model/json.ts'
import type { StoredVersion } from '../model/resource.ts'

/** Entered in error, by status or by verification status (http://hl7.org/fhir/R4/valueset-observation-status.html). */
export const isTakenBack = ({ body }: Pick<StoredVersion, 'body'>): boolean => body.includes('"entered-in-error"')

/** Statuses of a value and of a report that somebody answers for (http://hl7.org/fhir/R4/valueset-observation-status.html, http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html). */
export const RELEASED_VALUE = ['final', 'amended', 'corrected'] as const
export const RELEASED_REPORT = [...RELEASED_VALUE, 'appended'] as const
const RELEASED: ReadonlySet<string | undefined> = new Set(RELEASED_REPORT)
const GONE: ReadonlySet<string | undefined> = new Set(['entered-in-error', 'cancelled'])

export const isReleasedStatus = (resource: JsonObject): boolean => RELEASED.has(stringAt(resource, 'status'))

const categories = (resource: JsonObject): (string | undefined)[] => arrayAt(resource, 'category').flatMap((category) => arrayAt(category, 'coding').map((coding) => stringAt(coding, 'code')))

/** A value counts when it is released; vital signs, which nobody releases, as soon as they are measured. */
export const isShownValue = (observation: JsonObject): boolean => {
  if (isReleasedStatus(observation)) return true
  const of = categories(observation)
  return of.includes('vital-signs') && !of.includes('laboratory') && !GONE.has(stringAt(observation, 'status'))
}
