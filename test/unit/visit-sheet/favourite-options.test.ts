/** Favourites among the answers to an order line. */
import { describe, expect, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import type { Favourite } from '#api/model/visit-aids.ts'
import { favouriteOptions, ownFirst } from '#web/features/visit/favourite-options.ts'
import { toDrugRow } from '#web/features/visit/list-lookup.ts'
import type { CodeOption } from '#web/features/visit/order-option.ts'
import { parseOrderLine } from '#web/features/visit/order-line.ts'

const concept = (code: string, properties: Concept['properties'] = {}): Concept => ({ system: 'urn:list', version: '2026', code, display: code, properties, reviewed: true })
const usual = { dose: '2', frequency: 2, days: 10, note: 'sau ăn' }
const favourites: readonly Favourite[] = [
  { kind: 'drug', concept: concept('B'), from: 'diagnosis', dosage: usual }, { kind: 'order', concept: concept('XQ', { category: 'imaging' }), from: 'own' }, { kind: 'drug', concept: concept('C'), from: 'department' }, { kind: 'order', concept: concept('TT', { category: 'procedure' }), from: 'own' },
]
const found = (typed: string, ...codes: string[]): CodeOption[] => codes.map((code) => ({ kind: 'drug', concept: concept(code), line: parseOrderLine(typed) ?? { kind: 'any', words: '' } }))
const shown = (options: readonly CodeOption[] | undefined) => options?.map(({ kind, concept: { code }, favourite }) => [kind, code, favourite?.place])

describe('favourites', () => {
  it('are the answers to an empty line, numbered', () => {
    expect(shown(favouriteOptions('', favourites))).toEqual([['drug', 'B', 1], ['imaging', 'XQ', 2], ['drug', 'C', 3], ['procedure', 'TT', 4]])
  })
  it('are found by their digit alone; a digit without one finds nothing', () => {
    expect(shown(favouriteOptions(' 2 ', favourites))).toEqual([['imaging', 'XQ', 2]])
    expect(favouriteOptions('7', favourites)).toEqual([])
    expect([favouriteOptions('12', favourites), favouriteOptions('amox', favourites), favouriteOptions('0', favourites)]).toEqual([undefined, undefined, undefined])
  })
  it('of the doctor come first among what words find, those of the department do not', () => {
    expect(ownFirst(found('x', 'A', 'C', 'B'), favourites).map(({ concept: { code } }) => code)).toEqual(['B', 'A', 'C'])
  })
  it('lend their dose to a drug that is typed without one, and to no other', async () => {
    const row = (typed: string) => {
      const [option] = ownFirst(found(typed, 'B'), favourites)
      if (!option) throw new Error('nothing found')
      return toDrugRow(option, 'id', '2026-11-28')
    }
    expect(await row('b')).toMatchObject({ dose: '2', frequency: 2, days: 10, note: 'sau ăn', quantity: 40 })
    expect(await row('b 3x1 7n')).toMatchObject({ dose: '1', frequency: 3, days: 7, note: '', quantity: 21 })
  })
})
