/** Bar codes of specimen labels (ISO/IEC 15417). */
import { describe, expect, it } from 'vitest'
import { code128Values, code128Widths } from '#api/printing/code128.ts'

/** Reads the widths back as a scanner does: six of them a sign of eleven modules, whose bars are an even number of modules wide. */
const scan = (widths: readonly number[]): string => {
  const signs = Array.from({ length: (widths.length - 7) / 6 }, (_, at) => widths.slice(at * 6, at * 6 + 6).join(''))
  const known = new Map(Array.from({ length: 95 }, (_, value): [string, number] => [code128Widths(String.fromCharCode(value + 32)).slice(6, 12).join(''), value]))
  return signs.slice(1, -1).map((sign) => String.fromCharCode((known.get(sign) ?? 0) + 32)).join('')
}

describe('a bar code', () => {
  it('has the check value of the worked example, and the same for a start that differs by one', () => {
    // PJJ123C has the check value 54 in set A (https://en.wikipedia.org/wiki/Code_128); set B starts with a value that is one higher
    expect(code128Values('PJJ123C').at(-2)).toBe(55)
  })
  it('has eleven modules for each sign, an even number of them black, thirteen for the stop, and no sign twice', () => {
    const signs = Array.from({ length: 95 }, (_, value) => code128Widths(String.fromCharCode(value + 32)).slice(6, 12))
    for (const sign of signs) expect([sign.reduce((sum, width) => sum + width, 0), ((sign[0] ?? 0) + (sign[2] ?? 0) + (sign[4] ?? 0)) % 2]).toEqual([11, 0])
    expect(new Set(signs.map((sign) => sign.join(''))).size).toBe(95)
    expect(code128Widths('A').slice(-7).reduce((sum, width) => sum + width, 0)).toBe(13)
  })
  it('reads back as what was written', () => {
    expect(scan(code128Widths('261128-0042'))).toBe('261128-0042')
  })
  it('refuses what it cannot say', () => {
    expect(() => code128Values('mẫu')).toThrow('ASCII')
  })
})
