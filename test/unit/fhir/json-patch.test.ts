/** JSON Patch on lossless values: the operations and errors of RFC 6902, digits, and its bounds. */
import { describe, expect, it } from 'vitest'
import { applyJsonPatch, isSame } from '#api/fhir/patch/json-patch.ts'
import { MAX_OPERATIONS } from '#api/fhir/patch/work.ts'
import { parseJson, parseJsonObject, writeJson } from '#api/model/json.ts'
import { Outcome } from '#api/model/outcome.ts'

const patched = (target: string, patch: string): string => writeJson(applyJsonPatch(parseJsonObject(target), parseJson(patch)))
const refusal = (target: string, patch: string): string => {
  try {
    return patched(target, patch)
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    return `${error.code} ${String(error.detail.expression)}`
  }
}

describe('the operations of RFC 6902, appendix A', () => {
  it.each([
    ['adds a member', '{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"foo":"bar","baz":"qux"}'],
    ['adds to a list', '{"foo":["bar","baz"]}', '[{"op":"add","path":"/foo/1","value":"qux"}]', '{"foo":["bar","qux","baz"]}'],
    ['adds at the end of a list', '{"foo":["bar"]}', '[{"op":"add","path":"/foo/-","value":["abc"]}]', '{"foo":["bar",["abc"]]}'],
    ['adds over a member that is there', '{"foo":1}', '[{"op":"add","path":"/foo","value":2}]', '{"foo":2}'],
    ['removes a member', '{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/baz"}]', '{"foo":"bar"}'],
    ['removes from a list', '{"foo":["bar","qux","baz"]}', '[{"op":"remove","path":"/foo/1"}]', '{"foo":["bar","baz"]}'],
    ['replaces in place', '{"baz":"qux","foo":"bar"}', '[{"op":"replace","path":"/baz","value":"boo"}]', '{"baz":"boo","foo":"bar"}'],
    ['moves a value', '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}', '[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]', '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}'],
    ['moves in a list', '{"foo":["all","grass","cows","eat"]}', '[{"op":"move","from":"/foo/1","path":"/foo/3"}]', '{"foo":["all","cows","eat","grass"]}'],
    ['copies a value', '{"a":{"b":1}}', '[{"op":"copy","from":"/a","path":"/c"}]', '{"a":{"b":1},"c":{"b":1}}'],
    ['tests, and ignores what it does not know', '{"baz":"qux","n":1.10}', '[{"op":"test","path":"/baz","value":"qux","xyz":1},{"op":"test","path":"/n","value":11e-1}]', '{"baz":"qux","n":1.10}'],
    ['unescapes ~1 before ~0', '{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10},{"op":"replace","path":"/~1","value":8}]', '{"/":8,"~1":10}'],
  ])('%s', (_, target, patch, result) => { expect(patched(target, patch)).toBe(result) })

  it.each([
    ['a member that is not there', '{"foo":"bar"}', '[{"op":"remove","path":"/baz"}]', 'patch-failed patch[0].path'],
    ['a holder that is not there', '{"foo":"bar"}', '[{"op":"add","path":"/baz/bat","value":"qux"}]', 'patch-failed patch[0].path'],
    ['a place beyond the list', '{"foo":[1]}', '[{"op":"add","path":"/foo/3","value":2}]', 'patch-failed patch[0].path'],
    ['a place with a zero before it', '{"foo":[1,2]}', '[{"op":"remove","path":"/foo/01"}]', 'patch-failed patch[0].path'],
    ['a member of a text', '{"foo":"bar"}', '[{"op":"add","path":"/foo/x","value":1}]', 'patch-failed patch[0].path'],
    ['a test of another value', '{"baz":"qux"}', '[{"op":"test","path":"/baz","value":"bar"}]', 'patch-failed patch[0].value'],
    ['a test of a text against a number', '{"~1":10}', '[{"op":"test","path":"/~01","value":"10"}]', 'patch-failed patch[0].value'],
    ['a move into itself', '{"a":{"b":1}}', '[{"op":"move","from":"/a","path":"/a/b"}]', 'bad-request patch[0].from'],
    ['an operation that is none', '{}', '[{"op":"increment","path":"/a"}]', 'bad-request patch[0].op'],
    ['a value that is missing', '{}', '[{"op":"add","path":"/a"}]', 'bad-request patch[0].value'],
    ['a pointer that is none', '{}', '[{"op":"remove","path":"a"}]', 'bad-request patch[0].path'],
    ['a patch that is no list', '{}', '{"op":"remove","path":"/a"}', 'bad-request patch'],
    ['the resource taken away', '{"a":1}', '[{"op":"remove","path":""}]', 'patch-failed patch[0].path'],
    ['something else than a resource in its place', '{"a":1}', '[{"op":"replace","path":"","value":[1]}]', 'json-syntax undefined'],
  ])('refuses %s', (_, target, patch, said) => { expect(refusal(target, patch)).toBe(said) })

  it('names a member like any other, even __proto__', () => {
    expect(patched('{"a":1}', '[{"op":"add","path":"/__proto__","value":{"b":2}}]')).toBe('{"a":1,"__proto__":{"b":2}}')
    expect(({} as { b?: unknown }).b).toBeUndefined()
  })
})

describe('what FHIR asks beyond it', () => {
  it('keeps every digit of what is not touched', () => {
    expect(patched('{"v":1.10,"w":0.000000000000000010,"x":1}', '[{"op":"replace","path":"/x","value":2.0}]')).toBe('{"v":1.10,"w":0.000000000000000010,"x":2.0}')
  })
  it('leaves no empty list or object behind, and fills one again within the same patch', () => {
    expect(patched('{"name":[{"text":"A"}],"x":{"y":1}}', '[{"op":"remove","path":"/name/0"},{"op":"remove","path":"/x/y"}]')).toBe('{}')
    expect(patched('{"name":[{"text":"A"}]}', '[{"op":"remove","path":"/name/0"},{"op":"add","path":"/name/-","value":{"text":"B"}}]')).toBe('{"name":[{"text":"B"}]}')
  })
  it('keeps the null that holds a place in a list of primitives', () => {
    expect(patched('{"given":["A",null],"x":1}', '[{"op":"remove","path":"/x"}]')).toBe('{"given":["A",null]}')
  })
  it('takes numbers of the same value for the same, and no others', () => {
    for (const [one, other, same] of [['1.10', '1.1', true], ['100', '1e2', true], ['0.0', '-0', true], ['-1', '1', false], ['1e400', '1e401', false], ['12345678901234567890', '12345678901234567891', false]] as const) {
      expect([one, other, isSame(parseJson(one), parseJson(other))]).toEqual([one, other, same])
    }
  })
})

describe('bounds', () => {
  it('takes a limited number of operations', () => {
    const many = JSON.stringify(Array.from({ length: MAX_OPERATIONS + 1 }, () => ({ op: 'test', path: '/a', value: 1 })))
    expect(refusal('{"a":1}', many)).toBe('bad-request patch')
  })
  it('does not let copies of copies grow without end', () => {
    const doubling = Array.from({ length: 60 }, (_, at) => [{ op: 'add', path: `/h${at}`, value: {} }, { op: 'copy', from: at === 0 ? '/a' : `/h${at - 1}`, path: `/h${at}/x` }, { op: 'copy', from: at === 0 ? '/a' : `/h${at - 1}`, path: `/h${at}/y` }]).flat()
    expect(refusal(`{"a":"${'x'.repeat(1000)}"}`, JSON.stringify(doubling))).toMatch(/^(body-too-large|json-too-deep) patch/)
  })
  it('is held to the depth of every body, between two operations too', () => {
    const deeper = Array.from({ length: 70 }, (_, at) => ({ op: 'add', path: `${'/a'.repeat(at)}/a`, value: {} }))
    expect(refusal('{}', JSON.stringify(deeper))).toMatch(/^json-too-deep patch\[6[34]\]/)
    const nested = Array.from({ length: 900 }, (_, at) => ({ op: 'copy', from: '/a', path: at % 2 === 0 ? '/b/x/x/x' : '/a/x/x/x' }))
    expect(refusal('{"a":{"x":{"x":{}}},"b":{"x":{"x":{}}}}', JSON.stringify(nested.flatMap((op) => [op, { ...op, from: op.path.slice(0, 2) }])))).toMatch(/^(json-too-deep|bad-request)/)
  })
  it.each([
    ['a number with a million zeros before its end', `{"n":1${'0'.repeat(1_000_000)}1}`, `[{"op":"test","path":"/n","value":1${'0'.repeat(1_000_000)}2}]`, 'patch-failed'],
    ['objects of many names', '{}', `[${['add', 'test'].map((op) => `{"op":"${op}","path":"/o","value":{${Array.from({ length: 60_000 }, (_, at) => `"m${at}":1`).join(',')}}}`).join(',')}]`, '{"o"'],
    ['a long list changed again and again', '{}', `[{"op":"add","path":"/l","value":[${'0,'.repeat(1_000_000)}0]},${Array.from({ length: 990 }, () => '{"op":"replace","path":"/l/0","value":1}').join(',')}]`, 'body-too-large'],
  ])('does not stand still before %s', (_, target, patch, said) => {
    expect(refusal(target, patch).slice(0, said.length)).toBe(said)
  }, 10_000)
})
