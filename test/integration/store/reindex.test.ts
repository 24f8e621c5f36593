/** Search rows that an earlier version made: renewed in the background, and whole after any change of the resource meanwhile. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ResourceStore } from '#api/model/ports.ts'
import type { Database } from '#api/store/connection/database.ts'
import { buildPostings } from '#api/store/write/postings.ts'
import { readLast } from '#api/store/read/last-observations.ts'
import { reindexSome, renewNaming } from '#api/store/write/reindex.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { clock, observation, openStore, put, system } from './support.ts'
import { objectFromPlain, writeJson } from '#api/model/json.ts'
import { rememberBase } from '#api/compose-addresses.ts'
import { ownReferencesTask } from '#api/jobs/tasks/own-references.ts'

let site: TestDatabase
let store: ResourceStore
let database: Database
const me = system()
const COUNT = 130

const write = (id: string, more = '') => store.transact(me, (tx) => tx.write([put(writeJson(observation(id, 'an', `"valueString":"${id}"${more}`)))]))
const found = async (query: string) => (await store.search(me, { type: 'Observation', parameters: [...new URLSearchParams(`${query}&_count=1000`)], strict: true })).matches.length
const renew = () => reindexSome(database, (resource, type) => buildPostings(resource, type, { timeZone: 'Asia/Ho_Chi_Minh', bases: [] }))
const old = async (): Promise<number> => Number((await database.pool.query<{ n: string }>('select count(*) as n from resource where pver < 3')).rows[0]?.n)

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
  database = await site.open(900)
  await store.transact(me, (tx) => tx.write([put('{"resourceType":"Patient","id":"an"}'), ...Array.from({ length: COUNT }, (_, at) => put(writeJson(observation(`o${at}`, 'an', `"valueString":"o${at}"`))))]))
})
afterAll(() => site.close())

/** As if an earlier version had known neither strings nor a clinical date. */
beforeEach(async () => {
  await database.pool.query('delete from pst_str')
  await database.pool.query('update resource set pver = 1, phash = 0')
})

test('all rows are found again, after a few goes, of which each can be the last before a restart', async () => {
  expect(await found('value-string=o')).toBe(0)
  expect(await renew()).toBe(100)
  expect(await old()).toBe(COUNT + 1 - 100)
  expect(await renew()).toBe(COUNT + 1 - 100)
  expect(await renew()).toBe(0)
  expect(await found('value-string=o')).toBe(COUNT)
  expect(await old()).toBe(0)
})

test('an update before its turn brings every row of the resource, not only those that it changes', async () => {
  await write('o1', ',"issued":"2026-11-01T00:00:00Z"')
  expect(await found('value-string=o1')).toBe(1)
  await renew()
  await renew()
  expect(await found('value-string=o')).toBe(COUNT)
})

test('a resource that somebody is writing is left for later, and one that is deleted stays so', async () => {
  await store.transact(me, (tx) => tx.write([{ op: 'delete', key: { type: 'Observation', id: 'o2' } }]))
  await database.withTransaction(async (client) => {
    await client.query(`select from resource where id in ('o3', 'an') for update`)
    await renew()
    await renew()
    expect(await renew()).toBe(0)
    expect(await old()).toBe(2)
  })
  await renew()
  expect([await old(), await found('value-string=o'), await found('value-string=o2&_id=o2')]).toEqual([0, COUNT - 1, 0])
})

test('where the rules see another date, the rows stand under the new one', async () => {
  await write('o4', ',"effectiveDateTime":"2026-01-05"')
  await database.pool.query(`with gone as (delete from posting where rid = (select rid from resource where id = 'o4') returning tenant, h, rid) insert into posting select tenant, h, '2020-01-01', rid from gone`)
  await database.pool.query(`update resource set d = '2020-01-01', pver = 1 where id = 'o4'`)
  while (await renew() > 0) { /* until nothing is left */ }
  const { rows } = await database.pool.query<{ d: string }>(`select distinct p.d::text as d from posting p join resource r using (tenant, rid) where r.id = 'o4'`)
  expect(rows).toEqual([{ d: '2026-01-04 17:00:00+00' }])
  expect(await found('code=8867-4&_id=o4')).toBe(1)
})

test('a search by number is refused until the last row is renewed, and no other', async () => {
  await write('o5', ',"note":[{"text":"x"}]')
  await renew()
  expect(await found('code=8867-4')).toBe(COUNT - 1)
  for (const query of ['component-value-quantity=5', '_sort=value-quantity', '_filter=value-quantity gt 1', 'code-value-quantity=8867-4$5', '_has:Observation:has-member:value-quantity=5', 'has-member:Observation.value-quantity=5']) {
    await expect(found(query), query).rejects.toMatchObject({ code: 'numbers-renewing' })
  }
  const last = () => readLast({ database, clock, timeZone: 'Asia/Ho_Chi_Minh', bases: [], cursorKey: new Uint8Array(32) }, me, { parameters: [['value-quantity', 'gt7']], strict: true }, 1)
  await expect(last()).rejects.toMatchObject({ code: 'numbers-renewing' })
  while (await renew() > 0) { /* until nothing is left */ }
  expect((await last()).matches).toEqual([])
  expect(await found('component-value-quantity=5')).toBe(0)
})

test('what refers by an address that the site had before is found by it and by the plain reference, after one go through everything that a restart may break off', async () => {
  const before = 'http://cu.example/fhir/R4', now = 'https://moi_.example/fhir/R4'
  const at = (id: string, subject: string) => put(writeJson(observation(id, 'an').set('subject', objectFromPlain({ reference: subject }))))
  // as it was stored while nobody knew that the address is ours; an underscore is no letter of any kind
  await store.transact(me, (tx) => tx.write([at('cu1', `${before}/Patient/an`), at('cu2', `${before}/Patient/an`), at('la', 'https://moix.example/fhir/R4/Patient/an')]))
  while (await renew() > 0) { /* until nothing is left */ }
  const ids = async (query: string) => (await store.search(me, { type: 'Observation', parameters: [...new URLSearchParams(`${query}&_id=cu1,cu2,la`)], strict: true, bases: ['http://x', before] })).matches.map(({ id }) => id).toSorted()
  expect([await ids('patient=an'), await ids(`patient=${before}/Patient/an`)]).toEqual([[], ['cu1', 'cu2']])
  const kept = new Map<string, string>()
  const settings = { find: (name: string) => Promise.resolve(kept.get(name)), save: (name: string, value: string) => { kept.set(name, value); return Promise.resolve() } }
  expect([await rememberBase(settings, before), await rememberBase(settings, now), await rememberBase(settings, now)]).toEqual([[before], [now, before], [now, before]])
  const bases = await rememberBase(settings, now)
  const counts: number[] = []
  const task = () => ownReferencesTask({ settings, bases, onDone: (count) => counts.push(count), renew: (place) => renewNaming(database, (resource, type) => buildPostings(resource, type, { timeZone: 'Asia/Ho_Chi_Minh', bases }), place, bases) })
  expect(await task()()).toEqual({ wait: 3_600_000 })
  expect([await ids('patient=an'), await ids(`patient=${before}/Patient/an`), counts]).toEqual([['cu1', 'cu2'], ['cu1', 'cu2'], [2]])
  // once is enough, until there is another address
  expect([(await task()()).wait, counts]).toEqual([3_600_000, [2]])
  await settings.save('own-references', JSON.stringify({ bases: JSON.stringify(bases.toSorted()), place: { rtype: 32_000, rid: '0' } }))
  await database.pool.query(`delete from posting where rid in (select rid from resource where id = 'cu1')`)
  await task()()
  expect([await ids('patient=an'), counts]).toEqual([['cu2'], [2]])
})
