/** The background process as it really runs, killed in the middle of telling: another goes on, no event is lost, and none has another's number. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createFindCaller, mayRead } from '#api/compose-subscriptions.ts'
import { createHospitalExchange } from '#api/compose-exchange.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import { createMatcher } from '#api/store/subscription/match.ts'
import { buildPostings } from '#api/store/write/postings.ts'
import { reindexSome } from '#api/store/write/reindex.ts'
import { isWhole } from '#infra/setup/test-long.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'
import { openReceiver, type Receiver } from '#test/support/receiver.ts'

const BASE = '/fhir/R4'
const EVENTS = 120
const WORKER = fileURLToPath(new URL('../../../api/jobs/worker.ts', import.meta.url))
let site: TestSite
let client: TestCaller
let receiver: Receiver
let worker: ChildProcess | undefined
beforeAll(async () => {
  receiver = await openReceiver()
  site = await testSite({ environment: { EMR_SUBSCRIPTION_ENDPOINTS: receiver.origin } })
  client = await site.system()
})
afterAll(async () => {
  await kill()
  await site.close()
  await receiver.close()
})

const spawnWorker = (): void => {
  worker = spawn(process.execPath, [WORKER], { stdio: 'ignore', env: {
    PATH: process.env.PATH, EMR_ROLE: 'hospital', EMR_TENANT: '900', EMR_DEMO: '0', EMR_DATA: site.config.data, EMR_APP_DATABASE_URL: site.databases.appUrl, EMR_LOG: 'silent', EMR_SUBSCRIPTION_ENDPOINTS: receiver.origin,
  } })
}
const kill = async (): Promise<void> => {
  if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}
const told = (): { number: string; id: string }[] => receiver.calls.map(({ headers, body }) => ({ number: String(headers['x-emr-event-number']), id: (JSON.parse(body) as { id: string }).id }))
const distinct = (): number => new Set(told().map(({ number }) => number)).size

if (isWhole) it('tells of every change under one number of its own, without a gap, though it is killed again and again', async () => {
  const channel = { type: 'rest-hook', endpoint: receiver.origin, payload: 'application/fhir+json' }
  expect((await client.post(`${BASE}/Subscription`, { resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Basic?', channel })).status).toBe(201)
  spawnWorker()
  const made = Array.from({ length: EVENTS }, (_, at) => `b${at}`)
  const writing = (async () => {
    for (const id of made) await client.put(`${BASE}/Basic/${id}`, { resourceType: 'Basic', id, code: { text: 'x' } })
  })()
  // once when a call has arrived and is not answered, once when it has not, each time further on
  for (const [kills, answer] of [0, -1, 0, -1].entries()) {
    await expect.poll(distinct, { timeout: 30_000, interval: 10 }).toBeGreaterThan(kills * 20 + 5)
    const before = told().length + receiver.lost
    receiver.answer = answer
    await expect.poll(() => told().length + receiver.lost, { timeout: 30_000, interval: 1 }).toBeGreaterThan(before)
    await kill()
    receiver.answer = 200
    spawnWorker()
  }
  await writing
  await expect.poll(distinct, { timeout: 60_000, interval: 100 }).toBe(EVENTS)
  const byNumber = new Map<string, Set<string>>()
  for (const { number, id } of told()) byNumber.set(number, (byNumber.get(number) ?? new Set()).add(id))
  expect([...byNumber.keys()].map(Number).toSorted((one, other) => one - other)).toEqual(made.map((_, at) => at + 1))
  expect([...byNumber.values()].every((ids) => ids.size === 1)).toBe(true)
  expect(told().map(({ id }) => id).filter((id, at, all) => all.indexOf(id) === at).toSorted()).toEqual(made.toSorted())
  // what is sent again is what was under way when the process was killed
  expect(told().length).toBeLessThanOrEqual(EVENTS + 4)
  // first times come in the order of the numbers
  const first = told().map(({ number }) => Number(number)).filter((number, at, all) => all.indexOf(number) === at)
  expect(first).toEqual(first.toSorted((one, other) => one - other))
}, 120_000)

it('gives numbers and its place in the journal together or not at all', async () => {
  await kill()
  const channel = { type: 'websocket' }
  for (const status of ['requested', 'requested']) await client.post(`${BASE}/Subscription`, { resourceType: 'Subscription', status, reason: 'x', criteria: 'Basic?code:text=atomic', channel })
  for (let at = 0; at < 5; at += 1) await client.post(`${BASE}/Basic`, { resourceType: 'Basic', code: { text: 'atomic' } })
  const { database, config, parts } = site
  await (await createHospitalExchange({ database, secrets: config.secrets, clock: systemClock, ids: createIds(systemClock) })).sealer.seal()
  const findCaller = createFindCaller(900, parts.clients, () => undefined)
  let asked = 0
  const match = createMatcher({
    database, clock: systemClock, timeZone: config.timeZone, bases: [], may: mayRead,
    // the process ends after the first of them has its numbers
    findCaller: (subscriber) => { asked += 1; return asked === 2 ? Promise.reject(new Error('killed')) : findCaller(subscriber) },
  })
  await expect(match()).rejects.toThrow('killed')
  while (await match() > 0) { /* until the journal is at its end */ }
  const { rows } = await database.pool.query<{ numbers: string[] }>(`select array_agg(e.number::text order by e.number) as numbers from subscription s join subscription_event e using (tenant, id) where s.channel = 'websocket' group by s.id`)
  expect(rows.map(({ numbers }) => numbers)).toEqual([['1', '2', '3', '4', '5'], ['1', '2', '3', '4', '5']])
})

it('waits for the rows of numbers after an upgrade, and passes nothing by', async () => {
  await kill()
  expect((await client.post(`${BASE}/Subscription`, { resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Observation?value-quantity=lt3', channel: { type: 'websocket' } })).status).toBe(201)
  for (const value of [1, 2, 3]) {
    expect((await client.put(`${BASE}/Observation/n${value}`, { resourceType: 'Observation', id: `n${value}`, status: 'final', code: { text: 'x' }, valueQuantity: { value, unit: 'mmol/L' } })).status).toBe(201)
  }
  const { database, config, parts } = site
  await (await createHospitalExchange({ database, secrets: config.secrets, clock: systemClock, ids: createIds(systemClock) })).sealer.seal()
  const match = createMatcher({ database, clock: systemClock, timeZone: config.timeZone, bases: [], may: mayRead, findCaller: createFindCaller(900, parts.clients, () => undefined) })
  const numbers = `rid in (select rid from resource where id in ('n1', 'n2', 'n3'))`
  await database.pool.query(`update resource set pver = 1 where ${numbers}`)
  await database.pool.query(`delete from pst_num where ${numbers}`)
  expect(await match()).toBe(0)
  await reindexSome(database, (resource, type) => buildPostings(resource, type, { timeZone: config.timeZone, bases: [] }))
  while (await match() > 0) { /* until the journal is at its end */ }
  const { rows } = await database.pool.query<{ id: string }>(`select r.id from subscription_event e join resource r on r.tenant = e.tenant and r.rtype = e.rtype and r.rid = e.rid where r.${numbers} order by e.number`)
  expect(rows.map(({ id }) => id)).toEqual(['n1', 'n2'])
})

it('judges a version by itself also when the next one comes while it is judged', async () => {
  await kill()
  const made = await client.post(`${BASE}/Subscription`, { resourceType: 'Subscription', status: 'requested', reason: 'x', criteria: 'Basic?code:text=race', channel: { type: 'websocket' } })
  const id = String(made.headers.location).split('/').at(-3) ?? ''
  const put = async (text: string): Promise<number> => (await client.put(`${BASE}/Basic/race`, { resourceType: 'Basic', id: 'race', code: { text } })).status
  expect(await put('race')).toBe(201)
  const { database, config, parts } = site
  const { sealer } = await createHospitalExchange({ database, secrets: config.secrets, clock: systemClock, ids: createIds(systemClock) })
  await sealer.seal()
  const findCaller = createFindCaller(900, parts.clients, () => undefined)
  let overtaken = false
  const match = createMatcher({
    database, clock: systemClock, timeZone: config.timeZone, bases: [], may: mayRead,
    // what changed has been read; the statement that judges it has not begun
    findCaller: async (subscriber) => {
      if (!overtaken) {
        overtaken = true
        expect(await put('other')).toBe(200)
      }
      return findCaller(subscriber)
    },
  })
  while (await match() > 0) { /* until the journal is at its end */ }
  await sealer.seal()
  while (await match() > 0) { /* and the version that came meanwhile */ }
  expect(overtaken).toBe(true)
  const { rows } = await database.pool.query<{ ver: number }>('select ver from subscription_event where id = $1 order by number', [id])
  expect(rows.map(({ ver }) => ver)).toEqual([1])
})
