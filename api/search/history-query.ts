/** What is asked of a history (http://hl7.org/fhir/R4/http.html#history), and the tokens by which its pages are found again. Pure. */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { HistoryRequest } from '../model/ports.ts'
import type { Filter, SearchContext } from './ast.ts'
import { typesIn } from './current-lists.ts'
import { seal, unseal, type Way } from './cursor.ts'
import type { Interval } from './dates.ts'
import { parseForAll, valuesOf } from './parse-filter.ts'
import { LARGEST_PAGE } from './parse.ts'
import { badParameter, parseDate } from './parse-value.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'

const PAGE = 20

export interface HistoryQuery {
  /** One for the history of a type or of a resource. */
  readonly types: readonly string[]
  readonly id?: string
  readonly count: number
  /** _summary=count or _count=0: no rows, only their number. */
  readonly countOnly: boolean
  /** Versions made at or after this instant. */
  readonly since?: string
  /** Versions that were current at some time in it. */
  readonly at?: Interval
  /** Ids of Lists: only versions that one of them names. */
  readonly lists?: readonly string[]
  /** What the resource must be today: that of a list that nobody keeps (current-lists.ts). */
  readonly today?: readonly Filter[]
  readonly cursor?: string
  readonly understood: HistoryRequest['parameters']
}

type Open = { -readonly [K in keyof HistoryQuery]: HistoryQuery[K] }

/** Throws unknown-parameter and bad-parameter. What shapes the bodies (_summary, _elements) is the caller's. */
export const parseHistory = (request: HistoryRequest, context: { readonly timeZone: string; readonly now: Date }): HistoryQuery => {
  const { type, id } = request
  if (type !== undefined && typeNumber(type) === undefined) throw outcome('unknown-type', { expression: type.slice(0, 64) })
  const query: Open = { types: type === undefined ? RESOURCE_TYPES : [type], ...(id !== undefined && { id }), count: PAGE, countOnly: false, understood: request.parameters }
  const dateOf = (name: string, value: string): Interval => {
    const { prefix, lo, hi } = parseDate(value, { ...context, name })
    if (prefix !== 'eq') throw badParameter(name, 'A prefix has no meaning here.')
    return { lo, hi }
  }
  for (const [name, value] of request.parameters) {
    switch (name) {
      case '_count':
        if (!/^\d{1,9}$/.test(value)) throw badParameter(name, 'Expected a whole number.')
        query.count = Math.min(Number(value), LARGEST_PAGE)
        query.countOnly ||= query.count === 0
        break
      case '_since': query.since = dateOf(name, value).lo; break
      case '_at': query.at = dateOf(name, value); break
      case '_list': addList(query, value, { ...context, bases: [] }); break
      case '_cursor': query.cursor = value; break
      case '_summary': query.countOnly ||= value === 'count'; break
      case '_elements': break
      default: throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'A history knows _count, _since, _at, _list, _summary and _elements.' })
    }
  }
  return query
}

/** _list=42, _list=$current-problems (http://hl7.org/fhir/R4/http.html#history): of types and of everything; whether one resource stands in a list is no question to its history. */
const addList = (query: Open, value: string, context: SearchContext): void => {
  if (query.id !== undefined) throw badParameter('_list', 'The history of one resource has no list: ask for that of its type.')
  if (query.lists !== undefined || query.today !== undefined) throw badParameter('_list', 'Name one list, or several with commas.')
  if (!value.startsWith('$')) {
    query.lists = valuesOf('_list', value)
    return
  }
  const types = query.types.filter((type) => typesIn(value).includes(type))
  query.today = parseForAll(types.length === 0 ? query.types.slice(0, 1) : types, '_list', value, context) ?? []
  query.types = types
}

/** A row at the edge of a page: rid and ver are numbers of the database as text. */
export interface HistoryRow { readonly ts: string; readonly rid: string; readonly ver: number }

export interface HistoryPlace extends HistoryRow {
  /** undefined: what comes behind the row, which is older. */
  readonly way?: Way
  /** The first row of the first page: what is newer came later. Left out where only older rows are asked for. */
  readonly newest?: HistoryRow
}

/** The same history, page size aside. */
const scopeOf = (tenant: number, { types, id, understood }: HistoryQuery): Buffer =>
  createHash('sha256').update(JSON.stringify(['history', tenant, types.length === 1 ? types[0] : '', id ?? '', understood.filter(([name]) => name !== '_cursor' && name !== '_count')])).digest()

export const writePlace = (key: Uint8Array, tenant: number, query: HistoryQuery, { ts, rid, ver, way, newest }: HistoryPlace): string =>
  seal(key, scopeOf(tenant, query), JSON.stringify([ts, rid, ver, way, newest?.ts, newest?.rid, newest?.ver]))

export const readPlace = (key: Uint8Array, tenant: number, query: HistoryQuery): HistoryPlace | undefined => {
  if (query.cursor === undefined) return undefined
  const [ts, rid, ver, way, ...newest] = JSON.parse(unseal(key, scopeOf(tenant, query), query.cursor)) as [string, string, number, Way | null, string, string, number]
  return { ts, rid, ver, ...(way && { way }), ...(newest[0] && { newest: { ts: newest[0], rid: newest[1], ver: newest[2] } }) }
}

/** What a List names: a version, or with 0 all of them. */
export interface ListedVersion { readonly type: string; readonly id: string; readonly version: number }
