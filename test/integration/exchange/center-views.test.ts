/** What the center may read across hospitals, and what a hospital's server may not: a view exists everywhere, the right to read it only at the center. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantCenterViews } from '#api/store/center/grants.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

const DOCUMENT = `insert into received_document (tenant, document, form, title, patient, patient_name, visit_date, signer, signed_at, received_at, verdict, replaces)
  values ($1, $2, 'visit-summary', 'Bản tóm tắt', 'p', 'Nguyễn Văn Mẫu', '2026-11-22', 'BS Mẫu', now(), now(), 'valid', $3)`

describe('the views of the center', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await testDatabase({ tenants: [0, 900, 901] })
    for (const [node, hospital] of [['h900', 900], ['h901', 901]] as const) {
      await (await db.open(0)).pool.query(`insert into node (tenant, node, hospital, name, public_jwk, authority_pem, enrolled_at) values (0, $1, $2, $3, '{}', '', now())`, [node, hospital, `Bệnh viện ${hospital}`])
      await (await db.open(hospital)).pool.query(DOCUMENT, [hospital, `d-${hospital}`, null])
    }
    await (await db.open(900)).pool.query(DOCUMENT, [900, 'd-900-b', 'd-900'])
  })
  afterAll(() => db.close())

  it('are closed where nobody opened them', async () => {
    await expect((await db.open(900)).pool.query('select * from center_received')).rejects.toThrow('permission denied')
    await expect((await db.open(0)).pool.query('select * from center_hospital')).rejects.toThrow('permission denied')
  })

  it('show all hospitals once opened, while every table still shows one', async () => {
    await grantCenterViews(db.ownerUrl)
    await grantCenterViews(db.ownerUrl)
    const center = (await db.open(0)).pool
    const { rows } = await center.query<{ tenant: number; document: string; superseded: boolean }>('select tenant, document, superseded from center_received order by document')
    expect(rows).toEqual([
      { tenant: 900, document: 'd-900', superseded: true }, { tenant: 900, document: 'd-900-b', superseded: false }, { tenant: 901, document: 'd-901', superseded: false },
    ])
    expect((await center.query('select * from center_hospital')).rows).toHaveLength(2)
    expect((await center.query('select * from received_document')).rows).toHaveLength(0)
    expect((await (await db.open(901)).pool.query('select * from received_document')).rows).toHaveLength(1)
    expect((await (await db.open(901)).pool.query('select * from node')).rows).toHaveLength(0)
  })
})
