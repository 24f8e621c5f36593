/** Terminology operations: $expand, $lookup, $validate-code, $translate, $subsumes. http://hl7.org/fhir/R4/terminology-service.html */
import type { CodeSystem, ConceptMap, Parameters, ParametersParameter, TerminologyCapabilities, ValueSet, ValueSetExpansionContains } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAnalytes } from '#api/laboratory/analyte-list.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const A = 'http://vi-du.example'
let site: TestSite
let client: TestCaller

const DISEASES: CodeSystem = {
  resourceType: 'CodeSystem', id: 'benh', url: `${A}/cs/benh`, version: '1.10', name: 'Benh', status: 'active', content: 'complete', caseSensitive: true, language: 'vi', hierarchyMeaning: 'is-a',
  property: [{ code: 'weight', type: 'decimal', description: 'Trọng số' }, { code: 'inactive', type: 'boolean' }, { code: 'notSelectable', type: 'boolean' }, { code: 'organ', type: 'code' }],
  concept: [
    { code: 'H', display: 'Bệnh hô hấp', property: [{ code: 'notSelectable', valueBoolean: true }], concept: [
      { code: 'H1', display: 'Viêm họng', definition: 'Viêm niêm mạc họng', designation: [{ language: 'en', value: 'Sore throat' }], property: [{ code: 'organ', valueCode: 'hong' }], concept: [
        { code: 'H1.1', display: 'Viêm họng cấp', designation: [{ language: 'en', value: 'Acute sore throat' }] },
        { code: 'H1.2', display: 'Viêm họng mạn', property: [{ code: 'inactive', valueBoolean: true }] },
      ] },
      { code: 'H2', display: 'Hở van tim nhầm chỗ', property: [{ code: 'organ', valueCode: 'tim' }] },
    ] },
    { code: 'T', display: 'Bệnh tiêu hóa', concept: [{ code: 'T1', display: 'Đau dạ dày', designation: [{ language: 'en', value: 'Stomach ache' }] }] },
  ],
}
const vs = (id: string, include: NonNullable<ValueSet['compose']>['include'], more: Partial<NonNullable<ValueSet['compose']>> = {}): ValueSet =>
  ({ resourceType: 'ValueSet', id, url: `${A}/vs/${id}`, version: '1', name: id, status: 'active', compose: { ...more, include } })
const CS = DISEASES.url ?? ''
const MAP: ConceptMap = {
  resourceType: 'ConceptMap', id: 'benh-cu', url: `${A}/cm/benh-cu`, status: 'active', sourceUri: `${A}/vs/all`, targetUri: `${A}/vs/old`,
  group: [{
    source: CS, target: `${A}/cs/cu`, unmapped: { mode: 'fixed', code: '999', display: 'Khác' },
    element: [
      { code: 'H1', target: [{ code: '100', display: 'Họng', equivalence: 'wider' }] }, { code: 'T', target: [{ equivalence: 'unmatched' }] },
      { code: 'H2', target: [{ code: '200', equivalence: 'equivalent', dependsOn: [{ property: `${A}/side`, value: 'left' }], product: [{ property: `${A}/p`, system: `${A}/cs/p`, value: 'P' }] }] },
    ],
  }],
}

const put = async (resource: { resourceType: string; id?: string }): Promise<void> => {
  const answer = await client.put(`${BASE}/${resource.resourceType}/${resource.id ?? ''}`, resource)
  expect([answer.status, answer.status < 300 ? '' : answer.text]).toEqual([answer.status < 201 ? 200 : 201, ''])
}

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  // written as text: the digits of a decimal are part of it
  const text = JSON.stringify(DISEASES).replace('"valueCode":"tim"}', '"valueCode":"tim"},{"code":"weight","valueDecimal":1.50}')
  expect((await client.call('PUT', `${BASE}/CodeSystem/benh`, { body: text })).status).toBe(201)
  for (const each of [
    vs('all', [{ system: CS }]), vs('throat', [{ system: CS, filter: [{ property: 'concept', op: 'is-a', value: 'H1' }] }]),
    vs('picked', [{ system: CS, concept: [{ code: 'T1', display: 'Đau bao tử' }, { code: 'H1' }] }]),
    vs('both', [{ valueSet: [`${A}/vs/throat`, `${A}/vs/picked`] }]), vs('active', [{ system: CS }], { inactive: false, exclude: [{ system: CS, filter: [{ property: 'concept', op: 'is-a', value: 'T' }] }] }),
    vs('circle-1', [{ valueSet: [`${A}/vs/circle-2`] }]), vs('circle-2', [{ system: CS }, { valueSet: [`${A}/vs/circle-1`] }]),
    vs('nowhere', [{ valueSet: [`${A}/vs/none`] }]), vs('strange', [{ system: `${A}/cs/none` }]), vs('strange-codes', [{ system: `${A}/cs/none`, concept: [{ code: 'x', display: 'X' }] }]),
    vs('units', [{ system: 'http://unitsofmeasure.org' }]),
    MAP,
  ]) await put(each)
})
afterAll(() => site.close())

const params = (...parameter: ParametersParameter[]): Parameters => ({ resourceType: 'Parameters', parameter })
const query = (values: Record<string, string>): string => new URLSearchParams(values).toString()
const expand = async (values: Record<string, string>): Promise<ValueSet> => {
  const answer = await client.get(`${BASE}/ValueSet/$expand?${query(values)}`)
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
  return answer.json<ValueSet>()
}
const codesOf = (contains: readonly ValueSetExpansionContains[] = []): string[] => contains.flatMap((one) => [one.code ?? '', ...codesOf(one.contains)])
const expanded = async (values: Record<string, string>): Promise<string[]> => codesOf((await expand(values)).expansion?.contains)
const set = (id: string): string => `${A}/vs/${id}`
const outcomeOf = (answer: TestAnswer): [number, string] => [answer.status, answer.json<{ issue?: { details?: { coding?: { code?: string }[] } }[] }>().issue?.[0]?.details?.coding?.[0]?.code ?? '']
const valueOf = (parameters: Parameters, name: string): unknown => {
  const found = parameters.parameter?.find((one) => one.name === name)
  return Object.entries(found ?? {}).find(([member]) => member.startsWith('value'))?.[1]
}
const ask = async (path: string, values: Record<string, string>): Promise<Parameters> => {
  const answer = await client.get(`${BASE}/${path}?${query(values)}`)
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
  return answer.json<Parameters>()
}

describe('$expand', () => {
  it('lists a code system in its order, nested as it is, with its total and the versions it drew from', async () => {
    const { expansion } = await expand({ url: set('all') })
    expect(codesOf(expansion?.contains)).toEqual(['H', 'H1', 'H1.1', 'H1.2', 'H2', 'T', 'T1'])
    expect(expansion?.contains?.map(({ code }) => code)).toEqual(['H', 'T'])
    expect(expansion?.total).toBe(7)
    expect(expansion?.parameter).toContainEqual({ name: 'version', valueUri: `${CS}|1.10` })
    expect(expansion?.contains?.[0]).toMatchObject({ system: CS, version: '1.10', code: 'H', abstract: true, display: 'Bệnh hô hấp' })
    expect((await expand({ url: set('all'), excludeNested: 'true' })).expansion?.contains?.length).toBe(7)
  })
  it.each([
    ['=', 'organ', 'hong', 'H1'], ['in', 'organ', 'hong,tim', 'H1 H2'], ['not-in', 'concept', 'H,T,T1', 'H1 H1.1 H1.2 H2'], ['is-a', 'concept', 'H1', 'H1 H1.1 H1.2'], ['descendent-of', 'concept', 'H1', 'H1.1 H1.2'],
    ['is-not-a', 'concept', 'H', 'T T1'], ['generalizes', 'concept', 'H1.1', 'H H1 H1.1'], ['exists', 'organ', 'true', 'H1 H2'], ['exists', 'organ', 'false', 'H H1.1 H1.2 T T1'], ['regex', 'code', 'H1(\\.\\d)?', 'H1 H1.1 H1.2'],
  ])('filters by %s', async (op, property, value, wanted) => {
    const answer = await client.post(`${BASE}/ValueSet/$expand`, params({ name: 'valueSet', resource: { resourceType: 'ValueSet', status: 'active', compose: { include: [{ system: CS, filter: [{ property, op: op as 'is-a', value }] }] } } }, { name: 'excludeNested', valueBoolean: true }))
    expect(codesOf(answer.json<ValueSet>().expansion?.contains).join(' ')).toBe(wanted)
  })
  it('keeps to the codes picked, by their names there', async () => {
    expect((await expand({ url: set('picked') })).expansion?.contains?.map(({ code, display }) => `${code ?? ''} ${display ?? ''}`)).toEqual(['T1 Đau bao tử', 'H1 Viêm họng'])
  })
  it('takes what is in every value set that a part names, and leaves out what is excluded or retired', async () => {
    expect(await expanded({ url: set('both') })).toEqual(['H1'])
    expect(await expanded({ url: set('active') })).toEqual(['H', 'H1', 'H1.1', 'H2'])
    expect(await expanded({ url: set('throat'), activeOnly: 'true' })).toEqual(['H1', 'H1.1'])
  })
  it('finds words without accents, the best match first, and tells words that differ by accents apart by place', async () => {
    expect(await expanded({ url: set('all'), filter: 'viem hong' })).toEqual(['H1', 'H1.1', 'H1.2'])
    expect(await expanded({ url: set('all'), filter: 'dau da' })).toEqual(['T1'])
    expect((await expanded({ url: set('all'), filter: 'h1.1' }))[0]).toBe('H1.1')
    expect(await expanded({ url: set('all'), filter: 'stomach' })).toEqual(['T1'])
    expect(await expanded({ url: set('all'), filter: 'không có' })).toEqual([])
  })
  it('pages by offset and count', async () => {
    const { expansion } = await expand({ url: set('all'), offset: '2', count: '3' })
    expect([codesOf(expansion?.contains), expansion?.total, expansion?.offset]).toEqual([['H1.1', 'H1.2', 'H2'], 7, 2])
    expect((await expand({ url: set('all'), count: '0' })).expansion).toMatchObject({ total: 7, offset: 0 })
    expect(await expanded({ url: set('all'), offset: '7', count: '3' })).toEqual([])
  })
  it('names codes in the language asked for, and gives designations when asked', async () => {
    const english = await expand({ url: set('throat'), displayLanguage: 'en', excludeNested: 'true', includeDesignations: 'true' })
    expect(english.expansion?.contains?.map(({ display }) => display)).toEqual(['Sore throat', 'Acute sore throat', 'Viêm họng mạn'])
    expect(english.expansion?.contains?.[0]?.designation).toEqual([{ language: 'en', value: 'Sore throat' }])
    expect((await expand({ url: set('throat'), displayLanguage: 'vi' })).expansion?.contains?.[0]).not.toHaveProperty('designation')
    const header = await client.get(`${BASE}/ValueSet/$expand?${query({ url: set('throat') })}`, { 'accept-language': 'en-US,en;q=0.8' })
    expect(header.json<ValueSet>().expansion?.contains?.[0]?.display).toBe('Sore throat')
  })
  it('works at the resource, by POST of the value set alone, and of Parameters', async () => {
    expect(codesOf((await client.get(`${BASE}/ValueSet/both/$expand`)).json<ValueSet>().expansion?.contains)).toEqual(['H1'])
    expect(codesOf((await client.post(`${BASE}/ValueSet/$expand?filter=cap`, vs('sent', [{ system: CS }]))).json<ValueSet>().expansion?.contains)).toEqual(['H1.1'])
    expect(codesOf((await client.post(`${BASE}/ValueSet/$expand`, params({ name: 'url', valueUri: set('both') }))).json<ValueSet>().expansion?.contains)).toEqual(['H1'])
  })
  it('takes and answers XML', async () => {
    const body = `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="url"/><valueUri value="${set('all')}"/></parameter><parameter><name value="count"/><valueInteger value="1"/></parameter></Parameters>`
    const answer = await client.call('POST', `${BASE}/ValueSet/$expand`, { body, type: 'application/fhir+xml', headers: { accept: 'application/fhir+xml' } })
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(/^(<\?xml[^>]*>\s*)?<ValueSet xmlns="http:\/\/hl7.org\/fhir">.*<total value="7"\/>.*<code value="H"\/>/s)
  })
  it('has the definition only when asked', async () => {
    expect(await expand({ url: set('both') })).not.toHaveProperty('compose')
    expect((await expand({ url: set('both'), includeDefinition: 'true' })).compose?.include).toHaveLength(1)
  })
  it('has R4\'s own value sets, v3 and v2, countries, and all codes of a system', async () => {
    expect(await expanded({ url: 'http://hl7.org/fhir/ValueSet/administrative-gender' })).toEqual(['male', 'female', 'other', 'unknown'])
    expect(await expanded({ url: 'http://terminology.hl7.org/ValueSet/v3-ActPriority', filter: 'stat' })).toContain('S')
    expect(await expanded({ url: 'http://terminology.hl7.org/ValueSet/v2-0001' })).toContain('F')
    expect(await expanded({ url: `${CS}?fhir_vs`, filter: 'dau' })).toEqual(['T1'])
    expect(codesOf((await client.get(`${BASE}/ValueSet/administrative-gender/$expand`)).json<ValueSet>().expansion?.contains)).toHaveLength(4)
  })
  it('says by name what cannot be listed', async () => {
    const refusal = async (values: Record<string, string>): Promise<[number, string]> => outcomeOf(await client.get(`${BASE}/ValueSet/$expand?${query(values)}`))
    expect(await refusal({ url: set('none') })).toEqual([404, 'not-found'])
    expect(await refusal({ url: set('circle-1') })).toEqual([422, 'value-set-cycle'])
    expect(await refusal({ url: set('nowhere') })).toEqual([422, 'value-set-unknown'])
    expect(await refusal({ url: set('strange') })).toEqual([422, 'code-system-unknown'])
    expect(await expanded({ url: set('strange-codes') })).toEqual(['x'])
    expect(await refusal({ url: set('units') })).toEqual([422, 'too-costly'])
    expect(await refusal({})).toEqual([400, 'bad-parameter'])
    expect(await refusal({ url: set('all'), shoe: '44' })).toEqual([400, 'unknown-parameter'])
    expect(await refusal({ url: set('all'), count: '-1' })).toEqual([400, 'bad-parameter'])
    const evil = await client.post(`${BASE}/ValueSet/$expand`, vs('sent', [{ system: CS, filter: [{ property: 'display', op: 'regex', value: '(?=a)(a+)+$' }] }]))
    expect(outcomeOf(evil)).toEqual([422, 'filter-unsupported'])
    expect(outcomeOf(await client.post(`${BASE}/ValueSet/$expand`, { resourceType: 'ValueSet', status: 'nonsense' }))).toEqual([422, 'invalid-resource'])
    expect(outcomeOf(await client.post(`${BASE}/ValueSet/$expand`, { resourceType: 'Patient' }))).toEqual([400, 'bad-request'])
    expect((await client.get(`${BASE}/ValueSet/$expand?${query({ url: set('throat'), _format: 'csv' })}`)).status).toBe(406)
  })
  it('sees at once what is stored, changed and deleted', async () => {
    await put(vs('moving', [{ system: CS, concept: [{ code: 'H1' }] }]))
    expect(await expanded({ url: set('moving') })).toEqual(['H1'])
    await put(vs('moving', [{ system: CS, concept: [{ code: 'T1' }] }]))
    expect(await expanded({ url: set('moving') })).toEqual(['T1'])
    expect((await client.delete(`${BASE}/ValueSet/moving`)).status).toBe(204)
    expect((await client.get(`${BASE}/ValueSet/$expand?${query({ url: set('moving') })}`)).status).toBe(404)
  })
  it('takes the version asked for, else the newest in force', async () => {
    const dated = (id: string, version: string, start: string, display: string): CodeSystem => ({
      resourceType: 'CodeSystem', id, url: `${A}/cs/ngay`, version, status: 'active', content: 'complete', concept: [{ code: 'a', display }],
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod', valuePeriod: { start } }],
    })
    await put(dated('ngay-1', '1.9', '2020-01-01', 'cũ'))
    await put(dated('ngay-2', '1.10', '2024-01-01', 'mới'))
    await put(dated('ngay-3', '2', '2999-01-01', 'sau này'))
    await put(vs('ngay', [{ system: `${A}/cs/ngay` }]))
    const display = async (values: Record<string, string>): Promise<string | undefined> => (await expand({ url: set('ngay'), ...values })).expansion?.contains?.[0]?.display
    expect(await display({})).toBe('mới')
    expect(await display({ date: '2021-05-05' })).toBe('cũ')
    expect(await display({ 'system-version': `${A}/cs/ngay|2` })).toBe('sau này')
    expect(valueOf(await ask('CodeSystem/$lookup', { system: `${A}/cs/ngay`, code: 'a', version: '1.9' }), 'display')).toBe('cũ')
  })
  it('adds what supplements say', async () => {
    await put({ resourceType: 'CodeSystem', id: 'benh-fr', url: `${A}/cs/benh-fr`, status: 'active', content: 'supplement', supplements: CS, concept: [{ code: 'H1', designation: [{ language: 'fr', value: 'Mal de gorge' }] }] } as CodeSystem)
    expect((await expand({ url: set('throat'), displayLanguage: 'fr' })).expansion?.contains?.[0]?.display).toBe('Mal de gorge')
  })
})

describe('$lookup', () => {
  it('tells name, display, designations, properties with their digits, parents and children', async () => {
    const found = await ask('CodeSystem/$lookup', { system: CS, code: 'H1' })
    expect([valueOf(found, 'name'), valueOf(found, 'version'), valueOf(found, 'display')]).toEqual(['Benh', '1.10', 'Viêm họng'])
    const property = (one: Parameters, code: string): unknown[] => one.parameter?.filter(({ name, part }) => name === 'property' && part?.[0]?.valueCode === code).map(({ part }): unknown => Object.entries(part?.[1] ?? {}).find(([name]) => name.startsWith('value'))?.[1]) ?? []
    expect([property(found, 'parent'), property(found, 'child'), property(found, 'organ'), property(found, 'inactive'), property(found, 'definition')]).toEqual([['H'], ['H1.1', 'H1.2'], ['hong'], [false], ['Viêm niêm mạc họng']])
    expect((await client.get(`${BASE}/CodeSystem/$lookup?${query({ system: CS, code: 'H2', property: 'weight' })}`)).text).toContain('"valueDecimal":1.50')
    expect(valueOf(await ask('CodeSystem/$lookup', { system: CS, code: 'H1', displayLanguage: 'en' }), 'display')).toBe('Sore throat')
  })
  it('takes a Coding by POST, and refuses one without system', async () => {
    const post = (valueCoding: object): Promise<TestAnswer> => client.post(`${BASE}/CodeSystem/$lookup`, params({ name: 'coding', valueCoding }))
    expect(valueOf((await post({ system: CS, code: 'T1' })).json<Parameters>(), 'display')).toBe('Đau dạ dày')
    expect(outcomeOf(await post({ code: 'T1' }))).toEqual([400, 'bad-parameter'])
    expect(outcomeOf(await post({ system: 5, code: 'T1' }))).toEqual([400, 'bad-parameter'])
    expect(outcomeOf(await client.get(`${BASE}/CodeSystem/$lookup?coding=x`))).toEqual([400, 'bad-parameter'])
  })
  it('knows R4\'s systems, LOINC in use and units by their grammar', async () => {
    expect(valueOf(await ask('CodeSystem/$lookup', { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' }), 'display')).toBe('Male')
    expect(valueOf(await ask('CodeSystem/$lookup', { system: 'http://loinc.org', code: '8867-4', displayLanguage: 'vi' }), 'display')).toBe('Mạch')
    expect(valueOf(await ask('CodeSystem/$lookup', { system: 'http://unitsofmeasure.org', code: 'mg/dL' }), 'name')).toBe('UCUM')
    // in use is what the laboratory enters and what a summary's sections are called, too
    for (const code of [...readAnalytes().all.map((analyte) => analyte.code), '48765-2', '60591-5']) expect(valueOf(await ask('CodeSystem/$lookup', { system: 'http://loinc.org', code }), 'display'), code).not.toBe('')
  })
  it('does not find what is not there', async () => {
    const wrong: Record<string, string>[] = [{ system: CS, code: 'none' }, { system: `${A}/cs/none`, code: 'H1' }, { system: 'http://unitsofmeasure.org', code: 'zollstock' }, { system: CS, code: 'H1', version: '7' }]
    for (const values of wrong) {
      expect(outcomeOf(await client.get(`${BASE}/CodeSystem/$lookup?${query(values)}`))).toEqual([404, 'not-found'])
    }
  })
})

describe('$validate-code', () => {
  const inSet = async (values: Record<string, string>): Promise<unknown> => valueOf(await ask('ValueSet/$validate-code', values), 'result')
  it('tells whether a code is in a value set', async () => {
    expect(await inSet({ url: set('throat'), system: CS, code: 'H1.1' })).toBe(true)
    expect(await inSet({ url: set('throat'), system: CS, code: 'T1' })).toBe(false)
    expect(await inSet({ url: set('throat'), system: `${A}/cs/none`, code: 'H1.1' })).toBe(false)
    expect(await inSet({ url: set('units'), system: 'http://unitsofmeasure.org', code: 'mmol/L' })).toBe(true)
    expect(await inSet({ url: set('units'), system: 'http://unitsofmeasure.org', code: 'mmol/l/' })).toBe(false)
    expect(await inSet({ url: 'http://hl7.org/fhir/ValueSet/all-time-units', system: 'http://unitsofmeasure.org', code: 'min' })).toBe(true)
    expect(await inSet({ url: 'http://hl7.org/fhir/ValueSet/all-time-units', system: 'http://unitsofmeasure.org', code: 'cm' })).toBe(false)
    expect(await inSet({ url: 'http://hl7.org/fhir/ValueSet/all-languages', system: 'urn:ietf:bcp:47', code: 'vi-VN' })).toBe(true)
    expect(await inSet({ url: 'http://hl7.org/fhir/ValueSet/mimetypes', system: 'urn:ietf:bcp:13', code: 'application/pdf' })).toBe(true)
    expect(await inSet({ url: set('throat'), code: 'H1.1' })).toBe(false)
    expect(await inSet({ url: set('throat'), code: 'H1.1', inferSystem: 'true' })).toBe(true)
  })
  it('compares names with accents, in any of their languages, and says what is right', async () => {
    expect(await inSet({ url: set('all'), system: CS, code: 'H1', display: 'viêm HỌNG' })).toBe(true)
    expect(await inSet({ url: set('all'), system: CS, code: 'H1', display: 'Sore throat' })).toBe(true)
    const wrong = await ask('ValueSet/$validate-code', { url: set('all'), system: CS, code: 'H1', display: 'Viêm hông' })
    expect([valueOf(wrong, 'result'), valueOf(wrong, 'display')]).toEqual([false, 'Viêm họng'])
    expect(valueOf(wrong, 'message')).toMatch(/accents/)
  })
  it('takes an abstract code only where that is asked for, and remarks on a retired one', async () => {
    expect(await inSet({ url: set('all'), system: CS, code: 'H' })).toBe(false)
    expect(await inSet({ url: set('all'), system: CS, code: 'H', abstract: 'true' })).toBe(true)
    expect(valueOf(await ask('ValueSet/$validate-code', { url: set('all'), system: CS, code: 'H1.2' }), 'message')).toMatch(/not in use/)
  })
  it('takes a CodeableConcept, of which one coding is enough, at the resource too', async () => {
    const post = async (coding: object[]): Promise<unknown> => valueOf((await client.post(`${BASE}/ValueSet/throat/$validate-code`, params({ name: 'codeableConcept', valueCodeableConcept: { coding } }))).json<Parameters>(), 'result')
    expect(await post([{ system: 'http://x.example', code: '?' }, { system: CS, code: 'H1' }])).toBe(true)
    expect(await post([{ system: CS, code: 'T1' }])).toBe(false)
  })
  it('works on code systems, stored, of R4, sent along, and by grammar', async () => {
    const inSystem = async (values: Record<string, string>, path = 'CodeSystem'): Promise<unknown> => valueOf(await ask(`${path}/$validate-code`, values), 'result')
    expect([await inSystem({ url: CS, code: 'H1' }), await inSystem({ url: CS, code: 'none' }), await inSystem({ code: 'T1' }, 'CodeSystem/benh'), await inSystem({ url: CS, code: 'H1', version: '1.10' })]).toEqual([true, false, true, true])
    expect([await inSystem({ url: 'http://unitsofmeasure.org', code: '10*9/L' }), await inSystem({ url: 'http://unitsofmeasure.org', code: 'constructor' })]).toEqual([true, false])
    const sent = await client.post(`${BASE}/CodeSystem/$validate-code`, params({ name: 'codeSystem', resource: { resourceType: 'CodeSystem', status: 'draft', content: 'complete', url: `${A}/cs/sent`, concept: [{ code: 'z' }] } }, { name: 'code', valueCode: 'z' }))
    expect(valueOf(sent.json<Parameters>(), 'result')).toBe(true)
    expect(outcomeOf(await client.get(`${BASE}/CodeSystem/$validate-code?${query({ url: `${A}/cs/none`, code: 'a' })}`))).toEqual([404, 'not-found'])
  })
})

describe('$translate', () => {
  const matches = (answer: Parameters): unknown[] => answer.parameter?.filter(({ name }) => name === 'match').map(({ part = [] }) => [part[0]?.valueCode, part.find(({ name }) => name === 'concept')?.valueCoding?.code]) ?? []
  it('goes by the map that is named, found by scope, or sent', async () => {
    const by = async (values: Record<string, string>, path = 'ConceptMap'): Promise<unknown> => {
      const answer = await ask(`${path}/$translate`, { code: 'H1', system: CS, ...values })
      return [valueOf(answer, 'result'), matches(answer)]
    }
    const wanted = [true, [['wider', '100']]]
    expect(await by({ url: MAP.url ?? '' })).toEqual(wanted)
    expect(await by({}, 'ConceptMap/benh-cu')).toEqual(wanted)
    expect(await by({ source: set('all'), target: set('old') })).toEqual(wanted)
    expect(await by({ url: MAP.url ?? '', targetsystem: `${A}/other` })).toEqual([false, []])
    const sent = await client.post(`${BASE}/ConceptMap/$translate`, params({ name: 'conceptMap', resource: MAP }, { name: 'coding', valueCoding: { system: CS, code: 'H1' } }))
    expect(matches(sent.json<Parameters>())).toEqual([['wider', '100']])
  })
  it('says what has no counterpart, what is not mapped, and goes back', async () => {
    const url = MAP.url ?? ''
    const none = await ask('ConceptMap/$translate', { url, system: CS, code: 'T' })
    expect([valueOf(none, 'result'), matches(none)]).toEqual([false, [['unmatched', undefined]]])
    expect(matches(await ask('ConceptMap/$translate', { url, system: CS, code: 'H1.1' }))).toEqual([['inexact', '999']])
    expect(matches(await ask('ConceptMap/$translate', { url, system: `${A}/cs/cu`, code: '100', reverse: 'true' }))).toEqual([['narrower', 'H1']])
    expect(outcomeOf(await client.get(`${BASE}/ConceptMap/$translate?${query({ url: `${A}/cm/none`, system: CS, code: 'H1' })}`))).toEqual([404, 'not-found'])
  })
  it('holds to what a target depends on, and tells its products', async () => {
    const post = async (...more: ParametersParameter[]): Promise<Parameters> => (await client.post(`${BASE}/ConceptMap/benh-cu/$translate`, params({ name: 'coding', valueCoding: { system: CS, code: 'H2' } }, ...more))).json<Parameters>()
    expect(matches(await post())).toEqual([])
    const full = await post({ name: 'dependency', part: [{ name: 'element', valueUri: `${A}/side` }, { name: 'concept', valueCodeableConcept: { text: 'left' } }] })
    expect(matches(full)).toEqual([['equivalent', '200']])
    expect(JSON.stringify(full)).toContain(`{"name":"product","part":[{"name":"element","valueUri":"${A}/p"},{"name":"concept","valueCoding":{"system":"${A}/cs/p","code":"P"}}]}`)
  })
  it('has R4\'s own maps', async () => {
    expect(matches(await ask('ConceptMap/$translate', { url: 'http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v3', system: 'http://hl7.org/fhir/administrative-gender', code: 'male' }))[0]).toContain('M')
  })
})

describe('$subsumes', () => {
  it.each([['H', 'H1.1', 'subsumes'], ['H1.1', 'H', 'subsumed-by'], ['H1', 'H1', 'equivalent'], ['H1', 'T1', 'not-subsumed']])('%s and %s: %s', async (codeA, codeB, wanted) => {
    expect(valueOf(await ask('CodeSystem/$subsumes', { system: CS, codeA, codeB }), 'outcome')).toBe(wanted)
    expect(valueOf(await ask('CodeSystem/benh/$subsumes', { codeA, codeB }), 'outcome')).toBe(wanted)
    const post = await client.post(`${BASE}/CodeSystem/$subsumes`, params({ name: 'codingA', valueCoding: { system: CS, code: codeA } }, { name: 'codingB', valueCoding: { system: CS, code: codeB } }))
    expect(valueOf(post.json<Parameters>(), 'outcome')).toBe(wanted)
  })
  it('needs to know both codes and their one system', async () => {
    const refusal = async (values: Record<string, string>): Promise<[number, string]> => outcomeOf(await client.get(`${BASE}/CodeSystem/$subsumes?${query(values)}`))
    expect(await refusal({ system: CS, codeA: 'H', codeB: 'none' })).toEqual([404, 'not-found'])
    expect(await refusal({ codeA: 'H', codeB: 'H1' })).toEqual([400, 'bad-parameter'])
  })
})

describe('a search by code', () => {
  const found = async (criterion: string): Promise<string[]> => {
    const answer = await client.get(`${BASE}/Condition?_sort=_lastUpdated&${criterion}`)
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
    return (answer.json<{ entry?: { resource: { id: string } }[] }>().entry ?? []).map(({ resource }) => resource.id)
  }
  it('goes by value sets and hierarchies that were stored', async () => {
    expect((await client.put(`${BASE}/Patient/nguoi`, { resourceType: 'Patient', id: 'nguoi' })).status).toBe(201)
    for (const code of ['H1', 'H1.1', 'T1']) {
      const id = `mac-${code.toLowerCase()}`
      expect((await client.put(`${BASE}/Condition/${id}`, { resourceType: 'Condition', id, subject: { reference: 'Patient/nguoi' }, code: { coding: [{ system: CS, code }] } })).status).toBe(201)
    }
    expect(await found(`code:in=${encodeURIComponent(set('throat'))}`)).toEqual(['mac-h1', 'mac-h1.1'])
    expect(await found('code:in=ValueSet/throat')).toEqual(['mac-h1', 'mac-h1.1'])
    expect(await found(`code:not-in=${encodeURIComponent(set('throat'))}`)).toEqual(['mac-t1'])
    expect(await found(`code:below=${encodeURIComponent(`${CS}|H`)}`)).toEqual(['mac-h1', 'mac-h1.1'])
    expect(await found(`code:above=${encodeURIComponent(`${CS}|H1.1`)}`)).toEqual(['mac-h1', 'mac-h1.1'])
    expect(outcomeOf(await client.get(`${BASE}/Condition?code:in=${encodeURIComponent(set('none'))}`))).toEqual([400, 'bad-parameter'])
    expect(outcomeOf(await client.get(`${BASE}/Condition?code:in=${encodeURIComponent(set('circle-1'))}`))).toEqual([422, 'value-set-cycle'])
  })
})

describe('terminology at this server', () => {
  it('is for those who may read it, each time on record', async () => {
    const narrow = await site.system(['system/Patient.rs'])
    expect((await narrow.get(`${BASE}/ValueSet/$expand?${query({ url: set('all') })}`)).status).toBe(403)
    expect((await site.anonymous.get(`${BASE}/ValueSet/$expand?${query({ url: set('all') })}`)).status).toBe(401)
    const rows = await site.parts.audit.find({ interaction: 'read', count: 500 })
    expect(rows.some(({ type, detail, outcome }) => type === 'ValueSet' && detail === '$expand' && outcome === 'success')).toBe(true)
    expect(rows.some(({ type, outcome }) => type === 'ValueSet' && outcome === 'refused')).toBe(true)
  })
  it('is stated at metadata', async () => {
    const stated = (await site.anonymous.get(`${BASE}/metadata?mode=terminology`)).json<TerminologyCapabilities>()
    expect(outcomeOf(await site.anonymous.get(`${BASE}/metadata?mode=x`))).toEqual([400, 'bad-parameter'])
    expect([stated.resourceType, stated.kind, stated.expansion?.paging]).toEqual(['TerminologyCapabilities', 'instance', true])
    for (const { name = '' } of stated.expansion?.parameter ?? []) {
      if (name === 'valueSet') continue
      const value = /^(offset|count)$/.test(name) ? '1' : name === 'date' ? '2026-01-01' : /version/i.test(name) && name !== 'valueSetVersion' ? `${A}/cs/other|1` : name === 'valueSetVersion' ? '1' : /^(include|active|exclude[NP])/.test(name) ? 'true' : name === 'url' ? set('all') : 'x'
      expect([name, (await client.get(`${BASE}/ValueSet/$expand?${query({ url: set('all'), [name]: value })}`)).status]).toEqual([name, 200])
    }
    const validated = await site.parts.desks.validator.validateInTurns(stated)
    expect(validated.filter(({ severity }) => severity === 'error')).toEqual([])
  })
  const OF_EVERY_TYPE = ['validate', 'meta', 'meta-add', 'meta-delete', 'diff', 'graphql']
  it('claims its operations', async () => {
    const statement = (await site.anonymous.get(`${BASE}/metadata`)).json<{ rest: { resource: { type: string; operation?: { name: string }[] }[] }[] }>()
    const claimed = statement.rest[0]?.resource.flatMap(({ type, operation = [] }) => operation.filter(({ name }) => !OF_EVERY_TYPE.includes(name)).map(({ name }) => `${type} ${name}`)) ?? []
    expect(claimed.filter((claim) => /^(CodeSystem|ValueSet|ConceptMap) /.test(claim)).toSorted()).toEqual(['CodeSystem lookup', 'CodeSystem subsumes', 'CodeSystem validate-code', 'ConceptMap translate', 'ValueSet expand', 'ValueSet validate-code'])
  })
  it('refuses what is written with a code outside a required value set that only terminology can tell', async () => {
    const money = (currency: string): Promise<TestAnswer> => client.post(`${BASE}/Invoice`, { resourceType: 'Invoice', status: 'draft', totalNet: { value: 1, currency } })
    expect((await money('VND')).status).toBe(201)
    expect(outcomeOf(await money('XX!'))).toEqual([422, 'invalid-resource'])
    const media = (contentType: string): Promise<TestAnswer> => client.post(`${BASE}/Media`, { resourceType: 'Media', status: 'completed', content: { contentType, url: 'http://a.example/x' } })
    expect((await media('image/png')).status).toBe(201)
    expect((await media('hình')).status).toBe(422)
  })
})
