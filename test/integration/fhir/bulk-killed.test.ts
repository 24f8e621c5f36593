/** The background process as it really runs, killed in the middle of bulk work and of making search rows anew: another goes on, and nothing is lost or done twice. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { POSTING_VERSION } from '#api/store/write/posting-set.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const LINES = 3_000
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

/** Until the work is done (undefined): whenever it has come further it is killed, twice, or at least so often where it is quick, and another process goes on. */
const killTwice = async (progress: () => Promise<string | undefined>, least = 2): Promise<void> => {
  let kills = 0
  const seen = new Set<string>()
  spawnWorker()
  for (let told = await progress(); told !== undefined; told = await progress()) {
    if (kills < 2 && told !== '' && !seen.has(told)) {
      await kill()
      // what it did before it died counts as seen
      seen.add(told).add(await progress() ?? '')
      kills += 1
      spawnWorker()
    }
    await sleep(2)
  }
  expect(kills).toBeGreaterThanOrEqual(least)
}
const idsIn = async (status: string): Promise<string[]> => {
  const { output } = (await client.get(status)).json<{ output: { url: string }[] }>()
  const files = await Promise.all(output.map(async ({ url }) => (await client.get(pathOf(url))).text.trimEnd().split('\n')))
  return files.flat().map((line) => (JSON.parse(line) as { id: string }).id)
}
const LINE = Array.from({ length: LINES }, (_, at) => `{"resourceType":"Observation","id":"b${at}","status":"final","code":{"text":"x"},"effectiveDateTime":"2026-01-0${1 + (at % 9)}","valueQuantity":{"value":${at},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}\n`)

it('takes in every line of an import once, though it is killed again and again', async () => {
  const sent = await client.call('POST', `${BASE}/$import`, { body: LINE.join(''), type: 'application/fhir+ndjson', headers: { prefer: 'respond-async' } })
  expect(sent.status, sent.text).toBe(202)
  const status = pathOf(sent.headers['content-location'])
  await killTwice(async () => {
    const told = await client.get(status)
    if (told.status === 200) return undefined
    expect(told.status, told.text).toBe(202)
    return told.headers['x-progress'] === 'waiting' ? '' : String(told.headers['x-progress'])
  })
  await kill()
  expect((await client.get(status)).json<{ counts: object }>().counts).toEqual({ created: LINES, updated: 0, unchanged: 0, refused: 0 })
  expect(await one(`select count(*) as n from resource where rtype = (select rtype from resource where id = 'b0') and ver = 1`)).toBe(String(LINES))
  expect(await one('select count(*) as n from resource_history')).toBe('0')
  expect(await one(`select count(*) as n from audit_log where interaction = 'create' and rtype = 'Observation'`)).toBe(String(LINES))
  expect(await one(`select sum(json_array_length(refs::json)) as n from journal`)).toBe(String(LINES))
}, 120_000)

it('makes the search rows of an earlier version anew, each once, though it is killed again and again; an export by numbers waits for them', async () => {
  const tables = ['posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref']
  const rows = (): Promise<string[]> => Promise.all(tables.map((table) => one(`select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as n from ${table} t where t.rid in (select r.rid from resource r where r.id like 'b%')`)))
  const left = async (): Promise<number> => Number(await one(`select count(*) as n from resource where pver < ${POSTING_VERSION}`))
  const facts = (): Promise<string> => one(`select md5(string_agg(concat_ws(' ', rtype, id, ver, ts, phash, d, present), ',' order by rtype, id)) as n from resource where id like 'b%'`)
  await kill()
  // asked for before the upgrade: numbers are judged when their rows are there
  const asked = await client.get(`${BASE}/$export?_type=Observation&_typeFilter=${encodeURIComponent('Observation?value-quantity=ge0')}`, { prefer: 'respond-async' })
  const [before, same] = [await rows(), await facts()]
  await site.database.pool.query(`update resource set pver = 1, phash = 0, present = '' where rid in (select rid from resource where id like 'b%' order by rid limit 1200)`)
  for (const table of tables) await site.database.pool.query(`delete from ${table} where rid in (select rid from resource where pver = 1)`)
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
  await expect.poll(async () => (await client.get(pathOf(asked.headers['content-location']))).status, { timeout: 20_000 }).toBe(200)
  expect((await idsIn(pathOf(asked.headers['content-location']))).length).toBe(LINES)
  await kill()
  expect(kills).toBe(2)
  expect(await rows()).toEqual(before)
  expect(await facts()).toBe(same)
}, 120_000)

it('lists every resource of an export once, though it is killed again and again', async () => {
  // one slice for each type, and two for this one
  await site.database.pool.query(`
    insert into resource select * from jsonb_populate_recordset(null::resource, (select jsonb_agg(to_jsonb(r) || jsonb_build_object('rid', r.rid - 400000000000, 'id', 'c' || r.id, 'body', replace(r.body, '"id":"b', '"id":"cb'))) from resource r where r.id like 'b%'))`)
  const asked = await client.get(`${BASE}/$export`, { prefer: 'respond-async' })
  const status = pathOf(asked.headers['content-location'])
  await killTwice(async () => {
    const place = await one(`select case when state = 'done' then null when state = 'waiting' then '' else place::text end as n from bulk_job where kind = 'export' order by asked_at desc limit 1`)
    return place === 'null' ? undefined : place
  }, 1)
  await kill()
  const ids = (await idsIn(status)).filter((id) => /^c?b\d/.test(id))
  expect(ids.toSorted()).toEqual(LINE.flatMap((_, at) => [`b${at}`, `cb${at}`]).toSorted())
}, 120_000)
