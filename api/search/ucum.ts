/**
 * Units of measure (UCUM, https://ucum.org/ucum, sections 2 to 4) on one scale: 90 mg/dL and 0.9 g/L are the same amount.
 * The table of units and prefixes is @lhncbc/ucum-lhc's; the grammar is read here: that package's own reader takes "constructor" for a unit, writes what it does
 * not understand to standard output, and needs half a second for ten thousand parentheses. Pure; the table is read at first use.
 */
import { createRequire } from 'node:module'

/** value in base = value * factor + offset; `base` is the same text for all units of one kind: "g.m-3", "mol.m-3", "[iU].m-3", "1". */
export interface CanonicalUnit { readonly base: string; readonly factor: number; readonly offset: number }

interface Atom { readonly factor: number; readonly powers: Powers; readonly metric: boolean; readonly offset?: number; readonly special: boolean }
type Powers = ReadonlyMap<string, number>
/** What a term amounts to; `special`: on a scale of its own (Cel, [pH]), which only stands alone. */
interface Amount { readonly factor: number; readonly powers: Powers; readonly special?: { readonly offset?: number } }
interface Table { readonly atoms: ReadonlyMap<string, Atom>; readonly prefixes: readonly (readonly [string, number])[] }

/** Longer codes are no units anybody writes; FHIR's own examples stay below 30. */
const LONGEST = 128
const MOST_POWER = 64
const CACHED = 2000
const AVOGADRO = 6.0221367e23
/** Of the table's vectors, in their order (UCUM 4.2); amounts of substance and equivalents are kept apart from plain numbers. */
const DIMENSIONS = ['m', 's', 'g', 'rad', 'K', 'C', 'cd']
const ORDER = ['mol', 'eq', 'g', 'm', 's', 'rad', 'K', 'C', 'cd']
/** The linear ones among the special units, as kelvin at their zero. The others (logarithms, tangents) have no factor. */
const ZERO_IN_KELVIN: Readonly<Record<string, number>> = { Cel: 273.15, '[degF]': 459.67 * 5 / 9, '[degRe]': 273.15 }
/** Other spellings of one arbitrary unit. */
const SAME: Readonly<Record<string, string>> = { '[IU]': '[iU]' }

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const rowsOf = (holder: unknown, name: string): { readonly at: (row: unknown, field: string) => unknown; readonly rows: readonly unknown[] } => {
  const part: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined
  const member = (key: string): readonly unknown[] => {
    const value: unknown = typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined
    return isList(value) ? value : []
  }
  const fields = member('config').map((field) => (isList(field) ? String(field[0]) : String(field)))
  return { rows: member('data'), at: (row, field) => (isList(row) ? row[fields.indexOf(field)] : undefined) }
}

const powersOf = (code: string, vector: unknown, mole: unknown, equivalent: unknown, arbitrary: boolean): Powers => {
  const powers = new Map<string, number>()
  if (isList(vector)) for (const [at, power] of vector.entries()) if (typeof power === 'number' && power !== 0) powers.set(DIMENSIONS[at] ?? '?', power)
  if (typeof mole === 'number' && mole !== 0) powers.set('mol', mole)
  if (typeof equivalent === 'number' && equivalent !== 0) powers.set('eq', equivalent)
  if (arbitrary) powers.set(SAME[code] ?? code, 1)
  return powers
}

const readTable = (): Table => {
  const source: unknown = createRequire(import.meta.url)('@lhncbc/ucum-lhc/data/ucumDefs.min.json')
  const units = rowsOf(source, 'units'), prefixes = rowsOf(source, 'prefixes')
  const atoms = new Map<string, Atom>()
  for (const row of units.rows) {
    const code = String(units.at(row, 'csCode_')), magnitude = units.at(row, 'magnitude_')
    // the table also holds common combinations of atoms
    if (units.at(row, 'source_') !== 'UCUM' || typeof magnitude !== 'number') continue
    const powers = powersOf(code, units.at(row, 'dim_'), units.at(row, 'moleExp_'), units.at(row, 'equivalentExp_'), units.at(row, 'isArbitrary_') === true)
    const substance = (powers.get('mol') ?? 0) + (powers.get('eq') ?? 0)
    const offset = ZERO_IN_KELVIN[code]
    const factor = magnitude / AVOGADRO ** substance
    // "per inch" and the like stand in the table as what they are per
    const inverse = units.at(row, 'cnv_') === 'inv'
    atoms.set(code, {
      factor: inverse ? 1 / factor : factor, powers: inverse ? new Map([...powers].map(([name, power]) => [name, -power])) : powers, metric: units.at(row, 'isMetric_') === true || units.at(row, 'isBase_') === true, special: units.at(row, 'isSpecial_') === true,
      ...(offset !== undefined && { offset }),
    })
  }
  const factors = prefixes.rows.flatMap((row): [string, number][] => {
    const value = prefixes.at(row, 'value_')
    return typeof value === 'number' ? [[String(prefixes.at(row, 'code_')), value]] : []
  })
  return { atoms, prefixes: factors }
}

/** Digits that rounding cannot have made. */
const tidy = (value: number): number => Number(value.toPrecision(15))

const times = (left: Amount, right: Amount, sign: 1 | -1): Amount | undefined => {
  if (left.special || right.special) {
    const [special, other] = left.special ? [left, right] : [right, left]
    // {annotations} and a plain 1 change nothing
    return sign === 1 && other.factor === 1 && other.powers.size === 0 && !other.special ? special : undefined
  }
  const powers = new Map(left.powers)
  for (const [name, power] of right.powers) {
    const sum = (powers.get(name) ?? 0) + sign * power
    if (Math.abs(sum) > MOST_POWER) return undefined
    if (sum === 0) powers.delete(name)
    else powers.set(name, sum)
  }
  return { factor: sign === 1 ? left.factor * right.factor : left.factor / right.factor, powers }
}

const raise = (amount: Amount, power: number): Amount | undefined => {
  if (power === 0 || Math.abs(power) > MOST_POWER || amount.special) return undefined
  return { factor: amount.factor ** power, powers: new Map([...amount.powers].map(([name, own]) => [name, own * power])) }
}

const findSimple = ({ atoms, prefixes }: Table, code: string): Amount | undefined => {
  const amountOf = ({ factor, powers, special, offset }: Atom, scale: number): Amount =>
    ({ factor: factor * scale, powers, ...(special && { special: offset === undefined ? {} : { offset } }) })
  const whole = atoms.get(code)
  if (whole) return amountOf(whole, 1)
  for (const [prefix, scale] of prefixes) {
    const atom = code.startsWith(prefix) ? atoms.get(code.slice(prefix.length)) : undefined
    if (atom?.metric) return amountOf(atom, scale)
  }
  return undefined
}

const ONE: Amount = { factor: 1, powers: new Map() }
/** A simple unit, whose name may hold a part in brackets; its power; an annotation. The digits of "10*" and "10^" are part of their names. */
const ANNOTATABLE = /(10[*^]|(?:[^\s.\/(){}[\]0-9+-]|\[[!-Z\\^-~]+\])+)([+-]?\d{1,3})?(?:\{[!-z|~]*\})?/y
const FACTOR = /(\d+)(?:\{[!-z|~]*\})?/y
const ANNOTATION = /\{[!-z|~]*\}/y

/** Reads from left to right, as UCUM's grammar (2.3.5) does; undefined: not a unit. */
const readUnit = (table: Table, code: string): Amount | undefined => {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(code)
    if (found) at = pattern.lastIndex
    return found
  }
  const component = (): Amount | undefined => {
    if (code[at] === '(') {
      at += 1
      const inner = term()
      if (code[at] !== ')') return undefined
      at += 1
      return inner
    }
    if (take(ANNOTATION)) return ONE
    const unit = take(ANNOTATABLE)
    if (unit) {
      const simple = findSimple(table, unit[1] ?? '')
      return simple && unit[2] !== undefined ? raise(simple, Number(unit[2])) : simple
    }
    const factor = Number(take(FACTOR)?.[1] ?? 0)
    return factor > 0 && Number.isFinite(factor) ? { factor, powers: ONE.powers } : undefined
  }
  const term = (): Amount | undefined => {
    let amount: Amount | undefined = code[at] === '/' ? ONE : component()
    while (amount && (code[at] === '.' || code[at] === '/')) {
      const sign = code[at] === '.' ? 1 : -1
      at += 1
      const next = component()
      amount = next && times(amount, next, sign)
    }
    return amount
  }
  const amount = term()
  return at === code.length ? amount : undefined
}

const baseOf = (powers: Powers): string => {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : -1)
  const parts = [...powers].sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))
  return parts.map(([name, power]) => (power === 1 ? name : `${name}${power}`)).join('.') || '1'
}

interface Reading { readonly known: boolean; readonly canonical?: CanonicalUnit }

const read = (table: Table, code: string): Reading => {
  const amount = code.length > LONGEST ? undefined : readUnit(table, code)
  if (!amount) return { known: false }
  const factor = tidy(amount.factor)
  if (amount.special && amount.special.offset === undefined) return { known: true }
  if (!Number.isFinite(factor) || factor === 0) return { known: true }
  return { known: true, canonical: { base: baseOf(amount.powers), factor, offset: tidy(amount.special?.offset ?? 0) } }
}

let table: Table | undefined
const readings = new Map<string, Reading>()

const readingOf = (code: string): Reading => {
  const known = readings.get(code)
  if (known) return known
  table ??= readTable()
  const reading = read(table, code)
  // what is asked most is asked again at once: an empty start now and then costs nothing that shows
  if (readings.size >= CACHED) readings.clear()
  if (code.length <= LONGEST) readings.set(code, reading)
  return reading
}

/** Undefined: no unit, or one without a factor (logarithmic scales). Arbitrary units such as [iU] are a kind of their own each. */
export const canonicalUnit = (code: string): CanonicalUnit | undefined => readingOf(code).canonical

/** Whether the text is a UCUM unit in its case-sensitive form. */
export const isUnit = (code: string): boolean => readingOf(code).known
