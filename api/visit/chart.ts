/** The visit that a document is made of: its resources by what they are, in the order in which they are printed. Pure. */
import { arrayAt, objectFromPlain, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import { JsonNumber } from '../model/json.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { EMPTY_NOTE, isWithdrawn, keyOf, loincOf } from './settle-changes.ts'

export interface VisitChart {
  readonly patient: JsonObject
  readonly encounter: JsonObject
  readonly hospital: JsonObject
  readonly department: JsonObject
  /** Who signs. */
  readonly practitioner: JsonObject
  /** Main diagnosis first. */
  readonly conditions: readonly JsonObject[]
  readonly observations: readonly JsonObject[]
  readonly orders: readonly JsonObject[]
  readonly medications: readonly JsonObject[]
  /** Of the patient, whenever they were found. */
  readonly allergies: readonly JsonObject[]
}

/** Ids of the visit's diagnoses in rank order, as the Encounter lists them. */
const rankedDiagnoses = (encounter: JsonObject): string[] =>
  arrayAt(encounter, 'diagnosis')
    .map((item, at) => ({ id: stringAt(item, 'condition', 'reference')?.split('/')[1] ?? '', rank: rankOf(valueAt(item, 'rank')) ?? 1000 + at }))
    .sort((a, b) => a.rank - b.rank).map(({ id }) => id)

const rankOf = (value: unknown): number | undefined => (value instanceof JsonNumber ? Number(value.source) : undefined)

const ofType = (resources: readonly JsonObject[], type: string): JsonObject[] => resources.filter((resource) => keyOf(resource).type === type && !isWithdrawn(resource))

const isEmptyNote = (resource: JsonObject): boolean => ['', EMPTY_NOTE].includes(stringAt(resource, 'valueString')?.trim() ?? 'value')

const LIVE_ORDER: ReadonlySet<string | undefined> = new Set(['active', 'completed', 'on-hold', 'draft'])

/** Sorts what is left of the visit: withdrawn, cancelled and emptied resources are no part of a document. */
export const toChart = (facts: Pick<VisitChart, 'patient' | 'encounter' | 'hospital' | 'department' | 'practitioner'>, resources: readonly JsonObject[]): VisitChart => {
  const ranked = rankedDiagnoses(facts.encounter)
  const place = (condition: JsonObject): number => ((at) => (at < 0 ? ranked.length : at))(ranked.indexOf(keyOf(condition).id))
  const live = (type: string): JsonObject[] => ofType(resources, type).filter((resource) => LIVE_ORDER.has(stringAt(resource, 'status')))
  return {
    ...facts,
    conditions: ofType(resources, 'Condition').map((condition, at) => ({ condition, at })).sort((a, b) => place(a.condition) - place(b.condition) || a.at - b.at).map(({ condition }) => condition),
    observations: ofType(resources, 'Observation').filter((resource) => !isEmptyNote(resource) && stringAt(resource, 'status') !== 'cancelled'),
    orders: live('ServiceRequest'),
    medications: live('MedicationRequest'),
    allergies: ofType(resources, 'AllergyIntolerance').filter((resource) => stringAt(resource, 'clinicalStatus', 'coding', 0, 'code') !== 'resolved'),
  }
}

/** The Encounter as it is signed: finished, with an end, and with every diagnosis of the visit in its list. */
export const finishEncounter = (encounter: JsonObject, conditions: readonly JsonObject[], at: string): JsonObject => {
  const listed = arrayAt(encounter, 'diagnosis').filter((item) => conditions.some((condition) => stringAt(item, 'condition', 'reference') === `Condition/${keyOf(condition).id}`))
  const missing = conditions.filter((condition) => !listed.some((item) => stringAt(item, 'condition', 'reference') === `Condition/${keyOf(condition).id}`))
  const diagnosis = [...listed, ...missing.map((condition, offset) => objectFromPlain({
    condition: { reference: `Condition/${keyOf(condition).id}` },
    use: { coding: [{ system: CODE_SYSTEM.diagnosisRole, code: listed.length + offset === 0 ? 'DD' : 'CM' }] }, rank: listed.length + offset + 1,
  }))]
  const start = stringAt(encounter, 'period', 'start')
  const finished = encounter.set('status', 'finished').set('period', objectFromPlain({ ...(start !== undefined && { start }), end: stringAt(encounter, 'period', 'end') ?? at }))
  return diagnosis.length === 0 ? finished.delete('diagnosis') : finished.set('diagnosis', diagnosis)
}

export const VITAL_CATEGORY = 'vital-signs'
export const isVitalSign = (resource: JsonObject): boolean =>
  arrayAt(resource, 'category').some((category) => arrayAt(category, 'coding').some((coding) => stringAt(coding, 'code') === VITAL_CATEGORY))
export { loincOf }
