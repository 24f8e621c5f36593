/**
 * Histories (http://hl7.org/fhir/R4/http.html#history) as SQL: of one resource, of a type, of everything; newest first, by keyset. Rows are in two tables,
 * the current versions and those before: both are walked in the order of their (tenant, rtype, ts, rid) indexes and merged, never sorted as a whole.
 * A version that is superseded while somebody turns pages moves from one table to the other and keeps its place.
 */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { HistoryRequest, Visibility } from '../model/ports.ts'
import type { Statement } from './compile.ts'
import { seal, unseal } from './cursor.ts'
import type { Interval } from './dates.ts'
import { SqlParameters } from './parameters.ts'
import { LARGEST_PAGE } from './parse.ts'
import { badParameter, parseDate } from './parse-value.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'
import { visible, visiblePast } from './visibility.ts'

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
      case '_cursor': query.cursor = value; break
      case '_summary': query.countOnly ||= value === 'count'; break
      case '_elements': break
      default: throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'A history knows _count, _since, _at, _summary and _elements.' })
    }
  }
  return query
}

/** The last row of a page: rid and ver are numbers of the database as text. */
export interface HistoryPlace { readonly ts: string; readonly rid: string; readonly ver: number }

/** The same history, page size aside. */
const scopeOf = (tenant: number, { types, id, understood }: HistoryQuery): Buffer =>
  createHash('sha256').update(JSON.stringify(['history', tenant, types.length === 1 ? types[0] : '', id ?? '', understood.filter(([name]) => name !== '_cursor' && name !== '_count')])).digest()

export const writePlace = (key: Uint8Array, tenant: number, query: HistoryQuery, { ts, rid, ver }: HistoryPlace): string => seal(key, scopeOf(tenant, query), JSON.stringify([ts, rid, ver]))

export const readPlace = (key: Uint8Array, tenant: number, query: HistoryQuery): HistoryPlace | undefined => {
  if (query.cursor === undefined) return undefined
  const [ts, rid, ver] = JSON.parse(unseal(key, scopeOf(tenant, query), query.cursor)) as [string, string, number]
  return { ts, rid, ver }
}

export interface HistoryOptions {
  readonly tenant: number
  readonly visibility: Visibility
  readonly now: Date
  /** Where the page before ended. */
  readonly after?: HistoryPlace
}

interface Context extends HistoryOptions { readonly sql: SqlParameters }

/** Current versions are `r`; versions before are `h`, joined to their resource of today, `r`, which must be visible too. */
const PAST = 'resource_history h join resource r on r.tenant = $1 and r.rtype = h.rtype and r.rid = h.rid'

const sees = (alias: 'r' | 'h', { visibility, now, sql }: Context): string => (alias === 'r' ? visible : visiblePast)(alias, visibility, now.toISOString(), sql)

const instant = (text: string, { sql }: Context): string => `${sql.add(text)}::timestamptz`

/** Conditions on a version that the query asks for; a version is current until the next one is made. */
const asked = (alias: 'r' | 'h', { since, at }: HistoryQuery, context: Context): string[] => {
  const found: string[] = []
  if (since !== undefined) found.push(`${alias}.ts >= ${instant(since, context)}`)
  if (at === undefined) return found
  found.push(`${alias}.ts < ${instant(at.hi, context)}`)
  if (alias === 'r') return found
  const start = instant(at.lo, context)
  found.push(`r.ts > ${start}`, `not exists (select from resource_history n where n.tenant = $1 and n.rtype = h.rtype and n.rid = h.rid and n.ver > h.ver and n.ts <= ${start})`)
  return found
}

const behind = (alias: 'r' | 'h', { after, sql }: Context): string[] =>
  (after === undefined ? [] : [`(${alias}.ts, ${alias}.rid, ${alias}.ver) < (${sql.add(after.ts)}::timestamptz, ${sql.add(after.rid)}::int8, ${sql.add(after.ver)}::int4)`])

const contextOf = (options: HistoryOptions, sql: SqlParameters): Context => ({ ...options, sql })

const numbersOf = ({ types }: HistoryQuery): string => `{${types.map((type) => typeNumber(type) ?? 0).join(',')}}`

/** A page of a type or of everything, and one row more. Keys first: bodies are fetched for the rows of the page alone. */
export const compileHistory = (query: HistoryQuery, options: HistoryOptions): Statement => {
  const sql = new SqlParameters(options.tenant, numbersOf(query), query.count + 1)
  const context = contextOf(options, sql)
  const where = (alias: 'r' | 'h'): string =>
    [`${alias}.tenant = $1`, `${alias}.rtype = t.n`, sees('r', context), ...(alias === 'h' ? [sees('h', context)] : []), ...asked(alias, query, context), ...behind(alias, context)].join(' and ')
  const text = `
    with page as (
      select v.* from unnest($2::int2[]) as t(n) cross join lateral (
        (select r.rtype, r.rid, r.ver, r.ts, true as today from resource r where ${where('r')} order by r.ts desc, r.rid desc limit $3)
        union all
        (select h.rtype, h.rid, h.ver, h.ts, false as today from ${PAST} where ${where('h')} order by h.ts desc, h.rid desc, h.ver desc limit $3)
      ) as v order by v.ts desc, v.rid desc, v.ver desc limit $3
    )
    select p.rtype, r.id, p.rid, p.ver, p.ts, coalesce(h.del, r.del) as del, case when p.today then r.pat else h.pat end as pat, coalesce(h.method, r.method) as method, coalesce(h.body, r.body) as body
    from page p join resource r on r.tenant = $1 and r.rtype = p.rtype and r.rid = p.rid
    left join resource_history h on not p.today and h.tenant = $1 and h.rtype = p.rtype and h.rid = p.rid and h.ver = p.ver
    order by p.ts desc, p.rid desc, p.ver desc`
  return { text, values: sql.values }
}

/** How many versions that would be. */
export const compileHistoryCount = (query: HistoryQuery, options: HistoryOptions): Statement => {
  const sql = new SqlParameters(options.tenant, numbersOf(query))
  const context = contextOf(options, sql)
  const current = ['r.tenant = $1', 'r.rtype = any($2::int2[])', sees('r', context), ...asked('r', query, context)].join(' and ')
  const past = ['h.tenant = $1', 'h.rtype = any($2::int2[])', sees('r', context), sees('h', context), ...asked('h', query, context)].join(' and ')
  return { text: `select (select count(*) from resource r where ${current}) + (select count(*) from ${PAST} where ${past}) as total`, values: sql.values }
}

/**
 * A page of one resource and one row more; besides, on each row, how many of its versions are asked for and in whose records it ever stood (null: in nobody's).
 * No row: nothing is there to see. One row without id: nothing of what is there is asked for.
 */
export const compileInstanceHistory = (query: HistoryQuery, options: HistoryOptions): Statement => {
  const sql = new SqlParameters(options.tenant, typeNumber(query.types[0] ?? '') ?? 0, query.id, query.count + 1)
  const context = contextOf(options, sql)
  const fits = (alias: 'r' | 'h'): string => ['true', ...asked(alias, query, context)].join(' and ')
  const one = 'r.tenant = $1 and r.rtype = $2 and r.id = $3'
  const after = options.after === undefined ? '' : ` and ver < ${sql.add(options.after.ver)}::int4`
  const text = `
    with whole as (
      select r.rtype, r.id, r.rid, r.ver, r.ts, r.del, r.pat, r.method, r.body, ${fits('r')} as fits from resource r where ${one} and ${sees('r', context)}
      union all
      select h.rtype, r.id, h.rid, h.ver, h.ts, h.del, h.pat, h.method, h.body, ${fits('h')} as fits from ${PAST} where h.tenant = $1 and ${one} and ${sees('r', context)} and ${sees('h', context)}
    )
    select page.*, known.total, known.patients
    from (select (count(*) filter (where fits))::int4 as total, array_agg(distinct pat) as patients from whole having count(*) > 0) as known
    left join lateral (select * from whole where fits${after} order by ver desc limit $4) as page on true order by page.ver desc`
  return { text, values: sql.values }
}
