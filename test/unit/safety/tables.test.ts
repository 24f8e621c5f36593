import { beforeAll, describe, expect, it } from 'vitest'
import { fold } from '#api/model/fold.ts'
import type { Concept } from '#api/model/ports.ts'
import { GRADES } from '#api/model/safety.ts'
import { milligrams } from '#api/safety/strength.ts'
import type { SafetyRows, SafetyTables } from '#api/safety/tables.ts'
import { readStarterList, starterRows } from '../../support/safety-tables.ts'
import { readTables } from '#api/safety/tables.ts'

let rows: SafetyRows
let tables: SafetyTables
let medicines: readonly Concept[]
beforeAll(async () => {
  rows = await starterRows()
  tables = readTables(rows)
  medicines = await readStarterList('medicines')
})

const isThresholds = (text: string | undefined): boolean => text === undefined || text === '-' || text.split(';').every((part) => /^(\d+(\.\d+)?|all):(note|reason|second-person)$/.test(part))

describe('the tables of the safety checks', () => {
  it('know every substance of every drug of the formulary', () => {
    const unknown = medicines.flatMap(({ properties }) => (properties.inn ?? '').split('+').map((part) => part.trim())).filter((name) => !tables.byName.has(fold(name)) && !name.startsWith('Natri clorid + '))
    expect([...new Set(unknown)]).toEqual([])
  })

  it('hold at least 200 interactions, each between two sides that the tables know, with a severity, words in two languages and a source', () => {
    const wrong = rows['drug-interactions'].filter(({ code, display, displayEn, properties: { a = '', b = '', severity = '', source = '' } }) =>
      [a, b].some((side) => !tables.substances.has(side) && !tables.classes.has(side)) || a === b || code !== [a, b].sort().join('+')
      || !['contraindicated', 'major', 'moderate'].includes(severity) || source === '' || display === '' || (displayEn ?? '') === '')
    expect(wrong.map(({ code }) => code)).toEqual([])
    expect(tables.interactions?.length ?? 0).toBeGreaterThanOrEqual(200)
  })

  it('name 150 interactions and more between drugs that the formulary has', () => {
    const held = new Set(medicines.flatMap(({ properties }) => (properties.inn ?? '').split('+').flatMap((part) => tables.byName.get(fold(part))?.code ?? [])))
    expect(tables.interactions?.filter(({ a, b }) => held.has(a) && held.has(b)).length ?? 0).toBeGreaterThanOrEqual(150)
  })

  it('give a source in every row, and no row is reviewed before a pharmacist has', () => {
    for (const list of Object.values(rows)) {
      expect(list.filter(({ properties }) => (properties.source ?? '') === '').map(({ code }) => code)).toEqual([])
      expect(list.filter(({ reviewed }) => reviewed)).toEqual([])
    }
  })

  it('name only classes that are there, of substances and of cross-reactions', () => {
    const named = [...[...tables.substances.values()].flatMap(({ classes }) => classes), ...[...tables.classes.values()].flatMap(({ cross }) => [...cross.keys()])]
    expect([...new Set(named)].filter((code) => !tables.classes.has(code))).toEqual([])
  })

  it('have limits that are read whole: numbers, thresholds with a grade, and a daily dose that is not below one dose', () => {
    const wrong = rows['drug-limits'].filter(({ code, properties: p }) => !tables.substances.has(code) || [p.age, p.kidney, p.pregnancy].some((text) => !isThresholds(text))
      || ![undefined, '-', ...GRADES].includes(p.lactation as (typeof GRADES)[number] | '-' | undefined) || [p.single, p.day, p.kgDay, p.kgSingle].some((text) => text !== undefined && !(Number(text) > 0))
      || Number(p.day ?? p.single ?? 0) < Number(p.single ?? 0))
    expect(wrong.map(({ code }) => code)).toEqual([])
  })
})

describe('the strength of a drug', () => {
  it('is read in mg of each substance, and not guessed where the text does not say it', () => {
    expect([milligrams('500 mg/125 mg', 2), milligrams('1 g', 1), milligrams('50 microgam', 1), milligrams('100 mg/2 ml', 1), milligrams('37.5 mg', 1)]).toEqual([[500, 125], [1000], [0.05], [100], [37.5]])
    expect([milligrams('0.3%', 1), milligrams('1.000.000 IU', 1), milligrams('10 mg/ml', 1), milligrams('gói pha 1 lít', 1), milligrams('400 mg', 2)]).toEqual([[undefined], [undefined], [undefined], [undefined], [undefined, undefined]])
  })
})
