/** What a visit sheet may send: resources of this patient and this visit only, and of the Encounter only what a doctor decides. Pure. */
import { missingForChild, type ChildFact } from '../model/child-facts.ts'
import { arrayAt, JsonObject, stringAt, valueAt, type JsonValue } from '../model/json.ts'
import { outcome, type Issue } from '../model/outcome.ts'
import { EXTENSION, LOINC } from '../model/systems.ts'
import { isVitalSign, type VisitChart } from './chart.ts'
import { nameText } from '../model/narrative.ts'
import type { VisitChange } from './read-visit-bundle.ts'
import { keyOf, loincOf } from './settle-changes.ts'
import { withRequiredProfile } from './visit-profiles.ts'

/** Members of the Encounter that belong to the sheet; everything else stays as registration and the product wrote it. */
const DECIDED = ['reasonCode', 'diagnosis', 'hospitalization'] as const

/** Follow-up, sick leave, referral and result are a doctor's; the queue number is not. */
const isDecided = (extension: JsonValue): boolean => [EXTENSION.followUp, EXTENSION.sickLeave, EXTENSION.referral, EXTENSION.treatmentResult].some((url) => stringAt(extension, 'url') === url)

/** Of a diagnosis the Encounter says which it is and its rank, never its name: reception reads Encounters, and no content of records. */
export const withoutNames = (diagnoses: readonly JsonValue[]): JsonValue[] => diagnoses.map((item) => {
  const condition = valueAt(item, 'condition')
  return item instanceof JsonObject && condition instanceof JsonObject ? item.set('condition', condition.delete('display')) : item
})

/** The stored Encounter with what the sheet says of reason, diagnoses, disposition, result and follow-up. */
export const mergeEncounter = (stored: JsonObject, sent: JsonObject): JsonObject => {
  let merged = stored
  for (const name of DECIDED) {
    const value = sent.get(name)
    merged = value === undefined ? merged.delete(name) : merged.set(name, name === 'diagnosis' && Array.isArray(value) ? withoutNames(value) : value)
  }
  const extensions = [...arrayAt(stored, 'extension').filter((extension) => !isDecided(extension)), ...arrayAt(sent, 'extension').filter(isDecided)]
  return extensions.length === 0 ? merged.delete('extension') : merged.set('extension', extensions)
}

export interface VisitPlace { readonly patient: string; readonly encounter: string }

/** Throws invalid-resource with the first place that names another patient or visit; answers the changes with the merged Encounter, each saying which profile it is held to. */
export const requireVisit = (changes: readonly VisitChange[], encounter: JsonObject, place: VisitPlace): VisitChange[] =>
  changes.map((change) => {
    const { resource, path, key } = change
    const refuse = (member: string): never => { throw outcome('invalid-resource', { expression: `${path}.resource.${member}`, diagnostics: 'This belongs to another patient or visit.' }) }
    if (key.type === 'Encounter') {
      if (key.id !== place.encounter || resource === undefined) return refuse('id')
      return { ...change, resource: withRequiredProfile(mergeEncounter(encounter, resource)) }
    }
    if (resource === undefined) return change
    const subject = key.type === 'AllergyIntolerance' ? 'patient' : 'subject'
    if (stringAt(resource, subject, 'reference') !== `Patient/${place.patient}`) refuse(subject)
    const visit = stringAt(resource, 'encounter', 'reference')
    if (visit === undefined ? key.type !== 'AllergyIntolerance' : visit !== `Encounter/${place.encounter}`) refuse('encounter')
    return { ...change, resource: withRequiredProfile(resource) }
  })

/** What somebody may file, change or take back who does not write the visit itself: measurements and allergies. `before`: what it changes. */
export const isNursing = ({ resource }: VisitChange, before: JsonObject | undefined): boolean => {
  const said = [before, resource].filter((one) => one !== undefined)
  return said.length > 0 && said.every((one) => (keyOf(one).type === 'AllergyIntolerance' && resource !== undefined) || (keyOf(one).type === 'Observation' && isVitalSign(one)))
}

/** What a summary cannot do without. */
export const findGaps = (chart: VisitChart): Issue[] =>
  chart.conditions.length > 0 ? [] : [{ severity: 'error', message: 'Cần có chẩn đoán (bệnh chính) trước khi ký.', expression: 'Bundle.entry' }]

const CHILD_MESSAGES: Readonly<Record<ChildFact, string>> = {
  weight: 'Trẻ dưới 72 tháng tuổi: đơn thuốc phải ghi cân nặng. Hãy cân trẻ và nhập cân nặng của lượt khám này.',
  companion: 'Trẻ dưới 72 tháng tuổi: đơn thuốc phải ghi người đưa trẻ (cha, mẹ hoặc người giám hộ). Hãy bổ sung tại quầy tiếp đón.',
}

/** What a prescription cannot do without; asked only where one is made that has drugs. `day`: of the visit. */
export const findPrescriptionGaps = (chart: VisitChart, day: string): Issue[] => chart.medications.length === 0 ? [] : missingForChild({
  birthDate: stringAt(chart.patient, 'birthDate') ?? '',
  day,
  hasWeight: chart.observations.some((resource) => loincOf(resource) === LOINC.weight.code),
  companions: arrayAt(chart.patient, 'contact').map((contact) => nameText(valueAt(contact, 'name')) ?? ''),
}).map((fact) => ({ severity: 'error', message: CHILD_MESSAGES[fact], expression: fact === 'weight' ? 'Observation' : 'Patient.contact' }))
