/**
 * The hospital's own PostgreSQL, by DATABASE_URL and EMR_CENTER_DATABASE_URL: start, backup, loss and restore. The run's shared cluster stands for it, or with
 * EMR_TEST_DATABASE_URL another server, e.g. Debian's PostgreSQL 15; its administrator is no superuser, as hospitals hand out.
 */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parseConfig, type Config } from '#api/config.ts'
import { openDatabase } from '#api/store/connection/database.ts'
import { createReadiness } from '#api/store/connection/readiness.ts'
import { backUp } from '#infra/backup/backup.ts'
import { restore } from '#infra/backup/restore.ts'
import { atDatabase, dropDatabase, urlAs } from '#infra/postgres/provision.ts'
import { openDatabases } from '#infra/setup/databases.ts'
import { prepareDataFolder } from '#infra/setup/machine.ts'
import { sitesOf } from '#infra/setup/sites.ts'
import { isWhole } from '#infra/setup/test-long.ts'

const { adminUrl, passwords } = inject('cluster')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-own-postgres-'))
const role = `own_admin_${process.pid}`
const names = { hospital: `own_hospital_${process.pid}`, center: `own_center_${process.pid}` }
const options = { passphrase: undefined, now: new Date('2026-11-22T00:00:00Z'), say: () => undefined }

const asAdmin = async <T extends pg.QueryResultRow>(text: string, database?: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: database === undefined ? adminUrl : atDatabase(adminUrl, database) })
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** Both sites; their roles keep the passwords that the rest of the run signs in with. */
const configOf = (data: string): Config => {
  const own = urlAs(adminUrl, role, 'own-admin')
  const config = parseConfig({ EMR_DATA: path.join(folder, data), DATABASE_URL: atDatabase(own, names.hospital), EMR_CENTER_DATABASE_URL: atDatabase(own, names.center) })
  prepareDataFolder(config.data, config.secrets)
  for (const [name, password] of [['postgres-emr-owner', passwords.owner], ['postgres-emr-app', passwords.app]] as const) fs.writeFileSync(path.join(config.secrets, name), password, { mode: 0o600 })
  return config
}

beforeAll(async () => {
  await asAdmin(`create role ${role} login createrole createdb password 'own-admin'`)
  await asAdmin(`grant emr_owner, emr_app, emr_center_views to ${role} with admin option`)
})
afterAll(async () => {
  for (const name of Object.values(names)) await dropDatabase(adminUrl, name)
  await asAdmin(`drop owned by ${role}`)
  await asAdmin(`drop role ${role}`)
  fs.rmSync(folder, { recursive: true, force: true })
})

const start = async (config: Config): Promise<void> => {
  const sites = sitesOf(config)
  const databases = await openDatabases(config, sites, () => undefined)
  try {
    await databases.prepare()
    for (const site of sites) {
      const database = await openDatabase({ url: databases.of(site).appUrl, tenant: site.tenant })
      expect(await createReadiness(database)()).toEqual({ database: true, migrations: true })
      await database.close()
    }
  } finally {
    await databases.close()
  }
}

const BODY = '{"resourceType":"Observation","valueQuantity":{"value":1.10}}'
const rowsOf = (name: string): Promise<{ tenant: number; body: string }[]> => asAdmin('select tenant, body from resource order by tenant', name)

test('both sites start on it, twice, as emr_app, and nothing embedded is started beside it', async () => {
  const config = configOf('first')
  await start(config)
  await start(config)
  expect(fs.existsSync(path.join(config.data, 'postgres'))).toBe(false)
})

if (isWhole) test('what a backup took comes back after the loss of both databases, on another machine', async () => {
  for (const [name, tenant] of [[names.hospital, 900], [names.center, 0]] as const) {
    await asAdmin(`insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
      values (${tenant}, 1, 1, 'r1', 1, '2026-11-22T07:00:00.123+07', 'C', false, null, '-infinity', 'ā', 1, 1, 'test', '${BODY}')`, name)
  }
  const kept = path.join(folder, 'backup')
  const manifest = await backUp(configOf('first'), kept, options)
  expect(manifest.sites.map(({ site, tables }) => [site, tables.find(({ table }) => table === 'resource')?.rows])).toEqual([['hospital', 1], ['center', 1]])
  for (const name of Object.values(names)) await dropDatabase(adminUrl, name)
  const elsewhere = configOf('second')
  await restore(elsewhere, kept, { ...options, replace: false })
  expect(await rowsOf(names.hospital)).toEqual([{ tenant: 900, body: BODY }])
  expect(await rowsOf(names.center)).toEqual([{ tenant: 0, body: BODY }])
  await start(elsewhere)
  // what was written after the backup goes when it is asked to, and not without
  await asAdmin(`update resource set body = '{}'`, names.hospital)
  await expect(restore(elsewhere, kept, { ...options, replace: false })).rejects.toThrow('holds data')
  await restore(elsewhere, kept, { ...options, replace: true })
  expect(await rowsOf(names.hospital)).toEqual([{ tenant: 900, body: BODY }])
})
