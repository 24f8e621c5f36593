/** Dates, ages, quantities and numbers as Vietnamese forms write them. */
import { describe, expect, it } from 'vitest'
import { monthsOn } from '#api/model/age.ts'
import { formatAge, formatDate, formatMoment, formatNumber, formatPlaceDate, formatQuantity, inWords } from '#api/printing/format.ts'

const ZONE = 'Asia/Ho_Chi_Minh'

describe('format', () => {
  it.each([['1990-03-05', '05/03/1990'], ['1990-03', '03/1990'], ['1990', '1990'], ['2026-11-21T23:30:00Z', '22/11/2026'], ['', ''], ['soon', 'soon']])('writes the date %s as "%s"', (source, wanted) => {
    expect(formatDate(source, ZONE)).toBe(wanted)
  })

  it('writes an instant on the clock of the site, whatever offset it came with', () => {
    expect(formatMoment('2026-11-22T01:15:00Z', ZONE)).toBe('08 giờ 15 phút, ngày 22/11/2026')
    expect(formatMoment('2026-11-22T02:15:00+01:00', ZONE)).toBe('08 giờ 15 phút, ngày 22/11/2026')
  })

  it.each([['2026-02-05T03:00:00Z', 'Hà Nội, ngày 05 tháng 02 năm 2026'], ['2026-11-22T03:00:00Z', 'Hà Nội, ngày 22 tháng 11 năm 2026'], ['2026-03-31T18:00:00Z', 'Hà Nội, ngày 01 tháng 4 năm 2026']])('dates a form of %s "%s"', (instant, wanted) => {
    expect(formatPlaceDate('Hà Nội', new Date(instant), ZONE)).toBe(wanted)
  })

  it('gives the age of a child under 72 months in months, and of others in years', () => {
    const day = new Date('2026-11-22T03:00:00Z')
    expect(formatAge('2020-11-23', day, ZONE)).toBe('71 tháng tuổi')
    expect(formatAge('2020-11-22', day, ZONE)).toBe('6 tuổi')
    expect(formatAge('1990', day, ZONE)).toBe('36 tuổi')
    expect(formatAge('', day, ZONE)).toBe('')
    expect(monthsOn('2026-10-22', '2026-11-22')).toBe(1)
    expect(monthsOn('2026-10', '2026-11-22')).toBeUndefined()
  })

  it.each([['5', '05'], ['0', '00'], ['10', '10'], ['2.5', '2,5'], ['1.10', '1,10']])('prints the quantity %s as "%s"', (source, wanted) => {
    expect(formatQuantity(source)).toBe(wanted)
  })

  it('keeps the digits of a measured number', () => {
    expect(formatNumber('37.50')).toBe('37,50')
  })

  it.each([
    ['1', 'Một'], ['5', 'Năm'], ['10', 'Mười'], ['15', 'Mười lăm'], ['21', 'Hai mươi mốt'], ['24', 'Hai mươi bốn'], ['55', 'Năm mươi lăm'], ['101', 'Một trăm linh một'], ['110', 'Một trăm mười'],
    ['215', 'Hai trăm mười lăm'], ['1000', 'Một nghìn'], ['1005', 'Một nghìn không trăm linh năm'], ['12021', 'Mười hai nghìn không trăm hai mươi mốt'], ['2.5', ''],
  ])('says %s as "%s"', (source, wanted) => {
    expect(inWords(source)).toBe(wanted)
  })
})
