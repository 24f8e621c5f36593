/** Whatever is sent, the validator answers: never an exception, never a stall. */
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createValidator } from '#api/validation/validator.ts'

const validator = createValidator()
const FOLDER = new URL('../../../fhir-profiles/examples/valid/', import.meta.url)
const examples: unknown[] = readdirSync(FOLDER).map((name): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')))

/** Puts `value` at a random place of a copy. */
const disturbed = (resource: unknown, picks: readonly number[], value: unknown): unknown => {
  const copy: unknown = structuredClone(resource)
  let holder = copy
  for (const [step, pick] of picks.entries()) {
    if (typeof holder !== 'object' || holder === null) return copy
    const keys = Object.keys(holder)
    const key = keys[pick % Math.max(1, keys.length)]
    if (key === undefined) return copy
    const next: unknown = Reflect.get(holder, key)
    if (step === picks.length - 1 || typeof next !== 'object' || next === null) {
      Reflect.set(holder, key, value)
      return copy
    }
    holder = next
  }
  return copy
}

const deep = (levels: number, inner: unknown): unknown => (levels === 0 ? inner : { url: 'http://x.org/e', extension: [deep(levels - 1, inner)] })

describe('hostile input', () => {
  it('gets an answer, whatever JSON it is', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(Array.isArray(validator.validate(value))).toBe(true)
    }), { numRuns: 500 })
  })

  it('gets an answer inside a good resource too, and a changed type does not pass unseen', () => {
    fc.assert(fc.property(fc.constantFrom(...examples), fc.array(fc.nat(40), { minLength: 1, maxLength: 7 }), fc.jsonValue({ maxDepth: 3 }), (resource, picks, value) => {
      expect(Array.isArray(validator.validate(disturbed(resource, picks, value)))).toBe(true)
    }), { numRuns: 1500 })
  })

  it('is refused when it is nested beyond reason', () => {
    expect(validator.validate({ resourceType: 'Patient', extension: [deep(5000, { url: 'x', valueString: 'a' })] }).map(({ message }) => message)).toContain('Nested too deeply')
  })

  it('does not grow the answer without bound', () => {
    expect(validator.validate({ resourceType: 'Patient', name: Array.from({ length: 5000 }, () => ({ x: 1 })) }).length).toBeLessThanOrEqual(200)
  })

  it('cannot reach what all objects have', () => {
    const resource: unknown = JSON.parse('{"resourceType":"Patient","__proto__":{"gender":"male"},"constructor":1,"toString":2,"_constructor":{"id":"a"}}')
    expect(validator.validate(resource).map(({ expression }) => expression)).toEqual(['Patient.__proto__', 'Patient.constructor', 'Patient.toString', 'Patient._constructor'])
    expect(validator.validate({ resourceType: 'constructor' })).toHaveLength(1)
  })

  it('is judged in about a millisecond when it is a usual resource', () => {
    for (const resource of examples) validator.validate(resource)
    const begun = performance.now()
    for (let round = 0; round < 20; round++) for (const resource of examples) validator.validate(resource)
    expect((performance.now() - begun) / 20 / examples.length).toBeLessThan(5)
  })
})
