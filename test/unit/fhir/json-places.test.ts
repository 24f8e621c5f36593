/** Where values stand in a text: line and column of the name, the item, or what is around what is missing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toFhirPath, toJsonPath } from '#api/fhir/operations/fhirpath-place.ts'
import { findPlaces, type JsonPath } from '#api/model/json-places.ts'
import { parseJson } from '#api/model/json.ts'

const TEXT = '\ufeff{ "a" : [1, {"b\\"\\u0041": "x ] } \\\\",\n\n "c": [ ] } , true],\r\n"__proto__":{"d":null}}'
const at = (...path: JsonPath): string => findPlaces(TEXT, [path]).map(({ line, column }) => `${line}:${column}`).join()

describe('places', () => {
  it.each<[JsonPath, string]>([
    [[], '1:2'], [['a'], '1:4'], [['a', 0], '1:11'], [['a', 1], '1:14'], [['a', 1, 'b"A'], '1:15'], [['a', 1, 'c'], '3:2'], [['a', 2], '3:15'], [['__proto__', 'd'], '4:14'],
    // what is not there stands in what would hold it
    [['a', 9], '1:4'], [['a', 1, 'c', 0], '3:2'], [['z'], '1:2'], [['a', 'length'], '1:4'],
  ])('%j is at %s', (path, place) => {
    expect(at(...path)).toBe(place)
  })
  it('are the same for many at once, in any order', () => {
    const paths: JsonPath[] = [['a', 2], ['z'], ['a', 0], ['a', 2]]
    expect(findPlaces(TEXT, paths).map(({ line, column }) => `${line}:${column}`)).toEqual(['3:15', '1:2', '1:11', '3:15'])
  })
  it('are inside of the text, whatever JSON it is, and lead to the value', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify({ x: [value, { marked: 7 }] }, null, space)
      const [place] = findPlaces(text, [['x', 1, 'marked']])
      expect(text.split('\n')[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(/^"marked": ?7/)
    }), { numRuns: 300 })
  })
})

describe('expressions', () => {
  it.each([
    ['Observation.valueQuantity.value', 'Observation.value.value'], ['Patient._birthDate', 'Patient.birthDate'], ['Patient.name[0].given[1]', 'Patient.name[0].given[1]'], ['Patient', 'Patient'],
    ['Observation.contained[0].deceasedBoolean', 'Observation.contained[0].deceased'], ['Patient.shoe size', 'Patient'], ['Patient.name[0].x', 'Patient.name[0].x'],
  ])('%s names the element %s', (expression, element) => {
    const resource = parseJson('{"contained":[{"resourceType":"Patient"}]}')
    expect(toFhirPath(expression.split('.')[0] ?? '', toJsonPath(expression), resource)).toBe(element)
  })
})
