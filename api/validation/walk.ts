/**
 * Holds a JSON value against a tree of elements (https://hl7.org/fhir/R4/json.html): names, cardinality, JSON form, fixed values and patterns, slices,
 * required bindings, targets of references. Invariants are collected and judged afterwards, on a value whose form is right. Never throws, whatever it is given.
 */
import type { IssueType } from '../model/outcome.ts'
import type { Finding } from '../model/ports.ts'
import { bindingProblem, codingsOf, type PendingBinding } from './binding.ts'
import type { Definitions } from './definitions.ts'
import { containedProblems, extensionProblem, localReferenceProblem, type Place } from './built-in.ts'
import type { Pending } from './invariants.ts'
import { narrativeProblem } from './narrative.ts'
import { isPrimitive, primitiveProblem } from './primitives.ts'
import { referenceProblem } from './reference.ts'
import { findSlice } from './slicing.ts'
import type { Element, ElementType, Property, Structure } from './structure.ts'
import { asArray, asString, equals, includes, isObject, keyed } from './untyped.ts'

/** One validation: what was found, and what is still to be judged. */
export interface Walk {
  readonly definitions: Definitions
  readonly findings: Finding[]
  readonly pending: Pending[]
  /** Value sets that are not listed here. */
  readonly bindings: PendingBinding[]
  /** How many may pend: FHIRPath takes some 40 µs for each, and nobody else is served meanwhile. */
  readonly most: number
  /** Objects above the one at hand; the JSON door refuses deeper than 64. */
  depth: number
}

const MAX_DEPTH = 100
const MAX_FINDINGS = 200

const report = (walk: Walk, expression: string, message: string, code: IssueType = 'structure'): void => {
  if (walk.findings.length < MAX_FINDINGS) walk.findings.push({ severity: 'error', code, expression, message })
}

/** A whole resource against the structure of its type or a profile; `root` is the resource that contains it, itself when none does. */
export const walkResource = (walk: Walk, resource: Readonly<Record<string, unknown>>, structure: Structure, path: string, root: unknown = resource): void => {
  const place: Place = { resource, root }
  walkObject(walk, resource, structure.root, structure.root, path, place, true)
  if (root === resource) for (const problem of containedProblems(resource)) report(walk, path + problem.expression, problem.message, 'invariant')
  pend(walk, resource, structure.root, structure.type, path, place)
}

/** Contained resources, entries of a Bundle: each has its own type; `root` is the container of a contained one. */
const walkNested = (walk: Walk, value: unknown, path: string, root: unknown): void => {
  if (!isObject(value)) return report(walk, path, 'Expected a resource')
  const type = asString(keyed(value, 'resourceType'))
  const base = walk.definitions.type(type)
  if (base?.kind !== 'resource') return report(walk, path, type ? `Unknown resource type "${type}"` : 'A resource needs a resourceType')
  const claimed = new Set(asArray(keyed(keyed(value, 'meta'), 'profile')).map((url) => walk.definitions.profile(asString(url).split('|')[0] ?? '')))
  const profiles = [...claimed].filter((profile) => profile?.type === type)
  for (const structure of profiles.length > 0 ? profiles : [base]) if (structure) walkResource(walk, value, structure, path, root)
}

/** The members of an object. `shape` has the properties; `element` is the place where the object stands. */
const walkObject = (walk: Walk, value: Readonly<Record<string, unknown>>, element: Element, shape: Element, path: string, place: Place, isResource: boolean): void => {
  if (walk.depth >= MAX_DEPTH) return report(walk, path, 'Nested too deeply')
  walk.depth += 1
  const seen = new Map<Element, string>()
  for (const name of Object.keys(value)) {
    if (isResource && name === 'resourceType') continue
    const plain = name.startsWith('_') ? name.slice(1) : name
    const property = shape.properties.get(plain)
    // a narrative has no extensions, and its id stands in its div
    if (!property || (plain !== name && (!isPrimitive(property.type.code) || property.type.code === 'xhtml'))) {
      report(walk, `${path}.${name}`, `Element "${name}" is not allowed here`)
      continue
    }
    const before = seen.get(property.element)
    if (before !== undefined && before !== plain) report(walk, `${path}.${name}`, `Only one of "${before}" and "${plain}" may be present`)
    if (before === plain) continue // the value and its _element are one
    seen.set(property.element, plain)
    walkProperty(walk, value[plain], keyed(value, `_${plain}`), property, `${path}.${plain}`, place)
  }
  for (const child of shape.children) if (child.min > 0 && !seen.has(child)) report(walk, missingPath(path, child), `Missing element: at least ${child.min} needed`, 'required')
  walk.depth -= 1
}

const missingPath = (path: string, child: Element): string => `${path}.${child.path.slice(child.path.lastIndexOf('.') + 1)}`

/** All values of one property, with the ids and extensions of primitives beside them. */
const walkProperty = (walk: Walk, value: unknown, beside: unknown, property: Property, path: string, place: Place): void => {
  const { element } = property
  if (!element.repeats) {
    if (Array.isArray(value) || Array.isArray(beside)) return report(walk, path, 'Expected one value, found an array')
    if (element.max === 0) return report(walk, path, 'This element is not allowed here')
    return walkItem(walk, value, beside, property, element, path, place)
  }
  if ((value !== undefined && !Array.isArray(value)) || (beside !== undefined && !Array.isArray(beside))) return report(walk, path, 'Expected an array')
  const values = asArray(value)
  const besides = asArray(beside)
  const count = Math.max(values.length, besides.length)
  if (count === 0) return report(walk, path, 'An array must not be empty')
  if (beside !== undefined && value !== undefined && values.length !== besides.length) report(walk, path, 'The array and its _array differ in length')
  if (count < element.min || count > element.max) report(walk, path, cardinality(element, count))
  const counts = new Map(element.slices.map((slice) => [slice, 0]))
  for (let index = 0; index < count; index++) {
    const item = values[index]
    const slice = element.slices.length > 0 ? findSlice(item, element, walk.definitions) : undefined
    if (slice) counts.set(slice, (counts.get(slice) ?? 0) + 1)
    else if (element.slicing?.closed) report(walk, `${path}[${index}]`, 'Not one of the kinds allowed here')
    walkItem(walk, item ?? undefined, besides[index] ?? undefined, property, slice?.element ?? element, `${path}[${index}]`, place)
  }
  for (const [slice, found] of counts) if (found < slice.element.min || found > slice.element.max) report(walk, path, `${slice.name}: ${cardinality(slice.element, found)}`)
}

const cardinality = (element: Element, found: number): string => `Expected ${element.min}..${element.max === Infinity ? '*' : element.max} values, found ${found}`

/** One value. `element` is the property's own or the slice that the value belongs to. */
const walkItem = (walk: Walk, value: unknown, beside: unknown, property: Property, element: Element, path: string, place: Place): void => {
  const type = typeFor(property, element)
  if (!type) return report(walk, path, `The type ${property.type.code} is not allowed here`)
  if (beside !== undefined) walkBeside(walk, beside, path, place)
  if (value === undefined || value === null) {
    if (beside === undefined) report(walk, path, 'A value must not be null')
    return
  }
  if (type.code === 'Resource') return walkNested(walk, value, path, element.path.endsWith('.contained') ? place.root : value)
  const problem = specified(value, element)
  if (problem) report(walk, path, problem, 'value')
  if (isPrimitive(type.code)) {
    const wrong = primitiveProblem(value, type.code) ?? (type.code === 'xhtml' ? narrativeProblem(asString(value)) : undefined)
    if (wrong) return report(walk, path, wrong, 'value')
  } else if (!walkComplex(walk, value, element, type, path, place)) {
    return
  }
  const unbound = element.required === undefined ? undefined : bindingProblem(walk.definitions, element.required, type.code, value)
  if (unbound) report(walk, path, unbound, 'code-invalid')
  bind(walk, value, element, type.code, path)
  pend(walk, value, element, typeName(element, type), path, place)
}

const typeFor = (property: Property, element: Element): ElementType | undefined =>
  element === property.element ? property.type : (element.types.find(({ code }) => code === property.type.code) ?? (element.types.length === 0 ? property.type : undefined))

const specified = (value: unknown, element: Element): string | undefined => {
  if (element.fixed !== undefined && !equals(value, element.fixed)) return `The value must be ${shortly(element.fixed)}`
  return element.pattern !== undefined && !includes(value, element.pattern) ? `The value must match ${shortly(element.pattern)}` : undefined
}
const shortly = (value: unknown): string => JSON.stringify(value).slice(0, 200)

/** FHIRPath knows the parts of a resource as "ObservationComponent". */
const typeName = (element: Element, type: ElementType): string =>
  type.code === 'BackboneElement' || type.code === 'Element' ? element.path.split('.').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('') : type.code

/** Answers false when the value is no object at all. */
const walkComplex = (walk: Walk, value: unknown, element: Element, type: ElementType, path: string, place: Place): boolean => {
  if (!isObject(value)) {
    report(walk, path, 'Expected an object')
    return false
  }
  if (Object.keys(value).length === 0) report(walk, path, 'An object must not be empty')
  // an extension that is known here is held against its own definition, wherever it stands
  const extension = type.code === 'Extension' && element.properties.size === 0 ? walk.definitions.profile(asString(keyed(value, 'url')))?.root : undefined
  const definition = extension ?? walk.definitions.type(type.code)?.root
  const shape = element.properties.size > 0 ? element : definition
  if (!shape) {
    report(walk, path, `Unknown type "${type.code}"`)
    return false
  }
  walkObject(walk, value, element, shape, path, place, false)
  if (definition && definition !== element) pend(walk, value, definition, type.code, path, place)
  if (type.code === 'Extension') reportIf(walk, path, extensionProblem(value))
  if (type.code === 'Reference') reportIf(walk, path, localReferenceProblem(value, place) ?? referenceProblem(value, type.targets))
  return true
}

const reportIf = (walk: Walk, path: string, problem: string | undefined): void => {
  if (problem) report(walk, path, problem, 'invariant')
}

/** `_birthDate`: id and extensions of a primitive. */
const walkBeside = (walk: Walk, beside: unknown, path: string, place: Place): void => {
  const shape = walk.definitions.type('Element')?.root
  if (!isObject(beside)) report(walk, path, 'Expected an object beside the value')
  else if (Object.keys(beside).length === 0) report(walk, path, 'An object must not be empty')
  else if (shape) walkObject(walk, beside, shape, shape, path, place, false)
}

/** R4 lets "json" and "xml" stand there beside media types. */
const SHORT_FORMATS = 'CapabilityStatement.format'

const bind = (walk: Walk, value: unknown, { required, extensible, path: place }: Element, type: string, path: string): void => {
  const valueSet = required ?? extensible
  if (valueSet === undefined || (required !== undefined && walk.definitions.lists(required)) || place === SHORT_FORMATS || walk.bindings.length >= MAX_FINDINGS) return
  const codings = codingsOf(type, value)
  if (codings) walk.bindings.push({ valueSet, codings, severity: required === undefined ? 'warning' : 'error', path })
}

const pend = (walk: Walk, value: unknown, element: Element, type: string, path: string, place: Place): void => {
  if (element.constraints.length === 0) return
  if (walk.pending.length + element.constraints.length > walk.most) {
    // said once; the first finding ends the judging anyway
    if (walk.findings.length === 0) report(walk, path, `The resource is too large: more than ${walk.most} rules would have to be judged`, 'too-costly')
    return
  }
  for (const constraint of element.constraints) walk.pending.push({ constraint, value, type, path, place })
}
