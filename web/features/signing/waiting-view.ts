/** How what waits for a signature is shown: a patient's visits together, the patient who waits longest first; and which of them can be ticked. Pure. */
import { MOST_AT_ONCE, type WaitingVisit } from '#api/model/signing-inbox.ts'

/** Rows come oldest first, and stay so inside each patient. */
export const groupByPatient = (visits: readonly WaitingVisit[]): readonly WaitingVisit[] =>
  [...new Set(visits.map(({ patient }) => patient))].flatMap((patient) => visits.filter((visit) => visit.patient === patient))

/** Whether the visit can be reviewed and signed as it is stored. */
export const canBeTicked = ({ gaps, draft }: WaitingVisit): boolean => gaps.length === 0 && draft === undefined

/** What is ticked and still there, in the order of the list. */
export const tickedOf = (visits: readonly WaitingVisit[], ticked: ReadonlySet<string>): readonly WaitingVisit[] =>
  visits.filter((visit) => ticked.has(visit.encounter) && canBeTicked(visit))

/** Ticks or unticks one; no more than one PIN signs. */
export const toggle = (ticked: ReadonlySet<string>, key: string): ReadonlySet<string> => {
  const next = new Set(ticked)
  if (!next.delete(key) && next.size < MOST_AT_ONCE) next.add(key)
  return next
}

/** All that can be ticked, up to what one PIN signs; none, when all of these are ticked already. */
export const toggleAll = (visits: readonly WaitingVisit[], ticked: ReadonlySet<string>): ReadonlySet<string> => {
  const able = visits.filter(canBeTicked).slice(0, MOST_AT_ONCE).map(({ encounter }) => encounter)
  return able.every((key) => ticked.has(key)) ? new Set() : new Set(able)
}
