/** The embedded PostgreSQL: durable across kill -9, alone on its folder, and gone when its owner is gone. */
import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded, type EmbeddedCluster } from '#infra/postgres/embedded.ts'
import { findPostmaster, isAlive, waitForEnd } from '#infra/postgres/postmaster.ts'
import { isWhole } from '#infra/setup/test-long.ts'

let folder = ''
let options = { folder: '', secrets: '' }
const own = fileURLToPath(new URL('fixtures/own-cluster.ts', import.meta.url))

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-embedded-'))
  fs.chmodSync(folder, 0o711)
  options = { folder: path.join(folder, 'postgres'), secrets: path.join(folder, 'secrets') }
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

async function query(cluster: EmbeddedCluster, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: cluster.adminUrl() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Another process that opens the cluster and stays. */
async function startOwner(): Promise<{ owner: ChildProcess; postmaster: number }> {
  const owner = fork(own, [options.folder, options.secrets], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const postmaster = await new Promise<number>((resolve, reject) => {
    owner.once('message', (pid) => resolve(Number(pid)))
    owner.once('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
  return { owner, postmaster }
}

/** The guard shares the server's session; it waits for the end of the pipe. */
const sessionOf = (leader: number): { pid: number; command: string }[] => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
  try {
    const [, command = '', rest = ''] = /\((.*)\) (.*)/s.exec(fs.readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
    return Number(rest.split(' ')[3]) === leader ? [{ pid: Number(name), command }] : []
  } catch {
    return [] // ended meanwhile
  }
})

test('is durable, checks its pages, listens on this machine only and trusts nobody', async () => {
  const cluster = await openEmbedded(options)
  const [settings] = await query(cluster, `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
    current_setting('data_checksums') as sums, current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets`)
  expect(settings).toEqual({ fsync: 'on', commit: 'on', pages: 'on', sums: 'on', listen: '127.0.0.1', sockets: '' })
  const rules = await query(cluster, 'select distinct auth_method from pg_hba_file_rules')
  expect(rules).toEqual([{ auth_method: 'scram-sha-256' }])
  const wrong = new pg.Client({ connectionString: cluster.adminUrl().replace(/:[^:@]+@/, ':wrong@') })
  await expect(wrong.connect()).rejects.toThrow('password authentication failed')
  expect(fs.statSync(path.join(options.secrets, 'postgres-administrator')).mode & 0o777).toBe(0o600)
  expect(fs.statSync(options.secrets).mode & 0o777).toBe(0o700)
  expect(fs.readdirSync(folder).filter((name) => name.includes('password'))).toEqual([])
  await cluster.stop()
  expect(isAlive(cluster.pid)).toBe(false)
})

test('keeps every acknowledged row when the server is killed, and starts again on the same port', async () => {
  const cluster = await openEmbedded(options)
  await query(cluster, 'create table if not exists kept (n int)')
  const writer = new pg.Client({ connectionString: cluster.adminUrl() })
  writer.on('error', () => undefined)
  await writer.connect()
  let acknowledged = 0
  const writing = (async () => {
    for (;;) {
      await writer.query('insert into kept values ($1)', [acknowledged + 1])
      acknowledged += 1
      if (acknowledged === 300) process.kill(cluster.pid, 'SIGKILL')
    }
  })()
  await expect(writing).rejects.toThrow()
  await cluster.ended
  const again = await openEmbedded({ ...options, port: cluster.port })
  expect(again.port).toBe(cluster.port)
  const [row] = await query(again, 'select count(*)::int as rows, max(n) as last from kept')
  expect(row?.rows).toBe(row?.last)
  expect(Number(row?.rows)).toBeGreaterThanOrEqual(acknowledged)
  await again.stop()
})

if (isWhole) test('leaves no server behind when its owner is killed', async () => {
  const { owner, postmaster } = await startOwner()
  owner.kill('SIGKILL')
  expect(await waitForEnd(postmaster, 10_000)).toBe(true)
  const cluster = await openEmbedded(options)
  expect((await query(cluster, 'select count(*)::int as rows from kept'))[0]?.rows).toBeGreaterThan(0)
  await cluster.stop()
})

if (isWhole) test('stops an orphan whose guard was killed too, and starts its own server', async () => {
  const { owner, postmaster } = await startOwner()
  const guards = sessionOf(postmaster).filter(({ command }) => command === 'sh' || command === 'cat').map(({ pid }) => pid)
  expect(guards.length).toBeGreaterThan(0)
  for (const guard of guards) process.kill(guard, 'SIGKILL')
  owner.kill('SIGKILL')
  await waitForEnd(owner.pid ?? 0, 5000)
  expect(isAlive(postmaster)).toBe(true)
  const said: string[] = []
  const cluster = await openEmbedded({ ...options, log: (line) => said.push(line) })
  expect(said.join()).toContain('left over from a run that was killed')
  expect(isAlive(postmaster)).toBe(false)
  await cluster.stop()
})

test('refuses a folder that a living process uses', async () => {
  const { owner } = await startOwner()
  await expect(openEmbedded(options)).rejects.toThrow(`in use by process ${owner.pid}`)
  const ended = new Promise((resolve) => owner.once('exit', resolve))
  owner.send('stop')
  await ended
})

if (isWhole) test('is not misled by a lock file whose process number another program has today', async () => {
  const cluster = await openEmbedded(options)
  const lock = path.join(cluster.data, 'postmaster.pid')
  const text = fs.readFileSync(lock, 'utf8')
  const { uid, gid } = fs.statSync(lock)
  await cluster.stop()
  fs.writeFileSync(lock, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 })
  fs.chownSync(lock, uid, gid)
  const again = await openEmbedded(options)
  expect(findPostmaster(again.data)?.pid).toBe(again.pid)
  await again.stop()
})

test.runIf(process.getuid?.() === 0)('runs for root under a folder that nobody else may enter', async () => {
  const closed = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-closed-'))
  const inside = path.join(closed, 'checkout/.data')
  const cluster = await openEmbedded({ folder: path.join(inside, 'postgres'), secrets: path.join(inside, 'secrets') })
  expect(fs.readlinkSync(path.join(inside, 'postgres'))).toBe(cluster.data)
  expect(cluster.data).toMatch(/^\/var\/lib\/quan-y-emr\//)
  await cluster.stop()
  const again = await openEmbedded({ folder: path.join(inside, 'postgres'), secrets: path.join(inside, 'secrets') })
  expect(again.data).toBe(cluster.data)
  await again.stop()
  fs.rmSync(cluster.data, { recursive: true })
  fs.rmSync(closed, { recursive: true })
})
