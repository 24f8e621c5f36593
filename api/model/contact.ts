/**
 * Father, mother, guardian or another person who comes with a patient, as Patient.contact (http://hl7.org/fhir/R4/patient-definitions.html#Patient.contact):
 * the relationship is coded where HL7's lists have a code, and says itself in Vietnamese.
 */
import { CODE_SYSTEM } from './systems.ts'

interface Relation { readonly system: string; readonly display: string; readonly vi: string }

/** In the order in which the desk offers them. */
export const RELATIONS = {
  MTH: { system: CODE_SYSTEM.role, display: 'mother', vi: 'Mẹ' },
  FTH: { system: CODE_SYSTEM.role, display: 'father', vi: 'Cha' },
  GUARD: { system: CODE_SYSTEM.role, display: 'guardian', vi: 'Người giám hộ' },
  /** Whoever else: spouse, grandmother, comrade. The forms then print the name alone. */
  O: { system: CODE_SYSTEM.contactRole, display: 'Other', vi: 'Khác' },
} as const satisfies Record<string, Relation>

export type RelationCode = keyof typeof RELATIONS
export const RELATION_CODES: readonly RelationCode[] = ['MTH', 'FTH', 'GUARD', 'O']
