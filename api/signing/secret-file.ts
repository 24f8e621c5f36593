/** A secret of this site in the secrets folder: made once, readable by its owner alone, and the same for every process that asks at the same moment. */
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code

/** The bytes of `folder/name`; `make` gives them the first time. Two processes that start together agree on one of the two. */
export const secretFile = async (folder: string, name: string, make: () => Promise<Uint8Array>): Promise<Buffer> => {
  const path = join(folder, name)
  try {
    return readFileSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const draft = join(folder, `.${name}.${randomBytes(6).toString('hex')}`)
  writeFileSync(draft, await make(), { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(path)
}
