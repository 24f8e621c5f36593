/** Decimal numbers as text: 1.10 means more than 1.1, and a search for 100 means 99.5 up to 100.5 (http://hl7.org/fhir/R4/search.html#number). */

export const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/

/** The interval [lo, hi) of values that round to the number as precisely as it was written, as float8 texts. */
export const intervalOf = (source: string): { readonly lo: string; readonly hi: string } => {
  const { digits, exponent } = scaled(source)
  // half a unit of the last digit; in the specification 1e2 is [95, 105), one digit finer than it was written
  const finer = /e/i.test(source) ? 2 : 1
  return { lo: toFloat(digits * 10n ** BigInt(finer) - 5n, exponent - finer), hi: above(toFloat(digits * 10n ** BigInt(finer) + 5n, exponent - finer), floatOf(source)) }
}

/** The end of an interval that holds the number: where both are the same float8, since it has more digits than that tells apart (16 or 17), the next one. */
export const above = (hi: string, number: string): string => (Number(hi) > Number(number) ? hi : next(Number(number)))

const next = (value: number): string => {
  if (value === 0) return String(Number.MIN_VALUE)
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value)
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n))
  return clamp(bits.getFloat64(0))
}

/** Within a tenth, for the prefix ap. */
export const aroundOf = (source: string): { readonly lo: string; readonly hi: string } => {
  const value = Number(source)
  const tenth = Math.abs(value) / 10
  return { lo: clamp(value - tenth), hi: clamp(value + tenth) }
}

/** A number of JSON or of a search as text that PostgreSQL takes as float8: too large and too small ones go to the ends, as in JavaScript. */
export const floatOf = (source: string): string => clamp(Number(source))

const clamp = (value: number): string => (Number.isFinite(value) ? String(value) : value > 0 ? String(Number.MAX_VALUE) : String(-Number.MAX_VALUE))

const scaled = (source: string): { digits: bigint; exponent: number } => {
  const [mantissa = '0', power = '0'] = source.toLowerCase().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** Through the decimal text, so that a bound and a stored value of the same digits are the same float8. */
const toFloat = (digits: bigint, exponent: number): string => clamp(Number(`${digits}e${exponent}`))
