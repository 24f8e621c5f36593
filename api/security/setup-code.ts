/** The code that a site without an administrator shows to whoever starts it: 80 random bits in Crockford's base 32 (https://www.crockford.com/base32.html), stored as sha-256 only. */
import { createHash, randomInt } from 'node:crypto'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 16
/** A working day; each start shows a new one. */
export const SETUP_CODE_HOURS = 8

/** "K7QM-2F9D-…": four groups of four. */
export const newSetupCode = (): string =>
  Array.from({ length: LENGTH }, (_, at) => `${at > 0 && at % 4 === 0 ? '-' : ''}${LETTERS[randomInt(LETTERS.length)]}`).join('')

/** As somebody types it: any case, with or without hyphens and spaces, the letters O, I and L for digits. */
export const digestOfSetupCode = (typed: string): string => {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return createHash('sha256').update(`emr-setup-code ${code}`).digest('hex')
}
