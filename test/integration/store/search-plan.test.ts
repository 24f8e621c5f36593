/**
 * A search of one patient costs what the patient has, however large the hospital: the kept plans of api/search/led.ts on a real PostgreSQL, at two sizes. So do a read, a composite
 * that selects, an include, and what a person sees by taking part in the care: of these each statement that the store sends is looked at.
 */
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Caller, ResourceStore } from '#api/model/ports.ts'
import { compilePage } from '#api/search/compile.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { parseSearch } from '#api/search/parse.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import { POSTING_VERSION } from '#api/store/write/posting-set.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost } from '#test/support/plan-cost.ts'
import { doctor, openStore, system } from './support.ts'

const EACH = 20
let site: TestDatabase
let database: Database
let store: ResourceStore
beforeAll(async () => {
  site = await testDatabase()
  store = await openStore(site)
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
    select 900, ${PATIENT}, n, 'p' || n, 1, now(), 'C', false, 'p' || n, '-infinity', '', 0, ${POSTING_VERSION}, 'test', '{}' from generate_series(${from}, ${to - 1}) n`)
  await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
    select 900, ${OBSERVATION}, 1000000 + n, 'o' || n, 1, now(), 'C', false, 'p' || n / ${EACH}, '2026-01-01'::timestamptz + n * interval '1 minute', '', 0, ${POSTING_VERSION}, 'test', '{"resourceType":"Observation","subject":{"reference":"Patient/p' || n / ${EACH} || '"}}'
    from generate_series(${from * EACH}, ${to * EACH - 1}) n`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, ${key('Observation', 'code', 'code', 'pulse')}, r.d, r.rid from resource r where r.rtype = ${OBSERVATION} and r.rid >= ${1000000 + from * EACH}`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, k.h, r.d, r.rid from ${list(numbers.map((n) => key('Observation', 'subject', 'reference', `Patient/p${n}`)))} as k(h, at)
    join resource r on r.tenant = 900 and r.rtype = ${OBSERVATION} and r.pat = 'p' || (${from - 1} + k.at)`)
  await site.asOwner(900, `insert into posting (tenant, h, d, rid) select 900, k.h, '-infinity', ${from - 1} + k.at from ${list(numbers.map((n) => key('Patient', 'identifier', 'systemCode', `urn:mrn|${n}`)))} as k(h, at)`)
  await site.asOwner(900, `insert into pst_ref (tenant, h, rid, target) select 900, ${key('Observation', 'subject', 'link', 'Patient')}, r.rid, r.pat from resource r where r.rtype = ${OBSERVATION} and r.rid >= ${1000000 + from * EACH}`)
  // of a common code one value each, of a rare one twenty in all
  const group = (code: string): string => key('Observation', 'code-value-quantity', 'composite', `c|${code}\n`)
  await site.asOwner(900, `insert into pst_num (tenant, unit, h, rid, lo) select 900, 0, ${group('pulse')}, r.rid, r.rid % 100 from resource r where r.rtype = ${OBSERVATION} and r.rid >= ${1000000 + from * EACH}`)
  if (from === 0) await site.asOwner(900, `insert into pst_num (tenant, unit, h, rid, lo) select 900, 0, ${group('rare')}, r.rid, 50 from resource r where r.rtype = ${OBSERVATION} and r.rid < ${1000000 + EACH}`)
  await site.asOwner(900, `insert into care_relation (tenant, patient, kind, department, account, since, until) select 900, 'p' || n, 'encounter', 'khoa' || n / 10, '', now(), 'infinity' from generate_series(${from}, ${to - 1}) n`)
  for (const table of ['resource', 'posting', 'pst_ref', 'pst_num', 'care_relation']) await site.asOwner(900, `analyze ${table}`)
}

/** Rows that the kept plan touches with these values. */
const costOf = async (type: string, text: string): Promise<number> => {
  const query = parseSearch({ type, parameters: [...new URLSearchParams(text)], strict: true }, { timeZone: 'UTC', bases: [], now: new Date() })
  const statement = compilePage(query, { tenant: 900, visibility: { kind: 'all' }, now: new Date() })
  expect(statement.onePlan).toBe(true)
  return (await planCost(database, statement)).rows
}

/** Statements with values that the store sends meanwhile; those with a name have a kept plan. */
const statementsOf = async (act: () => Promise<unknown>): Promise<{ readonly text: string; readonly values: readonly unknown[]; readonly kept: boolean }[]> => {
  const client = await database.pool.connect()
  const sender = Object.getPrototypeOf(client) as PoolClient
  client.release()
  const spy = vi.spyOn(sender, 'query')
  await act()
  const sent = spy.mock.calls.flatMap((call: readonly unknown[]) => {
    const [first] = call
    return typeof first === 'object' && first !== null && 'text' in first && typeof first.text === 'string' && 'values' in first && Array.isArray(first.values) && /\bresource\b/.test(first.text)
      ? [{ text: first.text, values: first.values, kept: 'name' in first && typeof first.name === 'string' }] : []
  })
  spy.mockRestore()
  return sent
}

const ALL = system()
const CARER: Caller = doctor('a1', ['khoa0'])
const find = (caller: Caller, type: string, text: string) => () => store.search(caller, { type, parameters: [...new URLSearchParams(text)], strict: true })

/** What is done, and how many rows its statements may touch. */
const DONE: readonly (readonly [string, () => Promise<unknown>, number])[] = [
  ['a read by id', () => store.read(ALL, { type: 'Observation', id: 'o7' }), 2],
  ['a read of many', () => store.transact(ALL, (tx) => tx.heads(['o7', 'o8', 'o9'].map((id) => ({ type: 'Observation', id })))), 9],
  ['a composite that selects', find(ALL, 'Observation', 'code-value-quantity=rare$gt40'), 5 * EACH],
  ['an include', find(ALL, 'Observation', 'patient=p7&code=pulse&_include=Observation:subject'), 8 * EACH],
  // with the look at the index of what contains anything, which is empty
  ['a chain', find(ALL, 'Observation', 'patient.identifier=urn:mrn|7&code=pulse'), 8 * EACH],
  ['a reverse include', find(ALL, 'Patient', 'identifier=urn:mrn|7&_revinclude=Observation:subject'), 8 * EACH],
  ['a read by who takes part in the care', () => store.read(CARER, { type: 'Observation', id: 'o7' }), 4],
  ['a read by who does not', () => store.read(doctor('a1', ['khoa9']), { type: 'Observation', id: 'o7' }), 4],
  ['a search of one patient by who takes part in the care', find(CARER, 'Observation', 'patient=p7&code=pulse&_sort=-date'), 10 * EACH],
  ['an include by who takes part in the care', find(CARER, 'Observation', 'patient=p7&code=pulse&_include=Observation:subject'), 12 * EACH],
]

const costOfDone = async (act: () => Promise<unknown>): Promise<number> => {
  const statements = await statementsOf(act)
  expect(statements.length).toBeGreaterThan(0)
  let rows = 0
  for (const { kept, ...statement } of statements) rows += (await planCost(database, statement, kept)).rows
  return rows
}

test('what is touched does not grow with the hospital', async () => {
  const searches: [string, string][] = [
    ['Observation', 'patient=p7&code=pulse&_sort=-date&_count=20'], ['Observation', 'code=pulse&subject=Patient/p7&_count=5'], ['Patient', 'identifier=urn:mrn|7'],
    ['Observation', 'patient.identifier=urn:mrn|7&code=pulse'], ['Observation', 'patient=p7&code=none,pulse'],
  ]
  const costs = async (): Promise<number[]> => Promise.all(searches.map(([type, text]) => costOf(type, text)))
  const done = async (): Promise<[string, number][]> => {
    const all: [string, number][] = []
    for (const [name, act] of DONE) all.push([name, await costOfDone(act)])
    return all
  }
  await fill(0, 100)
  const small = await costs()
  const few = await done()
  await fill(100, 2000)
  const large = await costs()
  expect(large).toEqual(small)
  const many = await done()
  for (const [at, [name, cost]] of many.entries()) expect([name, cost, cost <= (few[at]?.[1] ?? 0) + 2 && cost <= (DONE[at]?.[2] ?? 0)], `${name}: ${few[at]?.[1]} rows among few, ${cost} among many`).toEqual([name, cost, true])
  for (const [at, cost] of large.entries()) expect(cost, searches[at]?.join(' ')).toBeLessThan(8 * EACH)
})
