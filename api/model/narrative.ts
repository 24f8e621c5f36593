/** The words of a section for any FHIR reader (http://hl7.org/fhir/R4/narrative.html): one line per resource. The printed form has its own. Pure. */
import { isUrgent } from './priority.ts'
import { arrayAt, JsonNumber, stringAt, valueAt, type JsonObject, type JsonValue } from './json.ts'

const sentence = (parts: readonly (string | undefined)[], separator = ' '): string => parts.filter((part) => part !== undefined && part !== '').join(separator)

/** Text of a CodeableConcept: its words and the code. */
const concept = (value: JsonValue | undefined): string => {
  const coding = arrayAt(value, 'coding')[0]
  const code = stringAt(coding, 'code')
  return sentence([stringAt(value, 'text') ?? stringAt(coding, 'display') ?? code, stringAt(coding, 'system')?.endsWith('icd-10') === true && code !== undefined ? `(${code})` : undefined])
}

const digits = (value: JsonValue | undefined): string | undefined => (value instanceof JsonNumber ? value.source.replace('.', ',') : undefined)
const quantity = (value: JsonValue | undefined): string => sentence([stringAt(value, 'comparator'), digits(valueAt(value, 'value')), stringAt(value, 'unit') ?? stringAt(value, 'code')])

const value = (element: JsonValue): string =>
  stringAt(element, 'valueString') ?? (sentence([quantity(valueAt(element, 'valueQuantity')), concept(valueAt(element, 'valueCodeableConcept'))])
    || arrayAt(element, 'component').map((part) => `${concept(valueAt(part, 'code'))} ${value(part)}`).join(', '))

/** By its code, or by the words beside the reference to it. */
const medicine = (resource: JsonObject): string => concept(resource.get('medicationCodeableConcept')) || (stringAt(resource, 'medicationReference', 'display') ?? '')

const LINES: Readonly<Record<string, (resource: JsonObject) => string>> = {
  Condition: (resource) => concept(resource.get('code')),
  Observation: (resource) => (resource.has('valueString') ? value(resource) : `${concept(resource.get('code'))}: ${value(resource)}`),
  AllergyIntolerance: (resource) => concept(resource.get('code')),
  Immunization: (resource) => concept(resource.get('vaccineCode')),
  Procedure: (resource) => concept(resource.get('code')),
  DiagnosticReport: (resource) => sentence([concept(resource.get('code')), stringAt(resource, 'conclusion')], ': '),
  MedicationStatement: (resource) => sentence([medicine(resource), stringAt(resource, 'dosage', 0, 'text')], ' — '),
  CarePlan: (resource) => sentence([stringAt(resource, 'title'), stringAt(resource, 'description')], ': '),
  DeviceUseStatement: (resource) => stringAt(resource, 'device', 'display') ?? concept(arrayAt(resource, 'reasonCode')[0]),
  ServiceRequest: (resource) => `${concept(resource.get('code'))}${isUrgent(stringAt(resource, 'priority')) ? ' (khẩn)' : ''}`,
  MedicationRequest: (resource) => sentence([
    medicine(resource), ((amount) => (amount === '' ? undefined : `× ${amount}`))(quantity(valueAt(resource, 'dispenseRequest', 'quantity'))),
    ((dosage) => (dosage === undefined ? undefined : `— ${dosage}`))(stringAt(resource, 'dosageInstruction', 0, 'text')),
  ]),
}

/** One line for a resource; empty for kinds that have none. */
export const lineOf = (resource: JsonObject): string => LINES[stringAt(resource, 'resourceType') ?? '']?.(resource) ?? ''

/** The first name as one text, family name first as in Vietnamese; undefined without a name. */
export const humanName = (resource: JsonObject): string | undefined => nameText(arrayAt(resource, 'name')[0])

/** A HumanName as one text. */
export const nameText = (name: JsonValue | undefined): string | undefined => {
  const parts = [stringAt(name, 'family'), ...arrayAt(name, 'given').map((part) => (typeof part === 'string' ? part : undefined))]
  return stringAt(name, 'text') ?? (sentence(parts) || undefined)
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const toDiv = (lines: readonly string[]): string =>
  `<div xmlns="http://www.w3.org/1999/xhtml">${lines.flatMap((line) => line.split('\n')).map((line) => `<p>${escape(line)}</p>`).join('')}</div>`

const unescape = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** The sections of a Composition as they were written by toDiv. */
export const sectionTexts = (composition: JsonObject): { title: string; lines: string[] }[] => arrayAt(composition, 'section').map((section) => ({
  title: stringAt(section, 'title') ?? '',
  lines: [...(stringAt(section, 'text', 'div') ?? '').matchAll(/<p>([^<]*)<\/p>/g)].map((found) => unescape(found[1] ?? '')),
}))

export { concept as conceptText }
