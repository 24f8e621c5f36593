/** Days of what a record holds: instants at the site's zone, FHIR dates as they are. Pure. */
import { dayIn } from '../model/day.ts'

/** Day of an instant, or the FHIR date (perhaps partial) itself; empty without one. */
export const dayOf = (at: string | undefined, timeZone: string): string => (at === undefined ? '' : at.includes('T') ? dayIn(new Date(at), timeZone) : at)

/** Newest first; FHIR dates and instants compare by their instant. */
export const newestFirst = (a: { readonly at: string }, b: { readonly at: string }): number => millis(b.at) - millis(a.at)
const millis = (at: string): number => (at === '' ? Number.NEGATIVE_INFINITY : Date.parse(at))
