/** Short transaction Bundles that arrive together share a transaction of the database: each whole, one that is refused alone, each audited as its own. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testSite, type TestSite } from '#test/support/app.ts'

let site: TestSite
let send: (bundle: object) => Promise<number>

beforeAll(async () => {
  site = await testSite()
  const client = await site.system()
  send = async (bundle) => (await client.call('POST', '/fhir/R4', { body: bundle })).status
})
afterAll(() => site.close())

const entry = (resource: Record<string, unknown>) => ({ resource, request: { method: 'PUT', url: `${String(resource.resourceType)}/${String(resource.id)}` } })
const bundleOf = (at: number, expected?: string) => ({
  resourceType: 'Bundle', type: 'transaction',
  entry: [
    entry({ resourceType: 'Patient', id: `chung-${at}`, name: [{ text: 'Nguyễn Văn Mẫu' }] }),
    ...Array.from({ length: 5 }, (_, n) => entry({ resourceType: 'Observation', id: `chung-${at}-${n}`, status: 'final', code: { text: 'Mạch' }, subject: { reference: `Patient/chung-${at}` } })),
  ].map((each, n) => (expected === undefined || n !== 3 ? each : { ...each, request: { ...each.request, ifMatch: expected } })),
})
const rowsOf = async (sql: string): Promise<{ n: number; xmins: number }> => {
  const { rows } = await site.databases.asOwner(900, sql)
  const [row]: readonly { n?: number; xmins?: number }[] = rows
  return { n: row?.n ?? 0, xmins: row?.xmins ?? 0 }
}

it('twelve at once are all stored in fewer transactions, and one with a wrong version leaves nothing', async () => {
  const statuses = await Promise.all(Array.from({ length: 13 }, (_, at) => send(bundleOf(at, at === 6 ? 'W/"7"' : undefined))))
  expect(statuses).toEqual(Array.from({ length: 13 }, (_, at) => (at === 6 ? 412 : 200)))
  const stored = await rowsOf(`select count(*)::int4 as n, count(distinct xmin::text)::int4 as xmins from resource where id like 'chung-%'`)
  expect(stored.n).toBe(12 * 6)
  expect(stored.xmins).toBeLessThan(12)
  expect((await rowsOf(`select count(*)::int4 as n, count(distinct resource_id)::int4 as xmins from audit_log where resource_id like 'chung-%' and outcome = 'success'`))).toEqual({ n: 12 * 6, xmins: 12 * 6 })
  expect((await rowsOf(`select count(*)::int4 as n, 0 as xmins from resource where id like 'chung-6%'`)).n).toBe(0)
})
