/** What the shipped lists say of themselves: only what is known of their source and licence. */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listsFolder, readStarter } from './starter-files.ts'
import { STARTER_LISTS } from '#api/terminology/starter-lists.ts'

describe('a shipped list', () => {
  it('counts as official only with the decision that issued it and a licence file beside it; all others are starters', () => {
    for (const row of STARTER_LISTS) {
      const licenceFile = /lists\/([\w-]+)/.exec(row.licence)?.[1]
      if (licenceFile !== undefined) expect(existsSync(new URL(licenceFile, listsFolder)), row.list).toBe(true)
      expect(row.starter, row.list).toBe(row.legalBasis === undefined || licenceFile === undefined)
    }
    expect(STARTER_LISTS.filter((row) => !row.starter).map((row) => row.list)).toEqual(['provinces', 'communes'])
  })

  it('says of ICD-10 that WHO licenses it and that the project holds no licence, and of the ethnic groups that no decision was compared', () => {
    const said = Object.fromEntries(STARTER_LISTS.map((row) => [row.list, `${row.source} | ${row.licence}`]))
    expect(said['icd10']).toMatch(/© WHO.*giấy phép của WHO, dự án chưa có/)
    expect(said['ethnic-groups']).toMatch(/chưa đối chiếu.*Không có giấy phép/)
  })

  it('marks the narcotics and psychotropics of the medicines, and no other row, all of them unreviewed', async () => {
    const controlled = (await readStarter('medicines')).filter((c) => c.properties.control === 'N' || c.properties.control === 'H')
    expect(controlled.map((c) => `${c.properties.control} ${c.properties.inn}`)).toEqual([
      'N Morphin hydroclorid', 'N Morphin sulfat', 'N Pethidin hydroclorid', 'N Fentanyl', 'N Tramadol hydroclorid', 'H Diazepam', 'H Midazolam', 'H Phenobarbital', 'H Ketamin',
    ])
    expect(controlled.some((c) => c.reviewed)).toBe(false)
  })
})
