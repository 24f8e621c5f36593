/** What can be drawn: every letter of Vietnamese as one composed character, and nothing lost in silence. */
import { describe, expect, it } from 'vitest'
import { openFonts, tidy } from '#api/printing/fonts.ts'

const fonts = openFonts()

/** The 67 lower-case letters with marks, and đ. */
const LETTERS = [...'aăâeêioôơuưy'].flatMap((vowel) => ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'].map((tone) => (vowel + tone).normalize('NFC'))).join('') + 'đ'

describe('drawable text', () => {
  it('holds all Vietnamese letters in the main face', () => {
    for (const letters of [LETTERS, LETTERS.toLocaleUpperCase('vi')]) expect(fonts.drawable(letters)).toBe(letters)
    expect([...LETTERS]).toHaveLength(73)
  })

  it('composes letters that came apart', () => {
    expect(fonts.drawable('Nguyễn Thị Ượng'.normalize('NFD'))).toBe('Nguyễn Thị Ượng')
  })

  it('takes the symbol face for what the main face lacks, and names what neither has', () => {
    expect(fonts.drawable('☑ Có 病')).toEqual([{ text: '☑', font: 'Symbols' }, { text: ' Có [U+75C5]' }])
  })

  it('drops invisible characters that could change how a line reads', () => {
    expect(tidy('a\u202Eb\u200Bc\u0000d\te\r\nf')).toBe('abcd e\nf')
    expect(tidy('\uD800x')).toBe('\uFFFDx')
  })

  it('measures text in points', () => {
    expect(fonts.width('....', 10)).toBeCloseTo(10, 1)
  })
})
