/** GraphQL: queries that are right, nearly right, huge, deep, or that lead back to themselves. http://hl7.org/fhir/R4/graphql.html */
import fc from 'fast-check'
import { encode, HEADER, ODD, spoil, type Input } from './inputs.ts'

const NAMES = ['id', 'name', 'given', 'family', 'text', 'birthDate', '_birthDate', 'extension', 'valueString', 'contained', 'resource', 'resourceType', 'subject', 'reference', 'managingOrganization', 'identifier', 'value', 'meta', 'Patient', 'PatientList', 'PatientConnection', 'Observation', 'ObservationList', 'ObservationConnection', 'ListList', 'ProvenanceList', 'BundleList', 'edges', 'count', 'next', '__typename', '__schema', '__type', 'types', 'fields', 'ofType', 'link', 'other', 'x', 'constructor', '__proto__'] as const
const BLOCK = '"""'
const WORDS = [
  'id: known', 'id: "none"', 'id: $v', 'id: ""', '_count: 1', '_count: -1', '_count: 2147483647', '_count: 1.5', '_offset: 1', '_reference: patient', '_reference: subject', '_reference: "x"', '_sort: "-date,_id"', '_sort: "__proto__"', 'fhirpath: "family.exists()"', 'fhirpath: "((("',
  String.raw`fhirpath: "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')"`, 'fhirpath: "repeat($this)"', `fhirpath: "${'('.repeat(400)}"`, 'use: official', 'url: "urn:x"', 'type: Patient', 'type: Foo', 'type: $v', 'optional: true', 'optional: null', 'name: ["A", "Mẫu"]', '_id: [1, known, 1.50, true, null]', '_id: {a: 1}',
  'birthdate: "ge2026-02-30"', 'identifier: "a|b,c"', 'cursor: "AAAA"', 'cursor: "bmFtZT14"', '_cursor: ""', String.raw`_filter: "name eq \"x\""`, '_filter: "(((("', 'x: {a: [1, {b: null}]}', `name: ${BLOCK}block${BLOCK}`, String.raw`name: "\u0000"`, 'name: "%"', 'code: $v', '_list: "$current-problems"',
] as const
const DIRECTIVES = ['@flatten', '@first', '@singleton', '@slice(path: "$index")', '@slice(path: "use")', '@slice(path: "(")', '@slice', '@skip(if: true)', '@include(if: $b)', '@include(if: 1)', '@x', '@flatten @flatten', '@deprecated'] as const

const args = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => `(${words.join(', ')})`) })
const directive = fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...DIRECTIVES).map((said) => ` ${said}`) })
const { selection } = fc.letrec<{ selection: string; field: string }>((tie) => ({
  field: fc.oneof({ maxDepth: 5 },
    { weight: 8, arbitrary: fc.record({ alias: fc.constantFrom('', '', '', 'a: ', 'b: '), name: fc.constantFrom(...NAMES), args, directive }).map(({ alias, name, args: given, directive: said }) => `${alias}${name}${given}${said}`) },
    { weight: 8, arbitrary: fc.record({ alias: fc.constantFrom('', '', '', 'a: ', 'b: '), name: fc.constantFrom(...NAMES), args, directive, inside: tie('selection') }).map(({ alias, name, args: given, directive: said, inside }) => `${alias}${name}${given}${said} ${inside}`) },
    { weight: 1, arbitrary: fc.constantFrom('...f', '...g', '...none') }, { weight: 1, arbitrary: fc.tuple(fc.constantFrom('... on Patient ', '... on Observation ', '... on Resource ', '... on Foo ', '... '), tie('selection')).map(([head, inside]) => head + inside) }),
  selection: fc.array(tie('field'), { minLength: 1, maxLength: 3 }).map((fields) => `{ ${fields.join(' ')} }`),
}))

const RIGHT = [
  '{ Patient(id: known) { id name { text given } birthDate } }', '{ PatientList(name: "Mẫu", _count: 5) { id identifier { system value } } }', '{ PatientConnection(_count: 1) { count first next edges { mode score resource { id } } } }',
  'query ($v: ID) { Patient(id: $v) { ObservationList(_reference: patient) { id subject { resource(type: Patient, optional: true) { id } } } } }', '{ ObservationList(_count: 3) { id valueQuantity { value } subject { resource(optional: true) { ... on Patient { name @flatten { given @first } } } } } }',
  '{ PatientList(_count: 5) { name @flatten @slice(path: "$index") { given text } contained { id ... on Basic { code { text } } } generalPractitioner { resource(optional: true) { id } } } }', '{ __schema { queryType { name } directives { name args { name } } } __type(name: "Patient") { fields { name } } }',
  '{ BundleList(_count: 2) { entry(fhirpath: "resource.exists()") { resource { id resourceType } } } QuestionnaireList(_count: 2) { item { linkId item { text } } } }', '{ PatientList(fhirpath: "name.exists()", _count: 9) { extension(url: "urn:x") { valueString valueDecimal } _birthDate { extension { url } } } }',
] as const
const many = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_each, at) => make(at)).join(' ')
const HUGE = [
  '{'.repeat(20_000), '{a'.repeat(3000), `{ ${many(1500, () => 'id')} }`, `{ a(x: ${'['.repeat(4000)} }`, `{ ${many(150, (at) => `a${at}: __schema { types { fields { args { name type { name } } } } }`)} }`, `{ ${many(60, (at) => `a${at}: PatientList { id }`)} }`, '{ id } '.repeat(500),
  `query (${many(300, (at) => `$v${at}: String`)}) { Patient(id: known) { id } }`, `{ Patient(id: known) { ...f0 } } ${many(30, (at) => `fragment f${at} on Patient { ...f${at + 1} ...f${at + 1} a${at}: name { text } }`)} fragment f30 on Patient { id }`,
  `{ Patient(id: known) { ${many(190, (at) => `a${at}: name { text }`)} } }`, `#${'x'.repeat(70_000)}`, '"'.repeat(999), BLOCK.repeat(999), `{ ${many(900, () => '...f')} }`,
] as const
const FRAGMENTS = ['', '', ' fragment f on Patient { id ...f }', ' fragment f on Patient { ...g } fragment g on Patient { name { text } ...f }', ' fragment f on Patient { name { text } } fragment g on Resource { id }', ' fragment f on Foo { id }'] as const

const text = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('', 'query ', 'query ($v: ID, $b: Boolean) ', 'query ($v: [code!]! = [1]) ', 'mutation ', 'subscription '), selection, fc.constantFrom(...FRAGMENTS)).map((parts) => parts.join('')) },
  { weight: 4, arbitrary: fc.constantFrom(...RIGHT) }, { weight: 1, arbitrary: fc.constantFrom(...HUGE) },
)
const variables = fc.oneof(fc.constantFrom<unknown>(undefined, {}, { v: 'known', b: true }, { v: 1.5e300 }, []), ODD)

export const graphql: fc.Arbitrary<Input> = fc.record({
  text, variables, name: fc.constantFrom<unknown>(undefined, undefined, undefined, 'x', 1), place: fc.constantFrom('', '', '', '/Patient/known', '/Patient/none', '/Foo/x'), way: fc.constantFrom('get', 'json', 'json', 'text', 'parameters'), spoil, headers: HEADER,
}).map(({ text: query, variables: given, name, place, way, spoil: spoilt, headers }): Input => {
  const url = `${place}/$graphql`
  switch (way) {
    case 'get': return { method: 'GET', url: `${url}?query=${encode(spoilt(query).slice(0, 8000))}${given === undefined ? '' : `&variables=${encode(JSON.stringify(given))}`}`, headers }
    case 'text': return { method: 'POST', url, headers, type: 'application/graphql', body: spoilt(query) }
    case 'parameters': return { method: 'POST', url, headers, type: 'application/fhir+json', body: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'query', valueString: spoilt(query) }] }) }
    default: return { method: 'POST', url, headers, type: 'application/json', body: spoilt(JSON.stringify({ query, variables: given, operationName: name })) }
  }
})
