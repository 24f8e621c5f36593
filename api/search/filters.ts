/**
 * Filter -> a condition on one aliased row of `resource`. Every other row of `resource` that a condition looks at (chain, _has) is itself
 * live and visible to the caller: what cannot be seen cannot be guessed through another row.
 */
import type { Visibility } from '../model/ports.ts'
import type { DateValue, Filter, HashValue, NumberValue, StringValue } from './ast.ts'
import { digest, FORM } from './hash.ts'
import type { SqlParameters } from './parameters.ts'
import { typeNumber } from './resource-types.ts'
import { visible } from './visibility.ts'

export interface CompileContext {
  readonly sql: SqlParameters
  readonly visibility: Visibility
  /** Instant at which care relations must hold. */
  readonly now: string
  /** The next free alias: a letter and a number, never input. */
  readonly alias: (letter: string) => string
}

type Match = Extract<Filter, { kind: 'match' }>

/** What makes the row of `alias` one that everybody concerned may look at. */
export const liveAndVisible = (alias: string, { visibility, now, sql }: CompileContext): string => {
  const sees = visible(alias, visibility, now, sql)
  return sees === 'true' ? `not ${alias}.del` : `not ${alias}.del and ${sees}`
}

export const compileFilter = (filter: Filter, row: string, context: CompileContext): string => {
  const { sql } = context
  switch (filter.kind) {
    case 'id': return `${row}.id = any(${sql.add([...filter.ids])}::text[])`
    case 'updated': return anyOf(filter.values.map((value) => compareInstant(`${row}.ts`, value, sql)))
    case 'missing': return `${filter.missing ? 'not ' : ''}${row}.present && ${sql.add(`{${filter.holders.map((holder) => holder.number).join(',')}}`)}::int2[]`
    case 'match': return filter.not ? `not ${compileMatch(filter, row, context)}` : compileMatch(filter, row, context)
    case 'chain': return anyOf(filter.steps.map(({ link, target, filter: inner }) => {
      const [l, t] = [context.alias('l'), context.alias('t')]
      return `exists (select from pst_ref ${l} join resource ${t} on ${t}.tenant = $1 and ${t}.rtype = ${typeNumber(target)} and ${t}.id = ${l}.target and ${liveAndVisible(t, context)} `
        + `where ${l}.tenant = $1 and ${l}.h = ${h(sql, digest(filter.type, link, FORM.link, target))} and ${l}.rid = ${row}.rid and ${compileFilter(inner, t, context)})`
    }))
    case 'has': {
      const [l, s] = [context.alias('l'), context.alias('s')]
      const links = hs(sql, filter.links.map((link) => digest(filter.source, link, FORM.link, filter.type)))
      return `exists (select from pst_ref ${l} join resource ${s} on ${s}.tenant = $1 and ${s}.rtype = ${typeNumber(filter.source)} and ${s}.rid = ${l}.rid and ${liveAndVisible(s, context)} `
        + `where ${l}.tenant = $1 and ${l}.h = ${links} and ${l}.target = ${row}.id and ${compileFilter(filter.filter, s, context)})`
    }
  }
}

const anyOf = (conditions: readonly string[]): string => (conditions.length === 0 ? 'false' : conditions.length === 1 ? conditions[0] ?? 'false' : `(${conditions.join(' or ')})`)

const h = (sql: SqlParameters, value: bigint): string => `${sql.add(String(value))}::int8`
const hs = (sql: SqlParameters, values: readonly bigint[]): string => (values.length === 1 && values[0] !== undefined ? h(sql, values[0]) : `any(${sql.add(`{${values.join(',')}}`)}::int8[])`)

/** All digests of a filter that has nothing but digests; undefined when it needs other tables too. */
export const digestsOf = ({ types, holders, values }: Match): bigint[] | undefined => {
  const hashes = values.filter((value) => value.kind === 'hash')
  if (hashes.length < values.length) return undefined
  return types.flatMap((type) => holders.flatMap(({ code }) => hashes.map(({ form, value }) => digest(type, code, FORM[form], value))))
}

const compileMatch = (filter: Match, row: string, context: CompileContext): string => {
  const conditions: string[] = []
  const hashes = filter.values.filter((value): value is HashValue => value.kind === 'hash')
  if (hashes.length > 0) conditions.push(compileHashes(digestsOf({ ...filter, values: hashes }) ?? [], row, context))
  for (const value of filter.values) {
    if (value.kind === 'hash') continue
    for (const type of filter.types) {
      for (const { code } of filter.holders) {
        if (value.kind === 'date') conditions.push(compileDate(digest(type, code, ...dateKey(value)), value, row, context))
        else if (value.kind === 'number') conditions.push(compileNumber(digest(type, code, ...numberKey(value)), value, row, context))
        else conditions.push(compileString(value.group === undefined ? [digest(type, code, FORM.words, ''), digest(type, code, FORM.words, 'part')] : [digest(type, code, FORM.composite, value.group)], value, row, context))
      }
    }
  }
  return anyOf(conditions)
}

const dateKey = ({ group }: DateValue): [typeof FORM.date | typeof FORM.composite, string] => (group === undefined ? [FORM.date, ''] : [FORM.composite, group])
const numberKey = ({ group, unit }: NumberValue): [typeof FORM.number | typeof FORM.composite, string] => (group === undefined ? [FORM.number, unit] : [FORM.composite, `${group}\n${unit}`])

/** d of a posting is that of its row: the whole key of the posting is known, and the probe is one step down the index. */
const compileHashes = (digests: readonly bigint[], row: string, { sql, alias }: CompileContext): string => {
  const p = alias('p')
  return `exists (select from posting ${p} where ${p}.tenant = $1 and ${p}.h = ${hs(sql, digests)} and ${p}.d = ${row}.d and ${p}.rid = ${row}.rid)`
}

const within = (table: string, x: string, key: string, row: string, condition: string): string =>
  `exists (select from ${table} ${x} where ${x}.tenant = $1 and ${x}.h = ${key} and ${x}.rid = ${row}.rid and ${condition})`

// ---------------------------------------------------------------- dates: [lo, hi) of the row against [lo, hi) of the search

const DAY_AND_MORE = `interval '25 hours'`
/** Word for word the condition of the index pst_date_long. Before version 17 PostgreSQL cannot subtract an open end. */
const isLong = (x: string): string => `case when isfinite(${x}.lo) and isfinite(${x}.hi) then ${x}.hi - ${x}.lo > ${DAY_AND_MORE} else true end`

const compileDate = (key: bigint, value: DateValue, row: string, { sql, alias }: CompileContext): string => {
  const x = alias('x')
  const lo = (): string => `${sql.add(value.lo)}::timestamptz`
  const hi = (): string => `${sql.add(value.hi)}::timestamptz`
  // of the rows that end after an instant, all but the long ones also begin a little before it or later: both parts are index ranges
  const endsAfter = (instant: string): string => `${x}.hi > ${instant} and (${x}.lo > ${instant} - ${DAY_AND_MORE} or ${isLong(x)})`
  const condition = (): string => {
    switch (value.prefix) {
      case 'eq': return `${x}.lo >= ${lo()} and ${x}.lo < ${hi()} and ${x}.hi <= ${hi()}`
      case 'ne': return `not (${x}.lo >= ${lo()} and ${x}.hi <= ${hi()})`
      case 'gt': return endsAfter(hi())
      case 'lt': return `${x}.lo < ${lo()}`
      case 'ge': return `(${x}.lo >= ${lo()} or ${endsAfter(hi())})`
      case 'le': return `${x}.lo < ${hi()} and (${x}.lo < ${lo()} or ${x}.hi <= ${hi()})`
      case 'sa': return `${x}.lo >= ${hi()}`
      case 'eb': return `${x}.lo < ${lo()} and ${x}.hi <= ${lo()}`
      case 'ap': return `${x}.lo < ${hi()} and ${endsAfter(lo())}`
    }
  }
  return within('pst_date', x, h(sql, key), row, condition())
}

const compareInstant = (column: string, { prefix, lo: from, hi: to }: DateValue, sql: SqlParameters): string => {
  const lo = (): string => `${sql.add(from)}::timestamptz`
  const hi = (): string => `${sql.add(to)}::timestamptz`
  switch (prefix) {
    case 'eq': case 'ap': return `(${column} >= ${lo()} and ${column} < ${hi()})`
    case 'ne': return `(${column} < ${lo()} or ${column} >= ${hi()})`
    case 'gt': case 'sa': return `${column} >= ${hi()}`
    case 'lt': case 'eb': return `${column} < ${lo()}`
    case 'ge': return `${column} >= ${lo()}`
    case 'le': return `${column} < ${hi()}`
  }
}

// ---------------------------------------------------------------- numbers: eq and ne by the precision that was written, the others by the number

const compileNumber = (key: bigint, value: NumberValue, row: string, { sql, alias }: CompileContext): string => {
  const x = alias('x')
  const float = (text: string): string => `${sql.add(text)}::float8`
  const inside = (): string => `${x}.lo >= ${float(value.lo)} and ${x}.hi < ${float(value.hi)}`
  const condition = (): string => {
    switch (value.prefix) {
      case 'eq': return inside()
      case 'ne': return `not (${inside()})`
      case 'gt': return `${x}.hi > ${float(value.at)}`
      case 'lt': return `${x}.lo < ${float(value.at)}`
      case 'ge': return `${x}.hi >= ${float(value.at)}`
      case 'le': return `${x}.lo <= ${float(value.at)}`
      case 'sa': return `${x}.lo > ${float(value.at)}`
      case 'eb': return `${x}.hi < ${float(value.at)}`
      case 'ap': return `${x}.lo <= ${float(value.hi)} and ${x}.hi >= ${float(value.lo)}`
    }
  }
  return within('pst_num', x, h(sql, key), row, condition())
}

// ---------------------------------------------------------------- strings

const compileString = (keys: readonly bigint[], { match, norm }: StringValue, row: string, { sql, alias }: CompileContext): string => {
  // nothing but marks and spaces is the beginning of nothing
  if (norm === '') return 'false'
  const x = alias('x')
  const condition = match === 'contains'
    ? `${x}.norm like ${sql.add(`%${norm.replace(/[\\%_]/g, '\\$&')}%`)}`
    : `${x}.norm >= ${sql.add(norm)} and ${x}.norm < ${sql.add(`${norm}\u{10ffff}`)}`
  return within('pst_str', x, hs(sql, keys), row, condition)
}
