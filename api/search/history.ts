/**
 * Histories (http://hl7.org/fhir/R4/http.html#history) as SQL: of one resource, of a type, of everything; newest first, by keyset. Rows are in two tables,
 * the current versions and those before: both are walked in the order of their (tenant, rtype, ts, rid) indexes and merged, never sorted as a whole.
 * A version that is superseded while somebody turns pages moves from one table to the other and keeps its place.
 */
import type { Visibility } from '../model/ports.ts'
import type { Statement } from './compile.ts'
import { isBackwards } from './cursor.ts'
import { compileFilter, type CompileContext } from './filters.ts'
import type { HistoryPlace, HistoryQuery, HistoryRow, ListedVersion } from './history-query.ts'
import { SqlParameters } from './parameters.ts'
import { typeNumber } from './resource-types.ts'
import { visible, visiblePast } from './visibility.ts'

export interface HistoryOptions {
  readonly tenant: number
  readonly visibility: Visibility
  readonly now: Date
  /** Which page: none is the first. */
  readonly after?: HistoryPlace
  /** What stands in the lists of the query. */
  readonly listed?: readonly ListedVersion[]
}

interface Context extends Omit<CompileContext, 'now' | 'visibility'>, HistoryOptions {}

/** Current versions are `r`; versions before are `h`, joined to their resource of today, `r`, which must be visible too. */
const PAST = 'resource_history h join resource r on r.tenant = $1 and r.rtype = h.rtype and r.rid = h.rid'

const sees = (alias: 'r' | 'h', { visibility, now, sql }: Context): string => (alias === 'r' ? visible : visiblePast)(alias, visibility, now.toISOString(), sql)

const instant = (text: string, { sql }: Context): string => `${sql.add(text)}::timestamptz`

/** Conditions on a version that the query asks for; a version is current until the next one is made. */
const asked = (alias: 'r' | 'h', { since, at, today = [] }: HistoryQuery, context: Context): string[] => {
  const found: string[] = context.listed === undefined ? [] : [`(listed.ver = 0 or listed.ver = ${alias}.ver)`]
  if (today.length > 0) found.push('not r.del', ...today.map((filter) => compileFilter(filter, 'r', { ...context, now: context.now.toISOString() })))
  if (since !== undefined) found.push(`${alias}.ts >= ${instant(since, context)}`)
  if (at === undefined) return found
  found.push(`${alias}.ts < ${instant(at.hi, context)}`)
  if (alias === 'r') return found
  const start = instant(at.lo, context)
  found.push(`r.ts > ${start}`, `not exists (select from resource_history n where n.tenant = $1 and n.rtype = h.rtype and n.rid = h.rid and n.ver > h.ver and n.ts <= ${start})`)
  return found
}

/** Where versions are read: past ones, or with a list only those of what it names. Ids have no sign that an array literal would need to escape. */
const source = (alias: 'r' | 'h', { listed, sql }: Context): string => {
  if (listed === undefined) return alias === 'r' ? 'resource r' : PAST
  const numbers = (values: readonly number[]): string => sql.add(`{${values.join(',')}}`)
  const named = `unnest(${numbers(listed.map(({ type }) => typeNumber(type) ?? 0))}::int2[], ${sql.add(`{${listed.map(({ id }) => `"${id}"`).join(',')}}`)}::text[], ${numbers(listed.map(({ version }) => version))}::int4[]) as listed(rtype, id, ver) `
    + `join resource r on r.tenant = $1 and r.rtype = listed.rtype and r.id = listed.id`
  return alias === 'r' ? named : `${named} join resource_history h on h.tenant = $1 and h.rtype = r.rtype and h.rid = r.rid`
}

const placed = (alias: 'r' | 'h', { after, sql }: Context): string[] => {
  if (after === undefined) return []
  const compared = (operator: string, { ts, rid, ver }: HistoryRow): string => `(${alias}.ts, ${alias}.rid, ${alias}.ver) ${operator} (${sql.add(ts)}::timestamptz, ${sql.add(rid)}::int8, ${sql.add(ver)}::int4)`
  if (after.way === undefined) return [compared('<', after)]
  return [...(after.way === 'back' ? [compared('>', after)] : []), ...(after.newest === undefined ? [] : [compared('<=', after.newest)])]
}

const contextOf = (options: HistoryOptions, sql: SqlParameters): Context => {
  let last = 0
  return { ...options, sql, alias: (letter) => `${letter}${++last}` }
}

const numbersOf = ({ types }: HistoryQuery, { listed }: HistoryOptions): string => `{${types.filter((type) => listed?.some((each) => each.type === type) ?? true).map((type) => typeNumber(type) ?? 0).join(',')}}`

/** A page of a type or of everything, and one row more; oldest first where the place is reached backwards. Keys first: bodies are fetched for the rows of the page alone. */
export const compileHistory = (query: HistoryQuery, options: HistoryOptions): Statement => {
  const sql = new SqlParameters(options.tenant, numbersOf(query, options), query.count + 1)
  const context = contextOf(options, sql)
  const where = (alias: 'r' | 'h'): string =>
    [`${alias}.tenant = $1`, `${alias}.rtype = t.n`, sees('r', context), ...(alias === 'h' ? [sees('h', context)] : []), ...asked(alias, query, context), ...placed(alias, context)].join(' and ')
  const to = isBackwards(options.after) ? 'asc' : 'desc'
  const text = `
    with page as (
      select v.* from unnest($2::int2[]) as t(n) cross join lateral (
        (select r.rtype, r.rid, r.ver, r.ts, true as today from ${source('r', context)} where ${where('r')} order by r.ts ${to}, r.rid ${to} limit $3)
        union all
        (select h.rtype, h.rid, h.ver, h.ts, false as today from ${source('h', context)} where ${where('h')} order by h.ts ${to}, h.rid ${to}, h.ver ${to} limit $3)
      ) as v order by v.ts ${to}, v.rid ${to}, v.ver ${to} limit $3
    )
    select p.rtype, r.id, p.rid, p.ver, p.ts, coalesce(h.del, r.del) as del, case when p.today then r.pat else h.pat end as pat, coalesce(h.method, r.method) as method, coalesce(h.body, r.body) as body
    from page p join resource r on r.tenant = $1 and r.rtype = p.rtype and r.rid = p.rid
    left join resource_history h on not p.today and h.tenant = $1 and h.rtype = p.rtype and h.rid = p.rid and h.ver = p.ver
    order by p.ts ${to}, p.rid ${to}, p.ver ${to}`
  return { text, values: sql.values }
}

/** How many versions that would be. */
export const compileHistoryCount = (query: HistoryQuery, options: HistoryOptions): Statement => {
  const sql = new SqlParameters(options.tenant, numbersOf(query, options))
  const context = contextOf(options, sql)
  const current = ['r.tenant = $1', 'r.rtype = any($2::int2[])', sees('r', context), ...asked('r', query, context)].join(' and ')
  const past = ['h.tenant = $1', 'h.rtype = any($2::int2[])', sees('r', context), sees('h', context), ...asked('h', query, context)].join(' and ')
  return { text: `select (select count(*) from ${source('r', context)} where ${current}) + (select count(*) from ${source('h', context)} where ${past}) as total`, values: sql.values }
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
  const { after: place } = options
  const to = isBackwards(place) ? 'asc' : 'desc'
  const compared = (operator: string, { ver }: HistoryRow): string => ` and ver ${operator} ${sql.add(ver)}::int4`
  const after = place === undefined ? '' : place.way === undefined ? compared('<', place) : `${place.way === 'back' ? compared('>', place) : ''}${place.newest === undefined ? '' : compared('<=', place.newest)}`
  const text = `
    with whole as (
      select r.rtype, r.id, r.rid, r.ver, r.ts, r.del, r.pat, r.method, r.body, ${fits('r')} as fits from resource r where ${one} and ${sees('r', context)}
      union all
      select h.rtype, r.id, h.rid, h.ver, h.ts, h.del, h.pat, h.method, h.body, ${fits('h')} as fits from ${PAST} where h.tenant = $1 and ${one} and ${sees('r', context)} and ${sees('h', context)}
    )
    select page.*, known.total, known.patients
    from (select (count(*) filter (where fits))::int4 as total, array_agg(distinct pat) as patients from whole having count(*) > 0) as known
    left join lateral (select * from whole where fits${after} order by ver ${to} limit $4) as page on true order by page.ver ${to}`
  return { text, values: sql.values }
}
