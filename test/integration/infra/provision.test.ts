/** The three roles and the rights on a site's database. */
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase, dropDatabase, provisionRoles, ROLE, urlAs } from '#infra/postgres/provision.ts'

const { adminUrl, passwords } = inject('cluster')
const database = `provision_${process.pid}`

const as = async (role: 'owner' | 'app', sql: string, where = database): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: urlAs(adminUrl, ROLE[role], passwords[role], where) })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  await createDatabase(adminUrl, database)
})
afterAll(() => dropDatabase(adminUrl, database))

test('the servers\' role can do nothing beyond signing in', async () => {
  const [role] = await as('app', `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication from pg_roles where rolname = current_user`)
  expect(Object.values(role as object)).toEqual([false, false, false, false, false])
  await expect(as('app', 'create table t (a int)')).rejects.toThrow('permission denied for schema public')
  await expect(as('app', 'create temporary table t (a int)')).rejects.toThrow('permission denied')
  await expect(as('app', 'set role emr_owner')).rejects.toThrow('permission denied')
  await expect(as('app', 'set role emr_center_views')).rejects.toThrow('permission denied')
})

test('the owner makes tables and the center\'s views, and is no superuser', async () => {
  await as('owner', 'create table seen (a int); create view seen_everywhere as select a from seen; alter view seen_everywhere owner to emr_center_views')
  expect(await as('owner', `select rolsuper, rolbypassrls from pg_roles where rolname = current_user`)).toEqual([{ rolsuper: false, rolbypassrls: false }])
  await expect(as('app', 'select * from seen')).rejects.toThrow('permission denied for table seen')
})

test('provisioning again changes nothing and keeps the data', async () => {
  await as('owner', 'create table kept (a int); insert into kept values (1)')
  await provisionRoles(adminUrl, passwords)
  expect(await createDatabase(adminUrl, database)).toBe(false)
  expect(await as('owner', 'select a from kept')).toEqual([{ a: 1 }])
})

test('a changed password is put right, and rights that were planted on the servers\' role are taken away', async () => {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`alter role emr_app createdb password 'something else'`)
  await admin.end()
  await provisionRoles(adminUrl, passwords)
  expect(await as('app', 'select rolcreatedb from pg_roles where rolname = current_user')).toEqual([{ rolcreatedb: false }])
})

test('a database from a template is closed to everyone but the servers', async () => {
  const copy = `${database}_copy`
  await createDatabase(adminUrl, copy, { template: database })
  expect(await as('app', `select has_database_privilege('emr_app', current_database(), 'connect') as app, has_database_privilege('emr_center_views', current_database(), 'connect') as views`, copy))
    .toEqual([{ app: true, views: false }])
  await dropDatabase(adminUrl, copy)
})
