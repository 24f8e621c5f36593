import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#api/store/connection/database.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
beforeAll(async () => { site = await testDatabase({ tenants: [900] }) })
afterAll(() => site.close())

describe('opening a database', () => {
  test('every connection carries the tenant and is emr_app', async () => {
    const database = await site.open(900)
    const { rows } = await database.pool.query(`select current_user as role, current_setting('app.tenant') as tenant, current_setting('TimeZone') as zone`)
    expect(rows).toEqual([{ role: 'emr_app', tenant: '900', zone: 'UTC' }])
  })
  test('a server refuses to run as the owner of the tables', async () => {
    await expect(openDatabase({ url: site.ownerUrl, tenant: 900 })).rejects.toThrow(/must be opened as emr_app/)
  })
  test('a server refuses to run as a superuser', async () => {
    await expect(openDatabase({ url: site.adminUrl, tenant: 900 })).rejects.toThrow(/must be opened as emr_app/)
  })
  test('two opened databases number rows as different nodes', async () => {
    const [one, two] = [await site.open(900, {}), await site.open(900, {})]
    expect((one.rids.next() >> 12n) & 0x3ffn).not.toBe((two.rids.next() >> 12n) & 0x3ffn)
  })
})

describe('migrations', () => {
  test('a second run does nothing', async () => {
    expect(await migrate(site.ownerUrl)).toEqual([])
  })
  test('a database of a newer version is refused with its name', async () => {
    await site.asOwner(900, `insert into schema_migration (name) values ('9999-future')`)
    await expect(migrate(site.ownerUrl)).rejects.toThrow(/newer version of the program \(9999-future\)/)
    await site.asOwner(900, `delete from schema_migration where name = '9999-future'`)
  })
  test('every table with a tenant column forces row security for its owner too', async () => {
    const client = new pg.Client({ connectionString: site.adminUrl })
    await client.connect()
    const { rows } = await client.query<{ relname: string; relrowsecurity: boolean; relforcerowsecurity: boolean }>(
      `select c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> 'schema_migration'`)
    await client.end()
    expect(rows.length).toBeGreaterThan(14)
    expect(rows.filter((row) => !row.relrowsecurity || !row.relforcerowsecurity)).toEqual([])
  })
})
