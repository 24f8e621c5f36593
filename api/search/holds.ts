/**
 * Whether the search rows of one resource pass a filter, as the statement of filters.ts would find it. For what has no rows in a table: what stands inside of a
 * resource (http://hl7.org/fhir/R4/search.html#contained), and versions of before. Pure.
 */
import type { DateValue, Filter, NearValue, NumberValue, StringValue, Value } from './ast.ts'
import { EARTH_KM } from './comparisons.ts'
import { dateKey, numberKey, stringDigests } from './filters.ts'
import { digest, FORM, unitNumber } from './hash.ts'
import { digestOf } from './implied.ts'
import { badParameter } from './parse-value.ts'

/** The rows that api/store/write/postings.ts makes of it. `h` is the digest that hash.ts makes; instants are ISO 8601 in UTC. */
export interface OwnRows {
  readonly id: string
  /** Numbers of the search parameters that have a value. */
  readonly present: readonly number[]
  readonly tokens: readonly bigint[]
  readonly dates: readonly { readonly h: bigint; readonly lo: string; readonly hi: string }[]
  /** `unit`: hash.unitNumber of the unit as written. */
  readonly numbers: readonly { readonly h: bigint; readonly unit: number; readonly lo: string; readonly hi: string }[]
  readonly strings: readonly { readonly h: bigint; readonly norm: string }[]
}

/** Whether the resource itself tells, without another and without its row. */
export const isOwn = (filter: Filter): boolean => {
  switch (filter.kind) {
    case 'and': case 'or': return filter.filters.every(isOwn)
    case 'not': return isOwn(filter.filter)
    case 'match': return filter.values.every(({ kind }) => kind !== 'near')
    case 'missing': case 'id': case 'codes': return true
    default: return false
  }
}

/** Throws bad-parameter for what only a resource of its own can be asked. */
export const requireOwn = (filter: Filter): void => {
  if (!isOwn(filter)) throw badParameter('_contained', 'What is contained is found by its own codes, dates, numbers, strings, references and id: not by chains, _has, lists, words, places, what is read from the resource or _lastUpdated.')
}

export const holds = (filter: Filter, rows: OwnRows): boolean => {
  switch (filter.kind) {
    case 'and': return filter.filters.every((each) => holds(each, rows))
    case 'or': return filter.filters.some((each) => holds(each, rows))
    case 'not': return !holds(filter.filter, rows)
    case 'id': return filter.ids.includes(rows.id)
    case 'missing': return filter.numbers.some((number) => rows.present.includes(number)) !== filter.missing
    case 'match': return filter.holders.some((holder) => filter.values.some((value) => meets(holder, value, rows))) !== filter.not
    default: return false
  }
}

type Of = { readonly type: string; readonly code: string }

const meets = ({ type, code }: Of, value: Value, rows: OwnRows): boolean => {
  switch (value.kind) {
    case 'hash': return rows.tokens.includes(digestOf({ type, code }, value))
    case 'string': return rows.strings.some(({ h, norm }) => fits(norm, value) && stringDigests({ type, code }, value).includes(h))
    case 'date': {
      const key = digest(type, code, ...dateKey(value))
      return rows.dates.some((row) => row.h === key && inTime(row, value))
    }
    case 'number': {
      const key = digest(type, code, ...numberKey(value))
      return rows.numbers.some((row) => row.h === key && (value.written === undefined || row.unit === unitNumber(value.written)) && inRange({ lo: toNumber(row.lo), hi: toNumber(row.hi) }, value))
    }
    case 'near': return isNear({ type, code }, value, rows)
  }
}

/** By the haversine on a sphere, as comparisons.ts. */
const isNear = ({ type, code }: Of, { latitude, longitude, km }: NearValue, rows: OwnRows): boolean => {
  const along = (axis: string): number[] => rows.numbers.filter(({ h }) => h === digest(type, code, FORM.number, axis)).map(({ lo }) => Number(lo))
  const half = (degrees: number): number => Math.sin((degrees * Math.PI) / 360) ** 2
  const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180)
  return along('latitude').some((lat) => along('longitude').some((lon) => 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, half(lat - latitude) + cos(latitude) * cos(lat) * half(lon - longitude)))) <= km))
}

const fits = (row: string, { match, norm }: StringValue): boolean => {
  if (norm === '') return false
  switch (match) {
    case 'contains': return row.includes(norm)
    case 'suffix': return row.endsWith(norm)
    case 'whole': return row === norm
    case 'prefix': return row.startsWith(norm)
  }
}

/** Instants are texts of one length: they compare as they stand. */
const inTime = (row: { readonly lo: string; readonly hi: string }, { prefix, lo, hi }: DateValue): boolean => {
  switch (prefix) {
    case 'eq': return row.lo >= lo && row.hi <= hi
    case 'ne': return !(row.lo >= lo && row.hi <= hi)
    case 'gt': return row.hi > hi
    case 'lt': return row.lo < lo
    case 'ge': return row.lo >= lo || row.hi > hi
    case 'le': return row.lo < hi && (row.lo < lo || row.hi <= hi)
    case 'sa': return row.lo >= hi
    case 'eb': return row.lo < lo && row.hi <= lo
    case 'ap': case 'po': return row.lo < hi && row.hi > lo
  }
}

const toNumber = (float: string): number => (float === 'infinity' ? Infinity : float === '-infinity' ? -Infinity : Number(float))

const inRange = (row: { readonly lo: number; readonly hi: number }, value: NumberValue): boolean => {
  const [at, lo, hi] = [toNumber(value.at), toNumber(value.lo), toNumber(value.hi)]
  switch (value.prefix) {
    case 'eq': return row.lo >= lo && row.hi < hi
    case 'ne': return !(row.lo >= lo && row.hi < hi)
    case 'gt': return row.hi > at
    case 'lt': return row.lo < at
    case 'ge': return row.hi >= at
    case 'le': return row.lo <= at
    case 'sa': return row.lo > at
    case 'eb': return row.hi < at
    case 'ap': return row.lo <= hi && row.hi >= lo
  }
}
