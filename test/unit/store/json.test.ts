import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrayAt, fromPlain, JsonNumber, JsonObject, parseJson, parseJsonObject, stringAt, toPlain, valueAt, writeJson, type JsonValue } from '#api/model/json.ts'

const number = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.option(fc.stringMatching(/^\d{1,20}$/)), fc.option(fc.stringMatching(/^[eE][+-]?\d{1,4}$/)))
  .map(([minus, whole, fraction, exponent]) => new JsonNumber(`${minus ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`))
const text = fc.string({ unit: 'grapheme' })
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 6 }, fc.constant(null), fc.boolean(), text, number, fc.array(tie('value'), { maxLength: 5 }),
    fc.uniqueArray(fc.tuple(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '1', '0', '')), tie('value')), { maxLength: 15, selector: ([name]) => name })
      .map((entries) => JsonObject.from(entries))),
})).value

const refusal = (source: string) => {
  try {
    parseJson(source)
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : String(error)
  }
}

describe('reading and writing', () => {
  test('what is written is read back equal', () => {
    fc.assert(fc.property(value, (original) => { expect(parseJson(writeJson(original))).toEqual(original) }), { numRuns: 500 })
  })
  test('text without needless space comes back byte for byte', () => {
    fc.assert(fc.property(value, (original) => { const source = writeJson(original); expect(writeJson(parseJson(source))).toBe(source) }), { numRuns: 500 })
  })
  test('the plain view is what JSON.parse makes', () => {
    fc.assert(fc.property(value, (original) => { const source = writeJson(original); expect(toPlain(parseJson(source))).toEqual(JSON.parse(source)) }), { numRuns: 300 })
  })
  test('any text that JSON.parse refuses is refused, and what we accept it accepts', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json().map((source) => source.replace(/./s, '')), fc.stringMatching(/^[[\]{}",:0-9eE+.\-\\untrfals ]{0,30}$/)), (source) => {
      const mine = refusal(source)
      let native = true
      try { JSON.parse(source) } catch { native = false }
      if (!native) expect(mine, source).not.toBe('accepted')
      else expect(['accepted', 'json-duplicate-key', 'json-syntax', 'json-too-deep'], source).toContain(mine)
    }), { numRuns: 2000 })
  })
  test.each(['1.10', '-0.0', '1e400', '0.1E-7', '123456789012345678901234567890', '100', '1.000'])('keeps the digits of %s', (source) => {
    expect(writeJson(parseJson(`[${source}]`))).toBe(`[${source}]`)
  })
  test('keeps the order of members, whatever their names', () => {
    expect(writeJson(parseJson('{"b":1,"2":2,"a":3,"1":4,"__proto__":{"x":5},"constructor":6}'))).toBe('{"b":1,"2":2,"a":3,"1":4,"__proto__":{"x":5},"constructor":6}')
  })
  test('a member called __proto__ is a member and nothing else', () => {
    const plain = toPlain(parseJson('{"__proto__":{"admin":true}}'))
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
    expect(Object.keys(plain as object)).toEqual(['__proto__'])
    expect((plain as { admin?: boolean }).admin).toBeUndefined()
  })
  test('one leading byte order mark is ignored, a second is not', () => {
    expect(writeJson(parseJson('\ufeff{}'))).toBe('{}')
    expect(refusal('\ufeff\ufeff{}')).toBe('json-syntax')
  })
})

describe('refusals', () => {
  test.each([
    ['{"a":1,"a":2}', 'json-duplicate-key'], ['{"a":1,"\\u0061":2}', 'json-duplicate-key'],
    [`{${Array.from({ length: 40 }, (_, at) => `"k${at}":0`).join()},"k7":1}`, 'json-duplicate-key'],
    ['['.repeat(65) + ']'.repeat(65), 'json-too-deep'], ['{"a":'.repeat(65), 'json-too-deep'],
    ['"\\ud800"', 'json-syntax'], ['"\\ude00\\ud83d"', 'json-syntax'], ['"\ud800"', 'json-syntax'], ['"a\tb"', 'json-syntax'], ['"\0"', 'json-syntax'],
    ['"\\x"', 'json-syntax'], ['"\\u12g4"', 'json-syntax'], ['01', 'json-syntax'], ['1.', 'json-syntax'], ['.5', 'json-syntax'], ['+1', 'json-syntax'], ['1e', 'json-syntax'], ['-', 'json-syntax'],
    ['NaN', 'json-syntax'], ['nul', 'json-syntax'], ['truefalse', 'json-syntax'], ['[1,]', 'json-syntax'], ['{"a":1,}', 'json-syntax'], ['{a:1}', 'json-syntax'], ["{'a':1}", 'json-syntax'],
    ['[1 2]', 'json-syntax'], ['{} {}', 'json-syntax'], ['', 'json-syntax'], ['  ', 'json-syntax'], ['"', 'json-syntax'], ['[', 'json-syntax'], ['{"a"', 'json-syntax'], ['\u00a01', 'json-syntax'],
  ])('%s: %s', (source, code) => expect(refusal(source)).toBe(code))
  test('64 deep is accepted', () => expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('accepted'))
  test('the place is named', () => {
    expect(() => parseJson('{"entry":[{},{"resource":{"code":1,"code":2}}]}')).toThrow(expect.objectContaining({ detail: { expression: 'entry[1].resource.code', diagnostics: expect.stringContaining('line 1, column') } }))
  })
  test('a body must be an object', () => expect(() => parseJsonObject('[]')).toThrow(/must be a JSON object/))
  test('a number is made of digits only', () => expect(() => new JsonNumber('1"')).toThrow())
})

describe('working with values', () => {
  const object = parseJsonObject('{"a":1.10,"b":{"c":["x","y"]}}')
  test('a change leaves the original and the order as they were', () => {
    expect(writeJson(object.set('a', 'z'))).toBe('{"a":"z","b":{"c":["x","y"]}}')
    expect(writeJson(object.set('n', null))).toBe('{"a":1.10,"b":{"c":["x","y"]},"n":null}')
    expect(writeJson(object.delete('a'))).toBe('{"b":{"c":["x","y"]}}')
    expect(writeJson(object)).toBe('{"a":1.10,"b":{"c":["x","y"]}}')
  })
  test('values are found by path, and what is not there is undefined', () => {
    expect(stringAt(object, 'b', 'c', 1)).toBe('y')
    expect(arrayAt(object, 'b', 'c')).toHaveLength(2)
    expect(valueAt(object, 'b', 'c', 'd')).toBeUndefined()
    expect(arrayAt(object, 'a')).toEqual([])
  })
  test('plain values become JSON; undefined is left out, what has no JSON form is refused', () => {
    expect(writeJson(fromPlain({ a: undefined, b: [1, undefined, -0], c: 12n, d: new JsonNumber('1.10') }))).toBe('{"b":[1,null,-0],"c":12,"d":1.10}')
    for (const bad of [NaN, Infinity, () => 1, Symbol('x')]) expect(() => fromPlain(bad)).toThrow()
  })
  test('16 MiB are read and written at the speed of the built-in reader, within a factor', () => {
    const entry = '{"resourceType":"Observation","status":"final","note":[{"text":"một đoạn \\"dài\\" hơn"}],"valueQuantity":{"value":1.50}},'
    const source = `[${entry.repeat(Math.floor(16 * 1024 * 1024 / entry.length))}null]`
    const timed = (work: () => unknown) => { const start = performance.now(); work(); return performance.now() - start }
    const native = Math.max(timed(() => JSON.parse(source)), timed(() => JSON.parse(source)))
    let parsed: JsonValue = null
    const read = timed(() => { parsed = parseJson(source) })
    let written = ''
    const write = timed(() => { written = writeJson(parsed) })
    expect(written).toBe(source)
    expect(Math.max(read, write) / native).toBeLessThan(40)
  })
})
