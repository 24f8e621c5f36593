/** $summary: the International Patient Summary of a patient. http://hl7.org/fhir/uv/ips/STU1.1/ */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Section { title: string; code: { coding: { system: string; code: string }[] }; text: { div: string }; entry?: { reference: string }[]; emptyReason?: { coding: { code: string }[] } }
interface Resource { resourceType: string; id: string; section?: Section[]; language?: string; type?: { coding: { code: string }[] }; [member: string]: unknown }
interface Bundle { type: string; identifier: object; timestamp: string; entry: { fullUrl: string; resource: Resource }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const L = 'http://loinc.org'
const status = (system: string, code: string): object => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] })
const of = (resourceType: string, id: string, more: object = {}): object => ({ resourceType, id, ...(resourceType === 'AllergyIntolerance' || resourceType === 'Immunization' ? { patient: { reference: 'Patient/an' } } : { subject: { reference: 'Patient/an' } }), ...more })
const observation = (id: string, category: string, code: string, date: string, more: object = {}): object =>
  of('Observation', id, { status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }], code: { coding: [{ system: L, code }], text: `Mã ${code}` }, effectiveDateTime: date, ...more })

const RECORD: readonly object[] = [
  { resourceType: 'Patient', id: 'an', name: [{ text: 'Nguyễn Văn An' }], birthDate: '1980', identifier: [{ system: 'urn:x', value: '1' }] }, { resourceType: 'Patient', id: 'empty' },
  { resourceType: 'Medication', id: 'met', code: { text: 'Metformin 500 mg' } },
  of('AllergyIntolerance', 'pen', { clinicalStatus: status('allergyintolerance-clinical', 'active'), code: { text: 'Penicillin <G>' } }),
  of('AllergyIntolerance', 'refuted', { verificationStatus: status('allergyintolerance-verification', 'refuted'), clinicalStatus: status('allergyintolerance-clinical', 'active'), code: { text: 'Tôm' } }),
  of('Condition', 'dm', { clinicalStatus: status('condition-clinical', 'active'), code: { text: 'Đái tháo đường típ 2' }, recordedDate: '2026-03-05' }), of('Condition', 'tb', { clinicalStatus: status('condition-clinical', 'resolved'), code: { text: 'Lao phổi' } }),
  of('MedicationRequest', 'rx', { status: 'active', intent: 'order', medicationReference: { reference: 'Medication/met', display: 'Metformin 500 mg' } }), of('MedicationRequest', 'old-rx', { status: 'completed', intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin' } }),
  of('Immunization', 'vac', { status: 'completed', vaccineCode: { text: 'Viêm gan B' }, occurrenceDateTime: '2020-01-01' }), of('Procedure', 'op', { status: 'completed', code: { text: 'Cắt ruột thừa' } }),
  observation('glu-1', 'laboratory', '2339-0', '2026-01-01'), observation('glu-2', 'laboratory', '2339-0', '2026-02-01', { valueQuantity: { value: 7.10, unit: 'mmol/L' } }), observation('pulse', 'vital-signs', '8867-4', '2026-02-01'),
  observation('glu-3', 'laboratory', '2339-0', '2026-03-01', { status: 'preliminary' }), observation('na', 'laboratory', '2951-2', '2026-03-01', { status: 'preliminary' }), observation('temperature', 'vital-signs', '8310-5', '2026-03-01', { status: 'preliminary' }),
  of('CarePlan', 'plan', { status: 'active', intent: 'plan', title: 'Ăn nhạt' }),
]

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = RECORD.map((resource) => ({ resource, request: { method: 'PUT', url: `${(resource as Resource).resourceType}/${(resource as Resource).id}` } }))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const bundleOf = (answer: TestAnswer): Bundle => {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Bundle>()
}
const summary = async (id = 'an', headers: Record<string, string> = {}, caller = client): Promise<Bundle> => bundleOf(await caller.get(`${BASE}/Patient/${id}/$summary`, headers))
const sections = (bundle: Bundle): Section[] => bundle.entry[0]?.resource.section ?? []
const codeOf = ({ code }: Section): string => code.coding[0]?.code ?? ''
const codeIn = (answer: TestAnswer): string | undefined => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const idsIn = (section: Section | undefined): string[] => (section?.entry ?? []).map(({ reference }) => reference.split('/').at(-1) ?? '')

describe('a patient summary', () => {
  it('is a document of a Composition, the patient, and what each section names, each once', async () => {
    const bundle = await summary()
    expect([bundle.type, bundle.entry[0]?.resource.resourceType, bundle.entry[0]?.resource.type?.coding[0]?.code, bundle.entry[1]?.resource.id]).toEqual(['document', 'Composition', '60591-5', 'an'])
    const urls = bundle.entry.map(({ fullUrl }) => fullUrl)
    expect(new Set(urls).size).toBe(urls.length)
    for (const { entry = [] } of sections(bundle)) for (const { reference } of entry) expect(urls).toContain(reference)
    expect(urls).toContainEqual(expect.stringMatching(/\/Medication\/met$/))
    expect(bundle.entry.some(({ resource }) => JSON.stringify(resource).includes('"value":7.1'))).toBe(true)
  })
  it('has what is so in the section that the guide wants it in, the newest of each measurement, and nothing refuted, ended, old or that the laboratory has not released', async () => {
    const bundle = await summary()
    expect(Object.fromEntries(sections(bundle).map((section) => [codeOf(section), idsIn(section)]))).toEqual({
      '48765-2': ['pen'], '11450-4': ['dm'], '10160-0': ['rx'], '11369-6': ['vac'], '30954-2': ['glu-2'], '8716-3': expect.toSatisfy((ids: string[]) => ids.toSorted().join() === 'pulse,temperature') as unknown, '47519-4': ['op'], '11348-0': ['tb'], '18776-5': ['plan'],
    })
    expect(sections(bundle).every(({ code }) => code.coding[0]?.system === L)).toBe(true)
  })
  it('says of what must be there that nothing is known, in a resource with its code', async () => {
    const bundle = await summary('empty')
    expect(sections(bundle).map(codeOf)).toEqual(['48765-2', '11450-4', '10160-0'])
    expect(bundle.entry.slice(2).map(({ fullUrl, resource }) => [fullUrl.slice(0, 9), JSON.stringify(resource).match(/no-[a-z]+-info/)?.[0]]).filter(([url]) => url === 'urn:uuid:')).toEqual([['urn:uuid:', 'no-allergy-info'], ['urn:uuid:', 'no-problem-info'], ['urn:uuid:', 'no-medication-info']])
  })
  it('reads in Vietnamese, or in English where the client likes that better', async () => {
    const [vietnamese, english, both] = await Promise.all([summary(), summary('an', { 'accept-language': 'en' }), summary('an', { 'accept-language': 'en;q=0.5, vi' })])
    expect([vietnamese, english, both].map((bundle) => [bundle.entry[0]?.resource.language, sections(bundle)[1]?.title])).toEqual([['vi', 'Các vấn đề sức khỏe'], ['en', 'Problem list'], ['vi', 'Các vấn đề sức khỏe']])
    expect(sections(vietnamese)[1]?.text.div).toContain('<p>Đái tháo đường típ 2 (05/03/2026)</p>')
    expect(sections(vietnamese)[0]?.text.div).toContain('Penicillin &lt;G&gt;')
  })
  it('is valid by R4, full or empty', async () => {
    for (const id of ['an', 'empty']) {
      const judged = await client.post(`${BASE}/Bundle/$validate`, await summary(id))
      expect(judged.json<{ issue: { severity: string; details: { text: string }; expression: string[] }[] }>().issue.filter(({ severity }) => severity === 'error')).toEqual([])
    }
  })
  it('is found by an identifier, and is refused for what is nobody, another profile or a parameter it does not know', async () => {
    expect((bundleOf(await client.get(`${BASE}/Patient/$summary?identifier=urn:x|1&profile=http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips`))).entry[1]?.resource.id).toBe('an')
    const codes = await Promise.all(['$summary', '$summary?identifier=urn:x|2', 'nobody/$summary', 'an/$summary?profile=urn:x', 'an/$summary?graph=x'].map(async (path) => codeIn(await client.get(`${BASE}/Patient/${path}`))))
    expect(codes).toEqual(['bad-parameter', 'not-found', 'not-found', 'bad-parameter', 'unknown-parameter'])
  })
})

/** https://hl7.org/fhir/uv/ips/STU1.1/StructureDefinition-Bundle-uv-ips.html, -Composition-uv-ips.html, -Patient-uv-ips.html and those of what says that nothing is known */
describe('the rules of the guide', () => {
  const seen: Record<string, () => Promise<Bundle>> = {
    'of a full record': () => summary(), 'of an empty one': () => summary('empty'), 'of one that is seen in part': async () => summary('an', {}, await site.system(['system/Patient.rs', 'system/Condition.rs'])),
  }
  it.each(Object.keys(seen))('hold for the Bundle, %s', async (which) => {
    const bundle = await seen[which]?.()
    expect(bundle).toMatchObject({ type: 'document', identifier: { system: expect.stringMatching(/./), value: expect.stringMatching(/./) }, timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) })
    const entries = bundle?.entry ?? []
    expect(entries.filter((entry) => !/^(https?:\/\/|urn:uuid:)/.test(entry.fullUrl) || Object.keys(entry).some((name) => !['fullUrl', 'resource'].includes(name)))).toEqual([])
    expect(entries.map(({ resource }) => resource.resourceType).filter((type) => type === 'Composition' || type === 'Patient')).toEqual(['Composition', 'Patient'])
  })
  it.each(Object.keys(seen))('hold for the Composition and its sections, %s', async (which) => {
    const bundle = await seen[which]?.()
    const urls = new Map((bundle?.entry ?? []).map(({ fullUrl, resource }) => [fullUrl, resource]))
    const composition = bundle?.entry[0]?.resource
    expect(composition).toMatchObject({ status: 'final', type: { coding: [{ system: L, code: '60591-5' }] }, subject: { reference: bundle?.entry[1]?.fullUrl }, date: expect.stringMatching(/T/), title: expect.stringMatching(/./), author: [expect.objectContaining({ display: expect.stringMatching(/./) })] })
    const all = composition?.section ?? []
    // each of the three that are required once, with a title, a code and a narrative
    expect(all.map(codeOf).filter((code) => ['11450-4', '48765-2', '10160-0'].includes(code)).toSorted()).toEqual(['10160-0', '11450-4', '48765-2'])
    for (const section of all) {
      expect(section).toMatchObject({ title: expect.stringMatching(/./), code: { coding: [{ system: L }] }, text: { status: 'generated', div: expect.stringMatching(/^<div xmlns="http:\/\/www.w3.org\/1999\/xhtml"/) } })
      // ips-comp-1: entries or why there are none; cmp-2: never both
      expect([codeOf(section), (section.entry ?? []).length > 0]).not.toEqual([codeOf(section), section.emptyReason !== undefined])
      expect(Object.keys(section)).not.toContain('section')
      expect((section.entry ?? []).filter(({ reference }) => !urls.has(reference))).toEqual([])
    }
  })
  it('hold for what says that nothing is known: its code, whose it is, and a time that is absent for a reason', async () => {
    const bundle = await summary('empty')
    const patient = { reference: bundle.entry[1]?.fullUrl }
    const coded = (code: string): unknown => expect.objectContaining({ coding: [expect.objectContaining({ system: 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips', code })] })
    expect(bundle.entry.slice(2).map(({ resource }) => resource).filter(({ resourceType }) => resourceType !== 'Organization')).toEqual([
      expect.objectContaining({ resourceType: 'AllergyIntolerance', clinicalStatus: status('allergyintolerance-clinical', 'active'), code: coded('no-allergy-info'), patient }),
      expect.objectContaining({ resourceType: 'Condition', clinicalStatus: status('condition-clinical', 'active'), code: coded('no-problem-info'), subject: patient }),
      expect.objectContaining({ resourceType: 'MedicationStatement', status: 'unknown', medicationCodeableConcept: coded('no-medication-info'), subject: patient, _effectiveDateTime: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } }),
    ])
  })
})

describe('who asks for a summary', () => {
  it('needs a care relation, and is on record', async () => {
    expect((await client.put(`${BASE}/Organization/ward`, { resourceType: 'Organization', id: 'ward', name: 'Khoa Nội' })).status).toBe(201)
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'ward' }] }), desk = await site.person({ grants: [{ role: 'reception', department: 'ward' }] })
    expect((await doctor.get(`${BASE}/Patient/an/$summary`)).status).toBe(403)
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'an', department: 'ward', account: null, kind: 'encounter', until: '2099-01-01T00:00:00Z' }))
    expect(sections(await summary('an', {}, doctor)).map(codeOf)).toContain('8716-3')
    const [row] = await site.parts.audit.find({ account: doctor.account, count: 1 })
    expect(row).toMatchObject({ action: 'R', type: 'Patient', resourceId: 'an', detail: '$summary' })
    // may not see it, which is not the same as that nothing is known
    expect((await desk.get(`${BASE}/Patient/an/$summary`)).text).not.toContain('Penicillin')
  })
  it('is told that a part is withheld rather than that nothing is known', async () => {
    const some = await site.system(['system/Patient.rs', 'system/Condition.rs'])
    const bundle = await summary('an', {}, some)
    expect(sections(bundle).map((section) => [codeOf(section), section.emptyReason?.coding[0]?.code])).toEqual([['48765-2', 'withheld'], ['11450-4', undefined], ['10160-0', 'withheld'], ['11348-0', undefined]])
    expect(JSON.stringify(bundle)).not.toMatch(/Penicillin|Metformin|no-allergy-info/)
  })
})
