/**
 * What an operation is given and answers: http://hl7.org/fhir/R4/operations.html#executing. A GET has simple parameters in its address; a POST has a Parameters resource, or the
 * one resource that the operation is about, with the rest in the address. Each operation declares what it takes; what it does not know is refused, never ignored in silence.
 */
import type { CodeableConcept, Coding } from '@medplum/fhirtypes'
import type { RouteRequest } from '../../http/route.ts'
import { JsonNumber, JsonObject, arrayAt, objectFromPlain, stringAt, writeJson, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import { requireFormat } from '../format.ts'
import { withoutGeneral } from '../parameters.ts'

export type ParameterKind = 'text' | 'dateTime' | 'boolean' | 'integer' | 'decimal' | 'token' | 'Coding' | 'CodeableConcept' | 'Period' | 'Meta' | 'Reference' | 'Identifier' | 'part' | 'resource'
export interface ParameterSpec {
  readonly kind: ParameterKind
  readonly repeats?: boolean
  /** Of kind `resource`: its type; such a resource may be the whole body. */
  readonly type?: string
}
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>

interface Given { readonly name: string; readonly value: JsonValue; readonly place: string }

/** Parameters by name; every one of a kind that the operation declared. */
export interface OperationInput {
  text(name: string): string | undefined
  texts(name: string): string[]
  flag(name: string): boolean | undefined
  /** Not negative. */
  whole(name: string): number | undefined
  decimal(name: string): number | undefined
  /** The day of a date or dateTime that has one. */
  day(name: string): string | undefined
  coding(name: string): Coding | undefined
  codings(name: string): Coding[]
  /** system|code as searches have it. */
  token(name: string): string | undefined
  /** A datatype as it was sent. */
  object(name: string): JsonObject | undefined
  objects(name: string): JsonObject[]
  concept(name: string): CodeableConcept | undefined
  resource(name: string): { readonly resource: JsonObject; readonly place: string } | undefined
  /** The parts of each repetition, as inputs of their own. */
  parts(name: string, specs: ParameterSpecs): OperationInput[]
}

const MOST_PARAMETERS = 5_000
const DATE = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

const DECIMAL = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/
/** Datatypes that are objects: their value[x] is named after them. */
const DATATYPES: ReadonlySet<ParameterKind> = new Set(['Coding', 'CodeableConcept', 'Period', 'Meta', 'Reference', 'Identifier'])

const wrong = (place: string, diagnostics: string): never => { throw outcome('bad-parameter', { expression: place, diagnostics }) }
const specOf = (specs: ParameterSpecs, name: string, place: string): ParameterSpec => {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (!spec) throw outcome('unknown-parameter', { expression: place, diagnostics: `The operation takes: ${Object.keys(specs).join(', ')}` })
  return spec
}

const fromText = (text: string, spec: ParameterSpec, place: string): JsonValue => {
  switch (spec.kind) {
    case 'text': case 'dateTime': case 'token': return text
    case 'boolean': return text === 'true' || text === 'false' ? text === 'true' : wrong(place, 'Expected true or false.')
    case 'integer': return /^\d{1,9}$/.test(text) ? new JsonNumber(String(Number(text))) : wrong(place, 'Expected a whole number, not negative.')
    case 'decimal': return DECIMAL.test(text) ? new JsonNumber(text) : wrong(place, 'Expected a number.')
    default: return wrong(place, 'This parameter is not simple: send a Parameters resource by POST.')
  }
}

const fits = (value: JsonValue, { kind, type }: ParameterSpec): boolean => {
  switch (kind) {
    case 'text': return typeof value === 'string' && value !== ''
    // a Coding in a Parameters resource, system|code in an address
    case 'token': return value instanceof JsonObject || (typeof value === 'string' && value !== '')
    case 'dateTime': return typeof value === 'string' && DATE.test(value)
    case 'boolean': return typeof value === 'boolean'
    case 'integer': return value instanceof JsonNumber && /^\d{1,9}$/.test(value.source)
    case 'decimal': return value instanceof JsonNumber && DECIMAL.test(value.source)
    case 'part': return Array.isArray(value)
    case 'resource': return value instanceof JsonObject && value.get('resourceType') === type
    default: return value instanceof JsonObject
  }
}

/** value[x], resource or part: exactly one of them, of the kind that is expected. */
const fromParameter = (parameter: JsonValue, spec: ParameterSpec, place: string): JsonValue => {
  const members = parameter instanceof JsonObject ? [...parameter.entries()].filter(([name]) => name === 'resource' || name === 'part' || /^value[A-Z]/.test(name)) : []
  const [only, more] = members
  if (!only || more) return wrong(place, 'A parameter has one of value[x], resource and part.')
  const [name, value] = only
  const member = spec.kind === 'resource' || spec.kind === 'part' ? spec.kind : DATATYPES.has(spec.kind) ? `value${spec.kind}` : undefined
  if (!fits(value, spec) || (member !== undefined && member !== name)) return wrong(place, `Expected ${spec.type ?? spec.kind}.`)
  return value
}

const fromList = (list: readonly JsonValue[], specs: ParameterSpecs, path: string): Given[] => {
  if (list.length > MOST_PARAMETERS) wrong(path, `More than ${MOST_PARAMETERS} parameters.`)
  return list.map((parameter, at) => {
    const place = `${path}[${at}]`
    const name = stringAt(parameter, 'name') ?? wrong(place, 'A parameter has a name.')
    return { name, place, value: fromParameter(parameter, specOf(specs, name, `${place}.name`), place) }
  })
}

const fromBody = (body: JsonValue, specs: ParameterSpecs): Given[] => {
  if (stringAt(body, 'resourceType') === 'Parameters') return fromList(arrayAt(body, 'parameter'), specs, 'Parameters.parameter')
  const whole = Object.entries(specs).find(([, spec]) => spec.kind === 'resource' && fits(body, spec))
  if (!whole) throw outcome('bad-request', { expression: 'Parameters', diagnostics: 'The body of an operation is a Parameters resource.' })
  return [{ name: whole[0], value: body, place: whole[1].type ?? 'Parameters' }]
}

/** Throws unknown-parameter and bad-parameter with their place. */
export const readOperation = (request: RouteRequest, specs: ParameterSpecs): OperationInput => {
  requireFormat(request)
  const inAddress = withoutGeneral(request.query).map(([name, text]): Given => {
    const place = `http.${name.slice(0, 64)}`
    const value = fromText(text, specOf(specs, name, place), place)
    return fits(value, specOf(specs, name, place)) ? { name, value, place } : wrong(place, 'The value is empty or malformed.')
  })
  return inputOf([...inAddress, ...(request.method === 'POST' && request.bytes.length > 0 ? fromBody(request.json(), specs) : [])], specs)
}

const inputOf = (given: readonly Given[], specs: ParameterSpecs): OperationInput => {
  const seen = new Set<string>()
  for (const { name, place } of given) {
    if (seen.has(name) && specs[name]?.repeats !== true) wrong(place, 'This parameter occurs once.')
    seen.add(name)
  }
  const all = (name: string): Given[] => given.filter((one) => one.name === name)
  const first = (name: string): JsonValue | undefined => all(name)[0]?.value
  const text = (name: string): string | undefined => {
    const value = first(name)
    return typeof value === 'string' ? value : undefined
  }
  return {
    text,
    texts: (name) => all(name).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    flag: (name) => {
      const value = first(name)
      return typeof value === 'boolean' ? value : undefined
    },
    whole: (name) => {
      const value = first(name)
      return value instanceof JsonNumber ? Number(value.source) : undefined
    },
    decimal: (name) => {
      const value = first(name)
      return value instanceof JsonNumber ? Number(value.source) : undefined
    },
    day: (name) => {
      const value = text(name)
      return value !== undefined && value.length >= 10 ? value.slice(0, 10) : undefined
    },
    coding: (name) => all(name).map(({ value, place }) => toCoding(value, place))[0],
    codings: (name) => all(name).map(({ value, place }) => toCoding(value, place)),
    token: (name) => {
      const { value, place } = all(name)[0] ?? {}
      if (value instanceof JsonObject) {
        const { system, code } = toCoding(value, place ?? name)
        return code === undefined ? undefined : (system === undefined ? escapeSearch(code) : `${escapeSearch(system)}|${escapeSearch(code)}`)
      }
      return text(name)
    },
    object: (name) => all(name).flatMap(({ value }) => (value instanceof JsonObject ? [value] : []))[0],
    objects: (name) => all(name).flatMap(({ value }) => (value instanceof JsonObject ? [value] : [])),
    concept: (name) => all(name).map(({ value, place }) => toConcept(value, place))[0],
    resource: (name) => all(name).flatMap(({ value, place }) => (value instanceof JsonObject ? [{ resource: value, place }] : []))[0],
    parts: (name, own) => all(name).map(({ value, place }) => inputOf(fromList(Array.isArray(value) ? value : [], own, `${place}.part`), own)),
  }
}

/** http://hl7.org/fhir/R4/search.html#escaping */
export const escapeSearch = (text: string): string => text.replaceAll(/[\\,$|]/g, String.raw`\$&`)

const toCoding = (value: JsonValue, place: string): Coding => {
  const coding: Coding = {}
  for (const name of ['system', 'version', 'code', 'display'] as const) {
    const member = value instanceof JsonObject ? value.get(name) : undefined
    if (member === undefined) continue
    coding[name] = typeof member === 'string' ? member : wrong(`${place}.${name}`, 'Expected a text.')
  }
  return coding
}

const toConcept = (value: JsonValue, place: string): CodeableConcept => {
  const text = stringAt(value, 'text')
  return { coding: arrayAt(value, 'coding').map((coding, at) => toCoding(coding, `${place}.coding[${at}]`)), ...(text !== undefined && { text }) }
}

/** A parameter of an answer: name and value[x], resource or part; what is undefined is left out. JsonNumbers and JsonObjects inside keep their digits. */
export type OutParameter = { readonly name: string } & Readonly<Record<string, unknown>>

/** The text of a Parameters resource; parameters without a value are left out. */
export const writeParameters = (parameters: readonly OutParameter[]): string =>
  writeJson(objectFromPlain({ resourceType: 'Parameters', parameter: parameters.filter((parameter) => Object.entries(parameter).some(([name, value]) => name !== 'name' && value !== undefined)) }))
