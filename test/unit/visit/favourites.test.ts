/** What a signed visit says about habits, and the order in which habits are offered. */
import { describe, expect, it } from 'vitest'
import { categoryOf, keptNote, type FavouriteRow } from '#api/model/favourites.ts'
import { objectFromPlain, parseJsonObject } from '#api/model/json.ts'
import { countOrders } from '#api/visit/count-orders.ts'
import { rankFavourites } from '#api/visit/rank-favourites.ts'
import { makeDiagnosis, makeDrug, makeOrder } from '#test/support/visit.ts'

const context = { encounter: 'luot-1' }
const at = new Date('2026-11-28T00:00:00Z')
const daysAgo = (days: number): Date => new Date(at.getTime() - days * 86_400_000)
const row = (code: string, weight: number, more: Partial<FavouriteRow> = {}): FavouriteRow => ({ kind: 'drug', code, category: '', weight, lastUsed: at, ...more })
const dosage = (days: number) => ({ dose: '1', frequency: 3, days, note: '' })

describe('a signed visit', () => {
  const main = objectFromPlain(makeDiagnosis(context, 'J02.9', 'Viêm họng cấp', '2026')), second = objectFromPlain(makeDiagnosis(context, 'I10', 'Tăng huyết áp', '2026'))
  const medication = parseJsonObject(JSON.stringify(makeDrug(context, 'PARA500', 'Paracetamol', '2026', { days: 3 })).replace('"doseQuantity":{"value":1,', '"doseQuantity":{"value":0.50,').replace('"doseAndRate"', '"patientInstruction":"sau ăn","route":{"coding":[{"code":"PO"}]},"doseAndRate"'))
  const chart = { conditions: [main, second], medications: [medication], orders: [objectFromPlain(makeOrder(context, 'XN-CTM', 'Công thức máu', '2026'))] }

  it('counts its codes under the category of the main diagnosis, drugs with their dose as it was typed', () => {
    expect(countOrders(chart)).toEqual({
      category: 'J02',
      codes: [
        { kind: 'diagnosis', code: 'J02.9' }, { kind: 'diagnosis', code: 'I10' },
        { kind: 'drug', code: 'PARA500', dosage: { dose: '0.50', frequency: 3, days: 3, note: 'sau ăn', route: 'PO' } }, { kind: 'order', code: 'XN-CTM' },
      ],
    })
  })
  it('leaves out what is of no list of ours, and a dose that the sheet cannot repeat', () => {
    const foreign = main.set('code', objectFromPlain({ coding: [{ system: 'urn:other', code: 'X' }] }))
    expect(countOrders({ conditions: [foreign], medications: [medication.delete('dosageInstruction')], orders: [] })).toEqual({ category: '', codes: [{ kind: 'drug', code: 'PARA500' }] })
  })
  it('keeps no note that could be about one patient', () => {
    expect(['sau ăn', 'gọi 0912 345 678', 'x'.repeat(81)].map(keptNote)).toEqual(['sau ăn', '', ''])
  })
  it('has a category of three characters', () => {
    expect(['J03.9', 'I10', 'U07.1', 'x', ''].map(categoryOf)).toEqual(['J03', 'I10', 'U07', '', ''])
  })
})

describe('favourites', () => {
  const ranked = (own: readonly FavouriteRow[], department: readonly FavouriteRow[], category: string): string[] =>
    rankFavourites({ own, department }, ['drug', 'order'], category, at).map(({ code, from }) => `${code} ${from}`)

  it('are first those with this diagnosis, then those of the doctor, then those of the department, each once', () => {
    const own = [row('A', 1, { category: 'J02' }), row('B', 9, { category: 'I10' }), row('C', 2, { category: 'J02' })]
    expect(ranked(own, [row('D', 50), row('B', 90)], 'J02')).toEqual(['C diagnosis', 'A diagnosis', 'B own', 'D department'])
    expect(ranked(own, [row('D', 50)], '')).toEqual(['B own', 'C own', 'A own', 'D department'])
  })
  it('fade: five of two years ago weigh less than one of today', () => {
    expect(ranked([row('OLD', 5, { lastUsed: daysAgo(730) }), row('NEW', 1)], [], '')).toEqual(['NEW own', 'OLD own'])
  })
  it('come with the dose that was used last, whatever the diagnosis was', () => {
    const own = [row('A', 5, { category: 'J02', lastUsed: daysAgo(9), dosage: dosage(7) }), row('A', 1, { category: 'I10', dosage: dosage(3) })]
    expect(rankFavourites({ own, department: [] }, ['drug'], '', at)).toEqual([{ kind: 'drug', code: 'A', from: 'own', dosage: dosage(3) }])
    expect(rankFavourites({ own, department: [] }, ['drug'], 'J02', at)[0]?.dosage).toEqual(dosage(7))
  })
  it('are of the kinds that are asked for', () => {
    expect(rankFavourites({ own: [row('A', 1), row('J02', 1, { kind: 'diagnosis' })], department: [] }, ['diagnosis'], '', at).map(({ code }) => code)).toEqual(['J02'])
  })
})
