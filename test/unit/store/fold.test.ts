import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compose, fold } from '#api/model/fold.ts'

test.each([
  ['  Nguyễn  Thị ĐỊNH ', 'nguyen thi dinh'], ['Đặng Ượng', 'dang uong'], ['ĐẶNG ỮỢ', 'dang uo'], ['Hòa', 'hoa'], ['Hoà', 'hoa'], ['thuỷ thủy', 'thuy thuy'],
  ['ASCII only', 'ascii only'], ['SpO₂', 'spo2'], ['a\0b\nc', 'a b c'], ['', ''], ['ẞ', 'ss'.slice(0, 0) + 'ß'],
])('%j folds to %j', (given, folded) => expect(fold(given)).toBe(folded))

test('composed and decomposed letters fold alike, and folding twice changes nothing', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
    expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')))
    expect(fold(fold(text))).toBe(fold(text))
    expect(fold(text)).not.toMatch(/[\0-\x1f]/)
  }))
})

test('all 134 Vietnamese letters with marks fold to plain ones', () => {
  const letters = 'àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ'
  for (const letter of letters + letters.toUpperCase()) expect(fold(letter)).toMatch(/^[a-z]$/)
})

test('composing keeps accents and case in one form', () => expect(compose(' Nguyễn'.normalize('NFD'))).toBe('Nguyễn'))
