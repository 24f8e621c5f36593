/** One value of a search parameter, by its kind (http://hl7.org/fhir/R4/search.html#ptypes). Refuses with bad-parameter and the parameter's name. */
import { compose } from '../model/fold.ts'
import { outcome, type Outcome } from '../model/outcome.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { DateValue, HashValue, NearValue, NumberValue, Prefix, SearchContext, Value } from './ast.ts'
import { toInstantText, toInterval } from './dates.ts'
import { above, aroundOf, DECIMAL, floatOf, intervalOf } from './decimal.ts'
import type { Component, Parameter } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'
import { canonicalUnit } from './ucum.ts'
import { codedUnit, LONGEST_NORM, toNorm, toTarget, UCUM } from './values.ts'

/** What is refused, by the name as the client wrote it; never with the value, which may be a patient's. */
export const badParameter = (name: string, diagnostics: string): Outcome => outcome('bad-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics })

/** Parts at a separator that no backslash stands before; the parts stay escaped. */
export const splitAt = (text: string, separator: ',' | '|' | '$'): string[] => {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

/** http://hl7.org/fhir/R4/search.html#escaping */
export const unescape = (text: string): string => text.replace(/\\([\\,|$])/g, '$1')

export interface ValueContext extends SearchContext {
  /** As the client wrote it. */
  readonly name: string
  readonly modifier: string | undefined
}

/** The values that a text stands for: several, when a bare id may be of several types. */
export const parseValue = (parameter: Parameter, text: string, context: ValueContext): Value[] => {
  const { name, modifier } = context
  const unsupported = (): Outcome => badParameter(name, 'This modifier is not supported here.')
  switch (parameter.kind) {
    case 'token':
      if (modifier === 'of-type') return [parseOfType(text, name)]
      if (modifier === 'text') return [{ kind: 'string', match: 'prefix', norm: toNorm(unescape(text)), rows: 'text' }]
      if (modifier !== undefined && modifier !== 'not') throw unsupported()
      return [parseToken(text, name)]
    case 'string':
      if (modifier === 'exact') return [{ kind: 'hash', form: 'exact', value: compose(unescape(text)) }]
      if (modifier !== undefined && modifier !== 'contains') throw unsupported()
      return [{ kind: 'string', match: modifier === 'contains' ? 'contains' : 'prefix', norm: toNorm(unescape(text)), rows: 'words' }]
    case 'reference': return parseReference(parameter, text, context)
    case 'uri': return parseAddress(unescape(text), modifier, name)
    default: if (modifier !== undefined) throw unsupported()
  }
  switch (parameter.kind) {
    case 'date': return [parseDate(text, context)]
    case 'number': return [parseNumber(text, '', name)]
    case 'quantity': return [parseQuantity(text, name, false)]
    case 'special': return [parseNear(text, name)]
    case 'composite': return parseComposite(parameter.components, text, context)
  }
}

const parseToken = (text: string, name: string): HashValue => {
  const [first = '', second, ...more] = splitAt(text, '|').map(unescape)
  if (more.length > 0) throw badParameter(name, "More than one '|': escape those that belong to the value.")
  if (second === undefined) return { kind: 'hash', form: 'code', value: first }
  if (first === '' && second === '') throw badParameter(name, 'Expected a system or a code.')
  if (first === '') return { kind: 'hash', form: 'noSystemCode', value: second }
  return second === '' ? { kind: 'hash', form: 'system', value: first } : { kind: 'hash', form: 'systemCode', value: `${first}|${second}` }
}

const parseOfType = (text: string, name: string): HashValue => {
  const parts = splitAt(text, '|').map(unescape)
  if (parts.length !== 3 || parts.includes('')) throw badParameter(name, 'Expected system|code|value.')
  return { kind: 'hash', form: 'ofType', value: parts.join('|') }
}

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d+-])/

const splitPrefix = (text: string): [Prefix, string] => {
  const found = PREFIX.exec(text)?.[1]
  return [PREFIXES.find((prefix) => prefix === found) ?? 'eq', found === undefined ? text : text.slice(2)]
}
const PREFIXES: readonly Prefix[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']

/** A plus sign that a client forgot to encode arrives as a space. */
export const parseDate = (text: string, { name, timeZone, now }: Pick<ValueContext, 'name' | 'timeZone' | 'now'>): DateValue => {
  const [prefix, rest] = splitPrefix(unescape(text))
  const interval = toInterval(rest.replace(/ (?=\d\d:\d\d$)/, '+'), timeZone)
  if (!interval) throw badParameter(name, 'Expected a date: YYYY, YYYY-MM, YYYY-MM-DD or with time and zone.')
  return { kind: 'date', prefix, ...(prefix === 'ap' ? widen(interval, now) : interval) }
}

/** About: a tenth of the time between then and now, on either side. */
const widen = ({ lo, hi }: { lo: string; hi: string }, now: Date): { lo: string; hi: string } => {
  const tenth = Math.abs(now.getTime() - Date.parse(lo)) / 10
  return { lo: toInstantText(Date.parse(lo) - tenth), hi: toInstantText(Date.parse(hi) + tenth) }
}

const parseNumber = (text: string, unit: string, name: string): NumberValue => {
  const [prefix, rest] = splitPrefix(text)
  const number = rest.replace(/^\+/, '')
  if (!DECIMAL.test(number)) throw badParameter(name, 'Expected a number.')
  return { kind: 'number', prefix, at: floatOf(number), ...(prefix === 'ap' ? aroundOf(number) : intervalOf(number)), unit }
}

/** number, number|system|code, number||code. */
const parseQuantity = (text: string, name: string, group: boolean): NumberValue => {
  const [number = '', system = '', code = '', ...more] = splitAt(text, '|').map(unescape)
  if (more.length > 0) throw badParameter(name, 'Expected number|system|code.')
  if (code === '' && system !== '') throw badParameter(name, 'A system without a code says nothing of the unit.')
  if (code === '') return parseNumber(number, '', name)
  // inside a composite only coded units are kept, nearly always UCUM
  if (system === '' && !group) return { ...parseNumber(number, '', name), written: code }
  const value = parseNumber(number, '', name)
  return { ...value, ...inCodedUnit(value, system === '' ? UCUM : system, code) }
}

/** The number and its interval as the search rows of that unit have them, which keep 12 digits. */
const inCodedUnit = ({ at, lo, hi }: NumberValue, system: string, code: string): Partial<NumberValue> => {
  const [point] = codedUnit({ lo: at, hi: at, system, code })
  const [interval] = codedUnit({ lo, hi, system, code })
  return point && interval ? { at: point.lo, lo: interval.lo, hi: above(interval.hi, point.lo), unit: point.unit } : {}
}

/** Whole, with what stands below it, or with what stands above it, slash by slash; a urn has no levels (http://hl7.org/fhir/R4/search.html#uri). */
const parseAddress = (address: string, modifier: string | undefined, name: string): Value[] => {
  const whole = (value: string): HashValue => ({ kind: 'hash', form: 'url', value })
  if (modifier === undefined) return [whole(address)]
  if (modifier !== 'below' && modifier !== 'above') throw badParameter(name, 'This modifier is not supported here.')
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(address)) throw badParameter(name, 'Only an address with a host has others above or below it.')
  if (modifier === 'below') {
    const base = address.replace(/\/$/, '')
    // "|" stands before the version of a canonical
    return [whole(base), ...['/', '|'].map((next): Value => ({ kind: 'string', match: 'prefix', norm: `${base}${next}`.slice(0, LONGEST_NORM), rows: 'address' }))]
  }
  const levels: string[] = []
  const host = address.indexOf('/', address.indexOf('://') + 3)
  for (let at = address.length; at > 0 && at >= host; at = host < 0 ? -1 : address.lastIndexOf('/', at - 1)) levels.push(address.slice(0, at), address.slice(0, at + 1))
  return [...new Set(levels)].map(whole)
}

/** latitude|longitude|distance|unit; 10 km when the distance is not said (http://hl7.org/fhir/R4/location.html#near). */
const parseNear = (text: string, name: string): NearValue => {
  const [north = '', east = '', distance = '', unit = '', ...more] = splitAt(text, '|').map(unescape)
  const metres = canonicalUnit(unit === '' ? 'km' : unit)
  const far = distance === '' ? '10' : distance
  if (more.length > 0 || ![north, east, far].every((each) => DECIMAL.test(each)) || metres?.base !== 'm') throw badParameter(name, 'Expected latitude|longitude|distance|unit.')
  const value: NearValue = { kind: 'near', latitude: Number(north), longitude: Number(east), km: Math.min(20_040, Number(far) * metres.factor / 1000) }
  if (Math.abs(value.latitude) > 90 || Math.abs(value.longitude) > 180 || value.km < 0) throw badParameter(name, 'No place on the map.')
  return value
}

const parseReference = (parameter: Parameter, text: string, { name, modifier, bases }: ValueContext): HashValue[] => {
  const value = unescape(text)
  const only = parameter.alias?.target
  if (modifier === 'identifier') {
    const [system = '', code] = splitAt(text, '|').map(unescape)
    return [{ kind: 'hash', form: 'identifier', value: code === undefined ? `|${system}` : `${system}|${code}` }]
  }
  if (modifier !== undefined && typeNumber(modifier) === undefined) throw badParameter(name, 'This modifier is not supported here.')
  if (ID_PATTERN.test(value)) {
    const types = modifier !== undefined ? [modifier] : only !== undefined ? [only] : parameter.targets.length > 0 ? parameter.targets : RESOURCE_TYPES
    const found = types.map((type): HashValue => ({ kind: 'hash', form: 'reference', value: `${type}/${value}` }))
    return parameter.targets.length === 0 && modifier === undefined && only === undefined ? [...found, { kind: 'hash', form: 'url', value }] : found
  }
  const [target] = toTarget(value, bases)
  if (!target) throw badParameter(name, 'Expected an id, Type/id or an address.')
  if (target.url !== undefined) return [{ kind: 'hash', form: 'url', value: target.url }]
  const allowed = only ?? modifier
  if (allowed !== undefined && target.type !== allowed) return []
  // by an address that the store does not know for its own: canonicals and old references stand there as they were written
  const known = bases.findIndex((own) => value.startsWith(`${own}/`)) <= 0
  return [{ kind: 'hash', form: 'reference', value: `${target.type}/${target.id}` }, ...(known ? [] : [{ kind: 'hash' as const, form: 'url' as const, value }])]
}

// ---------------------------------------------------------------- composites: parts joined by $, kept as one row for each group

/** A code with its system, or expressly without one; undefined for all else. */
const codingOf = ({ kind }: Component, text: string, context: ValueContext): { readonly code: string; readonly token: HashValue } | undefined => {
  if (kind !== 'token') return undefined
  const token = parseToken(text, context.name)
  const code = splitAt(text, '|').map(unescape).at(-1) ?? ''
  return token.form === 'systemCode' || token.form === 'noSystemCode' ? { code, token } : undefined
}

const groupKey = ({ kind }: Component, text: string, context: ValueContext): string => {
  if (kind === 'token') {
    const { form, value } = parseToken(text, context.name)
    if (form === 'system') throw badParameter(context.name, 'Expected a code in each part.')
    return form === 'code' ? `c|${value}` : form === 'noSystemCode' ? `s||${value}` : `s|${value}`
  }
  if (kind === 'reference') {
    const [target] = toTarget(unescape(text), context.bases)
    if (target?.type === undefined) throw badParameter(context.name, 'Expected Type/id.')
    return `r|${target.type}/${target.id}`
  }
  return `v|${unescape(text)}`
}

const parseComposite = (components: readonly Component[], text: string, context: ValueContext): Value[] => {
  const parts = splitAt(text, '$')
  const [first, second, ...rest] = components
  if (!first || !second || parts.length !== components.length || parts.includes('')) throw badParameter(context.name, `Expected ${components.length} parts joined by $.`)
  const [one = '', two = '', ...others] = parts
  const more = rest.map((component, at) => groupKey(component, others[at] ?? '', context))
  const group = [groupKey(first, one, context), ...more].join('\n')
  const coding = codingOf(first, one, context)
  const whole = coding && { group: [`c|${coding.code}`, ...more].join('\n'), token: coding.token }
  const grouped = { group, ...(whole && { whole }) }
  switch (second.kind) {
    case 'date': return [{ ...parseDate(two, context), ...grouped }]
    case 'number': return [{ ...parseNumber(two, '', context.name), ...grouped }]
    case 'quantity': return [{ ...parseQuantity(two, context.name, true), ...grouped }]
    case 'string': return [{ kind: 'string', match: 'prefix', norm: toNorm(unescape(two)), rows: 'words', ...grouped }]
    default: return [{ kind: 'hash', form: 'composite', value: `${group}\n${groupKey(second, two, context)}` }]
  }
}
