/**
 * What the reference model knows of resources: whose record each stands in, and what its search parameters hold. Written from http://hl7.org/fhir/R4/searchparameter-registry.html and
 * http://hl7.org/fhir/R4/compartmentdefinition-patient.html for the elements that the generator fills, over plain JSON; nothing of the product is used.
 */
export interface Plain { readonly resourceType: string; readonly id: string; readonly [name: string]: unknown }

export const TYPES = ['Patient', 'Encounter', 'Observation', 'Condition', 'AllergyIntolerance', 'ServiceRequest', 'List', 'Task', 'Practitioner', 'Organization', 'Composition', 'Questionnaire', 'QuestionnaireResponse'] as const
export type Type = (typeof TYPES)[number]
export const keyOf = ({ resourceType, id }: Pick<Plain, 'resourceType' | 'id'>): string => `${resourceType}/${id}`

/** canonical: a reference that names what it means by its address, with or without a version. */
export type Kind = 'token' | 'string' | 'date' | 'quantity' | 'reference' | 'canonical'
export interface Parameter {
  readonly kind: Kind
  /** Steps into the JSON. */
  readonly path: string
  /** Of a reference: where it may lead; "patient" is a subject that leads to a Patient. */
  readonly targets?: readonly Type[]
}

const ref = (path: string, ...targets: Type[]): Parameter => ({ kind: 'reference', path, targets })
const of = (kind: Exclude<Kind, 'reference' | 'canonical'>, path: string): Parameter => ({ kind, path })
const SUBJECT = { subject: ref('subject', 'Patient'), patient: ref('subject', 'Patient'), encounter: ref('encounter', 'Encounter') }

/** The parameters by which the generator searches; among them every one that holds a reference which the generator makes. */
export const PARAMETERS: Readonly<Record<Type, Readonly<Record<string, Parameter>>>> = {
  Patient: {
    identifier: of('token', 'identifier'), gender: of('token', 'gender'), family: of('string', 'name.family'), birthdate: of('date', 'birthDate'),
    'general-practitioner': ref('generalPractitioner', 'Practitioner', 'Organization'), organization: ref('managingOrganization', 'Organization'), link: ref('link.other', 'Patient'),
  },
  Encounter: {
    identifier: of('token', 'identifier'), status: of('token', 'status'), class: of('token', 'class'), subject: SUBJECT.subject, patient: SUBJECT.patient,
    'service-provider': ref('serviceProvider', 'Organization'), diagnosis: ref('diagnosis.condition', 'Condition'), 'part-of': ref('partOf', 'Encounter'),
  },
  Observation: {
    ...SUBJECT, identifier: of('token', 'identifier'), status: of('token', 'status'), code: of('token', 'code.coding'), date: of('date', 'effectiveDateTime'), 'value-quantity': of('quantity', 'valueQuantity.value'),
    performer: ref('performer', 'Practitioner', 'Patient'), 'has-member': ref('hasMember', 'Observation'), 'derived-from': ref('derivedFrom', 'Observation'),
  },
  Condition: {
    ...SUBJECT, identifier: of('token', 'identifier'), code: of('token', 'code.coding'), 'clinical-status': of('token', 'clinicalStatus.coding'), 'recorded-date': of('date', 'recordedDate'),
    asserter: ref('asserter', 'Practitioner', 'Patient'), 'evidence-detail': ref('evidence.detail', 'Observation', 'Condition'),
  },
  AllergyIntolerance: {
    identifier: of('token', 'identifier'), code: of('token', 'code.coding'), date: of('date', 'recordedDate'), patient: ref('patient', 'Patient'), recorder: ref('recorder', 'Practitioner', 'Patient'),
  },
  ServiceRequest: {
    ...SUBJECT, identifier: of('token', 'identifier'), status: of('token', 'status'), code: of('token', 'code.coding'), authored: of('date', 'authoredOn'), requester: ref('requester', 'Practitioner', 'Organization'), 'based-on': ref('basedOn', 'ServiceRequest'),
  },
  List: { ...SUBJECT, identifier: of('token', 'identifier'), status: of('token', 'status'), source: ref('source', 'Practitioner', 'Patient'), item: ref('entry.item', ...TYPES) },
  Task: { identifier: of('token', 'identifier'), status: of('token', 'status'), subject: ref('for', ...TYPES), patient: ref('for', 'Patient'), focus: ref('focus', ...TYPES), owner: ref('owner', 'Practitioner', 'Organization') },
  Practitioner: { identifier: of('token', 'identifier'), active: of('token', 'active'), family: of('string', 'name.family'), gender: of('token', 'gender') },
  Organization: { identifier: of('token', 'identifier'), active: of('token', 'active'), name: of('string', 'name'), partof: ref('partOf', 'Organization') },
  Composition: {
    ...SUBJECT, identifier: of('token', 'identifier'), status: of('token', 'status'), type: of('token', 'type.coding'), date: of('date', 'date'), author: ref('author', 'Practitioner', 'Organization', 'Patient'), entry: ref('section.entry', ...TYPES),
  },
  Questionnaire: { identifier: of('token', 'identifier'), status: of('token', 'status'), title: of('string', 'title'), version: of('token', 'version') },
  QuestionnaireResponse: {
    ...SUBJECT, identifier: of('token', 'identifier'), status: of('token', 'status'), authored: of('date', 'authored'), author: ref('author', 'Practitioner', 'Patient'), questionnaire: { kind: 'canonical', path: 'questionnaire', targets: ['Questionnaire'] },
  },
}

const isType = (text: string): text is Type => TYPES.some((type) => type === text)
export const typeOf = (resource: Pick<Plain, 'resourceType'>): Type => {
  if (!isType(resource.resourceType)) throw new Error(`The model does not know ${resource.resourceType}`)
  return resource.resourceType
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

export const valuesAt = (value: unknown, path: readonly string[]): unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => valuesAt(item, path))
  const [name, ...rest] = path
  if (name === undefined) return value === undefined ? [] : [value]
  return isRecord(value) ? valuesAt(value[name], rest) : []
}

export const parameterOf = (type: Type, code: string): Parameter => {
  const found = PARAMETERS[type][code]
  if (found === undefined) throw new Error(`The model does not know ${type}.${code}`)
  return found
}

export const valuesOf = (resource: Plain, code: string): unknown[] => valuesAt(resource, parameterOf(typeOf(resource), code).path.split('.'))

const REFERENCES = new WeakMap<Plain, Map<string, readonly string[]>>()

/** "Patient/1" for each reference that the parameter holds. */
export const referencesOf = (resource: Plain, code: string): readonly string[] => {
  const known = REFERENCES.get(resource) ?? new Map<string, readonly string[]>()
  const references = known.get(code) ?? readReferences(resource, code)
  REFERENCES.set(resource, known.set(code, references))
  return references
}

const readReferences = (resource: Plain, code: string): string[] => {
  const { targets = [] } = parameterOf(typeOf(resource), code)
  return valuesOf(resource, code).flatMap((value) => (isRecord(value) && typeof value.reference === 'string' ? [value.reference] : [])).filter((reference) => targets.some((target) => reference.startsWith(`${target}/`)))
}

/** Of the parameters that hold references, also by canonicals. */
export const referenceCodes = (type: Type): string[] => Object.entries(PARAMETERS[type]).flatMap(([code, { kind }]) => (kind === 'reference' || kind === 'canonical' ? [code] : []))

/** A primitive as text; nothing of anything else. */
export const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '')
export const memberOf = (value: unknown, name: string): string => (isRecord(value) ? textOf(value[name]) : '')

/** "system|code" of a token value, "|code" without a system. */
export const tokenOf = (value: unknown): { readonly system: string; readonly code: string } =>
  ({ system: memberOf(value, 'system'), code: memberOf(value, 'code') || memberOf(value, 'value') || textOf(value) })

/** Where each type names whose record it stands in, in order; the first patient there has it. */
const OWNERS: Readonly<Record<Type, readonly string[]>> = {
  Patient: [], Encounter: ['subject'], Observation: ['subject', 'performer'], Condition: ['subject', 'asserter'], AllergyIntolerance: ['patient'], ServiceRequest: ['subject'],
  List: ['subject', 'source'], Task: ['for', 'focus'], Practitioner: [], Organization: [], Composition: ['subject', 'author'], Questionnaire: [], QuestionnaireResponse: ['subject', 'author'],
}
const NOBODYS: ReadonlySet<string> = new Set(['Practitioner', 'Organization', 'Questionnaire'])

/** Id of the patient; null: nobody's; '': a record that cannot be told, which nobody with less than full sight may see. */
export const ownerOf = (resource: Plain): string | null => {
  const type = typeOf(resource)
  if (type === 'Patient') return resource.id
  if (NOBODYS.has(type)) return null
  for (const path of OWNERS[type]) {
    for (const value of valuesAt(resource, [path, 'reference'])) if (String(value).startsWith('Patient/')) return String(value).slice('Patient/'.length)
  }
  return ''
}

/** http://hl7.org/fhir/R4/compartmentdefinition.html: by which parameters a resource is in the compartment. */
export const COMPARTMENTS: Readonly<Record<'Patient' | 'Encounter', Partial<Readonly<Record<Type, readonly string[]>>>>> = {
  Patient: { Patient: ['link'], Encounter: ['patient'], Observation: ['subject', 'performer'], Condition: ['patient', 'asserter'], AllergyIntolerance: ['patient', 'recorder'], ServiceRequest: ['subject'], List: ['subject', 'source'], Composition: ['subject', 'author'], QuestionnaireResponse: ['subject', 'author'] },
  Encounter: { Observation: ['encounter'], Condition: ['encounter'], ServiceRequest: ['encounter'], Composition: ['encounter'], QuestionnaireResponse: ['encounter'] },
}

/** What the parameter of a resource refers to inside of `root`, which contains it. */
export const insideOf = (root: Plain, resource: Plain, code: string): readonly Plain[] => {
  const ids = valuesOf(resource, code).map((value) => (typeof value === 'string' ? value : memberOf(value, 'reference'))).filter((reference) => reference.startsWith('#'))
  return containedIn(root).filter(({ id }) => ids.includes(`#${id}`))
}

const isPlain = (value: unknown): value is Plain => isRecord(value) && typeof value.resourceType === 'string' && typeof value.id === 'string'
export const containedIn = ({ contained }: Plain): readonly Plain[] => (Array.isArray(contained) ? contained.filter(isPlain) : [])

/** "Type/id" of all that it refers to, wherever; not what it contains. */
export const allReferences = (value: unknown): string[] =>
  (Array.isArray(value) ? value.flatMap(allReferences) : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, each]) => (name !== 'reference' ? allReferences(each) : String(each).startsWith('#') ? [] : [String(each)])) : [])
