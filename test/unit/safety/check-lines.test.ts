import { beforeAll, describe, expect, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import { CHECK_KINDS, type Check, type CheckKind } from '#api/model/safety.ts'
import type { DrugLine, SafetyCase } from '#api/safety/case.ts'
import { checkLines } from '#api/safety/check-lines.ts'
import { glomerularFiltration } from '#api/safety/kidney-function.ts'
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
const checksOf = (asked: SafetyCase, line = 0, by: SafetyTables = tables): readonly Check[] => checkLines(asked, by)[line]?.checks ?? []
/** "reason interaction:atorvastatin+clarithromycin" of one kind. */
const said = (kind: CheckKind, asked: SafetyCase, line = 0): string[] => checksOf(asked, line).filter((check) => check.kind === kind).map(({ verdict, rule }) => `${verdict} ${rule}`)
const unknown: DrugLine = { id: 'x', code: '', name: 'Thuốc lạ', inn: '', strength: '', unit: 'viên', doseUnit: 'viên', dose: 1, frequency: 1, route: 'PO' }

describe('allergies', () => {
  it.each([
    ['dị ứng Amoxicillin', 'AMOX500C', 'reason allergy:amoxicillin'],
    ['Penicilin', 'AMOX500C', 'reason allergy:penicillin/amoxicillin'],
    ['ampicillin', 'AMOXCLAV625', 'reason allergy:penicillin/amoxicillin'],
    ['penicillin', 'CEPHAL500', 'note allergy:penicillin~cefalexin'],
    ['Aspirin', 'IBU400', 'reason allergy:nsaid/ibuprofen'],
    ['Biseptol', 'COTRIM480', 'reason allergy:sulfamethoxazole'],
    ['penicillin', 'DICLOGEL', 'clear allergy:clear'],
    ['NSAID', 'DICLOGEL', 'reason allergy:nsaid/diclofenac'],
    ['tôm, cua', 'AMOX500C', 'clear allergy:clear'],
    ['không dị ứng', 'AMOX500C', 'clear allergy:clear'],
    ['không rõ tên thuốc', 'AMOX500C', 'not-checked allergy:unknown-allergy'],
    ['tôm, Zidimol', 'AMOX500C', 'not-checked allergy:unknown-allergy'],
  ])('“%s” and %s: %s', (text, code, wanted) => {
    expect(said('allergy', caseOf([drug(code)], { allergies: [{ text, high: false }] }))).toContain(wanted)
  })

  it('are not clear when nobody asked, and are when somebody asked and there are none', () => {
    expect(said('allergy', caseOf([drug('AMOX500C')], { noneKnown: false }))).toEqual(['not-checked allergy:not-asked'])
    expect(said('allergy', caseOf([drug('AMOX500C')], { noneKnown: true }))).toEqual(['clear allergy:clear'])
  })

  it('of high criticality need a second person', () => {
    expect(said('allergy', caseOf([drug('AMOX500C')], { allergies: [{ text: 'Penicillin', high: true }] }))).toEqual(['second-person allergy:penicillin/amoxicillin'])
  })
})

describe('the same drug twice', () => {
  const running = (code: string, daysLeft: number) => ({ running: [{ ...drug(code, { id: 'truoc' }), daysLeft }] })
  it('is found by substance, by class, and among what is being taken', () => {
    expect(said('duplicate', caseOf([drug('PARA500'), drug('PARACOD')]))).toEqual(['reason duplicate:paracetamol'])
    expect(said('duplicate', caseOf([drug('IBU400'), drug('MELOX75')]))).toEqual(['reason duplicate:nsaid'])
    expect(said('duplicate', caseOf([drug('AMLO5')], running('AMLO5', 20)))).toEqual(['reason duplicate:amlodipine'])
    expect(said('duplicate', caseOf([drug('AMLO5')], running('AMLO5', 3)))).toEqual(['note duplicate:amlodipine'])
    expect(said('duplicate', caseOf([drug('IBU400'), drug('DICLOGEL')]))).toEqual(['clear duplicate:clear'])
  })
})

describe('interactions', () => {
  it.each([
    ['ATOR20', 'CLARI500', 'reason interaction:atorvastatin+clarithromycin'],
    ['DOMPE10', 'CLARI500', 'second-person interaction:clarithromycin+domperidone'],
    ['ENAL5', 'IBU400', 'note interaction:acei+nsaid'],
    ['ENAL5', 'LOSAR50', 'reason interaction:acei+arb'],
    ['CIPRO500', 'CALCID', 'note interaction:calcium-carbonate+ciprofloxacin'],
    ['DICLOGEL', 'ENAL5', 'not-checked interaction:local'],
    ['AMOX500C', 'PARA500', 'clear interaction:clear'],
  ])('%s with %s: %s', (one, two, wanted) => {
    expect(said('interaction', caseOf([drug(one), drug(two)]))).toEqual([wanted])
  })

  it('with a drug that the table does not know are not checked, and the line says with which', () => {
    const [check] = checksOf(caseOf([drug('AMOX500C'), unknown])).filter(({ kind }) => kind === 'interaction')
    expect([check?.verdict, check?.words.vi]).toEqual(['not-checked', 'chưa xét với Thuốc lạ: bảng không biết thuốc này'])
  })
})

describe('dose', () => {
  it.each([
    ['three tablets of 500 mg paracetamol at once', 'PARA500', { dose: 3, frequency: 1 }, {}, ['reason dose:single/paracetamol']],
    ['eight grams of paracetamol a day', 'PARA500', { dose: 2, frequency: 9 }, {}, ['second-person dose:day/paracetamol']],
    ['four grams a day', 'PARA500', { dose: 2, frequency: 4 }, {}, ['clear dose:clear']],
    ['a child of 10 kg, 250 mg three times', 'PARA250G', { dose: 1, frequency: 3 }, { months: 18, weight: 10 }, ['reason dose:single/paracetamol']],
    ['a child that was not weighed', 'PARA250G', {}, { months: 18, weight: undefined }, ['not-checked dose:no-weight']],
    ['a child, and no dose for children in the table', 'OMEP20', {}, { months: 60, weight: 18 }, ['not-checked dose:no-child-row']],
    ['drops', 'CIPROO', {}, {}, ['not-checked dose:local']],
    ['international units', 'PENV1M', {}, {}, ['not-checked dose:no-row']],
    ['an amount that is no number', 'PARA500', { dose: undefined }, {}, ['not-checked dose:no-amount']],
  ] as const)('of %s', (_name, code, line, facts, wanted) => {
    expect(said('dose', caseOf([drug(code, line)], {}, facts))).toEqual(wanted)
  })

  it('counts the same substance of all lines together', () => {
    expect(said('dose', caseOf([drug('PARA500', { dose: 2, frequency: 3 }), drug('PARACOD', { dose: 2, frequency: 3 })]))).toEqual(['reason dose:day/paracetamol'])
  })
})

describe('who takes it', () => {
  it('is too young', () => {
    expect(said('age', caseOf([drug('PARACOD')], {}, { months: 96, weight: 25 }))).toEqual(['second-person age:codeine'])
    expect(said('age', caseOf([drug('CIPRO500')], {}, { months: 200 }))).toEqual(['reason age:ciprofloxacin'])
    expect(said('age', caseOf([drug('CIPRO500')], {}, { months: undefined }))).toEqual(['not-checked age:no-birth-date'])
  })

  it.each([
    [{ creatinine: { value: 80, daysAgo: 3, day: '2026-11-25' } }, 'clear kidney:clear'],
    [{ creatinine: { value: 200, daysAgo: 3, day: '2026-11-25' } }, 'reason kidney:metformin'],
    [{ creatinine: { value: 400, daysAgo: 3, day: '2026-11-25' } }, 'second-person kidney:metformin'],
    [{ creatinine: { value: 80, daysAgo: 200, day: '2026-05-12' } }, 'not-checked kidney:old-creatinine'],
    [{ creatinine: undefined }, 'not-checked kidney:no-creatinine'],
  ])('with the kidney function of %j takes metformin: %s', (facts, wanted) => {
    expect(said('kidney', caseOf([drug('METF850')], {}, facts))).toEqual([wanted])
  })

  it.each([
    ['nobody asked', undefined, 'IBU400', 'not-checked pregnancy:not-asked'],
    ['nobody asked, and it does no harm', undefined, 'AMOX500C', 'clear pregnancy:clear'],
    ['not pregnant', { status: 'no' }, 'IBU400', 'clear pregnancy:clear'],
    ['10 weeks', { status: 'yes', weeks: 10 }, 'IBU400', 'clear pregnancy:clear'],
    ['22 weeks', { status: 'yes', weeks: 22 }, 'IBU400', 'reason pregnancy:ibuprofen'],
    ['32 weeks', { status: 'yes', weeks: 32 }, 'IBU400', 'second-person pregnancy:ibuprofen'],
    ['pregnant, weeks not known', { status: 'yes' }, 'IBU400', 'second-person pregnancy:ibuprofen'],
    ['breast-feeding', { status: 'lactating' }, 'PARACOD', 'second-person pregnancy:lactation/codeine'],
    ['pregnant, and the table says nothing', { status: 'yes' }, 'BETAH16', 'not-checked pregnancy:no-row'],
  ] as const)('pregnancy: %s', (_name, pregnancy, code, wanted) => {
    expect(said('pregnancy', caseOf([drug(code)], {}, { gender: 'female', pregnancy }))).toContain(wanted)
  })

  it('has an eGFR as CKD-EPI 2021 and bedside Schwartz give it', () => {
    expect(Math.round(glomerularFiltration({ years: 50, female: true, creatinine: 88.4, height: undefined }) ?? 0)).toBe(69)
    expect(Math.round(glomerularFiltration({ years: 50, female: false, creatinine: 88.4, height: undefined }) ?? 0)).toBe(92)
    expect(Math.round(glomerularFiltration({ years: 8, female: true, creatinine: 44.2, height: 120 }) ?? 0)).toBe(99)
    expect(glomerularFiltration({ years: 8, female: true, creatinine: 44.2, height: undefined })).toBeUndefined()
  })
})

describe('no check is silent', () => {
  const full = (): DrugLine[] => medicines.map(({ code }) => drug(code))

  it('each line of each drug of the formulary has an answer of each kind', () => {
    for (const { line, checks } of checkLines(caseOf([...full(), unknown]), tables)) expect([line, CHECK_KINDS.filter((kind) => !checks.some((check) => check.kind === kind))]).toEqual([line, []])
  })

  it.each(['drug-substances', 'drug-classes', 'drug-interactions', 'drug-limits'] as const)('without the table %s nothing that leans on it is clear', (list) => {
    const kinds: Readonly<Record<string, readonly CheckKind[]>> = { 'drug-interactions': ['interaction'], 'drug-limits': ['dose', 'age', 'kidney'] }
    const checks = checksOf(caseOf([drug('AMOX500C'), drug('PARA500')]), 0, readTables({ ...rows, [list]: [] }))
    for (const kind of kinds[list] ?? CHECK_KINDS) expect(checks.filter((check) => check.kind === kind).map(({ verdict, rule }) => `${verdict} ${rule}`)).toEqual([`not-checked ${kind}:no-table`])
  })

  it('a drug that the table does not know is not clear in any way', () => {
    expect(new Set(checksOf(caseOf([unknown])).map(({ verdict }) => verdict))).toEqual(new Set(['not-checked']))
  })

  it('says the same of each line in whatever order the drugs, allergies and running drugs come', () => {
    const lines = ['CLARI500', 'ATOR20', 'IBU400', 'ENAL5', 'PARA500', 'PARACOD', 'DOMPE10', 'SPIRO25'].map((code) => drug(code))
    const asked = caseOf(lines, { allergies: [{ text: 'penicillin', high: false }, { text: 'Thuốc lạ', high: true }], running: [{ ...drug('LOSAR50', { id: 'r1' }), daysLeft: 9 }, { ...drug('SERT50', { id: 'r2' }), daysLeft: 20 }] }, { gender: 'female' })
    const byLine = (one: SafetyCase) => new Map(checkLines(one, tables).map(({ line, checks }) => [line, checks.map(({ key, verdict }) => `${key} ${verdict}`)]))
    const wanted = byLine(asked)
    let seed = 7
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    const shuffle = <T>(items: readonly T[]): T[] => [...items].map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).map(({ item }) => item)
    for (let round = 0; round < 60; round++) {
      const found = byLine({ ...asked, lines: shuffle(asked.lines), allergies: shuffle(asked.allergies), running: shuffle(asked.running) })
      for (const [line, keys] of wanted) expect([line, found.get(line)]).toEqual([line, keys])
    }
  })
})
