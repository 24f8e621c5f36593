/**
 * Passwords as argon2id PHC strings with the parameters of ASVS 5.0 appendix C (46 MiB, 1 pass, 1 lane), by node:crypto off the main thread
 * (https://nodejs.org/docs/latest-v24.x/api/crypto.html#cryptoargon2algorithm-parameters-callback; RFC 9106). At most a few are computed at once;
 * those of known devices go first, so that a flood of guesses never keeps a clinician out.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { outcome } from '../model/outcome.ts'

/** 46 MiB in KiB. */
const MEMORY = 47_104
const TAG_LENGTH = 32
const SALT_LENGTH = 16

export const MIN_PASSWORD_LENGTH = 14
const MAX_PASSWORD_LENGTH = 256

interface Parameters { readonly memory: number; readonly passes: number; readonly parallelism: number; readonly nonce: Buffer; readonly length: number }

const compute = (password: string, parameters: Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', {
      message: Buffer.from(password.normalize('NFC'), 'utf8'), nonce: parameters.nonce, parallelism: parameters.parallelism,
      tagLength: parameters.length, memory: parameters.memory, passes: parameters.passes,
    }, (error, tag) => (error === null || error === undefined ? resolve(Buffer.from(tag)) : reject(error)))
  })

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const parsePhc = (phc: string): Parameters & { readonly tag: Buffer } => {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(phc) ?? []
  if (memory === undefined) throw outcome('internal', { diagnostics: 'A stored password is not an argon2id PHC string.' })
  const bytes = Buffer.from(tag, 'base64')
  return { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), nonce: Buffer.from(salt, 'base64'), length: bytes.length, tag: bytes }
}

/** Stands for logins that do not exist: the work and the time are the same. */
const NOBODY = `$argon2id$v=19$m=${MEMORY},t=1,p=1$${unpadded(randomBytes(SALT_LENGTH))}$${unpadded(randomBytes(TAG_LENGTH))}`

/** The commonest choices, folded; each alone is refused, whatever its length. */
const COMMON = /^(?:(?:password|matkhau|mat khau|benhvien|benh vien|quany|quan y|bacsi|bac si|admin|quantri|qwerty|asdfgh|abcdef|iloveyou|vietnam|anhyeuem|\d+)[\s\d!@#$%^&*.]*)+$/i

/** Throws weak-password: shorter than 14 (TCVN 14423:2026 without a second factor), longer than 256, only common words and digits, few different characters, or with the login in it. */
export const requireStrongPassword = (password: string, login: string): void => {
  const weak = password.length < MIN_PASSWORD_LENGTH ? `At least ${MIN_PASSWORD_LENGTH} characters.`
    : password.length > MAX_PASSWORD_LENGTH ? `At most ${MAX_PASSWORD_LENGTH} characters.`
      : COMMON.test(password) || new Set(password).size < 6 ? 'Too easy to guess.'
        : login.length >= 3 && password.toLowerCase().includes(login.toLowerCase()) ? 'It must not contain the login.' : undefined
  if (weak !== undefined) throw outcome('weak-password', { diagnostics: weak })
}

export interface Passwords {
  /** The PHC string to store. */
  hash(password: string): Promise<string>
  /** Whether the password fits; without a PHC string false, after the same work. `first`: before those that wait in the other line. */
  verify(phc: string | undefined, password: string, options?: { readonly first?: boolean }): Promise<boolean>
}

/** `concurrency`: hashes computed at once (46 MiB each). `queue`: waiting ones at most; the rest get overloaded, unless they go first. */
export const createPasswords = (options: { readonly concurrency?: number; readonly queue?: number } = {}): Passwords => {
  const { concurrency = 2, queue = 40 } = options
  const lines: { first: (() => void)[]; others: (() => void)[] } = { first: [], others: [] }
  let running = 0
  const inTurn = async <T>(first: boolean, work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (!first && lines.others.length >= queue) throw outcome('overloaded', { diagnostics: 'Too many sign-ins at once.', retryAfter: 5 })
      await new Promise<void>((resolve) => (first ? lines.first : lines.others).push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = lines.first.shift() ?? lines.others.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
  return {
    hash: (password) => inTurn(true, async () => {
      const nonce = randomBytes(SALT_LENGTH)
      const tag = await compute(password, { memory: MEMORY, passes: 1, parallelism: 1, nonce, length: TAG_LENGTH })
      return `$argon2id$v=19$m=${MEMORY},t=1,p=1$${unpadded(nonce)}$${unpadded(tag)}`
    }),
    verify: (phc, password, { first = false } = {}) => inTurn(first, async () => {
      if (password.length > MAX_PASSWORD_LENGTH) return false
      const stored = parsePhc(phc ?? NOBODY)
      const tag = await compute(password, stored)
      return timingSafeEqual(tag, stored.tag) && phc !== undefined
    }),
  }
}
