/**
 * What `sel` of an XML Patch names (https://www.rfc-editor.org/rfc/rfc5261#section-4.1): steps by name or *, [n], [@name='value'], [name='value'], [.='value'], and at
 * the end an attribute; in a condition also name/@value='value', where FHIR has its values. A name without a prefix is of the default namespace of the patch. Pure.
 */
import { FHIR_NAMESPACE, XHTML_NAMESPACE } from '../xml/elements.ts'
import { bad, misfit, PER_LOOKUP, type At } from './work.ts'
import { MAX_TREE_DEPTH, type XmlNode } from './xml-tree.ts'

interface Name { readonly local: string; readonly uri: string }
type Predicate = { readonly at: number } | { readonly path: readonly Name[]; readonly attribute: string | undefined; readonly value: string }
interface Step { readonly name: Name | undefined; readonly predicates: readonly Predicate[] }
export interface Selector { readonly steps: readonly Step[]; readonly attribute: string | undefined }

/** Where an element stands: whom it is in, the outermost first. */
export interface Found { readonly node: XmlNode; readonly parents: readonly XmlNode[] }

const NAME = /(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)/y
const ATTRIBUTE = /@((?:xml:)?[A-Za-z_][\w.-]*)/y
const POSITION = /\[\s*(?:position\(\)\s*=\s*)?([1-9]\d{0,8})\s*\]/y
const QUOTED = /"([^"]*)"|'([^']*)'/y
const MAX_LETTERS = 4096
const MAX_PREDICATES = 16

class Reader {
  #at = 0
  readonly #text: string
  readonly #namespaces: ReadonlyMap<string, string>
  readonly #place: string
  constructor(text: string, namespaces: ReadonlyMap<string, string>, place: string) {
    this.#text = text
    this.#namespaces = namespaces
    this.#place = place
  }

  selector(): Selector {
    const steps: Step[] = []
    let attribute: string | undefined
    this.#take('/')
    do {
      attribute = steps.length === 0 ? undefined : this.#match(ATTRIBUTE)?.[1]
      if (attribute === undefined) steps.push(this.#step())
      if (steps.length > MAX_TREE_DEPTH) throw this.#refuse('There are too many steps')
    } while (attribute === undefined && this.#take('/'))
    if (this.#at < this.#text.length) throw this.#refuse('Not understood here')
    return { steps, attribute }
  }

  #step(): Step {
    const name = this.#take('*') ? undefined : this.#name()
    const predicates: Predicate[] = []
    while (this.#text[this.#at] === '[') {
      predicates.push(this.#predicate())
      if (predicates.length > MAX_PREDICATES) throw this.#refuse('There are too many conditions')
    }
    return { name, predicates }
  }

  #name(): Name {
    const [, prefix = '', local = ''] = this.#match(NAME) ?? []
    if (local === '' || this.#text[this.#at] === '(') throw this.#refuse('The name of an element is expected: text(), comment() and functions have no meaning here')
    const uri = this.#namespaces.get(prefix)
    if (uri !== FHIR_NAMESPACE && uri !== XHTML_NAMESPACE) throw this.#refuse(`${prefix === '' ? 'Names without a prefix are' : 'The prefix is'} of neither namespace of FHIR (${FHIR_NAMESPACE}, ${XHTML_NAMESPACE})`)
    return { local, uri }
  }

  #predicate(): Predicate {
    const at = this.#match(POSITION)?.[1]
    if (at !== undefined) return { at: Number(at) }
    this.#need('[')
    this.#space()
    const path: Name[] = []
    let attribute = this.#match(ATTRIBUTE)?.[1]
    if (attribute === undefined && !this.#take('.')) {
      path.push(this.#name())
      while (attribute === undefined && this.#take('/')) {
        attribute = this.#match(ATTRIBUTE)?.[1]
        if (attribute === undefined) path.push(this.#name())
      }
    }
    this.#space()
    this.#need('=')
    this.#space()
    const quoted = this.#match(QUOTED)
    if (quoted === undefined) throw this.#refuse('A value in quotes is expected')
    this.#space()
    this.#need(']')
    return { path, attribute, value: quoted[1] ?? quoted[2] ?? '' }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text) ?? undefined
    this.#at += found?.[0].length ?? 0
    return found
  }
  #space(): void { while (this.#text[this.#at] === ' ') this.#at += 1 }
  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }
  #need(sign: string): void { if (!this.#take(sign)) throw this.#refuse(`${sign} is expected`) }
  #refuse(what: string): Error { return bad(this.#place, `${what}, at character ${this.#at + 1} of sel.`) }
}

/** Throws bad-request. */
export const parseSelector = (text: string | undefined, namespaces: ReadonlyMap<string, string>, place: string): Selector => {
  if (text === undefined || text.length > MAX_LETTERS) throw bad(place, `sel is expected, of at most ${MAX_LETTERS} characters.`)
  return new Reader(text.trim(), namespaces, place).selector()
}

const fits = (node: XmlNode | string, name: Name | undefined): node is XmlNode => typeof node !== 'string' && (name === undefined || (node.name === name.local && node.uri === name.uri))

const childrenOf = (node: XmlNode, name: Name | undefined, { budget, place }: At): XmlNode[] => {
  budget.spend(node.children.length + PER_LOOKUP, place)
  return node.children.filter((child): child is XmlNode => fits(child, name))
}

const textOf = (node: XmlNode, at: At): string => {
  const text = node.children.map((child) => (typeof child === 'string' ? child : textOf(child, at))).join('')
  at.budget.spend(node.children.length + text.length + 1, at.place)
  return text
}

const holds = (node: XmlNode, { path, attribute, value }: Exclude<Predicate, { readonly at: number }>, at: At): boolean => {
  const ends = path.reduce<XmlNode[]>((nodes, name) => nodes.flatMap((each) => childrenOf(each, name, at)), [node])
  return ends.some((end) => (attribute === undefined ? textOf(end, at) : end.attributes.get(attribute)) === value)
}

const narrow = (nodes: readonly XmlNode[], predicate: Predicate, at: At): XmlNode[] => {
  at.budget.spend(nodes.length, at.place)
  return 'at' in predicate ? nodes.slice(predicate.at - 1, predicate.at) : nodes.filter((node) => holds(node, predicate, at))
}

/** The one element that the steps lead to. Throws patch-failed for none and for several. */
export const findElement = (root: XmlNode, { steps }: Selector, at: At): Found => {
  let found: Found[] = []
  for (const [depth, { name, predicates }] of steps.entries()) {
    const holders = depth === 0 ? [{ nodes: fits(root, name) ? [root] : [], parents: [] }]
      : found.map(({ node, parents }) => ({ nodes: childrenOf(node, name, at), parents: [...parents, node] }))
    at.budget.spend(holders.length * depth, at.place)
    found = holders.flatMap(({ nodes, parents }) => predicates.reduce<readonly XmlNode[]>((left, predicate) => narrow(left, predicate, at), nodes).map((node) => ({ node, parents })))
  }
  const [one, another] = found
  if (one === undefined) throw misfit(at.place, 'Nothing is at this path.')
  if (another !== undefined) throw misfit(at.place, 'Several elements are at this path.')
  return one
}
