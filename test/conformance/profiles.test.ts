/** Profiles that are loaded while the server runs: compiled from their snapshot or from what they change, for $validate and for writes. http://hl7.org/fhir/R4/profiling.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const A = 'http://vi-du.example/StructureDefinition'
const R4 = 'http://hl7.org/fhir/StructureDefinition'
let site: TestSite
let client: TestCaller

type Plain = Record<string, unknown>
const profile = (id: string, type: string, element: Plain[], more: Plain = {}): Plain & { id: string } =>
  ({ resourceType: 'StructureDefinition', id, url: `${A}/${id}`, name: 'P', status: 'active', kind: type === 'Extension' ? 'complex-type' : 'resource', abstract: false, type, baseDefinition: `${R4}/${type}`, derivation: 'constraint', differential: { element: element.map((one) => ({ id: one['path'], ...one })) }, ...more })
const slice = (path: string, name: string, more: Plain): Plain => ({ id: `${path}:${name}`, path, sliceName: name, ...more })
const by = (type: string, path: string, rules = 'open', more: Plain = {}): Plain => ({ slicing: { discriminator: [{ type, path }], rules, ...more } })

const PROFILES = [
  profile('weight', 'Observation', [
    { path: 'Observation.category', min: 1, ...by('value', 'coding.code') },
    slice('Observation.category', 'vital', { min: 1, max: '1' }),
    { id: 'Observation.category:vital.coding.code', path: 'Observation.category.coding.code', min: 1, fixedCode: 'vital-signs' },
    { path: 'Observation.code', patternCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] } },
    { path: 'Observation.value[x]', type: [{ code: 'Quantity' }], constraint: [{ key: 'w-1', severity: 'error', human: 'Cân nặng phải lớn hơn 0', expression: 'value > 0' }] },
    { id: 'Observation.value[x].code', path: 'Observation.value[x].code', fixedCode: 'kg' },
    { path: 'Observation.note', max: '0' }, { path: 'Observation.device', max: '0' },
    { path: 'Observation.status', constraint: [{ key: 'w-3', severity: 'error', human: 'x', expression: "%resource.status = 'preliminary' implies %resource.descendants().count() > 99" }, { key: 'w-2', severity: 'warning', human: 'Nên là final', expression: "$this = 'final'" }] },
  ]),
  // on top of another one that is stored
  profile('weight-child', 'Observation', [{ path: 'Observation.method', min: 1 }], { baseDefinition: `${A}/weight` }),
  profile('parts', 'Observation', [
    { path: 'Observation.component', ...by('pattern', 'code', 'closed') },
    slice('Observation.component', 'a', { max: '2', ...by('exists', 'dataAbsentReason') }),
    { id: 'Observation.component:a.code', path: 'Observation.component.code', patternCodeableConcept: { text: 'a' } },
    slice('Observation.component', 'a/known', { max: '1' }),
    { id: 'Observation.component:a/known.dataAbsentReason', path: 'Observation.component.dataAbsentReason', max: '0' },
    slice('Observation.component', 'a/unknown', {}),
    { id: 'Observation.component:a/unknown.dataAbsentReason', path: 'Observation.component.dataAbsentReason', min: 1 },
    slice('Observation.component', 'b', { min: 1 }),
    { id: 'Observation.component:b.code', path: 'Observation.component.code', patternCodeableConcept: { text: 'b' } },
    { id: 'Observation.component:b.value[x]', path: 'Observation.component.value[x]', ...by('type', '$this') },
    { id: 'Observation.component:b.value[x]:valueString', path: 'Observation.component.value[x]', sliceName: 'valueString', type: [{ code: 'string' }], maxLength: 5 },
  ]),
  profile('flag', 'Extension', [{ path: 'Extension.url', fixedUri: `${A}/flag` }, { path: 'Extension.value[x]', min: 1, type: [{ code: 'integer' }], maxValueInteger: 9 }], { context: [{ type: 'element', expression: 'Element' }] }),
  profile('flagged', 'Patient', [
    slice('Patient.extension', 'flag', { min: 1, type: [{ code: 'Extension', profile: [`${A}/flag`] }] }),
    { path: 'Patient.deceasedBoolean', min: 1 }, { path: 'Patient.generalPractitioner', type: [{ code: 'Reference', targetProfile: [`${A}/named-practitioner`] }] },
  ]),
  profile('named-practitioner', 'Practitioner', [{ path: 'Practitioner.name', min: 1 }]),
  profile('short-bundle', 'Bundle', [
    { path: 'Bundle.type', fixedCode: 'collection' }, { path: 'Bundle.entry', ...by('type', 'resource') },
    slice('Bundle.entry', 'patient', { min: 1, max: '1' }), { id: 'Bundle.entry:patient.resource', path: 'Bundle.entry.resource', min: 1, type: [{ code: 'Patient', profile: [`${A}/flagged`] }] },
  ]),
  profile('form', 'Questionnaire', [{ id: 'Questionnaire.item.item.text', path: 'Questionnaire.item.item.text', min: 1 }]),
]

const put = (resource: Plain & { id: string }): Promise<TestAnswer> => client.put(`${BASE}/${String(resource['resourceType'])}/${resource.id}`, resource)

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const each of PROFILES) {
    const answer = await put(each)
    expect([each.id, answer.status, answer.status === 201 ? '' : answer.text]).toEqual([each.id, 201, ''])
  }
})
afterAll(() => site.close())

interface Issue { severity: string; code: string; expression: string[]; details: { text: string } }
const found = async (type: string, resource: unknown, url: string): Promise<string[]> => {
  const answer = await client.post(`${BASE}/${type}/$validate?profile=${encodeURIComponent(url)}`, resource)
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
  return answer.json<{ issue: Issue[] }>().issue.filter(({ code }) => code !== 'informational').map(({ severity, expression }) => `${severity} ${expression.join()}`)
}

const weight = (more: Plain = {}): Plain => ({
  resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] }, valueQuantity: { value: 70, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }, ...more,
})
const parts = (...component: Plain[]): Plain => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, component })
const part = (text: string, more: Plain = {}): Plain => ({ code: { text }, ...more })
const unknown = { dataAbsentReason: { text: '?' } }
const flagged = (more: Plain = {}): Plain => ({ resourceType: 'Patient', extension: [{ url: `${A}/flag`, valueInteger: 3 }], deceasedBoolean: false, ...more })
const pointing = (practitioner: Plain): Plain => flagged({ contained: [{ resourceType: 'Practitioner', id: 'p', ...practitioner }], generalPractitioner: [{ reference: '#p' }] })
const bundle = (...resources: Plain[]): Plain => ({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource) => ({ resource })) })

describe('a profile that was loaded', () => {
  it.each<[string, string, Plain, string[]]>([
    ['what fits, and a rule that cannot be judged', 'weight', weight(), ['warning Observation.status']],
    ['another pattern', 'weight', weight({ code: { text: 'x' } }), ['error Observation.code']],
    ['a slice that is missing', 'weight', weight({ category: [{ text: 'x' }] }), ['error Observation.category']],
    ['a slice that is there twice', 'weight', weight({ category: [1, 2].map(() => ({ coding: [{ code: 'vital-signs' }] })) }), ['error Observation.category']],
    ['an element that is missing', 'weight', weight({ category: undefined }), ['error Observation.category']],
    ['an element that it takes away', 'weight', weight({ note: [{ text: 'x' }] }), ['error Observation.note']],
    ['a type that it takes away', 'weight', weight({ valueQuantity: undefined, valueString: '70 kg' }), ['error Observation.value']],
    ['a fixed value inside', 'weight', weight({ valueQuantity: { value: 70, system: 'http://unitsofmeasure.org', code: 'g' } }), ['error Observation.value.code']],
    ['an invariant', 'weight', weight({ valueQuantity: { value: -1, system: 'http://unitsofmeasure.org', code: 'kg' } }), ['error Observation.value', 'warning Observation.status']],
    ['advice', 'weight', weight({ status: 'preliminary' }), ['warning Observation.status', 'warning Observation.status']],
    ['what its base asks for', 'weight-child', weight({ code: { text: 'x' } }), ['error Observation.method', 'error Observation.code']],
    ['the base and itself', 'weight-child', weight({ method: { text: 'x' } }), ['warning Observation.status']],
    ['slices of slices', 'parts', parts(part('a'), part('a', unknown), part('b')), []],
    ['too many of a slice of a slice', 'parts', parts(part('a'), part('a'), part('b')), ['error Observation.component']],
    ['too many of a slice, by its own slices', 'parts', parts(part('a', unknown), part('a', unknown), part('a'), part('b')), ['error Observation.component']],
    ['a slice that must be there', 'parts', parts(part('a')), ['error Observation.component']],
    ['what is in no slice of a closed list', 'parts', parts(part('b'), part('c')), ['error Observation.component[1]']],
    ['the slice of a choice', 'parts', parts(part('b', { valueString: 'too long' })), ['error Observation.component[0].value']],
    ['another type of the choice', 'parts', parts(part('b', { valueInteger: 1 })), []],
    ['an extension with its profile', 'flagged', flagged(), []],
    ['an extension that is missing', 'flagged', flagged({ extension: undefined }), ['error Patient.extension']],
    ['an extension of another type', 'flagged', flagged({ extension: [{ url: `${A}/flag`, valueString: 'x' }] }), ['error Patient.extension[0].value', 'error Patient.extension[0].value']],
    ['an extension beyond its limit', 'flagged', flagged({ extension: [{ url: `${A}/flag`, valueInteger: 10 }] }), ['error Patient.extension[0].value']],
    ['a choice by its short name', 'flagged', flagged({ deceasedBoolean: undefined }), ['error Patient.deceased']],
    ['a target that meets its profile', 'flagged', pointing({ name: [{ text: 'A' }] }), []],
    ['a target that does not', 'flagged', pointing({ gender: 'male' }), ['error Patient.generalPractitioner[0]']],
    ['a target of another type', 'flagged', flagged({ generalPractitioner: [{ reference: 'Organization/1' }] }), ['error Patient.generalPractitioner[0]']],
    ['entries by their type', 'short-bundle', bundle(flagged(), weight()), []],
    ['an entry of a slice that does not meet its profile', 'short-bundle', bundle({ resourceType: 'Patient', active: true }), ['error Bundle.entry[0].resource.extension', 'error Bundle.entry[0].resource.deceased']],
    ['an entry that is missing', 'short-bundle', bundle(weight()), ['error Bundle.entry']],
    ['content that refers to other content', 'form', { resourceType: 'Questionnaire', status: 'draft', item: [{ linkId: '1', type: 'group', item: [{ linkId: '2', type: 'string' }] }] }, ['error Questionnaire.item[0].item[0].text']],
  ])('judges %s (%s)', async (_what, name, resource, wanted) => {
    expect((await found(String(resource['resourceType']), resource, `${A}/${name}`)).toSorted()).toEqual(wanted.toSorted())
  })

  it('counts for a write that claims it, inside of Bundles too, and its extension wherever it stands', async () => {
    const claim = { meta: { profile: [`${A}/weight`] } }
    expect((await client.post(`${BASE}/Observation`, weight(claim))).status).toBe(201)
    const refused = await client.post(`${BASE}/Observation`, weight({ ...claim, code: { text: 'x' } }))
    expect([refused.status, refused.json<{ issue: Issue[] }>().issue.map(({ expression }) => expression[0])]).toEqual([422, ['Observation.code']])
    const entry = { resource: weight({ ...claim, code: { text: 'x' } }), request: { method: 'POST', url: 'Observation' } }
    expect((await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [entry] })).status).toBe(422)
    expect((await client.post(`${BASE}/Location`, { resourceType: 'Location', extension: [{ url: `${A}/flag`, valueInteger: 12 }] })).status).toBe(422)
    expect((await client.post(`${BASE}/Location`, { resourceType: 'Location', extension: [{ url: `${A}/flag`, valueInteger: 9 }] })).status).toBe(201)
  })
  it('counts as it is now: a changed one at once, one that builds on it too, a deleted one no more', async () => {
    const strict = (min: number): Plain & { id: string } => profile('changing', 'Patient', [{ path: 'Patient.name', min }])
    await put(strict(1))
    await put(profile('on-changing', 'Patient', [{ path: 'Patient.gender', min: 1 }], { baseDefinition: `${A}/changing` }))
    const write = async (name: string): Promise<number> => (await client.post(`${BASE}/Patient`, { resourceType: 'Patient', gender: 'male', meta: { profile: [`${A}/${name}`] } })).status
    expect([await write('changing'), await write('on-changing')]).toEqual([422, 422])
    await put(strict(0))
    expect([await write('changing'), await write('on-changing')]).toEqual([201, 201])
    await put(strict(1))
    expect([await write('changing'), await write('on-changing')]).toEqual([422, 422])
    await client.delete(`${BASE}/StructureDefinition/changing`)
    expect([await write('changing'), await found('Patient', { resourceType: 'Patient' }, `${A}/changing`)]).toEqual([201, ['error Patient']])
  })
  it('is taken in the version that is named, else the last active one', async () => {
    const version = (text: string, path: string, status = 'active'): Plain & { id: string } => ({ ...profile(`v${text.replaceAll('.', '-')}`, 'Patient', [{ path, min: 1 }]), url: `${A}/versions`, version: text, status })
    for (const each of [version('1.9', 'Patient.name'), version('1.10', 'Patient.gender'), version('2.0', 'Patient.birthDate', 'draft')]) expect((await put(each)).status).toBe(201)
    const missing = (canonical: string): Promise<string[]> => found('Patient', { resourceType: 'Patient' }, canonical)
    expect([await missing(`${A}/versions`), await missing(`${A}/versions|1.9`), await missing(`${A}/versions|2.0`), await missing(`${A}/versions|7`)])
      .toEqual([['error Patient.gender'], ['error Patient.name'], ['error Patient.birthDate'], ['error Patient']])
  })
  it('may be one of R4 itself', async () => {
    const weighed = weight({ subject: { reference: 'Patient/x' }, effectiveDateTime: '2026-11-27' })
    expect((await found('Observation', weighed, `${R4}/bodyweight`)).filter((text) => text.startsWith('error'))).toEqual([])
    expect(await found('Observation', { ...weighed, effectiveDateTime: undefined }, `${R4}/bodyweight`)).toContain('error Observation.effective')
  })
})

describe('a target that is stored', () => {
  const pointed = (id: string): Plain => flagged({ generalPractitioner: [{ reference: `Practitioner/${id}` }] })
  it('is held against its profile by $validate, and that it was read is on record', async () => {
    await put({ resourceType: 'Practitioner', id: 'named', name: [{ text: 'A' }] })
    await put({ resourceType: 'Practitioner', id: 'nameless', active: true })
    expect([await found('Patient', pointed('named'), `${A}/flagged`), await found('Patient', pointed('nameless'), `${A}/flagged`), await found('Patient', pointed('nobody'), `${A}/flagged`)]).toEqual([[], ['error Patient.generalPractitioner[0]'], []])
    const rows = await site.parts.audit.find({ interaction: 'read', count: 50 })
    expect(rows.filter(({ type, detail }) => type === 'Practitioner' && detail === '$validate').map(({ resourceId }) => resourceId).toSorted()).toEqual(['named', 'nameless'])
  })
  it('is nothing to those who may not read it', async () => {
    const narrow = await site.system(['system/Patient.crs'])
    const answer = await narrow.post(`${BASE}/Patient/$validate?profile=${A}/flagged`, pointed('nameless'))
    expect([answer.status, answer.json<{ issue: Issue[] }>().issue.filter(({ severity }) => severity === 'error')]).toEqual([200, []])
  })
})

describe("R4's own definitions", () => {
  const search = async (query: string, as = client): Promise<{ total?: number; entry?: { fullUrl: string; resource: { id: string; url: string } }[] }> => (await as.get(`${BASE}/${query}`)).json()
  const V = 'http://hl7.org/fhir/ValueSet'
  it.each([
    [`ValueSet?url=${V}/administrative-gender`, 'administrative-gender'], [`ValueSet?url=${V}/administrative-gender&version=4.0.1`, 'administrative-gender'], ['CodeSystem?url=http://hl7.org/fhir/administrative-gender', 'administrative-gender'],
    [`StructureDefinition?url=${R4}/Patient`, 'Patient'], [`StructureDefinition?url=${R4}/bodyweight&_elements=url`, 'bodyweight'], ['StructureDefinition?_id=HumanName&_total=accurate', 'HumanName'],
  ])('are found by canonical or id: %s', async (query, id) => {
    const { entry = [], total } = await search(query)
    expect([entry.map(({ resource }) => resource.id), entry[0]?.fullUrl.endsWith(`/${query.split('?')[0] ?? ''}/${id}`), total ?? 1]).toEqual([[id], true, 1])
  })
  it('are read by id, and are what this server holds resources against', async () => {
    const read = await client.get(`${BASE}/StructureDefinition/EvidenceVariable`)
    expect([read.status, read.headers.etag, read.text.includes('participantEffective[x]'), read.text.includes('definitionByCombination')]).toEqual([200, 'W/"1"', true, false])
    expect((await client.get(`${BASE}/ValueSet/administrative-gender`, { accept: 'application/fhir+xml' })).text).toContain('<id value="administrative-gender"/>')
    expect([(await client.get(`${BASE}/ValueSet/no-such-set`)).status, (await client.get(`${BASE}/StructureDefinition/no-such-type`)).status]).toEqual([404, 404])
  })
  it('stand in no other search, and come after what is stored', async () => {
    expect((await search('ValueSet?_summary=count')).total).toBe(0)
    expect((await search(`ValueSet?url=${V}/administrative-gender&_summary=count`)).total).toBe(1)
    for (const query of [`ValueSet?url=${V}/administrative-gender&status=active`, `ValueSet?url=${V}/administrative-gender&version=5`, `ValueSet?url:below=${V}`, `Patient?_id=administrative-gender`]) expect([query, (await search(query)).entry ?? []]).toEqual([query, []])
    const own = { resourceType: 'ValueSet', id: 'own-gender', url: `${V}/administrative-gender`, status: 'active' }
    await put(own)
    expect((await search(`ValueSet?url=${V}/administrative-gender`)).entry?.map(({ resource }) => resource.id)).toEqual(['own-gender'])
    await client.delete(`${BASE}/ValueSet/own-gender`)
  })
  it('are not for those who may not read the type', async () => {
    const narrow = await site.system(['system/Patient.rs'])
    expect([(await narrow.get(`${BASE}/ValueSet/administrative-gender`)).status, (await narrow.get(`${BASE}/ValueSet?url=${V}/administrative-gender`)).status]).toEqual([403, 403])
  })
})

describe('a profile that is broken', () => {
  const one = (path: string, more: Plain): Plain & { id: string } => profile('broken', 'Patient', [{ path, ...more }])
  it.each<[string, Plain & { id: string }, RegExp]>([
    ['an element that there is not', one('Patient.shoeSize', { min: 1 }), /There is no element Patient\.shoeSize/],
    ['an element that may occur more often than in the base', one('Patient.gender', { max: '*' }), /more often/],
    ['an element that may be left out', profile('broken', 'Observation', [{ path: 'Observation.code', min: 0 }]), /left out/],
    ['a type that the element cannot have', one('Patient.birthDate', { type: [{ code: 'Quantity' }] }), /cannot be of type Quantity/],
    ['more needed than allowed', one('Patient.name', { min: 3, max: '2' }), /above max/],
    ['a rule that is no FHIRPath', one('Patient.name', { constraint: [{ key: 'x-1', severity: 'error', human: 'x', expression: 'name.where(' }] }), /no FHIRPath/],
    ['a discriminator that nobody understands', one('Patient.name', by('value', "iif(true, 'a', 'b')")), /discriminator/],
    ['a snapshot of another type', { ...one('Patient.name', {}), differential: undefined, snapshot: { element: [{ id: 'Group', path: 'Group', min: 0, max: '*', base: { path: 'Group', min: 0, max: '*' }, definition: 'x' }] } }, /must be those of Patient/],
  ])('is refused with its reason: %s', async (_what, definition, reason) => {
    const answer = await put(definition)
    expect([answer.status, answer.text]).toEqual([422, expect.stringMatching(reason)])
    expect(answer.text).toMatch(/"expression":\["StructureDefinition\.(differential|snapshot)\.element\[0\]"/)
  })
  it('is no broken one whose base is still to come; until then it is said why it does not count', async () => {
    expect((await put(profile('early', 'Patient', [{ path: 'Patient.name', min: 1 }], { baseDefinition: `${A}/late` }))).status).toBe(201)
    const answer = await client.post(`${BASE}/Patient/$validate?profile=${A}/early`, { resourceType: 'Patient' })
    expect(answer.text).toContain('cannot be used: The base http://vi-du.example/StructureDefinition/late is not known here')
    expect((await client.post(`${BASE}/Patient`, { resourceType: 'Patient', meta: { profile: [`${A}/early`] } })).status).toBe(201)
    expect((await put(profile('late', 'Patient', [{ path: 'Patient' }]))).status).toBe(201)
    expect(await found('Patient', { resourceType: 'Patient' }, `${A}/early`)).toEqual(['error Patient.name'])
  })
  it('builds on itself without end, and is answered', async () => {
    await put(profile('round-1', 'Patient', [{ path: 'Patient' }], { baseDefinition: `${A}/round-2` }))
    expect((await put(profile('round-2', 'Patient', [{ path: 'Patient' }], { baseDefinition: `${A}/round-1` }))).status).toBe(422)
  })
})

describe('a hostile profile', () => {
  it.each([
    ['a regular expression without end', "family.matches('^(([a-z])+.)+[A-Z]([a-z])+$')"],
    ['everything with everything with everything', "%resource.name.where(%resource.name.where(%resource.name.where(%resource.name.where(family = 'x').exists()).exists()).exists()).empty()"],
  ])('holds nobody up: %s', async (_what, expression) => {
    const id = 'hostile'
    expect((await put(profile(id, 'Patient', [{ path: 'Patient.name', constraint: [{ key: 'h-1', severity: 'error', human: 'x', expression }] }]))).status).toBeLessThan(300)
    const begun = performance.now()
    const answer = await client.post(`${BASE}/Patient`, { resourceType: 'Patient', meta: { profile: [`${A}/${id}`] }, name: Array.from({ length: 20 }, () => ({ family: 'a'.repeat(60), given: ['a', 'b', 'c'] })) })
    expect([answer.status < 500, performance.now() - begun < 2000, answer.text.includes('takes too long to be judged')]).toEqual([true, true, true])
  })
  it('holds nobody up by its slices: of the profile, or of the values that have to be told apart', async () => {
    const slices = (path: string, count: number): Plain[] => Array.from({ length: count }, (_, at) => [slice(path, `s${at}`, {}), { id: `${path}:s${at}.coding.code`, path: `${path}.coding.code`, fixedCode: `c${at}` }]).flat()
    const definition = (count: number): Plain & { id: string } => profile('slices', 'Observation', [{ path: 'Observation.category', ...by('value', 'coding.code') }, ...slices('Observation.category', count)])
    // what is not bounded takes minutes
    const timed = async (ask: Promise<TestAnswer>): Promise<[number, boolean, string]> => {
      const begun = performance.now()
      const answer = await ask
      return [answer.status, performance.now() - begun < 10_000, answer.text]
    }
    expect(await timed(put(definition(600)))).toEqual([422, true, expect.stringContaining('more than 5000 elements')])
    expect((await put(definition(60))).status).toBe(201)
    const many = (items: number, codings: number): Plain[] => Array.from({ length: items }, () => ({ coding: Array.from({ length: codings }, () => ({ code: 'z' })) }))
    for (const category of [many(5_000, 2), many(1, 20_000)]) {
      expect(await timed(client.post(`${BASE}/Observation`, { resourceType: 'Observation', status: 'final', code: { text: 'x' }, meta: { profile: [`${A}/slices`] }, category }))).toEqual([422, true, expect.stringContaining('too-costly')])
    }
  }, 30_000)
  it('widens nothing: its snapshot cannot let pass what R4 does not have', async () => {
    const element = [{ id: 'Patient', path: 'Patient' }, { id: 'Patient.shoe', path: 'Patient.shoe', type: [{ code: 'string' }] }].map((each) => ({ min: 0, max: '*', base: { path: each.path, min: 0, max: '*' }, definition: 'x', ...each }))
    expect((await put({ ...profile('wide', 'Patient', []), differential: undefined, snapshot: { element } })).status).toBe(422)
    const narrow = element.slice(0, 1)
    expect((await put({ ...profile('wide', 'Patient', []), differential: undefined, snapshot: { element: narrow } })).status).toBeLessThan(300)
    const answer = await client.post(`${BASE}/Patient`, { resourceType: 'Patient', gender: 'x', meta: { profile: [`${A}/wide`] } })
    expect([answer.status, answer.text.includes('administrative-gender')]).toEqual([422, true])
  })
})
