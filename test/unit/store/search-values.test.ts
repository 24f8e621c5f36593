import { createHash } from 'node:crypto'
import fs from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '#api/model/json.ts'
import { toInterval } from '#api/search/dates.ts'
import { floatOf, intervalOf } from '#api/search/decimal.ts'
import { digest } from '#api/search/hash.ts'
import { generateSearchParameters } from '#api/search/generate/search-parameters.ts'
import { splitAt, unescape } from '#api/search/parse-value.ts'
import { parsePath, valuesAt } from '#api/search/path.ts'
import { clinicalDateOf, parameterOf, parametersOf } from '#api/search/registry.ts'
import { RESOURCE_TYPES, typeName, typeNumber } from '#api/search/resource-types.ts'
import { createRids } from '#api/store/write/rid.ts'

const ZONE = 'Asia/Ho_Chi_Minh'

test('digests stay what they are in data folders: the first eight bytes of SHA-256 as int8, little end first', () => {
  expect(digest('Patient', 'name', 'x', 'Nguyễn')).toBe(createHash('sha256').update('Patient\nname\nx\nNguyễn').digest().readBigInt64LE(0))
  expect(digest('Observation', 'status', 'c', 'final')).toBe(-1360678830133864923n)
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => digest('Patient', 'name', 'x', value) === createHash('sha256').update(`Patient\nname\nx\n${value}`).digest().readBigInt64LE(0)))
})

describe('dates are intervals', () => {
  test.each([
    ['2026', '2025-12-31T17:00:00.000Z', '2026-12-31T17:00:00.000Z'],
    ['2026-11', '2026-10-31T17:00:00.000Z', '2026-11-30T17:00:00.000Z'],
    ['2026-11-22', '2026-11-21T17:00:00.000Z', '2026-11-22T17:00:00.000Z'],
    ['2024-02-29', '2024-02-28T17:00:00.000Z', '2024-02-29T17:00:00.000Z'],
    ['2026-11-22T10:00Z', '2026-11-22T10:00:00.000Z', '2026-11-22T10:01:00.000Z'],
    ['2026-11-22T10:00:05+07:00', '2026-11-22T03:00:05.000Z', '2026-11-22T03:00:06.000Z'],
    ['2026-11-22T10:00:05', '2026-11-22T03:00:05.000Z', '2026-11-22T03:00:06.000Z'],
    ['2026-11-22T10:00:05.1Z', '2026-11-22T10:00:05.100Z', '2026-11-22T10:00:05.200Z'],
    ['2026-11-22T10:00:05.123Z', '2026-11-22T10:00:05.123Z', '2026-11-22T10:00:05.124Z'],
    ['2026-11-22T10:00:05.123456Z', '2026-11-22T10:00:05.123Z', '2026-11-22T10:00:05.124Z'],
    ['0001', '0001-01-01T00:00:00.000Z', '0001-12-31T16:53:30.000Z'],
    ['9999', '9998-12-31T17:00:00.000Z', '9999-12-31T17:00:00.000Z'],
    ['9999-12-31T23:00:00-05:00', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s', (text, lo, hi) => expect(toInterval(text, ZONE)).toEqual({ lo, hi }))
  test.each(['', '26', '2026-13', '2026-02-30', '2026-1-1', '2026-11-22T', '2026-11-22T25:00Z', '2026-11-22T10', 'today', '2026-11-22T10:00:00+7', '2026-00', '0000', '20260101'])('%j is none', (text) =>
    expect(toInterval(text, ZONE)).toBeUndefined())
  test('a day of a zone with summer time has 23 or 25 hours', () => {
    const hours = (day: string) => { const { lo = '', hi = '' } = toInterval(day, 'Europe/Berlin') ?? {}; return (Date.parse(hi) - Date.parse(lo)) / 3_600_000 }
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-07-01')]).toEqual([23, 25, 24])
  })
})

describe('numbers stand for what rounds to them', () => {
  test.each([['100', '99.5', '100.5'], ['100.00', '99.995', '100.005'], ['1e2', '95', '105'], ['0.8', '0.75', '0.85'], ['-5', '-5.5', '-4.5'], ['0', '-0.5', '0.5']])('%s', (source, lo, hi) =>
    expect(intervalOf(source)).toEqual({ lo, hi }))
  test('the number is always inside', () => {
    fc.assert(fc.property(fc.integer(), fc.nat(6), (whole, digits) => {
      const source = `${whole}.${String(digits).padStart(2, '0')}`
      const { lo, hi } = intervalOf(source)
      expect(Number(lo)).toBeLessThan(Number(source))
      expect(Number(hi)).toBeGreaterThan(Number(source))
    }))
  })
  test('a number of more digits than a float tells apart is inside too', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.nat(18), (digits, places) => {
      const source = `${digits}e-${places}`
      const { lo, hi } = intervalOf(source)
      expect([Number(lo) <= Number(source), Number(hi) > Number(source)]).toEqual([true, true])
    }))
  })
  test('what no float holds goes to the end of the line', () => expect([floatOf('1e400'), floatOf('-1e400'), floatOf('1e-400')]).toEqual([String(Number.MAX_VALUE), String(-Number.MAX_VALUE), '0']))
})

describe('text of a parameter', () => {
  test('parts at separators that are not escaped', () => {
    expect(splitAt('a\\,b,c', ',')).toEqual(['a\\,b', 'c'])
    expect(splitAt('a\\\\,c', ',')).toEqual(['a\\\\', 'c'])
    expect(unescape('a\\,b\\|c\\$d\\\\e\\f')).toBe('a,b|c$d\\e\\f')
  })
  test('splitting and unescaping gives back what was escaped and joined', () => {
    fc.assert(fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
      const joined = parts.map((part) => part.replace(/[\\,|$]/g, '\\$&')).join(',')
      expect(splitAt(joined, ',').map(unescape)).toEqual(parts)
    }))
  })
})

describe('paths', () => {
  const at = (json: string, path: string) => valuesAt(parseJson(json), parsePath(path))
  test('go through lists, choices, filters and indexes', () => {
    expect(at('{"a":[{"b":"1"},{"b":["2","3"]}]}', 'a.b')).toEqual(['1', '2', '3'])
    expect(at('{"valueString":"s"}', 'valueQuantity|valueString')).toEqual(['s'])
    expect(at('{"t":[{"s":"phone","v":"1"},{"s":"email","v":"2"}]}', 't[s=email].v')).toEqual(['2'])
    expect(at('{"e":[{"r":"0"},{"r":"1"}]}', 'e[0].r')).toEqual(['0'])
    expect(at('{"d":false}', 'd|e?')).toEqual([false])
    expect(at('{"e":"2020"}', 'd|e?')).toEqual([true])
    expect(at('{"a":[null,{"b":null}]}', 'a.b')).toEqual([])
    expect(at('{"a":"text"}', 'a.b')).toEqual([])
  })
})

describe('the registry', () => {
  test('is what the generator makes of the definitions', { timeout: 60_000 }, () => {
    const committed = fs.readFileSync(new URL('../../../api/search/search-parameters.json', import.meta.url), 'utf8')
    const { codes } = JSON.parse(committed) as { codes: string[] }
    expect(generateSearchParameters(codes)).toBe(committed)
  })
  test('knows the clinical date of the types in use', () => {
    for (const type of ['Observation', 'Encounter', 'Condition', 'MedicationRequest', 'ServiceRequest', 'Composition', 'DocumentReference', 'Procedure', 'DiagnosticReport', 'AllergyIntolerance', 'Provenance']) {
      expect(parameterOf(type, clinicalDateOf(type))?.kind, type).toBe('date')
    }
  })
  test('gives each code one number, and no two the same', () => {
    const numbers = new Map<number, string>()
    for (const type of RESOURCE_TYPES) {
      for (const { code, number } of parametersOf(type)) {
        expect(number).toBeGreaterThan(0)
        expect(numbers.get(number) ?? code).toBe(code)
        numbers.set(number, code)
      }
    }
  })
  test('types and their numbers map both ways', () => {
    for (const type of RESOURCE_TYPES) expect(typeName(typeNumber(type) ?? 0)).toBe(type)
    expect(typeNumber('Nothing')).toBeUndefined()
    expect([typeNumber('Account'), typeNumber('Patient'), typeNumber('VisionPrescription')]).toEqual([1, 103, 146])
  })
})

describe('row numbers', () => {
  test('ascend and never repeat, also when the clock stands still or goes back', () => {
    let now = Date.UTC(2026, 0, 1)
    const rids = createRids(5, () => now)
    const given: bigint[] = []
    for (let at = 0; at < 10_000; at++) {
      if (at === 5000) now -= 60_000
      given.push(rids.next())
    }
    expect(new Set(given).size).toBe(given.length)
    expect(given).toEqual([...given].sort((a, b) => (a < b ? -1 : 1)))
    expect(given.every((rid) => ((rid >> 12n) & 0x3ffn) === 5n)).toBe(true)
    expect(rids.bound()).toBeGreaterThanOrEqual(given.at(-1) ?? 0n)
  })
})
