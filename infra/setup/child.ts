/** One supervised process: started with a leash, restarted with growing pauses when it dies, stopped cleanly, its output in a log file. */
import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Say } from './progress.ts'

export interface ChildOptions {
  /** For the screen, e.g. "hospital server". */
  readonly name: string
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly say: Say
  /** Pause before the first restart, in ms; doubles up to 16 times as long, so that nobody waits long for a server that only had bad luck. Back to this after a minute of life. */
  readonly pause?: number
  /** How long a stop may take before it is forced. */
  readonly grace?: number
}

export interface Child {
  readonly state: 'stopped' | 'running' | 'waiting'
  readonly pid: number | undefined
  start(): void
  stop(): Promise<void>
}

const LEASH = fileURLToPath(new URL('leash.ts', import.meta.url))

/** A child that is not started yet. */
export function createChild({ name, script, env, logFile, say, pause = 500, grace = 15_000 }: ChildOptions): Child {
  let wanted = false
  let running: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()
  let deaths = 0
  let waiting: NodeJS.Timeout | undefined

  const launch = (): void => {
    waiting = undefined
    const started = Date.now()
    const log = openLog(logFile)
    const child = fork(script, [], {
      env, execArgv: ['--import', LEASH, '--disable-warning=ExperimentalWarning'], stdio: ['ignore', log, log, 'ipc'], detached: true, // Ctrl-C is for the launcher, who stops things in order
    })
    fs.closeSync(log)
    running = child
    ended = new Promise((resolve) => {
      const end = (why: string): void => {
        if (running !== child) return
        running = undefined
        resolve()
        if (!wanted) return
        deaths = Date.now() - started > 60_000 ? 0 : deaths + 1
        const delay = pause * 2 ** Math.min(deaths, 4)
        say(`  ${name} ended (${why}); starting it again in ${delay / 1000} s. Its log: ${logFile}`)
        waiting = setTimeout(launch, delay)
      }
      child.once('error', (error) => end(error.message))
      child.once('exit', (code, signal) => end(signal ?? `code ${code}`))
    })
  }

  return {
    get state() {
      return running ? 'running' : waiting ? 'waiting' : 'stopped'
    },
    get pid() {
      return running?.pid
    },
    start() {
      if (wanted) return
      wanted = true
      deaths = 0
      launch()
    },
    async stop() {
      wanted = false
      clearTimeout(waiting)
      waiting = undefined
      const child = running
      if (!child) return
      child.kill('SIGTERM')
      const inTime = await Promise.race([ended.then(() => true), sleep(grace, false, { ref: false })])
      if (inTime) return
      say(`  ${name} does not stop; ended by force`)
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Appends; a file that has grown large becomes `.1` first. */
function openLog(file: string): number {
  const handle = fs.openSync(file, 'a', 0o600)
  if (fs.fstatSync(handle).size < 20_000_000) return handle
  fs.closeSync(handle)
  fs.renameSync(file, `${file}.1`)
  return fs.openSync(file, 'a', 0o600)
}
