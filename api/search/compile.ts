/**
 * Query -> SQL. Hidden and deleted rows drop out in the WHERE clause, before LIMIT. Filters that are one digest are joined, so that the planner
 * may walk the rows of any of them in the order of the answer; all others are tested with EXISTS. Every table comes with its tenant.
 */
import type { Visibility } from '../model/ports.ts'
import type { Filter, Query, Sort } from './ast.ts'
import { compileBySize } from './by-size.ts'
import { isBackwards, type CursorState } from './cursor.ts'
import { compileFilter, digestsOf, liveAndVisible, type CompileContext } from './filters.ts'
import { digest, FORM } from './hash.ts'
import { compileLed, type Rows } from './led.ts'
import { SqlParameters } from './parameters.ts'
import { compilePlace, type Key } from './place.ts'
import { parameterOf } from './registry.ts'
import { typeNumber } from './resource-types.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

export interface SearchStatement extends Statement {
  /** One plan serves all values: it may be kept. */
  readonly onePlan: boolean
}

export interface CompileOptions {
  readonly tenant: number
  readonly visibility: Visibility
  readonly now: Date
  /** Which page: none is the first. */
  readonly after?: CursorState
}

/** A page and one row more, which tells whether there is a further one; from its end when the place is reached backwards. Columns: those of a version, rid, and k0…kn, the sort keys as text. */
export const compilePage = (query: Query, options: CompileOptions): SearchStatement => {
  const context = contextOf(options)
  const bySize = compileBySize(query, context, {
    columns: COLUMNS, limit: context.sql.add(query.count + 1), further: options.after ? compilePlace([], options.after, { rid: 'r.rid', descending: true }, context) : [],
    direction: isBackwards(options.after) ? 'asc' : 'desc',
  })
  return bySize === undefined ? compileOrdered(query, options) : { text: bySize, values: context.sql.values, onePlan: true }
}

const COLUMNS = 'r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body, r.rid'

const compileOrdered = (query: Query, options: CompileOptions): SearchStatement => {
  const context = contextOf(options)
  const led = compileLed(query, context)
  const { from, where, driver } = led ?? compileRows(query, context)
  const order = orderOf(query, driver !== 'r')
  const keys = order.map((sort, at) => compileKey(query, sort, `k${at}`, driver, context))
  const descending = order.at(-1)?.descending ?? true
  if (options.after) where.push(...compilePlace(keys, options.after, { rid: `${driver}.rid`, descending }, context))
  const backwards = isBackwards(options.after)
  const direction = (down: boolean): string => (down === backwards ? 'asc' : 'desc')
  const columns = keys.map(({ value }, at) => `, (${value})::text as k${at}`).join('')
  const orderBy = [...keys.map((key) => `${key.value} ${direction(key.descending)}${key.nulls ? ` nulls ${backwards ? 'first' : 'last'}` : ''}`), `${driver}.rid ${direction(descending)}`]
  const text = `select ${COLUMNS}${columns} from ${from}${keys.map(({ join }) => join).join('')} `
    + `where ${where.join(' and ')} order by ${orderBy.join(', ')} limit ${context.sql.add(query.count + 1)}`
  return { text, values: context.sql.values, onePlan: led !== undefined }
}

/** How many rows there are; with `cap` it stops counting there. */
export const compileCount = (query: Query, options: CompileOptions, cap?: number): SearchStatement => {
  const context = contextOf(options)
  const led = compileLed(query, context)
  const { from, where } = led ?? compileRows(query, context)
  const rows = `from ${from} where ${where.join(' and ')}`
  const text = cap === undefined ? `select count(*) as total ${rows}` : `select count(*) as total from (select 1 ${rows} limit ${context.sql.add(cap)}) as counted`
  return { text, values: context.sql.values, onePlan: led !== undefined }
}

/** The rows that would be counted: for what PostgreSQL expects of them. */
export const compileExpected = (query: Query, options: CompileOptions): SearchStatement => {
  const context = contextOf(options)
  const { from, where } = compileLed(query, context) ?? compileRows(query, context)
  return { text: `select 1 from ${from} where ${where.join(' and ')}`, values: context.sql.values, onePlan: false }
}

export const contextOf = ({ tenant, visibility, now }: CompileOptions): CompileContext => {
  let last = 0
  return { sql: new SqlParameters(tenant), visibility, now: now.toISOString(), alias: (letter) => `${letter}${++last}` }
}

/**
 * The first posting is joined by rid alone, although its d is the row's too: the planner would multiply both selectivities and expect next to
 * nothing. Further postings are met at the first one's whole key.
 */
export const compileRows = (query: Query, context: CompileContext): Rows => {
  const joins: string[] = []
  const where = ['r.tenant = $1', typesOf(query, context), liveAndVisible('r', context)]
  let driver = 'r'
  for (const filter of query.filters) {
    const key = singleDigest(filter)
    if (key === undefined) {
      where.push(compileFilter(filter, 'r', context))
      continue
    }
    const p = context.alias('p')
    const place = driver === 'r' ? `${p}.rid = r.rid` : `${p}.d = ${driver}.d and ${p}.rid = ${driver}.rid`
    joins.push(` join posting ${p} on ${p}.tenant = $1 and ${p}.h = ${context.sql.add(String(key))}::int8 and ${place}`)
    if (driver === 'r') driver = p
  }
  return { from: `resource r${joins.join('')}`, where, driver }
}

const typesOf = ({ types }: Query, { sql }: CompileContext): string => {
  const numbers = types.map((type) => typeNumber(type) ?? 0)
  return numbers.length === 1 ? `r.rtype = ${numbers[0]}` : `r.rtype = any(${sql.add(`{${numbers.join(',')}}`)}::int2[])`
}

/** Such a filter has at most one posting for a row: joining it neither drops nor doubles rows. */
const singleDigest = (filter: Filter): bigint | undefined => {
  if (filter.kind !== 'match' || filter.not) return undefined
  const digests = digestsOf(filter)
  return digests?.length === 1 ? digests[0] : undefined
}

/** Asked for nothing: newest first, by clinical date where postings are walked in its order anyway. */
const orderOf = (query: Query, joined: boolean): readonly Sort[] =>
  query.sorts.length > 0 || !joined || query.types.length !== 1 ? query.sorts : [{ by: 'clinical', code: '', descending: true }]

const compileKey = (query: Query, { by, code, descending }: Sort, name: string, driver: string, { sql }: CompileContext): Key & { readonly join: string } => {
  switch (by) {
    case 'id': return { value: 'r.id', cast: 'text', nulls: false, descending, join: '' }
    case 'updated': return { value: 'r.ts', cast: 'timestamptz', nulls: false, descending, join: '' }
    case 'clinical': return descending
      ? { value: `${driver}.d`, cast: 'timestamptz', nulls: false, descending, join: '' } // without a date: -infinity, and so last
      : { value: `nullif(${driver}.d, '-infinity'::timestamptz)`, cast: 'timestamptz', nulls: true, descending, join: '' }
    case 'date': return lateral('pst_date', 'lo', 'timestamptz', FORM.date)
    case 'number': return lateral('pst_num', 'lo', 'float8', FORM.number)
    case 'string': return lateral('pst_str', 'norm', 'text', FORM.words)
    case 'body': {
      const paths = parameterOf(query.types[0] ?? '', code)?.paths.map(({ text }) => text.replace(/#.*$/, '')) ?? []
      return { value: `emr_sort_text(r.body, ${sql.add(paths)}::text[], ${descending}) collate "C"`, cast: 'text', nulls: true, descending, join: '' }
    }
  }
  function lateral(table: string, column: string, cast: string, form: typeof FORM.date | typeof FORM.number | typeof FORM.words): Key & { readonly join: string } {
    const key = sql.add(String(digest(query.types[0] ?? '', code, form, '')))
    const best = descending ? 'max' : 'min'
    const join = ` left join lateral (select ${best}(s.${column}) as v from ${table} s where s.tenant = $1 and s.h = ${key}::int8 and s.rid = r.rid) as ${name} on true`
    return { value: `${name}.v`, cast, nulls: true, descending, join }
  }
}
