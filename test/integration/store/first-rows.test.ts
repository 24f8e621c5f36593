/** A new hospital's searches are planned well before anything is known of its tables: migrations/0035-expected-rows.ts on a real PostgreSQL. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { compilePage } from '#api/search/compile.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { parseSearch } from '#api/search/parse.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import type { Database } from '#api/store/connection/database.ts'
import { POSTING_VERSION } from '#api/store/write/posting-set.ts'
import { lockRows } from '#api/store/write/rows.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost } from '#test/support/plan-cost.ts'

const PATIENTS = 200, EACH = 20
const OBSERVATION = typeNumber('Observation') ?? 0
let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase()
  database = await site.open(900)
  // nobody comes to count in between
  for (const table of ['resource', 'posting']) await site.asOwner(900, `alter table ${table} set (autovacuum_enabled = off)`)
  await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
    select 900, ${OBSERVATION}, n, 'o' || n, 1, now() + n * interval '1 second', 'C', false, 'p' || n / ${EACH}, '2026-01-01'::timestamptz + n * interval '1 minute', '', 0, ${POSTING_VERSION}, 'test', '{}'
    from generate_series(0, ${PATIENTS * EACH - 1}) n`)
  const subjects = Array.from({ length: PATIENTS }, (_, n) => String(digest('Observation', 'subject', FORM.reference, `Patient/p${n}`)))
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, ${String(digest('Observation', 'code', FORM.code, 'pulse'))}, r.d, r.rid from resource r`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, k.h, r.d, r.rid from unnest('{${subjects.join(',')}}'::int8[]) with ordinality as k(h, at) join resource r on r.pat = 'p' || (k.at - 1)`)
})
afterAll(() => site.close())

test('a search of one patient finds its rows by their number while no table was ever analyzed', async () => {
  const { rows } = await database.pool.query<{ reltuples: number }>(`select reltuples from pg_class where relname in ('resource', 'posting') and relkind = 'r'`)
  expect(rows.map(({ reltuples }) => reltuples)).toEqual([-1, -1])
  const query = parseSearch({ type: 'Observation', parameters: [['patient', 'Patient/p7'], ['code', 'pulse'], ['_sort', '-date']], strict: true }, { timeZone: 'UTC', bases: [], now: new Date() })
  const cost = await planCost(database, compilePage(query, { tenant: 900, visibility: { kind: 'all' }, now: new Date() }))
  // for each of its rows: a list, a probe of the code, the row; by the wrong index it walks all rows of the type for each
  expect(cost.rows).toBe(EACH * 3)
  expect(cost.blocks).toBeLessThan(EACH * 12)
})

test('rows are locked by their keys through the unique index, and not by reading the table', async () => {
  const keys = Array.from({ length: 40 }, (_, at) => ({ rtype: OBSERVATION, id: `o${at * 100}` }))
  const client = await database.pool.connect()
  const sent = vi.spyOn(client, 'query')
  await lockRows(client, 900, keys)
  const [statement]: readonly unknown[] = sent.mock.calls[0] ?? []
  client.release()
  if (typeof statement !== 'object' || statement === null || !('text' in statement) || typeof statement.text !== 'string') throw new Error('nothing was asked')
  const cost = await planCost(database, { text: statement.text, values: [900, `{${keys.map(({ rtype }) => rtype).join(',')}}`, `{${keys.map(({ id }) => id).join(',')}}`] })
  // the keys themselves, and a row for each
  expect(cost.rows).toBe(80)
})
