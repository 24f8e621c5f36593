/** A demo of its own for the journeys: `npm start` on free ports with an empty data folder, stopped and removed at the end. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Plain data, so that vitest can hand it to the test files. */
export interface DemoAddress {
  readonly hospital: string
  readonly center: string
  /** Nobody listens there unless the demo was started with EMR_TRAINING. */
  readonly training: string
  readonly password: string
  readonly pin: string
  readonly data: string
  readonly readySeconds: number
}

export interface Demo extends DemoAddress {
  /** Of the launcher. */
  readonly pid: number | undefined
  readonly output: () => string
  readonly stop: () => Promise<void>
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const environment = (address: DemoAddress): NodeJS.ProcessEnv => {
  const { npm_lifecycle_event: _event, ...env } = process.env
  return {
    ...env, EMR_DATA: address.data, EMR_PORT: new URL(address.hospital).port, EMR_CENTER_PORT: new URL(address.center).port, EMR_TRAINING_PORT: new URL(address.training).port,
    EMR_DEMO_PASSWORD: address.password, EMR_DEMO_PIN: address.pin, EMR_PUBLIC_URL: address.hospital,
  }
}

function waitReady(child: ChildProcess, output: () => string, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo is not ready after ${seconds} s:\n${output()}`)), seconds * 1000)
    child.stdout?.on('data', () => { if (/Ready in/.test(output())) { clearTimeout(timer); resolve() } })
    child.once('exit', (code) => { clearTimeout(timer); reject(new Error(`the demo ended with ${code}:\n${output()}`)) })
  })
}

export interface DemoOptions {
  /** Another checkout to start, e.g. one that is broken on purpose. */
  readonly root?: string
  /** Settings beyond the address. */
  readonly env?: Readonly<Record<string, string>>
}

/** PostgreSQL's account must get through, or the cluster is made elsewhere and stays there. */
function emptyFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-e2e-'))
  fs.chmodSync(folder, 0o711)
  return folder
}

/** Free ports and an empty data folder (or the one given), for a demo that is not started yet. */
export const freeAddress = async (data = emptyFolder()): Promise<DemoAddress> => ({
  hospital: `http://127.0.0.1:${await freePort()}`, center: `http://127.0.0.1:${await freePort()}`, training: `http://127.0.0.1:${await freePort()}`, password: 'mat-khau-thu-nghiem-2026', pin: '274913', data, readySeconds: 0,
})

/** Starts (or starts again, on the same folder) and waits until both sites are ready. */
export async function startDemo(again?: DemoAddress, { root = ROOT, env = {} }: DemoOptions = {}): Promise<Demo> {
  const address = again ?? await freeAddress()
  const started = performance.now()
  const child = spawn(process.execPath, [path.join(root, 'infra/setup/start.ts')], { cwd: root, env: { ...environment(address), ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  const take = (chunk: Buffer): void => { text += String(chunk) }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const output = (): string => text
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => { if (child.exitCode === null && child.signalCode === null) { child.kill('SIGTERM'); await exited } }
  try {
    await waitReady(child, output, 240)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...address, readySeconds: (performance.now() - started) / 1000, pid: child.pid, output, stop }
}

/** `npm run demo -- stop center` on this demo; answers what it printed. */
export async function demoControl(address: DemoAddress, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [path.join(ROOT, 'infra/setup/demo-control.ts'), ...words], { cwd: ROOT, env: environment(address), stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => { text += String(chunk) })
  child.stderr.on('data', (chunk: Buffer) => { text += String(chunk) })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`demo ${words.join(' ')} ended with ${String(code)}: ${text}`)
  return text
}
