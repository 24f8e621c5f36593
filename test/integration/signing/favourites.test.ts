/** Favourites on a real database: counted by the signature and by nothing else, own, of the lists of the day, bounded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MOST_FAVOURITES, type CountedCode } from '#api/model/favourites.ts'
import type { SigningPreview } from '#api/model/site.ts'
import type { FavouriteLists } from '#api/model/visit-aids.ts'
import type { TestCaller } from '#test/support/app.ts'
import { CLINIC, ok, OTHER_CLINIC, resend, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeVital } from '#test/support/visit.ts'

let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const favourites = async (diagnosis = '', caller: TestCaller = clinic.doctor): Promise<FavouriteLists> => ok<FavouriteLists>(await caller.get(`/api/favourites?department=${CLINIC}&diagnosis=${diagnosis}`))
const rows = async (): Promise<number> => Number((await clinic.site.databases.asOwner(900, 'select count(*)::int4 as n from favourite where tenant = 900 and account = $1', [clinic.doctor.account])).rows[0]?.n)
const count = (account: string, category: string, codes: readonly CountedCode[]): Promise<void> =>
  clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.countOrders({ account, department: CLINIC, category, codes }))

describe('favourites', () => {
  it('are none until a visit is signed, and a review counts nothing', async () => {
    const encounter = await clinic.arrive()
    const bundle = await clinic.reference(encounter)
    expect((await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle })).status).toBe(200)
    const again = await clinic.arrive()
    ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${again}/preview`, { bundle: await clinic.reference(again) }))
    expect(await favourites('J00')).toEqual({ orders: [], diagnoses: [] })
  })

  it('are what was signed: with this diagnosis first, drugs with their dose', async () => {
    const encounter = await clinic.arrive()
    await clinic.sign(encounter, await clinic.reference(encounter))
    const { orders, diagnoses } = await favourites(clinic.codes.cold[0])
    expect(orders.map(({ kind, concept, from, dosage }) => [kind, concept.code, from, dosage])).toEqual(expect.arrayContaining([
      ['drug', clinic.codes.drug[0], 'diagnosis', { dose: '1', frequency: 3, days: 7, note: '' }], ['order', clinic.codes.order[0], 'diagnosis', undefined],
    ]))
    expect(orders).toHaveLength(2)
    expect(diagnoses.map(({ concept, from }) => [concept.code, from])).toEqual([[clinic.codes.cold[0], 'own']])
    expect((await favourites('I10')).orders.map(({ from }) => from)).toEqual(['own', 'own'])
  })

  it('are not counted again by a signature that is asked for twice, nor by a correction', async () => {
    const weights = async (): Promise<number[]> => (await clinic.site.databases.asOwner(900, 'select weight from favourite where tenant = 900 and account = $1', [clinic.doctor.account])).rows.map((row: Record<string, unknown>) => Number(row.weight))
    const encounter = await clinic.arrive()
    await clinic.sign(encounter, await clinic.reference(encounter))
    const before = await weights()
    expect(before.every((weight) => weight > 1.99 && weight <= 2)).toBe(true)
    await clinic.sign(encounter, resend(await clinic.sheet(encounter), () => undefined, { resource: makeVital({ encounter }, 'pulse', 80) }), { correction: { kind: 'replaces', reason: 'Nhập nhầm liều thuốc' } })
    expect(await weights()).toEqual(before)
  })

  it('show a colleague of the department what is done there, without anybody\'s dose, and strangers nothing', async () => {
    const colleague = await clinic.site.person({ grants: [{ role: 'doctor', department: CLINIC }] })
    expect((await favourites('J00', colleague)).orders.map(({ from, dosage }) => [from, dosage])).toEqual([['department', undefined], ['department', undefined]])
    for (const caller of [clinic.stranger, clinic.nurse, clinic.reception]) expect((await caller.get(`/api/favourites?department=${CLINIC}`)).status).toBe(403)
    expect(ok<FavouriteLists>(await clinic.stranger.get(`/api/favourites?department=${OTHER_CLINIC}`))).toEqual({ orders: [], diagnoses: [] })
    expect((await clinic.doctor.get('/api/favourites?department=%20')).status).toBe(400)
    expect((await clinic.doctor.get(`/api/favourites?department=${CLINIC}&on=2026-13-01`)).status).toBe(400)
  })

  it('never offer a code that the list of the day does not hold', async () => {
    await count(clinic.doctor.account, 'J00', [{ kind: 'order', code: 'KHONG-CON' }, { kind: 'drug', code: 'BO-ROI' }])
    expect((await favourites('J00')).orders.map(({ concept }) => concept.code)).not.toContain('KHONG-CON')
    expect(ok<FavouriteLists>(await clinic.doctor.get(`/api/favourites?department=${CLINIC}&diagnosis=J00&on=1990-01-01`)).orders).toEqual([])
  })

  it('are at most nine, and an account keeps its newest rows', async () => {
    const codes = Array.from({ length: MOST_FAVOURITES + 40 }, (_, at): CountedCode => ({ kind: 'order', code: `X${at}` }))
    await count(clinic.doctor.account, 'Z00', codes)
    expect(await rows()).toBe(MOST_FAVOURITES)
    const { terminology } = clinic.site.parts.desks
    const known = await terminology.find('orders', 'x-quang', '2026-11-22', 15)
    await count(clinic.doctor.account, 'J00', known.map(({ code }) => ({ kind: 'order', code })))
    expect((await favourites('J00')).orders).toHaveLength(9)
    expect(await rows()).toBe(MOST_FAVOURITES)
  })
})
