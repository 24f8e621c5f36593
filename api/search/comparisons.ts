/** How the values of one search row are compared with what is asked: dates, numbers, strings, places, words; conditions on one aliased row of `resource`. */
import type { DateValue, Filter, NearValue, NumberValue, StringValue } from './ast.ts'
import { unitNumber } from './hash.ts'
import type { SqlParameters } from './parameters.ts'

/** What a comparison needs of the statement that it becomes part of. */
export interface Aliases {
  readonly sql: SqlParameters
  /** The next free alias: a letter and a number, never input. */
  readonly alias: (letter: string) => string
}

const joined = (conditions: readonly string[], word: 'or' | 'and', none: string): string => (conditions.length < 2 ? conditions[0] ?? none : `(${conditions.join(` ${word} `)})`)
export const anyOf = (conditions: readonly string[]): string => joined(conditions, 'or', 'false')
export const allOf = (conditions: readonly string[]): string => joined(conditions, 'and', 'true')

export const h = (sql: SqlParameters, value: bigint): string => `${sql.add(String(value))}::int8`
export const hs = (sql: SqlParameters, values: readonly bigint[]): string => (values.length === 1 && values[0] !== undefined ? h(sql, values[0]) : `any(${sql.add(`{${values.join(',')}}`)}::int8[])`)

const within = (table: string, x: string, key: string, row: string, condition: string): string =>
  `exists (select from ${table} ${x} where ${x}.tenant = $1 and ${x}.h = ${key} and ${x}.rid = ${row}.rid and ${condition})`

// ---------------------------------------------------------------- dates: [lo, hi) of the row against [lo, hi) of the search

const DAY_AND_MORE = `interval '25 hours'`
/** Word for word the condition of the index pst_date_long. Before version 17 PostgreSQL cannot subtract an open end. */
const isLong = (x: string): string => `case when isfinite(${x}.lo) and isfinite(${x}.hi) then ${x}.hi - ${x}.lo > ${DAY_AND_MORE} else true end`

export const compileDate = (key: bigint, value: DateValue, row: string, { sql, alias }: Aliases): string => {
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
      case 'ap': case 'po': return `${x}.lo < ${hi()} and ${endsAfter(lo())}`
    }
  }
  return within('pst_date', x, h(sql, key), row, condition())
}

export const compareInstant = (column: string, { prefix, lo: from, hi: to }: DateValue, sql: SqlParameters): string => {
  const lo = (): string => `${sql.add(from)}::timestamptz`
  const hi = (): string => `${sql.add(to)}::timestamptz`
  switch (prefix) {
    case 'eq': case 'ap': case 'po': return `(${column} >= ${lo()} and ${column} < ${hi()})`
    case 'ne': return `(${column} < ${lo()} or ${column} >= ${hi()})`
    case 'gt': case 'sa': return `${column} >= ${hi()}`
    case 'lt': case 'eb': return `${column} < ${lo()}`
    case 'ge': return `${column} >= ${lo()}`
    case 'le': return `${column} < ${hi()}`
  }
}

// ---------------------------------------------------------------- numbers: eq and ne by the precision that was written, the others by the number. Nearly all are points, whose row has no hi

export const compileNumber = (key: bigint, value: NumberValue, row: string, { sql, alias }: Aliases): string => {
  const x = alias('x')
  const float = (text: string): string => `${sql.add(text)}::float8`
  const below = (limit: string): string => `${x}.lo < ${float(limit)} and (${x}.hi is null or ${x}.hi < ${float(limit)})`
  const inside = (): string => `${x}.lo >= ${float(value.lo)} and ${below(value.hi)}`
  const condition = (): string => {
    switch (value.prefix) {
      case 'eq': return inside()
      case 'ne': return `not (${inside()})`
      case 'gt': return `(${x}.lo > ${float(value.at)} or ${x}.hi > ${float(value.at)})`
      case 'lt': return `${x}.lo < ${float(value.at)}`
      case 'ge': return `(${x}.lo >= ${float(value.at)} or ${x}.hi >= ${float(value.at)})`
      case 'le': return `${x}.lo <= ${float(value.at)}`
      case 'sa': return `${x}.lo > ${float(value.at)}`
      case 'eb': return below(value.at)
      case 'ap': return `${x}.lo <= ${float(value.hi)} and (${x}.lo >= ${float(value.lo)} or ${x}.hi >= ${float(value.lo)})`
    }
  }
  const unit = value.written === undefined ? '' : ` and ${x}.unit = ${sql.add(unitNumber(value.written))}::int4`
  return within('pst_num', x, h(sql, key), row, `${condition()}${unit}`)
}

// ---------------------------------------------------------------- strings

/** A row with any of the strings, whichever of the keys it stands under: one look at the rows, however many strings are asked for. */
export const compileStrings = (keys: readonly bigint[], values: readonly StringValue[], row: string, { sql, alias }: Aliases): string => {
  // nothing but marks and spaces is the beginning of nothing
  const asked = values.filter(({ norm }) => norm !== '')
  if (asked.length === 0) return 'false'
  const x = alias('x')
  const key = hs(sql, keys)
  return within('pst_str', x, key, row, anyOf(asked.map((value) => stringCondition(x, value, sql))))
}

const stringCondition = (x: string, { match, norm }: StringValue, sql: SqlParameters): string => {
  const like = norm.replace(/[\\%_]/g, '\\$&')
  switch (match) {
    case 'contains': return `${x}.norm like ${sql.add(`%${like}%`)}`
    case 'suffix': return `${x}.norm like ${sql.add(`%${like}`)}`
    case 'whole': return `${x}.norm = ${sql.add(norm)}`
    case 'prefix': return `${x}.norm >= ${sql.add(norm)} and ${x}.norm < ${sql.add(`${norm}\u{10ffff}`)}`
  }
}

// ---------------------------------------------------------------- places: by the haversine on a sphere

/** Mean radius of the earth (IUGG). */
export const EARTH_KM = 6371.0088

export const compileNear = (north: bigint, east: bigint, { latitude, longitude, km }: NearValue, row: string, { sql, alias }: Aliases): string => {
  const [x, y] = [alias('x'), alias('x')]
  const float = (value: number): string => `${sql.add(value)}::float8`
  const [lat, lon, far] = [float(latitude), float(longitude), float(km)]
  const half = (angle: string): string => `sin(radians(${angle}) / 2)`
  const chord = `${half(`${x}.lo - ${lat}`)} * ${half(`${x}.lo - ${lat}`)} + cos(radians(${lat})) * cos(radians(${x}.lo)) * ${half(`${y}.lo - ${lon}`)} * ${half(`${y}.lo - ${lon}`)}`
  // a degree of latitude is 111 km everywhere; of longitude it may be nothing
  const band = `${x}.lo between ${lat} - ${far} / 111 and ${lat} + ${far} / 111`
  return `exists (select from pst_num ${x} join pst_num ${y} on ${y}.tenant = $1 and ${y}.h = ${h(sql, east)} and ${y}.rid = ${x}.rid `
    + `where ${x}.tenant = $1 and ${x}.h = ${h(sql, north)} and ${x}.rid = ${row}.rid and ${band} and 2 * ${EARTH_KM} * asin(sqrt(least(1, ${chord}))) <= ${far})`
}

// ---------------------------------------------------------------- words: no index holds them, other filters and the time limit bound what is read

type Words = Extract<Filter, { kind: 'words' }>

/** Each word begins a word of the folded text (emr_fold, migration 0011). Words are letters and digits alone, so that they mean themselves in a pattern. */
export const compileWords = ({ where, any }: Words, row: string, sql: SqlParameters): string => {
  const text = where === 'narrative' ? `emr_fold(regexp_replace(emr_json(${row}.body) #>> '{text,div}', '<[^>]*>', ' ', 'g'))` : `emr_fold(${row}.body)`
  // of the resource a whole string that is not the name of a member
  const pattern = (word: string): string => (where === 'narrative' ? `\\m${word}` : `"[^"\\\\]*(\\\\.[^"\\\\]*)*\\m${word}[^"\\\\]*(\\\\.[^"\\\\]*)*"(?!:)`)
  return anyOf(any.map((words) => allOf(words.map((word) => `${text} ~ ${sql.add(pattern(word))}`))))
}
