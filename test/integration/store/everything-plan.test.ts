/** What a page of $everything costs: it walks the index of the patient's record and stops, however long the record is (the statements of api/search/everything.ts on a real PostgreSQL). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compileEverything, parseEverything, type EverythingPlace } from '#api/search/everything.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { typeNumber } from '#api/search/resource-types.ts'
import type { Database } from '#api/store/connection/database.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { planCost, type PlanCost } from '#test/support/plan-cost.ts'

const ROWS = 20_000
let site: TestDatabase
let database: Database

/** One record of 20,000 observations, and a hundred of 200 each: rows of resources, and who refers to their patients. */
beforeAll(async () => {
  site = await testDatabase()
  database = await site.open(900)
  const observation = typeNumber('Observation') ?? 0
  const subject = digest('Observation', 'subject', FORM.link, 'Patient')
  for (const [first, patient] of [[0, `'long'`], [ROWS, `'p' || n % 100`]] as const) {
    await site.asOwner(900, `insert into resource (tenant, rtype, rid, id, ver, ts, method, del, pat, d, present, phash, pver, actor, body)
      select 900, ${observation}, ${first} + n, 'x' || ${first} + n, 1, now(), 'C', false, ${patient}, timestamptz '2026-01-01' + n * interval '1 minute', '', 0, 1, 'test', '{}' from generate_series(1, ${ROWS}) n`)
    await site.asOwner(900, `insert into pst_ref (tenant, h, rid, target) select 900, ${subject}, ${first} + n, ${patient} from generate_series(1, ${ROWS}) n`)
    for (const [code, type] of [['encounter', 'Encounter'], ['performer', 'Practitioner'], ['performer', 'Patient']] as const) {
      const some = type === 'Patient' ? 'n % 100 = 0' : 'true'
      await site.asOwner(900, `insert into pst_ref (tenant, h, rid, target) select 900, ${digest('Observation', code, FORM.link, type)}, ${first} + n, 'x' || n % 300 from generate_series(1, ${ROWS}) n where ${some}`)
    }
  }
  await site.asOwner(900, 'analyze resource')
  await site.asOwner(900, 'analyze pst_ref')
})
afterAll(() => site.close())

const costOf = async (patient: string | undefined, parameters: [string, string][], after?: Partial<EverythingPlace>): Promise<PlanCost> => {
  const query = parseEverything({ ...(patient !== undefined && { of: { type: 'Patient', id: patient } }), parameters }, 'UTC')
  const place: EverythingPlace | undefined = after && { pat: patient ?? 'p50', rtype: typeNumber('Observation') ?? 0, d: '2026-01-05', rid: '1', bound: '9000000000000000000', ...after }
  const { text, values } = compileEverything(query, { tenant: 900, sights: [{ visibility: { kind: 'all' } }], now: new Date(), limit: 21, ...(place && { after: place }) })
  return planCost(database, { text, values })
}

test.each<[string, string | undefined, [string, string][], Partial<EverythingPlace> | undefined]>([
  ['the first page of a long record', 'long', [], undefined],
  ['a page in its middle', 'long', [], {}],
  ['a page of one type', 'long', [['_type', 'Observation']], undefined],
  ['a page up to a day', 'long', [['end', '2026-01-08']], undefined],
  ['the first page of a short record', 'p7', [], undefined],
  ['the first page of everybody', undefined, [], undefined],
  ['a page in the middle of everybody', undefined, [], {}],
])('%s reads a page, not the record', async (name, patient, parameters, after) => {
  const { rows, blocks } = await costOf(patient, parameters, after)
  expect([rows < 700, blocks < 700], `${name}: ${rows} rows, ${blocks} blocks`).toEqual([true, true])
})
