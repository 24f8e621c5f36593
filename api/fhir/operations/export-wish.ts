/** What a kick-off asks for, from its address or its Parameters (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters). What is not understood is refused unless handling=lenient. */
import type { RouteRequest } from '../../http/route.ts'
import type { ExportScope, ExportWish } from '../../model/bulk-ports.ts'
import { arrayAt, JsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { outcome, type Outcome } from '../../model/outcome.ts'
import { compartmentTypes } from '../../search/compartment.ts'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { parsePrefer } from '../headers.ts'
import { withoutGeneral } from '../parameters.ts'
import { parseRelative } from '../references.ts'
import { parseView } from '../view.ts'

type Pair = readonly [name: string, value: string]

/** Rendered when they are read; nothing of them is stored. */
const RENDERED: ReadonlySet<string> = new Set(['AuditEvent'])
const STORED = RESOURCE_TYPES.filter((type) => !RENDERED.has(type))
const FORMATS: ReadonlySet<string> = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson'])
const KNOWN: ReadonlySet<string> = new Set(['_outputFormat', '_since', '_until', '_type', '_typeFilter', '_elements', 'patient'])
const MOST_PATIENTS = 100_000, MOST_FILTERS = 100
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

const bad = (name: string, diagnostics: string): Outcome => outcome('bad-parameter', { expression: name, diagnostics })

/** value[x] as text; of a Reference its address. */
const textOf = (parameter: JsonValue): string | undefined => {
  const members = parameter instanceof JsonObject ? [...parameter.entries()].filter(([name]) => /^value[A-Z]/.test(name)) : []
  const value = members.length === 1 ? members[0]?.[1] : undefined
  return typeof value === 'string' ? value : stringAt(value, 'reference')
}

const fromBody = (body: JsonValue): Pair[] => {
  if (stringAt(body, 'resourceType') !== 'Parameters') throw outcome('bad-request', { expression: 'Parameters', diagnostics: 'The body of an operation is a Parameters resource.' })
  return arrayAt(body, 'parameter').map((parameter, at): Pair => {
    const [name, value] = [stringAt(parameter, 'name'), textOf(parameter)]
    if (name === undefined || value === undefined) throw bad(`Parameters.parameter[${at}]`, 'Expected a name and a value.')
    return [name, value]
  })
}

/** The pairs of address and body. A reference is only taken from a body, as the specification says. */
export const readPairs = (request: RouteRequest): Pair[] => {
  const { handling } = parsePrefer(request.headers.prefer)
  const pairs = [...withoutGeneral(request.query), ...(request.method === 'POST' && request.bytes.length > 0 ? fromBody(request.json()) : [])]
  const unknown = pairs.find(([name]) => !KNOWN.has(name))
  if (unknown !== undefined && handling !== 'lenient') throw outcome('unknown-parameter', { expression: `http.${unknown[0].slice(0, 64)}`, diagnostics: `An export knows: ${[...KNOWN].join(', ')}` })
  if (withoutGeneral(request.query).some(([name]) => name === 'patient')) throw bad('http.patient', 'Patients are named in the Parameters of a POST.')
  return pairs.filter(([name]) => KNOWN.has(name))
}

const instantOf = (pairs: readonly Pair[], name: string): string | undefined => {
  const [value, more] = pairs.filter(([each]) => each === name).map(([, text]) => text.replace(/ (?=\d\d:\d\d$)/, '+'))
  if (value === undefined) return undefined
  if (more !== undefined || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) throw bad(name, 'Expected one instant with its zone.')
  return new Date(value).toISOString()
}

const listOf = (pairs: readonly Pair[], name: string): string[] => [...new Set(pairs.filter(([each]) => each === name).flatMap(([, value]) => value.split(',')).map((each) => each.trim()).filter((each) => each !== ''))]

/** "Observation?code=a,b": a comma before the next "Type?" begins another. */
const filtersOf = (pairs: readonly Pair[], types: readonly string[]): ExportWish['filters'] => {
  const filters: Record<string, Pair[][]> = {}
  const all = pairs.filter(([name]) => name === '_typeFilter').flatMap(([, value]) => value.split(/,(?=[A-Z][A-Za-z]*\?)/))
  if (all.length > MOST_FILTERS) throw bad('_typeFilter', `More than ${MOST_FILTERS} searches.`)
  for (const text of all) {
    const [type = '', query] = text.split(/\?(.*)/s)
    if (query === undefined || !types.includes(type)) throw bad('_typeFilter', 'Expected Type?search, of a type that is exported.')
    filters[type] = [...(filters[type] ?? []), [...new URLSearchParams(query)]]
  }
  return filters
}

/** What the client may see decides what "everything" is: `may`. Types that are named are returned even when it may not, for the policy to refuse. */
export const toWish = (pairs: readonly Pair[], scope: ExportScope, may: (type: string) => boolean): ExportWish => {
  const [format, more] = pairs.filter(([name]) => name === '_outputFormat').map(([, value]) => value.replace('fhir ndjson', 'fhir+ndjson'))
  if (more !== undefined || (format !== undefined && !FORMATS.has(format))) throw bad('_outputFormat', `The format is one of ${[...FORMATS].join(', ')}.`)
  const offered = scope.kind === 'system' ? STORED : compartmentTypes('Patient').concat('Patient').filter((type) => !RENDERED.has(type))
  const named = listOf(pairs, '_type')
  const stranger = named.find((type) => !offered.includes(type))
  if (stranger !== undefined) throw bad('_type', `${stranger.slice(0, 64)} is ${STORED.includes(stranger) ? 'not in the compartment of a patient' : 'no type that is stored here'}.`)
  const types = STORED.filter((type) => (named.length > 0 ? named.includes(type) : offered.includes(type) && may(type)))
  const elements = listOf(pairs, '_elements')
  if (elements.length > 0) parseView([['_elements', elements.join(',')]])
  const [since, until] = [instantOf(pairs, '_since'), instantOf(pairs, '_until')]
  return { scope, types, ...(since !== undefined && { since }), ...(until !== undefined && { until }), filters: filtersOf(pairs, types), elements }
}

/** Of "Type.element" those for the type; of "element" all. */
export const ownElements = (elements: readonly string[], type: string): string[] => elements.filter((each) => !each.includes('.') || each.startsWith(`${type}.`))

/** Ids of the patients that are named; undefined: none is. */
export const patientsOf = (pairs: readonly Pair[]): string[] | undefined => {
  const named = pairs.filter(([name]) => name === 'patient').map(([, value]) => value)
  if (named.length === 0) return undefined
  if (named.length > MOST_PATIENTS) throw bad('patient', `More than ${MOST_PATIENTS} patients.`)
  return [...new Set(named.map((reference) => {
    const key = parseRelative(reference)
    if (key?.type !== 'Patient') throw bad('patient', 'Expected references of the form Patient/id.')
    return key.id
  }))]
}

/** Patients who are members of a Group today (http://hl7.org/fhir/R4/group.html). */
export const membersOf = (group: JsonObject, now: Date): string[] => {
  const members = arrayAt(group, 'member').filter((member) => !(member instanceof JsonObject && member.get('inactive') === true) && isCurrent(member, now))
  const ids = new Set(members.flatMap((member) => {
    const key = parseRelative(stringAt(member, 'entity', 'reference') ?? '')
    return key?.type === 'Patient' ? [key.id] : []
  }))
  if (ids.size > MOST_PATIENTS) throw outcome('too-costly', { expression: 'Group.member', diagnostics: `More than ${MOST_PATIENTS} members.` })
  return [...ids]
}

const isCurrent = (member: JsonValue, now: Date): boolean => {
  const end = stringAt(member, 'period', 'end')
  return end === undefined || !(Date.parse(end.length === 10 ? `${end}T23:59:59Z` : end) < now.getTime())
}
