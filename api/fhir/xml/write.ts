/**
 * A resource of the lossless JSON tree as FHIR XML (http://hl7.org/fhir/R4/xml.html, http://hl7.org/fhir/R4/json.html#xml): elements in the order of their
 * definition, numbers with their digits. Throws not-acceptable with the place when the tree holds what XML has no element for.
 */
import { JsonNumber, JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome, type Outcome } from '../../model/outcome.ts'
import { FHIR_NAMESPACE, findResourceKind, requireKind, type Kind, type XmlElement } from './elements.ts'
import { escapeAttribute, toXmlDiv } from './xhtml.ts'

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

/** `pretty`: indented, narratives aside, whose spaces mean something. */
export const writeXml = (resource: JsonObject, { pretty = false }: { readonly pretty?: boolean } = {}): string => {
  const writer = new Writer(pretty)
  return `${DECLARATION}${pretty ? '\n' : ''}${writer.resource(resource, ` xmlns="${FHIR_NAMESPACE}"`, '', 0)}${pretty ? '\n' : ''}`
}

/** A value, and what JSON writes beside it (`_name`). */
interface Slot { readonly element: XmlElement; value?: JsonValue; beside?: JsonValue }

const inexpressible = (path: string, what: string): Outcome => outcome('not-acceptable', { expression: path, diagnostics: `The resource has no XML form: ${what}.` })

/** Members by element, in the order of the definition. `path`: of the object. */
const slotsOf = (object: JsonObject, kind: Kind, path: string): Slot[] => {
  const slots = new Map<XmlElement, Slot>()
  for (let at = 0; at < object.names.length; at += 1) {
    const name = object.names[at] ?? ''
    const beside = name.startsWith('_')
    const element = kind.elements.get(beside ? name.slice(1) : name)
    // an attribute has nothing beside it, and the id of a div is an attribute of the div
    if (element === undefined || (beside && element.form !== 'primitive')) throw inexpressible(`${path}.${name}`, 'there is no such element')
    const slot: Slot = slots.get(element) ?? { element }
    slot[beside ? 'beside' : 'value'] = object.values[at] ?? null
    slots.set(element, slot)
  }
  return [...slots.values()].sort((a, b) => a.element.order - b.element.order)
}

const itemsOf = (value: JsonValue | undefined): readonly (JsonValue | undefined)[] => (value === undefined ? [] : Array.isArray(value) ? (value as readonly JsonValue[]) : [value])

class Writer {
  readonly #pretty: boolean

  constructor(pretty: boolean) {
    this.#pretty = pretty
  }

  resource(value: JsonValue, namespace: string, path: string, depth: number): string {
    if (!(value instanceof JsonObject)) throw inexpressible(path, 'a resource is an object')
    const type = value.get('resourceType')
    const kind = typeof type === 'string' ? findResourceKind(type) : undefined
    if (kind === undefined) throw inexpressible(path, 'an unknown resource type')
    return this.#tag(kind.name, namespace, this.#children(slotsOf(value.delete('resourceType'), kind, path === '' ? kind.name : path), path === '' ? kind.name : path, depth + 1), depth)
  }

  /** `content` with its own indentation; none: an empty element. */
  #tag(name: string, attributes: string, content: string, depth: number): string {
    if (content === '') return `<${name}${attributes}/>`
    return this.#pretty ? `<${name}${attributes}>${content}\n${'  '.repeat(depth)}</${name}>` : `<${name}${attributes}>${content}</${name}>`
  }

  #line(element: string, depth: number): string {
    return this.#pretty ? `\n${'  '.repeat(depth)}${element}` : element
  }

  #children(slots: readonly Slot[], path: string, depth: number): string {
    let text = ''
    for (const { element, value, beside } of slots) {
      if (element.form === 'attribute') continue
      const values = itemsOf(value)
      const besides = itemsOf(beside)
      if (!element.repeats && (Array.isArray(value) || Array.isArray(beside))) throw inexpressible(`${path}.${element.name}`, 'the element does not repeat')
      for (let at = 0; at < Math.max(values.length, besides.length); at += 1) {
        text += this.#line(this.#element(element, values[at] ?? null, besides[at] ?? null, `${path}.${element.name}${element.repeats ? `[${at}]` : ''}`, depth), depth)
      }
    }
    return text
  }

  #attributes(slots: readonly Slot[], path: string): string {
    let text = ''
    for (const { element, value } of slots) {
      if (element.form !== 'attribute') continue
      if (typeof value !== 'string') throw inexpressible(`${path}.${element.name}`, 'an attribute is a text')
      text += ` ${element.name}="${escapeAttribute(value)}"`
    }
    return text
  }

  #element(element: XmlElement, value: JsonValue, beside: JsonValue, path: string, depth: number): string {
    if (element.form === 'primitive') return this.#primitive(element, value, beside, path, depth)
    if (element.form === 'xhtml') {
      if (typeof value !== 'string') throw inexpressible(path, 'a narrative is a text')
      return toXmlDiv(value)
    }
    if (element.form === 'resource') return this.#tag(element.name, '', this.#line(this.resource(value, '', path, depth + 1), depth + 1), depth)
    if (!(value instanceof JsonObject)) throw inexpressible(path, 'an object is expected')
    const slots = slotsOf(value, requireKind(element.type), path)
    return this.#tag(element.name, this.#attributes(slots, path), this.#children(slots, path, depth + 1), depth)
  }

  #primitive(element: XmlElement, value: JsonValue, beside: JsonValue, path: string, depth: number): string {
    const given = value instanceof JsonNumber ? value.source : typeof value === 'boolean' ? String(value) : value
    if (given !== null && typeof given !== 'string') throw inexpressible(path, 'a plain value is expected')
    if (beside !== null && !(beside instanceof JsonObject)) throw inexpressible(path, 'an object is expected beside the value')
    if (given === null && beside === null) throw inexpressible(path, 'nothing is there')
    const slots = beside === null ? [] : slotsOf(beside, requireKind('Element'), path)
    return this.#tag(element.name, `${this.#attributes(slots, path)}${given === null ? '' : ` value="${escapeAttribute(given)}"`}`, this.#children(slots, path, depth + 1), depth)
  }
}
