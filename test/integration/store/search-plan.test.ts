/** A search of one patient costs what the patient has, however large the hospital: the kept plans of api/search/led.ts on a real PostgreSQL, at two sizes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compilePage } from '#api/search/compile.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { parseSearch } from '#api/search/parse.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost } from '#test/support/plan-cost.ts'

const EACH = 20
let site: TestDatabase
let database: Database
beforeAll(async () => {
  site = await testDatabase()
  database = await site.open(900)
})
afterAll(() => site.close())

const OBSERVATION = typeNumber('Observation') ?? 0
const PATIENT = typeNumber('Patient') ?? 0

/** So many patients with twenty observations of the same code each; the digest of a patient is found by number. */
const fill = async (from: number, to: number): Promise<void> => {
  const key = (type: string, parameter: string, form: keyof typeof FORM, value: string): string => String(digest(type, parameter, FORM[form], value))
  const numbers = Array.from({ length: to - from }, (_, at) => from + at)
  const list = (texts: readonly string[]): string => `unnest('{${texts.join(',')}}'::int8[]) with ordinality`
  await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
    select 900, ${PATIENT}, n, 'p' || n, 1, now(), 'C', false, 'p' || n, '-infinity', '{}', 0, 2, 'test', '{}' from generate_series(${from}, ${to - 1}) n`)
  await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
    select 900, ${OBSERVATION}, 1000000 + n, 'o' || n, 1, now(), 'C', false, 'p' || n / ${EACH}, '2026-01-01'::timestamptz + n * interval '1 minute', '{}', 0, 2, 'test', '{}'
    from generate_series(${from * EACH}, ${to * EACH - 1}) n`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, ${key('Observation', 'code', 'code', 'pulse')}, r.d, r.rid from resource r where r.rtype = ${OBSERVATION} and r.rid >= ${1000000 + from * EACH}`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, k.h, r.d, r.rid from ${list(numbers.map((n) => key('Observation', 'subject', 'reference', `Patient/p${n}`)))} as k(h, at)
    join resource r on r.tenant = 900 and r.rtype = ${OBSERVATION} and r.pat = 'p' || (${from - 1} + k.at)`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, k.h, '-infinity', ${from - 1} + k.at from ${list(numbers.map((n) => key('Patient', 'identifier', 'systemCode', `urn:mrn|${n}`)))} as k(h, at)`)
  await site.asOwner(900, `insert into pst_ref (tenant, h, rid, target) select 900, ${key('Observation', 'subject', 'link', 'Patient')}, r.rid, r.pat from resource r where r.rtype = ${OBSERVATION} and r.rid >= ${1000000 + from * EACH}`)
  for (const table of ['resource', 'posting', 'pst_ref']) await site.asOwner(900, `analyze ${table}`)
}

/** Rows that the kept plan touches with these values. */
const costOf = async (type: string, text: string): Promise<number> => {
  const query = parseSearch({ type, parameters: [...new URLSearchParams(text)], strict: true }, { timeZone: 'UTC', bases: [], now: new Date() })
  const statement = compilePage(query, { tenant: 900, visibility: { kind: 'all' }, now: new Date() })
  expect(statement.onePlan).toBe(true)
  return (await planCost(database, statement)).rows
}

test('what is touched does not grow with the hospital', async () => {
  const searches: [string, string][] = [
    ['Observation', 'patient=p7&code=pulse&_sort=-date&_count=20'], ['Observation', 'code=pulse&subject=Patient/p7&_count=5'], ['Patient', 'identifier=urn:mrn|7'],
    ['Observation', 'patient.identifier=urn:mrn|7&code=pulse'], ['Observation', 'patient=p7&code=none,pulse'],
  ]
  const costs = async (): Promise<number[]> => Promise.all(searches.map(([type, text]) => costOf(type, text)))
  await fill(0, 100)
  const small = await costs()
  await fill(100, 2000)
  const large = await costs()
  expect(large).toEqual(small)
  for (const [at, cost] of large.entries()) expect(cost, searches[at]?.join(' ')).toBeLessThan(8 * EACH)
})
