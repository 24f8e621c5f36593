/** A database of its own for a test file, copied from a migrated template on the run's shared cluster (test/support/cluster.ts). */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database, type DatabaseOptions } from '#api/store/connection/database.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { createDatabase, dropDatabase, urlAs } from '#infra/postgres/provision.ts'

const TEMPLATE = 'emr_test_template'

export interface TestDatabase {
  readonly name: string
  /** As a server signs in; openDatabase adds the tenant. */
  readonly appUrl: string
  /** As migrations and an intruder with the owner's password do. FORCE row security holds for it too: set app.tenant to see rows. */
  readonly ownerUrl: string
  /** As the cluster's administrator, who sees everything. */
  readonly adminUrl: string
  /** Opened once per tenant and closed by close(). */
  open(tenant: number, options?: Partial<DatabaseOptions>): Promise<Database>
  /** One statement as the owner of the tables, with app.tenant set: what a tamperer could do. */
  asOwner(tenant: number, text: string, values?: readonly unknown[]): Promise<pg.QueryResult>
  close(): Promise<void>
}

/** `tenants` are opened at once, so that a broken set-up shows in the hook and not in the first test. */
export const testDatabase = async (options: { readonly tenants?: readonly number[] } = {}): Promise<TestDatabase> => {
  const { adminUrl, passwords } = inject('cluster')
  const name = `emr_test_${randomBytes(6).toString('hex')}`
  await copyTemplate(adminUrl, urlAs(adminUrl, 'emr_owner', passwords.owner, TEMPLATE), name)
  const appUrl = urlAs(adminUrl, 'emr_app', passwords.app, name)
  const ownerUrl = urlAs(adminUrl, 'emr_owner', passwords.owner, name)
  const databaseUrl = new URL(adminUrl)
  databaseUrl.pathname = `/${name}`
  const opened = new Map<number, Promise<Database>>()
  const extra: Database[] = []
  const open: TestDatabase['open'] = async (tenant, more) => {
    if (more) {
      const database = await openDatabase({ url: appUrl, tenant, ...more })
      extra.push(database)
      return database
    }
    const database = opened.get(tenant) ?? openDatabase({ url: appUrl, tenant })
    opened.set(tenant, database)
    return database
  }
  for (const tenant of options.tenants ?? []) await open(tenant)
  return {
    name, appUrl, ownerUrl, adminUrl: databaseUrl.href, open,
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
      for (const database of [...await Promise.all(opened.values()), ...extra]) await database.close()
      await dropDatabase(adminUrl, name)
    },
  }
}

/** The template is made by whichever test file comes first. One at a time, because a template cannot be copied while anyone is connected to it. */
const copyTemplate = async (adminUrl: string, ownerUrl: string, name: string): Promise<void> => {
  const guard = new pg.Client({ connectionString: adminUrl })
  await guard.connect()
  try {
    await guard.query(`select pg_advisory_lock(hashtext('emr-test-template'))`)
    if (await createDatabase(adminUrl, TEMPLATE)) {
      await migrate(ownerUrl).catch(async (error: unknown) => {
        await dropDatabase(adminUrl, TEMPLATE)
        throw error
      })
    }
    await createDatabase(adminUrl, name, { template: TEMPLATE })
  } finally {
    await guard.end()
  }
}
