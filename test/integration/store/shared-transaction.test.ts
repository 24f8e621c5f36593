/** Small writes that share a transaction: each with its own verdict, none answered before the commit, none lost or done twice. */
import type { PoolClient } from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outcome } from '#api/model/outcome.ts'
import type { ResourceStore, StoreTransaction, Write } from '#api/model/ports.ts'
import type { Database } from '#api/store/connection/database.ts'
import { inTransaction } from '#api/store/connection/entity-driver.ts'
import { createResourceStore, transactionParts } from '#api/store/resource-store.ts'
import { applyJobs } from '#api/store/write/apply-writes.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { clock, observation, openStore, patient, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
let database: Database
const me = system()

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
  database = await site.open(900)
  await store.transact(me, (tx) => tx.write([create('an')]))
})
afterAll(() => site.close())

const create = (id: string): Write => ({ op: 'create', key: { type: 'Patient', id }, resource: patient(id) })
const observe = (id: string, more = ''): Write => ({ op: 'create', key: { type: 'Observation', id }, resource: observation(id, 'an', more) })
const ofMany = (count: number, work: (at: number) => Promise<unknown>): Promise<PromiseSettledResult<unknown>[]> => Promise.allSettled(Array.from({ length: count }, (_, at) => work(at)))
const verdicts = (results: readonly PromiseSettledResult<unknown>[]): unknown[] => results.map((result) => (result.status === 'fulfilled' ? 'stored' : (result.reason as { code?: string }).code ?? String(result.reason)))
const one = async (text: string): Promise<number> => Number((await database.pool.query<{ n: string }>(text)).rows[0]?.n)

test('many at once are all there after their answers, found by search, audited and journaled, in far fewer transactions', async () => {
  const seen = await ofMany(100, async (at) => {
    await store.transactShared(me, (tx) => tx.write([observe(`many-${at}`)]))
    // the answer is no promise: another connection sees it
    return (await store.read(me, { type: 'Observation', id: `many-${at}` }))?.version
  })
  expect(seen.map((result) => result.status === 'fulfilled' && result.value)).toEqual(Array.from({ length: 100 }, () => 1))
  expect(await one(`select count(distinct xmin::text) as n from resource where id like 'many-%'`)).toBeLessThan(20)
  expect((await store.search(me, { type: 'Observation', parameters: [['patient', 'an'], ['_summary', 'count']], strict: true })).total).toBe(100)
  expect(await one(`select count(*) as n from audit_log where resource_id like 'many-%' and action = 'C'`)).toBe(100)
  expect(await one(`select count(*) as n from journal, json_array_elements(refs::json) as ref where ref ->> 'id' like 'many-%'`)).toBe(100)
})

test('works of several writes share as far as there is room, each whole', async () => {
  const results = verdicts(await ofMany(20, (at) => store.transactShared(me, (tx) => tx.write(Array.from({ length: 14 }, (_, n) => observe(`room-${at}-${n}`))), 14)))
  expect(new Set(results)).toEqual(new Set(['stored']))
  const { rows } = await database.pool.query<{ n: string; works: string }>(`select count(*) as n, count(distinct split_part(id, '-', 2)) as works from resource where id like 'room-%' group by xmin::text`)
  expect(rows.length).toBeLessThan(10)
  expect(rows.every(({ n, works }) => Number(n) <= 96 && Number(n) === Number(works) * 14)).toBe(true)
})

test('each has its own verdict: of those who change one version one wins, and nobody else is drawn in', async () => {
  const change = (id: string, expected: number, at: number): Write => ({ op: 'update', key: { type: 'Patient', id }, expected, resource: patient(id, `"birthDate":"${1900 + expected * 16 + at}"`) })
  await store.transact(me, (tx) => tx.write([create('verdict-a'), create('verdict-b')]))
  for (let round = 1; round <= 5; round += 1) {
    const results = verdicts(await ofMany(24, (at) => store.transactShared(me, (tx) => tx.write([
      at < 8 ? change('verdict-a', round, at) : at < 16 ? change('verdict-b', round, at) : at < 20 ? create('an') : observe(`verdict-${round}-${at}`),
    ]))))
    for (const some of [results.slice(0, 8), results.slice(8, 16)]) expect(some.toSorted()).toEqual(['stored', ...Array.from({ length: 7 }, () => 'version-conflict')])
    expect(results.slice(16)).toEqual([...Array.from({ length: 4 }, () => 'already-exists'), ...Array.from({ length: 4 }, () => 'stored')])
  }
})

test('one that fails after it has written leaves nothing, and the others are stored', async () => {
  const results = verdicts(await ofMany(6, (at) => store.transactShared(me, async (tx) => {
    await tx.write([observe(`late-${at}`)])
    if (at === 3) throw outcome('forbidden')
  })))
  expect(results).toEqual(['stored', 'stored', 'stored', 'forbidden', 'stored', 'stored'])
  expect(await one(`select count(*) as n from resource where id like 'late-%'`)).toBe(5)
  expect(await one(`select count(*) as n from audit_log where resource_id like 'late-%'`)).toBe(5)
})

test('what needs a transaction of its own gets one, and reads of heads are told apart', async () => {
  const work = (at: number) => async (tx: StoreTransaction): Promise<unknown> => {
    const found = at % 2 === 0 ? await tx.heads([{ type: 'Patient', id: 'an' }, { type: 'Patient', id: `nobody-${at}` }]) : (await tx.search({ type: 'Patient', parameters: [['_id', 'an']], strict: true })).matches
    await tx.write([observe(`own-${at}`)])
    return found.map(({ id }) => id).join()
  }
  const results = await ofMany(8, (at) => store.transactShared(me, work(at)))
  expect(results.map((result) => result.status === 'fulfilled' && result.value)).toEqual(Array.from({ length: 8 }, () => 'an'))
  expect(await one(`select count(*) as n from resource where id like 'own-%'`)).toBe(8)
})

/** A store whose connections fail at one kind of statement, once. */
const failingAt = (word: string, failure: () => Error = () => new Error('Connection terminated unexpectedly')): ResourceStore => {
  let left = 1
  const pool = new Proxy(database.pool, {
    get: (target, name) => (name !== 'connect' ? Reflect.get(target, name) as unknown : async () => {
      const client = await target.connect()
      return new Proxy(client, {
        get: (own, member) => {
          const value: unknown = Reflect.get(own, member)
          if (member !== 'query') return typeof value === 'function' ? value.bind(own) as unknown : value
          return (...words: unknown[]): unknown => {
            const text = typeof words[0] === 'string' ? words[0] : (words[0] as { text: string }).text
            if (left > 0 && text.includes(word)) {
              left -= 1
              return Promise.reject(failure())
            }
            return (own.query as (...all: unknown[]) => unknown)(...words)
          }
        },
      })
    }),
  })
  return createResourceStore({ database: { ...database, pool, withTransaction: (work) => inTransaction(pool, work) }, clock })
}

test('when the commit is lost nobody is told that it is stored, and nobody is run again: it may have happened', async () => {
  const failing = failingAt('commit')
  const calls = [0, 0, 0]
  const results = verdicts(await ofMany(3, (at) => failing.transactShared(me, (tx) => {
    calls[at] = (calls[at] ?? 0) + 1
    return tx.write([observe(`lost-${at}`)])
  })))
  expect([results, calls]).toEqual([['database-unavailable', 'database-unavailable', 'database-unavailable'], [1, 1, 1]])
})

test('when something breaks before the commit each runs again alone, once', async () => {
  const failing = failingAt('insert into resource')
  expect(verdicts(await ofMany(4, (at) => failing.transactShared(me, (tx) => tx.write([observe(`again-${at}`)]))))).toEqual(['stored', 'stored', 'stored', 'stored'])
  expect(await one(`select count(*) as n from resource where id like 'again-%' and ver = 1`)).toBe(4)
})

test('when PostgreSQL refuses the last statement, which goes out with the commit, nothing is stored and each runs again alone', async () => {
  const failing = failingAt('into journal', () => Object.assign(new Error('deadlock detected'), { code: '40P01' }))
  const calls = [0, 0, 0]
  const results = verdicts(await ofMany(3, (at) => failing.transactShared(me, (tx) => {
    calls[at] = (calls[at] ?? 0) + 1
    return tx.write([observe(`refused-${at}`)])
  })))
  // the test refuses in PostgreSQL's place, which committed the rest: so the others find themselves
  expect([results, calls]).toEqual([['already-exists', 'already-exists', 'already-exists'], [2, 2, 2]])
})

test('a transaction that PostgreSQL has given up is told as failed, although its commit was answered', async () => {
  const broken = database.withTransaction(async (client) => {
    await client.query('select 1/0').catch(() => undefined)
  })
  await expect(broken).rejects.toThrow('failed before its commit')
  const last = database.withTransaction((client, withCommit) => {
    withCommit(client.query('select 1/0'))
    return Promise.resolve()
  })
  await expect(last).rejects.toThrow('division by zero')
})

test('what waits for a row that others hold does not hold up the rest', async () => {
  const changing = (): Promise<unknown> => store.transactShared(me, (tx) => tx.write([{ op: 'update', key: { type: 'Patient', id: 'held' }, resource: patient('held', '"birthDate":"1999"') }]))
  await store.transact(me, (tx) => tx.write([create('held')]))
  let waiting: Promise<unknown>[] = []
  await database.withTransaction(async (client) => {
    await client.query(`select from resource where id = 'held' for update`)
    waiting = [changing(), store.transactShared(me, (tx) => tx.write([observe('beside-held')]))]
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(verdicts(await ofMany(3, (at) => store.transactShared(me, (tx) => tx.write([observe(`past-held-${at}`)]))))).toEqual(['stored', 'stored', 'stored'])
  })
  expect(verdicts(await Promise.allSettled(waiting))).toEqual(['stored', 'stored'])
})

test('under an id that was made up just now nobody is looked for, and nothing is replaced', async () => {
  const fresh = (id: string): Write => ({ op: 'create', key: { type: 'Observation', id }, resource: observation(id, 'an'), fresh: true })
  expect(verdicts(await ofMany(3, (at) => store.transactShared(me, (tx) => tx.write([fresh(`fresh-${at}`)]))))).toEqual(['stored', 'stored', 'stored'])
  await expect(store.transact(me, (tx) => tx.write([fresh('fresh-0')]))).rejects.toThrow('duplicate key')
  expect(await one(`select count(*) as n from resource where id like 'fresh-%' and ver = 1`)).toBe(3)
})

test('one that fails before it asks for anything is told so at once, whenever that is, and nobody else is drawn in', async () => {
  // connections take their time, so that some fail while the transaction that they are in is about to begin
  const slow = createResourceStore({ database: { ...database, withTransaction: async (work) => { await sleep(6); return database.withTransaction(work) } }, clock })
  const results = await ofMany(200, (at) => slow.transactShared(me, async (tx) => {
    if (at % 2 === 1) await sleep(at % 16)
    if (at % 4 === 3) throw outcome('forbidden')
    return (await tx.write([observe(`early-${at}`)]))[0]?.id
  }))
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as { code?: string }).code))).toEqual(Array.from({ length: 200 }, (_, at) => (at % 4 === 3 ? 'forbidden' : `early-${at}`)))
  expect(await one(`select count(*) as n from resource where id like 'early-%' and ver = 1`)).toBe(150)
})

test('a work begins when it comes, beside the transaction that others wait for', async () => {
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query(`select from resource where tenant = 900 and id = 'an' for update`)
  const held = store.transactShared(me, (tx) => tx.write([{ op: 'update', key: { type: 'Patient', id: 'an' }, resource: patient('an', '"gender":"other"') }]))
  await sleep(10)
  let begun = false
  const behind = store.transactShared(me, (tx) => { begun = true; return tx.write([observe('behind')]) })
  expect(begun).toBe(true)
  await holder.query('rollback')
  holder.release()
  expect((await Promise.all([held, behind])).map(([written]) => written?.op)).toEqual(['updated', 'created'])
})

test('writes that are sent in parts are stored whole or not at all, each with its own verdict', async () => {
  const parts = transactionParts({ database, clock })
  const jobs = (word: string) => Array.from({ length: 25 }, (_, at) => ({ caller: me, writes: [at === 7 ? create('an') : observe(`${word}-${at}`)] }))
  const apply = (word: string, spoil?: (client: PoolClient) => Promise<unknown>) => database.withTransaction(async (client) => {
    const done = applyJobs(parts, client, jobs(word), 10)
    await spoil?.(client)
    return done
  })
  expect((await apply('parts')).map(({ ok }) => ok)).toEqual(Array.from({ length: 25 }, (_, at) => at !== 7))
  expect(await one(`select count(*) as n from resource where id like 'parts-%'`)).toBe(24)
  // fails between the first part and the next
  await expect(apply('spoilt', async (client) => { await sleep(1); await expect(client.query('select 1/0')).rejects.toThrow('division by zero') })).rejects.toThrow()
  expect(await one(`select count(*) as n from resource where id like 'spoilt-%'`)).toBe(0)
  expect(await one(`select count(*) as n from audit_log where resource_id like 'spoilt-%'`)).toBe(0)
})
