/**
 * Searches by the beginning of one string, as by a name: a rare one is found by the list of those who bear it, a common one by walking all records in the order of
 * the answer. Which of the two is known only when it is asked, so that PostgreSQL would have to plan each search for its values, which costs more than to answer
 * it. This statement holds both ways: it counts the list as far as it may be short and takes one of them; the other is never begun.
 */
import type { Filter, Query, StringValue } from './ast.ts'
import { hs } from './comparisons.ts'
import { liveAndVisible, stringDigests, type CompileContext } from './filters.ts'
import { typeNumber } from './resource-types.ts'

/** Longer lists are walked past. */
const SHORT = 2000

type Match = Extract<Filter, { kind: 'match' }>
type Beginning = Match & { readonly values: readonly [StringValue] }

/**
 * The rows of a page, newest record first (`direction` asc: oldest first); undefined: not such a search. `columns` of the row r; `further`: conditions on r of where the last page ended.
 */
export const compileBySize = (query: Query, context: CompileContext, { columns, further, limit, direction }: { readonly columns: string; readonly further: readonly string[]; readonly limit: string; readonly direction: 'asc' | 'desc' }): string | undefined => {
  const [type, other] = query.types
  const [filter, another] = query.filters
  const rtype = typeNumber(type ?? '')
  if (rtype === undefined || other !== undefined || another !== undefined || query.sorts.length > 0 || !isBeginning(filter) || context.visibility.kind !== 'all' || context.visibility.limits !== undefined) return undefined
  const { sql, alias } = context
  const [value] = filter.values
  const keys = hs(sql, filter.holders.flatMap((holder) => stringDigests(holder, value)))
  const [from, to] = [sql.add(value.norm), sql.add(`${value.norm}\u{10ffff}`)]
  const matching = (p: string): string => `${p}.tenant = $1 and ${p}.h = ${keys} and ${p}.norm >= ${from} and ${p}.norm < ${to}`
  const [p, row, x] = [alias('p'), alias('row'), alias('x')]
  const page = (source: string, where: readonly string[], by: string): string => `(select ${columns} from ${source} where ${[...where, ...further].join(' and ')} order by ${by}.rid ${direction} limit ${limit})`
  // sorted before its rows are fetched: those beyond the page are not; "on" lets it sort, where PostgreSQL would put all of them into a table of digests first
  const listed = `(select distinct on (few.rid) few.rid from few where (select n from size) <= ${SHORT} order by few.rid ${direction}) listed `
    + `cross join lateral (select * from resource ${row} where ${row}.tenant = $1 and ${row}.rtype = ${rtype} and ${row}.rid = listed.rid and ${liveAndVisible(row, context)} offset 0) r`
  const walked = [
    'r.tenant = $1', `r.rtype = ${rtype}`, liveAndVisible('r', context), `(select n from size) > ${SHORT}`,
    `exists (select from pst_str ${x} where ${matching(x)} and ${x}.rid = r.rid offset 0)`,
  ]
  return `with few as materialized (select ${p}.rid from pst_str ${p} where ${matching(p)} limit ${SHORT + 1}), size as materialized (select count(*) as n from few) `
    + `select * from (${page(listed, ['true'], 'listed')} union all ${page('resource r', walked, 'r')}) as page order by page.rid ${direction} limit ${limit}`
}

const isBeginning = (filter: Filter | undefined): filter is Beginning => {
  if (filter?.kind !== 'match' || filter.not || filter.values.length !== 1) return false
  const [value] = filter.values
  return value?.kind === 'string' && value.match === 'prefix' && value.rows === 'words' && value.group === undefined && value.norm !== ''
}
