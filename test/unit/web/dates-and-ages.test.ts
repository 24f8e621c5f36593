/** Typed dates, shown dates, ages: what people type and read at the desk. */
import { describe, expect, test } from 'vitest'
import { ageOn, dayOf, minutesBetween, showDateTime, showTime } from '#web/ui/format.ts'
import { parseTypedDate, showDate } from '#web/ui/typed-date.ts'

const read = (text: string, allow?: ('day' | 'month' | 'year')[]) => parseTypedDate(text, { currentYear: 2026, ...(allow ? { allow } : {}) })

describe('a typed date', () => {
  test.each([
    ['05/03/1980', '1980-03-05'], ['5/3/1980', '1980-03-05'], ['05031980', '1980-03-05'], ['5.3.80', '1980-03-05'], ['050380', '1980-03-05'], ['5-3-1980', '1980-03-05'],
    ['01 02 26', '2026-02-01'], ['01/02/27', '1927-02-01'], ['29/02/2024', '2024-02-29'],
  ])('%s is %s', (text, iso) => { expect(read(text)).toBe(iso) })

  test.each(['', '29/02/2023', '31/04/2020', '00/01/2020', '01/13/2020', '1/1/1', '1980', '3/1980', 'hôm qua', '1/2/3/4', '01011799', '123456789'])('%s is refused', (text) => {
    expect(read(text)).toBeUndefined()
  })

  test('a year, or a month and year, is taken only where it is allowed', () => {
    expect(read('1980', ['day', 'year'])).toBe('1980')
    expect(read('3/1980', ['day', 'month'])).toBe('1980-03')
    expect(read('13/1980', ['month'])).toBeUndefined()
  })

  test('what is stored shows in the order of the land', () => {
    expect([showDate('1980-03-05'), showDate('1980-03'), showDate('1980'), showDate(undefined)]).toEqual(['05/03/1980', '03/1980', '1980', ''])
  })
})

describe('times', () => {
  test('stand in the site\'s zone whatever the computer\'s is', () => {
    expect(showTime('2026-11-22T03:42:10Z')).toBe('10:42')
    expect(showDateTime('2026-11-21T18:00:00Z')).toBe('01:00 22/11/2026')
    expect(dayOf('2026-11-21T17:00:00Z')).toBe('2026-11-22')
  })

  test('waiting never runs backwards', () => {
    expect(minutesBetween('2026-11-22T03:00:00Z', new Date('2026-11-22T04:10:59Z'))).toBe(70)
    expect(minutesBetween('2026-11-22T03:00:00Z', new Date('2026-11-22T02:00:00Z'))).toBe(0)
  })
})

describe('an age', () => {
  test.each([
    ['1980-11-22', { value: 46, unit: 'years' }], ['1980-11-23', { value: 45, unit: 'years' }], ['1980', { value: 46, unit: 'years' }], ['2024-11-30', { value: 23, unit: 'months' }],
    ['2020-11-22', { value: 6, unit: 'years' }], ['2020-11-23', { value: 71, unit: 'months' }], ['2026-11-02', { value: 20, unit: 'days' }], ['2026-11-22', { value: 0, unit: 'days' }], ['2026-10', { value: 1, unit: 'months' }],
  ])('of someone born %s', (birthDate, age) => { expect(ageOn(birthDate, '2026-11-22')).toEqual(age) })

  test('is unknown without a date, and before birth', () => {
    expect(ageOn(undefined, '2026-11-22')).toBeUndefined()
    expect(ageOn('2027-01-01', '2026-11-22')).toBeUndefined()
  })
})
