/** Which elements each type of R4 has in XML, and in which order (http://hl7.org/fhir/R4/xml.html). Reader and writer read the same rows. */
import table from './elements.json' with { type: 'json' }

export const FHIR_NAMESPACE = 'http://hl7.org/fhir'
export const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml'

/** How a value stands in XML: an attribute of its parent, a `value` attribute, XHTML, a whole resource inside, or elements of its own. */
export type Form = 'attribute' | 'primitive' | 'xhtml' | 'resource' | 'complex'

export interface XmlElement {
  /** As in XML and in JSON; a choice spelled out ("valueQuantity"). */
  readonly name: string
  readonly type: string
  readonly form: Form
  readonly repeats: boolean
  /** Place among its siblings; the spellings of a choice share one. */
  readonly order: number
}

/** A type, or a part of one ("Patient.contact"). */
export interface Kind {
  readonly name: string
  readonly elements: ReadonlyMap<string, XmlElement>
}

const PRIMITIVES: ReadonlySet<string> = new Set(table.primitives)
const RESOURCES: ReadonlySet<string> = new Set(table.resources)
const COMMON: ReadonlyMap<string, string> = new Map(Object.entries(table.common))
const ROWS: ReadonlyMap<string, string> = new Map(Object.entries(table.types))
const NUMBERS: ReadonlySet<string> = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt'])

/** Types whose JSON value is a number. */
export const isNumber = (type: string): boolean => NUMBERS.has(type)

const formOf = (type: string, attribute: boolean): Form =>
  attribute ? 'attribute' : type === 'xhtml' ? 'xhtml' : PRIMITIVES.has(type) ? 'primitive' : type === 'Resource' ? 'resource' : 'complex'

/** name[x]@*:type|type, as generate/elements.ts writes it. */
const WORD = /^(?<name>[A-Za-z0-9]+)(?<choice>\[x\])?(?<attribute>@)?(?<repeats>\*)?:(?<types>.+)$/

const readWord = (word: string, order: number): XmlElement[] => {
  const { name = '', choice, attribute, repeats, types = '' } = WORD.exec(word)?.groups ?? {}
  return types.split('|').map((type) => ({
    name: choice === undefined ? name : name + type.charAt(0).toUpperCase() + type.slice(1), type, form: formOf(type, attribute !== undefined), repeats: repeats !== undefined, order,
  }))
}

const known = new Map<string, Kind>()

/** Read when it is first asked for: a hospital uses a small part of R4. Throws on what the table does not have, which only a wrong table could ask for. */
export const requireKind = (name: string): Kind => {
  const before = known.get(name)
  if (before !== undefined) return before
  const [common = '', ...own] = ROWS.get(name)?.split(' ') ?? []
  const start = COMMON.get(common)
  if (start === undefined) throw new Error(`elements.json has no ${name}`)
  const words = [...start.split(' '), ...own]
  const kind: Kind = { name, elements: new Map(words.flatMap(readWord).map((element) => [element.name, element])) }
  known.set(name, kind)
  return kind
}

/** undefined: no resource type of R4. */
export const findResourceKind = (type: string): Kind | undefined => (RESOURCES.has(type) ? requireKind(type) : undefined)
