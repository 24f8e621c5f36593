/** The citizen card's QR text and the personal number (api/model/citizen-card.ts). */
import { describe, expect, it } from 'vitest'
import { checkCitizenNumber, parseCitizenCard } from '#api/model/citizen-card.ts'

const CARD = '001090012345|012345678|Nguyễn Văn Mẫu|05031990|Nam|Số 1, phường Mẫu, Hà Nội|01012022'

describe('the QR text of a citizen card', () => {
  it('becomes the fields of the registration form', () => {
    expect(parseCitizenCard(CARD)).toEqual({
      number: '001090012345', oldNumber: '012345678', name: 'Nguyễn Văn Mẫu', birthDate: '1990-03-05', gender: 'male',
      address: 'Số 1, phường Mẫu, Hà Nội', issued: '2022-01-01',
    })
  })
  it('may have no old number, more fields at the end, and the line end of the scanner', () => {
    const card = parseCitizenCard('001190012346||Trần Thị Thử|17112001|Nữ|Xã Thử|02022023|Trần Văn Cha|Lê Thị Mẹ\r\n')
    expect(card).toMatchObject({ oldNumber: '', gender: 'female', birthDate: '2001-11-17', issued: '2023-02-02' })
  })
  it('comes out composed however the scanner encodes the accents', () => {
    expect(parseCitizenCard(CARD.normalize('NFD'))?.name).toBe('Nguyễn Văn Mẫu')
  })
  it('keeps the year alone where the card has no day of birth', () => {
    expect(parseCitizenCard(CARD.replace('05031990', '00001950'))?.birthDate).toBe('1950')
  })
  it.each([
    ['too few fields', '001090012345|012345678|Nguyễn Văn Mẫu|05031990|Nam|Hà Nội'],
    ['a number of 11 digits', CARD.replace('001090012345', '00109001234')],
    ['a day that is none', CARD.replace('05031990', '31021990')],
    ['no name', CARD.replace('Nguyễn Văn Mẫu', '')],
    ['a search text', 'nguyen van mau'],
  ])('is not taken from %s', (_what, text) => expect(parseCitizenCard(text)).toBeUndefined())
})

describe('a personal number', () => {
  it('fits a man born in 1990 and a woman born in 2001', () => {
    expect(checkCitizenNumber('001090012345', { gender: 'male', birthDate: '1990-03-05' })).toEqual([])
    expect(checkCitizenNumber('001301012346', { gender: 'female', birthDate: '2001' })).toEqual([])
  })
  it('warns of another gender and another year, and says nothing when they are not known', () => {
    expect(checkCitizenNumber('001090012345', { gender: 'female', birthDate: '1991-03-05' })).toEqual(['gender', 'birth-year'])
    expect(checkCitizenNumber('001090012345', { gender: 'unknown' })).toEqual([])
    expect(checkCitizenNumber('001290012345', { birthDate: '1990-01-01' })).toEqual(['birth-year'])
  })
  it('has 12 digits', () => expect(checkCitizenNumber('12345')).toEqual(['length']))
})
