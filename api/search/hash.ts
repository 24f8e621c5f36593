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

/** `parameter` is the code of the parameter in the registry, never an alias. */
export const digest = (type: string, parameter: string, form: Form, value: string): bigint => toInt64(hash('sha256', `${type}\n${parameter}\n${form}\n${value}`, 'binary'))

/** The digest of a text in SQL, which is the one of `digest` for `${type}\n${parameter}\n${form}\n${value}`. */
export const digestInSql = (text: string): string => `(select ${[0, 1, 2, 3, 4, 5, 6, 7].map((at) => `(get_byte(k, ${at})::int8 << ${8 * at})`).join(' | ')} from sha256(convert_to(${text}, 'UTF8')) k)`

const EIGHT = new DataView(new ArrayBuffer(8))

/** The 32 bits under which a unit as written stands in `pst_num.unit`; 0 is none. */
export const unitNumber = (written: string): number => (written === '' ? 0 : Number(BigInt.asIntN(32, toInt64(hash('sha256', `unit\n${written}`, 'binary')))) || 1)

/**
 * The first eight bytes, little end first, of a text in which each letter is a byte. A digest comes as that three times as fast as in a Buffer, and each value that is
 * stored has some.
 */
export const toInt64 = (bytes: string): bigint => {
  for (let at = 0; at < 8; at += 1) EIGHT.setUint8(at, bytes.charCodeAt(at))
  return EIGHT.getBigInt64(0, true)
}
