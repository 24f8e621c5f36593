/** Random secrets of this installation, one small file each (mode 600) in the secrets folder (mode 700). */
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** The text of the secret; made on first use. Two processes that make it at once agree on one. */
export function readOrMakeSecret(folder: string, name: string, make: () => string = randomPassword): string {
  const file = path.join(folder, name)
  const found = readSecret(file)
  if (found !== undefined) return found
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  fs.writeFileSync(draft, make(), { mode: 0o600, flush: true })
  try {
    fs.linkSync(draft, file)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  } finally {
    fs.unlinkSync(draft)
  }
  return fs.readFileSync(file, 'utf8')
}

/** undefined when the file is not there. */
export function readSecret(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** 192 random bits in letters that need no escaping in URLs and SQL. */
export const randomPassword = (): string => randomBytes(24).toString('base64url')

/** Whether `error` is a system error with this code, e.g. ENOENT. */
export const isErrno = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
