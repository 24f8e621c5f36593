/** A database for a script outside the test runner: an embedded PostgreSQL of its own in a temporary folder, gone when it closes. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase, type Database } from '#api/store/connection/database.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { openEmbedded } from '#infra/postgres/embedded.ts'
import { createDatabase, provisionRoles, readRolePasswords, urlAs } from '#infra/postgres/provision.ts'
import type { TestDatabase } from './database.ts'

const NAME = 'emr_standalone'

/** Migrated and empty. */
export const standaloneDatabase = async (): Promise<TestDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'emr-standalone-'))
  chmodSync(folder, 0o711)
  const secrets = join(folder, 'secrets')
  const passwords = readRolePasswords(secrets)
  const cluster = await openEmbedded({ folder: join(folder, 'postgres'), secrets })
  const adminUrl = cluster.adminUrl()
  await provisionRoles(adminUrl, passwords)
  await createDatabase(adminUrl, NAME)
  const ownerUrl = urlAs(adminUrl, 'emr_owner', passwords.owner, NAME)
  const appUrl = urlAs(adminUrl, 'emr_app', passwords.app, NAME)
  await migrate(ownerUrl)
  const opened: Database[] = []
  return {
    name: NAME, appUrl, ownerUrl, adminUrl,
    async open(tenant, more) {
      const database = await openDatabase({ url: appUrl, tenant, ...more })
      opened.push(database)
      return database
    },
    async asOwner(tenant, text, values = []) {
      const client = new pg.Client({ connectionString: ownerUrl, options: `-c app.tenant=${tenant}` })
      await client.connect()
      try {
        return await client.query(text, [...values])
      } finally {
        await client.end()
      }
    },
    async close() {
      for (const database of opened) await database.close()
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
