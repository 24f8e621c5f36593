/** The arithmetic of what has arrived, against the plain set that it stands for. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addAll, addRanges, contains, countOf, highest, lacking, merge, normalise, NOTHING, toRanges } from '#api/exchange/core/progress.ts'

const HEAD = 60
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: HEAD }))
const members = (progress: Parameters<typeof contains>[0]): number[] => Array.from({ length: HEAD + 5 }, (_, i) => i + 1).filter((seq) => contains(progress, seq))
const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b)

describe('progress', () => {
  it('stands for exactly the numbers that were added, in any order', () => {
    fc.assert(fc.property(numbers, (seqs) => {
      const progress = addAll(NOTHING, seqs)
      expect(members(progress)).toEqual(sorted(seqs))
      expect(countOf(progress)).toBe(seqs.length)
      expect(highest(progress)).toBe(Math.max(0, ...seqs))
    }))
  })

  it('keeps ranges apart, ascending and beyond the cursor', () => {
    fc.assert(fc.property(numbers, numbers, (first, second) => {
      const { cursor, ranges } = addAll(addAll(NOTHING, first), second)
      let last = cursor
      for (const [from, to] of ranges) {
        expect(from).toBeGreaterThan(last + 1)
        expect(to).toBeGreaterThanOrEqual(from)
        last = to
      }
    }))
  })

  it('merges to the union, whichever side comes first', () => {
    fc.assert(fc.property(numbers, numbers, (a, b) => {
      const merged = merge(addAll(NOTHING, a), addAll(NOTHING, b))
      expect(members(merged)).toEqual(sorted([...new Set([...a, ...b])]))
      expect(merge(addAll(NOTHING, b), addAll(NOTHING, a))).toEqual(merged)
    }))
  })

  it('names exactly what is lacking up to the head', () => {
    fc.assert(fc.property(numbers, fc.integer({ min: 0, max: HEAD }), (seqs, head) => {
      const holes = lacking(addAll(NOTHING, seqs), head).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
      expect(holes).toEqual(Array.from({ length: head }, (_, i) => i + 1).filter((seq) => !seqs.includes(seq)))
    }))
  })

  it('writes numbers as ranges and reads them back', () => {
    fc.assert(fc.property(numbers, (seqs) => {
      expect(addRanges(NOTHING, toRanges(seqs))).toEqual(addAll(NOTHING, seqs))
    }))
    expect(toRanges([1, 2, 3, 7])).toEqual([[1, 3], [7, 7]])
  })

  it('drops empty ranges', () => {
    expect(normalise(3, [[9, 8]])).toEqual({ cursor: 3, ranges: [] })
  })
})
