/** References are found with their places and rewritten everywhere, and nothing else changes. */
import { describe, expect, it } from 'vitest'
import { isConditional, isElsewhere, parseRelative, referencesIn, rewriteReferences } from '#api/fhir/references.ts'
import { parseJson, writeJson } from '#api/model/json.ts'

const URN = 'urn:uuid:2f8b9a10-0000-4000-8000-000000000001'
const change = (address: string): string | undefined => (address === URN ? 'Patient/1' : undefined)

describe('references', () => {
  it.each([
    ['Patient/1', { type: 'Patient', id: '1' }], ['Patient/a-b.C/_history/3', { type: 'Patient', id: 'a-b.C' }], ['Patient/1#part', { type: 'Patient', id: '1' }],
    ['#contained', undefined], [URN, undefined], ['http://a.example/Patient/1', undefined], ['Patient?identifier=1', undefined], ['Patient/1/2', undefined], ['patient/1', undefined],
  ])('reads %s', (reference, key) => expect(parseRelative(reference)).toEqual(key))

  it('tells conditional and absolute ones', () => {
    expect([isConditional('Patient?identifier=a|b'), isConditional('Patient/1'), isConditional('Patient?')]).toEqual([true, false, false])
    expect([isElsewhere('#a'), isElsewhere(URN), isElsewhere('https://a.example/Patient/1'), isElsewhere('Patient/1')]).toEqual([true, true, true, false])
  })
  it('takes no address of something else for a reference', () => {
    for (const text of [
      '{"resourceType":"DetectedIssue","reference":"urn:oid:1.2.3"}', '{"resourceType":"Immunization","education":[{"documentType":"x","reference":"docs/a.pdf"}]}',
      '{"resourceType":"PlanDefinition","action":[{"condition":[{"kind":"start","expression":{"language":"text/cql","reference":"urn:uuid:2f8b9a10-0000-4000-8000-000000000002"}}]}]}',
    ]) expect(referencesIn(parseJson(text), 'x')).toEqual([])
  })
  it('names every place, in extensions, contained resources and lists of lists', () => {
    const resource = parseJson(`{"resourceType":"Observation","subject":{"reference":"Patient/1"},"contained":[{"resourceType":"Group","member":[{"entity":{"reference":"Patient/2"}}]}],
      "extension":[{"url":"http://a.example","valueReference":{"reference":"Patient/3"}}],"performer":[{"display":"only a name"},{"reference":"Practitioner/4"}]}`)
    expect(referencesIn(resource, 'Observation')).toEqual([
      { reference: 'Patient/1', path: 'Observation.subject' }, { reference: 'Patient/2', path: 'Observation.contained[0].member[0].entity' },
      { reference: 'Patient/3', path: 'Observation.extension[0].valueReference' }, { reference: 'Practitioner/4', path: 'Observation.performer[1]' },
    ])
  })
  it('rewrites references, addresses and narrative links, but no identifier and no digit', () => {
    const text = `{"a":{"reference":"${URN}"},"b":[{"valueUri":"${URN}"},{"url":"${URN}"}],"identifier":[{"system":"urn:ietf:rfc:3986","value":"${URN}"}],"n":1.10,"text":{"div":"<div><a href=\\"${URN}\\">x</a> ${URN}</div>"}}`
    expect(writeJson(rewriteReferences(parseJson(text), change))).toBe(
      `{"a":{"reference":"Patient/1"},"b":[{"valueUri":"Patient/1"},{"url":"Patient/1"}],"identifier":[{"system":"urn:ietf:rfc:3986","value":"${URN}"}],"n":1.10,"text":{"div":"<div><a href=\\"Patient/1\\">x</a> ${URN}</div>"}}`)
  })
  it('shares what it does not change', () => {
    const value = parseJson('{"a":[{"reference":"Patient/9"}]}')
    expect(rewriteReferences(value, change)).toBe(value)
  })
})
