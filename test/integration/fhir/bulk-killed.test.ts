/** The background process as it really runs, killed in the middle of bulk work and of making search rows anew: another goes on, and nothing is lost or done twice. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const LINES = 4_000
const WORKER = fileURLToPath(new URL('../../../api/jobs/worker.ts', import.meta.url))
let site: TestSite
let client: TestCaller
let worker: ChildProcess | undefined
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
})
afterAll(async () => {
  await kill()
  await site.close()
})

const spawnWorker = (): void => {
  worker = spawn(process.execPath, [WORKER], { stdio: 'ignore', env: { PATH: process.env.PATH, EMR_ROLE: 'hospital', EMR_TENANT: '900', EMR_DEMO: '0', EMR_DATA: site.config.data, EMR_APP_DATABASE_URL: site.databases.appUrl, EMR_LOG: 'silent' } })
}
const kill = async (): Promise<void> => {
  if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}
const pathOf = (address: unknown): string => new URL(String(address)).pathname
const one = async (text: string): Promise<string> => String(((await site.database.pool.query<{ n: string }>(text)).rows[0])?.n)

it('takes in every line of an import once, and lists each in an export, though it is killed again and again', async () => {
  const lines = Array.from({ length: LINES }, (_, at) => `{"resourceType":"Basic","id":"b${at}","code":{"text":"x"},"created":"2026-01-0${1 + (at % 9)}"}\n`)
  const sent = await client.call('POST', `${BASE}/$import`, { body: lines.join(''), type: 'application/fhir+ndjson', headers: { prefer: 'respond-async' } })
  expect(sent.status, sent.text).toBe(202)
  const status = pathOf(sent.headers['content-location'])
  let kills = 0
  const seen = new Set<string>()
  spawnWorker()
  for (let told = await client.get(status); told.status !== 200; told = await client.get(status)) {
    expect(told.status, told.text).toBe(202)
    const progress = String(told.headers['x-progress'])
    // each time further on
    if (kills < 2 && progress !== 'waiting' && !seen.has(progress)) {
      seen.add(progress)
      await kill()
      kills += 1
      spawnWorker()
    }
    await sleep(5)
  }
  expect(kills).toBe(2)
  expect((await client.get(status)).json<{ counts: object }>().counts).toEqual({ created: LINES, updated: 0, unchanged: 0, refused: 0 })
  expect(await one(`select count(*) as n from resource where rtype = (select rtype from resource where id = 'b0') and ver = 1`)).toBe(String(LINES))
  expect(await one('select count(*) as n from resource_history')).toBe('0')
  expect(await one(`select count(*) as n from audit_log where interaction = 'create' and rtype = 'Basic'`)).toBe(String(LINES))
  expect(await one(`select sum(json_array_length(refs::json)) as n from journal`)).toBe(String(LINES))
  const asked = await client.get(`${BASE}/$export?_type=Basic`, { prefer: 'respond-async' })
  await expect.poll(async () => (await client.get(pathOf(asked.headers['content-location']))).status, { timeout: 20_000 }).toBe(200)
  const [file] = (await client.get(pathOf(asked.headers['content-location']))).json<{ output: { url: string }[] }>().output
  const ids = (await client.get(pathOf(file?.url))).text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id)
  expect(ids.toSorted()).toEqual(lines.map((_, at) => `b${at}`).toSorted())
}, 120_000)

it('makes the search rows of an earlier version anew, each once, though it is killed again and again', async () => {
  const tables = ['posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref']
  const rows = (): Promise<string[]> => Promise.all(tables.map((table) => one(`select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as n from ${table} t`)))
  const left = async (): Promise<number> => Number(await one('select count(*) as n from resource where pver < 2'))
  const facts = (): Promise<string> => one(`select md5(string_agg(concat_ws(' ', rtype, id, ver, ts, phash, d, present), ',' order by rtype, id)) as n from resource`)
  await kill()
  const [before, same] = [await rows(), await facts()]
  await site.database.pool.query(`update resource set pver = 1, phash = 0, present = '{}' where rid in (select rid from resource order by rid limit 1200)`)
  for (const table of ['pst_date', 'pst_str', 'posting']) await site.database.pool.query(`delete from ${table} where rid in (select rid from resource where pver = 1)`)
  let kills = 0
  spawnWorker()
  for (let last = await left(), now = last; now > 0; now = await left()) {
    // each time further on
    if (kills < 2 && now < last) {
      await kill()
      kills += 1
      last = await left()
      spawnWorker()
    }
    await sleep(5)
  }
  await kill()
  expect(kills).toBe(2)
  expect(await rows()).toEqual(before)
  expect(await facts()).toBe(same)
}, 60_000)
