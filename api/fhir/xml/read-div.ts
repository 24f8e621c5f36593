/**
 * The narrative's div out of an XML document, as the text that JSON keeps (http://hl7.org/fhir/R4/json.html#xhtml): word for word when it says its namespace itself,
 * else written anew without prefixes. Line ends become line feeds, as XML has it.
 */
import type { SaxesTagNS } from 'saxes'
import { outcome } from '../../model/outcome.ts'
import { XHTML_NAMESPACE, type XmlElement } from './elements.ts'
import { escapeAttribute, escapeText, MAX_DIV_DEPTH } from './xhtml.ts'

export class DivReader {
  readonly element: XmlElement
  readonly #source: string
  readonly #start: number
  #depth = 0
  /** Whether the source stands for itself outside of its document. */
  #whole = true
  #written = ''

  /** `after`: place in the source behind the opening tag, in which no other "<" can stand. */
  constructor(element: XmlElement, source: string, after: number) {
    this.element = element
    this.#source = source
    this.#start = source.lastIndexOf('<', after - 1)
  }

  open(tag: SaxesTagNS): void {
    this.#depth += 1
    if (this.#depth > MAX_DIV_DEPTH) throw outcome('xml-too-deep', { diagnostics: `the narrative is nested deeper than ${MAX_DIV_DEPTH}` })
    if (tag.uri !== XHTML_NAMESPACE) throw outcome('xml-structure', { diagnostics: `the element "${tag.local.slice(0, 64)}" is not of the namespace ${XHTML_NAMESPACE}` })
    const attributes = Object.values(tag.attributes)
    if (tag.prefix !== '' || (this.#depth === 1 && tag.attributes['xmlns'] === undefined)) this.#whole = false
    this.#written += `<${tag.local}${this.#depth === 1 ? ` xmlns="${XHTML_NAMESPACE}"` : ''}`
    for (const { name, prefix, value } of attributes) {
      if (prefix === 'xmlns') this.#whole = false
      else if (name !== 'xmlns') this.#written += ` ${name}="${escapeAttribute(value)}"`
    }
    this.#written += '>'
  }

  text(part: string): void {
    this.#written += escapeText(part)
  }

  /** CDATA is only another way to write text. */
  cdata(): void {
    this.#whole = false
  }

  /** The text of the div when it was the div that closed. */
  close(tag: SaxesTagNS, after: number): string | undefined {
    this.#written += `</${tag.local}>`
    this.#depth -= 1
    if (this.#depth > 0) return undefined
    return this.#whole ? this.#source.slice(this.#start, after).replaceAll(/\r\n?/g, '\n') : this.#written
  }
}
