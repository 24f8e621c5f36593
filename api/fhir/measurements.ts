/** Values of Observations in one unit: that of the newest, into which the others are converted over UCUM's base units, as searches by quantity do. Pure. */
import { JsonNumber, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import { canonicalUnit } from '../search/ucum.ts'
import { UCUM } from '../search/values.ts'

export interface Measurements {
  /** Of the values; undefined when there is none. */
  readonly unit: { readonly code: string; readonly text: string } | undefined
  /** Ascending. */
  readonly values: readonly number[]
  /** Those whose time is known: milliseconds and value. */
  readonly points: readonly (readonly [at: number, value: number])[]
}

interface Measured { readonly at: number; readonly value: number; readonly code: string; readonly text: string }

/** NaN when it is not known. */
const timeOf = (observation: JsonObject): number =>
  Date.parse(stringAt(observation, 'effectiveDateTime') ?? stringAt(observation, 'effectiveInstant') ?? stringAt(observation, 'effectivePeriod', 'start') ?? '')

/** A quantity with a comparator is no value, and one without a UCUM unit cannot be compared. */
const measuredIn = (observation: JsonObject): Measured | undefined => {
  const value = valueAt(observation, 'valueQuantity', 'value')
  const code = stringAt(observation, 'valueQuantity', 'code')
  if (!(value instanceof JsonNumber) || code === undefined || stringAt(observation, 'valueQuantity', 'system') !== UCUM || stringAt(observation, 'valueQuantity', 'comparator') !== undefined) return undefined
  return { at: timeOf(observation), value: Number(value.source), code, text: stringAt(observation, 'valueQuantity', 'unit') ?? code }
}

/** Floating point noise of a conversion is no digit of a measurement. */
export const toTwelveDigits = (value: number): number => Number(value.toPrecision(12))

/** `observations` newest first. Values in a unit of another kind are left out. */
export const toMeasurements = (observations: readonly JsonObject[]): Measurements => {
  const measured = observations.flatMap((observation) => measuredIn(observation) ?? [])
  const [newest] = measured
  if (newest === undefined) return { unit: undefined, values: [], points: [] }
  const target = canonicalUnit(newest.code)
  const converted = measured.flatMap(({ at, value, code }): [number, number][] => {
    if (code === newest.code) return [[at, value]]
    const unit = canonicalUnit(code)
    return unit === undefined || target === undefined || unit.base !== target.base ? [] : [[at, toTwelveDigits((value * unit.factor + unit.offset - target.offset) / target.factor)]]
  })
  return {
    unit: { code: newest.code, text: newest.text }, values: converted.map(([, value]) => value).toSorted((one, other) => one - other),
    points: converted.filter(([at]) => !Number.isNaN(at)),
  }
}
