/** The list of analytes and what values mean against it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAnalytes, readAnalytes } from '#api/laboratory/analyte-list.ts'
import { criticalOf, deltaOf, flagOf, isPlausible, rangeFor, rangeText, severityOf, type Analyte } from '#api/model/analytes.ts'
import { isUnit } from '#api/search/ucum.ts'

const list = readAnalytes()
const find = (order: string, code: string): Analyte => {
  const found = list.of(order).find((analyte) => analyte.code === code)
  if (found === undefined) throw new Error(code)
  return found
}
/** Luhn's digit over the digits before the dash (https://loinc.org/kb/faq/structure/). */
const checkDigit = (number: string): number =>
  (10 - [...number].toReversed().reduce((sum, digit, at) => sum + (at % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)] ?? 0 : Number(digit)), 0) % 10) % 10

describe('the list of analytes', () => {
  it('has codes whose check digits are right, of orders that exist, with a source for each range', () => {
    const orders = readFileSync('api/terminology/lists/orders.csv', 'utf8').split('\n').map((line) => line.split(',')[0])
    const text = readFileSync('api/laboratory/analytes.csv', 'utf8')
    expect(list.version).toMatch(/^\d{4}-\d{2}$/)
    for (const { order, code, ranges, choices, normal } of list.all) {
      const [number = '', digit] = code.split('-')
      expect([code, Number(digit)]).toEqual([code, checkDigit(number)])
      expect(orders).toContain(order)
      expect(normal.every((answer) => choices.includes(answer))).toBe(true)
      for (const range of ranges) expect([code, text.includes(`# source ${range.source} = `)]).toEqual([code, true])
    }
    expect(text.split('\n').filter((line) => line.startsWith('XN-')).every((line) => line.endsWith(',no'))).toBe(true)
  })
  it('has limits in order, critical outside of normal, and ranges of one person that do not overlap', () => {
    for (const { code, ranges } of list.all) {
      for (const { criticalLow, low, high, criticalHigh } of ranges) {
        const limits = [criticalLow, low, high, criticalHigh].flatMap((limit) => (limit === undefined ? [] : [Number(limit)]))
        expect([code, limits]).toEqual([code, limits.toSorted((a, b) => a - b)])
      }
      for (const sex of ['male', 'female']) for (const age of [0, 1, 3, 8, 14, 16, 40, 90]) {
        const fitting = ranges.filter((range) => (range.sex ?? sex) === sex && age >= range.from && age < (range.to ?? 200))
        expect([code, sex, age, fitting.length <= 1]).toEqual([code, sex, age, true])
      }
    }
  })
  it('has critical limits for every age and sex, also unknown ones, of whatever is critical for anybody', () => {
    const critical = list.all.filter(({ ranges }) => ranges.some(({ criticalLow, criticalHigh }) => (criticalLow ?? criticalHigh) !== undefined))
    const ages = [undefined, ...Array.from({ length: 101 }, (_, age) => age)]
    const without = critical.flatMap((analyte) => ['male', 'female', undefined].flatMap((sex) => ages.filter((age) => Object.keys(criticalOf(analyte, rangeFor(analyte, sex, age))).length === 0).map((age) => `${analyte.name} ${sex} ${age}`)))
    expect([critical.length > 8, without]).toEqual([true, []])
  })
  it('has bounds wider than every limit, in the unit of the list, for each value that is a number', () => {
    for (const { code, choices, min, max, ranges } of list.all.filter((analyte) => analyte.choices.length === 0)) {
      expect([code, choices, Number(min) < Number(max)]).toEqual([code, [], true])
      for (const { low, high, criticalLow, criticalHigh } of ranges) for (const limit of [low, high, criticalLow, criticalHigh]) expect([code, limit, limit === undefined || isPlausible({ ...(min && { min }), ...(max && { max }) }, limit)]).toEqual([code, limit, true])
    }
  })
  it('has units of UCUM', () => {
    expect(list.all.flatMap(({ ucum, code }) => (ucum === undefined || isUnit(ucum) ? [] : [`${code} ${ucum}`]))).toEqual([])
  })
  it('is refused when a line has lost a cell', () => {
    expect(() => parseAnalytes('# Version 2026-11\norder,loinc,name\nXN-CTM,6690-2')).toThrow('2 cells')
  })
})

describe('a value', () => {
  const sodium = find('XN-DGD', '2951-2'), haemoglobin = find('XN-CTM', '718-7'), protein = find('XN-TPTNT', '20454-5')
  it.each([['135', 'L'], ['136', 'N'], ['145', 'N'], ['146', 'H'], ['150', 'H'], ['151', 'HH'], ['119.9', 'LL'], ['120', 'L'], ['', undefined], ['x', undefined]])('of sodium %s is %s', (text, flag) => {
    expect(flagOf(sodium, rangeFor(sodium, 'male', 40), text)).toBe(flag)
  })
  it('is held against the range of sex and age, and against none where the list has none', () => {
    expect(flagOf(haemoglobin, rangeFor(haemoglobin, 'male', 40), '120')).toBe('L')
    expect(flagOf(haemoglobin, rangeFor(haemoglobin, 'female', 40), '120')).toBe('N')
    expect(flagOf(haemoglobin, rangeFor(haemoglobin, 'male', 4), '120')).toBe('N')
    expect(rangeFor(haemoglobin, 'male', 14)).toBeUndefined()
    expect(flagOf(haemoglobin, rangeFor(haemoglobin, undefined, undefined), '120')).toBeUndefined()
  })
  it('that is critical for anybody is critical for who has no range, by the most cautious limit', () => {
    const potassium = find('XN-DGD', '2823-3')
    expect(['59', '221', '59.9', '60'].map((text) => flagOf(haemoglobin, rangeFor(haemoglobin, 'male', 14), text))).toEqual(['LL', 'HH', 'LL', undefined])
    expect(['2.9', '4.0', '6.1'].map((text) => flagOf(potassium, rangeFor(potassium, undefined, undefined), text))).toEqual(['LL', undefined, 'HH'])
    expect(criticalOf({ ranges: [{ from: 0, to: 1, criticalLow: '2', criticalHigh: '9', source: 'X' }, { from: 2, criticalLow: '10', criticalHigh: '12', source: 'X' }] }, undefined)).toEqual({ criticalLow: '10', criticalHigh: '9' })
  })
  it('of creatinine typed in mg/dL is outside of what the unit of the list allows', () => {
    expect(['1.8', '9', '10', '160', '3000', '3001', ''].map((text) => isPlausible(find('XN-CRE', '14682-9'), text))).toEqual([false, false, true, true, true, false, true])
  })
  it('in words is normal or pointed out', () => {
    expect(['Âm tính', 'Vết', '+'].map((text) => flagOf(protein, undefined, text))).toEqual(['N', 'N', 'A'])
    expect(flagOf(find('XN-NM', '883-9'), undefined, 'AB')).toBeUndefined()
  })
  it('that has changed more than the list allows is said, in percent', () => {
    expect([deltaOf(haemoglobin, '100', '121'), deltaOf(haemoglobin, '100', '120'), deltaOf(haemoglobin, '100', '70'), deltaOf(haemoglobin, undefined, '70'), deltaOf(haemoglobin, '0', '70')]).toEqual([21, undefined, -30, undefined, undefined])
  })
  it('decides how urgent a result is, and what nobody can judge is not normal', () => {
    expect(severityOf(['N', 'HH'], false)).toBe('critical')
    expect(severityOf(['N', 'L'], false)).toBe('abnormal')
    expect(severityOf(['N', 'N'], false)).toBe('normal')
    expect([severityOf(['N', undefined], false), severityOf([], true), severityOf(['N'], true)]).toEqual(['abnormal', 'abnormal', 'abnormal'])
  })
  it('stands beside its range in the digits of the list', () => {
    expect([rangeText(haemoglobin, rangeFor(haemoglobin, 'male', 40)), rangeText(protein, undefined), rangeText(find('XN-ALT', '1742-6'), { high: '35' }), rangeText(find('XN-HDL', '14646-4'), { low: '1.04' })]).toEqual(['125–180', 'Âm tính, Vết', '≤ 35', '≥ 1.04'])
  })
})
