/**
 * How alike two values of a person are: the one place where reception and $match (http://hl7.org/fhir/R4/patient-operation-match.html) have it from. Vietnamese names are compared without accents,
 * since cards, old systems and hurried hands drop them, and in any order, since other systems write the given name first. Pure.
 */
import { fold } from './fold.ts'

export type NameLikeness = 'same' | 'reordered' | 'slip' | 'part' | 'ends' | 'different'

const wordsOf = (name: string): string[] => fold(name).split(' ').filter((word) => word !== '')

/** The same digits and letters, however they are spaced. */
export const plainNumber = (typed: string): string => typed.replace(/[\s.-]+/g, '').toUpperCase()

/** A partial date fits when one begins with the other. */
export const fitsDate = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a))

/** Every word typed begins a word of the name, in any order. */
export const wordsFit = (typed: string, name: string): boolean => {
  const words = wordsOf(name)
  return fold(typed).split(' ').every((part) => part !== '' && words.some((word) => word.startsWith(part)))
}

/** Whether a single letter is changed, left out, put in, or changes places with its neighbour. */
export const isSlip = (a: string, b: string): boolean => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1 || a === b) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1)
  return short.slice(at + 1) === long.slice(at + 1) || (short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2))
}

/** Long enough that one letter more or less is a slip rather than another name: "nguyen van an" and "nguyen van on" are two people. */
const LONG_ENOUGH = 4

/** Each word has its counterpart, but one, which is a slip of the pen. */
const differBySlip = (a: readonly string[], b: readonly string[]): boolean => {
  const different = a.flatMap((word, at) => (word === b[at] ? [] : [[word, b[at] ?? ''] as const]))
  const [only, more] = different
  return a.length === b.length && only !== undefined && more === undefined && Math.max(...only.map((word) => word.length)) >= LONG_ENOUGH && isSlip(...only)
}

/** `part`: a middle name is missing in one; `ends`: first and last word agree and middle names differ. */
export const compareNames = (one: string, other: string): NameLikeness => {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  if (a.length === 0 || b.length === 0) return 'different'
  if (a.join(' ') === b.join(' ')) return 'same'
  if (a.toSorted().join(' ') === b.toSorted().join(' ')) return 'reordered'
  if (differBySlip(a, b) || a.join('') === b.join('')) return 'slip'
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (short.length >= 2 && short.length < long.length && short.every((word) => long.includes(word))) return 'part'
  return a.length >= 2 && b.length >= 2 && a[0] === b[0] && a.at(-1) === b.at(-1) ? 'ends' : 'different'
}

export type DateLikeness = 'same' | 'month' | 'year' | 'swapped' | 'digit' | 'different'

/** `month` and `year`: one of them says no more; `swapped`: day and month changed places; `digit`: one digit differs. */
export const compareDates = (a: string, b: string): DateLikeness => {
  if (fitsDate(a, b)) return Math.min(a.length, b.length) >= 10 ? 'same' : Math.min(a.length, b.length) >= 7 ? 'month' : 'year'
  if (a.length < 10 || b.length < 10) return 'different'
  const [year = '', month = '', day = ''] = a.split('-')
  if (b === `${year}-${day}-${month}`) return 'swapped'
  return [...a].filter((sign, at) => sign !== b[at]).length === 1 ? 'digit' : 'different'
}

/** A Vietnamese number as it is dialled inside the country: "+84 912.345.678" -> "0912345678". */
export const plainPhone = (typed: string): string => {
  const digits = typed.replace(/\D/g, '')
  return digits.startsWith('84') && digits.length >= 11 ? `0${digits.slice(2)}` : digits
}
