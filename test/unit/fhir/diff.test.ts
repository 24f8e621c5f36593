/** What $diff answers is a patch: applied to the first resource it gives the second. http://hl7.org/fhir/R4/fhirpatch.html */
import { describe, expect, it } from 'vitest'
import { createAlike } from '#api/fhir/diff-value.ts'
import { buildDiff } from '#api/fhir/diff.ts'
import { applyFhirPathPatch } from '#api/fhir/patch/fhirpath-patch.ts'
import { arrayAt, JsonNumber, JsonObject, parseJsonObject, stringAt, writeJson, type JsonValue } from '#api/model/json.ts'
import { buildCorpus } from '#test/conformance/corpus.ts'
import { createRandom, type Random } from '#test/support/random.ts'

const corpus = buildCorpus()

/** undefined: it holds. */
const broken = (from: JsonObject, to: JsonObject): string | undefined => {
  const diff = buildDiff(from, to, stringAt(from, 'resourceType') ?? '')
  const made = applyFhirPathPatch(from, diff)
  return createAlike()(made, to) ? undefined : `${writeJson(diff)}\n${writeJson(made)}\n${writeJson(to)}`
}

const listOf = (value: JsonValue): readonly JsonValue[] | undefined => (Array.isArray(value) ? (value as readonly JsonValue[]) : undefined)

/** Something taken away, doubled, swapped or written otherwise, somewhere. */
const mutate = (value: JsonValue, random: Random): JsonValue => {
  if (value instanceof JsonNumber) return new JsonNumber(value.source.includes('.') && !/e/i.test(value.source) ? `${value.source}0` : value.source)
  if (value instanceof JsonObject) {
    // what is said of a primitive stands beside it, place by place
    const names = value.names.filter((name) => name !== 'resourceType' && !name.startsWith('_') && !value.has(`_${name}`))
    if (names.length === 0) return value
    const name = random.pick(names)
    if (random.chance(0.25) && names.length > 1) return value.delete(name).delete(`_${name}`)
    return value.set(name, mutate(value.get(name) ?? null, random))
  }
  const list = listOf(value)
  if (list === undefined || list.length === 0 || list.includes(null)) return value
  const at = random.whole(0, list.length - 1)
  if (list.length > 1 && random.chance(0.3)) return list.toSpliced(at, 1)
  if (random.chance(0.3)) return list.toSpliced(at, 0, list[random.whole(0, list.length - 1)] ?? null)
  return list.with(at, mutate(list[at] ?? null, random))
}

describe('the difference of two resources', () => {
  it('gives the second when it is applied to the first, for every two resources of the corpus of one type', () => {
    const wrong: string[] = []
    for (const [type, specimens] of Map.groupBy(corpus, (each) => each.type)) {
      const [first, second, third] = specimens.map(({ resource }) => resource)
      if (first === undefined || second === undefined || third === undefined) throw new Error(`three of ${type} are expected`)
      const why = type.length % 2 === 0 ? broken(first, second) : broken(third, first)
      if (why !== undefined) wrong.push(`${type}: ${why.slice(0, 3000)}`)
    }
    expect(wrong.slice(0, 3)).toEqual([])
  })
  it('gives the second for whatever was changed by chance', () => {
    const random = createRandom(20261127)
    const wrong: string[] = []
    for (let turn = 0; turn < 300; turn += 1) {
      const { resource, type } = random.pick(corpus)
      let to: JsonValue = resource
      for (let times = random.whole(1, 4); times > 0; times -= 1) to = mutate(to, random)
      if (!(to instanceof JsonObject)) continue
      // an extension or element that came out empty is none
      const clean = applyFhirPathPatch(to, parseJsonObject('{"resourceType":"Parameters"}'))
      const why = broken(resource, clean)
      if (why !== undefined) wrong.push(`${type}: ${why.slice(0, 3000)}`)
    }
    expect(wrong.slice(0, 3)).toEqual([])
  })
  it('is empty between equals, whatever the order of members, and sees a digit', () => {
    const one = parseJsonObject('{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.0,"unit":"x"}}')
    expect(buildDiff(one, parseJsonObject('{"resourceType":"Observation","valueQuantity":{"unit":"x","value":1.0},"status":"final"}'), 'Observation').has('parameter')).toBe(false)
    const digit = buildDiff(one, parseJsonObject('{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.00,"unit":"x"}}'), 'Observation')
    expect(writeJson(digit)).toBe('{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.value.value"},{"name":"value","valueDecimal":1.00}]}]}')
  })
  it('says one item that came or went as one operation', () => {
    const names = (...texts: string[]): JsonObject => parseJsonObject(JSON.stringify({ resourceType: 'Patient', name: texts.map((text) => ({ text })) }))
    const types = (diff: JsonObject): (string | undefined)[] => arrayAt(diff, 'parameter').map((operation) => stringAt(operation, 'part', 0, 'valueCode'))
    expect(types(buildDiff(names('a', 'b', 'c'), names('a', 'x', 'b', 'c'), 'Patient'))).toEqual(['insert'])
    expect(types(buildDiff(names('a', 'b', 'c'), names('a', 'c'), 'Patient'))).toEqual(['delete'])
    expect(types(buildDiff(names('a'), names('a', 'b'), 'Patient'))).toEqual(['add'])
  })
})
