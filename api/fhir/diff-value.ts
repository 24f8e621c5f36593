/** Values as parts of a FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html): what patch/value.ts reads again. Pure. */
import { JsonNumber, JsonObject, stringAt, type JsonValue } from '../model/json.ts'
import { elementAt, shapeOf, type Element, type Shape } from './elements.ts'
import type { Pair } from './patch/edit.ts'
import { isList } from './patch/work.ts'

const EXTENSION: Shape = { type: 'Extension', path: '' }
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** value[x] for a type: itself where a Parameters can hold it; a primitive that it cannot hold (xhtml) is a string; undefined: only parts can. */
const memberFor = (type: string, value: JsonValue): string | undefined => {
  const own = `value${capital(type)}`
  if (/^[A-Za-z0-9]+$/.test(type) && elementAt(EXTENSION, own) !== undefined) return own
  return value instanceof JsonObject ? undefined : 'valueString'
}

/** The part `name` with the value of an element of `holder`. */
export const partFor = (name: string, { value, said }: Pair, holder: Shape, element: Element, type: string): JsonObject => {
  if (type === 'Resource') return JsonObject.from([['name', name], ['resource', value]])
  const member = memberFor(type, value)
  if (member === undefined) return JsonObject.from([['name', name], ['part', value instanceof JsonObject ? partsOf(value, shapeOf(holder, element, type)) : []]])
  return JsonObject.from([['name', name], [member, value === null ? undefined : value], [`_${member}`, said === null ? undefined : said]])
}

/** The elements of an object, each item of a list by itself. */
const partsOf = (object: JsonObject, shape: Shape): JsonObject[] => membersOf(object, shape).flatMap((member) => {
  const found = elementAt(shape, member)
  if (found === undefined) return []
  const { element, type } = found
  return itemsOf(object, member).map((pair) => partFor(element.name, pair, shape, element, type))
})

/** Names without the underscore, each once; what says its own type is no element. */
export const membersOf = (object: JsonObject, shape: Shape): string[] =>
  [...new Set(object.names.map((name) => name.replace(/^_/, '')))].filter((name) => name !== 'resourceType' || elementAt(shape, name) !== undefined)

/** A member as pairs of a value and what is said of it: one, or one for each item. */
export const itemsOf = (object: JsonObject, member: string): Pair[] => {
  const [value, said] = [object.get(member), object.get(`_${member}`)]
  if (!isList(value) && !isList(said)) return value === undefined && said === undefined ? [] : [{ value: value ?? null, said: said ?? null }]
  const [values, sayings] = [isList(value) ? value : [], isList(said) ? said : []]
  return Array.from({ length: Math.max(values.length, sayings.length) }, (_, at) => ({ value: values[at] ?? null, said: sayings[at] ?? null }))
}

/** Members in any order, numbers as they are written: 1.0 is not 1.00. */
export type Alike = (one: JsonValue, other: JsonValue) => boolean

/** Equal parts get equal numbers, each part once: however deep two resources are, they are looked at in one pass. */
export const createAlike = (): Alike => {
  const numbers = new Map<string, number>()
  const known = new WeakMap<object, number>()
  const intern = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  const textOf = (value: JsonValue): string => {
    if (value instanceof JsonObject) return `{${[...value.entries()].map(([name, member]) => `${JSON.stringify(name)}:${numberOf(member)}`).sort().join(',')}}`
    if (isList(value)) return `[${value.map(numberOf).join(',')}]`
    return value instanceof JsonNumber ? value.source : JSON.stringify(value)
  }
  const numberOf = (value: JsonValue): number => {
    if (value === null || typeof value !== 'object') return intern(textOf(value))
    const before = known.get(value)
    if (before !== undefined) return before
    const number = intern(textOf(value))
    known.set(value, number)
    return number
  }
  return (one, other) => numberOf(one) === numberOf(other)
}

/** What a resource inside of another says that it is. */
export const typeOf = (value: JsonValue): string | undefined => stringAt(value, 'resourceType')
