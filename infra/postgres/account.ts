/** PostgreSQL refuses to run as root; started by root it runs as an unprivileged account of the machine. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

/** Under which account a child process runs; undefined: as ourselves. */
export type Account = { readonly uid: number; readonly gid: number; readonly name: string } | undefined

/** The owner of an existing cluster; else `postgres`, `nobody`, or any account of the machine that is not root. undefined when we are not root. */
export function chooseAccount(cluster?: string): Account {
  if (process.getuid?.() !== 0) return undefined
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':')).flatMap(([name, , uid, gid]) =>
    name && uid && gid && Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : [])
  const owner = cluster !== undefined && fs.existsSync(cluster) ? fs.statSync(cluster).uid : undefined
  const chosen = accounts.find((a) => a.uid === owner) ?? accounts.find((a) => a.name === 'postgres')
    ?? accounts.find((a) => a.name === 'nobody') ?? accounts[0]
  if (!chosen) throw new Error('PostgreSQL may not run as root, and this machine has no other account: add one (useradd --system postgres)')
  return chosen
}

/** Whether the account can enter the folder, tried for real: mode bits, groups and access lists all count. */
export function canEnter(folder: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...idsOf(account), cwd: '/', stdio: 'ignore' }).status === 0
}

/** The part of an account that spawn() takes. */
export const idsOf = (account: Account): { uid?: number; gid?: number } => (account ? { uid: account.uid, gid: account.gid } : {})
