/** What the benches say of what they measured. */
import { expect, it } from 'vitest'
import { judgeAnswers, judgeMost, judgeRate, judgeSeen, median, ratioOf, sumUp, worstShare, type Rate } from '#test/bench/fhir/verdict.ts'

const rate = (more: Partial<Rate>) => judgeRate({ name: 'read', rate: 350, against: 'L1', limit: 1000, gate: 0.35, count: 700, failed: 0, ...more })

it('a rate says its share, its limit by name, and whether it holds: at the gate it does, a hair below it does not', () => {
  expect(rate({})).toEqual({ name: 'read', share: 0.35, holds: true, text: '0.350 of L1 1000/s (wanted 0.35) ok' })
  expect(rate({ rate: 349.9 })).toMatchObject({ holds: false, text: '0.350 of L1 1000/s (wanted 0.35) FALLS SHORT' })
  expect(rate({ rate: 900, failed: 1 })).toMatchObject({ holds: false, text: '0.900 of L1 1000/s (wanted 0.35) FALLS SHORT' })
})

it.each<[string, Partial<Rate>]>([
  ['a limit of nothing', { limit: 0 }], ['nothing of nothing', { rate: 0, limit: 0 }], ['a limit that is no number', { limit: Number.NaN }], ['an infinite rate', { rate: Infinity }],
  ['no limit', { limit: undefined }], ['no answer at all', { count: 0 }], ['a limit below nothing', { limit: -1, rate: -1 }],
])('%s is not measured, and never ok', (_, more) => {
  const judged = rate(more)
  expect(judged).toMatchObject({ share: undefined, holds: false })
  expect(judged.text).toMatch(/^- of L1 .* NOT MEASURED, FALLS SHORT$/)
})

it('what may be so much at most holds when it is just that, and not when nobody knows how much it is', () => {
  expect([4500, 4500.1, 0].map((value) => judgeMost('storage', value, 4500).text)).toEqual(['(wanted at most 4500) ok', '(wanted at most 4500) FALLS SHORT', '(wanted at most 4500) ok'])
  expect([Number.NaN, Infinity, -1, undefined].map((value) => judgeMost('storage', value, 4500))).toEqual(Array.from({ length: 4 }, () => ({ name: 'storage', holds: false, text: '(wanted at most 4500) NOT MEASURED, FALLS SHORT' })))
  expect([judgeAnswers('x', 3, 0), judgeAnswers('x', 3, 1), judgeAnswers('x', 0, 0)].map(({ holds }) => holds)).toEqual([true, false, false])
})

it('the run fails when one falls short or nothing was measured, and names what does', () => {
  expect(sumUp([rate({}), judgeMost('storage', 1, 2)])).toEqual({ text: '2 hold, 0 fall short', exitCode: 0 })
  expect(sumUp([rate({}), rate({ limit: 0 }), judgeMost('storage', 3, 2)])).toEqual({ text: '1 hold, 2 fall short: read; storage', exitCode: 1 })
  expect(sumUp([])).toEqual({ text: 'nothing was measured', exitCode: 1 })
  expect([worstShare([{ share: 0.4, gate: 0.2 }, { share: 0.3, gate: 0.3 }]), worstShare([{ share: 0.4, gate: 0.2 }, { share: undefined, gate: 0.3 }]), worstShare([])]).toEqual([1, 0, undefined])
})

it('a slower build is seen by its median, and what was not measured is not seen', () => {
  expect(judgeSeen([2, 9, 1], [2.08, 2.08, 2.08], 1.04)).toEqual({ seen: true, text: '2.000 -> 2.080, 1.04 times (seen from 1.04) seen' })
  expect(judgeSeen([2], [2.07], 1.04)).toMatchObject({ seen: false, text: '2.000 -> 2.070, 1.03 times (seen from 1.04) NOT SEEN' })
  expect([judgeSeen([0.5], [0.4], 0.8).seen, judgeSeen([0.5], [0.41], 0.8).seen]).toEqual([true, false])
  for (const [sound = [], planted = []] of [[[], [1]], [[1], []], [[0], [1]], [[1], [Number.NaN]], [[Infinity], [1]]]) for (const from of [1.04, 0.8]) expect(judgeSeen(sound, planted, from), JSON.stringify([sound, planted, from])).toMatchObject({ seen: false, text: expect.stringContaining('NOT MEASURED') })
  expect([median([]), median([3, 1, 2]), ratioOf(0, 5)]).toEqual([undefined, 2, 0])
})
