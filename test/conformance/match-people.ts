/** Invented people, and descriptions of them as they come from cards, other systems and hurried hands: each says who it is, or that it is nobody of these. */
import { SID } from '#api/model/systems.ts'

const person = (id: string, text: string, birthDate: string, gender: string, more: object = {}): object => ({ resourceType: 'Patient', id, name: [{ use: 'official', text }], birthDate, gender, ...more })
const number = (system: string, value: string): object => ({ system, value })
const phone = (value: string): object => ({ telecom: [{ system: 'phone', value }] })
const at = (text: string): object => ({ address: [{ text }] })

export const PEOPLE: readonly object[] = [
  person('an-1', 'Nguyễn Văn An', '1980-03-05', 'male', { identifier: [number(SID.citizen, '001080000001'), number(SID.patient, 'BN-0001')], ...phone('0912345678'), ...at('12 Lê Lợi, Hà Nội') }),
  person('an-2', 'Nguyễn Văn An', '1980-03-06', 'male', { identifier: [number(SID.citizen, '001080000002')] }),
  person('an-3', 'Nguyễn Văn An', '1962-11-20', 'male', { identifier: [number(SID.insurance, 'QN5970123456789')] }),
  person('an-4', 'Nguyễn Văn Ân', '1980-03-05', 'male', { identifier: [number(SID.citizen, '036080000004')] }),
  person('hong-1', 'Trần Thị Hồng', '1991-07-12', 'female', { identifier: [number(SID.citizen, '001191000005')], ...phone('+84 987 654 321') }),
  person('hong-2', 'Trần Thị Hồng Hạnh', '1975-01-30', 'female', at('Thôn 3, Ba Vì, Hà Nội')),
  person('minh', 'Lê Hoàng Minh', '1999-12-01', 'male', { identifier: [number(SID.military, '99001234')] }),
  person('dung', 'Phạm Tiến Dũng', '1988', 'male', phone('0903 111 222')),
  person('thuy', 'Đỗ Thị Thu Thủy', '1985-09-09', 'female', { identifier: [number(SID.insurance, 'GD4010987654321')] }),
  person('twin-a', 'Hoàng Gia Bảo', '2024-02-02', 'male', { multipleBirthInteger: 1, ...phone('0911000111') }),
  person('twin-b', 'Hoàng Gia Huy', '2024-02-02', 'male', { multipleBirthInteger: 2, ...phone('0911000111') }),
  person('khanh', 'Vũ Quốc Khánh', '1970-02-10', 'male', { identifier: [number(SID.patient, 'BN-0012')] }),
  { ...person('tung', '', '1993-04-17', 'male'), name: [{ use: 'official', family: 'Bùi', given: ['Thanh', 'Tùng'] }] },
]

export interface Described { readonly says: string; readonly patient: object; readonly is: string | undefined }

const is = (id: string | undefined, says: string, name: string, birthDate: string | undefined, gender: string | undefined, more: object = {}): Described =>
  ({ says, is: id, patient: { resourceType: 'Patient', ...(name !== '' && { name: [{ text: name }] }), ...(birthDate !== undefined && { birthDate }), ...(gender !== undefined && { gender }), ...more } })
const with_ = (system: string, value: string): object => ({ identifier: [number(system, value)] })

export const DESCRIBED: readonly Described[] = [
  is('an-1', 'the card', 'NGUYỄN VĂN AN', '1980-03-05', 'male', with_(SID.citizen, '001080000001')),
  is('an-1', 'no accents, number with spaces', 'nguyen van an', '1980-03-05', 'male', with_(SID.citizen, '001 080 000 001')),
  is('an-1', 'given name first, phone', 'An Nguyễn Văn', undefined, 'male', phone('+84912345678')),
  is('an-1', 'a hospital number alone', '', undefined, undefined, with_(SID.patient, 'BN-0001')),
  is('an-1', 'day and month changed places, same address', 'Nguyễn Văn An', '1980-05-03', 'male', at('12 Lê Lợi, Hà Nội')),
  is('an-2', 'of two of one name the birth date tells', 'Nguyễn Văn An', '1980-03-06', 'male'),
  is('an-3', 'an old card of the same insured', 'Nguyễn Văn An', '1962', 'male', with_(SID.insurance, 'HT2010123456789')),
  is('an-4', 'accents tell two of one birth date', 'Nguyễn Văn Ân', '1980-03-05', 'male', with_(SID.citizen, '036080000004')),
  is('hong-1', 'a slip of the pen', 'Trần Thị Hòngg', '1991-07-12', 'female'),
  is('hong-1', 'phone and part of a name', 'Trần Hồng', undefined, 'female', phone('0987654321')),
  is('hong-2', 'a middle name is missing', 'Trần Hồng Hạnh', '1975-01-30', 'female'),
  is('hong-2', 'the address', 'Trần Thị Hồng Hạnh', '1975', 'female', at('thôn 3, Ba Vì, Hà Nội')),
  is('minh', 'a military number', 'Lê Hoàng Minh', undefined, 'male', with_(SID.military, '99001234')),
  is('minh', 'a number of no kind', 'Le Hoang Minh', undefined, undefined, { identifier: [{ value: '99001234' }] }),
  is('dung', 'the year alone is known, and the phone', 'Phạm Tiến Dũng', '1988-06-01', 'male', phone('0903111222')),
  is('thuy', 'a letter too few in a middle name', 'Đỗ Thị Thu Thùy', '1985-09-09', 'female'),
  is('thuy', 'number of social insurance', 'Do Thi Thu Thuy', '1985', 'female', with_(SID.insurance, '0987654321')),
  is('twin-b', 'one of twins', 'Hoàng Gia Huy', '2024-02-02', 'male', { multipleBirthInteger: 2 }),
  is('khanh', 'a digit of the year is wrong, the hospital number is right', 'Vũ Quốc Khánh', '1971-02-10', 'male', with_(SID.patient, 'BN-0012')),
  is('tung', 'family and given apart', 'Bùi Thanh Tùng', '1993-04-17', 'male'),
  is(undefined, 'a namesake of another birth date', 'Nguyễn Văn An', '1995-10-10', 'male'),
  is(undefined, 'a namesake with another citizen number', 'Trần Thị Hồng', '1991-07-12', 'female', with_(SID.citizen, '079191999999')),
  is(undefined, 'the same birthday, another name', 'Đinh Văn Lâm', '1980-03-05', 'male'),
  is(undefined, 'the other sex', 'Lê Hoàng Minh', '1999-12-01', 'female'),
  is(undefined, 'a third child of the family', 'Hoàng Gia Long', '2020-08-08', 'male', phone('0911000111')),
  is(undefined, 'a common name alone', 'Nguyễn Văn An', undefined, undefined),
  is(undefined, 'nobody', 'Lý Thường Kiệt', '1919-01-01', 'male', with_(SID.citizen, '001019999999')),
  is(undefined, 'a card that somebody else shows', 'Phan Đình Phùng', '1950-05-05', 'male', with_(SID.citizen, '001080000001')),
]
