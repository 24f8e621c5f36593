/** One running site: its server and its worker. Ready means that the server answers /readyz with 200. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createChild } from './child.ts'
import { Problem } from './problem.ts'
import type { Say } from './progress.ts'

export type SiteName = 'hospital' | 'center' | 'training'

export interface SiteOptions {
  readonly name: SiteName
  /** Base address of its server, e.g. http://127.0.0.1:8080. */
  readonly address: string
  readonly env: Readonly<Record<string, string>>
  readonly logs: string
  readonly say: Say
  readonly scripts?: { readonly server: string; readonly worker: string }
}

export interface Site {
  readonly name: SiteName
  readonly address: string
  /** Starts what is not running; resolves when ready. Throws Problem when that takes longer than `patience` ms. */
  start(patience?: number): Promise<void>
  stop(): Promise<void>
  /** One line for `npm run demo -- status`. */
  status(): Promise<string>
}

const api = (file: string): string => fileURLToPath(new URL(`../../api/${file}`, import.meta.url))
const SCRIPTS = { server: api('server.ts'), worker: api('jobs/worker.ts') }

/** A site that is not started yet. */
export function createSite({ name, address, env, logs, say, scripts = SCRIPTS }: SiteOptions): Site {
  const logOf = (part: string): string => path.join(logs, `${name}-${part}.log`)
  const server = createChild({ name: `${name} server`, script: scripts.server, env, logFile: logOf('server'), say })
  const worker = createChild({ name: `${name} worker`, script: scripts.worker, env, logFile: logOf('worker'), say })
  return {
    name,
    address,
    async start(patience = 60_000) {
      server.start()
      worker.start()
      for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(50)) {
        if (server.state === 'stopped') return // stopped meanwhile
        if (await isReady(address)) return
      }
      throw new Problem(`The ${name} is not ready after ${patience / 1000} s: see ${logOf('server')}`)
    },
    async stop() {
      await Promise.all([server.stop(), worker.stop()])
    },
    async status() {
      const ready = server.state === 'stopped' ? 'stopped' : await isReady(address) ? 'ready' : 'not ready'
      return `${name}: ${ready} ${address} (server ${server.pid ?? server.state}, worker ${worker.pid ?? worker.state})`
    },
  }
}

async function isReady(address: string): Promise<boolean> {
  try {
    const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(3000) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false // not listening yet, or just stopped
  }
}
