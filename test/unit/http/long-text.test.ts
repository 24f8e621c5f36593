import { expect, it } from 'vitest'
import { bytesOfLong } from '#api/http/long-text.ts'

/** One, two, three and four bytes; half of a pair, which has no bytes of its own. */
const LETTERS = ['a', 'đ', 'ế', '\u{1F3E5}', '\uD83C']

it('is the same bytes as Node makes of it, whatever its letters and length', () => {
  for (const letter of [...LETTERS, LETTERS.join('')]) {
    for (const length of [0, 1, 4095, 4096, 4097, 40_000, 131_072, 131_073]) {
      const text = letter.repeat(Math.ceil(length / letter.length)).slice(0, length)
      expect(Buffer.from(text).equals(Buffer.from(bytesOfLong(text))), `${length} of ${letter}`).toBe(true)
    }
  }
})

it('is written to bytes only where that is less work and little room', () => {
  expect([4095, 4096, 131_072, 131_073].map((length) => typeof bytesOfLong('đ'.repeat(length)))).toEqual(['string', 'object', 'object', 'string'])
})
