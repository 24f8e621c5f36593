/**
 * Searches that one short list of rows answers, whatever the values: what refers to one patient or visit, or has one identifier. Their statement has one good plan,
 * which is written into its shape, so that PostgreSQL plans it once and keeps it; planning anew costs several times the search. `offset 0` keeps a part where it
 * stands (https://www.postgresql.org/docs/current/queries-with.html speaks of such fences): walk the list, probe each row of it, read those that are left.
 */
import type { Filter, HashValue, Query } from './ast.ts'
import { compileFilter, digestsOf, liveAndVisible, type CompileContext } from './filters.ts'
import { digest, FORM } from './hash.ts'
import { typeNumber } from './resource-types.ts'

export interface Rows {
  readonly from: string
  readonly where: string[]
  /** Alias whose d and rid lead: of the first joined posting, else of the row. */
  readonly driver: string
}

type Match = Extract<Filter, { kind: 'match' }>
type Chain = Extract<Filter, { kind: 'chain' }>

/** undefined: no list of this search is known to be short, or something beside it is not one probe. */
export const compileLed = (query: Query, context: CompileContext): Rows | undefined => {
  const [type] = query.types
  const rtype = type === undefined || query.types.length > 1 ? undefined : typeNumber(type)
  // what a person may see, or what limited scopes leave, is a question of its own, with lists of any length
  if (rtype === undefined || context.visibility.kind !== 'all' || context.visibility.limits !== undefined) return undefined
  const leader = query.filters.find(isShort) ?? query.filters.find(isShortChain)
  if (leader === undefined) return undefined
  const others = query.filters.filter((filter) => filter !== leader)
  if (!others.every(isProbe)) return undefined
  const list = leader.kind === 'match' ? postingList(leader, context) : chainList(leader, context)
  const row = context.alias('row')
  return {
    from: `${list.from} cross join lateral (select * from resource ${row} where ${row}.tenant = $1 and ${row}.rtype = ${rtype} and ${row}.rid = ${list.alias}.rid and ${liveAndVisible(row, context)} offset 0) r`,
    where: [...list.where, ...others.map((filter) => compileFilter(filter, list.driver, { ...context, fenced: true }))],
    driver: list.driver,
  }
}

const onlyDigest = (filter: Filter): { readonly value: HashValue; readonly code: string; readonly key: bigint } | undefined => {
  if (filter.kind !== 'match' || filter.not || filter.values.length !== 1 || filter.holders.length !== 1) return undefined
  const [value] = filter.values
  const [key] = digestsOf(filter) ?? []
  const [holder] = filter.holders
  return value?.kind === 'hash' && key !== undefined && holder ? { value, code: holder.code, key } : undefined
}

/** A record or a visit has at most some ten thousand rows, an identifier is one's own. */
const isShort = (filter: Filter): filter is Match => {
  const only = onlyDigest(filter)
  if (only === undefined) return false
  const { value, code } = only
  return (value.form === 'reference' && /^(?:Patient|Encounter)\//.test(value.value)) || value.form === 'ofType' || (code === 'identifier' && (value.form === 'systemCode' || value.form === 'code'))
}

const isShortChain = (filter: Filter): filter is Chain => filter.kind === 'chain' && filter.steps.length === 1 && filter.steps.every(({ filter: inner, canonical }) => !canonical && isShort(inner))

/** One step down an index by the whole key, or nothing but the row itself. */
const isProbe = (filter: Filter): boolean => filter.kind === 'match' && digestsOf(filter) !== undefined

interface List {
  readonly from: string
  readonly where: string[]
  /** Has rid. */
  readonly alias: string
  readonly driver: string
}

const postingList = (filter: Match, { sql, alias }: CompileContext): List => {
  const p = alias('p')
  return { from: `posting ${p}`, where: [`${p}.tenant = $1`, `${p}.h = ${sql.add(String(onlyDigest(filter)?.key ?? 0n))}::int8`], alias: p, driver: p }
}

/** Those who refer to what is found; each once. */
const chainList = ({ type, steps, inside }: Chain, context: CompileContext): List => {
  const { sql, alias } = context
  const [p, t, l, led] = [alias('p'), alias('t'), alias('l'), alias('led')]
  const inner = steps.map(({ link, target, filter }) =>
    `select distinct ${l}.rid from posting ${p} `
    + `cross join lateral (select ${t}.id from resource ${t} where ${t}.tenant = $1 and ${t}.rtype = ${typeNumber(target) ?? 0} and ${t}.rid = ${p}.rid and ${liveAndVisible(t, context)} offset 0) target `
    + `cross join lateral (select ${l}.rid from pst_ref ${l} where ${l}.tenant = $1 and ${l}.h = ${sql.add(String(digest(type, link, FORM.link, target)))}::int8 and ${l}.target = target.id offset 0) ${l} `
    + `where ${p}.tenant = $1 and ${p}.h = ${sql.add(String(onlyDigest(filter)?.key ?? 0n))}::int8 offset 0`)
  // those that refer to what they contain (inside.ts) may be among them
  const all = inside === undefined ? inner.join('') : `(${inner.join('')}) union select unnest(${sql.add(`{${inside.join(',')}}`)}::int8[])`
  return { from: `(${all}) ${led}`, where: ['true'], alias: led, driver: 'r' }
}
