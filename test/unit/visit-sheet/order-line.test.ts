import { describe, expect, it } from 'vitest'
import { parseOrderLine, totalQuantity } from '#web/features/visit/order-line.ts'

describe('the order line', () => {
  it('reads a drug with times, amount and days', () => {
    expect(parseOrderLine('amox 500 3x1 7n')).toEqual({ kind: 'drug', words: 'amox 500', frequency: 3, dose: '1', days: 7 })
    expect(parseOrderLine('th para 500 2x1/2 3 ngày sau ăn')).toEqual({ kind: 'drug', words: 'para 500', frequency: 2, dose: '0.5', days: 3, note: 'sau ăn' })
    expect(parseOrderLine('pred 5 1 x 1,5 5n')).toEqual({ kind: 'drug', words: 'pred 5', frequency: 1, dose: '1.5', days: 5 })
  })
  it('leaves out what was not typed', () => {
    expect(parseOrderLine('th ome')).toEqual({ kind: 'drug', words: 'ome' })
    expect(parseOrderLine('ome 7n')).toEqual({ kind: 'drug', words: 'ome', days: 7 })
  })
  it('reads laboratory and imaging by their prefixes, with and without accents', () => {
    expect(parseOrderLine('xn ctm')).toEqual({ kind: 'lab', words: 'ctm' })
    expect(parseOrderLine('XQ ngực')).toEqual({ kind: 'imaging', words: 'x-quang ngực' })
    expect(parseOrderLine('sa bụng')).toEqual({ kind: 'imaging', words: 'siêu âm bụng' })
  })
  it('takes decomposed letters of some keyboards as composed ones', () => {
    expect(parseOrderLine('xq ngực'.normalize('NFD'))).toEqual({ kind: 'imaging', words: 'x-quang ngực' })
  })
  it('asks both lists for words alone, and nothing for nothing', () => {
    expect(parseOrderLine('công thức máu')).toEqual({ kind: 'any', words: 'công thức máu' })
    expect(parseOrderLine('   ')).toBeUndefined()
    expect(parseOrderLine('th')).toBeUndefined()
  })
  it('counts the whole units to dispense', () => {
    expect(totalQuantity('1', 3, 7)).toBe(21)
    expect(totalQuantity('0.5', 3, 5)).toBe(8)
    expect(totalQuantity('0.1', 3, 10)).toBe(3)
    expect(totalQuantity('x', 3, 5)).toBeUndefined()
  })
})
