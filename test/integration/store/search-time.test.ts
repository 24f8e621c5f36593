/** A search that takes too long is the client's matter (too-costly, 422), and leaves the connection as it was. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSearch } from '#api/search/parse.ts'
import type { Database } from '#api/store/connection/database.ts'
import { readsBodies, withinTime } from '#api/store/read/search-time.ts'
import { run, type Queryable } from '#api/store/connection/rows.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  database = await site.open(900)
})
afterAll(() => site.close())

const sleeping = (seconds: number) => (on: Queryable): Promise<unknown> => run(on, 'select pg_sleep($1)', [seconds])
const timeoutOf = async (on: Queryable): Promise<string | undefined> => (await run<{ value: string }>(on, `select current_setting('statement_timeout') as value`, []))[0]?.value

test('beyond its limit it is too-costly, and the pool serves on with its own limit', async () => {
  for (let at = 0; at < 10; at += 1) await expect(withinTime(at % 2 === 0 ? database.pool : database.lane, true, sleeping(5), 30)).rejects.toMatchObject({ code: 'too-costly' })
  expect(await timeoutOf(database.pool)).toBe('1min')
})

test('inside of a transaction the limit holds for the search alone', async () => {
  await database.withTransaction(async (client) => {
    expect(await withinTime(client, true, timeoutOf, 30)).toBe('30ms')
    expect(await timeoutOf(client)).toBe('1min')
  })
  await expect(database.withTransaction((client) => withinTime(client, true, sleeping(5), 30))).rejects.toMatchObject({ code: 'too-costly' })
})

test('one that an index answers has the limit of its connection, and ends the same way', async () => {
  const short = await site.open(900, { statementTimeout: 500 })
  await expect(withinTime(short.pool, false, sleeping(5))).rejects.toMatchObject({ code: 'too-costly' })
})

test.each([
  ['_content=male', true], ['_text=male', true], ['name:contains=x', true], ['_sort=gender', true], ['_filter=gender eq male and not (name ew "x")', true], ['organization.name:contains=x', true],
  ['gender=male&_sort=birthdate', false], ['name=x', false], ['_filter=name sw "x"', false],
])('%s reads bodies or all strings: %s', (query, slow) => {
  const context = { timeZone: 'UTC', bases: [], now: new Date() }
  expect(readsBodies(parseSearch({ type: 'Patient', parameters: [...new URLSearchParams(query)], strict: true }, context))).toBe(slow)
})
