/** A StructureDefinition's snapshot (https://hl7.org/fhir/R4/structuredefinition.html) as a tree that a JSON value can be held against. Pure. */
import type { Binding, Constraint, Discriminator, Element, ElementType, Property, Slice, Structure } from './element.ts'
import { parseElementPath } from './step.ts'
import { asArray, asObject, asString, keyed } from './untyped.ts'

/** Mutable while the tree grows; handed out as Element. */
interface Growing extends Element {
  readonly id: string
  readonly reference?: string
  min: number
  readonly slices: Slice[]
  readonly properties: Map<string, Property>
  readonly children: Element[]
}

/** Constraints that are checked by the walk itself (every element), or are advice. */
const BUILT_IN = new Set(['ele-1', 'ext-1', 'dom-2', 'dom-3', 'dom-4', 'dom-5', 'dom-6', 'ref-1', 'txt-1', 'txt-2'])

const TYPE_EXTENSION = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type'
const MAX_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet'
const BASE = 'http://hl7.org/fhir/StructureDefinition/'

/** Whether a constraint is one of R4's own, word for word. */
export type IsOwn = (key: string, expression: string) => boolean

const extensionOf = (holder: unknown, url: string): unknown => asArray(keyed(holder, 'extension')).find((extension) => keyed(extension, 'url') === url)

/** "Patient" of R4's own types, else ''. */
const targetOf = (url: string): string => {
  const [canonical = ''] = url.split('|')
  const name = canonical.startsWith(BASE) ? canonical.slice(BASE.length) : ''
  // R4's own profiles are named in lower case or below a type's name with a dash
  return /^[A-Z][A-Za-z]+$/.test(name) ? name : ''
}

const typeOf = (type: unknown, isResourceId: boolean): ElementType => {
  const real = extensionOf(type, TYPE_EXTENSION)
  const given = asString(keyed(real, 'valueUrl')) || asString(keyed(real, 'valueUri')) || asString(keyed(type, 'code'))
  // Bundle.entry.response.outcome holds a whole resource, which some definitions name by its type
  const code = given === 'OperationOutcome' ? 'Resource' : given
  const targets = asArray(keyed(type, 'targetProfile')).map(asString)
  return {
    // the id of a resource is an id, the id of an element any string
    code: code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code === 'string' && isResourceId ? 'id' : code,
    profiles: asArray(keyed(type, 'profile')).map(asString),
    targets: targets.map(targetOf),
    targetProfiles: targets.filter((url) => targetOf(url) === ''),
  }
}

const constraintsOf = (definition: unknown, isOwn: IsOwn | undefined): Constraint[] =>
  asArray(keyed(definition, 'constraint')).flatMap((constraint): Constraint[] => {
    const [key, expression, human] = ['key', 'expression', 'human'].map((name) => asString(keyed(constraint, name)))
    const warning = keyed(constraint, 'severity') === 'warning'
    const foreign = isOwn !== undefined && !isOwn(key ?? '', expression ?? '')
    // what is written for people alone has no expression; the warnings of the program's own profiles are prose
    if (BUILT_IN.has(key ?? '') || !expression || (warning && !foreign)) return []
    return [{ key: key ?? '', human: human ?? '', expression, ...(warning && { warning }), ...(foreign && { foreign }) }]
  })

/** The value of the one member whose name starts so, e.g. patternCodeableConcept. */
const choice = (definition: unknown, prefix: string): unknown =>
  Object.entries(asObject(definition)).find(([name]) => name.startsWith(prefix) && /^[A-Z]/.test(name.slice(prefix.length)))?.[1]

const bindingOf = (binding: unknown): { readonly binding?: Binding } => {
  const strength = asString(keyed(binding, 'strength'))
  const valueSet = asString(keyed(binding, 'valueSet'))
  const max = asString(keyed(extensionOf(binding, MAX_SET), 'valueCanonical')) || asString(keyed(extensionOf(binding, MAX_SET), 'valueUri'))
  const bound = valueSet !== '' && (strength === 'required' || strength === 'extensible' || strength === 'preferred')
  // the version of R4's own sets is the one that is here
  return bound || max !== '' ? { binding: { ...(bound && { [strength]: strength === 'required' ? valueSet.split('|')[0] : valueSet }), ...(max !== '' && { max }) } } : {}
}

const numberAt = (definition: unknown, name: string): number | undefined => {
  const found = keyed(definition, name)
  return typeof found === 'number' ? found : undefined
}

const slicingOf = (slicing: unknown, path: string): Pick<Element, 'slicing'> => {
  if (slicing === undefined) return {}
  const discriminators = asArray(keyed(slicing, 'discriminator')).map((discriminator) => ({ type: asString(keyed(discriminator, 'type')), steps: parseElementPath(asString(keyed(discriminator, 'path'))) }))
  return { slicing: { closed: keyed(slicing, 'rules') === 'closed', ordered: keyed(slicing, 'ordered') === true, discriminators: discriminators.length > 0 || !path.endsWith('[x]') ? discriminators : BY_TYPE } }
}
const BY_TYPE: readonly Discriminator[] = [{ type: 'type', steps: [] }]
const BY_URL: readonly Discriminator[] = [{ type: 'value', steps: [{ kind: 'name', name: 'url' }] }]

const growElement = (definition: unknown, kind: string, isOwn: IsOwn | undefined): Growing => {
  const id = asString(keyed(definition, 'id'))
  const path = id.replace(/:[^.]*/g, '')
  const maxOf = (holder: unknown): number => (keyed(holder, 'max') === '*' ? Infinity : Number(asString(keyed(holder, 'max')) || 1))
  const [fixed, pattern, minValue, maxValue] = ['fixed', 'pattern', 'minValue', 'maxValue'].map((prefix) => choice(definition, prefix))
  const maxLength = numberAt(definition, 'maxLength')
  const reference = asString(keyed(definition, 'contentReference')).split('#').at(-1)
  const base = keyed(definition, 'base')
  return {
    id, path, min: numberAt(definition, 'min') ?? 0, max: maxOf(definition), repeats: (base === undefined ? maxOf(definition) : maxOf(base)) > 1,
    types: asArray(keyed(definition, 'type')).map((type) => typeOf(type, kind === 'resource' && /^[A-Za-z]+\.id$/.test(path))),
    constraints: constraintsOf(definition, isOwn),
    ...(fixed !== undefined && { fixed }), ...(pattern !== undefined && { pattern }), ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }),
    ...(maxLength !== undefined && { maxLength }),
    ...bindingOf(keyed(definition, 'binding')), ...slicingOf(keyed(definition, 'slicing'), path),
    ...(reference && { reference }),
    slices: [], properties: new Map(), children: [],
  }
}

/** Reads a definition with a snapshot. `isOwn`: given for definitions that are not the program's own. */
export const readStructure = (definition: unknown, isOwn?: IsOwn): Structure => {
  const grown = new Map<string, Growing>()
  const kind = asString(keyed(definition, 'kind'))
  const elements = asArray(keyed(keyed(definition, 'snapshot'), 'element')).map((element) => growElement(element, kind, isOwn))
  const [root] = elements
  if (!root) throw new Error(`${asString(keyed(definition, 'url'))} has no snapshot`)
  for (const element of elements) {
    grown.set(element.id, element)
    const cut = element.id.lastIndexOf('.')
    const sliceAt = element.id.indexOf(':', cut + 1)
    if (sliceAt > 0) attachSlice(grown, element, sliceAt)
    else if (cut > 0) attach(grown.get(element.id.slice(0, cut)), element)
  }
  for (const element of elements) {
    // as many as its slices need together
    element.min = Math.max(element.min, element.slices.reduce((sum, slice) => sum + slice.element.min, 0))
    // #Questionnaire.item inside Questionnaire.item: the same content again
    const target = element.reference && element.children.length === 0 ? grown.get(element.reference) : undefined
    if (!target) continue
    for (const [name, property] of target.properties) element.properties.set(name, property)
    element.children.push(...target.children)
  }
  return {
    url: asString(keyed(definition, 'url')), type: asString(keyed(definition, 'type')), kind,
    derived: keyed(definition, 'derivation') === 'constraint', root,
  }
}

/** "a/b" is a slice of the slice "a". */
const attachSlice = (grown: ReadonlyMap<string, Growing>, element: Growing, sliceAt: number): void => {
  const reslice = element.id.lastIndexOf('/')
  const holder = (reslice > sliceAt ? grown.get(element.id.slice(0, reslice)) : undefined) ?? grown.get(element.id.slice(0, sliceAt))
  if (!holder) return
  holder.slices.push({ name: element.id.slice(sliceAt + 1), element })
  if (holder.slicing) return
  // said by the specification itself: extensions are told apart by url, choices by type
  const standard = holder.path.endsWith('[x]') ? BY_TYPE : /\.(extension|modifierExtension)$/.test(holder.path) ? BY_URL : undefined
  if (standard) Object.assign(holder, { slicing: { discriminators: standard, closed: false, ordered: false } })
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
const BACKBONE: ElementType = { code: 'BackboneElement', profiles: [], targets: [], targetProfiles: [] }
