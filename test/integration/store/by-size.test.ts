/** A search by the beginning of a name takes the way that is short for it, by one kept plan, and answers the same on both ways: api/search/by-size.ts on a real PostgreSQL. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CursorState } from '#api/search/cursor.ts'
import { compilePage, type SearchStatement } from '#api/search/compile.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { parseSearch } from '#api/search/parse.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import type { Database } from '#api/store/connection/database.ts'
import { run } from '#api/store/connection/rows.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost } from '#test/support/plan-cost.ts'

const ALL = 6000, RARE = 30
let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase()
  database = await site.open(900)
  const key = (form: string): string => String(digest('Patient', 'name', FORM.words, form))
  await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
    select 900, ${typeNumber('Patient') ?? 0}, n, 'p' || n, 1, now(), 'C', n % 10 = 9, 'p' || n, '-infinity', '', 0, 2, 'test', '{}' from generate_series(1, ${ALL}) n`)
  // everybody is a Nguyen; every 200th also has a rare name, twice, as a part and as a whole
  await site.asOwner(900, `insert into pst_str (tenant, h, rid, norm) select 900, ${key('')}, n, 'nguyen thu ' || n from generate_series(1, ${ALL}) n`)
  await site.asOwner(900, `insert into pst_str (tenant, h, rid, norm) select 900, k.h, n, 'quynh ' || k.h || n from generate_series(200, ${ALL}, 200) n, unnest('{${key('')},${key('part')}}'::int8[]) as k(h)`)
  for (const table of ['resource', 'pst_str']) await site.asOwner(900, `vacuum (analyze) ${table}`)
})
afterAll(() => site.close())

const statementOf = (name: string, after?: CursorState): SearchStatement => {
  const now = new Date()
  const query = parseSearch({ type: 'Patient', parameters: [['name', name], ['_count', '20']], strict: true }, { timeZone: 'UTC', bases: [], now })
  return compilePage(query, { tenant: 900, visibility: { kind: 'all' }, now, ...(after && { after }) })
}

/** Places of everybody of that name, page after page. */
const walk = async (name: string): Promise<number[]> => {
  const found: number[] = []
  for (let after: CursorState | undefined; ;) {
    const { text, values } = statementOf(name, after)
    const rows = await run<{ rid: string }>(database.lane, text, values, database.nameOf(text))
    found.push(...rows.slice(0, 20).map(({ rid }) => Number(rid)))
    if (rows.length <= 20) return found
    after = { keys: [], rid: rows[19]?.rid ?? '', bound: String(ALL) }
  }
}

test('a rare name touches its own records, a common one those of a page, both by the same kept statement', async () => {
  const [rare, common] = [statementOf('quynh'), statementOf('nguyen')]
  expect([rare.onePlan, rare.text]).toEqual([true, common.text])
  const costs = [await planCost(database, rare), await planCost(database, common)]
  expect(costs[0]?.rows).toBeLessThan(10 * RARE)
  // the list of the common name is counted to where it is no longer short, and read three times in memory
  expect(costs[1]?.rows).toBeLessThan(3 * 2001 + 200)
  expect(costs[1]?.blocks).toBeLessThan(300)
})

test('both ways answer each living record once, newest first, over all pages', async () => {
  const living = Array.from({ length: ALL }, (_, at) => ALL - at).filter((n) => n % 10 !== 9)
  expect(await walk('nguyen')).toEqual(living)
  expect(await walk('Quỳnh')).toEqual(living.filter((n) => n % 200 === 0))
  expect(await walk('nobody')).toEqual([])
})
