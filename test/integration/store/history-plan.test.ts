/** What a page of a history, or of what is contained, costs: it walks indexes and stops, however many versions there are (the statements of api/search/history.ts on a real PostgreSQL). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileContainers } from '#api/search/contained.ts'
import { compileHistory, type HistoryOptions } from '#api/search/history.ts'
import { parseHistory } from '#api/search/history-query.ts'
import { parseSearch } from '#api/search/parse.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost, type PlanCost } from '#test/support/plan-cost.ts'

const ROWS = 20_000
let site: TestDatabase
let database: Database

beforeAll(async () => {
  site = await testDatabase()
  database = await site.open(900)
  for (const type of ['Observation', 'Encounter', 'Condition']) {
    const rtype = typeNumber(type) ?? 0
    const shared = `now() - n * interval '1 second'`
    await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
      select 900, ${rtype}, ${rtype}::int8 * 1000000 + n, 'x' || n, 2, ${shared}, 'U', false, 'p' || n % 100, '-infinity', '', 0, 1, 'test', '{}' from generate_series(1, ${ROWS}) n`)
    await site.asOwner(900, `insert into resource_history (tenant, rtype, rid, ver, ts, method, del, pat, actor, body)
      select 900, ${rtype}, ${rtype}::int8 * 1000000 + n, 1, ${shared} - interval '1 hour', 'C', false, 'p' || n % 100, 'test', '{}' from generate_series(1, ${ROWS}) n`)
  }
  await site.asOwner(900, 'analyze resource')
  await site.asOwner(900, 'analyze resource_history')
})
afterAll(() => site.close())

const costOf = (type: string | undefined, parameters: [string, string][], more: Partial<HistoryOptions> = {}): Promise<PlanCost> => {
  const query = parseHistory({ ...(type !== undefined && { type }), parameters }, { timeZone: 'UTC', now: new Date() })
  return planCost(database, compileHistory(query, { tenant: 900, visibility: { kind: 'all' }, now: new Date(), ...more }), false)
}

const PLACE = { rid: '999999999', ver: 1 } as const
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

test.each<[string, string | undefined, [string, string][], Partial<HistoryOptions>, number]>([
  ['the first page of a type', 'Observation', [], {}, 600],
  ['a page in its middle', 'Observation', [], { after: { ts: hoursAgo(3), ...PLACE } }, 600],
  ['a page on the way back', 'Observation', [], { after: { ts: hoursAgo(3), ...PLACE, way: 'back' } }, 600],
  ['the last page', 'Observation', [], { after: { ts: '', rid: '0', ver: 0, way: 'last', newest: { ts: hoursAgo(0), ...PLACE } } }, 600],
  ['what stands in a list', 'Observation', [], { listed: [{ type: 'Observation', id: 'x7', version: 0 }, { type: 'Observation', id: 'x9', version: 1 }] }, 600],
  ['a page since an hour ago', 'Observation', [['_since', hoursAgo(1)]], {}, 600],
  ['a page of what was current then', 'Observation', [['_at', hoursAgo(2)]], {}, 800],
  ['the first page of everything', undefined, [], {}, 2500],
  ['a page in its middle, of everything', undefined, [], { after: { ts: hoursAgo(3), ...PLACE } }, 2500],
])('%s reads a page, not the table', async (_, type, parameters, more, most) => {
  const { rows, blocks } = await costOf(type, parameters, more)
  expect([rows < 1000, blocks < most], `${rows} rows, ${blocks} blocks`).toEqual([true, true])
})

test('a search for what is contained reads what contains something, not the table', async () => {
  const rtype = typeNumber('Observation') ?? 0
  await site.asOwner(900, `update resource set body = '{"resourceType":"Observation","contained":[{"resourceType":"Specimen","id":"s"}]}' where rtype = ${rtype} and rid % 1000 = 0`)
  await site.asOwner(900, 'analyze resource')
  const query = parseSearch({ type: 'Specimen', parameters: [['_contained', 'true']], strict: true, containers: [] }, { timeZone: 'UTC', bases: [], now: new Date() })
  const { rows, blocks } = await planCost(database, compileContainers(query, { tenant: 900, sights: [{ visibility: { kind: 'all' } }], now: new Date(), bound: '9999999999', limit: 200 }), false)
  expect([rows < 100, blocks < 200], `${rows} rows, ${blocks} blocks`).toEqual([true, true])
})
