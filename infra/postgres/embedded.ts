/**
 * The embedded PostgreSQL: durable, on 127.0.0.1 only, scram-sha-256 for everyone. Lives as long as the process that opened it: a small shell
 * beside the server watches a pipe from us, and asks the server to stop when the pipe closes, however we ended (kill -9 included).
 */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chooseAccount, idsOf, type Account } from './account.ts'
import { preparePostgres } from './binaries.ts'
import { initCluster, placeCluster } from './cluster-folder.ts'
import { clearOrphan, findPostmaster, isAlive, isServerOf, startOf, stopPostmaster } from './postmaster.ts'
import { isErrno, readOrMakeSecret, readSecret } from './secret-file.ts'

export interface EmbeddedOptions {
  /** Folder of the cluster, e.g. .data/postgres. */
  readonly folder: string
  /** Folder that holds the administrator's password (mode 600). */
  readonly secrets: string
  /** Default: a free port. */
  readonly port?: number
  /** Server settings beyond ours, for tests. */
  readonly settings?: Readonly<Record<string, string>>
  readonly log?: (line: string) => void
}

export interface EmbeddedCluster {
  readonly port: number
  readonly pid: number
  /** Where the files are; differs from `folder` when that is a link. */
  readonly data: string
  /** The server's log. */
  readonly logFile: string
  /** URL of the cluster's administrator (a superuser: only for provisioning, backup and restore, never handed to a server). */
  readonly adminUrl: (database?: string) => string
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Clean stop; does nothing when it has ended. */
  stop(): Promise<void>
}

const ADMINISTRATOR = 'emr_administrator'
const ADMINISTRATOR_FILE = 'postgres-administrator'

/**
 * The first change of a page after a checkpoint writes the whole page to the log: fewer checkpoints, and the pages compressed. After a power cut at most 2 GB of
 * log are read again. Statements here are short: compiling them costs more than it saves. Data lies on flash, where a random page costs about what the next one does.
 * https://www.postgresql.org/docs/current/runtime-config-wal.html, https://www.postgresql.org/docs/current/runtime-config-query.html
 */
const TUNED = {
  wal_compression: 'pglz', max_wal_size: '2GB', checkpoint_timeout: '15min', jit: 'off', random_page_cost: '1.1',
  shared_buffers: `${Math.round(Math.min(2048, Math.max(128, os.totalmem() / 2 ** 20 / 8)))}MB`,
}

/**
 * What PostgreSQL gives back after each statement the C library keeps for the next: returning it to the kernel and taking it anew costs page faults, dear above all
 * in a virtual machine (a fifth of the processor time of transactions with 14 entries). At most 64 MB for each session.
 * https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html
 */
const MEMORY = { MALLOC_TRIM_THRESHOLD_: String(64 * 2 ** 20), MALLOC_TOP_PAD_: String(2 ** 20), MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20) }

// The watcher is started by a process that ends at once, so that it is no child of the server, which would wonder about it.
const GUARD = `exec 3<&0
( ( cat <&3 >/dev/null; [ "$(cat /proc/$$/comm 2>/dev/null)" = postgres ] && kill -INT $$ ) >/dev/null 2>&1 & )
exec "$@" 3<&- </dev/null`

/** Makes the cluster when it is not there, clears what a killed run left, starts the server and waits until it takes connections. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const log = options.log ?? (() => undefined)
  const folder = path.resolve(options.folder)
  const account = chooseAccount(folder)
  const native = preparePostgres(account)
  const data = placeCluster(folder, account)
  const password = readOrMakeSecret(options.secrets, ADMINISTRATOR_FILE)
  const release = claimFolder(folder)
  try {
    const cluster = await start(options, { folder, native, data, account, password, log })
    return { ...cluster, stop: () => cluster.stop().finally(release) }
  } catch (error) {
    release()
    throw error
  }
}

interface Prepared {
  readonly folder: string
  readonly native: string
  readonly data: string
  readonly account: Account
  readonly password: string
  readonly log: (line: string) => void
}

async function start(options: EmbeddedOptions, { folder, native, data, account, password, log }: Prepared): Promise<EmbeddedCluster> {
  await clearOrphan(data, log)
  initCluster(native, data, ADMINISTRATOR, password, account)
  const logFile = rotateLog(`${folder}.log`)
  const port = options.port ?? await freePort()
  const settings = {
    port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', password_encryption: 'scram-sha-256',
    // values of a failed statement may be a patient's: errors are reported by the servers by code, the log keeps what the cluster does
    ...TUNED,
    autovacuum_naptime: '5s', log_min_messages: 'log', log_error_verbosity: 'terse', logging_collector: 'off', log_timezone: 'UTC', timezone: 'UTC', ...options.settings,
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  for (const deadline = Date.now() + 15_000; ;) {
    const cluster = await startServer({ command: [path.join(native, 'bin/postgres'), ...args], ids: idsOf(account), data, logFile, port, password })
    if (cluster) return cluster
    // after kill -9 of the server its children need a moment to let go of the shared memory
    if (Date.now() > deadline || !/shared memory block|lock file|Address already in use/.test(tailOf(logFile))) throw new Error(`PostgreSQL does not start: ${tailOf(logFile)}`)
    await sleep(200)
  }
}

/** Address of the administrator of a cluster that another process runs; undefined when it is not running. */
export function findEmbedded({ folder, secrets }: Pick<EmbeddedOptions, 'folder' | 'secrets'>): EmbeddedCluster['adminUrl'] | undefined {
  const password = readSecret(path.join(secrets, ADMINISTRATOR_FILE))
  if (password === undefined || !fs.existsSync(folder)) return undefined
  const data = fs.realpathSync(folder)
  const found = findPostmaster(data)
  return found?.ready && isServerOf(found.pid, data) ? administratorUrl(found.port, password) : undefined
}

const administratorUrl = (port: number, password: string) => (database = 'postgres'): string => `postgres://${ADMINISTRATOR}:${password}@127.0.0.1:${port}/${database}`

interface ServerStart {
  readonly command: readonly string[]
  readonly ids: { uid?: number; gid?: number }
  readonly data: string
  readonly logFile: string
  readonly port: number
  readonly password: string
}

async function startServer({ command, ids, data, logFile, port, password }: ServerStart): Promise<EmbeddedCluster | undefined> {
  const logHandle = fs.openSync(logFile, 'a', 0o600)
  const child = spawn('/bin/sh', ['-c', GUARD, 'postgres-guard', ...command], {
    ...ids, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', LANG: 'C', ...MEMORY }, stdio: ['pipe', logHandle, logHandle], detached: true, // detached: Ctrl-C in the terminal is for us
  })
  fs.closeSync(logHandle)
  const leash = child.stdin
  if (!(leash instanceof net.Socket)) throw new Error('no pipe to the guard of PostgreSQL')
  let running = true
  leash.on('error', () => undefined) // the reader ended first: `exit` tells
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false
      leash.destroy()
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const pid = child.pid
  for (const deadline = Date.now() + 120_000; running && pid !== undefined; await sleep(10)) {
    const found = findPostmaster(data)
    if (found?.pid === pid && found.ready) {
      child.unref()
      // the pipe alone must not keep our process alive
      leash.unref()
      return {
        port, pid, data, logFile, ended,
        adminUrl: administratorUrl(port, password),
        async stop() {
          if (running) await stopPostmaster(pid)
          leash.destroy()
        },
      }
    }
    if (Date.now() > deadline) await stopPostmaster(pid)
  }
  return undefined
}

/** One process at a time may run the cluster of a folder: the owner is named beside it. An owner that is gone has lost it. Answers how to give it back. */
function claimFolder(folder: string): () => void {
  const file = `${folder}.owner`
  const [pid, start] = (readSecret(file) ?? '').split(' ')
  if (pid && Number(pid) !== process.pid && isAlive(Number(pid)) && startOf(Number(pid)) === start)
    throw new Error(`${folder} is in use by process ${pid}`)
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, `${process.pid} ${startOf(process.pid)}`, { mode: 0o600 })
  fs.renameSync(draft, file)
  return () => fs.rmSync(file, { force: true })
}

function rotateLog(file: string): string {
  try {
    if (fs.statSync(file).size > 10_000_000) fs.renameSync(file, `${file}.1`)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
  return file
}

const tailOf = (file: string): string => fs.readFileSync(file, 'utf8').slice(-1000).trim().split('\n').slice(-4).join(' | ')

/** A port of 127.0.0.1 that nobody listens on now. */
export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = net.createServer().once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))))
  })
})
