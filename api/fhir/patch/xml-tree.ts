/** XML as a tree that an XML Patch changes: elements with their namespace, attributes and text. Comments are left out: FHIR gives them no meaning. Pure. */
import { SaxesParser, type SaxesTagNS } from 'saxes'
import { Outcome, outcome } from '../../model/outcome.ts'
import { FHIR_NAMESPACE, XHTML_NAMESPACE } from '../xml/elements.ts'
import { escapeAttribute, escapeText } from '../xml/xhtml.ts'

const XML = 'http://www.w3.org/XML/1998/namespace'
const XMLNS = 'http://www.w3.org/2000/xmlns/'
/** Elements inside elements, narratives included. */
export const MAX_TREE_DEPTH = 256
const MAX_ATTRIBUTES = 64

export interface XmlNode {
  readonly name: string
  readonly uri: string
  readonly attributes: Map<string, string>
  children: (XmlNode | string)[]
  /** A narrative that nothing has changed yet, letter by letter. */
  raw?: string | undefined
  /** What prefixes mean here; '' for names without one. */
  readonly namespaces: ReadonlyMap<string, string>
}

const NONE: ReadonlyMap<string, string> = new Map()

class Builder {
  readonly #text: string
  readonly #parser = new SaxesParser({ xmlns: true, position: true, defaultXMLVersion: '1.0', forceXMLVersion: true })
  readonly #open: { readonly node: XmlNode; readonly start: number }[] = []
  #seen = 0
  #root: XmlNode | undefined

  constructor(text: string) {
    this.#text = text
    const parser = this.#parser
    const refuse = (what: string) => (): never => { throw outcome('xml-forbidden', { diagnostics: what }) }
    parser.on('doctype', refuse('A DOCTYPE is not accepted.'))
    parser.on('processinginstruction', refuse('A processing instruction is not accepted.'))
    parser.on('opentagstart', () => { this.#seen = 0 })
    parser.on('attribute', () => {
      this.#seen += 1
      if (this.#seen > MAX_ATTRIBUTES) throw outcome('xml-structure', { diagnostics: 'There are too many attributes.' })
    })
    parser.on('opentag', (tag) => { this.#enter(tag) })
    parser.on('closetag', () => { this.#leave() })
    parser.on('text', (part) => { this.#open.at(-1)?.node.children.push(part) })
    parser.on('cdata', (part) => { this.#open.at(-1)?.node.children.push(part) })
  }

  build(): XmlNode {
    try {
      this.#parser.write(this.#text).close()
    } catch (error) {
      if (error instanceof Outcome) throw error
      throw outcome('xml-syntax', { diagnostics: (error instanceof Error ? error.message : 'not well-formed').slice(0, 200) })
    }
    if (this.#root === undefined) throw outcome('xml-syntax', { diagnostics: 'There is no element.' })
    return this.#root
  }

  #enter(tag: SaxesTagNS): void {
    if (this.#open.length >= MAX_TREE_DEPTH) throw outcome('xml-too-deep', { diagnostics: `At most ${MAX_TREE_DEPTH} levels.` })
    const parent = this.#open.at(-1)?.node
    const attributes = new Map<string, string>()
    const declared: [string, string][] = []
    for (const { uri, local, prefix, value } of Object.values(tag.attributes)) {
      if (uri === XMLNS) declared.push([prefix === '' ? '' : local, value])
      else if (prefix === '') attributes.set(local, value)
      else if (uri === XML) attributes.set(`xml:${local}`, value)
      else throw outcome('xml-structure', { diagnostics: 'An attribute of another namespace is not accepted.' })
    }
    const before = parent?.namespaces ?? NONE
    const node: XmlNode = { name: tag.local, uri: tag.uri, attributes, children: [], namespaces: declared.length === 0 ? before : new Map([...before, ...declared]) }
    parent?.children.push(node)
    this.#root ??= node
    this.#open.push({ node, start: this.#text.lastIndexOf('<', this.#parser.position - 1) })
  }

  #leave(): void {
    const closed = this.#open.pop()
    if (closed?.node.uri === XHTML_NAMESPACE && this.#open.at(-1)?.node.uri === FHIR_NAMESPACE) closed.node.raw = this.#text.slice(closed.start, this.#parser.position)
  }
}

/** Throws xml-syntax, xml-forbidden, xml-structure, xml-too-deep. */
export const buildXmlTree = (text: string): XmlNode => new Builder(text).build()

/** Letters that it takes at least, and levels. */
export const measure = (node: XmlNode): { readonly size: number; readonly depth: number } => {
  let size = node.name.length + (node.raw?.length ?? 0)
  let depth = 0
  for (const [name, value] of node.attributes) size += name.length + value.length
  for (const child of node.children) {
    const inner = typeof child === 'string' ? { size: child.length, depth: 0 } : measure(child)
    size += inner.size
    depth = Math.max(depth, inner.depth)
  }
  return { size, depth: depth + 1 }
}

/** The tree as text: each namespace is declared where it begins. */
export const writeXmlTree = (node: XmlNode, around = ''): string => {
  if (node.raw !== undefined) return node.raw
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('')
  const start = `<${node.name}${node.uri === around ? '' : ` xmlns="${escapeAttribute(node.uri)}"`}${attributes}`
  return node.children.length === 0 ? `${start}/>` : `${start}>${node.children.map((child) => (typeof child === 'string' ? escapeText(child) : writeXmlTree(child, node.uri))).join('')}</${node.name}>`
}
