/**
 * The part of a resource that _summary or _elements ask for (http://hl7.org/fhir/R4/search.html#summary, #elements), taken from the stored text without
 * loss of order or digits, and marked as a part. Without either the text is passed on unread. Pure.
 */
import type { RouteRequest } from '../http/route.ts'
import type { Content } from '../model/bytes.ts'
import { JsonObject, arrayAt, parseJsonObject, stringAt, writeJson, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { RESOURCE_TYPES } from '../search/resource-types.ts'
import { elementAt, elementsOf, shapeOf, type Shape } from './elements.ts'

export const VIEW_PARAMETERS: readonly string[] = ['_summary', '_elements']

export type View =
  | { readonly kind: 'whole' } | { readonly kind: 'count' } | { readonly kind: 'true' } | { readonly kind: 'text' } | { readonly kind: 'data' }
  /** "name" for every type, "Type.name" for one. */
  | { readonly kind: 'elements'; readonly names: ReadonlySet<string> }

const WHOLE: View = { kind: 'whole' }
const SUMMARIES: ReadonlySet<string> = new Set(['true', 'text', 'data', 'count', 'false'])

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' } as const

const bad = (name: string, diagnostics: string): Error => outcome('bad-parameter', { expression: `http.${name}`, diagnostics })

/** The view that the pairs of a query ask for. `type`: of what is answered, so that an element that it does not have is refused by name. */
export const parseView = (pairs: RouteRequest['query'], type?: string): View => {
  const all = (name: string): string[] => pairs.filter(([each]) => each === name).map(([, value]) => value)
  const [summary = 'false', ...more] = all('_summary')
  if (more.length > 0) throw bad('_summary', 'Once is enough.')
  if (!SUMMARIES.has(summary)) throw bad('_summary', 'Expected true, text, data, count or false.')
  const names = all('_elements').flatMap((value) => value.split(',')).map((name) => name.trim())
  if (names.length === 0) return summary === 'true' || summary === 'text' || summary === 'data' || summary === 'count' ? { kind: summary } : WHOLE
  if (summary === 'true' || summary === 'text' || summary === 'data') throw bad('_elements', 'Either _summary or _elements.')
  for (const name of names) requireElement(name, type)
  return summary === 'count' ? { kind: 'count' } : { kind: 'elements', names: new Set(names) }
}

/** As parseView, where there is nothing to count. */
export const viewOf = (request: Pick<RouteRequest, 'query'>, type?: string): View => {
  const view = parseView(request.query, type)
  if (view.kind === 'count') throw bad('_summary', 'Only searches and histories are counted.')
  return view
}

/** The views of a search's matches and of what is included with them: _elements is about the matches alone, and a narrative has no includes. */
export const parseSearchView = (pairs: RouteRequest['query'], type?: string): { readonly matches: View; readonly included: View } => {
  const matches = parseView(pairs, type)
  if (matches.kind === 'text' && pairs.some(([name]) => /^_(rev)?include(:|$)/.test(name))) throw bad('_summary', '_summary=text and includes do not go together.')
  return { matches, included: matches.kind === 'elements' ? WHOLE : matches }
}

const requireElement = (name: string, type: string | undefined): void => {
  const [, own = type, element = ''] = /^(?:([A-Z][A-Za-z]+)\.)?([A-Za-z]+)$/.exec(name) ?? []
  const types = own === undefined ? RESOURCE_TYPES : [own]
  if (element === '' || !types.some((each) => elementAt({ type: each, path: '' }, element) !== undefined || elementsOf({ type: each, path: '' }).has(element))) {
    throw bad('_elements', `Not a base element${type === undefined ? '' : ` of ${type}`}: ${name.slice(0, 64)}`)
  }
}

/** A resource as the view shows it. */
export const applyView = <C extends Content>(content: C, view: View): C | string => {
  if (view.kind === 'whole' || view.kind === 'count') return content
  const resource = parseJsonObject(String(content))
  const shape: Shape = { type: stringAt(resource, 'resourceType') ?? '', path: '' }
  return writeJson(mark(view.kind === 'true' ? summarize(resource, shape) : keep(resource, (member) => shows(view, shape, member))))
}

const keep = (object: JsonObject, test: (member: string) => boolean): JsonObject => {
  const kept = [...object.entries()].filter(([member]) => test(member))
  return new JsonObject(kept.map(([member]) => member), kept.map(([, value]) => value))
}

const ALWAYS: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta'])

/** What changes the meaning of the rest is shown even when nobody asks for it: an order that says "do not" must never read as one that says "do". */
const shows = (view: Exclude<View, { kind: 'whole' | 'true' | 'count' }>, shape: Shape, member: string): boolean => {
  if (view.kind === 'data') return member !== 'text'
  if (ALWAYS.has(member)) return true
  const element = elementAt(shape, member)?.element
  if (element === undefined || element.mandatory || element.modifier) return true
  if (view.kind === 'text') return element.name === 'text'
  const plain = member.replace(/^_/, '')
  return [element.name, plain].some((name) => view.names.has(name) || view.names.has(`${shape.type}.${name}`))
}

/** The elements of the summary, inside of datatypes too. A datatype that marks none of its elements (Extension) is shown whole. */
const summarize = (object: JsonObject, shape: Shape): JsonObject => {
  const known = elementsOf(shape)
  if (known.size === 0 || ![...known.values()].some(({ summary }) => summary)) return object
  const names: string[] = []
  const values: JsonValue[] = []
  for (const [member, value] of object.entries()) {
    const found = elementAt(shape, member)
    const shown = (shape.path === '' && ALWAYS.has(member)) || found === undefined || found.element.summary || found.element.mandatory || found.element.modifier
    if (!shown) continue
    names.push(member)
    values.push(found === undefined || member === 'meta' || member.startsWith('_') ? value : inside(value, (each) => summarize(each, shapeOf(shape, found.element, found.type, stringAt(each, 'resourceType')))))
  }
  return new JsonObject(names, values)
}

const inside = (value: JsonValue, change: (object: JsonObject) => JsonObject): JsonValue => {
  if (value instanceof JsonObject) return change(value)
  if (!Array.isArray(value)) return value
  const items: readonly JsonValue[] = value
  return items.map((item) => inside(item, change))
}

/** With the tag that says: this is not all. */
const mark = (resource: JsonObject): JsonObject => {
  const before = resource.get('meta')
  const meta = before instanceof JsonObject ? before : new JsonObject([], [])
  if (isSubset(resource)) return resource
  return resource.set('meta', meta.set('tag', [...arrayAt(meta, 'tag'), JsonObject.from(SUBSETTED)]))
}

const isSubset = (resource: JsonObject): boolean =>
  arrayAt(resource, 'meta', 'tag').some((tag) => stringAt(tag, 'code') === SUBSETTED.code && stringAt(tag, 'system') === SUBSETTED.system)

/** Throws subsetted-resource: a part that is written back would take away the rest. */
export const requireWhole = (resource: JsonObject, path: string): void => {
  if (isSubset(resource)) throw outcome('subsetted-resource', { expression: `${path}.meta.tag`, diagnostics: 'Read the whole resource, change it, and send it whole.' })
}
