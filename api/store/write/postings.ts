/** Search rows of a resource, from the same registry that searches are compiled with: forms of a digest as api/search/hash.ts tells. Pure. */
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { EARLIEST, LATEST } from '../../search/dates.ts'
import { digest, FORM, unitNumber, type Form } from '../../search/hash.ts'
import { valuesAt, type Path } from '../../search/path.ts'
import { clinicalDateOf, parametersOf, type Component, type Parameter } from '../../search/registry.ts'
import { codedUnit, datesOf, LONGEST_NORM, measuresOf, positionOf, targetsOf, textsOf, tokensOf, unitRows, wordsOf, type Token } from '../../search/values.ts'
import type { PostingSet } from './posting-set.ts'

export interface PostingContext {
  /** IANA name, for dates without zone. */
  readonly timeZone: string
  readonly bases: readonly string[]
  /** Digests that no value enters, kept from resource to resource: some for each parameter. */
  readonly fixed?: FixedDigests
}

/** By parameter, which is one of one type, then by form and what stands for a kind of row ("", "part"). */
export type FixedDigests = Map<Parameter, Map<string, bigint>>

type Building = { -readonly [K in keyof PostingSet]: PostingSet[K] extends readonly (infer T)[] ? T[] : PostingSet[K] }

export const buildPostings = (resource: JsonObject, type: string, context: PostingContext): PostingSet => {
  const set: Building = { d: '-infinity', present: [], tokens: [], dates: [], numbers: [], strings: [], references: [] }
  for (const parameter of parametersOf(type)) {
    if (parameter.alias) continue
    if (index(set, resource, type, parameter, context)) set.present.push(parameter.number)
  }
  return set
}

/** Whether the resource has a value for the parameter. */
const index = (set: Building, resource: JsonObject, type: string, parameter: Parameter, context: PostingContext): boolean => {
  const { code } = parameter
  const { fixed } = context
  const h = (form: Form, value: string): bigint => (fixed !== undefined && (value === '' || value === 'part') ? recall(fixed, type, parameter, form, value) : digest(type, code, form, value))
  let present = false
  for (const path of parameter.paths) {
    for (const value of valuesAt(resource, path)) {
      present = true
      switch (parameter.kind) {
        case 'token': addTokens(set, h, value, path, parameter.implied !== undefined); break
        case 'uri': if (typeof value === 'string') addAddress(set, h, value); break
        case 'date': addDates(set, h(FORM.date, ''), value, context, code === clinicalDateOf(type)); break
        case 'number': for (const { lo, hi } of measuresOf(value)) set.numbers.push({ h: h(FORM.number, ''), unit: 0, lo, hi }); break
        case 'quantity': for (const measure of measuresOf(value)) for (const { unit, written, lo, hi } of unitRows(measure)) set.numbers.push({ h: h(FORM.number, unit), unit: unitNumber(written), lo, hi }); break
        case 'string': addWords(set, h, value); break
        case 'reference': addReferences(set, h, value, path, context); break
        case 'composite': addComposite(set, h, value, parameter, context); break
        case 'special': addPosition(set, h, value); break
      }
    }
  }
  return present
}

const recall = (fixed: FixedDigests, type: string, parameter: Parameter, form: Form, value: string): bigint => {
  const own = fixed.get(parameter) ?? new Map<string, bigint>()
  fixed.set(parameter, own)
  const key = `${form}${value}`
  const kept = own.get(key)
  if (kept !== undefined) return kept
  const made = digest(type, parameter.code, form, value)
  own.set(key, made)
  return made
}

type Digest = (form: Form, value: string) => bigint

/** `implied`: the code says all. */
const addTokens = (set: Building, h: Digest, value: JsonValue, path: Path, implied: boolean): void => {
  for (const token of tokensOf(value, path.system)) {
    if (!implied) addToken((form, text) => set.tokens.push(h(form, text)), token)
    else if (token.code !== undefined) set.tokens.push(h(FORM.code, token.code))
  }
  for (const norm of textsOf(value)) set.strings.push({ h: h(FORM.text, ''), norm })
}

/** As it is, and where its beginning can be looked for: addresses tell capitals from small letters. */
const addAddress = (set: Building, h: Digest, value: string): void => {
  set.tokens.push(h(FORM.url, value))
  set.strings.push({ h: h(FORM.address, ''), norm: value.slice(0, LONGEST_NORM).replace(/\p{Cc}+/gu, '').toWellFormed() })
}

const addPosition = (set: Building, h: Digest, value: JsonValue): void => {
  const position = positionOf(value)
  if (!position) return
  for (const [axis, degrees] of Object.entries(position)) set.numbers.push({ h: h(FORM.number, axis), unit: 0, lo: degrees, hi: degrees })
}

const addToken = (add: (form: Form, value: string) => unknown, { system, code, types = [] }: Token): void => {
  if (code !== undefined) {
    add(FORM.code, code)
    if (system === undefined) add(FORM.noSystemCode, code)
    else add(FORM.systemCode, `${system}|${code}`)
    for (const each of types) add(FORM.ofType, `${each}|${code}`)
  }
  if (system !== undefined) add(FORM.system, system)
}

const addDates = (set: Building, h: bigint, value: JsonValue, { timeZone }: PostingContext, clinical: boolean): void => {
  for (const interval of datesOf(value, timeZone)) {
    set.dates.push({ h, ...interval })
    const at = interval.lo === EARLIEST ? interval.hi : interval.lo
    if (clinical && at !== LATEST && (set.d === '-infinity' || at < set.d)) set.d = at
  }
}

const addWords = (set: Building, h: Digest, value: JsonValue): void => {
  for (const { exact, whole, parts } of wordsOf(value)) {
    set.tokens.push(h(FORM.exact, exact))
    if (whole !== undefined) set.strings.push({ h: h(FORM.words, ''), norm: whole })
    for (const norm of parts) set.strings.push({ h: h(FORM.words, 'part'), norm })
  }
}

const addReferences = (set: Building, h: Digest, value: JsonValue, path: Path, { bases }: PostingContext): void => {
  for (const { type, id, url, identifier } of targetsOf(value, bases)) {
    if (path.target !== undefined && type !== path.target) continue
    if (type !== undefined && id !== undefined) {
      set.tokens.push(h(FORM.reference, `${type}/${id}`))
      set.references.push({ h: h(FORM.link, type), target: id })
    }
    if (url !== undefined) for (const each of new Set([url, url.replace(/\|[^|]*$/, '')])) set.tokens.push(h(FORM.url, each))
    if (identifier !== undefined) set.tokens.push(h(FORM.identifier, identifier))
  }
}

// ---------------------------------------------------------------- composites: one row for each group, so that its parts are never joined

/** Codes in a group: by code, and with their system (or without, when they have none). */
const groupCodes = (value: JsonValue, path: Path): string[] =>
  tokensOf(value, path.system).flatMap(({ system, code }) => (code === undefined ? [] : [`c|${code}`, `s|${system ?? ''}|${code}`]))

const groupKeys = (group: JsonValue, { kind, paths }: Component, { bases }: PostingContext): string[] =>
  paths.flatMap((path) => valuesAt(group, path).flatMap((value) => {
    if (kind === 'token') return groupCodes(value, path)
    if (kind === 'reference') return targetsOf(value, bases).flatMap((target) => (target.type === undefined ? [] : [`r|${target.type}/${target.id}`]))
    return typeof value === 'string' ? [`v|${value}`] : []
  }))

const addComposite = (set: Building, h: Digest, group: JsonValue, { components, whole }: Parameter, context: PostingContext): void => {
  const [first, second] = components
  if (!first || !second) return
  const rest = components.slice(2)
  const ranged = second.kind === 'date' || second.kind === 'quantity' || second.kind === 'number' || second.kind === 'string'
  // of a whole resource the code alone: its systems stand in the rows of the code's own parameter (search/whole-group.ts)
  let keys = groupKeys(group, first, context).filter((key) => !ranged || whole === undefined || key.startsWith('c|'))
  for (const middle of rest) keys = keys.flatMap((key) => groupKeys(group, middle, context).map((each) => `${key}\n${each}`))
  for (const key of keys) {
    for (const path of second.paths) {
      for (const value of valuesAt(group, path)) {
        if (second.kind === 'date') for (const interval of datesOf(value, context.timeZone)) set.dates.push({ h: h(FORM.composite, key), ...interval })
        else if (second.kind === 'quantity' || second.kind === 'number') {
          for (const measure of measuresOf(value)) for (const { unit, lo, hi } of [{ ...measure, unit: '' }, ...codedUnit(measure)]) set.numbers.push({ h: h(FORM.composite, `${key}\n${unit}`), unit: 0, lo, hi })
        } else if (second.kind === 'string') {
          for (const { whole: norm } of wordsOf(value)) if (norm !== undefined) set.strings.push({ h: h(FORM.composite, key), norm })
        }
      }
    }
    if (second.kind === 'token' || second.kind === 'reference' || second.kind === 'uri') {
      for (const other of groupKeys(group, second, context)) set.tokens.push(h(FORM.composite, `${key}\n${other}`))
    }
  }
}
