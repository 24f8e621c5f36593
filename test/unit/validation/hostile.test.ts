/** Whatever is sent, the validator answers: never an exception, never a stall. */
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createValidator } from '#api/validation/validator.ts'
import { disturbed } from '#test/support/disturbed.ts'

const validator = createValidator()
const FOLDER = new URL('../../../fhir-profiles/examples/valid/', import.meta.url)
const examples: unknown[] = readdirSync(FOLDER).map((name): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')))

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

  it('stalls nobody: one huge resource is judged or refused, and others have their turn', async () => {
    const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
    const frame = { resourceType: 'Observation', status: 'final', code: { text: 'x' } }
    const timed = async (resource: unknown): Promise<string[]> => {
      let last = performance.now()
      let longest = 0
      const tick = (): void => {
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      }
      const ticking = setInterval(tick, 1)
      const messages = (await validator.validateInTurns(resource)).map(({ message }) => message)
      clearInterval(ticking)
      tick()
      expect(longest).toBeLessThan(2000)
      return messages
    }
    const contained = { ...frame, contained: many(12_000, (at) => ({ resourceType: 'Practitioner', id: `p${at}` })), performer: many(12_000, (at) => ({ reference: `#p${at}` })) }
    expect(await timed(contained)).toEqual([])
    expect(await timed({ ...contained, performer: [...contained.performer, { reference: '#nobody' }] })).toEqual(['There is no contained resource "#nobody" (ref-1)'])
    const form = (count: number) => ({ resourceType: 'Questionnaire', status: 'active', item: many(count, (at) => ({ linkId: `q${at}`, type: 'string' })) })
    expect(await timed(form(1000))).toEqual([])
    expect(await timed(form(12_000))).toEqual([expect.stringContaining('The resource is too large')])
    expect(await timed({ ...frame, valueString: 'x', code: { coding: many(5000, (at) => ({ code: `a${at}` })) }, component: many(5000, (at) => ({ code: { coding: [{ code: `b${at}` }] }, valueString: 'y' })) })).toEqual([])
    expect(await timed({ resourceType: 'CodeSystem', status: 'active', content: 'complete', concept: many(36_000, (at) => ({ code: `${at % 35_999}` })) })).toEqual([expect.stringContaining('(csd-1)')])
  })

  it('is not judged once for each time that a contained resource names the same profile', () => {
    const profile = Array.from({ length: 100_000 }, () => 'http://hl7.org/fhir/StructureDefinition/Practitioner')
    const begun = performance.now()
    validator.validate({ resourceType: 'Patient', contained: [{ resourceType: 'Practitioner', id: 'a', meta: { profile } }] })
    expect(performance.now() - begun).toBeLessThan(2000)
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
