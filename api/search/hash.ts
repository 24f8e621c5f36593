/** The 64-bit digest under which a search value is kept in `posting` and its sisters: the first 8 bytes of SHA-256, as PostgreSQL's int8. */
import { hash } from 'node:crypto'

/** What kind of value a digest stands for. Stored for ever: never give a letter another meaning. */
export const FORM = {
  /** Token by code alone, by system and code, by code without any system, by system alone, identifier of a type. */
  code: 'c', systemCode: 's', noSystemCode: 'n', system: 'y', ofType: 'o',
  /** Reference to "Type/id" here, to an absolute address or canonical elsewhere, by the target's identifier; joinable by target type. */
  reference: 'r', url: 'u', identifier: 'i', link: 'l',
  exact: 'x', words: 'w', date: 'd', number: 'q', composite: 'g',
  /** The text beside a code (:text); an address, found by its beginning (:below). */
  text: 't', address: 'a',
} as const
export type Form = (typeof FORM)[keyof typeof FORM]

/** Digests that come again and again: of codes, and of parameters that need no value. What is one person's own is never kept. */
const kept = new Map<string, bigint>()
const MOST_KEPT = 5000
const COMMON: ReadonlySet<Form> = new Set<Form>(['c', 's', 'n', 'y', 'l', 'w', 'd', 'q', 't'])

/** `parameter` is the code of the parameter in the registry, never an alias. */
export const digest = (type: string, parameter: string, form: Form, value: string): bigint => {
  const text = `${type}\n${parameter}\n${form}\n${value}`
  const known = kept.get(text)
  if (known !== undefined) return known
  const made = hash('sha256', text, 'buffer').readBigInt64LE(0)
  if (COMMON.has(form) && parameter !== 'identifier' && text.length < 120) {
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(text, made)
  }
  return made
}
