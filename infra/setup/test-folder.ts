/**
 * Where one run of the tests puts what it throws away: clusters, demos, browser profiles, compiled modules. In memory where there is plenty of it, since
 * what hundreds of short-lived databases write and sync is most of what a run would wait for; durability is tested on a disk of its own (power-cut).
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const MEMORY = '/dev/shm'
const PREFIX = 'emr-tests-'
/** Free in the memory's file system, and of the machine or container as a whole; a run has needed less than half of it. */
const ROOM = 3e9
const SPARE = 6e9

export interface TestFolder {
  readonly path: string
  /** For the processes of the run. */
  readonly environment: Readonly<Record<'TMPDIR' | 'NODE_COMPILE_CACHE', string>>
  close(): void
}

/** Whoever names a TMPDIR gets it. */
export const chooseParent = (environment: NodeJS.ProcessEnv = process.env, memory = MEMORY, available = process.availableMemory()): string => {
  if (environment.TMPDIR !== undefined) return environment.TMPDIR
  try {
    const { bavail, bsize } = fs.statfsSync(memory)
    fs.accessSync(memory, fs.constants.W_OK)
    return bavail * bsize >= ROOM && available >= SPARE ? memory : os.tmpdir()
  } catch {
    return os.tmpdir() // no such file system here
  }
}

/** Removes what killed runs have left, too. */
export function openTestFolder(parent = chooseParent()): TestFolder {
  for (const name of fs.readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const owner = /^\d+/.exec(name.slice(PREFIX.length))?.[0]
    if (owner !== undefined && !fs.existsSync(`/proc/${owner}`)) fs.rmSync(path.join(parent, name), { recursive: true, force: true })
  }
  const folder = fs.mkdtempSync(path.join(parent, `${PREFIX}${process.pid}-`))
  fs.chmodSync(folder, 0o711) // PostgreSQL's account passes through
  return {
    path: folder,
    environment: { TMPDIR: folder, NODE_COMPILE_CACHE: path.join(folder, 'compiled') },
    close: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}
