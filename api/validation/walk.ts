/**
 * Holds a JSON value against a tree of elements (https://hl7.org/fhir/R4/json.html): names, cardinality, JSON form, fixed values and patterns, slices,
 * required bindings, targets of references. Invariants are collected and judged afterwards, on a value whose form is right. Never throws, whatever it is given.
 */
import { bindingProblem } from './binding.ts'
import { containedProblems, emptyReferenceProblem, extensionProblem, localReferenceProblem, type Place } from './built-in.ts'
import type { Element, ElementType, Property, Slice, Structure } from './element.ts'
import { narrativeProblem } from './narrative.ts'
import { isPrimitive, primitiveProblem } from './primitives.ts'
import { followReference, referenceProblem, targetType } from './reference.ts'
import { findSlice, type SliceScope } from './slicing.ts'
import { specifiedProblem } from './specified.ts'
import { asArray, asString, isObject, keyed } from './untyped.ts'
import { bind, MAX_DEPTH, noteDisplay, pend, report, reportIf, type Walk } from './walk-state.ts'

/** A whole resource against the structure of its type or a profile; `root` is the resource that contains it, itself when none does. */
export const walkResource = (walk: Walk, resource: Readonly<Record<string, unknown>>, structure: Structure, path: string, root: unknown = resource): void => {
  const place: Place = { resource, root }
  walkObject(walk, resource, structure.root, structure.root, path, place, true)
  if (root === resource) for (const problem of containedProblems(resource)) report(walk, path + problem.expression, problem.message, 'invariant')
  pend(walk, resource, structure.root, structure.type, path, place)
}

/** Contained resources, entries of a Bundle: each has its own type; `root` is the container of a contained one. `type`: which of them may stand there, and the profiles for it. */
const walkNested = (walk: Walk, value: unknown, path: string, root: unknown, allowed: readonly ElementType[]): void => {
  if (!isObject(value)) return report(walk, path, 'Expected a resource')
  const type = asString(keyed(value, 'resourceType'))
  const base = walk.definitions.resource(type)
  if (!base) return report(walk, path, type ? `Unknown resource type "${type}"` : 'A resource needs a resourceType')
  const named = allowed.find(({ code }) => code === type) ?? allowed.find(({ code }) => code === 'Resource' || code === 'DomainResource')
  if (allowed.length > 0 && !named) return report(walk, path, `The type ${type} is not allowed here: expected ${allowed.map(({ code }) => code).join(', ')}`)
  const claimed = asArray(keyed(keyed(value, 'meta'), 'profile')).map(asString)
  const wanted = named?.profiles.length === 1 ? named.profiles : []
  const profiles = [...new Set([...claimed, ...wanted].map((url) => walk.definitions.profile(url)))].filter((profile) => profile?.type === type)
  for (const structure of profiles.length > 0 ? profiles : [base]) if (structure) walkResource(walk, value, structure, path, root)
  if (named && named.profiles.length > 1 && !named.profiles.some((url) => conforms(walk, value, url) !== false)) report(walk, path, `The resource meets none of the profiles ${named.profiles.join(', ').slice(0, 300)}`)
}

/** Whether a resource meets a profile, but for invariants; undefined: the profile is not known. */
const conforms = (walk: Walk, value: unknown, url: string): boolean | undefined => {
  const structure = walk.definitions.profile(url)
  if (!structure) return undefined
  if (!isObject(value) || keyed(value, 'resourceType') !== structure.type) return false
  const answers = walk.conforming.get(value) ?? new Map<string, boolean>()
  walk.conforming.set(value, answers)
  const known = answers.get(url)
  if (known !== undefined) return known
  answers.set(url, true)
  const inner: Walk = { ...walk, findings: [], pending: [], bindings: [], displays: [], targets: [], advice: false }
  walkResource(inner, value, structure, structure.type)
  walk.work = inner.work
  answers.set(url, inner.findings.length === 0)
  return inner.findings.length === 0
}

/** The members of an object. `shape` has the properties; `element` is the place where the object stands. */
const walkObject = (walk: Walk, value: Readonly<Record<string, unknown>>, element: Element, shape: Element, path: string, place: Place, isResource: boolean): void => {
  if (walk.depth >= MAX_DEPTH) return report(walk, path, 'Nested too deeply')
  walk.depth += 1
  const { seen, names } = walk
  const first = seen.length
  for (const name of Object.keys(value)) {
    if (isResource && name === 'resourceType') continue
    const plain = name.startsWith('_') ? name.slice(1) : name
    const property = shape.properties.get(plain)
    // a narrative has no extensions, and its id stands in its div
    if (!property || (plain !== name && (!isPrimitive(property.type.code) || property.type.code === 'xhtml'))) {
      report(walk, `${path}.${name}`, `Element "${name}" is not allowed here`)
      continue
    }
    const at = seen.indexOf(property.element, first)
    const before = at < 0 ? undefined : names[at]
    if (before !== undefined && before !== plain) report(walk, `${path}.${name}`, `Only one of "${before}" and "${plain}" may be present`)
    if (before === plain) continue // the value and its _element are one
    if (before === undefined) {
      seen.push(property.element)
      names.push(plain)
    } else names[at] = plain
    walkProperty(walk, value[plain], keyed(value, `_${plain}`), property, `${path}.${plain}`, place)
  }
  for (const child of shape.children) if (child.min > 0 && !seen.includes(child, first)) report(walk, missingPath(path, child), `Missing element: at least ${child.min} needed`, 'required')
  seen.length = names.length = first
  walk.depth -= 1
}

const missingPath = (path: string, child: Element): string => `${path}.${child.path.slice(child.path.lastIndexOf('.') + 1)}`

/** All values of one property, with the ids and extensions of primitives beside them. */
const walkProperty = (walk: Walk, value: unknown, beside: unknown, property: Property, path: string, place: Place): void => {
  const { element } = property
  if (!element.repeats) {
    if (Array.isArray(value) || Array.isArray(beside)) return report(walk, path, 'Expected one value, found an array')
    if (element.max === 0) return report(walk, path, 'This element is not allowed here')
    return element.slices.length === 0 ? walkItem(walk, value, beside, property, element, path, place) : walkSliced(walk, [value], [beside], property, [path], path, place)
  }
  if ((value !== undefined && !Array.isArray(value)) || (beside !== undefined && !Array.isArray(beside))) return report(walk, path, 'Expected an array')
  const values = asArray(value)
  const besides = asArray(beside)
  const count = Math.max(values.length, besides.length)
  if (count === 0) return report(walk, path, 'An array must not be empty')
  if (beside !== undefined && value !== undefined && values.length !== besides.length) report(walk, path, 'The array and its _array differ in length')
  if (count < element.min || count > element.max) report(walk, path, cardinality(element, count))
  if (element.slices.length === 0) {
    for (let index = 0; index < count; index += 1) walkItem(walk, values[index] ?? undefined, besides[index] ?? undefined, property, element, `${path}[${index}]`, place)
    return
  }
  const paths = Array.from({ length: count }, (_, index) => `${path}[${index}]`)
  walkSliced(walk, paths.map((_, index) => values[index] ?? undefined), paths.map((_, index) => besides[index] ?? undefined), property, paths, path, place)
}

const walkSliced = (walk: Walk, values: readonly unknown[], besides: readonly unknown[], property: Property, paths: readonly string[], path: string, place: Place): void => {
  const { element } = property
  const scope = element.slices.length > 0 ? scopeOf(walk, place) : undefined
  const counts = new Map<Slice, number>()
  let last = -1
  for (const [index, itemPath] of paths.entries()) {
    const value = values[index]
    const slice = scope && value !== undefined ? sliceOf(walk, value, property, scope, counts, itemPath) : undefined
    if (slice && element.slicing?.ordered === true) {
      const at = element.slices.findIndex((one) => one === slice || one.element.slices.includes(slice))
      if (at < last) report(walk, itemPath, `${slice.name} must stand before what is before it`)
      last = Math.max(last, at)
    }
    walkItem(walk, value, besides[index], property, slice?.element ?? element, itemPath, place)
  }
  if (scope) requireCounts(walk, element, counts, path)
}

/** The slice of a value, or the slice of that slice; each is counted. */
const sliceOf = (walk: Walk, value: unknown, { element, type }: Property, scope: SliceScope, counts: Map<Slice, number>, path: string): Slice | undefined => {
  let found: Slice | undefined
  for (let at: Element = element; at.slices.length > 0 && walk.work > 0;) {
    const slice = findSlice(value, type.code, at, scope)
    if (!slice) {
      if (at.slicing?.closed === true && walk.work > 0) report(walk, path, 'Not one of the kinds allowed here')
      break
    }
    counts.set(slice, (counts.get(slice) ?? 0) + 1)
    found = slice
    at = slice.element
  }
  if (walk.work <= 0 && walk.findings.length === 0) report(walk, path, 'The resource has too many values to be told apart by its profile', 'too-costly')
  return found
}

const requireCounts = (walk: Walk, element: Element, counts: ReadonlyMap<Slice, number>, path: string): void => {
  for (const slice of element.slices) {
    const found = counts.get(slice) ?? 0
    if (found < slice.element.min || found > slice.element.max) report(walk, path, `${slice.name}: ${cardinality(slice.element, found)}`)
    if (found > 0) requireCounts(walk, slice.element, counts, path)
  }
}

const scopeOf = (walk: Walk, place: Place): SliceScope => ({
  definitions: walk.definitions,
  // of what is not at hand the type is known
  resolve: (reference) => followReference(reference, place, walk.bundle) ?? { resourceType: targetType(reference) },
  conforms: (value, url) => conforms(walk, value, url),
  spend: (steps) => {
    walk.work -= steps
    return walk.work > 0
  },
})

const cardinality = (element: Element, found: number): string => `Expected ${element.min}..${element.max === Infinity ? '*' : element.max} values, found ${found}`

/** One value. `element` is the property's own or the slice that the value belongs to. */
const walkItem = (walk: Walk, value: unknown, beside: unknown, property: Property, element: Element, path: string, place: Place): void => {
  if (beside !== undefined) walkBeside(walk, beside, path, place)
  if (value === undefined || value === null) {
    if (beside === undefined) report(walk, path, 'A value must not be null')
    return
  }
  if (isResourceType(walk, property.type.code)) return walkNested(walk, value, path, element.path.endsWith('.contained') ? place.root : value, element.types)
  const type = typeFor(property, element)
  if (!type) return report(walk, path, `The type ${property.type.code} is not allowed here`)
  reportIf(walk, path, specifiedProblem(value, element), 'value')
  if (isPrimitive(type.code)) {
    const wrong = primitiveProblem(value, type.code) ?? (type.code === 'xhtml' ? narrativeProblem(asString(value)) : undefined)
    if (wrong) return report(walk, path, wrong, 'value')
  } else if (!walkComplex(walk, value, element, type, path, place)) {
    return
  }
  const required = element.binding?.required
  if (required !== undefined) reportIf(walk, path, bindingProblem(walk.definitions, required, type.code, value), 'code-invalid')
  bind(walk, value, element, type.code, path)
  pend(walk, value, element, typeName(element, type), path, place)
}

/** "Resource", or in profiles one that stands there alone. Types of data are many more, and have been seen before. */
const isResourceType = ({ definitions }: Walk, code: string): boolean => code.charCodeAt(0) < 0x61 && definitions.type(code)?.kind === 'resource'

const typeFor = (property: Property, element: Element): ElementType | undefined =>
  element === property.element ? property.type : (element.types.find(({ code }) => code === property.type.code) ?? (element.types.length === 0 ? property.type : undefined))

/** FHIRPath knows the parts of a resource as "ObservationComponent". */
const typeName = (element: Element, type: ElementType): string =>
  type.code === 'BackboneElement' || type.code === 'Element' ? element.path.split('.').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('') : type.code

/** The definition that a value of the type is held against besides: an extension's own, wherever it stands; a profile of the type. */
const definitionOf = (walk: Walk, value: unknown, element: Element, type: ElementType): Element | undefined => {
  if (type.code === 'Extension') {
    const own = element.properties.size === 0 ? walk.definitions.profile(asString(keyed(value, 'url'))) : undefined
    return (own?.type === 'Extension' ? own : walk.definitions.type(type.code))?.root
  }
  const [profile, more] = type.profiles
  const known = profile !== undefined && more === undefined ? walk.definitions.profile(profile) : undefined
  return (known?.type === type.code ? known : walk.definitions.type(type.code))?.root
}

/** Answers false when the value is no object at all. */
const walkComplex = (walk: Walk, value: unknown, element: Element, type: ElementType, path: string, place: Place): boolean => {
  if (!isObject(value)) {
    report(walk, path, 'Expected an object')
    return false
  }
  if (Object.keys(value).length === 0) report(walk, path, 'An object must not be empty')
  const definition = definitionOf(walk, value, element, type)
  const shape = element.properties.size > 0 ? element : definition
  if (!shape) {
    report(walk, path, `Unknown type "${type.code}"`)
    return false
  }
  walkObject(walk, value, element, shape, path, place, false)
  if (definition && definition !== element) pend(walk, value, definition, type.code, path, place)
  if (type.code === 'Extension') reportIf(walk, path, extensionProblem(value))
  if (type.code === 'Coding') noteDisplay(walk, value, path)
  if (type.code === 'Reference') {
    reportIf(walk, path, emptyReferenceProblem(value) ?? localReferenceProblem(value, place) ?? referenceProblem(value, type, walk.definitions))
    if (type.targetProfiles.length > 0) reportIf(walk, path, targetProblem(walk, value, type, place, path), 'structure')
  }
  return true
}

export const unmet = (profiles: readonly string[]): string => `What the reference points at meets none of the profiles ${profiles.join(', ').slice(0, 300)}`

/** A target that is at hand, contained or in the same Bundle, must meet one of the profiles. */
const targetProblem = (walk: Walk, reference: unknown, { targets, targetProfiles }: ElementType, place: Place, path: string): string | undefined => {
  const target = followReference(reference, place, walk.bundle)
  if (target === undefined && walk.advice) walk.targets.push({ reference: asString(keyed(reference, 'reference')), types: targets, profiles: targetProfiles, path })
  if (!isObject(target) || targets.includes(asString(keyed(target, 'resourceType')))) return undefined
  return targetProfiles.some((url) => conforms(walk, target, url) !== false) ? undefined : unmet(targetProfiles)
}

/** `_birthDate`: id and extensions of a primitive. */
const walkBeside = (walk: Walk, beside: unknown, path: string, place: Place): void => {
  const shape = walk.definitions.type('Element')?.root
  if (!isObject(beside)) report(walk, path, 'Expected an object beside the value')
  else if (Object.keys(beside).length === 0) report(walk, path, 'An object must not be empty')
  else if (shape) walkObject(walk, beside, shape, shape, path, place, false)
}
