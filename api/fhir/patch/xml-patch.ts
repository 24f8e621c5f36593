/**
 * XML Patch (https://www.rfc-editor.org/rfc/rfc5261, http://hl7.org/fhir/R4/http.html#patch): add, replace, remove on the XML form of a resource. All operations apply, or
 * none; what comes out is read as XML that comes in is, and held to the same rules, the order of elements too. What they do not touch keeps its digits and narratives. Pure.
 */
import { parseJsonObject, writeJson, type JsonObject } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import { FHIR_NAMESPACE } from '../xml/elements.ts'
import { readXml } from '../xml/read.ts'
import { writeXml } from '../xml/write.ts'
import { isSame } from './json-patch.ts'
import { bad, Budget, MAX_OPERATIONS, misfit, withoutEmpty, type At } from './work.ts'
import { findElement, parseSelector, type Found, type Selector } from './xml-select.ts'
import { buildXmlTree, MAX_TREE_DEPTH, measure, writeXmlTree, type XmlNode } from './xml-tree.ts'

/** Characters of a patch, and of the resource that it changes: both are read in one go. */
export const MAX_XML = 256 * 1024

interface Work extends Found { readonly operation: XmlNode; readonly selector: Selector; readonly at: At }

const isElement = (child: XmlNode | string): child is XmlNode => typeof child !== 'string'
const textOf = ({ operation, at }: Work): string => {
  return operation.children.map((child) => {
    if (isElement(child)) throw bad(at.place, 'An attribute has a text as its value.')
    return child
  }).join('')
}

/** The nodes of an operation; the space between elements means nothing outside of narratives. */
const contentOf = ({ operation, at, parents }: Work, around: XmlNode): (XmlNode | string)[] => {
  const content = around.uri === FHIR_NAMESPACE ? operation.children.filter((child) => isElement(child) || child.trim() !== '') : operation.children
  const depth = content.reduce((most, child) => Math.max(most, isElement(child) ? measure(child).depth : 0), 0)
  if (parents.length + 1 + depth > MAX_TREE_DEPTH) throw outcome('xml-too-deep', { expression: at.place, diagnostics: `At most ${MAX_TREE_DEPTH} levels.` })
  return content
}

/** Children of an element made anew. */
const splice = (holder: XmlNode, { at }: Work, start: number, away: number, content: readonly (XmlNode | string)[]): void => {
  at.budget.spend(holder.children.length + content.length, at.place)
  holder.children = holder.children.toSpliced(start, away, ...content)
}

const holderOf = ({ parents, at }: Work): XmlNode => {
  const holder = parents.at(-1)
  if (holder === undefined) throw misfit(at.place, 'The resource as a whole cannot be taken away, and nothing stands beside it.')
  return holder
}

const add = (work: Work): void => {
  const { node, operation, selector, at } = work
  if (selector.attribute !== undefined) throw bad(at.place, 'Something is added to an element.')
  const type = operation.attributes.get('type'), pos = operation.attributes.get('pos')
  if (type !== undefined) {
    const name = /^@([A-Za-z_][\w.-]*)$/.exec(type)?.[1]
    if (name === undefined || pos !== undefined) throw bad(at.place, 'Expected type="@name", without pos.')
    if (node.attributes.has(name)) throw misfit(at.place, `The attribute ${name.slice(0, 64)} is there already.`)
    node.attributes.set(name, textOf(work))
  } else if (pos === undefined || pos === 'prepend') splice(node, work, pos === undefined ? node.children.length : 0, 0, contentOf(work, node))
  else if (pos === 'before' || pos === 'after') {
    const holder = holderOf(work)
    splice(holder, work, holder.children.indexOf(node) + (pos === 'after' ? 1 : 0), 0, contentOf(work, holder))
  } else throw bad(at.place, 'Expected pos to be before, after or prepend.')
}

const requireAttribute = ({ node, at }: Work, name: string): void => {
  if (!node.attributes.has(name)) throw misfit(at.place, `There is no attribute ${name.slice(0, 64)}.`)
}

const replace = (work: Work): XmlNode | undefined => {
  const { node, parents, selector: { attribute }, at } = work
  if (attribute !== undefined) {
    requireAttribute(work, attribute)
    node.attributes.set(attribute, textOf(work))
    return undefined
  }
  const content = contentOf(work, parents.at(-1) ?? node).filter((child) => isElement(child) || child.trim() !== '')
  const [by, another] = content
  if (by === undefined || !isElement(by) || another !== undefined) throw bad(at.place, 'An element is replaced by one element.')
  if (parents.length === 0) return by
  const holder = holderOf(work)
  splice(holder, work, holder.children.indexOf(node), 1, [by])
  return undefined
}

const remove = (work: Work): void => {
  const { node, selector: { attribute }, operation, at } = work
  if (operation.children.some((child) => isElement(child) || child.trim() !== '')) throw bad(at.place, 'A removal holds nothing.')
  if (attribute !== undefined) {
    requireAttribute(work, attribute)
    node.attributes.delete(attribute)
    // FHIR has no empty elements
    if (node.attributes.size > 0 || node.children.length > 0 || node.uri !== FHIR_NAMESPACE) return
  }
  const holder = holderOf(work)
  splice(holder, work, holder.children.indexOf(node), 1, [])
}

const apply = (root: XmlNode, operation: XmlNode, at: At): XmlNode => {
  const selector = parseSelector(operation.attributes.get('sel'), operation.namespaces, at.place)
  const work: Work = { ...findElement(root, selector, at), operation, selector, at }
  at.budget.spend(measure(operation).size, at.place)
  for (const each of [...work.parents, work.node]) each.raw = undefined
  if (operation.name === 'add') add(work)
  else if (operation.name === 'remove') remove(work)
  else return replace(work) ?? root
  return root
}

const readOperations = (text: string): XmlNode[] => {
  if (text.length > MAX_XML) throw outcome('body-too-large', { expression: 'patch', diagnostics: `An XML Patch has at most ${MAX_XML} characters.` })
  const patch = buildXmlTree(text)
  if (patch.name !== 'diff' && patch.name !== 'patch') throw bad('patch', 'An XML Patch is a diff of add, replace and remove.')
  if (patch.children.some((child) => !isElement(child) && child.trim() !== '')) throw bad('patch', 'Text is not allowed between operations.')
  const operations = patch.children.filter(isElement)
  if (operations.length > MAX_OPERATIONS) throw bad('patch', `At most ${MAX_OPERATIONS} operations.`)
  for (const [index, { name, uri }] of operations.entries()) {
    if (uri !== patch.uri || (name !== 'add' && name !== 'replace' && name !== 'remove')) throw bad(`patch[${index}]`, 'Expected add, replace or remove.')
  }
  return operations
}

/** The XML form, if it says all that the resource does. */
const toXml = (resource: JsonObject): string => {
  try {
    const xml = writeXml(resource)
    if (xml.length > MAX_XML) throw outcome('too-costly', { diagnostics: `A resource of more than ${MAX_XML} characters of XML takes no XML Patch.` })
    if (isSame(readXml(xml), resource)) return xml
  } catch (error) {
    if (error instanceof Outcome && error.code === 'too-costly') throw error
  }
  throw misfit('patch', 'The resource has no exact XML form: use another kind of patch.')
}

/** What was patched is refused as a resource, not as a body that came. */
const fromXml = (xml: string): JsonObject => {
  try {
    return readXml(xml)
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    throw outcome('invalid-resource', { ...error.detail, diagnostics: `After the patch: ${(error.detail.diagnostics ?? '').replace(/ at line \d+, column \d+$/, '')}.` })
  }
}

/** The resource after the patch. Throws bad-request or xml-… for what is no XML Patch, patch-failed for what does not fit, invalid-resource for what is no XML of FHIR after it. */
export const applyXmlPatch = (resource: JsonObject, patch: string): JsonObject => {
  const operations = readOperations(patch)
  const budget = new Budget()
  let root = buildXmlTree(toXml(resource))
  for (const [index, operation] of operations.entries()) root = apply(root, operation, { place: `patch[${index}].sel`, budget })
  return parseJsonObject(writeJson(withoutEmpty(fromXml(writeXmlTree(root)))))
}
