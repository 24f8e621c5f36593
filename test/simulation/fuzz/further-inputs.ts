/** Patches as XML and by FHIRPath, and operations on people ($merge, $unmerge, $match, $summary): nearly right, and at the edge. */
import fc from 'fast-check'
import { disturbed } from '#test/support/disturbed.ts'
import { createRandom } from '#test/support/random.ts'
import { graphql } from './graphql-inputs.ts'
import { growResource } from './grow.ts'
import { changes, encode, HEADER, input, ODD, spoil, type Input } from './inputs.ts'

const JSON_TYPE = 'application/fhir+json'

// ---------------------------------------------------------------- XML Patch (https://datatracker.ietf.org/doc/html/rfc5261)

const STEPS = ['f:name', 'f:name', 'f:name[1]', 'f:name[99999999999]', "f:name[f:text/@value='Mẫu']", 'f:name[f:given[@value="A"]]', 'f:given[2]', 'f:birthDate', 'f:birthDate', '@value', '@id', 'f:identifier/f:value/@value', 'f:text', 'h:div', 'f:extension', '*', '*[2]', 'text()[1]', '..', '.', 'f:x', 'namespace::f', 'name', 'f:', ':f', '[', 'f:name[', "f:name['", 'id("x")', 'f:name[last()]', 'f:name[1][1][1]', 'comment()', 'processing-instruction("x")', '\u0000', 'é'] as const
const CONTENT = ['<f:language value="vi"/>', '<f:birthDate value="2000-01-01"/>', '<f:name><f:text value="x"/></f:name>', '<birthDate xmlns="http://hl7.org/fhir" value="1"/>', 'text', '2001-01-01', '', '<f:name/><f:name/>', '<a', '</f:name>', '<![CDATA[x]]>', '<!-- x -->', '<?x y?>', '&#0;', '&bogus;', '<f:extension url="urn:x"><f:valueDecimal value="1.10"/></f:extension>', '<f:div xmlns:f="http://www.w3.org/1999/xhtml"/>', `${'<f:x>'.repeat(70)}${'</f:x>'.repeat(70)}`] as const
const attribute = fc.constantFrom('', '', '', ' pos="before"', ' pos="after"', ' pos="prepend"', ' pos="x"', ' type="@value"', ' type="@"', ' type="namespace::x"', ' ws="both"', ' ws="x"', ' sel="x"', ' xml:id="a"')
const change = fc.record({ op: fc.constantFrom('add', 'replace', 'remove', 'move'), sel: fc.array(fc.constantFrom(...STEPS), { maxLength: 3 }), root: fc.constantFrom('f:Patient/', 'f:Patient/', '/f:Patient/', 'f:Patient', '//', '', 'f:Observation/', 'f:Patient[1]/'), attribute, content: fc.constantFrom(...CONTENT) })
  .map(({ op, sel, root, attribute: more, content }) => `<${op} sel="${(root + sel.join('/')).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"${more}>${op === 'remove' ? '' : content}</${op}>`)
const FHIR = '<diff xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml">'
const opening = fc.constantFrom(FHIR, FHIR, FHIR, '<diff>', '<p:diff xmlns:p="urn:x" xmlns:f="http://hl7.org/fhir">', `<!DOCTYPE diff [<!ENTITY a "b">]>${FHIR}`, `<?xml version="1.0" encoding="utf-16"?>${FHIR}`)
const xmlPatched: fc.Arbitrary<Input> = fc.record({ opening, some: fc.array(change, { maxLength: 4 }), spoil, headers: HEADER })
  .map(({ opening: open, some, spoil: spoilt, headers }) => ({ method: 'PATCH', url: '/Patient/known', headers, type: 'application/xml-patch+xml', body: spoilt(`${open}${some.join('')}</diff>`) }))

// ---------------------------------------------------------------- FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html)

const PATHS = ['Patient', 'Patient.name', 'Patient.name[0]', 'Patient.name[0].given[1]', "Patient.name.where(text = 'Mẫu')", 'Patient.birthDate', 'Patient.birthDate.extension', "Patient.extension('urn:x')", 'Patient.identifier.value', 'Patient.deceased', 'Patient.contained', 'Patient.id', 'Patient.meta', 'Patient.text.div', "Patient.name.where(given contains 'A').first()", 'Patient.name.last().given.skip(1)', 'Patient.contact.name', '%resource', '$this', `Patient${'.name'.repeat(200)}`, `${'('.repeat(300)}Patient`] as const
const part = fc.record({ name: fc.constantFrom('type', 'path', 'name', 'value', 'index', 'source', 'destination', 'x'), kind: fc.constantFrom('valueCode', 'valueString', 'valueInteger', 'valueHumanName', 'valueDate', 'valueBoolean', 'valueDecimal', 'valueReference', 'valueCodeableConcept', 'part', 'resource'), value: ODD }).map(({ name, kind, value }) => ({ name, [kind]: value }))
const VALUES: readonly object[] = [{ valueDate: '2000-01-01' }, { valueHumanName: { text: 'x' } }, { valueString: 'x' }, { valueBoolean: true }, { valueDecimal: 1.5 }, { part: [{ name: 'name', valueHumanName: { text: 'y' } }] }, { part: [{ name: 'url', valueUri: 'urn:x' }, { name: 'value', valueString: 'z' }] }]
const step = fc.record({ type: fc.constantFrom('add', 'insert', 'delete', 'replace', 'move'), path: fc.constantFrom(...PATHS), name: fc.constantFrom('birthDate', 'name', 'deceased', 'contact', 'extension', 'active'), from: fc.integer({ min: -1, max: 3 }), to: fc.integer({ min: -1, max: 3 }), value: fc.constantFrom(...VALUES), more: fc.array(part, { maxLength: 1 }) })
  .map(({ type, path, name, from, to, value, more }) => ({
    name: 'operation', part: [
      { name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...(type === 'add' ? [{ name: 'name', valueString: name }] : []), ...(type === 'insert' ? [{ name: 'index', valueInteger: from }] : []),
      ...(type === 'move' ? [{ name: 'source', valueInteger: from }, { name: 'destination', valueInteger: to }] : []), ...(type === 'delete' || type === 'move' ? [] : [{ name: 'value', ...value }]), ...more,
    ],
  }))
const disturb = (body: unknown, each: typeof changes extends fc.Arbitrary<infer T> ? T : never): unknown => each.reduce((sum, { places, value }) => disturbed(sum, places, value), body)
const pathPatched: fc.Arbitrary<Input> = fc.record({ some: fc.array(step, { minLength: 1, maxLength: 4 }), changes, spoil, headers: HEADER })
  .map(({ some, changes: each, spoil: spoilt, headers }) => ({ method: 'PATCH', url: '/Patient/known', headers, type: JSON_TYPE, body: spoilt(JSON.stringify(disturb({ resourceType: 'Parameters', parameter: some }, each))) }))

// ---------------------------------------------------------------- people

const grownPatient = fc.nat().map((seed) => growResource(createRandom(seed), 'Patient'))
const patient = fc.constantFrom('Patient/known', 'Patient/f1', 'Patient/f2', 'Patient/fuzzed', 'Patient/none', 'Observation/known', '#x', '', 'Patient/f1/_history/1', 'http://other.example/fhir/R4/Patient/f1')
const odd = fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: ODD })
const merging = fc.record({ source: patient, target: patient, identifier: fc.constantFrom('b', '', '\u0000', 'none'), preview: fc.boolean(), by: fc.constantFrom('reference', 'identifier', 'both'), strange: odd, result: fc.option(grownPatient) }).map(({ source, target, identifier, preview, by, strange, result }): object[] => [
  { name: 'source-patient', valueReference: strange ?? { reference: source } }, ...(by === 'identifier' ? [] : [{ name: 'target-patient', valueReference: { reference: target } }]),
  ...(by === 'reference' ? [] : [{ name: 'target-patient-identifier', valueIdentifier: { system: 'a', value: identifier } }]), ...(preview ? [{ name: 'preview', valueBoolean: true }] : []), ...(result === null ? [] : [{ name: 'result-patient', resource: result }]),
])
const matching = fc.record({ resource: grownPatient, changes, count: fc.constantFrom<unknown>(undefined, 1, 0, -1, 1e21, 'x'), certain: fc.constantFrom<unknown>(undefined, true, 'true') }).map(({ resource, changes: each, count, certain }): object[] => [
  { name: 'resource', resource: disturb({ ...resource, name: [{ text: 'Mẫu' }], birthDate: '1990-05-01' }, each) }, ...(count === undefined ? [] : [{ name: 'count', valueInteger: count }]), ...(certain === undefined ? [] : [{ name: 'onlyCertainMatches', valueBoolean: certain }]),
])
const posted = (url: string, parameters: fc.Arbitrary<object[]>): fc.Arbitrary<Input> => fc.record({ parameter: parameters, spoil, headers: HEADER })
  .map(({ parameter, spoil: spoilt, headers }) => ({ method: 'POST', url, headers, type: JSON_TYPE, body: spoilt(JSON.stringify({ resourceType: 'Parameters', parameter })) }))
const summarized: fc.Arbitrary<Input> = fc.record({ place: fc.constantFrom('/Patient/known/$summary', '/Patient/$summary', '/Patient/none/$summary', '/Patient/f1/$summary'), name: fc.constantFrom('identifier', 'profile', '_pretty', 'x'), value: fc.constantFrom('a|b', '|', 'a|', 'true', 'http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips', '\u0000', 'x'.repeat(3000), '%'), headers: HEADER })
  .map(({ place, name, value, headers }) => ({ method: 'GET', url: `${place}?${name}=${encode(value)}`, headers }))

/** All kinds of inputs. */
export const anyInput: fc.Arbitrary<Input> = fc.oneof(
  { weight: 27, arbitrary: input }, { weight: 2, arbitrary: xmlPatched }, { weight: 2, arbitrary: pathPatched }, { weight: 1, arbitrary: posted('/Patient/$merge', merging) }, { weight: 1, arbitrary: posted('/Patient/$unmerge', merging) },
  { weight: 1, arbitrary: posted('/Patient/$match', matching) }, { weight: 1, arbitrary: summarized }, { weight: 5, arbitrary: graphql },
)
