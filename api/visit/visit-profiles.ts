/** Which of our profiles (fhir-profiles/) each resource of a visit has to fulfil, whatever its sender claims: what is signed holds what its form prints. Pure. */
import { arrayAt, objectFromPlain, stringAt, JsonObject } from '../model/json.ts'
import { CODE_SYSTEM, LOINC, PROFILE } from '../model/systems.ts'
import { isVitalSign } from './chart.ts'
import { keyOf } from './settle-changes.ts'

const BY_TYPE: Readonly<Record<string, string>> = {
  Encounter: PROFILE.encounter, Condition: PROFILE.condition, MedicationRequest: PROFILE.medicationRequest, ServiceRequest: PROFILE.serviceRequest,
  AllergyIntolerance: PROFILE.allergy,
}
const codes = (...names: readonly (keyof typeof LOINC)[]): ReadonlySet<string | undefined> => new Set(names.map((name) => LOINC[name].code))
/** A side of a blood pressure on its own is no vital sign of ours: the profile refuses it. */
const VITAL_SIGNS = codes('pulse', 'temperature', 'respiration', 'oxygen', 'weight', 'height', 'bmi', 'systolic', 'diastolic')
const NOTES = codes('history', 'pastHistory', 'examination', 'results', 'plan')

/** Measurements outside of the list, e.g. a laboratory's results, have none of ours. */
const ofObservation = (resource: JsonObject): string | undefined => {
  const said = arrayAt(resource, 'code', 'coding').map((coding) => (stringAt(coding, 'system') === CODE_SYSTEM.loinc ? stringAt(coding, 'code') : undefined))
  if (said.includes(LOINC.bloodPressure.code)) return PROFILE.bloodPressure
  if (said.some((code) => VITAL_SIGNS.has(code))) return PROFILE.vitalSign
  if (said.some((code) => code !== undefined && NOTES.has(code))) return PROFILE.clinicalNote
  return isVitalSign(resource) ? PROFILE.vitalSign : undefined
}

export const requiredProfile = (resource: JsonObject): string | undefined => {
  const { type } = keyOf(resource)
  return type === 'Observation' ? ofObservation(resource) : BY_TYPE[type]
}

/** The resource saying itself what it is held to, so that whoever changes it later by another door is held to it too. */
export const withRequiredProfile = (resource: JsonObject): JsonObject => {
  const profile = requiredProfile(resource)
  const meta = resource.get('meta')
  const claimed = arrayAt(meta, 'profile')
  if (profile === undefined || claimed.includes(profile)) return resource
  return resource.set('meta', (meta instanceof JsonObject ? meta : objectFromPlain({})).set('profile', [...claimed, profile]))
}

/** As the checks take it. */
export const toCheck = (resource: JsonObject): { readonly resource: JsonObject; readonly path: string; readonly profiles: readonly string[] } => {
  const { type, id } = keyOf(resource)
  const profile = requiredProfile(resource)
  return { resource, path: `${type}/${id}`, profiles: profile === undefined ? [] : [profile] }
}
