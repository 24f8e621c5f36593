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
    if (code === 'EADDRINUSE') throw new Problem(`Port ${port} is in use by another program${holderOf(port)}: stop it, or choose another port for the ${name} with ${variable}=…`)
    if (code === 'EACCES') throw new Problem(`This account may not open port ${port}: choose one above 1023 with ${variable}=…`)
    throw new Problem(`The ${name} cannot listen on ${host}:${port} (${code}): check EMR_HOST and ${variable}.`)
  }
}

/** " (process 4711, nginx)", as far as this account may see (https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html); else "". */
export function holderOf(port: number): string {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => lines(file)).map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(wanted) && state === LISTENING).map(([, , , , , , , , , inode]) => `socket:[${inode}]`))
  if (sockets.size === 0) return ''
  const pid = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((name) => linksOf(`/proc/${name}/fd`).some((link) => sockets.has(link)))
  return pid === undefined ? '' : ` (process ${pid}, ${lines(`/proc/${pid}/comm`)[0] ?? ''})`
}

const LISTENING = '0A'

function lines(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // no such file, or the process has ended
  }
}

function linksOf(folder: string): string[] {
  try {
    return fs.readdirSync(folder).map((name) => fs.readlinkSync(`${folder}/${name}`))
  } catch {
    return [] // another account's, or ended
  }
}

/** No release of this program is older; a clock before it would put wrong times into records and certificates. */
const EARLIEST = Date.parse('2026-01-01T00:00:00Z')

/** The clock against what the data folder has seen: a file from the future means that the clock went back (a flat battery). */
export function requireClock(data: string, now = Date.now()): void {
  const newest = Math.max(EARLIEST, ...['control.sock', 'log', 'postgres.log', 'site.json'].map((name) => fs.statSync(`${data}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0))
  if (newest - now < CLOCK_MS) return
  throw new Problem(`The clock of this machine says ${new Date(now).toISOString()}, but the data folder was in use at ${new Date(newest).toISOString()}: set the clock (timedatectl set-ntp true), then start again.`)
}

const CLOCK_MS = 3_600_000

const listenError = (host: string, port: number): Promise<string | undefined> => new Promise((resolve) => {
  const server = net.createServer()
  server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
  server.listen(port, host.replace(/^\[|\]$/g, ''), () => server.close(() => resolve(undefined)))
})
