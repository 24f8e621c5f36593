/** What PostgreSQL says about itself in postmaster.pid (https://www.postgresql.org/docs/18/storage-file-layout.html), and the processes behind it. */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isErrno } from './secret-file.ts'

export interface Postmaster { readonly pid: number; readonly port: number; readonly ready: boolean }

/** undefined when there is no file, or it is being written. */
export function findPostmaster(data: string): Postmaster | undefined {
  try {
    const lines = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]), ready: /^(ready|standby)/.test(lines[7] ?? '') } : undefined
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Whether the process is there. Zombies are not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
  return !/^State:\s+[ZX]/m.test(readProc(pid, 'status'))
}

/** Whether this process is a PostgreSQL server on this data folder, and not another one that got the same number later. */
export const isServerOf = (pid: number, data: string): boolean => isAlive(pid) && readProc(pid, 'cmdline').split('\0').includes(data)

/** Start of the process in clock ticks since boot: with the number it names a process for good. */
export const startOf = (pid: number): string => readProc(pid, 'stat').split(') ')[1]?.split(' ')[19] ?? ''

function readProc(pid: number, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return '' // gone meanwhile, or no /proc: then nothing is known about it
  }
}

/** True when the process is gone in time. */
export async function waitForEnd(pid: number, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(15)) if (!isAlive(pid)) return true
  return !isAlive(pid)
}

/** Fast shutdown (https://www.postgresql.org/docs/18/server-shutdown.html); if it hangs, an immediate one, which the next start recovers from. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, milliseconds] of [['SIGINT', 30_000], ['SIGQUIT', 10_000], ['SIGKILL', 5_000]] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (isErrno(error, 'ESRCH')) return
      throw error
    }
    if (await waitForEnd(pid, milliseconds)) return
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop`)
}

/** An orphan of a launcher that was killed is stopped; a lock file whose process is gone, or is something else today, is removed. */
export async function clearOrphan(data: string, log: (line: string) => void): Promise<void> {
  const found = findPostmaster(data)
  if (!found) return
  if (isServerOf(found.pid, data)) {
    log(`stopping PostgreSQL left over from a run that was killed (process ${found.pid})`)
    await stopPostmaster(found.pid)
  } else if (isAlive(found.pid)) {
    fs.rmSync(path.join(data, 'postmaster.pid'), { force: true })
  }
}
