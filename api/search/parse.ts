/** Text of a search -> Query (http://hl7.org/fhir/R4/search.html). What is not understood is refused with its name, or with `strict` off left out of `understood`. */
import { outcome } from '../model/outcome.ts'
import type { SearchRequest } from '../model/ports.ts'
import type { Query, SearchContext } from './ast.ts'
import { compartmentFilter, compartmentTypes } from './compartment.ts'
import { parseContained } from './contained.ts'
import { parseFilterExpression } from './filter-expression.ts'
import { parseFilter, parseForAll } from './parse-filter.ts'
import { parseInclude, parseSort } from './parse-result.ts'
import { badParameter } from './parse-value.ts'
import { requireBounded } from './query-size.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'

export const LARGEST_PAGE = 1000
const PAGE = 20
/** Bounds the work that one address can ask for. */
const MOST_PARAMETERS = 100

export const parseSearch = (request: SearchRequest, context: SearchContext): Query => {
  if (request.parameters.length > MOST_PARAMETERS) throw outcome('bad-request', { diagnostics: `More than ${MOST_PARAMETERS} search parameters` })
  const query = new QueryBuilder(request, context)
  for (const [name, value] of request.parameters) query.add(name, value)
  const contained = request.containers && parseContained(request.parameters)
  return { ...query.build(), ...(contained && { contained }) }
}

type Open = { -readonly [K in keyof Query]: Query[K] extends readonly (infer T)[] ? T[] : Query[K] }

class QueryBuilder {
  readonly #context: SearchContext
  readonly #strict: boolean
  readonly #type: string | undefined
  readonly #inside: boolean
  readonly #sorts: string[] = []
  readonly #query: Open

  constructor(request: SearchRequest, context: SearchContext) {
    if (request.type !== undefined && typeNumber(request.type) === undefined) throw outcome('unknown-type', { expression: request.type.slice(0, 64) })
    this.#context = context
    this.#strict = request.strict
    this.#type = request.type
    this.#inside = request.containers !== undefined
    this.#query = {
      types: request.type === undefined ? (request.compartment ? compartmentTypes(request.compartment.type) : [...RESOURCE_TYPES]) : [request.type], filters: [], sorts: [], includes: [], count: PAGE, total: 'none', countOnly: false, understood: [],
    }
    // the types decide which parameters there are
    for (const [name, value] of request.type === undefined ? request.parameters : []) if (name === '_type') this.#query.types = this.#query.types.filter((type, _at, _all, named = parseTypes(value)) => named.includes(type))
    if (request.compartment) {
      this.#query.compartment = `${request.compartment.type}/${request.compartment.id}`
      this.#query.filters.push(compartmentFilter(request.compartment, this.#query.types))
    }
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
    requireBounded(this.#query.filters)
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
      // a search that says nothing of what contains it never looks inside
      case '_contained': return this.#inside || value === 'false'
      case '_containedType': return this.#inside
      // those that there are have been answered before anything comes here (http://hl7.org/fhir/R4/search.html#query)
      case '_query': throw badParameter(name, 'There is no query of that name here.')
      default: return false
    }
  }

  #filter(name: string, value: string): boolean {
    const { types } = this.#query
    const [type = ''] = types
    const filter = name === '_filter' ? types.length === 1 ? [parseFilterExpression(type, value, this.#context)] : undefined
      : types.length === 1 ? parseFilter(type, name, value, this.#context, 0) : parseForAll(types, name, value, this.#context)
    if (filter) this.#query.filters.push(...filter)
    return filter !== undefined
  }
}

const parseTypes = (value: string): string[] => {
  const types = [...new Set(value.split(','))]
  for (const type of types) if (typeNumber(type) === undefined) throw badParameter('_type', 'Not a resource type.')
  return types
}
