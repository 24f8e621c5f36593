/** Reads that share a connection: each has its own answer, its own failure, and the rights of its own tenant. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Bytes } from '#api/model/bytes.ts'
import type { Database } from '#api/store/connection/database.ts'
import { run } from '#api/store/connection/rows.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  database = await site.open(900, { connections: 2 })
})
afterAll(() => site.close())

const divide = (by: number): Promise<unknown> => run(database.lane, 'select 100 / $1::int4 as one, pg_backend_pid() as pid', [by], 'lane-divide')

it('answers each of many that go out together by its own values, and fails only those that fail', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 40 }, (_, at) => divide(at % 5)))
  expect(answers.map((answer) => answer.status === 'fulfilled' && (answer.value as { one: number }[])[0]?.one)).toEqual(Array.from({ length: 40 }, (_, at) => at % 5 > 0 && Math.trunc(100 / (at % 5))))
  const pids = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value as { pid: number }[]).map(({ pid }) => pid) : [])))
  expect(pids.size).toBeLessThanOrEqual(2)
})

it('serves on when a connection is cut in the middle', async () => {
  const asleep = Promise.allSettled([1, 2, 3].map((at) => run(database.lane, 'select pg_sleep(5), $1::int4', [at], 'lane-sleep')))
  const cut = await vi.waitUntil(async () => (await database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(5), $1%' and state = 'active' and pid <> pg_backend_pid()`)).rowCount)
  expect(cut).toBe(1)
  expect((await asleep).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await divide(4)).toMatchObject([{ one: 25 }])
})

it('brings "body" as the bytes that are stored, however wide, and other texts as texts', async () => {
  const body = 'Nguyễn Thị Thử \u{1f600} ÿ€\ud7ff'
  const [row] = await run(database.lane, 'select $1::text as body, $1::text as other, $1::varchar as third, array[$1::text] as list, $2::int4 as number, null::text as nothing, now() as at', [body, 7], 'lane-bytes')
  // what a Bytes holds is private, so that any two of them look alike to a matcher
  const bytes = row?.body
  if (!(bytes instanceof Bytes)) throw new Error('no bytes')
  expect([String(bytes), bytes.toBuffer()]).toEqual([body, Buffer.from(body)])
  expect(row).toMatchObject({ other: body, third: body, list: [body], number: 7, nothing: null, at: expect.stringMatching(/^\d{4}-\d\d-\d\d .*\+00$/) as string })
})
