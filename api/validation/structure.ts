/** A StructureDefinition's snapshot (https://hl7.org/fhir/R4/structuredefinition.html) as a tree that a JSON value can be held against. Pure. */
import { asArray, asObject, asString, keyed } from './untyped.ts'

export interface ElementType {
  /** "Quantity", "string", "BackboneElement", "Resource" … */
  readonly code: string
  /** Definitions that an element of this type must also meet: for extensions. */
  readonly profiles: readonly string[]
  /** Resource types that a Reference may point at; empty: any. */
  readonly targets: readonly string[]
}

export interface Constraint { readonly key: string; readonly human: string; readonly expression: string }

export interface Discriminator { readonly type: string; readonly path: string }

export interface Element {
  /** "Observation.component", without slice names. */
  readonly path: string
  readonly min: number
  readonly max: number
  /** Written as a JSON array. */
  readonly repeats: boolean
  readonly types: readonly ElementType[]
  readonly constraints: readonly Constraint[]
  /** fixed[x] or pattern[x]. */
  readonly fixed?: unknown
  readonly pattern?: unknown
  /** Canonical of a required value set. */
  readonly required?: string
  /** Canonical of an extensible value set. */
  readonly extensible?: string
  readonly slicing?: { readonly discriminators: readonly Discriminator[]; readonly closed: boolean }
  readonly slices: readonly Slice[]
  /** By JSON name, choices spelled out (valueQuantity); empty when the type's own definition holds. */
  readonly properties: ReadonlyMap<string, Property>
  /** Elements that must stand in the parent's properties, each once. */
  readonly children: readonly Element[]
}

export interface Slice { readonly name: string; readonly element: Element }
export interface Property { readonly element: Element; readonly type: ElementType }

export interface Structure {
  readonly url: string
  readonly type: string
  readonly kind: string
  /** A profile; else the definition of the type itself. */
  readonly derived: boolean
  readonly root: Element
}

/** Mutable while the tree grows; handed out as Element. */
interface Growing extends Element {
  readonly id: string
  readonly reference?: string
  readonly slices: Slice[]
  readonly properties: Map<string, Property>
  readonly children: Element[]
}

/** Constraints that are checked by the walk itself (every element), or are advice. */
const BUILT_IN = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6', 'ref-1', 'txt-1', 'txt-2'])

const TYPE_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'
const BASE = 'http://hl7.org/fhir/StructureDefinition/'

const typeOf = (type: unknown, path: string): ElementType => {
  const real = asArray(keyed(type, 'extension')).find((extension) => keyed(extension, 'url') === TYPE_EXTENSION)
  const given = asString(keyed(real, 'valueUrl')) || asString(keyed(real, 'valueUri')) || asString(keyed(type, 'code'))
  // Bundle.entry.response.outcome holds a whole resource, which some definitions name by its type
  const code = given === 'OperationOutcome' ? 'Resource' : given
  return {
    // the id of a resource is an id, the id of an element any string
    code: code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code === 'string' && /^[A-Za-z]+\.id$/.test(path) ? 'id' : code,
    profiles: asArray(keyed(type, 'profile')).map(asString),
    targets: asArray(keyed(type, 'targetProfile')).map(asString).map((url) => (url.startsWith(BASE) ? url.slice(BASE.length) : '')),
  }
}

const constraintsOf = (definition: unknown): Constraint[] =>
  asArray(keyed(definition, 'constraint')).filter((constraint) => keyed(constraint, 'severity') !== 'warning' && !BUILT_IN.has(asString(keyed(constraint, 'key'))))
    .map((constraint) => ({ key: asString(keyed(constraint, 'key')), human: asString(keyed(constraint, 'human')), expression: asString(keyed(constraint, 'expression')) }))

/** The value of the one member whose name starts so, e.g. patternCodeableConcept. */
const choice = (definition: unknown, prefix: string): unknown =>
  Object.entries(asObject(definition)).find(([name]) => name.startsWith(prefix) && /^[A-Z]/.test(name.slice(prefix.length)))?.[1]

const growElement = (definition: unknown): Growing => {
  const id = asString(keyed(definition, 'id'))
  const path = id.replace(/:[^.]*/g, '')
  const maxOf = (holder: unknown): number => (keyed(holder, 'max') === '*' ? Infinity : Number(asString(keyed(holder, 'max')) || 1))
  const min = keyed(definition, 'min')
  const slicing = keyed(definition, 'slicing')
  const binding = keyed(definition, 'binding')
  const fixed = choice(definition, 'fixed')
  const pattern = choice(definition, 'pattern')
  const reference = asString(keyed(definition, 'contentReference')).split('#').at(-1)
  const base = keyed(definition, 'base')
  return {
    id, path, min: typeof min === 'number' ? min : 0, max: maxOf(definition), repeats: (base === undefined ? maxOf(definition) : maxOf(base)) > 1,
    types: asArray(keyed(definition, 'type')).map((type) => typeOf(type, path)),
    constraints: constraintsOf(definition),
    ...(fixed !== undefined && { fixed }),
    ...(pattern !== undefined && { pattern }),
    ...(keyed(binding, 'strength') === 'required' && { required: asString(keyed(binding, 'valueSet')).split('|')[0] ?? '' }),
    ...(keyed(binding, 'strength') === 'extensible' && { extensible: asString(keyed(binding, 'valueSet')) }),
    ...(slicing !== undefined && {
      slicing: {
        closed: keyed(slicing, 'rules') === 'closed',
        discriminators: asArray(keyed(slicing, 'discriminator')).map((discriminator) => ({ type: asString(keyed(discriminator, 'type')), path: asString(keyed(discriminator, 'path')) })),
      },
    }),
    ...(reference && { reference }),
    slices: [], properties: new Map(), children: [],
  }
}

/** Reads a definition with a snapshot. */
export const readStructure = (definition: unknown): Structure => {
  const grown = new Map<string, Growing>()
  const elements = asArray(keyed(keyed(definition, 'snapshot'), 'element')).map(growElement)
  const [root] = elements
  if (!root) throw new Error(`${asString(keyed(definition, 'url'))} has no snapshot`)
  for (const element of elements) {
    grown.set(element.id, element)
    const cut = element.id.lastIndexOf('.')
    const sliceAt = element.id.indexOf(':', cut + 1)
    if (sliceAt > 0) grown.get(element.id.slice(0, sliceAt))?.slices.push({ name: element.id.slice(sliceAt + 1), element })
    else if (cut > 0) attach(grown.get(element.id.slice(0, cut)), element)
  }
  // #Questionnaire.item inside Questionnaire.item: the same content again
  for (const element of elements) {
    const target = element.reference ? grown.get(element.reference) : undefined
    if (!target) continue
    for (const [name, property] of target.properties) element.properties.set(name, property)
    element.children.push(...target.children)
  }
  return {
    url: asString(keyed(definition, 'url')), type: asString(keyed(definition, 'type')), kind: asString(keyed(definition, 'kind')),
    derived: keyed(definition, 'derivation') === 'constraint', root,
  }
}

const attach = (parent: Growing | undefined, element: Growing): void => {
  if (!parent) return
  parent.children.push(element)
  const name = element.path.slice(element.path.lastIndexOf('.') + 1)
  if (!name.endsWith('[x]')) {
    parent.properties.set(name, { element, type: element.types[0] ?? BACKBONE })
    return
  }
  for (const type of element.types) parent.properties.set(name.slice(0, -3) + type.code.charAt(0).toUpperCase() + type.code.slice(1), { element, type })
}

/** An element with a content reference has no type of its own. */
const BACKBONE: ElementType = { code: 'BackboneElement', profiles: [], targets: [] }
