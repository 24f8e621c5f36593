/**
 * A resource with as many of the elements of its definition as may stand together (http://hl7.org/fhir/R4/resourcelist.html). Which may not is told by plan.json,
 * which values an invariant asks for by overrides.ts.
 */
import { openDefinitions } from '#api/validation/definitions.ts'
import { isPrimitive } from '#api/validation/primitives.ts'
import type { Element, ElementType } from '#api/validation/element.ts'
import { chosen, oneIn } from './choose.ts'
import { codeAt } from './codes.ts'
import { datatypeAt, type Plain } from './datatypes.ts'
import { overrideAt } from './overrides.ts'
import { isText, primitiveAt } from './primitives.ts'

export const definitions = openDefinitions()

/** One resource being built. `omit`: paths of elements that stay away. */
interface Build { readonly type: string; readonly number: number; readonly omit: ReadonlySet<string> }

/** How much of a datatype is made: all of it, what a datatype inside holds, the least. */
type Detail = 0 | 1 | 2

const OTHER_SERVER = 'https://other.example/fhir'
const CONTAINED = { resourceType: 'Basic', id: 'c1', code: { text: 'ở trong' } }
/** By which the contained resource is referred to. */
const TO_CONTAINED = { url: 'http://example.org/fhir/StructureDefinition/inside', valueReference: { reference: '#c1' } }

const nameOf = (element: Element): string => element.path.slice(element.path.lastIndexOf('.') + 1)
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Elements inside themselves, through content references and datatypes. */
const MAX_NESTED = 2

export const buildResource = (type: string, number: number, omit: ReadonlySet<string>): Plain => {
  const root = definitions.type(type)?.root
  if (root === undefined) throw new Error(`No definition of ${type}`)
  return { resourceType: type, ...childrenOf({ type, number, omit }, root, { name: `${type}#${number}`, index: 0 }, 0, [type]) }
}

/** An object's name among all places of the corpus, and its place in the list in which it stands. */
interface Place { readonly name: string; readonly index: number }

/** Members of an object. `above`: the definitions around it. */
const childrenOf = (build: Build, shape: Element, place: Place, detail: Detail, above: readonly string[]): Record<string, unknown> => {
  const members: Record<string, unknown> = {}
  for (const child of shape.children) {
    if (build.omit.has(child.path) || child.max === 0) continue
    if (child.min === 0 && !isWanted(child, detail, above, place.name)) continue
    Object.assign(members, memberOf(build, child, place, detail, above))
  }
  return members
}

const isWanted = (child: Element, detail: Detail, above: readonly string[], place: string): boolean => {
  const name = nameOf(child)
  const inside = above.length > 1
  if (above.filter((path) => path === child.path).length >= MAX_NESTED) return false
  if (name === 'contained' || name === 'modifierExtension' || name === 'implicitRules') return !inside || (name === 'modifierExtension' && detail === 0)
  if (child.path === 'ElementDefinition.id') return true
  if (name === 'extension' || name === 'id') return detail === 0 || oneIn(3, `${place}.${name}?`)
  if (detail < 2) return true
  // the least: plain values, some
  return child.types.length === 1 && isPrimitive(child.types[0]?.code ?? '') && oneIn(2, `${place}.${name}?`)
}

/** The element under its JSON name, a choice spelled out; with what stands beside plain values. */
const memberOf = (build: Build, child: Element, { name: place, index }: Place, detail: Detail, above: readonly string[]): Record<string, unknown> => {
  const base = nameOf(child)
  const most = child.types[0]?.code === 'ElementDefinition' ? 3 : above.length === 1 ? 2 : 1
  const count = child.repeats ? Math.min(Math.max(child.min, most), child.max) : 1
  const type = base.endsWith('[x]') ? typeFor(build, child, place) : child.types[0]
  const name = base.endsWith('[x]') ? base.slice(0, -3) + capital(type?.code ?? '') : base
  const values = Array.from({ length: count }, (_, at) => overrideAt(child.path, `${place}.${name}[${at}]`, build.number, child.repeats ? at : index) ?? valueOf(build, child, type, { name: `${place}.${name}[${at}]`, index: at }, detail, above))
  const given = values.filter((value) => value !== undefined)
  if (given.length === 0) return {}
  if (!child.repeats) return { [name]: given[0], ...besideOf(type, name, place) }
  if (type !== undefined && isText(type.code) && oneIn(4, `${place}.${name}~`)) {
    // a gap in the list: a value that is an extension only
    return { [name]: [...given, null], [`_${name}`]: [...given.map(() => null), { id: 'gap', extension: [{ url: 'http://example.org/fhir/StructureDefinition/absent', valueCode: 'unknown' }] }] }
  }
  return { [name]: given }
}

/** Each type of a choice has its turn, from resource to resource. */
const typeFor = (build: Build, child: Element, place: string): ElementType | undefined =>
  child.types.length > 15 && child.path !== 'Extension.value[x]' ? child.types[(build.number * 17 + place.length) % child.types.length]
    : child.path === 'Extension.value[x]' ? chosen(child.types.filter(({ code }) => isPrimitive(code) || datatypeAt(code, '') !== undefined || LEAVES.has(code)), `${place}?`)
      : child.types[build.number % child.types.length]

/** Datatypes that stand in a few places only, far from the top. */
const SELDOM: ReadonlySet<string> = new Set(['ElementDefinition', 'SubstanceAmount'])

const LEAVES: ReadonlySet<string> = new Set(['CodeableConcept', 'Coding', 'Reference', 'Identifier', 'HumanName', 'Address', 'Annotation'])

const besideOf = (type: ElementType | undefined, name: string, place: string): Record<string, unknown> =>
  type !== undefined && isPrimitive(type.code) && type.code !== 'xhtml' && name !== 'id' && name !== 'url' && oneIn(9, `${place}._${name}`)
    ? { [`_${name}`]: { id: `${name.slice(0, 20)}-id`, extension: [{ url: 'http://example.org/fhir/StructureDefinition/beside', valueString: 'bên cạnh' }] } } : {}

const valueOf = (build: Build, child: Element, type: ElementType | undefined, here: Place, detail: Detail, above: readonly string[]): unknown => {
  const place = here.name
  const code = type?.code ?? 'BackboneElement'
  const name = nameOf(child)
  if (name === 'extension' || name === 'modifierExtension') return extensionAt(build, name, place, above)
  if (code === 'Resource') return CONTAINED
  const required = child.binding?.required
  // beyond the languages that are usual there are all others, and nothing else
  if (child.binding?.max?.endsWith('/all-languages') === true) return code === 'code' ? 'vi' : { coding: [{ system: 'urn:ietf:bcp:47', code: 'vi', display: 'Tiếng Việt' }], text: 'Tiếng Việt' }
  if (required !== undefined && (code === 'code' || code === 'string' || code === 'uri')) return codeAt(required, place).code
  if (name === 'id') return primitiveAt('id', place)
  if (isPrimitive(code)) return name === 'url' && child.path === 'Extension.url' ? 'http://example.org/fhir/StructureDefinition/e' : primitiveAt(code, place)
  // the whole of a datatype near the top, the least of it further in: nobody's memory is tested here
  const next: Detail = detail === 0 && (above.length <= 2 || SELDOM.has(code)) ? 1 : 2
  if (code === 'Reference') return referenceAt(build, type?.targets ?? [], place, next)
  const made = datatypeAt(code, place)
  // a quantity that says how much it is, not that it is more or less than that
  if (made !== undefined) return type?.profiles.some((url) => url.endsWith('/SimpleQuantity')) === true ? { ...Object(made) as Plain, comparator: undefined } : made
  if (child.properties.size > 0) return childrenOf(build, child, here, detail, [...above, child.path])
  const shape = definitions.type(code)?.root
  if (shape === undefined) throw new Error(`No definition of ${code}`)
  const members = childrenOf(build, shape, here, next, [...above, child.path])
  if (Object.keys(members).length === 0) Object.assign(members, leastOf(shape, place))
  return required === undefined ? members : withCode(code, members, required, place)
}

/** An object is never empty: its first plain value. */
const leastOf = (shape: Element, place: string): Plain => {
  const child = shape.children.find(({ path, types, repeats, binding }) => !repeats && binding?.required === undefined && !/\.(id|url)$/.test(path) && isPrimitive(types[0]?.code ?? ''))
  return child === undefined ? {} : { [nameOf(child)]: primitiveAt(child.types[0]?.code ?? 'string', place) }
}

const withCode = (code: string, members: Record<string, unknown>, valueSet: string, place: string): Plain =>
  code === 'CodeableConcept' ? { ...members, coding: [codeAt(valueSet, place)] } : { ...members, ...codeAt(valueSet, place) }

const extensionAt = (build: Build, name: string, place: string, above: readonly string[]): Plain => {
  if (above.length === 1 && name === 'extension' && place.endsWith('[0]')) return TO_CONTAINED
  const url = `http://example.org/fhir/StructureDefinition/${name === 'extension' ? 'e' : 'modifier'}`
  if (oneIn(7, `${place}?nested`)) return { id: 'ext', url, extension: [{ url: 'part', valueString: 'phần' }, { url: 'other', valueBoolean: false }] }
  const shape = definitions.type('Extension')?.root
  const value = shape?.children.find((child) => child.path === 'Extension.value[x]')
  return { url, ...(value === undefined ? {} : memberOf(build, value, { name: place, index: 0 }, 2, [...above, 'Extension'])) }
}

/** To another server, inside, or by identifier: none that must exist here. */
const referenceAt = (build: Build, targets: readonly string[], place: string, detail: Detail): Plain => {
  const known = targets.filter((target) => target !== '' && target !== 'Resource')
  const target = known.length === 0 ? 'Patient' : chosen(known, place)
  const id = `r${build.number}`
  return chosen<Plain>([
    { reference: `${OTHER_SERVER}/${target}/${id}`, display: 'Bên kia' },
    { id: 'ref', reference: `${OTHER_SERVER}/${target}/${id}/_history/2`, type: target },
    { type: target, identifier: { system: 'http://example.org/ids', value: `${target}-1`, ...(detail === 1 ? { use: 'official', assigner: { display: 'Bộ' } } : {}) } },
    { reference: `${OTHER_SERVER}/${target}/${id}#part` },
  ], `${place}?`)
}
