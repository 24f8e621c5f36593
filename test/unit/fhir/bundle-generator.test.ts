/** The generator of bundles keeps its own promises: the same from the same seed, enough types, decimals of every length, conditions on every entry. */
import { describe, expect, it } from 'vitest'
import { generateBundle } from '#test/support/bundles.ts'

describe('generated bundles', () => {
  it('are the same from the same seed and differ between seeds', () => {
    expect(generateBundle(7).text).toBe(generateBundle(7).text)
    expect(generateBundle(7).text).not.toBe(generateBundle(8).text)
  })
  it('have 30 to 400 entries of at least 12 types, urns, conditional references and If-None-Exist on each', () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const { entries, text } = generateBundle(seed)
      expect(entries.length).toBeGreaterThanOrEqual(30)
      expect(entries.length).toBeLessThanOrEqual(400)
      expect(new Set(entries.map((entry) => entry.type)).size).toBeGreaterThanOrEqual(12)
      expect(text).toMatch(/"reference":"urn:uuid:/)
      expect(text).toMatch(/"reference":"(Practitioner|Organization|Location)\?identifier=/)
      expect(text.split('"ifNoneExist":').length - 1).toBe(entries.length)
    }
  })
  it('write decimals with trailing zeros and up to 18 digits', () => {
    const numbers = Array.from({ length: 40 }, (_, seed) => generateBundle(seed).text).join('').match(/"value(Decimal)?":-?\d[^,}]*/g) ?? []
    const lengths = new Set(numbers.map((number) => number.replace(/\D/g, '').length))
    for (let digits = 1; digits <= 18; digits += 1) expect(lengths, `${digits} digits`).toContain(digits)
    expect(numbers.some((number) => /\.\d*0$/.test(number))).toBe(true)
  })
})
