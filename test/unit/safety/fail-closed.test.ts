/** What once was said to be clear and was not: each of these had been judged by half of what is known, or by nothing. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import type { Check, CheckKind } from '#api/model/safety.ts'
import type { DrugLine, SafetyCase } from '#api/safety/case.ts'
import { checkLines } from '#api/safety/check-lines.ts'
import { milligrams } from '#api/safety/strength.ts'
import { readTables, type SafetyRows, type SafetyTables } from '#api/safety/tables.ts'
import { caseOf, lineOf, readStarterList, starterRows } from '../../support/safety-tables.ts'

let rows: SafetyRows
let tables: SafetyTables
let medicines: readonly Concept[]
beforeAll(async () => {
  rows = await starterRows()
  tables = readTables(rows)
  medicines = await readStarterList('medicines')
})

const drug = (code: string, more: Partial<DrugLine> = {}): DrugLine => lineOf(medicines, code, more)
/** By the name of the substance alone, whatever the formulary has. */
const only = (inn: string, id = 'khac'): DrugLine => ({ id, code: id, name: inn, inn, strength: '', unit: 'viên', doseUnit: 'viên', dose: 1, frequency: 1, route: 'PO' })
const checksOf = (kind: CheckKind, asked: SafetyCase, by: SafetyTables = tables): readonly Check[] => (checkLines(asked, by)[0]?.checks ?? []).filter((check) => check.kind === kind)
const said = (kind: CheckKind, asked: SafetyCase, by: SafetyTables = tables): string[] => checksOf(kind, asked, by).map(({ verdict, rule }) => `${verdict} ${rule}`)

describe('a dose by weight', () => {
  it.each([
    ['12 years and 30 kg, one gram four times', { months: 150, weight: 30 }, { dose: 2, frequency: 4 }, ['reason dose:day/paracetamol', 'second-person dose:single/paracetamol']],
    ['17 years and not weighed', { months: 210, weight: undefined }, { dose: 1, frequency: 4 }, ['not-checked dose:no-weight']],
    ['17 years and 70 kg', { months: 210, weight: 70 }, { dose: 2, frequency: 4 }, ['clear dose:clear']],
    ['an adult of 40 kg', { months: 800, weight: 40 }, { dose: 2, frequency: 4 }, ['reason dose:day/paracetamol', 'reason dose:single/paracetamol']],
    ['an adult not weighed', { months: 800, weight: undefined }, { dose: 2, frequency: 4 }, ['clear dose:clear']],
  ] as const)('holds for paracetamol: %s', (_name, facts, line, wanted) => {
    expect(said('dose', caseOf([drug('PARA500', line)], {}, facts))).toEqual(wanted)
  })
})

describe('the kidney', () => {
  it.each([1, 9, 3001, 'unreadable'] as const)('is not checked by a creatinine of %s', (value) => {
    const creatinine = value === 'unreadable' ? value : { value, daysAgo: 3, day: '2026-11-25' }
    expect(said('kidney', caseOf([drug('METF850')], {}, { creatinine }))).toEqual(['not-checked kidney:unreadable-creatinine'])
  })

  it('is clear with the eGFR and the day that it rests on, and without where the drug does not ask for it', () => {
    const words = (code: string) => checksOf('kidney', caseOf([drug(code)])).map((check) => check.words.vi)
    expect(words('METF850')).toEqual(['không cần chỉnh theo thận: mức lọc cầu thận 110 ml/phút/1,73 m² (creatinin ngày 25/11/2026)'])
    expect(words('OMEP20')).toEqual(['không cần chỉnh theo thận'])
  })
})

describe('interactions', () => {
  /** Of the pair class and other, rule by rule. */
  const met = (inn: string, other: string): string[] => said('interaction', caseOf([only(inn, 'mot'), only(other, 'hai')]))
  it.each([
    ['vka', ['Metronidazole', 'Tinidazole', 'Fluconazole', 'Itraconazole', 'Ketoconazole', 'Sulfamethoxazole', 'Amiodarone', 'Clarithromycin', 'Erythromycin', 'Rifampicin', 'Ibuprofen', 'Etoricoxib', 'Acetylsalicylic acid', 'Sertraline', 'Fluoxetine', 'Phenytoin', 'Carbamazepine', 'Ciprofloxacin', 'Clopidogrel', 'Gemfibrozil']],
    ['acei', ['Spironolactone', 'Potassium chloride', 'Ibuprofen', 'Meloxicam', 'Lithium', 'Trimethoprim', 'Losartan']],
    ['arb', ['Spironolactone', 'Potassium chloride', 'Ibuprofen', 'Meloxicam', 'Lithium', 'Trimethoprim', 'Captopril']],
    ['ssri', ['Ibuprofen', 'Etoricoxib', 'Warfarin', 'Tramadol', 'Pethidine', 'Fentanyl', 'Linezolid', 'Clopidogrel']],
    ['nsaid', ['Warfarin', 'Rivaroxaban', 'Dabigatran', 'Methotrexate', 'Furosemide', 'Indapamide', 'Enalapril']],
  ])('are the same for every member of the class %s', (code, others) => {
    const members = [...tables.substances.values()].filter(({ classes }) => classes.includes(code)).map(({ words }) => words.en)
    expect(members.length).toBeGreaterThan(1)
    for (const other of others) {
      const found = members.filter((member) => member !== other).map((member) => met(member, other).filter((rule) => rule.includes(code)))
      expect([other, found[0]?.length, new Set(found.map((rules) => rules.join(' '))).size]).toEqual([other, 1, 1])
    }
  })

  it('are written once: no row of a substance repeats one of its class', () => {
    const { interactions = [], substances } = tables
    const covers = (side: string, code: string): boolean => side === code || (substances.get(code)?.classes.includes(side) ?? false)
    const twice = interactions.filter((row) => interactions.some((wider) => wider !== row && wider.grade === row.grade && wider.words.vi === row.words.vi
      && ((covers(wider.a, row.a) && covers(wider.b, row.b)) || (covers(wider.a, row.b) && covers(wider.b, row.a)))))
    expect(twice.map(({ code }) => code)).toEqual([])
  })

  it('of a substance that no row names are not checked, unless the table says that it has none', () => {
    expect(said('interaction', caseOf([only('Silymarin'), drug('PARA500')]))).toEqual(['not-checked interaction:no-row'])
    expect(said('interaction', caseOf([only('Silymarin')]))).toEqual(['clear interaction:clear'])
    expect(said('interaction', caseOf([drug('PARA500')], { running: [{ ...only('Silymarin'), daysLeft: 9 }] }))).toEqual(['not-checked interaction:no-row-of-other'])
    expect(said('interaction', caseOf([drug('AMOXCLAV625'), drug('PARA500')]))).toEqual(['clear interaction:clear'])
    expect(said('interaction', caseOf([drug('AMOX500C'), drug('PARA500')]))).toEqual(['clear interaction:clear'])
  })

  it('with a drug applied locally were not looked at, and the class was not compared', () => {
    const asked = caseOf([drug('ENAL5'), drug('DICLOGEL'), drug('PARA500')])
    expect(said('interaction', asked)).toEqual(['not-checked interaction:local-other'])
    expect(checksOf('duplicate', asked).map(({ verdict, words }) => `${verdict} ${words.vi}`)).toEqual(['clear không trùng hoạt chất với 2 thuốc khác; nhóm thuốc đã so với 1 (không so thuốc dùng tại chỗ, hít)'])
  })
})

describe('what cannot be read', () => {
  it('is no strength where a point may stand for thousands', () => {
    expect(['1.000 mg', '1,250 mg', '500.000 mg'].map((text) => milligrams(text, 1)[0])).toEqual([undefined, undefined, undefined])
    expect(['0.125 mg', '2.5 mg', '37,5 mg'].map((text) => milligrams(text, 1)[0])).toEqual([0.125, 2.5, 37.5])
  })

  const withLimits = (code: string, properties: Readonly<Record<string, string>>): SafetyTables =>
    readTables({ ...rows, 'drug-limits': rows['drug-limits'].map((row) => (row.code === code ? { ...row, properties: { ...row.properties, ...properties } } : row)) })

  it.each([
    ['dose', { single: '0,3' }, {}, 'not-checked dose:unreadable-row'],
    ['dose', { kgDay: '75 mg' }, {}, 'not-checked dose:unreadable-row'],
    ['age', { age: '2,5:reason' }, {}, 'not-checked age:no-row'],
    ['kidney', { kidney: 'x:reason' }, {}, 'not-checked kidney:no-row'],
    ['kidney', { kidney: ';' }, {}, 'not-checked kidney:no-row'],
    ['pregnancy', { pregnancy: 'ba:reason' }, { gender: 'female', pregnancy: { status: 'yes', weeks: 32 } }, 'not-checked pregnancy:no-row'],
  ] as const)('makes the %s of the row %j not checked', (kind, properties, facts, wanted) => {
    expect(said(kind, caseOf([drug('PARA500')], {}, facts), withLimits('paracetamol', properties))).toEqual([wanted])
  })

  it('is the gravest where it is the grade of a class', () => {
    const by = readTables({ ...rows, 'drug-classes': rows['drug-classes'].map((row) => (row.code === 'nsaid' ? { ...row, properties: { ...row.properties, duplicate: 'reson' } } : row)) })
    expect(said('duplicate', caseOf([drug('IBU400'), drug('MELOX75')]), by)).toEqual(['second-person duplicate:nsaid'])
  })
})

describe('what somebody answered', () => {
  const keysOf = (line: Partial<DrugLine>): string[] => checksOf('pregnancy', caseOf([drug('IBU400', { id: 'd1', ...line })], {}, { gender: 'female', pregnancy: { status: 'yes', weeks: 32 } })).map(({ key }) => key)
  it.each([{ dose: 2 }, { frequency: 4 }, { route: 'IV' }, { doseUnit: 'gói' }, { code: 'IBU200' }])('does not hold for the gravest after a change of the line: %j', (change) => {
    expect(keysOf({})).toEqual(keysOf({}))
    expect(keysOf(change)).not.toEqual(keysOf({}))
  })

  it('does not hold for a dose when the limit has become another', () => {
    const keys = (weight: number) => checksOf('dose', caseOf([drug('PARA500', { dose: 1.2, frequency: 1 })], {}, { months: 150, weight })).map(({ verdict, key }) => `${verdict} ${key}`)
    expect([keys(36)[0]?.split(' ')[0], keys(35)[0]?.split(' ')[0]]).toEqual(['reason', 'reason'])
    expect(keys(36)).not.toEqual(keys(35))
  })
})
