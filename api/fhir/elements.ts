/** The elements of R4's types (http://hl7.org/fhir/R4/elementdefinition.html), from api/fhir/elements.json, which api/fhir/generate/elements.ts makes: summaries and patches go by it. Pure. */
import definitions from './elements.json' with { type: 'json' }

export interface Element {
  /** Without [x]. */
  readonly name: string
  /** Of several types: its member in JSON is the name with the type behind it. */
  readonly choice: boolean
  readonly summary: boolean
  readonly mandatory: boolean
  readonly list: boolean
  readonly modifier: boolean
  readonly types: readonly string[]
}

/** A resource or datatype, or with `path` what stands at that path inside of it. */
export interface Shape { readonly type: string; readonly path: string }

const readElement = (text: string): Element => {
  const [name = '', flags = '', types = ''] = text.split(':')
  return {
    name: name.replace('[x]', ''), choice: name.endsWith('[x]'), summary: flags.includes('s'), mandatory: flags.includes('1'), list: flags.includes('*'), modifier: flags.includes('!'),
    // Bundle.entry.response.outcome is any resource in R4 (http://hl7.org/fhir/R4/bundle.html); the definitions here name the usual one
    types: types.split(',').map((type) => (type === 'OperationOutcome' ? 'Resource' : type)),
  }
}

type Table = ReadonlyMap<string, Element>

const TABLES: ReadonlyMap<string, Table> = new Map(Object.entries(definitions).flatMap(([type, holders]) =>
  Object.entries(holders).map(([path, rows]): [string, Table] => [`${type}.${path}`, new Map(rows.split(' ').map(readElement).map((element) => [element.name, element]))])))

const common = (name: string, flags: string, type: string): [string, Element] => [name, readElement(`${name}:${flags}:${type}`)]
/** What every element has besides. */
const COMMON: Table = new Map([common('id', '', 'string'), common('extension', '*', 'Extension'), common('modifierExtension', 's*!', 'Extension')])
const NOTHING: Table = new Map()

/** A resource or a datatype that R4 has. */
export const isKnown = (type: string): boolean => TABLES.has(`${type}.`)

/** All own elements of a shape; none for primitives. */
export const elementsOf = ({ type, path }: Shape): Table => TABLES.get(`${type}.${path}`) ?? NOTHING

/** Of "deceased", "extension". */
export const findElement = (shape: Shape, name: string): Element | undefined => elementsOf(shape).get(name) ?? COMMON.get(name)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** "deceased" of type boolean -> "deceasedBoolean" */
export const memberName = (element: Element, type: string): string => (element.choice ? element.name + capital(type) : element.name)

/** The element that a member of a JSON object holds, and its type: "deceasedBoolean", "_birthDate" too. */
export const elementAt = (shape: Shape, member: string): { readonly element: Element; readonly type: string } | undefined => {
  const name = member.startsWith('_') ? member.slice(1) : member
  const plain = findElement(shape, name)
  if (plain !== undefined && !plain.choice) return { element: plain, type: plain.types[0] ?? '' }
  for (const element of elementsOf(shape).values()) {
    const type = element.choice && name.startsWith(element.name) ? element.types.find((each) => element.name + capital(each) === name) : undefined
    if (type !== undefined) return { element, type }
  }
  return undefined
}

/** The shape of a value of an element. `resourceType`: what the value says of itself, where any resource may stand. */
export const shapeOf = (holder: Shape, element: Element, type: string, resourceType?: string): Shape => {
  if (type === '.') return { type: holder.type, path: holder.path === '' ? element.name : `${holder.path}.${element.name}` }
  if (type.startsWith('@')) return { type: holder.type, path: type.slice(1) }
  return { type: type === 'Resource' ? resourceType ?? type : type, path: '' }
}
