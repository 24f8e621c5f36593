/** A closed database kept its connections until the process ended, and a restore that followed was told that the site is running. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
beforeAll(async () => { site = await testDatabase({ tenants: [900] }) })
afterAll(() => site.close())

const connections = async (): Promise<number> =>
  ((await site.asOwner(900, `select count(*)::int as n from pg_stat_activity where datname = current_database() and usename = 'emr_app'`)).rows[0] as { n: number }).n

test('a closed database leaves no connection behind', async () => {
  const database = await site.open(900)
  await database.withTransaction(async (client) => { await client.query('select 1') })
  await database.lane.query({ name: 'one', text: 'select 1 as one', values: [] })
  expect(await connections()).toBeGreaterThan(1)
  await database.close()
  for (const deadline = Date.now() + 2000; await connections() > 0 && Date.now() < deadline;) await sleep(20)
  expect(await connections()).toBe(0)
})
