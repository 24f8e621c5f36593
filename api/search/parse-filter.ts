/** One search parameter -> filters (http://hl7.org/fhir/R4/search.html): modifiers, chains, _has, lists, words. undefined: no such parameter of the type. */
import { fold } from '../model/fold.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { ChainStep, CodesQuestion, Filter, Holder, SearchContext, Value } from './ast.ts'
import { hasCanonical } from './canonical.ts'
import { CURRENT_LISTS, currentList } from './current-lists.ts'
import { matchOf } from './implied.ts'
import { isBodyParameter, parseBody } from './in-body.ts'
import { badParameter, parseDate, parseValue, splitAt, unescape } from './parse-value.ts'
import { holdersOf, parameterOf, type Parameter } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'

/** Bounds the work that one address can ask for. */
export const MOST_VALUES = 1000, DEEPEST_CHAIN = 4

/** What is asked of one type. `depth`: steps of chains before this one. */
export const parseFilter = (type: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  if (depth > DEEPEST_CHAIN) throw badParameter(name, `More than ${DEEPEST_CHAIN} steps.`)
  if (name.startsWith('_has:')) return parseHas(type, name, value, context, depth)
  const [head = '', ...tail] = name.split('.')
  const [code = '', modifier, ...more] = head.split(':')
  const rest = tail.join('.')
  if (more.length > 0 || (tail.length > 0 && rest === '')) return undefined
  const general = rest === '' ? GENERAL.get(code) : undefined
  if (general) {
    // _id is a token (http://hl7.org/fhir/R4/search.html#id)
    const not = code === '_id' && modifier === 'not'
    if (modifier !== undefined && !not) throw badParameter(name, 'This modifier is not supported here.')
    const filter = general(type, name, value, context)
    return [not ? { kind: 'not', filter } : filter]
  }
  if (rest === '' && isBodyParameter(type, code)) return [bodyFilter(type, code, modifier, name, value, context)]
  const parameter = parameterOf(type, code)
  if (!parameter) return undefined
  if (rest !== '') return parseChain(type, parameter, modifier, rest, name, value, context, depth)
  return [parseMatch(type, parameter, modifier, name, value, context)]
}

/** The same parameter in each of several types; a row is judged by what its own type asks. */
export const parseForAll = (types: readonly string[], name: string, value: string, context: SearchContext): Filter[] | undefined => {
  const each = types.map((type) => ({ type, filters: parseFilter(type, name, value, context, 0) }))
  const known = each.flatMap(({ type, filters }) => (filters ? [{ type, filters }] : []))
  if (known.length < types.length) return undefined
  return [mergeTypes(known)]
}

/** Search rows say whose they are, so that matches of several types are one; anything else is guarded by the type. */
const mergeTypes = (each: readonly { readonly type: string; readonly filters: readonly Filter[] }[]): Filter => {
  const only = each.flatMap(({ filters }) => filters)
  const [first] = only
  const shape = (filter: Filter): string => (filter.kind === 'match' || filter.kind === 'codes' ? JSON.stringify({ ...filter, holders: [] }) : filter.kind === 'has' ? JSON.stringify({ ...filter, types: [] }) : filter.kind === 'chain' ? '' : JSON.stringify(filter))
  const wanted = first ? shape(first) : ''
  if (first && wanted !== '' && only.length === each.length && only.every((filter) => shape(filter) === wanted)) {
    // one look at those that refer to the row, whatever its type: one for each type, and 146 subqueries would have to be planned
    if (first.kind === 'has') return { ...first, types: each.map(({ type }) => type) }
    if (first.kind !== 'match' && first.kind !== 'codes') return first
    return { ...first, holders: only.flatMap((filter) => ('holders' in filter ? filter.holders : [])) }
  }
  return { kind: 'or', filters: each.map(({ type, filters }): Filter => ({ kind: 'and', filters: [{ kind: 'of-type', type }, ...filters] })) }
}

export const valuesOf = (name: string, value: string): string[] => {
  const values = splitAt(value, ',')
  if (values.length > MOST_VALUES) throw badParameter(name, `More than ${MOST_VALUES} values.`)
  if (values.includes('')) throw badParameter(name, 'One of the values is empty.')
  return values
}

// ---------------------------------------------------------------- what every type has, held elsewhere than in search rows

type General = (type: string, name: string, value: string, context: SearchContext) => Filter

const idFilter: General = (_type, name, value) =>
  // what cannot be an id is the id of nothing
  ({ kind: 'id', ids: valuesOf(name, value).map(unescape).filter((id) => ID_PATTERN.test(id)) })

const updatedFilter: General = (_type, name, value, context) => ({ kind: 'updated', values: valuesOf(name, value).map((each) => parseDate(each, { ...context, name })) })

/** _list=42: what a List names; _list=$current-problems: what is current (current-lists.ts). */
const listFilter: General = (type, name, value, context) => {
  const each = valuesOf(name, value).map(unescape)
  const ids = each.filter((id) => ID_PATTERN.test(id))
  const named = each.filter((id) => id.startsWith('$')).map((list) => currentFilter(type, list, name, context))
  const has: Filter = { kind: 'has', types: [type], source: 'List', links: ['item'], filter: { kind: 'id', ids } }
  const [only] = named
  return only === undefined ? has : each.length === 1 ? only : { kind: 'or', filters: ids.length === 0 ? named : [has, ...named] }
}

const currentFilter = (type: string, list: string, name: string, context: SearchContext): Filter => {
  const pairs = currentList(list, type)
  if (pairs === undefined) throw badParameter(name, `Name a List by its id, or one of ${CURRENT_LISTS.join(', ')}.`)
  return pairs === 'none' ? { kind: 'id', ids: [] } : { kind: 'and', filters: pairs.flatMap(([code, value]) => parseFilter(type, code, value, context, 0) ?? []) }
}

const MOST_WORDS = 20

/** Words are joined by AND, commas by OR; marks and accents do not count. */
const wordsFilter = (where: 'narrative' | 'content'): General => (_type, name, value) => {
  const any = valuesOf(name, value).map((each) => fold(unescape(each)).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''))
  if (any.some((words) => words.length === 0 || words.length > MOST_WORDS)) throw badParameter(name, `Expected 1 to ${MOST_WORDS} words.`)
  return { kind: 'words', where, any }
}

const GENERAL: ReadonlyMap<string, General> =
  new Map([['_id', idFilter], ['_lastUpdated', updatedFilter], ['_list', listFilter], ['_text', wordsFilter('narrative')], ['_content', wordsFilter('content')]])

// ---------------------------------------------------------------- values

const parseMatch = (type: string, parameter: Parameter, modifier: string | undefined, name: string, value: string, context: SearchContext): Filter => {
  const held = holdersOf(type, parameter)
  const holders = held.map(({ code }): Holder => ({ type, code }))
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') throw badParameter(name, 'Expected true or false.')
    return { kind: 'missing', numbers: held.map(({ number }) => number), missing: value === 'true' }
  }
  if (parameter.kind === 'token' && isCodes(modifier)) {
    const mode = modifier === 'not-in' ? 'in' : modifier
    return { kind: 'codes', holders, questions: valuesOf(name, value).map((each) => parseQuestion(mode, each, name)), not: modifier === 'not-in' }
  }
  const values = valuesOf(name, value).flatMap((each): Value[] => parseValue(parameter, each, { ...context, name, modifier }))
  return matchOf(type, held, values, modifier === 'not')
}

/** What is read from the resource (in-body.ts). */
const bodyFilter = (type: string, code: string, modifier: string | undefined, name: string, value: string, context: SearchContext): Filter => {
  if (modifier !== undefined && modifier !== 'not' && modifier !== 'missing') throw badParameter(name, 'This modifier is not supported here.')
  if (modifier === 'missing' && value !== 'true' && value !== 'false') throw badParameter(name, 'Expected true or false.')
  const filter = parseBody(type, code, modifier === 'missing' ? [] : valuesOf(name, value), name, context)
  return modifier === 'not' || value === 'true' && modifier === 'missing' ? { kind: 'not', filter } : filter
}

const isCodes = (modifier: string | undefined): modifier is 'in' | 'not-in' | 'above' | 'below' => modifier === 'in' || modifier === 'not-in' || modifier === 'above' || modifier === 'below'

/** code:in=http://…/ValueSet, code:below=http://loinc.org|1234-5 */
export const parseQuestion = (mode: CodesQuestion['mode'], text: string, name: string): CodesQuestion => {
  if (mode === 'in') return { mode, system: unescape(text), code: '', name }
  const [first = '', second, ...more] = splitAt(text, '|').map(unescape)
  if (more.length > 0 || (second ?? first) === '') throw badParameter(name, 'Expected system|code.')
  return second === undefined ? { mode, system: '', code: first, name } : { mode, system: first, code: second, name }
}

// ---------------------------------------------------------------- chains

/** subject:Patient.name=An */
const parseChain = (type: string, parameter: Parameter, modifier: string | undefined, rest: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  if (parameter.kind !== 'reference') throw badParameter(name, 'Only a reference can be followed.')
  if (modifier !== undefined && typeNumber(modifier) === undefined) throw badParameter(name, 'Expected a resource type after the colon.')
  const possible = parameter.alias?.target !== undefined ? [parameter.alias.target] : parameter.targets.length > 0 ? parameter.targets : RESOURCE_TYPES
  const targets = modifier === undefined ? possible : possible.filter((target) => target === modifier)
  const steps = holdersOf(type, parameter).flatMap((holder) => targets.flatMap((target) =>
    (parseFilter(target, rest, value, context, depth + 1) ?? []).flatMap((filter) => stepsOf(holder, target, filter))))
  return steps.length > 0 ? [{ kind: 'chain', type, steps }] : undefined
}

/** By where the target is stored, and where it is named by its canonical also by that. */
export const stepsOf = ({ code: link, canonical }: Parameter, target: string, filter: Filter): ChainStep[] =>
  [{ link, target, filter }, ...(canonical && hasCanonical(target) ? [{ link, target, filter, canonical }] : [])]

/** _has:Observation:patient:code=x */
const parseHas = (type: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  const [, source = '', link = '', rest = ''] = /^_has:([A-Za-z]+):([A-Za-z_-]+):(.+)$/.exec(name) ?? []
  if (typeNumber(source) === undefined) throw badParameter(name, 'Expected _has:Type:reference:parameter.')
  const reference = parameterOf(source, link)
  if (reference?.kind !== 'reference') throw badParameter(name, 'The second part is not a reference of that type.')
  const only = reference.alias?.target
  if (only !== undefined && only !== type) throw badParameter(name, 'That reference never leads here.')
  const links = holdersOf(source, reference).map((holder) => holder.code)
  const { canonical, targets } = reference
  const named = canonical && hasCanonical(type) && (targets.length === 0 || targets.includes(type))
  return parseFilter(source, rest, value, context, depth + 1)?.map((filter): Filter => {
    const has: Filter = { kind: 'has', types: [type], source, links, filter }
    return named ? { kind: 'or', filters: [has, { ...has, canonical }] } : has
  })
}
