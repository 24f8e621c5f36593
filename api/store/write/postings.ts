/** Search rows of a resource, from the same registry that searches are compiled with: forms of a digest as api/search/hash.ts tells. Pure. */
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { EARLIEST, LATEST } from '../../search/dates.ts'
import { digest, FORM, unitNumber, type Form } from '../../search/hash.ts'
import { eachValueAt, valuesAt, type Path } from '../../search/path.ts'
import { clinicalDateOf, parametersWithin, type Component, type Parameter } from '../../search/registry.ts'
import { codedUnit, datesOf, eachToken, LONGEST_NORM, measuresOf, positionOf, targetsOf, textsOf, unitRows, wordsOf } from '../../search/values.ts'
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
  for (const parameter of parametersWithin(type, resource.names)) new Indexing(set, type, parameter, context).take(resource)
  return set
}

/** The rows of one parameter. */
class Indexing {
  readonly #set: Building
  readonly #type: string
  readonly #parameter: Parameter
  readonly #context: PostingContext
  constructor(set: Building, type: string, parameter: Parameter, context: PostingContext) {
    this.#set = set
    this.#type = type
    this.#parameter = parameter
    this.#context = context
  }

  take(resource: JsonObject): void {
    let present = false
    for (const path of this.#parameter.paths) {
      eachValueAt(resource, path, (value) => {
        present = true
        this.#takeValue(value, path)
      })
    }
    if (present) this.#set.present.push(this.#parameter.number)
  }

  #takeValue(value: JsonValue, path: Path): void {
    const set = this.#set
    switch (this.#parameter.kind) {
      case 'token': return this.#takeToken(value, path)
      case 'uri': return typeof value === 'string' ? this.#takeAddress(value) : undefined
      case 'date': return this.#takeDate(value)
      case 'number': for (const { lo, hi } of measuresOf(value)) set.numbers.push({ h: this.#fixed(FORM.number, ''), unit: 0, lo, hi }); return
      case 'quantity': for (const measure of measuresOf(value)) for (const { unit, written, lo, hi } of unitRows(measure)) set.numbers.push({ h: this.#h(FORM.number, unit), unit: unitNumber(written), lo, hi }); return
      case 'string': return this.#takeWords(value)
      case 'reference': return this.#takeReference(value, path)
      case 'composite': return this.#takeGroup(value)
      case 'special': return this.#takePosition(value)
    }
  }

  #h(form: Form, value: string): bigint {
    return value === '' ? this.#fixed(form, value) : digest(this.#type, this.#parameter.code, form, value)
  }

  #fixed(form: Form, value: '' | 'part'): bigint {
    const { fixed } = this.#context
    if (fixed === undefined) return digest(this.#type, this.#parameter.code, form, value)
    const own = fixed.get(this.#parameter) ?? new Map<string, bigint>()
    const key = value === '' ? form : `${form}${value}`
    const kept = own.get(key)
    if (kept !== undefined) return kept
    const made = digest(this.#type, this.#parameter.code, form, value)
    own.set(key, made)
    fixed.set(this.#parameter, own)
    return made
  }

  #token(form: Form, value: string): void {
    this.#set.tokens.push(this.#h(form, value))
  }

  #takeToken(value: JsonValue, path: Path): void {
    // with an implied system the code says all
    const whole = this.#parameter.implied === undefined
    eachToken(value, path.system, (system, code, types = NO_TYPES) => {
      if (code !== undefined) {
        this.#token(FORM.code, code)
        if (whole && system === undefined) this.#token(FORM.noSystemCode, code)
        else if (whole) this.#token(FORM.systemCode, `${system}|${code}`)
        if (whole) for (const each of types) this.#token(FORM.ofType, `${each}|${code}`)
      }
      if (whole && system !== undefined) this.#token(FORM.system, system)
    })
    for (const norm of textsOf(value)) this.#set.strings.push({ h: this.#fixed(FORM.text, ''), norm })
  }

  /** As it is, and where its beginning can be looked for: addresses tell capitals from small letters. */
  #takeAddress(value: string): void {
    this.#token(FORM.url, value)
    this.#set.strings.push({ h: this.#fixed(FORM.address, ''), norm: value.slice(0, LONGEST_NORM).replace(/\p{Cc}+/gu, '').toWellFormed() })
  }

  #takePosition(value: JsonValue): void {
    const position = positionOf(value)
    if (!position) return
    for (const [axis, degrees] of Object.entries(position)) this.#set.numbers.push({ h: this.#h(FORM.number, axis), unit: 0, lo: degrees, hi: degrees })
  }

  #takeDate(value: JsonValue): void {
    const set = this.#set
    const clinical = this.#parameter.code === clinicalDateOf(this.#type)
    for (const { lo, hi } of datesOf(value, this.#context.timeZone)) {
      set.dates.push({ h: this.#fixed(FORM.date, ''), lo, hi })
      const at = lo === EARLIEST ? hi : lo
      if (clinical && at !== LATEST && (set.d === '-infinity' || at < set.d)) set.d = at
    }
  }

  #takeWords(value: JsonValue): void {
    for (const { exact, whole, parts } of wordsOf(value)) {
      this.#token(FORM.exact, exact)
      if (whole !== undefined) this.#set.strings.push({ h: this.#fixed(FORM.words, ''), norm: whole })
      for (const norm of parts) this.#set.strings.push({ h: this.#fixed(FORM.words, 'part'), norm })
    }
  }

  #takeReference(value: JsonValue, path: Path): void {
    for (const { type, id, url, identifier } of targetsOf(value, this.#context.bases)) {
      if (path.target !== undefined && type !== path.target) continue
      if (type !== undefined && id !== undefined) {
        this.#token(FORM.reference, `${type}/${id}`)
        this.#set.references.push({ h: this.#h(FORM.link, type), target: id })
      }
      if (url !== undefined) for (const each of new Set([url, url.replace(/\|[^|]*$/, '')])) this.#token(FORM.url, each)
      if (identifier !== undefined) this.#token(FORM.identifier, identifier)
    }
  }

  /** One row for each group of a composite, so that its parts are never joined. */
  #takeGroup(group: JsonValue): void {
    const { components: [first, second, ...rest], whole } = this.#parameter
    if (!first || !second) return
    const values = second.paths.flatMap((path) => valuesAt(group, path))
    // most groups that a resource may have lack their second part
    if (values.length === 0) return
    const ranged = second.kind === 'date' || second.kind === 'quantity' || second.kind === 'number' || second.kind === 'string'
    // of a whole resource the code alone: its systems stand in the rows of the code's own parameter (search/whole-group.ts)
    let keys = groupKeys(group, first, this.#context).filter((key) => !ranged || whole === undefined || key.startsWith('c|'))
    for (const middle of rest) keys = keys.flatMap((key) => groupKeys(group, middle, this.#context).map((each) => `${key}\n${each}`))
    for (const key of keys) {
      for (const value of values) this.#takeRange(key, value, second)
      if (second.kind === 'token' || second.kind === 'reference' || second.kind === 'uri') {
        for (const other of groupKeys(group, second, this.#context)) this.#token(FORM.composite, `${key}\n${other}`)
      }
    }
  }

  #takeRange(key: string, value: JsonValue, { kind }: Component): void {
    const set = this.#set
    if (kind === 'date') for (const { lo, hi } of datesOf(value, this.#context.timeZone)) set.dates.push({ h: this.#h(FORM.composite, key), lo, hi })
    else if (kind === 'quantity' || kind === 'number') {
      for (const measure of measuresOf(value)) for (const { unit, lo, hi } of [{ ...measure, unit: '' }, ...codedUnit(measure)]) set.numbers.push({ h: this.#h(FORM.composite, `${key}\n${unit}`), unit: 0, lo, hi })
    } else if (kind === 'string') {
      for (const { whole: norm } of wordsOf(value)) if (norm !== undefined) set.strings.push({ h: this.#h(FORM.composite, key), norm })
    }
  }
}

const NO_TYPES: readonly never[] = []

/** Codes in a group: by code, and with their system (or without, when they have none). */
const groupCodes = (value: JsonValue, path: Path): string[] => {
  const codes: string[] = []
  eachToken(value, path.system, (system, code) => { if (code !== undefined) codes.push(`c|${code}`, `s|${system ?? ''}|${code}`) })
  return codes
}

const groupKeys = (group: JsonValue, { kind, paths }: Component, { bases }: PostingContext): string[] =>
  paths.flatMap((path) => valuesAt(group, path).flatMap((value) => {
    if (kind === 'token') return groupCodes(value, path)
    if (kind === 'reference') return targetsOf(value, bases).flatMap((target) => (target.type === undefined ? [] : [`r|${target.type}/${target.id}`]))
    return typeof value === 'string' ? [`v|${value}`] : []
  }))
