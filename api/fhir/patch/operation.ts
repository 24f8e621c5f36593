/** The operations in the Parameters of a FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html), read with their places. Pure. */
import { JsonNumber, JsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { bad, isList, misfit } from './work.ts'

export interface Operation { readonly place: string; readonly parts: ReadonlyMap<string, { readonly part: JsonObject; readonly place: string }> }

const PARTS = {
  add: ['path', 'name', 'value'], insert: ['path', 'index', 'value'], delete: ['path'], replace: ['path', 'value'], move: ['path', 'source', 'destination'],
} as const satisfies Record<string, readonly string[]>

export type OperationType = keyof typeof PARTS
const isType = (text: string): text is OperationType => Object.hasOwn(PARTS, text)

/** Throws bad-request for what is no operation of FHIRPath Patch. */
export const readOperation = (parameter: JsonValue, place: string): Operation & { readonly type: OperationType } => {
  if (stringAt(parameter, 'name') !== 'operation' || !(parameter instanceof JsonObject)) throw bad(place, 'Each parameter is an operation.')
  const given = parameter.get('part')
  const parts = new Map<string, { part: JsonObject; place: string }>()
  for (const [at, part] of (isList(given) ? given : []).entries()) {
    const here = `${place}.part[${at}]`
    const name = stringAt(part, 'name') ?? ''
    if (!(part instanceof JsonObject) || parts.has(name)) throw bad(here, 'Each part has a name of its own.')
    parts.set(name, { part, place: here })
  }
  const type = textOf({ place, parts }, 'type')
  if (!isType(type)) throw bad(place, 'The type is one of add, insert, delete, replace, move.')
  const known: readonly string[] = PARTS[type]
  for (const name of known) if (!parts.has(name)) throw bad(place, `${type} needs the part ${name}.`)
  for (const [name, { place: here }] of parts) if (name !== 'type' && !known.includes(name)) throw bad(here, `${type} has no part of this name.`)
  return { type, place, parts }
}

export const partOf = ({ place, parts }: Operation, name: string): { readonly part: JsonObject; readonly place: string } => {
  const found = parts.get(name)
  if (found === undefined) throw bad(place, `The part ${name} is missing.`)
  return found
}

export const textOf = (operation: Operation, name: string): string => {
  const { part, place } = partOf(operation, name)
  const text = part.get('valueString') ?? part.get('valueCode')
  if (typeof text !== 'string' || text === '') throw bad(place, 'Expected a text.')
  return text
}

/** A place in a list with `end` places. */
export const indexOf = (operation: Operation, name: string, end: number): number => {
  const { part, place } = partOf(operation, name)
  const number = part.get('valueInteger') ?? part.get('valueUnsignedInt') ?? part.get('valuePositiveInt')
  if (!(number instanceof JsonNumber) || !/^\d{1,9}$/.test(number.source)) throw bad(place, 'Expected a whole number from 0.')
  if (Number(number.source) >= end) throw misfit(place, 'The list has no such place.')
  return Number(number.source)
}
