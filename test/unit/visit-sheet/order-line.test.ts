import { describe, expect, it } from 'vitest'
import { parseAmount, parseOrderLine, totalQuantity } from '#web/features/visit/order-line.ts'

describe('the order line', () => {
  it('reads a drug with times, amount and days', () => {
    expect(parseOrderLine('amox 500 3x1 7n')).toEqual({ kind: 'drug', words: 'amox 500', frequency: 3, dose: '1', days: 7 })
    expect(parseOrderLine('th para 500 2x1/2 3 ngày sau ăn')).toEqual({ kind: 'drug', words: 'para 500', frequency: 2, dose: '0.5', days: 3, note: 'sau ăn' })
    expect(parseOrderLine('pred 5 1 x 1,5 5n')).toEqual({ kind: 'drug', words: 'pred 5', frequency: 1, dose: '1.5', days: 5 })
  })
  it('reads the ways in which doctors write it', () => {
    const read = { kind: 'drug', words: 'amox 500', frequency: 3, dose: '1', days: 7 }
    for (const line of [
      'amox 500 3x1x7', 'amox 500 3 x 1 x 7 ngày', 'AMOX 500 3X1 7N'.toLowerCase(), 'amox 500 3*1 7n', 'amox 500 3x1v 7n', 'amox 500 3x1 viên 7 ngày', 'amox 500 1 viên x 3 lần x 7 ngày',
      'amox 500 1v x 3 7n', 'amox 500 1v x 3 lần/ngày x 7n', 'amox 500 3 lần x 1 viên 7n', 'amox 500 7n 3x1', 'amox 500 3x1, 7n', 'amox 500 3x1 viên 7 ngày'.normalize('NFD'),
    ]) expect(parseOrderLine(line), line).toEqual(read)
  })
  it('keeps every word that stands between or behind the numbers as the note', () => {
    expect(parseOrderLine('amox 500 3x1 sau ăn 7n')).toEqual({ kind: 'drug', words: 'amox 500', frequency: 3, dose: '1', days: 7, note: 'sau ăn' })
    expect(parseOrderLine('para 500 3x1 khi sốt 3n không quá 4 g')).toMatchObject({ days: 3, note: 'khi sốt, không quá 4 g' })
  })
  it('takes no dose of nothing', () => {
    expect(parseAmount('0')).toBeUndefined()
    expect(parseAmount('1/0')).toBeUndefined()
    expect(parseAmount('một')).toBeUndefined()
    expect(parseAmount('1/3')).toBe('0.333')
    expect(parseOrderLine('amox 500 0x1 7n')).not.toHaveProperty('frequency')
  })
  it('leaves out what was not typed', () => {
    expect(parseOrderLine('th ome')).toEqual({ kind: 'drug', words: 'ome' })
    expect(parseOrderLine('ome 7n')).toEqual({ kind: 'drug', words: 'ome', days: 7 })
  })
  it('reads laboratory, imaging and procedures by their prefixes, with and without accents', () => {
    expect(parseOrderLine('xn ctm')).toEqual({ kind: 'lab', words: 'ctm' })
    expect(parseOrderLine('XQ ngực')).toEqual({ kind: 'imaging', words: 'x-quang ngực' })
    expect(parseOrderLine('TT thay băng !')).toEqual({ kind: 'procedure', words: 'thay băng', urgent: true })
    expect(parseOrderLine('sa bụng')).toEqual({ kind: 'imaging', words: 'siêu âm bụng' })
  })
  it('reads a test as urgent by a mark or a word behind it, and nothing of the kind into a drug', () => {
    for (const line of ['xn ctm !', 'xn ctm!', 'xn ctm khẩn', 'xn ctm cấp cứu', 'XN ctm Khẩn'.normalize('NFD')]) expect(parseOrderLine(line), line).toEqual({ kind: 'lab', words: 'ctm', urgent: true })
    expect(parseOrderLine('xq ngực !')).toEqual({ kind: 'imaging', words: 'x-quang ngực', urgent: true })
    expect(parseOrderLine('kali khẩn')).toEqual({ kind: 'any', words: 'kali', urgent: true })
    expect(parseOrderLine('xn khẩn cấp ctm')).toEqual({ kind: 'lab', words: 'khẩn cấp ctm' })
    expect(parseOrderLine('amox 500 3x1 7n khẩn')).toMatchObject({ kind: 'drug', note: 'khẩn' })
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
