import { describe, expect, it } from 'vitest'
import { buildIndex, findMatches } from '#api/terminology/match.ts'
import { STARTER_LISTS } from '#api/terminology/starter-lists.ts'
import type { Concept } from '#api/model/ports.ts'
import { readStarter } from './starter-files.ts'

const codes = (found: Concept[]): string[] => found.map((c) => c.code)

describe('search in the lists', () => {
  it('finds a diagnosis by its code, by words without accents, and by the usual abbreviation', async () => {
    const index = buildIndex(await readStarter('icd10'))
    expect(codes(findMatches(index, 'j02', 3))[0]).toBe('J02')
    expect(codes(findMatches(index, 'viem hong', 5))).toContain('J02')
    expect(codes(findMatches(index, 'viem hong', 1))[0]).toBe('J02')
    expect(codes(findMatches(index, 'THA', 3))[0]).toBe('I10')
    expect(codes(findMatches(index, 'hen', 3))[0]).toBe('J45')
    expect(codes(findMatches(index, 'đái tháo đường', 5))).toEqual(expect.arrayContaining(['E10', 'E11', 'E14']))
  })

  it('finds a medicine by a beginning and a strength', async () => {
    const index = buildIndex(await readStarter('medicines'))
    expect(codes(findMatches(index, 'amox 500', 3))[0]).toBe('AMOX500C')
    expect(codes(findMatches(index, 'para', 5))).toContain('PARA500')
  })

  it('answers nothing for words that are not there, and the start of the list for no words', async () => {
    const index = buildIndex(await readStarter('icd10'))
    expect(findMatches(index, 'xyzzy', 5)).toEqual([])
    expect(findMatches(index, '', 3)).toHaveLength(3)
    expect(findMatches(index, '///', 3)).toEqual([])
  })

  it('reads every starter list without an error, with the sizes that are promised', async () => {
    const sizes = Object.fromEntries(await Promise.all(STARTER_LISTS.map(async (r) => [r.list, (await readStarter(r.list)).length] as const)))
    expect(sizes['icd10']).toBeGreaterThanOrEqual(300)
    expect(sizes['medicines']).toBeGreaterThanOrEqual(120)
    expect(sizes).toMatchObject({ provinces: 34, communes: 3321, 'ethnic-groups': 56, departments: 47 })
  })
})
