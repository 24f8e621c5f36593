/** The set-up page: what it holds back, and what it sends. */
import { expect, test } from 'vitest'
import { emptySetup, findWrong, toSetupRequest } from '#web/features/setup/setup-form.ts'

const filled = {
  ...emptySetup(), code: 'K7QM-2F9D-0000-1111', governingBody: 'Quân khu Mẫu', name: 'Bệnh viện Mẫu', facilityCode: ' 9990a ', address: 'Số 1', place: 'Hà Nội', person: 'Đỗ Mẫu', login: 'quantri ', password: 'cau mat khau dai', again: 'cau mat khau dai',
}

test('an empty form asks for what a hospital needs, and of a center less', () => {
  expect(Object.keys(findWrong(emptySetup(), 'hospital'))).toEqual(['governingBody', 'name', 'facilityCode', 'address', 'place', 'code', 'person', 'login', 'password', 'again'])
  expect(Object.keys(findWrong(emptySetup(), 'center'))).toEqual(['code', 'person', 'login', 'password', 'again'])
})

test('a full form is held back for a wrong code, login, password or repetition only', () => {
  expect(findWrong(filled, 'hospital')).toEqual({})
  expect(findWrong({ ...filled, facilityCode: '1234' }, 'hospital')).toEqual({ facilityCode: 'facilityCode' })
  expect(findWrong({ ...filled, login: 'a b' }, 'center')).toEqual({ login: 'login' })
  expect(findWrong({ ...filled, password: 'ngan', again: 'ngan' }, 'center')).toEqual({ password: 'password' })
  expect(findWrong({ ...filled, again: 'khac' }, 'center')).toEqual({ again: 'again' })
})

test('a center sends no hospital', () => {
  expect(toSetupRequest(filled, 'hospital')).toMatchObject({ hospital: { facilityCode: '9990A' }, administrator: { login: 'quantri', name: 'Đỗ Mẫu' } })
  expect(toSetupRequest(filled, 'center')).not.toHaveProperty('hospital')
})
