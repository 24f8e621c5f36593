/** Base R4: JSON form, cardinality, choices, references, contained resources, Bundles; and every type that FHIR has. */
import { describe, expect, it } from 'vitest'
import { parseJson } from '#api/model/json.ts'
import { createValidator } from '#api/validation/validator.ts'

const validator = createValidator()
const errors = (resource: unknown): readonly string[] => validator.validate(resource).filter(({ severity }) => severity === 'error').map(({ expression, message }) => `${expression}: ${message}`)
const observation = (more: object): object => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...more })
const patient = (more: object): object => ({ resourceType: 'Patient', ...more })

describe('base structure', () => {
  it.each<[string, unknown, string[]]>([
    ['a value that is no object', 'Patient', ['Resource: Expected a resource']],
    ['null', null, ['Resource: Expected a resource']],
    ['an array', [], ['Resource: Expected a resource']],
    ['no type', {}, ['Resource: A resource needs a resourceType']],
    ['a type of no standard', { resourceType: 'Pet' }, ['Pet: Unknown resource type "Pet"']],
    ['a data type as resource', { resourceType: 'HumanName' }, ['HumanName: Unknown resource type "HumanName"']],
    ['an abstract name', { resourceType: '__proto__' }, ['__proto__: Unknown resource type "__proto__"']],
    ['one value where an array belongs', patient({ name: { text: 'A' } }), ['Patient.name: Expected an array']],
    ['an array where one value belongs', patient({ gender: ['male'] }), ['Patient.gender: Expected one value, found an array']],
    ['an empty array', patient({ name: [] }), ['Patient.name: An array must not be empty']],
    ['an empty object', patient({ name: [{}] }), ['Patient.name[0]: An object must not be empty']],
    ['an empty string', patient({ name: [{ text: '' }] }), ['Patient.name[0].text: A string must not be empty']],
    ['a string of more than 1 MB', patient({ name: [{ text: 'x'.repeat(1024 * 1024 + 1) }] }), ['Patient.name[0].text: A string must not be longer than 1 MB']],
    ['null as value', patient({ gender: null }), ['Patient.gender: A value must not be null']],
    ['null in an array', patient({ name: [{ given: ['A', null] }] }), ['Patient.name[0].given[1]: A value must not be null']],
    ['text as boolean', patient({ active: 'true' }), ['Patient.active: Expected true or false, found a string']],
    ['an object as text', patient({ name: [{ text: { a: 1 } }] }), ['Patient.name[0].text: Expected a string, found an object']],
    ['text as object', patient({ name: ['A'] }), ['Patient.name[0]: Expected an object']],
    ['resourceType inside', patient({ name: [{ resourceType: 'HumanName', text: 'A' }] }), ['Patient.name[0].resourceType: Element "resourceType" is not allowed here']],
    ['an id with a space', patient({ id: 'a b' }), ['Patient.id: Not a valid id']],
    ['an instant without zone', patient({ meta: { lastUpdated: '2026-11-22T08:00:00' } }), ['Patient.meta.lastUpdated: Not a valid instant']],
    ['a time without zone', observation({ effectiveDateTime: '2026-11-22T08:00:00' }), ['Observation.effectiveDateTime: Not a valid dateTime']],
    ['a missing element', { resourceType: 'Observation', status: 'final' }, ['Observation.code: Missing element: at least 1 needed']],
    ['two kinds of one choice', observation({ valueString: 'a', valueInteger: 1 }), ['Observation.valueInteger: Only one of "valueString" and "valueInteger" may be present']],
    ['a choice of a type that is none', observation({ valueAddress: { text: 'a' } }), ['Observation.valueAddress: Element "valueAddress" is not allowed here']],
    ['extension and value', patient({ extension: [{ url: 'http://x.org/e', valueString: 'a', extension: [{ url: 'b', valueString: 'c' }] }] }), ['Patient.extension[0]: Must have either extensions or value[x], not both (ext-1)']],
    ['an extension without url', patient({ extension: [{ valueString: 'a' }] }), ['Patient.extension[0].url: Missing element: at least 1 needed']],
    ['a reference to the wrong type', observation({ subject: { reference: 'Medication/1' } }), ['Observation.subject: The reference points at Medication; allowed: Patient, Group, Device, Location']],
    ['a reference that says nothing', observation({ subject: { id: 'x' } }), ['Observation.subject: Must have a reference, an identifier or a display']],
    ['a reference into nothing', observation({ subject: { reference: '#p' } }), ['Observation.subject: There is no contained resource "#p" (ref-1)']],
    ['a contained resource that nobody needs', observation({ contained: [{ resourceType: 'Patient', id: 'p' }] }), ['Observation.contained[0]: Nothing refers to this contained resource (dom-3)']],
    ['a mistake in a contained resource', observation({ contained: [{ resourceType: 'Patient', id: 'p', sex: 'male' }], subject: { reference: '#p' } }), ['Observation.contained[0].sex: Element "sex" is not allowed here']],
    ['an invariant', observation({ dataAbsentReason: { text: 'x' }, valueString: 'a' }), ['Observation: dataAbsentReason SHALL only be present if Observation.value[x] is not present (obs-6)']],
    ['an invariant of a data type', patient({ name: [{ text: 'A', period: { start: '2026-02-01', end: '2026-01-01' } }] }), ['Patient.name[0].period: If present, start SHALL have a lower value than end (per-1)']],
    ['a number beyond its type', { resourceType: 'Encounter', status: 'planned', class: { code: 'AMB' }, diagnosis: [{ condition: { reference: 'Condition/1' }, rank: 0 }] }, ['Encounter.diagnosis[0].rank: Not a valid positiveInt']],
    ['an entry of a Bundle', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: { resourceType: 'Patient', gender: 'm' } }] }, ['Bundle.entry[0].resource.gender: The code "m" is not in the value set administrative-gender']],
    ['an entry without type', { resourceType: 'Bundle', type: 'collection', entry: [{ resource: {} }] }, ['Bundle.entry[0].resource: A resource needs a resourceType']],
  ])('refuses %s', (_what, resource, wanted) => {
    expect(errors(resource)).toEqual(wanted)
  })

  it.each<[string, unknown]>([
    ['an extension in place of a primitive', patient({ _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } })],
    ['a gap in an array of primitives with its reason beside', patient({ name: [{ given: ['A', null], _given: [null, { id: 'x' }] }] })],
    ['a choice with both value and element', observation({ valueString: 'a', _valueString: { id: 'v' } })],
    ['a contained resource that is used', observation({ contained: [{ resourceType: 'Patient', id: 'p' }], subject: { reference: '#p' } })],
    ['partial dates', patient({ birthDate: '1990', deceasedDateTime: '2026-11' })],
    ['absolute, conditional and urn references', observation({ subject: { reference: 'https://x.org/fhir/Patient/1' }, performer: [{ reference: 'Practitioner?identifier=http://x|1' }, { reference: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520' }] })],
    ['content that refers to itself', { resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type: 'group', item: [{ linkId: '1.1', type: 'string' }] }] }],
    ['codes of sets that cannot be listed', { resourceType: 'Binary', contentType: 'application/pdf', data: 'YWJj' }],
  ])('accepts %s', (_what, resource) => {
    expect(errors(resource)).toEqual([])
  })

  it('holds a mistake in nested content against its place', () => {
    expect(errors({ resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type: 'group', item: [{ linkId: '1.1', type: 'strings' }] }] })).toEqual(['Questionnaire.item[0].item[0].type: The code "strings" is not in the value set item-type'])
  })

  it('takes what the lossless reader gives', () => {
    expect(errors(parseJson('{"resourceType":"Patient","gender":"x"}'))).toEqual(['Patient.gender: The code "x" is not in the value set administrative-gender'])
  })

  it('says that a profile is unknown, and refuses one for another type', () => {
    expect(validator.validate(patient({ meta: { profile: ['http://x.org/p|1'] } }))).toEqual([{ severity: 'information', code: 'not-found', expression: 'Patient.meta.profile', message: 'The profile http://x.org/p|1 is not known here' }])
    expect(errors(patient({ meta: { profile: ['https://quany.example/fhir/StructureDefinition/vn-mil-room'] } }))).toEqual(['Patient.meta.profile: The profile https://quany.example/fhir/StructureDefinition/vn-mil-room is for Location'])
    expect(validator.validate(patient({ name: [{ text: 'A' }] }), { profiles: ['https://quany.example/fhir/StructureDefinition/vn-mil-patient'] })).toHaveLength(1)
  })

  it('holds entries of a Bundle against the profiles that they claim', () => {
    expect(errors({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: { ...patient({}), meta: { profile: ['https://quany.example/fhir/StructureDefinition/vn-mil-patient'] } } }] })).toEqual(['Bundle.entry[0].resource.name: Missing element: at least 1 needed'])
  })
})
