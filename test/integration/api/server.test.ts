/** The server as a process of its own on real sockets: it starts, answers, finishes what is under way when told to end, and says in one line why it does not start. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const SERVER = fileURLToPath(new URL('../../../api/server.ts', import.meta.url))
let databases: TestDatabase
let folder: string

beforeAll(async () => {
  databases = await testDatabase()
  folder = mkdtempSync(join(tmpdir(), 'emr-server-'))
})
afterAll(async () => {
  await databases.close()
  rmSync(folder, { recursive: true, force: true })
})

const freePort = async (): Promise<number> => {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

interface Process { readonly child: ChildProcess; readonly output: () => string; readonly ended: Promise<number | null> }

const run = (environment: Record<string, string>): Process => {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [SERVER], { env: { PATH, NODE_COMPILE_CACHE, EMR_ROLE: 'hospital', EMR_TENANT: '900', EMR_DEMO: '1', EMR_DATA: folder, EMR_APP_DATABASE_URL: databases.appUrl, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString() })
  return { child, output: () => output, ended: once(child, 'exit').then(([code]: unknown[]) => (typeof code === 'number' ? code : null)) }
}

const ready = async (address: string, process: Process): Promise<void> => {
  for (let turn = 0; turn < 300; turn += 1) {
    if (process.child.exitCode !== null) throw new Error(process.output())
    const answer = await fetch(`${address}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`not ready: ${process.output()}`)
}

describe('the server process', () => {
  it('starts, answers, and ends cleanly on SIGTERM', async () => {
    const port = await freePort()
    const address = `http://127.0.0.1:${port}`
    const server = run({ EMR_PORT: String(port) })
    await ready(address, server)
    expect((await fetch(`${address}/fhir/R4/metadata`)).status).toBe(200)
    expect((await fetch(`${address}/fhir/R4/Patient/Nguyễn?name=Bí+mật`)).status).toBe(401)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    for (const secret of ['Nguy', 'mật', 'm%E1']) expect(server.output()).not.toContain(secret)
    expect(server.output()).toContain('"route":"/fhir/R4/:type/:id"')
  })
  it.each([
    [{ EMR_HOST: '0.0.0.0' }, 'EMR_HOST: demo mode listens on this machine only'], [{ EMR_ROLE: 'demo' }, 'EMR_ROLE: a server is a hospital or a center'], [{ EMR_APP_DATABASE_URL: '' }, 'EMR_APP_DATABASE_URL:'],
  ])('does not start with %j, and says why', async (environment, line) => {
    const server = run(environment)
    expect(await server.ended).toBe(1)
    expect(server.output()).toContain(line)
  })
  it('does not start as the owner of the tables', async () => {
    const server = run({ EMR_APP_DATABASE_URL: databases.ownerUrl, EMR_PORT: String(await freePort()) })
    expect(await server.ended).toBe(1)
    expect(server.output()).toContain('emr_app')
  })
})
