import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseAuditSearch } from '#api/fhir/audit-search.ts'
import type { AuditLog, ResourceStore } from '#api/model/ports.ts'
import { sealAuditChain } from '#api/store/audit/chain.ts'
import { compileAudit, createAuditLog } from '#api/store/audit/log.ts'
import { createCareRelations } from '#api/store/people/care-relations.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost } from '#test/support/plan-cost.ts'
import { clock, doctor, openStore, patient, system } from './support.ts'

let site: TestDatabase
let database: Database
let store: ResourceStore
let audit: AuditLog

beforeAll(async () => { site = await testDatabase() })
afterAll(() => site.close())

// each test has a tenant, and so a chain, of its own
let tenant = 1000
beforeEach(async () => {
  database = await site.open(++tenant)
  store = await openStore(site, tenant)
  audit = createAuditLog({ database, clock })
})

const read = (id: string) => audit.record(doctor('a1', []), { action: 'R', interaction: 'read', type: 'Patient', id, patient: id, outcome: 'success' })
const sealAll = async () => { while (await sealAuditChain(database) > 0); }
const tamper = (text: string) => site.asOwner(tenant, text)

describe('audit rows', () => {
  test('100 reads at once are all there, in few commits', async () => {
    const before = (await database.pool.query('select pg_current_xact_id()::text::int8 as x')).rows[0].x
    await Promise.all(Array.from({ length: 100 }, (_, at) => read(`p${at}`)))
    const after = (await database.pool.query('select pg_current_xact_id()::text::int8 as x')).rows[0].x
    expect(await audit.find({ count: 1000 })).toHaveLength(100)
    expect(Number(after) - Number(before)).toBeLessThan(20)
  })
  test('what is seen after breaking the glass says so, of that patient and for that person alone', async () => {
    await read('p1')
    await createCareRelations({ database, clock }).breakGlass(doctor('a1', []), 'p1', 'Cấp cứu', '2100-01-01T00:00:00Z')
    await read('p1')
    await read('p2')
    await audit.record(doctor('a2', []), { action: 'R', interaction: 'read', type: 'Patient', id: 'p1', patient: 'p1', outcome: 'success' })
    const rows = (await audit.find({ interaction: 'read', count: 10 })).toReversed()
    expect(rows.map((row) => [row.account, row.patient, row.purpose])).toEqual([['a1', 'p1', 'TREAT'], ['a1', 'p1', 'BTG'], ['a1', 'p2', 'TREAT'], ['a2', 'p1', 'TREAT']])
    await sealAll()
    expect((await audit.verifyChain()).ok).toBe(true)
  })
  test('a write leaves its row in the same transaction, a refused one none', async () => {
    await store.transact(system(tenant), (tx) => tx.write([{ op: 'create', key: { type: 'Patient', id: 'w' }, resource: patient('w') }]))
    await expect(store.transact(system(tenant), async (tx) => {
      await tx.write([{ op: 'delete', key: { type: 'Patient', id: 'w' } }])
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(await audit.find({ patient: 'w', count: 10 })).toMatchObject([{ action: 'C', interaction: 'create', type: 'Patient', resourceId: 'w', version: 1, patient: 'w', who: 'test', outcome: 'success' }])
  })
  test('are found by account, patient, interaction and time, newest first, page by page', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await read(id)
    const all = await audit.find({ count: 10 })
    expect(all.map((row) => row.resourceId)).toEqual(['d', 'c', 'b', 'a'])
    expect((await audit.find({ count: 2, before: all[1]?.id ?? '' })).map((row) => row.resourceId)).toEqual(['b', 'a'])
    expect(await audit.find({ count: 10, account: 'nobody' })).toEqual([])
    expect(await audit.find({ count: 10, account: 'a1', interaction: 'read', patient: 'b' })).toHaveLength(1)
    expect(await audit.find({ count: 10, to: all[3]?.at ?? '' })).toEqual([])
    expect(await audit.find({ count: 10, from: all[3]?.at ?? '' })).toHaveLength(4)
    expect(await audit.find({ count: 10, before: "1'; drop" })).toEqual([])
  })
  test('are found by what was touched at a cost that does not grow with the log', async () => {
    const fill = (from: number, to: number): Promise<unknown> => site.asOwner(tenant, `insert into audit_log (tenant, aid, at, action, interaction, rtype, resource_id, patient, outcome, who, purpose)
      select ${tenant}, n, now() - n * interval '1 second', 'R', 'read', 'Observation', 'o' || n % ${to}, 'p' || n % 7, 'success', 'test', 'TREAT' from generate_series(${from}, ${to - 1}) n`)
    const cost = async (query: string): Promise<number> => {
      const { entity } = parseAuditSearch([['entity', query]], { count: 50, strict: true, timeZone: 'UTC', now: new Date(), bases: [] }).query
      return (await planCost(database, compileAudit(tenant, { count: 50, ...(entity && { entity }) }), false)).rows
    }
    await fill(1, 500)
    await site.asOwner(tenant, 'analyze audit_log')
    const [one, two] = [await cost('Observation/o7'), await cost('Observation/o7,Observation/o8')]
    await fill(500, 20_000)
    await site.asOwner(tenant, 'analyze audit_log')
    expect([await cost('Observation/o7'), await cost('Observation/o7,Observation/o8')]).toEqual([one, two])
    expect(one).toBeLessThan(10)
    expect((await audit.find({ count: 5, entity: [{ type: 'Observation', id: 'o7' }] })).map(({ resourceId }) => resourceId)).toEqual(['o7'])
  })
  test('hold what a hostile client sends without failing', async () => {
    await audit.record({ ...system(tenant), address: '::1' }, { action: 'E', interaction: 'search-type', outcome: 'refused', detail: 'a\0b\ud800' })
    expect((await audit.find({ count: 1 }))[0]?.detail).toBe('ab\ufffd')
  })
  test('the server may add rows and do nothing else with them', async () => {
    for (const statement of ['update audit_log set who = $$x$$', 'delete from audit_log', 'truncate audit_log', 'update audit_chain set seq = 1', 'delete from audit_chain', 'delete from resource_history',
      'update resource_history set body = $$x$$', 'delete from resource', 'drop table resource', 'alter table resource disable row level security', 'set role emr_owner']) {
      await expect(database.pool.query(statement), statement).rejects.toThrow(/permission denied|must be owner/)
    }
  })
})

describe('the chain', () => {
  test('numbers rows without gaps, also with four sealers at once', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, at) => read(`p${at}`)))
    for (let turn = 0; turn < 12; turn++) await Promise.all([1, 2, 3, 4].map(() => sealAuditChain(database, 7)))
    const seqs = (await audit.find({ count: 100 })).map((row) => row.seq).sort((a, b) => Number(a) - Number(b))
    expect(seqs).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
    expect(await audit.verifyChain()).toEqual({ ok: true, sealed: 60 })
  })
  test('an empty chain, and rows that still wait, are whole', async () => {
    expect(await audit.verifyChain()).toEqual({ ok: true, sealed: 0 })
    await read('p')
    expect(await audit.verifyChain()).toEqual({ ok: true, sealed: 0 })
  })
  const cases: [string, string, number][] = [
    ['a changed row', `update audit_log set who = 'nobody' where aid = (select aid from audit_chain where seq = 3)`, 3],
    ['a back-dated row', `update audit_log set at = at - interval '1 day' where aid = (select aid from audit_chain where seq = 2)`, 2],
    ['a removed row', `delete from audit_log where aid = (select aid from audit_chain where seq = 4)`, 4],
    ['a removed link', `delete from audit_chain where seq = 2`, 2],
    ['a removed last link', `delete from audit_chain where seq = 5`, 5],
    ['two links swapped', `update audit_chain c set aid = -o.aid from audit_chain o where o.seq = 5 - c.seq and c.seq in (2, 3)`, 2],
    ['a row slipped in', `insert into audit_log select tenant, 1, at, action, interaction, rtype, resource_id, version, patient, outcome, detail, who, account, purpose, address from audit_log limit 1`, 6],
    ['a re-hashed link', `update audit_chain set hash = sha256('x') where seq = 1`, 1],
  ]
  test.each(cases)('%s is found and located', async (_, statement, brokenAt) => {
    for (const id of ['1', '2', '3', '4', '5']) await read(id)
    await sealAll()
    expect(await audit.verifyChain()).toEqual({ ok: true, sealed: 5 })
    await tamper(statement)
    expect(await audit.verifyChain()).toMatchObject({ ok: false, brokenAt })
  })
  test('rows sealed in batches verify as one chain', async () => {
    for (const id of ['1', '2', '3', '4', '5']) { await read(id); await sealAuditChain(database, 2) }
    await sealAll()
    expect(await audit.verifyChain()).toEqual({ ok: true, sealed: 5 })
  })
})
