/** A name is found from each of its words on, and no row of it says what another one says. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { objectFromPlain } from '#api/model/json.ts'
import { wordsOf } from '#api/search/values.ts'

const word = fc.constantFrom('A', 'Á', 'An', 'Ân', 'Anh', 'B', 'Bá', 'Ba An')
const words = fc.array(word, { minLength: 1, maxLength: 4 })
const name = fc.record({ text: words.map((all) => all.join(' ')), family: word, given: words, prefix: words }, { requiredKeys: [] })
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

it('whatever it is put together from', () => {
  fc.assert(fc.property(name, (drawn) => {
    const found = wordsOf(objectFromPlain({ ...drawn }))
    const wholes = found.flatMap(({ whole }) => whole ?? []), parts = found.flatMap(({ parts: own }) => own)
    const rows = [...wholes, ...parts]
    const joined = [drawn.family ?? '', ...drawn.given ?? []].filter((each) => each !== '').join(' ')
    const whole = drawn.text ?? joined
    for (const text of [whole, joined, drawn.family ?? '', ...drawn.given ?? [], ...drawn.prefix ?? []].filter((each) => each !== '')) {
      const split = fold(text).split(' ')
      // titles alone are found as they begin
      for (let from = 0; from < (whole === '' ? 1 : split.length); from += 1) expect(rows.some((row) => row.startsWith(split.slice(from).join(' '))), text).toBe(true)
    }
    // `_sort` and :exact of the whole have theirs
    expect(wholes).toEqual(whole === '' ? [] : [fold(whole)])
    for (const part of new Set(parts)) expect([part, rows.filter((row) => row !== part && row.startsWith(part))]).toEqual([part, []])
    expect(wholes.some((norm) => parts.includes(norm))).toBe(false)
  }), { numRuns: 1_000 })
})
