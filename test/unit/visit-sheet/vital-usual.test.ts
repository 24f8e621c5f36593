/** Which range of a vital sign counts at which age, at every boundary, and what was measured before this visit. */
import { describe, expect, it } from 'vitest'
import { addDays } from '#api/model/day.ts'
import { objectFromPlain, parseJsonObject } from '#api/model/json.ts'
import { lastVitals } from '#web/features/visit/last-vitals.ts'
import { readSheet } from '#web/features/visit/read-sheet.ts'
import { gradeVital } from '#web/features/visit/vital-ranges.ts'
import { USUAL_VITALS, usualVitals } from '#web/features/visit/vital-usual.ts'

const DAY = '2026-11-28'
/** Born so many completed years and months before DAY. */
const born = (years: number, months = 0): string => {
  const month = 2026 * 12 + 11 - 1 - years * 12 - months
  return `${Math.floor(month / 12)}-${String(month % 12 + 1).padStart(2, '0')}-28`
}
const at = (birthDate: string) => USUAL_VITALS.findIndex(({ usual }) => usual === usualVitals(birthDate, DAY))

describe('the usual values of vital signs', () => {
  it.each([[0, 0], [1, 1], [3, 1], [4, 2], [27, 2], [28, 3]])('of a newborn of %i days are those of row %i', (days, row) => {
    expect(at(addDays(DAY, -days))).toBe(row)
  })
  it.each([[1, 3, 4], [3, 4, 5], [6, 5, 6], [10, 6, 7], [12, 7, 8], [16, 8, 9]])('change on the day of the birthday, of %i years, and not the day before', (years, before, after) => {
    expect([at(addDays(born(years), 1)), at(born(years))]).toEqual([before, after])
  })
  it('are those of adults from sixteen years on, whatever the age', () => {
    expect([at(born(16)), at(born(17)), at(born(98))]).toEqual([9, 9, 9])
    expect(usualVitals(born(40), DAY)).toMatchObject({ pulse: { low: 60, high: 100 }, systolic: { low: 90, high: 139 }, diastolic: { low: 60, high: 89 }, respiration: { low: 12, high: 20 } })
  })
  it('grow with the child: pressure upwards, pulse and respiration downwards', () => {
    const rows = USUAL_VITALS.map(({ usual }) => usual).filter(({ systolic }) => systolic !== undefined)
    const falls = (name: 'pulse' | 'respiration') => rows.every((row, i) => i === 0 || row[name]!.high <= rows[i - 1]![name]!.high)
    expect([falls('pulse'), falls('respiration')]).toEqual([true, true])
    expect(rows.every((row, i) => row.systolic!.low < row.systolic!.high && (i === 0 || (row.systolic!.low >= rows[i - 1]!.systolic!.low && row.systolic!.high > rows[i - 1]!.systolic!.high)))).toBe(true)
  })
  it('are none where the age is unknown, in the future, or so little known that two rows may be meant', () => {
    for (const birthDate of [undefined, '', 'x', '2026-11-29', '2027', '2023', '2020-11']) expect([birthDate, usualVitals(birthDate, DAY)]).toEqual([birthDate, {}])
  })
  it('are told from a year or month of birth where that is enough', () => {
    expect([at('1980'), at('2018'), at('2021-05'), at('2026-11')]).toEqual([9, 6, 5, -1])
  })
  it('are none for weight and height, for a pressure before the fourth day, and for SpO₂ on the day of birth', () => {
    expect(USUAL_VITALS.some(({ usual }) => usual.weight ?? usual.height)).toBe(false)
    expect([usualVitals(addDays(DAY, -3), DAY).systolic, usualVitals(DAY, DAY).oxygen]).toEqual([undefined, undefined])
  })
  it('are told by the day of the visit, not by today', () => {
    expect(usualVitals('2010-01-15', '2012-02-01')).toBe(USUAL_VITALS[4]!.usual)
  })
})

describe('a value beside its usual range', () => {
  it('is low or high only beyond its ends, and nothing without a range', () => {
    const infant = usualVitals(born(0, 5), DAY)
    expect(['99', '100', '190', '191'].map((text) => gradeVital('pulse', text, infant.pulse))).toEqual(['low', 'usual', 'usual', 'high'])
    expect(gradeVital('pulse', '150', usualVitals(born(40), DAY).pulse)).toBe('high')
    expect(['37,5', '37,6', '35,9'].map((text) => gradeVital('temperature', text, infant.temperature))).toEqual(['usual', 'high', 'low'])
    expect(['150', '9'].map((text) => gradeVital('pulse', text))).toEqual(['usual', 'impossible'])
  })
})

describe('what was measured before this visit', () => {
  const observation = (id: string, code: string, day: string, value: string, encounter = 'e0', more = ''): string =>
    `{"resourceType":"Observation","id":"${id}","status":"final","encounter":{"reference":"Encounter/${encounter}"},"effectiveDateTime":"${day}T08:00:00+07:00","code":{"coding":[{"system":"http://loinc.org","code":"${code}"}]}${value === '' ? '' : `,"valueQuantity":{"value":${value}}`}${more}}`
  const sheet = (observations: readonly string[]) =>
    readSheet(parseJsonObject(`{"encounter":{"resourceType":"Encounter","id":"e1"},"observations":[${observations.join(',')}],"current":[],"allergies":[]}`))
  it('is the newest of each, digits as written, a pressure in its two parts, and never of this visit', () => {
    const part = (code: string, value: number): string => JSON.stringify({ code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: { value } })
    const found = lastVitals(sheet([
      observation('o1', '8310-5', '2026-03-12', '37.0'), observation('o2', '8310-5', '2025-03-12', '39.0'), observation('o3', '8867-4', '2026-11-28', '90', 'e1'),
      observation('o4', '85354-9', '2026-03-12', '', 'e0', `,"component":[${part('8480-6', 118)},${part('8462-4', 76)}]`),
    ]))
    expect(found).toEqual({
      temperature: { value: '37,0', at: '2026-03-12T08:00:00+07:00' }, systolic: { value: '118', at: '2026-03-12T08:00:00+07:00' }, diastolic: { value: '76', at: '2026-03-12T08:00:00+07:00' },
    })
    expect(lastVitals(readSheet(objectFromPlain({ encounter: { id: 'e1' }, observations: [], current: [], allergies: [] })))).toEqual({})
  })
})
