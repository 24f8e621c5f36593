/** Rows of names that only repeat what others say are gone from a data folder of before, and none stays behind a name that changes: migrations/0036-name-parts.ts on a real PostgreSQL. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ResourceStore } from '#api/model/ports.ts'
import { digest, FORM } from '#api/search/hash.ts'
import { migrate } from '#api/store/connection/migrate.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { openStore, put, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
beforeAll(async () => {
  site = await testDatabase({ tenants: [900, 901] })
  store = await openStore(site)
})
afterAll(() => site.close())

const named = (text: string, family: string, given: readonly string[]) => put(JSON.stringify({ resourceType: 'Patient', id: 'an', name: [{ text, family, given }] }))
const rowsOf = async (tenant = 900): Promise<unknown[]> => [...(await site.asOwner(tenant, `select h::text, norm from pst_str order by h, norm`)).rows as readonly unknown[]]
const find = async (name: string): Promise<string[]> => (await store.search(system(), { type: 'Patient', parameters: [['name', name]], strict: true })).matches.map(({ id }) => id)
const part = String(digest('Patient', 'name', FORM.words, 'part'))

it('of every hospital whose rows are there', async () => {
  await store.transact(system(), (tx) => tx.write([named('Nguyễn Văn An', 'Nguyễn', ['Văn', 'An'])]))
  const rows = await rowsOf()
  const before = (tenant: number) => `insert into pst_str (tenant, h, rid, norm) select ${tenant}, ${part}, r.rid, n.norm from (values ('nguyen'), ('van')) as n(norm), (select coalesce(min(rid), 1) as rid from resource) r`
  await site.asOwner(900, before(900))
  // of another hospital one whose name says no more, and must stay
  await site.asOwner(901, before(901))
  expect(await rowsOf()).toHaveLength(rows.length + 2)
  await site.asOwner(900, `delete from schema_migration where name = '0036-name-parts'`)
  expect(await migrate(site.ownerUrl)).toEqual(['0036-name-parts'])
  expect(await rowsOf()).toEqual(rows)
  expect(await rowsOf(901)).toHaveLength(2)
  expect((await site.asOwner(900, `select relforcerowsecurity as forced from pg_class where relname = 'pst_str'`)).rows).toEqual([{ forced: true }])
})

it('and the person is found by each of the words, then by the new name alone', async () => {
  for (const name of ['nguyen', 'Nguyễn Văn', 'van an', 'văn', 'an']) expect([name, await find(name)]).toEqual([name, ['an']])
  await store.transact(system(), (tx) => tx.write([named('Trần Thị An', 'Trần', ['Thị', 'An'])]))
  for (const name of ['nguyen', 'van', 'van an']) expect([name, await find(name)]).toEqual([name, []])
  for (const name of ['tran', 'thi', 'thi an', 'an']) expect([name, await find(name)]).toEqual([name, ['an']])
})
