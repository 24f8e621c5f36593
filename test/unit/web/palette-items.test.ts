/** What the palette offers for a text, and which of it comes first. */
import { describe, expect, it } from 'vitest'
import { inPaletteOrder, rankOf, type PaletteItem } from '#web/shell/palette/palette-items.ts'
import { showKeys } from '#web/shell/palette/show-keys.ts'
import { forgetPatients, recentPatients, rememberPatient } from '#web/shell/recent-patients.ts'

const item = (label: string): PaletteItem => ({ id: label, group: 'pages', label, run: () => undefined })

describe('the palette', () => {
  it('takes words without accents, in any order, from the beginning of words first', () => {
    expect(['Khám bệnh', 'Sổ khám', 'Tiền khám bệnh', 'Kho'].map((label) => rankOf(label, 'kham'))).toEqual([0, 1, 1, undefined])
    expect(rankOf('Đăng ký khám và cấp số', 'so dang')).toBe(1)
    expect(rankOf('Bộ chỉ định, mẫu câu', 'ịnh')).toBe(2)
    expect(rankOf('Khám bệnh', '')).toBe(0)
  })

  it('has what begins with the text first, then patients, then what only holds its words, each in the given order', () => {
    const labels = (query: string): string[] => inPaletteOrder([item('Sổ khám'), item('Khám bệnh'), item('Kho'), item('Khám sức khỏe')], [item('Vũ Khâm')], query).map(({ label }) => label)
    expect(labels('khám')).toEqual(['Khám bệnh', 'Khám sức khỏe', 'Vũ Khâm', 'Sổ khám'])
    expect(labels('')).toEqual(['Vũ Khâm', 'Sổ khám', 'Khám bệnh', 'Kho', 'Khám sức khỏe'])
  })

  it('remembers whom somebody opened, each once and the last first, until they sign out', () => {
    for (const id of ['a', 'b', 'c', 'a', 'd', 'e', 'f', 'g']) rememberPatient({ id, name: id })
    expect(recentPatients.value.map(({ id }) => id)).toEqual(['g', 'f', 'e', 'd', 'a', 'c'])
    forgetPatients()
    expect(recentPatients.value).toEqual([])
  })
})

describe('a key', () => {
  it('is read as it stands on the keyboard', () => {
    expect(['Ctrl+s', 'Alt+ArrowDown', 'F8', 'g k', '/'].map((keys) => showKeys(keys, (direction) => direction))).toEqual(['Ctrl+S', 'Alt+down', 'F8', 'g k', '/'])
  })
})
