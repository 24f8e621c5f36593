import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResourceStore } from '#api/model/ports.ts'
import { createAuditLog } from '#api/store/audit/log.ts'
import type { Database } from '#api/store/connection/database.ts'
import { openDatabase } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { clock, openStore, patient, system } from './support.ts'

let site: TestDatabase
let a: Database
let b: Database
let storeA: ResourceStore
let storeB: ResourceStore
/** The store of hospital A over B's connections: A's own checks say 900, the connection says 901. */
let confused: ResourceStore

beforeAll(async () => {
  site = await testDatabase({ tenants: [900, 901] })
  a = await site.open(900)
  b = await site.open(901)
  storeA = await openStore(site, 900)
  storeB = await openStore(site, 901)
  confused = await openStore(site, 900, { database: { ...b, tenant: 900 } })
  for (const [store, tenant] of [[storeA, 900], [storeB, 901]] as const) {
    await store.transact(system(tenant), async (tx) => {
      await tx.write([{ op: 'create', key: { type: 'Patient', id: 'same' }, resource: patient('same', `"multipleBirthInteger":${tenant}`) }])
      await tx.relate({ patient: 'same', department: 'd', account: null, kind: 'encounter', until: '2999-01-01T00:00:00Z' })
      await tx.nextNumber('n')
    })
  }
})
afterAll(() => site.close())

const everyTable = async (database: Database) =>
  (await database.pool.query<{ relname: string }>(`select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and relkind in ('r', 'p') and exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant')`)).rows.map((row) => row.relname)

describe('two hospitals in one database', () => {
  test('the same id is another resource', async () => {
    expect((await storeA.read(system(), { type: 'Patient', id: 'same' }))?.body).toContain('"multipleBirthInteger":900')
    expect((await storeB.read(system(), { type: 'Patient', id: 'same' }))?.body).toContain('"multipleBirthInteger":901')
  })
  test('a store over another hospital\'s connection finds nothing', async () => {
    expect(await confused.read(system(), { type: 'Patient', id: 'same' })).toBeUndefined()
    expect(await confused.vread(system(), { type: 'Patient', id: 'same' }, 1)).toBeUndefined()
    expect(await confused.history(system(), { type: 'Patient', id: 'same', parameters: [] })).toBeUndefined()
    expect((await confused.search(system(), { type: 'Patient', parameters: [], strict: true })).matches).toEqual([])
    expect(await createAuditLog({ database: { ...b, tenant: 900 }, clock }).find({ count: 10 })).toEqual([])
  })
  test('and writes nothing', async () => {
    await expect(confused.transact(system(), (tx) => tx.write([{ op: 'create', key: { type: 'Patient', id: 'new' }, resource: patient('new') }]))).rejects.toThrow(/row-level security/)
    await expect(confused.transact(system(), (tx) => tx.nextNumber('n'))).rejects.toThrow(/row-level security/)
    await expect(confused.transact(system(), (tx) => tx.claimCondition('c', { type: 'Patient', id: 'x' }))).rejects.toThrow(/row-level security/)
    await expect(createAuditLog({ database: { ...b, tenant: 900 }, clock }).record(system(), { action: 'R', interaction: 'read', outcome: 'success' })).rejects.toThrow(/row-level security/)
  })
  test('no table shows a row of another hospital, to the server or to the owner of the tables', async () => {
    for (const table of await everyTable(a)) {
      const { rows } = await b.pool.query(`select count(*)::int as n from ${table} where tenant <> 901`)
      expect(rows[0].n, table).toBe(0)
      expect((await site.asOwner(901, `select count(*)::int as n from ${table} where tenant <> 901`)).rows[0].n, table).toBe(0)
    }
  })
  test('a connection that carries no hospital sees nothing', async () => {
    const client = new pg.Client({ connectionString: site.appUrl })
    await client.connect()
    for (const table of await everyTable(a)) expect((await client.query(`select count(*)::int as n from ${table}`)).rows[0].n, table).toBe(0)
    await client.end()
  })
  test('a dropped policy shows: the check that finds it is a real one', async () => {
    const other = await testDatabase({ tenants: [900] })
    try {
      const store = await openStore(other, 900)
      await store.transact(system(), (tx) => tx.write([{ op: 'create', key: { type: 'Patient', id: 'x' }, resource: patient('x') }]))
      await other.asOwner(900, 'alter table resource disable row level security')
      const leaky = await openDatabase({ url: other.appUrl, tenant: 901 })
      expect((await leaky.pool.query('select count(*)::int as n from resource where tenant <> 901')).rows[0].n).toBe(1)
      await leaky.close()
    } finally {
      await other.close()
    }
  })
})
