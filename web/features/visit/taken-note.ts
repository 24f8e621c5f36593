/** A note that was taken over as it is says so in the record: it is derived from the earlier one (https://hl7.org/fhir/R4/observation-definitions.html#Observation.derivedFrom). Pure. */
import type { Observation } from '@medplum/fhirtypes'

/** `text` as it was taken over, `from` the id of the earlier note, `day` of that visit, YYYY-MM-DD. */
export interface TakenOver { readonly text: string; readonly from: string; readonly day: string }

/** How the record says it. */
export const derivedFrom = ({ from, day }: TakenOver): Observation['derivedFrom'] => [{ reference: `Observation/${from}`, display: `Lần khám ${day.split('-').reverse().join('/')}` }]
export const readTaken = ({ derivedFrom: sources, valueString = '' }: Observation): TakenOver | undefined => {
  const [, from] = /^Observation\/([^/]+)/.exec(sources?.[0]?.reference ?? '') ?? []
  const [, day, month, year] = /(\d{2})\/(\d{2})\/(\d{4})/.exec(sources?.[0]?.display ?? '') ?? []
  return from === undefined || year === undefined ? undefined : { text: valueString, from, day: `${year}-${month}-${day}` }
}
