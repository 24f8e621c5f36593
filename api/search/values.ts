/** What a search looks at in an element, by kind of parameter (http://hl7.org/fhir/R4/search.html#table). Elements are told apart by their members, as their types are distinct. */
import { compose, fold } from '../model/fold.ts'
import { JsonNumber, JsonObject, type JsonArray, type JsonValue } from '../model/json.ts'
import { floatOf } from './decimal.ts'
import { canonicalUnit } from './ucum.ts'
import { EARLIEST, LATEST, toInterval, type Interval } from './dates.ts'

const text = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const NONE: readonly never[] = []
const items = (value: JsonValue | undefined): readonly JsonValue[] => (isArray(value) ? value : value === undefined || value === null ? NONE : [value])
const isArray = (value: JsonValue | undefined): value is JsonArray => Array.isArray(value)
const member = (value: JsonValue | undefined, name: string): JsonValue | undefined => (value instanceof JsonObject ? value.get(name) : undefined)

// ---------------------------------------------------------------- tokens

/** `types`: of an Identifier with a type, "system|code" of each. */
export type TakeToken = (system: string | undefined, code: string | undefined, types?: readonly string[]) => unknown

/** Coding, CodeableConcept, Identifier, ContactPoint, code, boolean, string, id, uri. `implied`: system of a bare code. */
export const eachToken = (value: JsonValue, implied: string | undefined, take: TakeToken): void => {
  if (typeof value === 'string') {
    if (value !== '') take(implied, value)
  } else if (typeof value === 'boolean') take('http://terminology.hl7.org/CodeSystem/special-values', String(value))
  else if (value instanceof JsonNumber) take(undefined, value.source)
  else if (value instanceof JsonObject) {
    const codings = value.get('coding')
    if (codings !== undefined) for (const coding of items(codings)) takeKnown(member(coding, 'system'), member(coding, 'code'), take)
    else if (value.has('code')) takeKnown(value.get('system'), value.get('code'), take)
    else if (value.has('value')) takeKnown(value.get('system'), value.get('value'), take, typesOf(value.get('type')))
  }
}

const takeKnown = (system: JsonValue | undefined, code: JsonValue | undefined, take: TakeToken, types?: readonly string[]): void => {
  const [known, value] = [text(system), text(code)]
  if (known !== undefined || value !== undefined) take(known, value, types)
}

const typesOf = (type: JsonValue | undefined): string[] | undefined =>
  (type === undefined ? undefined : items(member(type, 'coding')).map((coding) => `${text(member(coding, 'system')) ?? ''}|${text(member(coding, 'code')) ?? ''}`))

/** What a person reads beside the codes: of Coding, CodeableConcept, Identifier.type (http://hl7.org/fhir/R4/search.html#token, :text). */
export const textsOf = (value: JsonValue): readonly string[] => {
  if (!(value instanceof JsonObject)) return NONE
  const concept = value.has('coding') || value.has('text') ? value : member(value, 'type')
  const found: string[] = []
  addText(member(concept, 'text'), found)
  if (value.has('display')) addText(value.get('display'), found)
  else for (const coding of items(member(concept, 'coding'))) addText(member(coding, 'display'), found)
  return found
}

const addText = (value: JsonValue | undefined, found: string[]): void => {
  const norm = typeof value === 'string' && !isBlank(value) ? toNorm(value) : ''
  if (norm !== '' && !found.includes(norm)) found.push(norm)
}

// ---------------------------------------------------------------- dates

/** date, dateTime, instant, Period, Timing. */
export const datesOf = (value: JsonValue, timeZone: string): Interval[] => {
  if (typeof value === 'string') {
    const interval = toInterval(value, timeZone)
    return interval ? [interval] : []
  }
  if (!(value instanceof JsonObject)) return []
  if (value.has('event') || value.has('repeat')) {
    return [...items(value.get('event')).flatMap((event) => datesOf(event, timeZone)), ...items(member(value.get('repeat'), 'boundsPeriod')).flatMap((bounds) => datesOf(bounds, timeZone))]
  }
  const [start, end] = [text(value.get('start')), text(value.get('end'))]
  const lo = start === undefined ? undefined : toInterval(start, timeZone)
  const hi = end === undefined ? undefined : toInterval(end, timeZone)
  if (!lo && !hi) return []
  // an end before the start is the sender's mistake: the start still tells when it was
  const interval = { lo: lo?.lo ?? EARLIEST, hi: hi?.hi ?? LATEST }
  return lo && hi && interval.hi <= interval.lo ? [lo] : [interval]
}

// ---------------------------------------------------------------- numbers and quantities

export interface Range {
  /** float8 texts; equal but for ranges and comparators. */
  readonly lo: string
  readonly hi: string
}

export interface Measured extends Range {
  readonly system?: string | undefined
  readonly code?: string | undefined
  readonly unit?: string | undefined
}

/** integer, decimal, Quantity, Money, Range. */
export const measuresOf = (value: JsonValue): Measured[] => {
  if (value instanceof JsonNumber) return [{ lo: floatOf(value.source), hi: floatOf(value.source) }]
  if (!(value instanceof JsonObject)) return []
  const [low, high] = [value.get('low'), value.get('high')]
  if (low !== undefined || high !== undefined) {
    const [from] = low === undefined ? [] : measuresOf(low)
    const [to] = high === undefined ? [] : measuresOf(high)
    const of = (name: 'system' | 'code' | 'unit'): string | undefined => to?.[name] ?? from?.[name]
    return from ?? to ? [{ lo: from?.lo ?? '-infinity', hi: to?.hi ?? 'infinity', system: of('system'), code: of('code'), unit: of('unit') }] : []
  }
  const number = value.get('value')
  if (!(number instanceof JsonNumber)) return []
  const float = floatOf(number.source)
  const comparator = text(value.get('comparator'))
  const currency = text(value.get('currency'))
  return [{
    lo: comparator?.startsWith('<') ? '-infinity' : float, hi: comparator?.startsWith('>') ? 'infinity' : float,
    system: text(value.get('system')) ?? (currency === undefined ? undefined : 'urn:iso:std:iso:4217'), code: text(value.get('code')) ?? currency, unit: text(value.get('unit')),
  }]
}

export interface UnitRow extends Range {
  /** Part of the digest; '' for the number as it stands. */
  readonly unit: string
  /** Code or printed unit as it stands; '' for none. */
  readonly written: string
}

/** Under which units a quantity is kept: as it stands, with code and printed unit beside it; system and code, UCUM in the base units of its dimension so that 5 mg/dL is 50 mg/L. */
export const unitRows = (measure: Measured): UnitRow[] => {
  const { lo, hi, code = '', unit = '' } = measure
  const rows: UnitRow[] = [{ unit: '', written: code === '' ? unit : code, lo, hi }]
  if (code !== '' && unit !== '' && unit !== code) rows.push({ unit: '', written: unit, lo, hi })
  rows.push(...codedUnit(measure))
  return rows
}

/** The row of the coded unit alone; none without a code. */
export const codedUnit = ({ lo, hi, system, code }: Pick<Measured, 'lo' | 'hi' | 'system' | 'code'>): UnitRow[] =>
  (code === undefined ? [] : [toCanonical({ unit: `s|${system ?? ''}|${code}`, written: '', lo, hi }, system, code)])

export const UCUM = 'http://unitsofmeasure.org'

/** A range in the base unit, when the unit is one of UCUM's; else as it is. 12 digits are kept, so that both ways to one value end in the same one. */
const toCanonical = (row: UnitRow, system: string | undefined, code: string): UnitRow => {
  const unit = system === UCUM ? canonicalUnit(code) : undefined
  if (unit === undefined) return row
  const convert = (float: string): string => {
    const value = Number(float)
    return Number.isFinite(value) ? floatOf(String(Number((value * unit.factor + unit.offset).toPrecision(12)))) : float
  }
  return { unit: `u|${unit.base}`, written: '', lo: convert(row.lo), hi: convert(row.hi) }
}

// ---------------------------------------------------------------- places

/** Latitude and longitude of Location.position in degrees, to 9 decimals (http://hl7.org/fhir/R4/location.html#near). */
export const positionOf = (value: JsonValue): { readonly latitude: string; readonly longitude: string } | undefined => {
  const [latitude, longitude] = [member(value, 'latitude'), member(value, 'longitude')]
  if (!(latitude instanceof JsonNumber) || !(longitude instanceof JsonNumber)) return undefined
  const [north, east] = [Number(latitude.source), Number(longitude.source)]
  return Math.abs(north) > 90 || Math.abs(east) > 180 ? undefined : { latitude: north.toFixed(9), longitude: east.toFixed(9) }
}

// ---------------------------------------------------------------- strings

export interface Words {
  /** As written, in one composed form. */
  readonly exact: string
  /** Folded: what `_sort` goes by. */
  readonly whole?: string
  /** Folded, also found by their beginnings. */
  readonly parts: readonly string[]
}

const ADDRESS = ['text', 'line', 'city', 'district', 'state', 'country', 'postalCode'] as const
/** Stored and searched strings are compared up to here. */
export const LONGEST_NORM = 200

/** string, markdown, HumanName, Address. */
export const wordsOf = (value: JsonValue): Words[] => {
  if (typeof value === 'string') return isBlank(value) ? [] : [{ exact: compose(value), whole: toNorm(value), parts: [] }]
  if (!(value instanceof JsonObject)) return []
  const at = (names: readonly string[]): string[] => names.flatMap((name) => items(value.get(name)).filter((item) => typeof item === 'string' && !isBlank(item)).map(String))
  if (ADDRESS.slice(1).some((name) => value.has(name))) return at(ADDRESS).map((part) => ({ exact: compose(part), whole: toNorm(part), parts: [] }))
  return nameWords(at(['text']), at(['family', 'given']), at(['prefix', 'suffix']))
}

/** "Nguyễn Văn An" is found by "nguyen van" and by "van an", also when only family and given name are there. */
const nameWords = (texts: readonly string[], parts: readonly string[], titles: readonly string[]): Words[] => {
  const joined = parts.join(' ')
  const [whole = joined] = texts
  if (whole === '') return withoutBeginnings(titles.map((title) => ({ exact: compose(title), parts: [toNorm(title)] })))
  const others = [...new Set([...texts.slice(1), joined, ...parts, ...titles])].filter((each) => each !== '' && each !== whole)
  return withoutBeginnings([
    { exact: compose(whole), whole: toNorm(whole), parts: fromEachWord(toNorm(whole)).slice(1) },
    ...others.map((each): Words => ({ exact: compose(each), parts: fromEachWord(toNorm(each)) })),
  ])
}

/** A part with which another string begins is found by that one: "nguyễn" by "nguyễn văn an". */
const withoutBeginnings = (words: readonly Words[]): Words[] => {
  const wholes = new Set(words.flatMap(({ whole }) => whole ?? []))
  // whatever begins with a string follows it at once
  const sorted = [...new Set([...wholes, ...words.flatMap(({ parts }) => parts)])].sort()
  const begun = new Set(sorted.filter((norm, at) => sorted[at + 1]?.startsWith(norm)))
  return words.map(({ parts, ...rest }) => ({ ...rest, parts: parts.filter((norm) => !begun.has(norm) && !wholes.has(norm)) }))
}

const isBlank = (value: string): boolean => value.trim() === ''

export const toNorm = (value: string): string => fold(value).slice(0, LONGEST_NORM).toWellFormed()

const fromEachWord = (norm: string): string[] => norm.split(' ').slice(0, 12).map((_, at, words) => words.slice(at).join(' '))

// ---------------------------------------------------------------- references and uris

export interface Target {
  /** On this server. */
  readonly type?: string
  readonly id?: string
  /** Elsewhere: an absolute address, urn or canonical. */
  readonly url?: string
  /** "system|value" of a logical reference. */
  readonly identifier?: string
}

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

/** Reference, canonical, uri, or a resource inside a Bundle. `bases`: absolute addresses of this server. */
export const targetsOf = (value: JsonValue, bases: readonly string[]): Target[] => {
  if (typeof value === 'string') return toTarget(value, bases)
  if (!(value instanceof JsonObject)) return []
  const [type, id] = [text(value.get('resourceType')), text(value.get('id'))]
  if (type !== undefined) return id === undefined ? [] : [{ type, id }]
  const identifier = value.get('identifier')
  const logical = identifier instanceof JsonObject ? `${text(identifier.get('system')) ?? ''}|${text(identifier.get('value')) ?? ''}` : '|'
  return [...toTarget(text(value.get('reference')) ?? '', bases), ...(logical === '|' ? [] : [{ identifier: logical }])]
}

export const toTarget = (reference: string, bases: readonly string[]): Target[] => {
  const base = bases.find((own) => reference.startsWith(`${own}/`))
  const [, type, id] = LOCAL.exec(base === undefined ? reference : reference.slice(base.length + 1)) ?? []
  if (type !== undefined && id !== undefined) return [{ type, id }]
  // "#contained" is nothing to search for
  return reference === '' || reference.startsWith('#') ? [] : [{ url: reference }]
}
