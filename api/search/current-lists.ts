/**
 * The lists that R4 names by what they are for ("functional": http://hl7.org/fhir/R4/lifecycle.html#current): nobody keeps them, they are what the record says is current now.
 * Which resources those are stands here, as searches.
 */
type Pairs = readonly (readonly [parameter: string, value: string])[]

const CONDITION = 'http://terminology.hl7.org/CodeSystem/condition-clinical', CONDITION_SURE = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const ALLERGY = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', ALLERGY_SURE = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'

const ALLERGIES: Pairs = [['clinical-status', `${ALLERGY}|active`], ['verification-status:not', `${ALLERGY_SURE}|refuted,${ALLERGY_SURE}|entered-in-error`]]

const LISTS: Readonly<Record<string, Readonly<Record<string, Pairs>>>> = {
  '$current-problems': {
    Condition: [['clinical-status', ['active', 'recurrence', 'relapse'].map((code) => `${CONDITION}|${code}`).join(',')], ['verification-status:not', `${CONDITION_SURE}|refuted,${CONDITION_SURE}|entered-in-error`]],
  },
  '$current-medications': {
    MedicationStatement: [['status', 'active']],
    MedicationRequest: [['status', 'active'], ['intent:not', 'proposal,plan,option']],
  },
  '$current-allergies': { AllergyIntolerance: ALLERGIES },
  '$current-drug-allergies': { AllergyIntolerance: [...ALLERGIES, ['category', 'medication']] },
}

export const CURRENT_LISTS: readonly string[] = Object.keys(LISTS)

/** What makes a resource of the type stand in the list; none: none of the type does. undefined: no such list. */
export const currentList = (name: string, type: string): Pairs | 'none' | undefined => (Object.hasOwn(LISTS, name) ? LISTS[name]?.[type] ?? 'none' : undefined)

/** Types of which something may stand in the list. */
export const typesIn = (name: string): readonly string[] => (Object.hasOwn(LISTS, name) ? Object.keys(LISTS[name] ?? {}) : [])
