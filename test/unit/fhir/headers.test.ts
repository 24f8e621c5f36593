/** Entity tags, preferences and the addresses in answers. */
import { describe, expect, it } from 'vitest'
import { baseOf, indent, isExpected, isNotModified, parseIfMatch, parsePrefer, parseVersion } from '#api/fhir/headers.ts'

describe('headers', () => {
  it.each([['W/"3"', 3], ['"3"', 3], ['*', '*'], ['W/"99999999999"', -1], ['W/"abc"', -1], [undefined, undefined]])('reads If-Match %s', (header, expected) => {
    expect(parseIfMatch(header)).toBe(expected)
  })
  it('refuses an If-Match that is no entity tag, or several', () => {
    expect(() => parseIfMatch('3')).toThrow('bad-request')
    for (const list of ['W/"1", *', 'W/"1",', 'W/"1" W/"2"', Array(101).fill('"1"').join()]) expect(() => parseIfMatch(list), list).toThrow('bad-request')
  })
  it('takes a list of tags, of which one must be current', () => {
    expect(parseIfMatch('W/"1", "2",W/"x"')).toEqual([1, 2, -1])
    expect([isExpected([1, 2], 2), isExpected([1, 2], 3), isExpected(2, 2), isExpected(2, 1), isExpected('*', 9), isExpected(undefined, 9)]).toEqual([true, false, true, false, true, true])
  })
  it('knows versions from 1 to the largest integer of the database', () => {
    expect([parseVersion('1'), parseVersion('2147483647'), parseVersion('2147483648'), parseVersion('0'), parseVersion('01'), parseVersion('1.0')]).toEqual([1, 2147483647, undefined, undefined, undefined, undefined])
  })
  it('compares If-None-Match weakly, in lists too', () => {
    expect([isNotModified('W/"1"', 1), isNotModified('"1"', 1), isNotModified('W/"2", W/"1"', 1), isNotModified('*', 1), isNotModified('W/"11"', 1)]).toEqual([true, true, true, true, false])
  })
  it('reads Prefer', () => {
    expect(parsePrefer('return=minimal; handling=lenient')).toEqual({ answer: 'minimal', asked: 'minimal', strict: false, handling: 'lenient' })
    expect(parsePrefer('return=nonsense')).toEqual({ answer: 'representation', strict: true })
    expect(parsePrefer('respond-async, Return="minimal", return=representation, handling=strict').answer).toBe('minimal')
  })
  it('takes no address from a Host header that is none', () => {
    const base = (host: string): string => baseOf({ headers: { host } }, 'http://127.0.0.1:8080')
    expect(base('emr.example:8443')).toBe('http://emr.example:8443/fhir/R4')
    expect(base('[::1]:80')).toBe('http://[::1]:80/fhir/R4')
    for (const host of ['evil.example/a?', 'a"b', '', 'user@host']) expect(base(host)).toBe('http://127.0.0.1:8080/fhir/R4')
  })
  it('indents text whatever its strings hold', () => {
    const text = String.raw`{"a":"{[,:\"]}\\","b":[],"c":{},"d":[1.10,{"e":null}]}`
    expect(JSON.parse(indent(text))).toEqual(JSON.parse(text))
    expect(indent(text)).toContain('    1.10,\n')
    expect(indent(indent(text))).toBe(indent(text))
  })
})
