/** Where the path of a FHIRPath Patch leads in a resource: elements as FHIR has them (a choice by its name, a primitive with what is said of it), with their places in the JSON. Pure. */
import { JsonObject, stringAt, type JsonValue } from '../../model/json.ts'
import { elementAt, findElement, memberName, shapeOf, type Element, type Shape } from '../elements.ts'
import { isSame } from './json-patch.ts'
import type { Step, Term } from './path.ts'
import { bad, isList, misfit, PER_ITEM, PER_LOOKUP, sizeOf, type At } from './work.ts'

export type TreePath = readonly (string | number)[]

/** An element of the resource. */
export interface Spot {
  /** Of the object that holds its members; of a primitive the object beside it ("_birthDate"), which need not be there. */
  readonly path: TreePath
  /** Of the object that it is a member of. */
  readonly holder: TreePath
  /** What that object is. */
  readonly owner: Shape
  /** Name there: "birthDate", "deceasedBoolean"; '' for the resource itself. */
  readonly member: string
  /** Place in a list. */
  readonly index?: number
  readonly element?: Element
  readonly type: string
  readonly shape: Shape
  readonly value: JsonValue | undefined
  /** Id and extensions of a primitive. */
  readonly said: JsonValue | undefined
}

export const rootOf = (resource: JsonObject): Spot => {
  const type = stringAt(resource, 'resourceType') ?? ''
  return { path: [], holder: [], owner: { type, path: '' }, member: '', type, shape: { type, path: '' }, value: resource, said: undefined }
}

/** The object with the members of an element. */
export const objectOf = ({ value, said }: Spot): JsonObject | undefined => (value instanceof JsonObject ? value : said instanceof JsonObject ? said : undefined)

/** The members of a spot under which its element `name` stands. */
export const membersOf = (spot: Spot, element: Element): string[] => {
  const object = objectOf(spot)
  const names = element.choice ? element.types.map((type) => memberName(element, type)) : [element.name]
  return object === undefined ? [] : names.filter((name) => object.has(name) || object.has(`_${name}`))
}

export const requireElement = (spot: Spot, name: string, place: string): Element => {
  const element = findElement(spot.shape, name)
  if (element === undefined) throw bad(place, `${spot.shape.path === '' ? spot.shape.type : `${spot.shape.type}.${spot.shape.path}`} has no element ${name.slice(0, 64)}.`)
  return element
}

const childrenOf = (spot: Spot, name: string, at: At): Spot[] => {
  const element = requireElement(spot, name, at.place)
  const object = objectOf(spot)
  at.budget.spend(PER_LOOKUP + sizeOf(object), at.place)
  return object === undefined ? [] : membersOf(spot, element).flatMap((member) => spotsAt(spot, object, element, member, at))
}

const spotsAt = (parent: Spot, object: JsonObject, element: Element, member: string, { place, budget }: At): Spot[] => {
  const [value, said] = [object.get(member), object.get(`_${member}`)]
  const declared = elementAt(parent.shape, member)?.type ?? element.types[0] ?? ''
  const spot = (one: JsonValue | undefined, beside: JsonValue | undefined, index?: number): Spot => {
    const type = declared === 'Resource' ? stringAt(one, 'resourceType') ?? declared : declared
    const tail = index === undefined ? [] : [index]
    return {
      path: [...parent.path, one instanceof JsonObject ? member : `_${member}`, ...tail], holder: parent.path, owner: parent.shape, member, element, type,
      shape: shapeOf(parent.shape, element, type), value: one ?? undefined, said: beside ?? undefined, ...(index !== undefined && { index }),
    }
  }
  if (!isList(value) && !isList(said)) return [spot(value, said)]
  const [values, sayings] = [isList(value) ? value : [], isList(said) ? said : []]
  const length = Math.max(values.length, sayings.length)
  budget.spend(length * PER_ITEM, place)
  return Array.from({ length }, (_, index) => spot(values[index], sayings[index], index))
}

/** The elements at the end of the steps. */
export const find = (from: Spot, steps: readonly Step[], at: At): Spot[] => steps.reduce<Spot[]>((spots, step) => takeStep(spots, step, at), [from])

const takeStep = (spots: Spot[], step: Step, at: At): Spot[] => {
  at.budget.spend(spots.length, at.place)
  switch (step.kind) {
    case 'name': return spots.flatMap((spot) => childrenOf(spot, step.name, at))
    case 'index': return spots.slice(step.at, step.at + 1)
    case 'first': return spots.slice(0, 1)
    case 'last': return spots.slice(-1)
    case 'single':
      if (spots.length > 1) throw misfit(at.place, 'single(), and there are several.')
      return spots
    case 'type': return spots.filter(({ type }) => type === step.type)
    case 'extension': return spots.flatMap((spot) => childrenOf(spot, 'extension', at)).filter(({ value }) => stringAt(value, 'url') === step.url)
    case 'where': return spots.filter((spot) => step.terms.every((term) => holds(spot, term, at)))
  }
}

/** As FHIRPath compares: with nothing on one side neither = nor != is true, and several items are not equal to one. */
const holds = (spot: Spot, { path, literal, not }: Term, at: At): boolean => {
  const found = find(spot, path, at)
  if (literal === undefined) return found.length > 0
  const [one, ...more] = found
  if (one?.value === undefined) return false
  return (more.length === 0 && isSame(one.value, literal)) !== not
}
