/** Rules that are judged in closures say what @medplum/core says, for every invariant of R4 and of our profiles, on whole resources and on mutilated ones. */
import { evalFhirPathTyped, toTypedValue } from '@medplum/core'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { toPlain } from '#api/model/json.ts'
import { openDefinitions } from '#api/validation/definitions.ts'
import type { Pending } from '#api/validation/invariants.ts'
import { compileQuickRule } from '#api/validation/quick-rule.ts'
import { survey } from '#api/validation/survey.ts'
import { isObject } from '#api/validation/untyped.ts'
import { createRandom, type Random } from '#test/support/random.ts'
import { buildCorpus } from '#test/conformance/corpus.ts'

const EXAMPLES = new URL('../../../fhir-profiles/examples/valid/', import.meta.url)
const definitions = openDefinitions()
const resources: unknown[] = [
  ...buildCorpus().map(({ resource }) => toPlain(resource)), ...readdirSync(EXAMPLES).map((file) => JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8')) as unknown),
]
const pendings = resources.flatMap((resource) => survey(definitions, new Map(), resource, {}).pending)

const byFhirPath = ({ constraint, type, place }: Pending, value: unknown): boolean => {
  const variables = { '%context': { type, value }, ...(isObject(place.resource) && { '%resource': toTypedValue(place.resource) }) }
  const [answer, ...more] = evalFhirPathTyped(constraint.expression, [{ type, value }], variables)
  return answer?.value === true && more.length === 0
}

describe('a rule in closures', () => {
  const rules = new Map([...new Set(pendings.map(({ constraint }) => constraint.expression))].map((expression) => [expression, compileQuickRule(expression)]))

  it('exists for most of the rules that are judged', () => {
    expect(pendings.filter(({ constraint }) => rules.get(constraint.expression)).length / pendings.length).toBeGreaterThan(0.5)
  })

  it('agrees with FHIRPath on every value, whole or with some of its members gone or repeated', () => {
    const random = createRandom(7)
    const seen = { true: 0, false: 0, unsure: 0 }
    const wrong: string[] = []
    for (const pending of pendings) {
      const rule = rules.get(pending.constraint.expression)
      for (const value of rule ? [pending.value, ...mutilate(pending.value, random)] : []) {
        const said = rule?.(value)
        seen[said === undefined ? 'unsure' : said ? 'true' : 'false'] += 1
        if (said !== undefined && said !== byFhirPath(pending, value)) wrong.push(`${pending.path} ${pending.constraint.key}: ${JSON.stringify(value).slice(0, 200)}`)
      }
    }
    expect(wrong.slice(0, 5)).toEqual([])
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500)
    expect(seen.unsure).toBeLessThan(seen.true)
  })

  it.each<[string, unknown, boolean | undefined]>([
    ['value.empty() or system.exists()', { value: '1' }, false],
    ['value.empty()', { valueQuantity: { value: 1 } }, false],
    ['value.empty()', { valueSet: 'x' }, true],
    ['value.exists()', { _valueString: { extension: [] } }, undefined],
    ['active.exists() and active', { active: 'yes' }, undefined],
    ['name.where(use = \'official\').count() <= 1', { name: [{ use: 'official' }, { use: 'official' }] }, false],
    ['status = \'a\' implies end.exists()', {}, false],
    ['status = \'a\' implies end.exists()', { status: 'b' }, true],
  ])('%s', (expression, value, wanted) => {
    expect(compileQuickRule(expression)?.(value)).toBe(wanted)
  })

  it.each(['value > 0', 'name.first().exists()', '%resource.id.exists()', '$this.exists()', 'Patient.name.exists()', '(a | b).exists()', 'a = b', 'name[0].exists()', 'a.exists() xor b.exists()'])('leaves %s to FHIRPath', (expression) => {
    expect(compileQuickRule(expression)).toBeUndefined()
  })
})

/** Three forms of it with members missing, and one with a list doubled. */
const mutilate = (value: unknown, random: Random): unknown[] => {
  if (!isObject(value)) return []
  const without = (): unknown => Object.fromEntries(Object.entries(value).filter(() => random.chance(0.5)))
  return [without(), without(), without(), Object.fromEntries(Object.entries(value).map(([name, member]) => [name, Array.isArray(member) ? [...(member as unknown[]), ...(member as unknown[])] : member]))]
}
