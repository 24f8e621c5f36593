/** The visit that a document is made of: its resources by what they are, in the order in which they are printed. Pure. */
import { allergyKindOf, currentAllergies } from '../model/allergy.ts'
import { instantIn } from '../model/day.ts'
import { arrayAt, JsonNumber, JsonObject, objectFromPlain, stringAt, valueAt, type JsonValue } from '../model/json.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { sameContent } from './content.ts'
import { humanName } from '../model/narrative.ts'
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
  /** Of the patient, whenever they were found; or the one row that says that somebody asked and there are none. */
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
    allergies: currentAllergies(ofType(resources, 'AllergyIntolerance'), allergyKindOf),
  }
}

export interface Finish {
  readonly conditions: readonly JsonObject[]
  /** Who signs: the attender, when nobody is named yet. */
  readonly practitioner: JsonObject
  readonly at: Date
  readonly timeZone: string
}

const isAbout = (item: JsonValue, condition: JsonObject): boolean => stringAt(item, 'condition', 'reference') === `Condition/${keyOf(condition).id}`

/** The Encounter as it is signed: finished, with an end, an attender, and every diagnosis of the visit in its list. */
export const finishEncounter = (encounter: JsonObject, { conditions, practitioner, at, timeZone }: Finish): JsonObject => {
  const listed = arrayAt(encounter, 'diagnosis').filter((item) => conditions.some((condition) => isAbout(item, condition)))
  const missing = conditions.filter((condition) => !listed.some((item) => isAbout(item, condition)))
  const diagnosis = [...listed, ...missing.map((condition, offset) => objectFromPlain({
    condition: { reference: `Condition/${keyOf(condition).id}` },
    use: { coding: [{ system: CODE_SYSTEM.diagnosisRole, code: listed.length + offset === 0 ? 'DD' : 'CM' }] }, rank: listed.length + offset + 1,
  }))]
  const period = encounter.get('period')
  const ended = period instanceof JsonObject && period.has('end') ? period : (period instanceof JsonObject ? period : objectFromPlain({})).set('end', instantIn(at, timeZone))
  const attender = objectFromPlain({
    type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
    individual: { reference: `Practitioner/${keyOf(practitioner).id}`, display: humanName(practitioner) },
  })
  const attended = arrayAt(encounter, 'participant').length > 0 ? encounter : encounter.set('participant', [attender])
  const finished = attended.set('status', 'finished').set('period', ended)
  const whole = diagnosis.length === 0 ? finished.delete('diagnosis') : finished.set('diagnosis', diagnosis)
  return sameContent(whole, encounter) ? encounter : whole
}

export const VITAL_CATEGORY = 'vital-signs'
export const isVitalSign = (resource: JsonObject): boolean =>
  arrayAt(resource, 'category').some((category) => arrayAt(category, 'coding').some((coding) => stringAt(coding, 'code') === VITAL_CATEGORY))
export { loincOf }
