/** Arrays in PostgreSQL's binary format come out of it as what went in, and as what its own text would have said. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bools, float8s, instants, int2s, int4s, int8s, texts } from '#api/store/connection/binary-array.ts'
import { EARLIEST, LATEST } from '#api/search/dates.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let site: TestDatabase
beforeAll(async () => { site = await testDatabase() })
afterAll(() => site.close())

/** Whether PostgreSQL holds the binary array for the same as the array that it reads from texts. */
const isSame = async (type: string, sent: Buffer, said: readonly (string | null)[]): Promise<boolean> =>
  (await site.asOwner(900, `select where $1::${type}[] is not distinct from $2::text[]::${type}[]`, [sent, said])).rowCount === 1

it.each([
  ['int8', int8s([0n, -1n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n]), ['0', '-1', '9223372036854775807', '-9223372036854775808']],
  ['int4', int4s([0, null, -2_147_483_648, 2_147_483_647]), ['0', null, '-2147483648', '2147483647']],
  ['int2', int2s([-32_768, 7]), ['-32768', '7']],
  ['bool', bools([true, false]), ['true', 'false']],
  ['float8', float8s(['0.1', '-infinity', null, 'infinity', '1e300', '-0', '123456789.123456789']), ['0.1', '-infinity', null, 'infinity', '1e300', '-0', '123456789.123456789']],
  ['timestamptz', instants(['-infinity', EARLIEST, '1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '2026-11-28T19:20:21.007Z', LATEST, 'infinity']),
    ['-infinity', EARLIEST, '1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '2026-11-28T19:20:21.007Z', LATEST, 'infinity']],
  ['text', texts(['', null, 'NULL', `{"a\\":"b'}`, 'Nguyễn Thị Đẫm', '𠀀', 'x'.repeat(100_000)]), ['', null, 'NULL', `{"a\\":"b'}`, 'Nguyễn Thị Đẫm', '𠀀', 'x'.repeat(100_000)]],
  ['int8', int8s([]), []],
  ['text', texts([]), []],
  ['text', texts([null]), [null]],
])('sends %s[] as they are', async (type, sent, said) => {
  expect(await isSame(type, sent, said)).toBe(true)
})

it('tells another value from it, so that the comparison can fail', async () => {
  expect([await isSame('timestamptz', instants(['2026-11-28T19:20:21.007Z']), ['2026-11-28T19:20:21.008Z']), await isSame('text', texts(['a', null]), ['a', ''])]).toEqual([false, false])
})

it('sends nothing for what is no instant or no int8', () => {
  expect(() => instants(['yesterday'])).toThrow(RangeError)
  expect(() => int8s([2n ** 63n])).toThrow(RangeError)
})
