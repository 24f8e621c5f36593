import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResourceStore, Write } from '#api/model/ports.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { observation, openStore, patient, json, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
const write = (...writes: Write[]) => store.transact(system(), (tx) => tx.write(writes))
const putPatient = (id: string, rest = ''): Write => ({ op: 'update', key: { type: 'Patient', id }, resource: patient(id, rest) })
const putObservation = (id: string, subject: string, rest = ''): Write => ({ op: 'update', key: { type: 'Observation', id }, resource: observation(id, subject, rest) })

interface Entry { patient_key: string | null; pseq: string; kind: string; prio: number; refs: string; seq: string | null }
const entries = async (): Promise<Entry[]> => (await (await site.open(900)).pool.query<Entry>('select patient_key, pseq, kind, prio, refs, seq from journal order by jid')).rows
const last = async (count: number) => (await entries()).slice(-count).map(({ patient_key, pseq, refs }) =>
  [patient_key, Number(pseq), (JSON.parse(refs) as { type: string; id: string; ver: number }[]).map((ref) => `${ref.type}/${ref.id}/${ref.ver}`).join(' ')])

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
})
afterAll(() => site.close())

describe('the journal', () => {
  test('has one entry for each patient that a transaction touched, with exact versions', async () => {
    await write(putPatient('a'), putPatient('b'), putObservation('oa', 'a'))
    expect((await last(2)).sort()).toEqual([['a', 1, 'Patient/a/1 Observation/oa/1'], ['b', 1, 'Patient/b/1']])
    await store.transact(system(), async (tx) => {
      await tx.write([putPatient('a', '"active":true')])
      await tx.write([{ op: 'delete', key: { type: 'Observation', id: 'oa' } }])
    })
    expect(await last(1)).toEqual([['a', 2, 'Patient/a/2 Observation/oa/2']])
    expect((await entries()).every((entry) => entry.seq === null && entry.kind === 'patient')).toBe(true)
  })
  test('keeps what is in nobody\'s record apart, without an order', async () => {
    await write({ op: 'update', key: { type: 'Organization', id: 'org' }, resource: json('{"resourceType":"Organization","id":"org"}') })
    expect((await entries()).at(-1)).toMatchObject({ patient_key: null, pseq: '0', kind: 'site', prio: 2 })
  })
  test('tells both records when a resource moves from one to the other', async () => {
    await write(putObservation('mover', 'a'))
    await write(putObservation('mover', 'b'))
    expect((await last(2)).map(([key, , refs]) => [key, refs]).sort()).toEqual([['a', 'Observation/mover/2'], ['b', 'Observation/mover/2']])
  })
  test('has nothing of a transaction that was rolled back or changed nothing', async () => {
    const before = (await entries()).length
    await expect(store.transact(system(), async (tx) => { await tx.write([putPatient('z')]); throw new Error('no') })).rejects.toThrow('no')
    await write(putPatient('b'))
    expect(await entries()).toHaveLength(before)
  })
  test('40 writers on three patients: each patient\'s numbers ascend without gaps, in the order of the versions', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, at) => write(...['x', 'y', 'z'].slice(at % 2).map((id) => putPatient(id, `"multipleBirthInteger":${at}`)))))
    for (const id of ['x', 'y', 'z']) {
      const mine = (await entries()).filter((entry) => entry.patient_key === id).sort((a, b) => Number(a.pseq) - Number(b.pseq))
      expect(mine.map((entry) => Number(entry.pseq))).toEqual(mine.map((_, at) => at + 1))
      expect(mine.map((entry) => (JSON.parse(entry.refs) as { ver: number }[])[0]?.ver)).toEqual(mine.map((_, at) => at + 1))
    }
  })
  test('a store that only keeps others\' records writes none', async () => {
    const keeper = await openStore(site, 900, { journal: false })
    const before = (await entries()).length
    await keeper.transact(system(), (tx) => tx.write([putPatient('kept')]))
    expect(await entries()).toHaveLength(before)
  })
})
