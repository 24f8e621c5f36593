/** Instants as PostgreSQL writes them, in the form of FHIR. */
import { expect, it } from 'vitest'
import { toInstant } from '#api/store/connection/rows.ts'

it.each([
  ['2026-11-22 05:00:00+00', '2026-11-22T05:00:00.000Z'], ['2026-11-22 05:00:00.1+00', '2026-11-22T05:00:00.100Z'], ['2026-11-22 05:00:00.12+00', '2026-11-22T05:00:00.120Z'],
  ['2026-11-22 05:00:00.123+00', '2026-11-22T05:00:00.123Z'], ['2026-11-22 05:00:00.123456+00', '2026-11-22T05:00:00.123Z'], ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ['2026-11-22 12:00:00+07', '2026-11-22T05:00:00.000Z'], ['2026-11-22T05:00:00.5Z', '2026-11-22T05:00:00.500Z'],
])('makes %s %s', (written, instant) => {
  expect(toInstant(written)).toBe(instant)
})

it('takes nothing for an instant that is none', () => {
  expect(() => toInstant('infinity')).toThrow(RangeError)
})
