/** What the visit sheet calls the place of a finding: "Observation/x.valueQuantity" is the row "Nhiệt độ". Pure. */
import { arrayAt, stringAt, valueAt, type JsonObject, type JsonValue } from '#api/model/json.ts'

/** Keys of i18n for the part of a row, by the member of the resource; the first member that is known counts. */
const PARTS: Readonly<Record<string, string>> = {
  reasonCode: 'visit.reason', hospitalization: 'visit.disposition', diagnosis: 'visit.section.diagnoses', extension: 'visit.followUp', dosageInstruction: 'visit.order.dose',
  quantity: 'visit.order.quantity', expectedSupplyDuration: 'visit.order.days', dispenseRequest: 'visit.order.quantity', performer: 'visit.part.author', recorder: 'visit.part.author', requester: 'visit.part.author',
  code: 'visit.part.code', medicationCodeableConcept: 'visit.part.code',
}
const SECTIONS: Readonly<Record<string, string>> = {
  Condition: 'visit.section.diagnoses', MedicationRequest: 'visit.order.drugs', ServiceRequest: 'visit.order.tests', AllergyIntolerance: 'visit.section.allergies', Observation: 'visit.section.vitals',
}

const nameOf = (resource: JsonValue | undefined): string | undefined => {
  const concept = valueAt(resource, 'code') ?? valueAt(resource, 'medicationCodeableConcept')
  return stringAt(concept, 'text') ?? stringAt(concept, 'coding', 0, 'display')
}

/** `known`: resources by which a row has its name, those that were sent before those that are stored. `t`: texts of the screen. */
export function placeOnSheet(expression: string, known: readonly (JsonValue | undefined)[], t: (key: string) => string): string | undefined {
  const [, type = '', id, rest = ''] = /^([A-Z][A-Za-z]+)(?:\/([^.\s]+))?\.?(.*)$/.exec(expression) ?? []
  const row = nameOf(known.find((resource) => stringAt(resource, 'resourceType') === type && stringAt(resource, 'id') === id)) ?? (SECTIONS[type] && t(SECTIONS[type]))
  const members = rest.split('.').map((step) => step.replace(/\[.*$/, ''))
  const part = members.map((member) => (Object.hasOwn(PARTS, member) ? PARTS[member] : undefined)).filter((key) => key !== undefined)
  const last = type === 'MedicationRequest' && part.length > 1 ? part[1] : part[0]
  return [row, last && t(last)].filter(Boolean).join(', ') || undefined
}

/** Resources of a transaction Bundle. */
export const resourcesOf = (bundle: JsonObject | undefined): (JsonValue | undefined)[] => arrayAt(bundle, 'entry').map((entry) => valueAt(entry, 'resource'))
