/** The lines that `npm run gates` prints, and how old the oldest word is that was lost. */
import { expect, it, vi } from 'vitest'
import { oldestLost } from '#test/e2e/support/lost-work.ts'
import { quantile } from '#test/e2e/support/openings.ts'
import { absent, atLeast, atMost, guard, toLine, toSummary } from '#test/gates/gate.ts'

it('a gate says its name, what was measured, what is wanted, and whether it holds', async () => {
  const all = [atMost('a', 8, 8), atMost('b', 8.06, 8, 's'), atLeast('c', 22, 22), atLeast('d', 21, 22), absent('e', '<=1'), atMost('f', Number.NaN, 1)]
  expect(all.map(toLine)).toEqual(['a 8 <=8 ok', 'b 8.1s <=8s FALLS SHORT', 'c 22 >=22 ok', 'd 21 >=22 FALLS SHORT', 'e not-there <=1 FALLS SHORT', 'f NaN <=1 FALLS SHORT'])
  expect(toSummary(all)).toBe('2 passed, 4 failed')
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  expect((await guard('g', () => Promise.reject(new Error('gone')))).map(toLine)).toEqual(['g broke-off to-the-end FALLS SHORT'])
  expect(said).toHaveBeenCalledOnce()
  said.mockRestore()
})

it('what was lost is as old as the first word that is missing', () => {
  const words = [{ text: 'câu 0.', at: 0 }, { text: 'câu 1.', at: 120 }, { text: 'câu 2.', at: 240 }]
  expect([oldestLost(words, 'câu 0. câu 1. câu 2.', 1000), oldestLost(words, 'câu 0. câu 2.', 1000), oldestLost(words, '', 1000)]).toEqual([0, 880, 1000])
  expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.95), quantile([], 0.5)]).toEqual([2, 3, 0])
})
