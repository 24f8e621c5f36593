import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { anyPresent, presentLetters } from '#api/search/present.ts'
import { openDatabase } from '#api/store/connection/database.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { createDatabase, dropDatabase, urlAs } from '#infra/postgres/provision.ts'
import { MIGRATIONS } from '#migrations/list.ts'
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
  test('a resource of before the letters has values for the same parameters as before', async () => {
    const { adminUrl, passwords } = inject('cluster')
    const name = `emr_test_${randomBytes(6).toString('hex')}`
    await createDatabase(adminUrl, name)
    try {
      const owner = urlAs(adminUrl, 'emr_owner', passwords.owner, name)
      await migrate(owner, { only: MIGRATIONS.map((each) => each.name).filter((each) => each < '0034') })
      const client = new pg.Client({ connectionString: owner, options: '-c app.tenant=900' })
      await client.connect()
      await client.query(`insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
        select 900, 1, n, 'r' || n, 1, now(), 'C', false, null, '-infinity', (array['{}', '{1}', '{3,94,93,438}']::text[])[n]::int2[], 1, 3, 'test', '{}' from generate_series(1, 3) n`)
      await migrate(owner)
      const { rows } = await client.query<{ present: string; has: boolean }>('select present, present ~ $1 as has from resource order by rid', [anyPresent([93, 1000])])
      await client.end()
      expect(rows).toEqual([{ present: '', has: false }, { present: presentLetters([1]), has: false }, { present: presentLetters([3, 94, 93, 438]), has: true }])
    } finally {
      await dropDatabase(adminUrl, name)
    }
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
  test('into no table does a server write a row of another hospital', async () => {
    const { pool } = await site.open(900)
    const { rows } = await pool.query<{ name: string }>(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and has_table_privilege(c.oid, 'insert') order by 1`)
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['resource', 'posting', 'pst_ref', 'audit_log', 'journal', 'patient_head']))
    for (const { name } of rows) await expect(pool.query(`insert into ${name} (tenant) values (901)`), name).rejects.toThrow(/row-level security/)
  })
})
