/** A build or a cluster made fast at the price of durability is caught before it takes a single record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { standaloneDatabase } from '#test/support/standalone.ts'
import type { TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
beforeAll(async () => { database = await standaloneDatabase() })
afterAll(() => database.close())

async function alterSystem(change: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  await client.query(`alter system ${change}`)
  await client.query('select pg_reload_conf()')
  await client.query('select pg_sleep(0.3)')
  await client.end()
}

describe('a server refuses a database', () => {
  for (const setting of ['fsync', 'full_page_writes']) {
    it(`with ${setting} off`, async () => {
      await alterSystem(`set ${setting} = off`)
      await expect(database.open(900)).rejects.toThrow(`${setting} is off`)
      await alterSystem(`reset ${setting}`)
      await expect(database.open(900)).resolves.toMatchObject({ tenant: 900 })
    })
  }

  it('whose role was told not to wait for the disk: it waits all the same', async () => {
    await alterSystem('set synchronous_commit = off')
    const opened = await database.open(901)
    const { rows } = await opened.pool.query<{ synchronous_commit: string }>('show synchronous_commit')
    expect(rows[0]?.synchronous_commit).toBe('on')
    await alterSystem('reset synchronous_commit')
  })
})
