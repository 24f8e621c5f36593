/** Sealing on real PostgreSQL: eight writers at once, several sealers at once, and still one gapless chain in each patient's order. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJsonObject } from '#api/model/json.ts'
import { staff, TENANT, testHospital, type TestHospital } from './sites.ts'

interface Row { seq: string; epoch: string; patient_key: string | null; pseq: string; header: string; prev_hash: Buffer; body_sha256: Buffer; entry_hash: Buffer }

describe('the sealer', () => {
  let hospital: TestHospital
  beforeAll(async () => {
    hospital = await testHospital()
  })
  afterAll(() => hospital.close())

  const sealed = async (): Promise<Row[]> =>
    (await hospital.database.pool.query<Row>('select seq, epoch, patient_key, pseq, header, prev_hash, body_sha256, entry_hash from journal where tenant = $1 and seq is not null order by seq', [TENANT])).rows

  it('numbers the commits of eight writers without gaps, each patient ascending, in one chain that verifies', async () => {
    let writing = true
    const sealers = [0, 1].map(async () => {
      while (writing) await hospital.sealer.seal()
    })
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; i < 25; i += 1) await hospital.commit(`p${(writer + i) % 5}`, `ghi chú ${writer}.${i}`)
    }))
    writing = false
    await Promise.all(sealers)
    await hospital.sealer.seal()

    const rows = await sealed()
    expect(rows.map((row) => Number(row.seq))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
    expect(new Set(rows.map((row) => row.epoch)).size).toBe(1)
    const last = new Map<string | null, number>()
    let previous: Buffer = Buffer.alloc(32)
    for (const row of rows) {
      expect(Number(row.pseq)).toBe((last.get(row.patient_key) ?? 0) + 1)
      last.set(row.patient_key, Number(row.pseq))
      expect(row.prev_hash.equals(previous)).toBe(true)
      expect(createHash('sha256').update(previous).update(row.header).update(row.body_sha256).digest().equals(row.entry_hash)).toBe(true)
      previous = row.entry_hash
    }
    expect(await hospital.journal.head()).toMatchObject({ seq: 200, unsealed: 0, hash: previous.toString('hex') })
  })

  it('hashes the exact bytes of the version that was committed, also when a newer one stands there now', async () => {
    const { store } = hospital
    const key = { type: 'Patient', id: 'moved-on' }
    for (const value of ['1.10', '1.100']) {
      await store.transact(staff, (tx) => tx.write([{ op: 'update', key, resource: parseJsonObject(`{"resourceType":"Patient","id":"moved-on","extension":[{"url":"x","valueDecimal":${value}}]}`) }]))
    }
    await hospital.sealer.seal()
    const rows = (await sealed()).slice(-2)
    for (const [i, row] of rows.entries()) {
      const version = await store.vread(staff, key, i + 1)
      expect(version?.body).toContain(i === 0 ? '1.10}' : '1.100}')
      expect(createHash('sha256').update(version?.body ?? '').digest().equals(row.body_sha256)).toBe(true)
    }
  })

  it('hashes the bodies of one commit one after the other, in the order of its list, beside other commits', async () => {
    const { store } = hospital
    const write = (ids: readonly string[]) => store.transact(staff, (tx) => tx.write(ids.map((id) => (
      { op: 'update', key: { type: 'Observation', id }, resource: parseJsonObject(`{"resourceType":"Observation","id":"${id}","subject":{"reference":"Patient/p-many"},"note":[{"text":"đo lúc sốt ${'ữ'.repeat(id.length * 900)}"}]}`) }))))
    await write(['many-3', 'many-1', 'many-20'])
    await write(['other-1'])
    await hospital.sealer.seal()
    const rows = (await sealed()).slice(-2)
    for (const row of rows) {
      const { kind, items } = JSON.parse(row.header) as { kind: string; items: { id: string; length: number; version: number }[] }
      const bodies = await Promise.all(items.map(async ({ id, version }) => Buffer.from((await store.vread(staff, { type: 'Observation', id }, version))?.body ?? '')))
      expect(kind).toBe('patient')
      expect(items.map(({ length }) => length)).toEqual(bodies.map(({ length }) => length))
      expect(createHash('sha256').update(Buffer.concat(bodies)).digest().equals(row.body_sha256)).toBe(true)
    }
    expect(rows.map((row) => (JSON.parse(row.header) as { items: unknown[] }).items.length)).toEqual([3, 1])
  })

  it('seals a commit whose bytes are gone as incomplete, and goes on', async () => {
    await hospital.commit('p-lost', 'sẽ mất')
    await hospital.db.asOwner(TENANT, `delete from resource where tenant = ${TENANT} and pat = 'p-lost'`)
    await hospital.commit('p-next', 'còn')
    await hospital.sealer.seal()
    const kinds = (await sealed()).slice(-2).map((row) => JSON.parse(row.header) as { kind: string; patient: string })
    expect(kinds.map(({ kind, patient }) => [patient, kind])).toEqual([['p-lost', 'incomplete'], ['p-next', 'patient']])
  })
})
