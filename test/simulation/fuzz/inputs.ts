/** Inputs with the structure of FHIR, and what is wrong with them: resources of every type as JSON and XML, patches, searches, bundles, parameters of operations, headers. */
import fc from 'fast-check'
import { writeXml } from '#api/fhir/xml/write.ts'
import { objectFromPlain } from '#api/model/json.ts'
import { parametersOf } from '#api/search/registry.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'
import { disturbed } from '#test/support/disturbed.ts'
import { createRandom } from '#test/support/random.ts'
import { growResource } from './grow.ts'

export interface Input { readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'; readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string; readonly type?: string }

const type = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('Patient', 'Observation', 'Encounter', 'Bundle', 'ValueSet', 'StructureDefinition', 'Questionnaire') }, { weight: 5, arbitrary: fc.constantFrom(...RESOURCE_TYPES) })
const id = fc.constantFrom('known', 'fuzzed', 'none', 'f1', 'f2', '%00', 'a'.repeat(65))

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth)
export const ODD: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', [], {}, [[]], [null], -1, 1e308, '\u0000', '\udfff', '\ud83d', 'x'.repeat(20_000), true, { reference: 'Patient/known' }, { reference: { reference: 1 } }, { resourceType: 'Patient' }, { url: 'urn:x' }, '__proto__', { constructor: 1 }, ['a', null, 'b']),
  fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary', maxLength: 12 }),
)

interface Change { readonly places: readonly number[]; readonly value: unknown }
const change = fc.record<Change>({ places: fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }), value: ODD })
export const changes = fc.oneof({ weight: 2, arbitrary: fc.constant<Change[]>([]) }, { weight: 3, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) })

/** What JSON text can be that no tree is: twice the same key, huge numbers, lone surrogates by escape, great depth, pieces cut out. */
export const spoil = fc.oneof({ weight: 12, arbitrary: fc.constant((text: string) => text) }, {
  weight: 2, arbitrary: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), fc.constantFrom('', '"', '{', ']', ',', '1e99999', '-', String.raw`\ud800`, String.raw`\u0000`, '"a":1,"a":2,', nested(40, '[', ']'), nested(5000, '{"a":', '}'), '9'.repeat(400), '\uFEFF', '//'))
    .map(([at, length, piece]) => (text: string): string => text.slice(0, Math.floor(at * text.length)) + piece + text.slice(Math.floor(at * text.length) + length)),
})

const grown = fc.record({ seed: fc.nat(), type, changes }).map(({ seed, type: of, changes: each }) =>
  ({ type: of, resource: each.reduce<unknown>((resource, { places, value }) => disturbed(resource, places, value), growResource(createRandom(seed), of)) }))

const toXml = (resource: unknown): string => {
  try {
    if (typeof resource !== 'object' || resource === null) throw new Error('No tree')
    return writeXml(objectFromPlain(resource))
  } catch {
    return `<Patient xmlns="http://hl7.org/fhir"><name><text value="${JSON.stringify(resource).slice(0, 200).replaceAll('"', '')}"/></name></Patient>`
  }
}

const JSON_TYPE = 'application/fhir+json'
const withId = (resource: unknown, given: string): unknown => (typeof resource === 'object' && resource !== null && !Array.isArray(resource) ? { ...resource, id: given } : resource)

export const HEADER: fc.Arbitrary<Record<string, string>> = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, {
  weight: 2, arbitrary: fc.dictionary(
    fc.constantFrom('if-match', 'if-none-match', 'if-none-exist', 'if-modified-since', 'prefer', 'accept', 'content-type', 'accept-charset', 'x-request-id', 'range', 'expect'),
    fc.oneof(fc.constantFrom('W/"1"', 'W/"99999999999999999999"', '*', '"', 'W/', 'return=minimal', 'return=OperationOutcome; handling=lenient', 'handling=strict, respond-async', 'application/xml', 'application/fhir+json; fhirVersion=4.0', 'text/html;q=0.1, */*;q=x', 'identifier=a|b&identifier', 'Mon, 30 Feb 2026 25:00:00 GMT', 'application/json; charset=utf-16', 'a'.repeat(2000)), fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?'))), { maxKeys: 2 }),
})

const written: fc.Arbitrary<Input> = fc.record({ grown, id, way: fc.constantFrom('create', 'update', 'validate', 'update-if'), xml: fc.nat(4).map((at) => at === 0), spoil, headers: HEADER }).map(({ grown: { type: of, resource }, id: at, way, xml, spoil: spoilt, headers }) => {
  const sent = way === 'update' ? withId(resource, at) : resource
  const body = spoilt(xml ? toXml(sent) : JSON.stringify(sent))
  const place = { create: `/${of}`, update: `/${of}/${at}`, validate: `/${of}/$validate`, 'update-if': `/${of}?identifier=urn:x|${at}` }[way]
  return { method: way.startsWith('update') ? 'PUT' as const : 'POST' as const, url: place, headers, body, type: xml ? 'application/fhir+xml' : JSON_TYPE }
})

const pointer = fc.array(fc.constantFrom('name', '0', '-', 'text', 'id', 'meta', 'resourceType', '~1', '~2', '', '99999999999', '__proto__', 'birthDate', '_birthDate', 'extension'), { maxLength: 5 }).map((steps) => steps.map((step) => `/${step}`).join(''))
const jsonPatch = fc.array(fc.record({ op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'), path: pointer, from: pointer, value: ODD }, { requiredKeys: ['op'] }), { maxLength: 5 })
const fhirPath = fc.oneof(fc.constantFrom('Patient', 'Patient.name', 'name[0].given', "name.where(use='usual')", 'birthDate', 'Patient.extension', '$this', 'name.repeat(given)', 'iif(true,name,name)', "'a'.matches('(a+)+$')", 'descendants()', '1 + 1', '', '(', 'Patient.name.first().text'), fc.string({ maxLength: 15 }))
const fhirPathPatch = fc.record({ type: fc.constantFrom('add', 'insert', 'delete', 'replace', 'move', 'x'), path: fhirPath, name: fc.constantFrom('birthDate', 'name', 'x', 'extension'), value: ODD, index: fc.integer() })
  .map(({ type: op, path, name, value, index }) => ({ resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: op }, { name: 'path', valueString: path }, { name: 'name', valueString: name }, { name: 'index', valueInteger: index }, typeof value === 'string' ? { name: 'value', valueString: value } : { name: 'value', part: [{ name: 'x', valueHumanName: value }] }] }] }))
const patched: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ patch: jsonPatch, spoil, headers: HEADER }).map(({ patch, spoil: spoilt, headers }): Input => ({ method: 'PATCH', url: '/Patient/known', headers, body: spoilt(JSON.stringify(patch)), type: 'application/json-patch+json' })),
  fc.record({ patch: fhirPathPatch, spoil, headers: HEADER }).map(({ patch, spoil: spoilt, headers }): Input => ({ method: 'PATCH', url: '/Patient/known', headers, body: spoilt(JSON.stringify(patch)), type: JSON_TYPE })),
)

const MODIFIERS = ['', ':exact', ':contains', ':not', ':missing', ':text', ':in', ':not-in', ':above', ':below', ':of-type', ':identifier', ':Patient', ':iterate', ':x', ':'] as const
const VALUES = ['', '|', 'a|b', '|a', 'a|', 'a|b|c|d', '\\', '\\,', ',', '$', 'a$b', 'a$b$c$d', 'true', 'ge2026', 'eb2026-02-30', 'ap9999-12-31T23:59:59.9999Z', 'sa0000', 'gt1e400', 'lt-0', '5.4|http://unitsofmeasure.org|mg/dL{x', '1|http://unitsofmeasure.org|10*999', 'Patient/known', 'http://x/y/Patient/1|2', '%', '%00', 'đường', 'x'.repeat(3000), Array.from({ length: 300 }, (_, at) => at).join(','), '21.0|105.8|1|km', '21|105|-1|xx', 'http://hl7.org/fhir/ValueSet/observation-codes', 'urn:uuid:', '$current-problems'] as const
const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) })
const RESULT = ['_sort', '_count', '_total', '_summary', '_elements', '_include', '_revinclude', '_include:iterate', '_revinclude:iterate', '_cursor', '_format', '_pretty', '_type', '_list', '_text', '_content', '_filter', '_id', '_lastUpdated', '_since', '_at', '_contained', '_query', '_tag:not', '_profile:below', '_security', '_has'] as const
const EXPRESSIONS = ['name eq "x"', 'name co "a" or (birthdate ge 2026 and not (gender eq male))', 'subject.name sw "x"', 'subject[type eq Patient].name eq x', '((((', 'not not not', 'value-quantity gt 5.4|http://unitsofmeasure.org|mg', 'code in http://x', 'name eq "\\"', `${'not ('.repeat(300)}a eq b`, 'id eq 1 and '.repeat(200)] as const
const RESULT_VALUES = ['*', '-_lastUpdated,_id,x', '0', '1000', '999999999999999', 'accurate', 'count', 'true', 'text', 'name,__proto__', 'Observation:subject:Patient', 'Patient:*', 'Foo:bar', 'Observation:*:Patient', 'xml', 'application/fhir+json', 'Patient,Observation,Foo', 'AAAA', 'e30', ...EXPRESSIONS] as const

const own = (of: string): fc.Arbitrary<string> => {
  const codes = parametersOf(of).map(({ code }) => code)
  const references = parametersOf(of).flatMap(({ code, kind }) => (kind === 'reference' ? [code] : []))
  const linked = fc.constantFrom('name', '_id', 'identifier', 'code:in', 'subject.name', '_has:Observation:patient:code', 'x', '_filter')
  return fc.oneof({ weight: 5, arbitrary: fc.tuple(fc.constantFrom(...codes), fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 2, arbitrary: fc.constantFrom(...MODIFIERS) })).map(([code, modifier]) => code + modifier) },
    fc.tuple(fc.constantFrom(...references, 'subject'), fc.constantFrom('', ':Patient', ':Patient', ':Foo'), linked).map(([code, target, rest]) => `${code}${target}.${rest}`), fc.tuple(fc.constantFrom('Observation', 'Encounter', 'Foo', 'List'), fc.constantFrom('patient', 'subject', 'encounter', 'item', 'x'), linked).map(([source, link, rest]) => `_has:${source}:${link}:${rest}`))
}

export const encode = (text: string): string => {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}
const searched: fc.Arbitrary<Input> = type.chain((of) => fc.record({
  pairs: fc.array(fc.oneof({ weight: 3, arbitrary: fc.tuple(own(of), value) }, { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...RESULT), fc.oneof(fc.constantFrom(...RESULT_VALUES), value)) }), { maxLength: 4 }),
  place: fc.constantFrom(`/${of}`, `/${of}`, `/${of}`, '', `/Patient/known/${of}`, '/Encounter/e/*', `/${of}?_count=1`), post: fc.nat(6).map((at) => at === 0), headers: HEADER,
})).map(({ pairs, place, post, headers }): Input => {
  const text = pairs.map(([name, given]) => `${encode(name)}=${encode(given)}`).join('&')
  if (post && !place.includes('?')) return { method: 'POST', url: `${place}/_search`, headers, body: text, type: 'application/x-www-form-urlencoded' }
  return { method: 'GET', url: `${place}${place.includes('?') ? '&' : '?'}${text}`, headers }
})

const entry = fc.record({
  fullUrl: fc.constantFrom('urn:uuid:0c0a0e2e-1111-4222-8333-444455556666', 'http://x/Patient/1', '', 'x'), resource: grown.map(({ resource }) => resource),
  request: fc.record({ method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'X'), url: fc.constantFrom('Patient', 'Patient/known', 'Patient/f1', 'Patient?identifier=a|b', 'Observation?code=x&_count=0', '_history', 'Patient/known/_history/1', 'Patient/known/$everything', '$meta', '', '/', 'Foo', 'Patient/known/x/y/z', 'Observation/$lastn?max=x', 'http://x/Patient'), ifNoneExist: fc.constantFrom('identifier=a|b', '', 'x=%', '?name=y'), ifMatch: fc.constantFrom('W/"1"', 'x') }, { requiredKeys: ['method'] }),
}, { requiredKeys: [] })
const bundled: fc.Arbitrary<Input> = fc.record({ kind: fc.constantFrom('batch', 'batch', 'batch', 'transaction', 'transaction', 'transaction', 'searchset', ''), entries: fc.array(entry, { maxLength: 4 }), spoil, headers: HEADER, changes })
  .map(({ kind, entries, spoil: spoilt, headers, changes: each }) => ({ method: 'POST', url: '', headers, type: JSON_TYPE, body: spoilt(JSON.stringify(each.reduce<unknown>((bundle, { places, value: odd }) => disturbed(bundle, places, odd), { resourceType: 'Bundle', type: kind, entry: entries }))) }))

/** What each takes, and one that it does not. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  '/Patient/known/$everything': ['start', 'end', '_since', '_type', '_count', '_cursor'], '/Patient/$everything': ['start', 'end', '_since', '_type', '_count', '_cursor'], '/Encounter/e/$everything': ['_since', '_type', '_count'],
  '/Observation/$lastn': ['patient', 'subject', 'code', 'category', 'max', 'date', '_sort'], '/Observation/$stats': ['subject', 'code', 'system', 'coding', 'duration', 'period', 'statistic', 'include', 'limit'],
  '/DocumentReference/$docref': ['patient', 'start', 'end', 'type', 'on-demand'], '/Composition/x/$document': ['persist', 'graph'], '/$meta': ['x'], '/Patient/known/$meta': ['x'], '/Patient/known/$meta-add': ['meta'], '/Patient/known/$meta-delete': ['meta'],
  '/Patient/known/$diff': ['fromVersion', 'includeMeta'], '/$diff': ['from', 'to', 'includeMeta'], '/Patient/$match': ['resource', 'count', 'onlyCertainMatches'], '/Patient/$validate': ['resource', 'mode', 'profile'], '/Observation/$validate': ['resource', 'mode', 'profile'],
  '/ValueSet/$expand': ['url', 'valueSet', 'filter', 'offset', 'count', 'date', 'includeDesignations', 'displayLanguage', 'activeOnly'], '/ValueSet/$validate-code': ['url', 'valueSet', 'code', 'system', 'coding', 'codeableConcept', 'date', 'display'],
  '/CodeSystem/$lookup': ['code', 'system', 'version', 'coding', 'date', 'displayLanguage', 'property'], '/CodeSystem/$validate-code': ['url', 'codeSystem', 'code', 'coding', 'codeableConcept', 'display'], '/CodeSystem/$subsumes': ['codeA', 'codeB', 'system', 'codingA', 'codingB'],
  '/ConceptMap/$translate': ['url', 'conceptMap', 'code', 'system', 'source', 'target', 'targetsystem', 'coding', 'codeableConcept', 'reverse'], '/$export': ['_since', '_type', '_outputFormat', '_typeFilter'], '/Patient/$export': ['_since', '_type', '_outputFormat', 'patient'],
}
const OPERATION_VALUES = ['http://hl7.org/fhir/ValueSet/administrative-gender', 'http://hl7.org/fhir/administrative-gender', 'http://unitsofmeasure.org', 'mg/dL', 'male', 'Patient/known', '2026-02-30', '0', '-1', '99999999999', 'true', 'x'.repeat(3000), '\u0000', '((a+)+)+$', '%', 'update', 'urn:ietf:bcp:47', 'vi-VN-x'] as const
const called: fc.Arbitrary<Input> = fc.constantFrom(...Object.entries(OPERATIONS)).chain(([place, names]) => fc.record({
  place: fc.constant(place), parameters: fc.array(fc.tuple(fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.constantFrom('x', 'valueSet', '_count') }), fc.oneof({ weight: 3, arbitrary: fc.constantFrom<unknown>(...OPERATION_VALUES) }, { weight: 1, arbitrary: ODD }, { weight: 1, arbitrary: grown.map(({ resource }) => resource) }), fc.constantFrom('String', 'Uri', 'Code', 'Coding', 'Integer', 'Boolean', 'Meta', 'Reference', 'resource', 'part')), { maxLength: 4 }), post: fc.boolean(), spoil, headers: HEADER,
})).map(({ place, parameters, post, spoil: spoilt, headers }): Input => {
  if (!post) return { method: 'GET', url: `${place}?${parameters.map(([name, given]) => `${name}=${encode(typeof given === 'string' ? given : JSON.stringify(given))}`).join('&')}`, headers }
  return { method: 'POST', url: place, headers, type: JSON_TYPE, body: spoilt(JSON.stringify({ resourceType: 'Parameters', parameter: parameters.map(([name, given, of]) => ({ name, [of === 'resource' || of === 'part' ? of : `value${of}`]: given })) })) }
})

const other: fc.Arbitrary<Input> = fc.record({ method: fc.constantFrom('GET', 'HEAD', 'DELETE'), url: fc.tuple(type, id, fc.constantFrom('', '/_history', '/_history?_at=2026-02-30', '/_history?_since=2026&_count=0', '/_history?_count=x&_cursor=AAAA', '/_history/1', '/_history/x', '/_history/99999999999999999999', '/$meta', '/*', '/Observation', '?_summary=x', '?identifier=a|b')).map(([of, at, rest]) => `/${of}/${at}${rest}`), headers: HEADER })

/** Any of these; others stand in further-inputs.ts and graphql-inputs.ts. */
export const input: fc.Arbitrary<Input> = fc.oneof({ weight: 8, arbitrary: written }, { weight: 7, arbitrary: searched }, { weight: 3, arbitrary: patched }, { weight: 3, arbitrary: bundled }, { weight: 4, arbitrary: called }, { weight: 2, arbitrary: other })
