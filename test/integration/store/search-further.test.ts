/** What searches can do beyond plain values: text beside codes, code hierarchies, units, addresses, lists, words, expressions, compartments, any order. http://hl7.org/fhir/R4/search.html */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodeSets, ResourceStore, SearchRequest } from '#api/model/ports.ts'
import { generateCompartments } from '#api/search/generate/compartments.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { doctor, openStore, put, system } from './support.ts'
import fs from 'node:fs'
import pg from 'pg'
import { atDatabase } from '#infra/postgres/provision.ts'

let site: TestDatabase
let store: ResourceStore
const me = system()
const ICD = 'http://icd.example'
const UCUM = 'http://unitsofmeasure.org'

const codes: CodeSets = {
  codesIn: (valueSet) => Promise.resolve(valueSet === 'http://vs.example/diabetes' ? [{ system: ICD, code: 'E10' }, { system: ICD, code: 'E11.9' }] : undefined),
  descendants: (_system, code) => Promise.resolve(code === 'E11' ? [{ system: ICD, code: 'E11' }, { system: ICD, code: 'E11.9' }] : undefined),
  ancestors: (_system, code) => Promise.resolve(code === 'E11.9' ? [{ system: ICD, code: 'E11.9' }, { system: ICD, code: 'E11' }] : undefined),
}

const page = (request: Omit<SearchRequest, 'parameters' | 'strict'>, query: string) => store.search(me, { ...request, parameters: [...new URLSearchParams(query)], strict: true })
const found = async (type: string, query: string) => (await page({ type }, query)).matches.map((each) => each.id).sort().join(' ')
const inOrder = async (type: string, query: string) => (await page({ type }, query)).matches.map((each) => each.id).join(' ')

const amount = (value: string, unit: string) => `"valueQuantity":{"value":${value},"system":"${UCUM}","code":"${unit}","unit":"${unit}"}`
const observation = (id: string, more: string, code = '2345-7') =>
  put(`{"resourceType":"Observation","id":"${id}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"${code}","display":"Glucose trong máu"}],"text":"Đường huyết đói"},"subject":{"reference":"Patient/an"},${more}}`)
const condition = (id: string, code: string, more = '') => put(`{"resourceType":"Condition","id":"${id}","code":{"coding":[{"system":"${ICD}","code":"${code}"}]},"subject":{"reference":"Patient/an"}${more}}`)

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site, 900, { codes })
  await store.transact(me, (tx) => tx.write([
    put(`{"resourceType":"Patient","id":"an","name":[{"text":"Nguyễn Văn An"}],"gender":"male","birthDate":"1990-02-03","identifier":[{"system":"urn:mrn","value":"20"}]}`),
    put(`{"resourceType":"Patient","id":"binh","name":[{"text":"Trần Thị Bình"}],"gender":"female","birthDate":"1980-01-01","identifier":[{"system":"urn:mrn","value":"10"}]}`),
    put(`{"resourceType":"Patient","id":"chi","name":[{"text":"Lê Thị Chi"}],"deceasedBoolean":true}`),
    put(`{"resourceType":"Practitioner","id":"bs"}`),
    put(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/an"},"participant":[{"individual":{"reference":"Practitioner/bs"}}],"period":{"start":"2026-11-01","end":"2026-11-03"}}`),
    put(`{"resourceType":"Encounter","id":"e2","status":"planned","class":{"code":"AMB"},"subject":{"reference":"Patient/binh"}}`),
    observation('g90', amount('90', 'mg/dL')), observation('g0.9', amount('0.9', 'g/L')), observation('g100', amount('100', 'mg/dL')), observation('g5', amount('5.0', 'mmol/L')),
    observation('fever', `${amount('102.2', '[degF]')},"encounter":{"reference":"Encounter/e1"}`, '8310-5'),
    condition('d10', 'E10', ',"encounter":{"reference":"Encounter/e1"}'), condition('d11', 'E11'), condition('d119', 'E11.9'), condition('j00', 'J00'),
    put(`{"resourceType":"List","id":"l1","status":"current","mode":"working","subject":{"reference":"Patient/an"},"entry":[{"item":{"reference":"Condition/d10"}},{"item":{"reference":"Condition/j00"}}]}`),
    put(`{"resourceType":"ValueSet","id":"v1","status":"active","url":"http://a.example/fhir/ValueSet/x"}`),
    put(`{"resourceType":"ValueSet","id":"v2","status":"active","url":"http://a.example/fhir/ValueSet/x/y"}`),
    put(`{"resourceType":"ValueSet","id":"v3","status":"draft","url":"http://a.example/fhir/ValueSet/xy"}`),
    put(`{"resourceType":"Composition","id":"n1","status":"final","title":"Tóm tắt \\"hồ sơ\\"","subject":{"reference":"Patient/an"},"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><p class=\\"viem\\">Đau bụng <b>dữ dội</b></p></div>"}}`),
    put(`{"resourceType":"Composition","id":"n2","status":"final","title":"Viêm phổi","subject":{"reference":"Patient/an"}}`),
    put(`{"resourceType":"Location","id":"hn","position":{"latitude":21.0285,"longitude":105.8542}}`),
    put(`{"resourceType":"Location","id":"bn","position":{"latitude":21.1861,"longitude":106.0763}}`),
    put(`{"resourceType":"Location","id":"hcm","position":{"latitude":10.7769,"longitude":106.7009}}`),
  ]))
})
afterAll(() => site.close())

const CASES: readonly (readonly [string, string, string])[] = [
  // the text beside a code
  ['Observation', 'code:text=duong huyet', 'fever g0.9 g100 g5 g90'],
  ['Observation', 'code:text=GLUCOSE', 'fever g0.9 g100 g5 g90'],
  ['Observation', 'code:text=huyet', ''],
  // value sets and hierarchies
  ['Condition', 'code:in=http://vs.example/diabetes', 'd10 d119'],
  ['Condition', 'code:not-in=http://vs.example/diabetes', 'd11 j00'],
  ['Condition', `code:below=${ICD}|E11`, 'd11 d119'],
  ['Condition', `code:above=${ICD}|E11.9`, 'd11 d119'],
  ['Patient', '_has:Condition:subject:code:in=http://vs.example/diabetes', 'an'],
  ['Condition', 'subject._has:Condition:subject:code:below=http://icd.example|E11&code=J00', 'j00'],
  // units
  ['Observation', `value-quantity=90|${UCUM}|mg/dL`, 'g0.9 g90'],
  ['Observation', `value-quantity=0.90|${UCUM}|g/L`, 'g0.9 g90'],
  ['Observation', `value-quantity=gt0.9|${UCUM}|g/L`, 'g100'],
  ['Observation', `value-quantity=ge900|${UCUM}|mg/L`, 'g0.9 g100 g90'],
  ['Observation', `value-quantity=lt1|${UCUM}|g/L`, 'g0.9 g90'],
  ['Observation', 'value-quantity=90||mg/dL', 'g90'],
  ['Observation', `value-quantity=39.0|${UCUM}|Cel`, 'fever'],
  ['Observation', `value-quantity=gt39|${UCUM}|Cel`, ''],
  ['Observation', `value-quantity=sa38.9|${UCUM}|Cel`, 'fever'],
  ['Observation', `code-value-quantity=2345-7$0.9|${UCUM}|g/L`, 'g0.9 g90'],
  ['Observation', 'code-value-quantity=2345-7$0.9||g/L', 'g0.9 g90'],
  // addresses
  ['ValueSet', 'url:below=http://a.example/fhir/ValueSet/x', 'v1 v2'],
  ['ValueSet', 'url:below=http://a.example/fhir/', 'v1 v2 v3'],
  ['ValueSet', 'url:above=http://a.example/fhir/ValueSet/x/y/z', 'v1 v2'],
  ['ValueSet', 'url:above=http://a.example/fhir/ValueSet/xy', 'v3'],
  // lists, words
  ['Condition', '_list=l1', 'd10 j00'],
  ['Condition', '_list=nobody', ''],
  ['Condition', '_list=$current-problems', ''],
  ['Condition', '_list=l1,$current-problems', 'd10 j00'],
  ['Observation', '_list=$current-problems', ''],
  ['Composition', '_text=dau bung', 'n1'],
  ['Composition', '_text=du DOI', 'n1'],
  ['Composition', '_text=viem', ''],
  ['Composition', '_text=bung,khong', 'n1'],
  ['Composition', '_content=viem pho', 'n2'],
  ['Composition', '_content=phoi', 'n2'],
  ['Composition', '_content=ho so', 'n1'],
  ['Composition', '_content=title', ''],
  ['Composition', '_content=iem', ''],
  // places
  ['Location', 'near=21.0|105.8', 'hn'],
  ['Location', 'near=21.0|105.8|50|km', 'bn hn'],
  ['Location', 'near=21.0|105.8|20|[mi_i]', 'hn'],
  // expressions
  ['Patient', '_filter=name co "thi" and gender eq female', 'binh'],
  ['Patient', '_filter=gender eq male or gender eq female', 'an binh'],
  ['Patient', '_filter=not (gender eq male)', 'binh chi'],
  ['Patient', '_filter=gender eq male or name sw "le" and birthdate pr true', 'an'],
  ['Patient', '_filter=gender eq male or (name sw "le" and birthdate pr false)', 'an chi'],
  ['Patient', '_filter=name ew "binh" or name eq "le thi chi"', 'binh chi'],
  ['Patient', '_filter=birthdate ge 1985 and identifier eq urn:mrn|20', 'an'],
  ['Patient', '_filter=gender ne male', 'binh'],
  ['Patient', '_filter=birthdate ne 1980-01-01', 'an'],
  ['Patient', '_filter=_id ne an and _lastUpdated gt 2020', 'binh chi'],
  ['Observation', `_filter=value-quantity gt 0.9|${UCUM}|g/L`, 'g100'],
  ['Condition', `_filter=code sb ${ICD}|E11 or code in http://vs.example/diabetes`, 'd10 d11 d119'],
  ['Condition', '_filter=subject.name co "an" and code eq J00', 'j00'],
  ['Encounter', '_filter=date po 2026-11-02', 'e1'],
  ['Encounter', '_filter=subject re Patient/binh', 'e2'],
  ['Condition', '_filter=code ni http://vs.example/diabetes', 'd11 j00'],
  ['Condition', `_filter=not (code sb ${ICD}|E11) and code ni http://vs.example/diabetes`, 'j00'],
  ['Patient', '_filter=not (gender eq male or (gender eq female and not (birthdate lt 1970)))', 'chi'],
  ['Condition', '_filter=subject[gender eq male].name co "an" and code eq J00', 'j00'],
  ['Condition', '_filter=subject[gender eq female].name co "an"', ''],
  ['Condition', '_filter=subject:Patient[birthdate ge 1990 and not (deceased eq true)]._id eq an and code eq E10', 'd10'],
  ['Condition', '_filter=encounter[subject[gender eq male].birthdate ge 1990].status eq finished', 'd10'],
  ['Condition', '_filter=encounter[subject[gender eq female].birthdate ge 1970].status eq finished', ''],
  ['Observation', `_filter=value-quantity ge 102.2|${UCUM}|[degF]`, 'fever'],
]

describe('search finds', () => {
  test.each(CASES)('%s?%s', async (type, query, expected) => {
    expect(await found(type, query)).toBe(expected)
  })
})

describe('search refuses by the name of the parameter', () => {
  test.each([
    ['Condition', 'code:in=http://vs.example/none'], ['Condition', 'code:below=E11'], ['Condition', `code:below=${ICD}|Z99`], ['Condition', '_list=$mine'],
    ['ValueSet', 'url:below=urn:oid:1.2'], ['Location', 'near=91|0'], ['Location', 'near=a|b'], ['Location', 'near=1|2|3|kg'], ['Observation', `value-quantity=5|${UCUM}|`],
    ['Composition', '_text=...'], ['Patient', '_sort=near'], ['Observation', '_sort=code-value-quantity'], ['Patient', '_filter=name'], ['Patient', '_filter=name zz "a"'],
    ['Patient', '_filter=shoe eq 1'], ['Patient', '_filter=(gender eq male'], ['Patient', '_filter=gender eq male gender eq male'], ['Patient', '_filter="a" eq b'], ['Patient', '_filter=constructor eq 1'],
    ['Patient', `_filter=${'('.repeat(50)}`], ['Patient', '_filter=name eq "a'], ['Patient', '_filter=link[type eq refer].other eq a'],
    ['Condition', '_filter=subject[gender eq male] eq a'], ['Condition', '_filter=subject[gender eq male.name co "an"'], ['Condition', '_filter=code[subject eq a].name eq b'], ['Condition', '_filter=code ni E10'],
    ['Condition', '_filter=subject[shoe eq 1].name co "an"'], ['Patient', '_filter=name eq a]'], ['Patient', `_filter=${'organization[name eq a].partof'.repeat(6)} eq a`], ['Patient', '_id:exact=an'],
  ])('%s?%s', async (type, query) => {
    await expect(found(type, query)).rejects.toMatchObject({ code: 'bad-parameter', detail: { expression: `http.${query.split('=', 1)[0]}` } })
  })
})

describe('order', () => {
  test('by a code, a reference, an address, an identifier; what has none comes last', async () => {
    expect(await inOrder('Patient', '_sort=gender')).toBe('binh an chi')
    expect(await inOrder('Patient', '_sort=-gender')).toBe('an binh chi')
    expect(await inOrder('Patient', '_sort=identifier')).toBe('binh an chi')
    expect(await inOrder('Patient', '_sort=deceased,-_id')).toBe('binh an chi')
    expect(await inOrder('Encounter', '_sort=-patient')).toBe('e2 e1')
    expect(await inOrder('Condition', '_sort=-code')).toBe('j00 d119 d11 d10')
    expect(await inOrder('ValueSet', '_sort=-url,status')).toBe('v3 v2 v1')
    expect(await inOrder('ValueSet', '_sort=status,-url')).toBe('v2 v1 v3')
  })
  test.each(['Patient?_sort=gender', 'Patient?_sort=-identifier', 'Condition?_sort=code', 'Encounter?_sort=-patient', 'Patient?_sort=deceased,-gender'])('pages of one give the same list: %s', async (address) => {
    const [type = '', query = ''] = address.split('?')
    const ids: string[] = []
    let cursor = ''
    do {
      const { matches, next } = await page({ type }, `${query}&_count=1${cursor && `&_cursor=${cursor}`}`)
      ids.push(...matches.map((each) => each.id))
      cursor = next ?? ''
    } while (cursor !== '' && ids.length < 20)
    expect(ids.join(' ')).toBe(await inOrder(type, query))
  })
})

describe('compartments', () => {
  const inside = async (key: string, query: string, type?: string) => {
    const [of = '', id = ''] = key.split('/')
    return (await page({ compartment: { type: of, id }, ...(type && { type }) }, query)).matches.map((each) => each.id).sort().join(' ')
  }
  test('of a patient, an encounter and a practitioner, in one type or all', async () => {
    expect(await inside('Patient/an', 'code=J00', 'Condition')).toBe('j00')
    expect(await inside('Patient/binh', '')).toBe('e2')
    expect(await inside('Encounter/e1', '')).toBe('d10 e1 fever')
    expect(await inside('Encounter/e1', '_type=Condition')).toBe('d10')
    expect(await inside('Practitioner/bs', '')).toBe('bs e1')
    expect(await inside('Patient/an', '', 'Practitioner')).toBe('')
    expect(await inside('Patient/an', '_type=Condition,Encounter&_lastUpdated=gt2020')).toBe('d10 d11 d119 e1 j00')
  })
  test('a page of one compartment does not go on in another', async () => {
    const first = await page({ compartment: { type: 'Patient', id: 'an' }, type: 'Condition' }, '_count=1')
    await expect(page({ compartment: { type: 'Patient', id: 'binh' }, type: 'Condition' }, `_count=1&_cursor=${first.next}`)).rejects.toMatchObject({ code: 'bad-parameter' })
  })
  test('the table is what the definitions say', () => {
    expect(fs.readFileSync(new URL('../../../api/search/compartments.json', import.meta.url), 'utf8')).toBe(generateCompartments())
  })
})

describe('of several types', () => {
  const all = async (query: string) => (await page({}, query)).matches.map((each) => each.id).sort().join(' ')
  test('by a parameter that each of them has', async () => {
    expect(await all('_type=Condition,Observation&code=J00,8310-5')).toBe('fever j00')
    expect(await all('_type=Condition,Encounter&patient=an&_count=50')).toBe('d10 d11 d119 e1 j00')
    expect(await all('_type=Condition,Observation&code:not=J00,2345-7')).toBe('d10 d11 d119 fever')
    expect(await all('_type=Condition,Encounter&patient.name=binh')).toBe('e2')
    expect(await all('_type=Condition,Observation&encounter:missing=false')).toBe('d10 fever')
    await expect(all('_type=Condition,Location&code=x')).rejects.toMatchObject({ code: 'unknown-parameter' })
  })
})

describe('includes', () => {
  const included = async (type: string, query: string) => (await page({ type }, query)).included.map((each) => each.id).sort().join(' ')
  test('a star alone is every reference, there and back', async () => {
    expect(await included('Encounter', '_id=e1&_include=*')).toBe('an bs')
    expect(await included('Encounter', '_id=e1&_revinclude=*')).toBe('d10 fever')
    expect(await included('Patient', '_id=binh&_revinclude=*')).toBe('e2')
    expect(await included('Encounter', '_id=e2&_revinclude=*')).toBe('')
  })
})

describe('what a person does not see', () => {
  test('is not found by words, places in lists, expressions, compartments or order', async () => {
    const stranger = doctor('nobody', ['elsewhere'])
    for (const query of ['_text=dau', '_content=dau', '_list=l1', '_filter=subject.name co "an"', '_filter=not (status eq x)', '_sort=subject']) {
      const type = query === '_list=l1' ? 'Condition' : 'Composition'
      expect((await store.search(stranger, { type, parameters: [...new URLSearchParams(query)], strict: true })).matches, query).toEqual([])
    }
    expect((await store.search(stranger, { compartment: { type: 'Patient', id: 'an' }, parameters: [], strict: true })).matches.map(({ type }) => type)).toEqual([])
  })
})

describe('what is much', () => {
  const MANY = 12_000
  test('is never left out in silence: rounds of :iterate, what is included, and totals', async () => {
    const organizations = Array.from({ length: 8 }, (_, at) => put(`{"resourceType":"Organization","id":"o${at}","name":"x"${at < 7 ? `,"partOf":{"reference":"Organization/o${at + 1}"}` : ''}}`))
    await store.transact(me, (tx) => tx.write([...organizations, put('{"resourceType":"Medication","id":"one","code":{"text":"x"}}')]))
    const admin = new pg.Client({ connectionString: atDatabase(site.adminUrl, site.name) })
    await admin.connect()
    await admin.query(`insert into resource select * from jsonb_populate_recordset(null::resource, (select jsonb_agg(to_jsonb(r) || jsonb_build_object('rid', r.rid - n::int8 * 1000000, 'id', 'b' || n)) from resource r cross join generate_series(1, ${MANY - 1}) as n where r.id = 'one'))`)
    await admin.query('analyze resource')
    await admin.end()
    const upward = '_include=Organization:partof&_include:iterate=Organization:partof'
    expect((await page({ type: 'Organization' }, `_id=o1&${upward}`)).included.map(({ id }) => id)).toEqual(['o2', 'o3', 'o4', 'o5', 'o6', 'o7'])
    await expect(page({ type: 'Organization' }, `_id=o0&${upward}`)).rejects.toMatchObject({ code: 'too-costly' })
    const listOf = (length: number): string => `{"resourceType":"List","id":"l${length}","status":"current","mode":"working","entry":[${Array.from({ length }, (_, at) => `{"item":{"reference":"Medication/b${at + 1}"}}`).join()}]}`
    await store.transact(me, (tx) => tx.write([put(listOf(1000)), put(listOf(1001))]))
    expect((await page({ type: 'List' }, '_id=l1000&_include=List:item')).included).toHaveLength(1000)
    await expect(page({ type: 'List' }, '_id=l1001&_include=List:item')).rejects.toMatchObject({ code: 'too-costly' })
    const total = async (as = me): Promise<number> => (await store.search(as, { type: 'Medication', parameters: [['_total', 'estimate'], ['_count', '1']], strict: true })).total ?? 0
    expect(Math.abs(await total() - MANY)).toBeLessThan(MANY / 10)
    // the rows that are expected are not only those that somebody sees
    expect(await total(doctor('bs', []))).toBe(10_001)
  })
})
