/** The values of a FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html): value[x], a resource, or parts that make an element without a type of its own. Pure. */
import { JsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { elementAt, elementsOf, findElement, memberName, shapeOf, type Element, type Shape } from '../elements.ts'
import { bad, isList } from './work.ts'

/** A value as it will stand: under this name, with what is said of a primitive beside it. */
export interface Placed { readonly member: string; readonly value: JsonValue; readonly said: JsonValue }

const EXTENSION: Shape = { type: 'Extension', path: '' }

/** The value of a part of a Parameters for an element of `holder`. Throws bad-request for what can never stand there; the rest is the validator's. */
export const placeValue = (part: JsonObject, holder: Shape, element: Element, place: string): Placed => {
  const parts = part.get('part')
  if (parts !== undefined) return { member: plainMember(element, place), value: fromParts(parts, shapeOf(holder, element, element.types[0] ?? ''), place), said: null }
  const resource = part.get('resource')
  if (resource !== undefined) {
    if (!element.types.includes('Resource')) throw bad(place, `${element.name} holds no resource.`)
    return { member: element.name, value: resource, said: null }
  }
  const names = new Set(part.names.filter((name) => /^_?value[A-Z]/.test(name)).map((name) => name.replace(/^_/, '')))
  const [name, another] = names
  const type = name === undefined ? undefined : elementAt(EXTENSION, name)?.type
  if (name === undefined || type === undefined || another !== undefined) throw bad(place, 'Expected one value.')
  if (element.choice && !element.types.includes(type)) throw bad(place, `${element.name} is none of ${type}.`)
  const value = part.get(name) ?? null
  const takesObject = element.choice ? isComplex(type) : isComplex(element.types[0] ?? '')
  if (value !== null && (isList(value) || value instanceof JsonObject !== takesObject)) throw bad(place, `This is no value of ${element.name}.`)
  return { member: memberName(element, type), value, said: part.get(`_${name}`) ?? null }
}

const plainMember = (element: Element, place: string): string => {
  if (element.choice) throw bad(place, `${element.name} may be of several types: a value with its type is expected.`)
  return element.name
}

/** Backbones, datatypes and resources are objects in JSON; primitives are not. */
const isComplex = (type: string): boolean => type === '.' || type.startsWith('@') || type === 'Resource' || elementsOf({ type, path: '' }).size > 0

/** Parts named after elements, each with its value. */
const fromParts = (parts: JsonValue, shape: Shape, place: string): JsonObject => {
  if (!isList(parts)) throw bad(place, 'part is a list.')
  const members = new Map<string, JsonValue[]>()
  const sayings = new Map<string, JsonValue[]>()
  const lists = new Set<string>()
  for (const [at, part] of parts.entries()) {
    const here = `${place}.part[${at}]`
    const name = stringAt(part, 'name') ?? ''
    const element = findElement(shape, name)
    if (!(part instanceof JsonObject) || element === undefined) throw bad(here, `No element has the name ${name.slice(0, 64)} here.`)
    const { member, value, said } = placeValue(part, shape, element, here)
    if (element.list) lists.add(member)
    else if (members.has(member)) throw bad(here, `${name} occurs once.`)
    members.set(member, [...members.get(member) ?? [], value])
    sayings.set(`_${member}`, [...sayings.get(`_${member}`) ?? [], said])
  }
  const entries = [...members, ...sayings].filter(([, values]) => values.some((value) => value !== null))
  return JsonObject.from(entries.map(([member, values]) => [member, lists.has(member.replace(/^_/, '')) ? values : values[0] ?? null] as const))
}
