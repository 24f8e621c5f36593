/** Text of a search -> Query (http://hl7.org/fhir/R4/search.html). What is not understood is refused with its name, or with `strict` off left out of `understood`. */
import { outcome } from '../model/outcome.ts'
import type { SearchRequest } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { Filter, Include, Query, SearchContext, Sort, Value } from './ast.ts'
import { badParameter, parseDate, parseValue, splitAt, unescape } from './parse-value.ts'
import { clinicalDateOf, holdersOf, parameterOf, type Parameter } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'

export const LARGEST_PAGE = 1000
const PAGE = 20
/** Bounds the work that one address can ask for. */
const MOST_PARAMETERS = 100, MOST_VALUES = 1000, DEEPEST_CHAIN = 4

export const parseSearch = (request: SearchRequest, context: SearchContext): Query => {
  if (request.parameters.length > MOST_PARAMETERS) throw outcome('bad-request', { diagnostics: `More than ${MOST_PARAMETERS} search parameters` })
  const query = new QueryBuilder(request, context)
  for (const [name, value] of request.parameters) query.add(name, value)
  return query.build()
}

type Open = { -readonly [K in keyof Query]: Query[K] extends readonly (infer T)[] ? T[] : Query[K] }

class QueryBuilder {
  readonly #context: SearchContext
  readonly #strict: boolean
  readonly #type: string | undefined
  readonly #sorts: string[] = []
  readonly #query: Open

  constructor(request: SearchRequest, context: SearchContext) {
    if (request.type !== undefined && typeNumber(request.type) === undefined) throw outcome('unknown-type', { expression: request.type.slice(0, 64) })
    this.#context = context
    this.#strict = request.strict
    this.#type = request.type
    this.#query = {
      types: request.type === undefined ? [...RESOURCE_TYPES] : [request.type], filters: [], sorts: [], includes: [], count: PAGE, total: 'none', countOnly: false, understood: [],
    }
    // the types decide which parameters there are
    for (const [name, value] of request.type === undefined ? request.parameters : []) if (name === '_type') this.#query.types = parseTypes(value)
  }

  add(name: string, value: string): void {
    if (value === '' && !this.#strict) return
    if (value === '') throw badParameter(name, 'The value is empty.')
    if (this.#result(name, value) || this.#filter(name, value)) {
      // the self link says what was done: a page never holds more than the largest
      this.#query.understood.push([name, name === '_count' && Number(value) > LARGEST_PAGE ? String(LARGEST_PAGE) : value])
    } else if (this.#strict) {
      throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'The parameter is not supported here.' })
    }
  }

  build(): Query {
    const [type, ...more] = this.#query.types
    this.#query.sorts = this.#sorts.map((text) => parseSort(text, more.length === 0 ? type : undefined))
    return this.#query
  }

  /** Parameters that shape the answer; false: none of them. */
  #result(name: string, value: string): boolean {
    const query = this.#query
    const [base = '', modifier] = name.split(':')
    switch (base) {
      case '_count':
        if (!/^\d{1,9}$/.test(value)) throw badParameter(name, 'Expected a whole number.')
        query.count = Math.min(Number(value), LARGEST_PAGE)
        query.countOnly ||= Number(value) === 0
        return true
      case '_sort': this.#sorts.splice(0, Infinity, ...value.split(',')); return true
      case '_cursor': query.cursor = value; return true
      case '_total':
        if (value !== 'none' && value !== 'accurate' && value !== 'estimate') throw badParameter(name, 'Expected none, accurate or estimate.')
        query.total = value
        return true
      case '_summary':
        if (value === 'count') query.countOnly = true
        // all but the count are about bodies, which the answer shapes
        return ['true', 'text', 'data', 'count', 'false'].includes(value)
      case '_elements': return true
      case '_include': case '_revinclude': query.includes.push(parseInclude(base === '_revinclude', modifier, name, value)); return true
      case '_type': return this.#type === undefined
      default: return false
    }
  }

  #filter(name: string, value: string): boolean {
    const { types } = this.#query
    const [type = ''] = types
    const filter = types.length === 1 ? parseFilter(type, name, value, this.#context, 0) : parseForAll(types, name, value, this.#context)
    if (filter) this.#query.filters.push(...filter)
    return filter !== undefined
  }
}

const parseTypes = (value: string): string[] => {
  const types = [...new Set(value.split(','))]
  for (const type of types) if (typeNumber(type) === undefined) throw badParameter('_type', 'Not a resource type.')
  return types
}

/** Over several types only what all resources have. */
const parseForAll = (types: readonly string[], name: string, value: string, context: SearchContext): Filter[] | undefined => {
  const [base = ''] = name.split(':')
  if (!['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source'].includes(base)) return undefined
  const each = types.map((type) => parseFilter(type, name, value, context, 0)?.[0])
  const [first] = each
  if (first?.kind !== 'match') return first && [first]
  return [{ ...first, types }]
}

/** One filter for each repetition; undefined: no such parameter of the type. */
const parseFilter = (type: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  if (depth > DEEPEST_CHAIN) throw badParameter(name, `More than ${DEEPEST_CHAIN} steps.`)
  if (name.startsWith('_has:')) return parseHas(type, name, value, context, depth)
  const [head = '', ...tail] = name.split('.')
  const [code = '', modifier, ...more] = head.split(':')
  const rest = tail.join('.')
  if (more.length > 0 || (tail.length > 0 && rest === '')) return undefined
  if (code === '_id' || code === '_lastUpdated') return rest === '' ? [parseColumn(code, modifier, name, value, context)] : undefined
  const parameter = parameterOf(type, code)
  if (!parameter) return undefined
  if (rest !== '') return parseChain(type, parameter, modifier, rest, name, value, context, depth)
  const holders = holdersOf(type, parameter)
  if (modifier === 'missing') return [{ kind: 'missing', holders, missing: parseMissing(name, value) }]
  const values = valuesOf(name, value).flatMap((each): Value[] => parseValue(parameter, each, { ...context, name, modifier }))
  return [{ kind: 'match', types: [type], holders, values, not: modifier === 'not' }]
}

const valuesOf = (name: string, value: string): string[] => {
  const values = splitAt(value, ',')
  if (values.length > MOST_VALUES) throw badParameter(name, `More than ${MOST_VALUES} values.`)
  if (values.includes('')) throw badParameter(name, 'One of the values is empty.')
  return values
}

const parseMissing = (name: string, value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw badParameter(name, 'Expected true or false.')
  return value === 'true'
}

const parseColumn = (code: '_id' | '_lastUpdated', modifier: string | undefined, name: string, value: string, context: SearchContext): Filter => {
  if (modifier !== undefined) throw badParameter(name, 'This modifier is not supported here.')
  if (code === '_lastUpdated') return { kind: 'updated', values: valuesOf(name, value).map((each) => parseDate(each, { ...context, name })) }
  // what cannot be an id is the id of nothing
  return { kind: 'id', ids: valuesOf(name, value).map(unescape).filter((id) => ID_PATTERN.test(id)) }
}

/** subject:Patient.name=An */
const parseChain = (type: string, parameter: Parameter, modifier: string | undefined, rest: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  if (parameter.kind !== 'reference') throw badParameter(name, 'Only a reference can be followed.')
  if (modifier !== undefined && typeNumber(modifier) === undefined) throw badParameter(name, 'Expected a resource type after the colon.')
  const possible = parameter.alias?.target !== undefined ? [parameter.alias.target] : parameter.targets.length > 0 ? parameter.targets : RESOURCE_TYPES
  const targets = modifier === undefined ? possible : possible.filter((target) => target === modifier)
  const steps = holdersOf(type, parameter).flatMap((holder) => targets.flatMap((target) =>
    (parseFilter(target, rest, value, context, depth + 1) ?? []).map((filter) => ({ link: holder.code, target, filter }))))
  return steps.length > 0 ? [{ kind: 'chain', type, steps }] : undefined
}

/** _has:Observation:patient:code=x */
const parseHas = (type: string, name: string, value: string, context: SearchContext, depth: number): Filter[] | undefined => {
  const [, source = '', link = '', rest = ''] = /^_has:([A-Za-z]+):([A-Za-z_-]+):(.+)$/.exec(name) ?? []
  if (typeNumber(source) === undefined) throw badParameter(name, 'Expected _has:Type:reference:parameter.')
  const reference = parameterOf(source, link)
  if (reference?.kind !== 'reference') throw badParameter(name, 'The second part is not a reference of that type.')
  const only = reference.alias?.target
  if (only !== undefined && only !== type) throw badParameter(name, 'That reference never leads here.')
  const links = holdersOf(source, reference).map((holder) => holder.code)
  return parseFilter(source, rest, value, context, depth + 1)?.map((filter): Filter => ({ kind: 'has', type, source, links, filter }))
}

const parseSort = (text: string, type: string | undefined): Sort => {
  const descending = text.startsWith('-')
  const code = descending ? text.slice(1) : text
  if (code === '_id') return { by: 'id', code, descending }
  if (code === '_lastUpdated') return { by: 'updated', code, descending }
  const parameter = type === undefined ? undefined : parameterOf(type, code)
  if (!parameter || type === undefined) throw badParameter('_sort', 'Not a parameter of this type.')
  if (parameter.kind === 'date') return { by: code === clinicalDateOf(type) ? 'clinical' : 'date', code, descending }
  const [holder] = holdersOf(type, parameter)
  if (parameter.kind === 'string') return { by: 'string', code: holder?.code ?? code, descending }
  if (parameter.kind === 'number' || parameter.kind === 'quantity') return { by: 'number', code: holder?.code ?? code, descending }
  throw badParameter('_sort', 'Sorting goes by dates, strings, numbers and quantities, _id and _lastUpdated.')
}

/** _include=Observation:subject:Patient, _revinclude=Provenance:target, _include:iterate=… */
const parseInclude = (reverse: boolean, modifier: string | undefined, name: string, value: string): Include => {
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') throw badParameter(name, 'The only modifier is iterate.')
  const [source = '', code = '', target, ...more] = value.split(':')
  if (typeNumber(source) === undefined || more.length > 0) throw badParameter(name, 'Expected Type:parameter or Type:parameter:Type.')
  if (target !== undefined && typeNumber(target) === undefined) throw badParameter(name, 'Not a resource type.')
  if (code !== '*' && parameterOf(source, code)?.kind !== 'reference') throw badParameter(name, 'Not a reference parameter of that type.')
  return { reverse, iterate: modifier !== undefined, source, ...(code !== '*' && { code }), ...(target !== undefined && { target }) }
}
