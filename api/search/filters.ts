/**
 * Filter -> a condition on one aliased row of `resource`. Every other row of `resource` that a condition looks at (chain, _has) is itself
 * live and visible to the caller: what cannot be seen cannot be guessed through another row.
 */
import type { Visibility } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'
import type { DateValue, Filter, HashValue, Holder, NumberValue, StringValue, Value } from './ast.ts'
import { compileNamed, compileNaming } from './canonical.ts'
import { allOf, anyOf, compareInstant, compileDate, compileNear, compileNumber, compileStrings, compileWords, h, hs, type Aliases } from './comparisons.ts'
import { digest, FORM, type Form } from './hash.ts'
import { digestOf } from './implied.ts'
import { compileBody } from './in-body.ts'
import type { SqlParameters } from './parameters.ts'
import { anyPresent } from './present.ts'
import { typeNumber } from './resource-types.ts'
import { visible } from './visibility.ts'

export interface CompileContext extends Aliases {
  readonly visibility: Visibility
  /** Instant at which care relations must hold. */
  readonly now: string
  /** Digests are probed for each row and never walked (led.ts). */
  readonly fenced?: boolean
}

type Match = Extract<Filter, { kind: 'match' }>
type Has = Extract<Filter, { kind: 'has' }>
type Chain = Extract<Filter, { kind: 'chain' }>

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
    case 'missing': return `${filter.missing ? 'not ' : ''}${row}.present ~ ${sql.add(anyPresent(filter.numbers))}`
    case 'of-type': return `${row}.rtype = ${typeNumber(filter.type) ?? 0}`
    case 'and': return allOf(filter.filters.map((each) => compileFilter(each, row, context)))
    case 'or': return anyOf(filter.filters.map((each) => compileFilter(each, row, context)))
    case 'not': return `not ${compileFilter(filter.filter, row, context)}`
    case 'words': return compileWords(filter, row, sql)
    case 'body': return compileBody(filter, row, sql)
    // answered by the terminology before anything is compiled
    case 'codes': throw outcome('internal', { diagnostics: 'A question to the terminology was not asked.' })
    case 'match': return filter.not ? `not ${compileMatch(filter, row, context)}` : compileMatch(filter, row, context)
    case 'chain': return compileChain(filter, row, context)
    case 'has': {
      if (filter.canonical) return compileNamingHas(filter, row, context)
      const [l, s] = [context.alias('l'), context.alias('s')]
      return `exists (select from pst_ref ${l} join resource ${s} on ${s}.tenant = $1 and ${s}.rtype = ${typeNumber(filter.source)} and ${s}.rid = ${l}.rid and ${liveAndVisible(s, context)} `
        + `where ${l}.tenant = $1 and ${compileLinks(filter, l, row, sql)} and ${l}.target = ${row}.id and ${compileFilter(filter.filter, s, context)})`
    }
  }
}

/** Where something inside passes (inside.ts), all rows that pass are one list, which the planner may begin with. */
const compileChain = ({ type, steps, inside }: Chain, row: string, context: CompileContext): string => {
  const { sql } = context
  const each = steps.map(({ link, target, filter: inner, canonical }) => {
    const [l, t] = [context.alias('l'), context.alias('t')]
    if (canonical) return { named: compileNamed({ type, code: link }, row, l, { alias: t, type: target, condition: `${liveAndVisible(t, context)} and ${compileFilter(inner, t, context)}` }, sql) }
    return { l, from: `from pst_ref ${l} join resource ${t} on ${t}.tenant = $1 and ${t}.rtype = ${typeNumber(target)} and ${t}.id = ${l}.target and ${liveAndVisible(t, context)} `
      + `where ${l}.tenant = $1 and ${l}.h = ${h(sql, digest(type, link, FORM.link, target))}${inside === undefined ? ` and ${l}.rid = ${row}.rid` : ''} and ${compileFilter(inner, t, context)}` }
  })
  if (inside === undefined) return anyOf(each.map(({ named, from }) => named ?? `exists (select ${from})`))
  const lists = each.flatMap(({ named, l, from }) => (named === undefined ? [`select ${l}.rid ${from}`] : []))
  return anyOf([`${row}.rid in (${[...lists, `select unnest(${sql.add(`{${inside.join(',')}}`)}::int8[])`].join(' union all ')})`, ...each.flatMap(({ named = [] }) => named)])
}

const compileNamingHas = ({ source, links, filter: inner }: Has, row: string, context: CompileContext): string => anyOf(links.map((code) => {
  const [p, s] = [context.alias('p'), context.alias('s')]
  return compileNaming({ type: source, code }, row, p, { alias: s, type: source, condition: `${liveAndVisible(s, context)} and ${compileFilter(inner, s, context)}` }, context.sql)
}))

/** A reference names the type that it leads to: of several types it is the row's own that counts. */
const compileLinks = ({ types, source, links }: Has, l: string, row: string, sql: SqlParameters): string => {
  const digestsTo = (type: string): bigint[] => links.map((link) => digest(source, link, FORM.link, type))
  const [type, more] = types
  if (type !== undefined && more === undefined) return `${l}.h = ${hs(sql, digestsTo(type))}`
  const numbers = sql.add(`{${types.map((each) => typeNumber(each) ?? 0).join(',')}}`)
  return anyOf(links.map((_link, at) => `${l}.h = (${sql.add(`{${types.map((each) => digestsTo(each)[at] ?? 0n).join(',')}}`)}::int8[])[array_position(${numbers}::int2[], ${row}.rtype)]`))
}

/** All digests of a filter that has nothing but digests; undefined when it needs other tables too. */
export const digestsOf = ({ holders, values }: Pick<Match, 'holders' | 'values'>): bigint[] | undefined => {
  const hashes = values.filter((value) => value.kind === 'hash')
  if (hashes.length < values.length) return undefined
  return holders.flatMap((holder) => hashes.map((value) => digestOf(holder, value)))
}

const compileMatch = (filter: Match, row: string, context: CompileContext): string => {
  const conditions: string[] = []
  const hashes = filter.values.filter((value): value is HashValue => value.kind === 'hash')
  if (hashes.length > 0) conditions.push(compileHashes(digestsOf({ ...filter, values: hashes }) ?? [], row, context))
  const strings = filter.values.filter((value) => value.kind === 'string')
  for (const alike of Map.groupBy(strings, (value) => stringKeys(value).join()).values()) {
    const [first] = alike
    if (first) conditions.push(compileStrings(filter.holders.flatMap((holder) => stringDigests(holder, first)), alike, row, context))
  }
  for (const value of filter.values) {
    if (value.kind === 'hash' || value.kind === 'string') continue
    for (const { type, code } of filter.holders) conditions.push(compileValue(value, (form, unit) => digest(type, code, form, unit), row, context))
  }
  return anyOf(conditions)
}

const compileValue = (value: Exclude<Value, HashValue | StringValue>, key: (form: Form, unit: string) => bigint, row: string, context: CompileContext): string => {
  switch (value.kind) {
    case 'date': return compileDate(key(...dateKey(value)), value, row, context)
    case 'number': return compileNumber(key(...numberKey(value)), value, row, context)
    case 'near': return compileNear(key(FORM.number, 'latitude'), key(FORM.number, 'longitude'), value, row, context)
  }
}

/** A whole value is never compared with one of its parts. */
const stringKeys = ({ rows, match, group }: StringValue): (readonly [Form, string])[] => {
  if (group !== undefined) return [[FORM.composite, group]]
  if (rows !== 'words') return [[FORM[rows], '']]
  return match === 'whole' || match === 'suffix' ? [[FORM.words, '']] : [[FORM.words, ''], [FORM.words, 'part']]
}

/** Of all rows in which a string of this parameter, or a part of one, may stand. */
export const stringDigests = ({ type, code }: Holder, value: StringValue): bigint[] => stringKeys(value).map(([form, unit]) => digest(type, code, form, unit))

export const dateKey = ({ group }: DateValue): [typeof FORM.date | typeof FORM.composite, string] => (group === undefined ? [FORM.date, ''] : [FORM.composite, group])
export const numberKey = ({ group, unit }: NumberValue): [typeof FORM.number | typeof FORM.composite, string] => (group === undefined ? [FORM.number, unit] : [FORM.composite, `${group}\n${unit}`])

/** d of a posting is that of its row: the whole key of the posting is known, and the probe is one step down the index. */
const compileHashes = (digests: readonly bigint[], row: string, { sql, alias, fenced = false }: CompileContext): string => {
  const p = alias('p')
  return `exists (select from posting ${p} where ${p}.tenant = $1 and ${p}.h = ${hs(sql, digests)} and ${p}.d = ${row}.d and ${p}.rid = ${row}.rid${fenced ? ' offset 0' : ''})`
}
