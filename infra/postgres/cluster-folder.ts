/** Makes the folder of the embedded cluster, and the cluster in it: scram-sha-256 for every connection, checksums on, UTF-8 without help of the operating system's locales. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Account } from './account.ts'
import { canEnter, idsOf } from './account.ts'

/**
 * Where the cluster really lives. Started by root under a folder that PostgreSQL's account may not enter (a home folder of mode 700),
 * it lives under /var/lib/quan-y-emr, and `folder` is a link to it.
 */
export function placeCluster(folder: string, account: Account): string {
  if (fs.existsSync(folder)) return fs.realpathSync(folder)
  const parent = path.dirname(folder)
  fs.mkdirSync(parent, { recursive: true, mode: account ? 0o711 : 0o700 })
  fs.rmSync(folder, { force: true }) // a link whose target was removed
  if (canEnter(parent, account)) {
    makeOwned(folder, account)
    return fs.realpathSync(folder)
  }
  const elsewhere = `/var/lib/quan-y-emr/postgres-${randomBytes(6).toString('hex')}`
  fs.mkdirSync(path.dirname(elsewhere), { recursive: true, mode: 0o711 })
  makeOwned(elsewhere, account)
  fs.symlinkSync(elsewhere, folder)
  return elsewhere
}

const makeOwned = (folder: string, account: Account): void => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (account) fs.chownSync(folder, account.uid, account.gid)
}

/** Runs initdb unless the cluster is there. A half-made one (killed during initdb) is made again: initdb writes PG_VERSION early, so our own mark counts. */
export function initCluster(native: string, data: string, user: string, password: string, account: Account): void {
  const mark = path.join(data, 'emr-initialized')
  if (fs.existsSync(mark)) return
  for (const entry of fs.readdirSync(data)) fs.rmSync(path.join(data, entry), { recursive: true, force: true })
  const passwordFile = `${data}.password-${randomBytes(4).toString('hex')}`
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  try {
    if (account) fs.chownSync(passwordFile, account.uid, account.gid)
    const made = spawnSync(path.join(native, 'bin/initdb'), [
      `--pgdata=${data}`, `--username=${user}`, `--pwfile=${passwordFile}`, '--auth-host=scram-sha-256', '--auth-local=scram-sha-256',
      '--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--data-checksums', '--no-instructions',
    ], { ...idsOf(account), cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' }, encoding: 'utf8' })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? `${made.stderr}${made.stdout}`.trim().slice(-500)}`)
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
  fs.writeFileSync(mark, '', { flush: true })
}
