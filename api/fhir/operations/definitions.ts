/** OperationDefinitions (http://hl7.org/fhir/R4/operationdefinition.html) of what R4 does not define: read by id, and found by their address, as what R4 itself publishes is. */
import { OPERATION } from '../../model/systems.ts'

type Parameter = readonly [name: string, use: 'in' | 'out', min: number, max: string, type: string, documentation: string, searchType?: string]

interface Defined {
  readonly url: string
  readonly code: string
  /** A named query: `_query=code`. */
  readonly kind?: 'query'
  readonly affectsState: boolean
  readonly resource: readonly string[]
  readonly level: 'system' | 'type' | 'instance'
  readonly description: string
  readonly parameters: readonly Parameter[]
}

const patient = (role: 'source' | 'target'): Parameter[] => [
  [`${role}-patient`, 'in', 0, '1', 'Reference', `The ${role} patient.`],
  [`${role}-patient-identifier`, 'in', 0, '*', 'Identifier', `Numbers that only the ${role} patient has, instead of the reference or beside it.`],
]
const PREVIEW: Parameter = ['preview', 'in', 0, '1', 'boolean', 'Say what would be done, and whether it would be refused, and write nothing.']
const ANSWER: readonly Parameter[] = [
  ['input', 'out', 0, '1', 'Parameters', 'What was sent.'], ['outcome', 'out', 1, '1', 'OperationOutcome', 'What was done.'], ['result', 'out', 0, '1', 'Patient', 'The target patient afterwards.'],
]

const DEFINED: readonly Defined[] = [
  {
    url: OPERATION.merge, code: 'merge', affectsState: true, resource: ['Patient'], level: 'type',
    description: 'The $merge of http://hl7.org/fhir/patient-operation-merge.html for R4: what refers to the source patient refers to the target, and the patients are linked. What is signed, and what belongs to a '
      + 'signed visit, stays as it is, as do Provenance and Bundle. Up to 1000 resources, in one transaction. Called again for the same patients it moves what has come since.',
    parameters: [...patient('source'), ...patient('target'), ['result-patient', 'in', 0, '1', 'Patient', 'The target patient as it shall be; otherwise it gets the numbers of the source.'], PREVIEW, ...ANSWER],
  },
  {
    url: OPERATION.unmerge, code: 'unmerge', affectsState: true, resource: ['Patient'], level: 'type',
    description: 'Takes a $merge back: each resource that it changed gets the content that it had before. Refused (409, changed-since), with each place, when one of them was changed, signed or deleted since. What was '
      + 'written for the target after the merge stays with the target.',
    parameters: [...patient('source'), ...patient('target'), PREVIEW, ...ANSWER],
  },
  {
    url: OPERATION.latestQuery, code: 'latest', kind: 'query', affectsState: false, resource: ['Observation'], level: 'type',
    description: 'Observation?_query=latest answers what Observation/$lastn answers to the same parameters: the newest observations of each code. Any other search parameter of Observation narrows them.',
    parameters: [
      ['patient', 'in', 0, '1', 'string', 'Whose observations; this or subject.', 'reference'], ['subject', 'in', 0, '1', 'string', 'Whose observations; this or patient.', 'reference'],
      ['category', 'in', 0, '*', 'string', 'This, a code, or both.', 'token'], ['code', 'in', 0, '*', 'string', 'This, a category, or both.', 'token'],
      ['max', 'in', 0, '1', 'positiveInt', 'How many of each code; 1 when left out.'], ['return', 'out', 1, '1', 'Bundle', 'A searchset.'],
    ],
  },
  {
    url: OPERATION.documentsQuery, code: 'documents', kind: 'query', affectsState: false, resource: ['DocumentReference'], level: 'type',
    description: 'DocumentReference?_query=documents answers what DocumentReference/$docref answers to the same parameters: references to the documents of a patient.',
    parameters: [
      ['patient', 'in', 1, '1', 'string', 'Whose documents.', 'reference'], ['start', 'in', 0, '1', 'dateTime', 'Care at or after this time.'], ['end', 'in', 0, '1', 'dateTime', 'Care at or before this time.'],
      ['type', 'in', 0, '1', 'string', 'Kind of document.', 'token'], ['return', 'out', 1, '1', 'Bundle', 'A searchset.'],
    ],
  },
]

const idOf = ({ url }: Defined): string => url.slice(url.lastIndexOf('/') + 1)

const build = (defined: Defined): Record<string, unknown> => ({
  resourceType: 'OperationDefinition', id: idOf(defined), url: defined.url, version: '1.0.0', name: idOf(defined).replaceAll(/\W/g, ''), status: 'active', kind: defined.kind ?? 'operation', date: '2026-11-27',
  description: defined.description, affectsState: defined.affectsState, code: defined.code, resource: defined.resource,
  system: defined.level === 'system', type: defined.level === 'type', instance: defined.level === 'instance',
  parameter: defined.parameters.map(([name, use, min, max, type, documentation, searchType]) => ({ name, use, min, max, documentation, type, ...(searchType !== undefined && { searchType }) })),
})

/** The text of a definition by its id or its address, at its version when one is named. */
export const findDefinition = (by: { readonly url: string; readonly version?: string } | { readonly id: string }): string | undefined => {
  const found = DEFINED.find((each) => ('id' in by ? idOf(each) === by.id : each.url === by.url && (by.version ?? '1.0.0') === '1.0.0'))
  return found === undefined ? undefined : JSON.stringify(build(found))
}
