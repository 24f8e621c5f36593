/** Parts of resources: what _summary and _elements leave in, and that nothing of it is changed. */
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { elementAt, findElement, isKnown, shapeOf } from '#api/fhir/elements.ts'
import { generateElements } from '#api/fhir/generate/elements.ts'
import { applyView, parseSearchView, parseView, viewOf } from '#api/fhir/view.ts'
import { JsonNumber, JsonObject, parseJsonObject, type JsonValue } from '#api/model/json.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'

const TAG = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}'
const META = `"meta":{"versionId":"1","tag":[${TAG}]}`
const PATIENT = '{"resourceType":"Patient","id":"p","meta":{"versionId":"1"},"text":{"status":"generated","div":"<div>x</div>"},"contained":[{"resourceType":"Organization","id":"o"}],'
  + '"extension":[{"url":"http://a.example/x","valueDecimal":1.10}],"identifier":[{"value":"1","extension":[{"url":"http://a.example/y","valueCode":"z"}]}],"name":[{"text":"A","_given":[null,{"id":"g"}],"given":["B","C"]}],'
  + '"_birthDate":{"extension":[{"url":"http://a.example/unknown","valueBoolean":true}]},"deceasedBoolean":false,"maritalStatus":{"text":"x"},"link":[{"id":"l","other":{"reference":"Patient/q"},"type":"seealso"}]}'

describe('the table of elements', () => {
  it('is the generated one', () => {
    expect(fs.readFileSync(new URL('../../../api/fhir/elements.json', import.meta.url), 'utf8')).toBe(generateElements())
  })
  it('has every type of R4', () => {
    expect(RESOURCE_TYPES.filter((type) => !isKnown(type))).toEqual([])
  })
  it('knows choices by their JSON name, backbones, and what repeats another part', () => {
    const patient = { type: 'Patient', path: '' }
    expect(elementAt(patient, 'deceasedBoolean')).toMatchObject({ element: { name: 'deceased', modifier: true, list: false }, type: 'boolean' })
    expect(elementAt(patient, '_deceasedDateTime')?.type).toBe('dateTime')
    expect([elementAt(patient, 'deceased'), elementAt(patient, 'deceasedString'), elementAt(patient, 'constructor')]).toEqual([undefined, undefined, undefined])
    const contact = findElement(patient, 'contact')
    expect(contact && shapeOf(patient, contact, '.')).toEqual({ type: 'Patient', path: 'contact' })
    const bundle = { type: 'Bundle', path: 'entry' }
    const link = findElement(bundle, 'link')
    expect(link && shapeOf(bundle, link, link.types[0] ?? '')).toEqual({ type: 'Bundle', path: 'link' })
  })
})

describe('a view', () => {
  it('is the stored text itself when nobody asks for a part', () => {
    const odd = ' {"resourceType" : "Patient"} '
    expect([applyView(odd, viewOf({ query: [] })), applyView(odd, viewOf({ query: [['_summary', 'false']] }))]).toEqual([odd, odd])
  })
  it('true: the elements of the summary, inside of datatypes too, primitives with what is said of them', () => {
    expect(applyView(PATIENT, { kind: 'true' })).toBe(`{"resourceType":"Patient","id":"p",${META},"identifier":[{"value":"1"}],"name":[{"text":"A","_given":[null,{"id":"g"}],"given":["B","C"]}],`
      + '"_birthDate":{"extension":[{"url":"http://a.example/unknown","valueBoolean":true}]},"deceasedBoolean":false,"link":[{"other":{"reference":"Patient/q"},"type":"seealso"}]}')
  })
  it('text: the narrative, and what changes the meaning', () => {
    expect(applyView(PATIENT, { kind: 'text' })).toBe(`{"resourceType":"Patient","id":"p",${META},"text":{"status":"generated","div":"<div>x</div>"},"deceasedBoolean":false,"link":[{"id":"l","other":{"reference":"Patient/q"},"type":"seealso"}]}`)
  })
  it('data: all but the narrative, digits as they were', () => {
    expect(applyView(PATIENT, { kind: 'data' })).toBe(PATIENT.replace('"meta":{"versionId":"1"}', META).replace('"text":{"status":"generated","div":"<div>x</div>"},', ''))
  })
  it('elements: those, the mandatory and the modifying ones: a "do not" is never left out', () => {
    const order = '{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","doNotPerform":true,"medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p"},"note":[{"text":"n"}]}'
    expect(applyView(order, parseView([['_elements', 'note,MedicationRequest.reason']].map(([name = '', value = '']) => [name, value.replace('.reason', '.reasonCode')] as const), 'MedicationRequest')))
      .toBe(`{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","doNotPerform":true,"medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p"},"note":[{"text":"n"}],"meta":{"tag":[${TAG}]}}`)
    expect(applyView('{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10},"note":[]}', parseView([['_elements', 'value']], 'Observation'))).toContain('"valueQuantity":{"value":1.10}')
  })
  it('marks a part once', () => {
    const once = applyView(PATIENT, { kind: 'true' })
    expect(applyView(once, { kind: 'true' })).toBe(once)
  })
  it.each<[string, [string, string][], string | undefined]>([
    ['an unknown summary', [['_summary', 'yes']], 'Patient'], ['two summaries', [['_summary', 'true'], ['_summary', 'data']], 'Patient'], ['an unknown element', [['_elements', 'name,shoeSize']], 'Patient'],
    ['an element of another type', [['_elements', 'dosageInstruction']], 'Patient'], ['an element of no type', [['_elements', 'shoeSize']], undefined], ['an empty element', [['_elements', 'name,']], 'Patient'],
    ['a path', [['_elements', 'name.family']], 'Patient'], ['both', [['_elements', 'name'], ['_summary', 'true']], 'Patient'],
  ])('refuses %s by name', (_, pairs, type) => {
    expect(() => parseView(pairs, type)).toThrow('bad-parameter')
  })
  it('has no narrative with includes, no count of one resource, and leaves what is included whole under _elements', () => {
    expect(() => parseSearchView([['_summary', 'text'], ['_revinclude:iterate', 'Provenance:target']], 'Patient')).toThrow('bad-parameter')
    expect(() => viewOf({ query: [['_summary', 'count']] }, 'Patient')).toThrow('bad-parameter')
    expect(parseSearchView([['_elements', 'name'], ['_include', 'x']], 'Patient').included).toEqual({ kind: 'whole' })
    expect(parseSearchView([['_summary', 'data'], ['_include', 'x']], 'Patient').included).toEqual({ kind: 'data' })
  })
})

/** Whether `part` has nothing that `whole` has not, in the same order; the tag aside. */
const isPart = (part: JsonValue, whole: JsonValue | undefined): boolean => {
  if (part instanceof JsonNumber) return whole instanceof JsonNumber && part.source === whole.source
  if (part instanceof JsonObject) {
    if (!(whole instanceof JsonObject)) return false
    const places = part.names.map((name) => whole.names.indexOf(name))
    return places.every((place, at) => place >= 0 && place > (places[at - 1] ?? -1)) && [...part.entries()].every(([name, value]) => isPart(value, whole.get(name)))
  }
  if (Array.isArray(part)) return Array.isArray(whole) && part.length === whole.length && (part as JsonValue[]).every((value, at) => isPart(value, (whole as JsonValue[])[at]))
  return part === whole
}

describe('every example of the profiles', () => {
  const folder = new URL('../../../fhir-profiles/examples/valid/', import.meta.url)
  it.each(fs.readdirSync(folder))('%s has parts that are parts', (file) => {
    const whole = parseJsonObject(fs.readFileSync(new URL(file, folder), 'utf8'))
    for (const kind of ['true', 'text', 'data'] as const) {
      const part = parseJsonObject(applyView(fs.readFileSync(new URL(file, folder), 'utf8'), { kind }))
      const meta = part.get('meta')
      const plain = meta instanceof JsonObject && whole.has('meta') ? part.set('meta', meta.delete('tag')) : part.delete('meta')
      expect([kind, isPart(plain, whole)]).toEqual([kind, true])
      expect(JSON.stringify(part)).toContain('SUBSETTED')
    }
  })
})
