/** What must hold before anything is started: a data folder to write in, some disk, free ports. Each failure is one line. */
import fs from 'node:fs'
import net from 'node:net'
import { Problem } from './problem.ts'
import type { SiteSettings } from './sites.ts'

const NEEDED_MB = 300

/** Makes the data folder; others may pass through it (PostgreSQL's account must reach its own folder in it) but not look. */
export function prepareDataFolder(data: string, secrets: string): void {
  try {
    fs.mkdirSync(data, { recursive: true, mode: 0o711 })
    fs.mkdirSync(secrets, { recursive: true, mode: 0o700 })
    fs.chmodSync(secrets, 0o700)
    fs.accessSync(data, fs.constants.W_OK | fs.constants.X_OK)
  } catch (error) {
    throw new Problem(`The data folder ${data} cannot be written by this account: change its owner, or name another with EMR_DATA.`, { cause: error })
  }
  const { bavail, bsize } = fs.statfsSync(data)
  const free = Math.floor(bavail * bsize / 1e6)
  if (free < NEEDED_MB) throw new Problem(`Not enough disk space for ${data}: ${free} MB free, ${NEEDED_MB} MB needed. Free some, or name another place with EMR_DATA.`)
}

/** Tries each port for real. */
export async function requireFreePorts(sites: readonly SiteSettings[]): Promise<void> {
  for (const { name, host, port } of sites) {
    const variable = name === 'center' ? 'EMR_CENTER_PORT' : 'EMR_PORT'
    const code = await listenError(host, port)
    if (code === undefined) continue
    if (code === 'EADDRINUSE') throw new Problem(`Port ${port} is in use by another program: stop it, or choose another port for the ${name} with ${variable}=…`)
    if (code === 'EACCES') throw new Problem(`This account may not open port ${port}: choose one above 1023 with ${variable}=…`)
    throw new Problem(`The ${name} cannot listen on ${host}:${port} (${code}): check EMR_HOST and ${variable}.`)
  }
}

const listenError = (host: string, port: number): Promise<string | undefined> => new Promise((resolve) => {
  const server = net.createServer()
  server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  server.listen(port, host.replace(/^\[|\]$/g, ''), () => server.close(() => resolve(undefined)))
})
