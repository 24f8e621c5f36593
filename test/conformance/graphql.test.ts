/** GraphQL on the server and on a resource. http://hl7.org/fhir/R4/graphql.html */
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Failure { message: string; locations?: { line: number; column: number }[]; extensions: { resource: { resourceType: string; issue: { code: string; details: { coding: { code: string }[] } }[] } } }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const to = (reference: string): { reference: string } => ({ reference })
const LOINC = 'http://loinc.org'
const LAB = 'http://terminology.hl7.org/CodeSystem/observation-category'

const observation = (id: string, patient: string, day: string, more: object = {}): object => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: LOINC, code: '8310-5' }] }, subject: to(`Patient/${patient}`), effectiveDateTime: day, performer: [to('Practitioner/bac-si')], ...more,
})

const RECORD: readonly object[] = [
  { resourceType: 'Organization', id: 'khoa', name: 'Khoa Mẫu', active: true },
  { resourceType: 'Practitioner', id: 'bac-si', name: [{ text: 'Nguyễn Văn Mẫu' }] },
  {
    resourceType: 'Patient', id: 'an', active: true, birthDate: '1980-01-02', _birthDate: { extension: [{ url: 'urn:gio', valueTime: '06:30:00' }] }, managingOrganization: to('Organization/khoa'),
    identifier: [{ system: 'urn:so', value: '12345' }], multipleBirthInteger: 2,
    extension: [{ url: 'urn:mot', valueString: 'một' }, { url: 'urn:hai', valueString: 'hai' }],
    name: [{ use: 'official', family: 'Chalmers', given: ['Peter', 'James'] }, { use: 'usual', given: ['Jim'] }, { use: 'maiden', family: 'Windsor', given: ['Peter', 'James'] }],
    contact: [{ relationship: [{ text: 'Mẹ' }], name: { text: 'Trần Thị Mẫu' } }], generalPractitioner: [to('#bac-si')], contained: [{ resourceType: 'Practitioner', id: 'bac-si', name: [{ text: 'Bác sĩ riêng' }] }],
  },
  { resourceType: 'Patient', id: 'binh', name: [{ text: 'Bình' }], managingOrganization: to('Organization/khoa') },
  observation('o-2', 'an', '2026-03-02', { component: [{ code: { text: 'a' }, valueInteger: 1 }, { code: { text: 'b' }, valueInteger: 2 }, { code: { text: 'c' }, valueInteger: 3 }] }),
  observation('o-1', 'an', '2026-03-01', { hasMember: [to('Observation/o-2')], valueQuantity: { value: 1, unit: 'Cel' }, category: [{ coding: [{ system: LAB, code: 'laboratory' }] }] }),
  observation('o-3', 'binh', '2026-03-03'),
  { resourceType: 'Condition', id: 'c-1', subject: to('Patient/an'), code: { text: 'Sốt' }, recorder: to('Practitioner/bac-si'), asserter: { display: 'Người nhà' } },
]
/** The digits of the value are part of it. */
const VALUE = '37.10'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const resource of RECORD) {
    const { resourceType, id } = resource as { resourceType: string; id: string }
    const answer = await client.call('PUT', `${BASE}/${resourceType}/${id}`, { body: JSON.stringify(resource).replace('"value":1,', `"value":${VALUE},`), type: 'application/fhir+json' })
    expect(answer.status, answer.text).toBe(201)
  }
})
afterAll(() => site.close())

const ask = async (query: string, { at = '', caller = client, variables, operationName }: { at?: string; caller?: TestCaller; variables?: object; operationName?: string } = {}): Promise<TestAnswer> =>
  caller.call('POST', `${BASE}${at}/$graphql`, { body: { query, variables, operationName }, type: 'application/json' })
const dataOf = (answer: TestAnswer): unknown => {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<{ data: unknown }>().data
}
const data = async (query: string, options: Parameters<typeof ask>[1] = {}): Promise<unknown> => dataOf(await ask(query, options))
const failed = (answer: TestAnswer): [number, string | undefined] => [answer.status, answer.json<{ errors: Failure[] }>().errors[0]?.extensions.resource.issue[0]?.details.coding[0]?.code]
const failure = async (query: string, options: Parameters<typeof ask>[1] = {}): Promise<[number, string | undefined]> => failed(await ask(query, options))

describe('a GraphQL query', () => {
  it('is asked by GET and POST, as text, as JSON with variables, and as Parameters, of the server and of a resource', async () => {
    const query = '{ Patient(id: "an") { id } }'
    const wanted = { Patient: { id: 'an' } }
    const got = await client.get(`${BASE}/$graphql?query=${encodeURIComponent(query)}`)
    expect([dataOf(got), got.headers['content-type']]).toEqual([wanted, 'application/json; charset=utf-8'])
    expect(dataOf(await client.call('POST', `${BASE}/$graphql`, { body: query, type: 'application/graphql' }))).toEqual(wanted)
    expect(dataOf(await client.post(`${BASE}/$graphql`, { resourceType: 'Parameters', parameter: [{ name: 'query', valueString: query }] }))).toEqual(wanted)
    const named = 'query Hai($id: ID) { Patient(id: $id) { id } } query Mot { Patient(id: "binh") { id } }'
    expect(await data(named, { variables: { id: 'an' }, operationName: 'Hai' })).toEqual(wanted)
    expect(dataOf(await client.get(`${BASE}/$graphql?query=${encodeURIComponent(named)}&variables=${encodeURIComponent('{"id":"an"}')}&operationName=Hai`))).toEqual(wanted)
    expect(await data('{ id active }', { at: '/Patient/an' })).toEqual({ id: 'an', active: true })
    expect([await failure(named), await failure(named, { operationName: 'Ba' }), await failure('mutation { PatientDelete(id: "an") }')]).toEqual(Array(3).fill([400, 'graphql-invalid']))
  })
  it('selects elements, choices by their JSON names, extensions of primitives, with every digit', async () => {
    expect(await data('{ birthDate _birthDate { extension { url valueTime } } multipleBirthInteger multipleBirthBoolean contact { relationship { text } name { text } } resourceType __typename }', { at: '/Patient/an' })).toEqual({
      birthDate: '1980-01-02', _birthDate: { extension: [{ url: 'urn:gio', valueTime: '06:30:00' }] }, multipleBirthInteger: 2, multipleBirthBoolean: null, contact: [{ relationship: [{ text: 'Mẹ' }], name: { text: 'Trần Thị Mẫu' } }], resourceType: 'Patient', __typename: 'Patient',
    })
    expect((await ask('{ valueQuantity { value unit } }', { at: '/Observation/o-1' })).text).toBe(`{"data":{"valueQuantity":{"value":${VALUE},"unit":"Cel"}}}`)
  })
  it('takes aliases, fragments, variables, @skip and @include', async () => {
    const query = 'query ($no: Boolean!, $yes: Boolean!) { so: Patient(id: an) { ...ten id @skip(if: $yes) active @include(if: $yes) birthDate @include(if: $no) } } fragment ten on Patient { name(use: usual) { given ...so } } fragment so on HumanName { use }'
    expect(await data(query, { variables: { no: false, yes: true } })).toEqual({ so: { name: [{ given: ['Jim'], use: 'usual' }], active: true } })
  })
  it('chooses items of a list by an element, by FHIRPath and by their place', async () => {
    expect(await data('{ name(use: official) { family } ten: name(fhirpath: "family.exists()") { use } hai: extension(url: "urn:hai") { valueString } }', { at: '/Patient/an' }))
      .toEqual({ name: [{ family: 'Chalmers' }], ten: [{ use: 'official' }, { use: 'maiden' }], hai: [{ valueString: 'hai' }] })
    expect(await data('{ component(_offset: 1, _count: 1) { valueInteger } rest: component(fhirpath: "value > 1", _offset: 1) { valueInteger } }', { at: '/Observation/o-2' })).toEqual({ component: [{ valueInteger: 2 }], rest: [{ valueInteger: 3 }] })
    expect([await failure('{ name(fhirpath: "family.repeat(") { use } }', { at: '/Patient/an' }), await failure('{ name(_count: -1) { use } }', { at: '/Patient/an' }), await failure('{ birthDate(x: 1) }', { at: '/Patient/an' })])
      .toEqual([[400, 'bad-parameter'], [400, 'bad-parameter'], [400, 'graphql-invalid']])
    const slow = `{ name(fhirpath: "('${'a'.repeat(40)}b').matches('^(a+)+$')") { use } }`
    expect(await failure(slow, { at: '/Patient/an' })).toEqual([422, 'too-costly'])
  })
})

describe('what is not known', () => {
  it.each([['a field', '{ shoeSize }'], ['an argument', '{ birthDate(x: 1) }'], ['a type', '{ ... on Shoe { id } }'], ['a directive', '{ birthDate @shout }']])('is an error: %s', async (_, query) => {
    expect(await failure(query, { at: '/Patient/an' })).toEqual([400, 'graphql-invalid'])
  })
})

describe('references', () => {
  it('lead to resources here and contained ones, by type or fragment, and to nothing where they are optional', async () => {
    const query = '{ subject { reference resource(type: Patient) { birthDate } other: resource(type: Group) { id } whole: resource { resourceType id ... on Patient { active } ... on Group { actual } } } }'
    expect(await data(query, { at: '/Observation/o-1' })).toEqual({ subject: { reference: 'Patient/an', resource: { birthDate: '1980-01-02' }, other: null, whole: { resourceType: 'Patient', id: 'an', active: true } } })
    expect(await data('{ generalPractitioner { resource { ... on Practitioner { name { text } } } } }', { at: '/Patient/an' })).toEqual({ generalPractitioner: [{ resource: { name: [{ text: 'Bác sĩ riêng' }] } }] })
    expect(await data('{ asserter { display resource(optional: true) { id } } }', { at: '/Condition/c-1' })).toEqual({ asserter: { display: 'Người nhà', resource: null } })
    const refused = await ask('{\n  asserter { resource { id } }\n}', { at: '/Condition/c-1' })
    expect([failed(refused), refused.json<{ data: unknown; errors: Failure[] }>().data, refused.json<{ errors: Failure[] }>().errors[0]?.locations]).toEqual([[422, 'graphql-reference'], null, [{ line: 2, column: 14 }]])
  })
  it('are looked up backwards, in lists and connections', async () => {
    const query = '{ name(use: official) { family } ObservationList(_reference: patient, _sort: "date") { id } lab: ObservationList(_reference: subject, category: laboratory) { id performer { resource { ... on Practitioner { name { text } } } } } ConditionConnection(_reference: patient) { count edges { resource { id } } } ProvenanceList(_reference: target) { id } }'
    expect(await data(query, { at: '/Patient/an' })).toEqual({
      name: [{ family: 'Chalmers' }], ObservationList: [{ id: 'o-1' }, { id: 'o-2' }], lab: [{ id: 'o-1', performer: [{ resource: { name: [{ text: 'Nguyễn Văn Mẫu' }] } }] }], ConditionConnection: { count: 1, edges: [{ resource: { id: 'c-1' } }] }, ProvenanceList: [],
    })
    expect(await data('{ PatientList(_sort: "_id") { id ObservationList(_reference: patient, _count: 1, _sort: "-date") { id } } }')).toEqual({ PatientList: [{ id: 'an', ObservationList: [{ id: 'o-2' }] }, { id: 'binh', ObservationList: [{ id: 'o-3' }] }] })
    expect([await failure('{ ObservationList { id } }', { at: '/Patient/an' }), await failure('{ ObservationList(_reference: nowhere) { id } }', { at: '/Patient/an' })]).toEqual(Array(2).fill([400, 'bad-parameter']))
    // nothing refers to what is contained
    expect(await data('{ contained { id ... on Practitioner { ObservationList(_reference: performer) { id } } } }', { at: '/Patient/an' })).toEqual({ contained: [{ id: 'bac-si', ObservationList: [] }] })
  })
})

describe('searches', () => {
  it('are lists by the parameters of the type, with arrays for or, and _filter', async () => {
    expect(await data('{ ObservationList(patient: an, category: laboratory, value_quantity: "37.1|http://unitsofmeasure.org|Cel") { id } }')).toEqual({ ObservationList: [] })
    expect(await data(`{ ObservationList(patient: an, code: "${LOINC}|8310-5", date: ["ge2026-03-02", "lt2026-01-01"]) { id } }`)).toEqual({ ObservationList: [{ id: 'o-2' }] })
    expect(await data('{ PatientList(_id: [an, binh, 1], _sort: "-_id") { id } }')).toEqual({ PatientList: [{ id: 'binh' }, { id: 'an' }] })
    expect(await data('{ ten: PatientList(name: "Chalmers") { id } hai: PatientList(name: "Chalmers,Bình") { id } loc: ObservationList(_filter: "patient.name eq \\"Bình\\" and status eq final") { id } dau: PatientList(fhirpath: "name.family.exists()") { id } }'))
      .toEqual({ ten: [{ id: 'an' }], hai: [], loc: [{ id: 'o-3' }], dau: [{ id: 'an' }] })
    expect([await failure('{ PatientList(nothing: 1) { id } }'), await failure('{ ObservationList(date: "bald") { id } }'), await failure('{ PatientList(_count: 0) { id } }')]).toEqual([[400, 'graphql-invalid'], [400, 'bad-parameter'], [400, 'bad-parameter']])
  })
  it('are connections with pages that a cursor alone leads on to', async () => {
    interface Page { count: number | null; offset: number | null; pagesize: number; first: string; next: string | null; previous: string | null; last: string | null; edges: { mode: string; score: null; resource: { id: string } }[] }
    const fields = '{ count offset pagesize first previous next last edges { mode score resource { id } } }'
    const page = async (args: string): Promise<Page> => (await data(`{ ObservationConnection(${args}) ${fields} }`) as { ObservationConnection: Page }).ObservationConnection
    const first = await page('status: final, _count: 2, _sort: "_id"')
    expect(first).toMatchObject({ count: 3, offset: 0, pagesize: 2, previous: null, edges: [{ mode: 'match', score: null, resource: { id: 'o-1' } }, { resource: { id: 'o-2' } }] })
    const second = await page(`cursor: "${first.next}"`)
    expect(second).toMatchObject({ count: 3, offset: null, next: null, edges: [{ resource: { id: 'o-3' } }] })
    for (const cursor of [second.first, second.previous]) expect((await page(`_cursor: "${cursor}"`)).edges).toEqual(first.edges)
    expect(await page(`cursor: "${first.last}"`)).toMatchObject({ next: null, edges: [{ resource: { id: 'o-2' } }, { resource: { id: 'o-3' } }] })
    // what was not counted at first is not counted later
    const uncounted = await data('{ ObservationConnection(_count: 1) { next } }') as { ObservationConnection: { next: string } }
    expect(await page(`cursor: "${uncounted.ObservationConnection.next}"`)).toMatchObject({ count: null, pagesize: 1 })
    const forged = Buffer.from('_has:Observation:patient:status=final').toString('base64url')
    expect([await failure(`{ ObservationConnection(cursor: "${first.next}", status: final) { count } }`), await failure(`{ PatientConnection(cursor: "${forged}") { count } }`), await failure('{ ObservationConnection(cursor: "?") { count } }')]).toEqual(Array(3).fill([400, 'bad-parameter']))
  })
})

describe('directives of FHIR', () => {
  const an = async (query: string): Promise<unknown> => data(query, { at: '/Patient/an' })
  it('flatten, take the first, make one value of a list, as the examples of the specification do', async () => {
    const flat = { system: ['urn:so'], value: ['12345'], active: true, family: ['Chalmers', 'Windsor'] }
    expect(await an('{ identifier @flatten { system value } active name @flatten { text given family } }')).toEqual({ ...flat, given: ['Peter', 'James', 'Jim', 'Peter', 'James'] })
    expect(await an('{ identifier @flatten { system value } active name @flatten { text given @first family } }')).toEqual({ ...flat, given: ['Peter', 'Jim', 'Peter'] })
    expect(await an('{ identifier @flatten { system @singleton value @singleton } active name @flatten @first { text given family @singleton } }')).toEqual({ system: 'urn:so', value: '12345', active: true, given: ['Peter', 'James'], family: 'Chalmers' })
  })
  it('slice a list into fields of their own', async () => {
    expect(await an('{ name @flatten @slice(path: "use") { given family @singleton } }')).toEqual({ 'given.official': ['Peter', 'James'], 'family.official': 'Chalmers', 'given.usual': ['Jim'], 'given.maiden': ['Peter', 'James'], 'family.maiden': 'Windsor' })
    expect(await an('{ name @slice(path: "$index") @flatten { given @first @singleton family } }')).toEqual({ 'given.0': 'Peter', 'family.0': ['Chalmers'], 'given.1': 'Jim', 'given.2': 'Peter', 'family.2': ['Windsor'] })
  })
  it('refuse what does not come together', async () => {
    const at = { at: '/Patient/an' }
    expect([await failure('{ name @flatten { family @singleton } }', at), await failure('{ name @flatten { period { start } text: use } contact @flatten { text: relationship { text } } }', at)]).toEqual(Array(2).fill([422, 'graphql-shape']))
  })
})

describe('the schema', () => {
  it('tells of itself what it offers', async () => {
    interface Told { queryType: { name: string }; mutationType: unknown; directives: { name: string }[]; types: { name: string; fields: { name: string }[] | null; possibleTypes: unknown[] | null }[] }
    const { __schema: told } = await data(getIntrospectionQuery()) as { __schema: Told }
    const type = (name: string): Told['types'][number] | undefined => told.types.find((each) => each.name === name)
    expect(type('Patient')?.fields?.map(({ name }) => name)).toEqual(expect.arrayContaining(['birthDate', '_birthDate', 'deceasedBoolean', 'ObservationList', 'ObservationConnection', 'ProvenanceList']))
    expect([told.queryType.name, told.mutationType, type('Resource')?.possibleTypes?.length]).toEqual(['Query', null, 146])
    expect(told.directives.map(({ name }) => name).toSorted()).toEqual(['deprecated', 'first', 'flatten', 'include', 'singleton', 'skip', 'slice', 'specifiedBy'])
    expect(await data('{ __schema { queryType { name } } __type(name: "HumanName") { kind fields { name } } }', { at: '/Patient/an' })).toMatchObject({ __schema: { queryType: { name: 'Patient' } }, __type: { kind: 'OBJECT', fields: expect.arrayContaining([{ name: 'family' }, { name: '_family' }]) } })
  })
  it('asks for every type, element by element', async () => {
    const { RESOURCE_TYPES } = await import('#api/search/resource-types.ts')
    const lists = RESOURCE_TYPES.filter((type) => type !== 'AuditEvent')
    for (let at = 0; at < lists.length; at += 50) {
      const types = lists.slice(at, at + 50)
      expect(Object.keys(await data(`{ ${types.map((type) => `${type}List(_count: 1) { id meta { lastUpdated } }`).join(' ')} }`) as object)).toEqual(types.map((type) => `${type}List`))
    }
  })
})

describe('what a query may cost', () => {
  it('is bounded in length, depth, fields, aliases and searches, whatever fragments do', async () => {
    const many = (count: number, field: (at: number) => string): string => Array.from({ length: count }, (_each, at) => field(at)).join(' ')
    const doubling = `{ Patient(id: an) { ...f0 } } ${many(20, (at) => `fragment f${at} on Patient { ...f${at + 1} a${at}: contact { name { text } } b${at}: link { other { resource(optional: true, type: Patient) { ...f${at + 1} } } } }`)} fragment f20 on Patient { id }`
    const refused: [string, [number, string]][] = [
      [`{ Patient(id: an) { id } } #${'x'.repeat(65_536)}`, [413, 'body-too-large']],
      [`{ Patient(id: an) { ${many(2001, () => 'id')} } }`, [422, 'too-costly']],
      [`{ Patient(id: an) { ${many(201, (at) => `a${at}: id`)} } }`, [422, 'too-costly']],
      [`{ Patient(id: an) { managingOrganization ${'{ resource(type: Organization) { partOf '.repeat(13)}{ reference }${'} }'.repeat(13)} } }`, [422, 'too-costly']],
      [doubling, [422, 'too-costly']],
      [`{ ${many(51, (at) => `a${at}: PatientList(_count: 1) { id }`)} }`, [422, 'too-costly']],
      ['{ Patient(id: an) { ...a } } fragment a on Patient { contact { name { text } } ...b } fragment b on Patient { ...a }', [400, 'graphql-invalid']],
      // nobody's stack decides: what is nested, whether it ends or not, and what only looks so
      [`${'{a'.repeat(3500)}`, [422, 'too-costly']], [`${'{a'.repeat(201)}`, [422, 'too-costly']], [`${'{a'.repeat(199)}`, [400, 'graphql-invalid']],
      [`{ a(x: ${'['.repeat(3000)}1${']'.repeat(3000)}) }`, [422, 'too-costly']], [`{ a(x: "${'['.repeat(300)}") } #${'{'.repeat(300)}`, [400, 'graphql-invalid']],
      [`{ ${many(4001, () => 'a ')} `, [400, 'graphql-invalid']], ['', [400, 'graphql-invalid']], ['{ Patient(id: "a b") { id } }', [400, 'bad-id']], ['{ Patient { id } }', [400, 'bad-id']],
      ['{ __schema { types { name } } again: __schema { types { name } } }', [422, 'too-costly']], ['{ __schema { types { name } again: types { name } } }', [422, 'too-costly']], [`{ ${many(26, (at) => `a${at}: __type(name: "Query") { fields { name } }`)} }`, [422, 'too-costly']],
      ['{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }', [400, 'graphql-invalid']],
    ]
    for (const [query, wanted] of refused) expect([query.slice(0, 60), ...await failure(query)]).toEqual([query.slice(0, 60), ...wanted])
    expect(failed(await client.get(`${BASE}/$graphql?query={a}&x=1`))).toEqual([400, 'unknown-parameter'])
    expect(failed(await client.get(`${BASE}/$graphql?query={a}&variables=[]`))).toEqual([400, 'bad-parameter'])
    expect((await client.get(`${BASE}/$graphql?query={a}`, { accept: 'application/fhir+xml' })).status).toBe(400)
  })
})

describe('a long list', () => {
  it('is never cut in silence: a list that is too long is refused', async () => {
    const entry = Array.from({ length: 1001 }, (_each, at) => ({ resource: { resourceType: 'Basic', id: `b-${at}`, code: { text: 'Mẫu' }, subject: to('Patient/binh') }, request: { method: 'PUT', url: `Basic/b-${at}` } }))
    expect((await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200)
    expect([await failure('{ BasicList { id } }'), await failure('{ BasicList(_reference: subject) { id } }', { at: '/Patient/binh' })]).toEqual(Array(2).fill([422, 'too-costly']))
    expect((await data('{ BasicList(_count: 1000) { id } }') as { BasicList: unknown[] }).BasicList).toHaveLength(1000)
    const six = Array.from({ length: 6 }, (_each, at) => `a${at}: BasicList(_count: 1000) { id }`).join(' ')
    expect(await failure(`{ ${six} }`)).toEqual([422, 'too-costly'])
  }, 60_000)
})

describe('who may see what', () => {
  it('is told by the scopes: what may not be read is as if it were not there, what may not be searched is refused', async () => {
    const reader = await site.system(['system/Patient.r', 'system/Observation.rs'])
    const narrow = await site.system([`system/Observation.rs?category=${LAB}|laboratory`, 'system/Patient.rs'])
    const following = '{ ObservationList(_sort: "_id") { id subject { resource(optional: true, type: Patient) { id } } performer { resource(optional: true) { id } } } }'
    const nobody = { subject: { resource: { id: 'an' } }, performer: [{ resource: null }] }
    expect(await data(following, { caller: reader })).toEqual({ ObservationList: [{ id: 'o-1', ...nobody }, { id: 'o-2', ...nobody }, { id: 'o-3', ...nobody, subject: { resource: { id: 'binh' } } }] })
    expect(await data('{ PatientList(_id: an) { id ObservationList(_reference: patient) { id } } Observation(id: "o-1") { id } }', { caller: narrow })).toEqual({ PatientList: [{ id: 'an', ObservationList: [{ id: 'o-1' }] }], Observation: { id: 'o-1' } })
    expect([await failure('{ PatientList { id } }', { caller: reader }), await failure('{ Patient(id: "an") { ConditionList(_reference: patient) { id } } }', { caller: reader }), await failure('{ Observation(id: "o-2") { id } }', { caller: narrow }), await failure('{ Observation(id: "nobody") { id } }', { caller: narrow })])
      .toEqual([[403, 'forbidden'], [403, 'forbidden'], [404, 'not-found'], [404, 'not-found']])
    expect(await data('{ hasMember { resource(optional: true) { id } } }', { at: '/Observation/o-1', caller: narrow })).toEqual({ hasMember: [{ resource: null }] })
    // what is not there and what may not be seen have one answer
    const [hidden, missing] = await Promise.all(['o-2', 'none'].map(async (id) => (await ask(`{ Observation(id: "${id}") { id } }`, { caller: narrow })).text))
    expect(hidden).toBe(missing)
    expect((await ask('{ id }', { caller: site.anonymous })).status).toBe(401)
  })
  it('is told by relations of care: a doctor follows no reference out of them', async () => {
    const put = async (resource: { resourceType: string; id: string }): Promise<void> => { expect((await client.put(`${BASE}/${resource.resourceType}/${resource.id}`, resource)).status).toBe(201) }
    await put({ resourceType: 'Schedule', id: 'lich', actor: [to('Practitioner/bac-si')] } as { resourceType: string; id: string })
    await put({ resourceType: 'List', id: 'ds', status: 'current', mode: 'working', subject: to('Patient/an'), entry: [{ item: to('Schedule/lich') }, { item: to('Condition/c-1') }] } as { resourceType: string; id: string })
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect(await failure('{ Condition(id: "c-1") { id } }', { caller: doctor })).toEqual([403, 'break-glass-needed'])
    expect(await data('{ PatientList(_id: an) { name(use: usual) { given } ConditionList(_reference: patient) { id } } }', { caller: doctor })).toEqual({ PatientList: [{ name: [{ given: ['Jim'] }], ConditionList: [] }] })
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'an', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    // what stands in nobody's record is found by searches, and no person reads it
    expect((await doctor.get(`${BASE}/Schedule/lich`)).status).toBe(403)
    expect(await data('{ entry { item { resource(optional: true) { id } } } }', { at: '/List/ds', caller: doctor })).toEqual({ entry: [{ item: { resource: null } }, { item: { resource: { id: 'c-1' } } }] })
    expect(await data('{ Condition(id: "c-1") { subject { resource(type: Patient) { id ObservationList(_reference: patient, _sort: "_id") { id } } } } }', { caller: doctor })).toEqual({ Condition: { subject: { resource: { id: 'an', ObservationList: [{ id: 'o-1' }, { id: 'o-2' }] } } } })
  })
  it('is on record before the answer: each resource that was read, each search by the names of its parameters', async () => {
    const other = await site.system(['system/*.rs'])
    await data('{ ObservationList(patient: an, status: final) { subject { resource { id } } performer { resource { id } } } }', { caller: other })
    const rows = (await site.parts.audit.find({ count: 3 })).map(({ interaction, type, resourceId, id, patient, outcome, detail }) => [interaction, type, interaction === 'read' ? resourceId ?? id : undefined, patient, outcome, detail])
    expect(rows.toSorted((one, two) => String(one[1]).localeCompare(String(two[1])))).toEqual([
      ['search-type', 'Observation', undefined, 'an', 'success', '$graphql patient status _count (2)'], ['read', 'Patient', 'an', 'an', 'success', '$graphql'], ['read', 'Practitioner', 'bac-si', undefined, 'success', '$graphql'],
    ])
  })
})
