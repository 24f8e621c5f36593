/** What the XML reader knows of each element that is open (http://hl7.org/fhir/R4/xml.html): its definition, and what of it was read. */
import { JsonNumber, JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import { isNumber, requireKind, type Kind, type XmlElement } from './elements.ts'

/** A value, and what JSON writes beside it. */
export interface Ended { readonly value: JsonValue; readonly beside: JsonValue }

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** What the values of one element become in JSON: `name` and `_name`. */
interface Slot { readonly element: XmlElement; readonly values: JsonValue[]; readonly besides: JsonValue[] }

/** Elements in order, each once unless it repeats. */
class Children {
  readonly #kind: Kind
  readonly #slots = new Map<XmlElement, Slot>()
  readonly #plain: [string, JsonValue][] = []
  #last: XmlElement | undefined

  constructor(kind: Kind) {
    this.#kind = kind
  }

  /** The element of that name, if it may stand here. */
  enter(name: string): XmlElement {
    const element = this.#kind.elements.get(name)
    if (element === undefined || element.form === 'attribute') throw outcome('xml-structure', { diagnostics: `the element "${name.slice(0, 64)}" is not allowed here` })
    const last = this.#last
    if (last !== undefined && element.order < last.order) throw outcome('xml-structure', { diagnostics: `the element "${name}" must stand before "${last.name}"` })
    if (last !== undefined && element.order === last.order && !(element === last && element.repeats)) {
      throw outcome('xml-structure', { diagnostics: element === last ? `the element "${name}" may stand once only` : `only one of "${last.name}" and "${name}" may be present` })
    }
    this.#last = element
    return element
  }

  stepOf(element: XmlElement): string {
    return element.repeats ? `${element.name}[${this.#slots.get(element)?.values.length ?? 0}]` : element.name
  }

  set(name: string, value: JsonValue): void {
    this.#plain.push([name, value])
  }

  add(element: XmlElement, value: JsonValue, beside: JsonValue): void {
    const slot = this.#slots.get(element) ?? { element, values: [], besides: [] }
    slot.values.push(value)
    slot.besides.push(beside)
    this.#slots.set(element, slot)
  }

  get empty(): boolean {
    return this.#slots.size === 0 && this.#plain.length === 0
  }

  toObject(): JsonObject {
    const names = this.#plain.map(([name]) => name)
    const values = this.#plain.map(([, value]) => value)
    const put = (name: string, { repeats }: XmlElement, items: readonly JsonValue[]): void => {
      if (items.every((item) => item === null)) return
      names.push(name)
      values.push(repeats ? items : (items[0] ?? null))
    }
    for (const { element, values: items, besides } of this.#slots.values()) {
      put(element.name, element, items)
      put(`_${element.name}`, element, besides)
    }
    return new JsonObject(names, values)
  }
}

/** An object, or a resource: `element` is where it stands; none for the outermost. */
export class ComplexFrame {
  readonly kind: Kind
  readonly element: XmlElement | undefined
  readonly path: string
  /** Containers of JSON that are open when this one is, itself included. */
  readonly depth: number
  readonly #children: Children

  constructor(kind: Kind, element: XmlElement | undefined, path: string, depth: number) {
    this.kind = kind
    this.element = element
    this.path = path
    this.depth = depth
    this.#children = new Children(kind)
  }

  get least(): number {
    return this.depth
  }
  enter(name: string): XmlElement {
    return this.#children.enter(name)
  }
  stepOf(element: XmlElement): string {
    return this.#children.stepOf(element)
  }
  set(name: string, value: JsonValue): void {
    this.#children.set(name, value)
  }
  add(element: XmlElement, value: JsonValue, beside: JsonValue): void {
    this.#children.add(element, value, beside)
  }
  /** False: the definition has no such attribute. */
  attribute(name: string, value: string): boolean {
    if (this.kind.elements.get(name)?.form !== 'attribute') return false
    this.#children.set(name, value)
    return true
  }
  end(): Ended {
    return { value: this.#children.toObject(), beside: null }
  }
}

/** A plain value with, perhaps, an id and extensions beside it. */
export class PrimitiveFrame {
  readonly element: XmlElement
  readonly path: string
  readonly depth: number
  readonly #children = new Children(requireKind('Element'))
  #value: string | undefined

  constructor(element: XmlElement, path: string, depth: number) {
    this.element = element
    this.path = path
    this.depth = depth
  }

  /** The object beside it is only there when there is something in it. */
  get least(): number {
    return this.depth - 1
  }
  enter(name: string): XmlElement {
    return this.#children.enter(name)
  }
  stepOf(element: XmlElement): string {
    return this.#children.stepOf(element)
  }
  add(element: XmlElement, value: JsonValue, beside: JsonValue): void {
    this.#children.add(element, value, beside)
  }
  attribute(name: string, value: string): boolean {
    if (name === 'value') this.#value = value
    else if (name === 'id') this.#children.set(name, value)
    else return false
    return true
  }
  end(): Ended {
    if (this.#value === undefined && this.#children.empty) throw outcome('xml-structure', { diagnostics: 'the element has neither a value nor extensions' })
    return { value: this.#value === undefined ? null : toValue(this.element.type, this.#value), beside: this.#children.empty ? null : this.#children.toObject() }
  }
}

/** An element that holds one whole resource. */
export class HolderFrame {
  readonly element: XmlElement
  readonly path: string
  readonly depth: number
  value: JsonValue | undefined

  constructor(element: XmlElement, path: string, depth: number) {
    this.element = element
    this.path = path
    this.depth = depth
  }

  get least(): number {
    return this.depth
  }
  attribute(): boolean {
    return false
  }
  end(): Ended {
    if (this.value === undefined) throw outcome('xml-structure', { diagnostics: 'a resource is expected' })
    return { value: this.value, beside: null }
  }
}

export type Frame = ComplexFrame | PrimitiveFrame | HolderFrame

/** The JSON value of an attribute; what is no number or boolean stays the text that it is, for the validator to name. */
const toValue = (type: string, text: string): JsonValue => {
  if (isNumber(type)) return NUMBER.test(text) ? new JsonNumber(text) : text
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text
}
