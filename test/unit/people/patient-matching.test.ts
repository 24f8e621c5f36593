/** What reception types or scans, and how alike two persons are (api/http/patient-matching.ts). */
import { describe, expect, it } from 'vitest'
import { inOrder, readQuery, toMatch } from '#api/http/patient-matching.ts'
import { SID } from '#api/model/systems.ts'

const stored = (patient: object) => ({ type: 'Patient', id: 'p1', version: 3, lastUpdated: '2026-11-22T00:00:00Z', deleted: false, body: JSON.stringify({ resourceType: 'Patient', id: 'p1', ...patient }) })
const mau = stored({ name: [{ text: 'Nguyễn Thị Mẫu' }], birthDate: '1990-03-05', identifier: [{ system: SID.citizen, value: '001190012345' }], address: [{ text: 'Hà Nội' }] })

describe('the search box', () => {
  it.each([
    ['001190012345', { identifiers: ['001190012345'], name: '', birthDate: '' }],
    ['QN 5 97 0123456789', { identifiers: ['QN 5 97 0123456789', 'QN5970123456789'], name: '', birthDate: '' }],
    ['900-0000012', { identifiers: ['900-0000012', '9000000012'], name: '', birthDate: '' }],
    ['nguyen thi mau', { identifiers: [], name: 'nguyen thi mau', birthDate: '' }],
    ['nguyễn thị mẫu 1990', { identifiers: [], name: 'nguyễn thị mẫu', birthDate: '1990' }],
    ['mau 5/3/1990', { identifiers: [], name: 'mau', birthDate: '1990-03-05' }],
    ['001190012345||Nguyễn Thị Mẫu|05031990|Nữ|Hà Nội|01012022', { identifiers: ['001190012345'], name: 'Nguyễn Thị Mẫu', birthDate: '1990-03-05' }],
  ])('understands %j', (typed, wanted) => expect(readQuery(typed)).toEqual(wanted))
})

describe('a person who looks alike', () => {
  it('is certain by number, whatever the name', () => {
    expect(toMatch(mau, { identifiers: ['001190012345'], name: 'Người Khác', birthDate: '' })).toMatchObject({ id: 'p1', version: 3, grade: 'certain', why: 'identifier', address: 'Hà Nội' })
  })
  it('is probable by the same name without accents and the same birth date, or what is known of it', () => {
    expect(toMatch(mau, { identifiers: [], name: 'nguyen thi MAU', birthDate: '1990-03-05' })).toMatchObject({ grade: 'probable', why: 'name-and-birth-date' })
    expect(toMatch(mau, { identifiers: [], name: 'Nguyễn Thị Mẫu', birthDate: '1990' })?.grade).toBe('probable')
  })
  it('is only possible when the birth date differs, or when the words merely begin the name', () => {
    expect(toMatch(mau, { identifiers: [], name: 'nguyen thi mau', birthDate: '1991-03-05' })).toMatchObject({ grade: 'possible', why: 'name' })
    expect(toMatch(mau, { identifiers: [], name: 'mau ng', birthDate: '' })?.grade).toBe('possible')
  })
  it('is nobody when the words are not in the name', () => {
    expect(toMatch(mau, { identifiers: ['1'], name: 'tran', birthDate: '1990-03-05' })).toBeUndefined()
    expect(toMatch(mau, { identifiers: [], name: '', birthDate: '1990-03-05' })).toBeUndefined()
  })
  it('stands before those who are less alike', () => {
    const grades = (['possible', 'certain', 'probable'] as const).map((grade) => ({ id: grade, version: 1, name: 'X', identifiers: [], grade, why: 'name' as const, patient: { resourceType: 'Patient' as const } }))
    expect(inOrder(grades).map((match) => match.grade)).toEqual(['certain', 'probable', 'possible'])
  })
})
