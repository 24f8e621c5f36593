/**
 * A StructureDefinition that is not part of the program, made into a tree (http://hl7.org/fhir/R4/structuredefinition.html). It must be a constraint on a type of R4 that says nothing
 * wider than the type does: what it lets pass is held against nothing else where it stands inside of something. Pure.
 */
import { parseFhirPath } from '@medplum/core'
import type { Definitions } from './definitions.ts'
import type { Element, Structure } from './element.ts'
import { parseElementPath } from './step.ts'
import { isPrimitive } from './primitives.ts'
import { buildSnapshot, MOST_ELEMENTS, withIds, type SnapshotOf } from './snapshot.ts'
import { readStructure } from './structure.ts'
import { Unusable } from './unusable.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'

const DISCRIMINATORS: ReadonlySet<string> = new Set(['value', 'pattern', 'exists', 'type', 'profile'])
const LONGEST_EXPRESSION = 10_000
const MOST_CONSTRAINTS = 5_000
/** Of all rules together: reading them takes a microsecond for each letter, and nobody else is served meanwhile. */
const MOST_LETTERS = 200_000

/** Its elements, from its own snapshot or from what it changes of its base. Throws Unusable. */
export const snapshotElements = (definition: unknown, definitions: Definitions, snapshotOf: SnapshotOf): readonly unknown[] => {
  const type = asString(keyed(definition, 'type'))
  if (keyed(definition, 'derivation') !== 'constraint' || definitions.type(type) === undefined) throw new Unusable('Only constraints on the types of R4 can be validated against', 'derivation', false)
  const given = asArray(keyed(keyed(definition, 'snapshot'), 'element'))
  const changes = asArray(keyed(keyed(definition, 'differential'), 'element'))
  if (given.length + changes.length > MOST_ELEMENTS) throw new Unusable(`More than ${MOST_ELEMENTS} elements`, 'snapshot')
  if (given.length > 0) return withIds(given).map(({ id, raw }) => ({ ...raw, id }))
  const baseUrl = asString(keyed(definition, 'baseDefinition'))
  const base = snapshotOf(baseUrl)
  if (!base) throw new Unusable(`The base ${baseUrl.slice(0, 200) || '(none)'} is not known here`, 'baseDefinition', baseUrl === '')
  return buildSnapshot(base, changes, snapshotOf)
}

/** Throws Unusable. */
export const compileDefinition = (definition: unknown, elements: readonly unknown[], definitions: Definitions): Structure => {
  const type = asString(keyed(definition, 'type'))
  const base = definitions.type(type)
  const ids = new Set<string>()
  for (const [at, element] of elements.entries()) {
    const id = asString(keyed(element, 'id'))
    if (ids.has(id)) throw new Unusable(`The element ${id.slice(0, 200)} stands twice`, `snapshot.element[${at}]`, true, id)
    if (at === 0 ? id !== type : !id.startsWith(`${type}.`)) throw new Unusable(`The elements must be those of ${type}, beginning with ${type} itself`, `snapshot.element[${at}]`)
    ids.add(id)
  }
  if (!base) throw new Unusable(`The type ${type} is not known here`, 'type', false)
  requireForm(elements)
  const structure = readStructure({ ...(isObject(definition) ? definition : {}), snapshot: { element: elements } }, definitions.isOwn)
  requireNarrower(structure.root, base.root, definitions, new Set())
  return { ...structure, foreign: true, weight: elements.length }
}

const requireForm = (elements: readonly unknown[]): void => {
  let constraints = 0
  let letters = 0
  for (const [at, element] of elements.entries()) {
    const place = `snapshot.element[${at}]`
    const id = asString(keyed(element, 'id'))
    const min = keyed(element, 'min'), max = keyed(element, 'max')
    if (max !== undefined && !/^(?:\*|\d{1,9})$/.test(asString(max))) throw new Unusable(`${id}: max must be a number or *`, place, true, id)
    if (typeof min === 'number' && max !== undefined && max !== '*' && min > Number(max)) throw new Unusable(`${id}: min ${min} is above max ${asString(max)}`, place, true, id)
    for (const discriminator of asArray(keyed(keyed(element, 'slicing'), 'discriminator'))) {
      const [kind, path] = ['type', 'path'].map((name) => asString(keyed(discriminator, name)))
      if (!DISCRIMINATORS.has(kind ?? '') || !parseElementPath(path ?? '')) throw new Unusable(`${id}: the discriminator ${kind}:${path?.slice(0, 100)} is not understood`, place, true, id)
    }
    for (const constraint of asArray(keyed(element, 'constraint'))) {
      constraints += 1
      letters += asString(keyed(constraint, 'expression')).length
      if (constraints > MOST_CONSTRAINTS || letters > MOST_LETTERS) throw new Unusable(`More than ${MOST_CONSTRAINTS} constraints, or more than ${MOST_LETTERS} letters in them`, place, true, id)
      requireExpression(asString(keyed(constraint, 'key')), asString(keyed(constraint, 'expression')), place, id)
    }
  }
}

const requireExpression = (key: string, expression: string, place: string, element: string): void => {
  if (expression.length > LONGEST_EXPRESSION) throw new Unusable(`${key}: the expression is longer than ${LONGEST_EXPRESSION} characters`, place, true, element)
  try {
    if (expression !== '') parseFhirPath(expression)
  } catch (error) {
    throw new Unusable(`${key}: the expression is no FHIRPath: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`, place, true, element)
  }
}

/** An element of what holds the base: by its name, or of a choice by a name with its type. */
const inBase = (child: Element, base: Element, definitions: Definitions): Element | undefined => {
  const [type] = base.types
  const holder = base.properties.size > 0 ? base : type && definitions.type(type.code)?.root
  const name = child.path.slice(child.path.lastIndexOf('.') + 1)
  return name.endsWith('[x]') ? holder?.children.find(({ path }) => path.endsWith(`.${name}`)) : holder?.properties.get(name)?.element
}

const requireNarrower = (element: Element, base: Element, definitions: Definitions, seen: Set<Element>): void => {
  if (seen.has(element)) return
  seen.add(element)
  for (const child of element.children) {
    const own = inBase(child, base, definitions)
    if (!own) throw new Unusable(`There is no element ${child.path.slice(0, 200)} in ${base.path}`, 'snapshot', true, child.path)
    for (const one of [child, ...slicesIn(child)]) requireWithin(one, own, one !== child, definitions)
    for (const one of [child, ...slicesIn(child)]) requireNarrower(one, own, definitions, seen)
  }
}

const slicesIn = (element: Element): Element[] => element.slices.flatMap((slice) => [slice.element, ...slicesIn(slice.element)])

const requireWithin = (element: Element, base: Element, isSlice: boolean, definitions: Definitions): void => {
  const { path } = element
  if (element.max > base.max) throw new Unusable(`${path} may occur more often than in the base`, 'snapshot', true, path)
  if (!isSlice && element.min < base.min) throw new Unusable(`${path} may be left out, which the base does not allow`, 'snapshot', true, path)
  const isOpen = base.types.some(({ code }) => code === 'Resource')
  const strange = element.types.find(({ code }) => !base.types.some((type) => type.code === code) && !(isOpen && definitions.resource(code)))
  if (strange && base.types.length > 0) throw new Unusable(`${path} cannot be of type ${strange.code}`, 'snapshot', true, path)
  for (const { code } of element.types) if (!isPrimitive(code) && definitions.type(code) === undefined) throw new Unusable(`${path}: the type ${code.slice(0, 100)} is not one of R4`, 'snapshot', true, path)
  // whether it is an array in JSON is the type's to say
  if (element.repeats !== base.repeats) Object.assign(element, { repeats: base.repeats })
}

/** What a definition says of itself that can be judged without knowing other definitions. */
export const isProfile = (resource: unknown): boolean => keyed(resource, 'resourceType') === 'StructureDefinition' && keyed(resource, 'derivation') === 'constraint'

