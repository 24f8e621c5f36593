import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResourceStore } from '#api/model/ports.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { openStore, put, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
const me = system()
const BASE = 'https://ehr.example/fhir/R4'

const page = (type: string, query: string, caller = me) => store.search(caller, { type, parameters: [...new URLSearchParams(query)], strict: true })
/** Ids found, in alphabetical order unless the order is the point. */
const ids = async (type: string, query: string) => (await page(type, query)).matches.map((each) => each.id).sort().join(' ')
const inOrder = async (type: string, query: string) => (await page(type, query)).matches.map((each) => each.id).join(' ')

const LOINC = 'http://loinc.org'
const coding = (system: string, code: string) => `{"coding":[{"system":"${system}","code":"${code}"}]}`

beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site, 900, { bases: [BASE] })
  await store.transact(me, (tx) => tx.write([
    put(`{"resourceType":"Organization","id":"org","name":"Khoa Nội"}`),
    put(`{"resourceType":"Patient","id":"an","active":true,"name":[{"family":"Nguyễn","given":["Văn","An"]}],"gender":"male","birthDate":"1990-02-03","managingOrganization":{"reference":"Organization/org"},
      "identifier":[{"type":{"coding":[{"system":"http://t.example","code":"MR"}]},"system":"urn:mrn","value":"A|1"},{"value":"bare"}],"telecom":[{"system":"phone","value":"0912"},{"system":"email","value":"an@x.example"}]}`),
    put(`{"resourceType":"Patient","id":"binh","name":[{"text":"Trần Thị Bình"}],"gender":"female","birthDate":"1990-02","identifier":[{"system":"urn:mrn","value":"B2"}],"deceasedDateTime":"2020-01-01"}`),
    put(`{"resourceType":"Patient","id":"dung","name":[{"text":"Đặng Tiến Dũng"}],"address":[{"city":"Hà Nội","line":["12 Phố Huế"]}],"deceasedBoolean":false}`),
    put(`{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/an"},"serviceProvider":{"reference":"Organization/org"},"period":{"start":"2026-11-20T08:00:00+07:00","end":"2026-11-20T09:00:00+07:00"}}`),
    put(`{"resourceType":"Encounter","id":"e2","status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/binh"},"period":{"start":"2026-11-01T08:00:00+07:00"}}`),
    put(`{"resourceType":"Observation","id":"o1","status":"final","code":${coding(LOINC, '8867-4')},"category":[${coding('http://c.example', 'vital-signs')}],"subject":{"reference":"Patient/an"},"encounter":{"reference":"Encounter/e1"},"effectiveDateTime":"2026-11-20T08:10:00+07:00","valueQuantity":{"value":80,"unit":"l/ph","system":"http://unitsofmeasure.org","code":"/min"}}`),
    put(`{"resourceType":"Observation","id":"o2","status":"final","code":${coding(LOINC, '8867-4')},"subject":{"reference":"${BASE}/Patient/an"},"effectiveDateTime":"2026-11-21","valueQuantity":{"value":99.6,"unit":"l/ph","system":"http://unitsofmeasure.org","code":"/min"}}`),
    put(`{"resourceType":"Observation","id":"o3","status":"preliminary","code":{"coding":[{"code":"8867-4"}]},"subject":{"reference":"Patient/binh"},"effectivePeriod":{"start":"2026-11-01","end":"2026-11-30"},"valueQuantity":{"value":5.40,"unit":"mg"}}`),
    put(`{"resourceType":"Observation","id":"o4","status":"final","code":${coding(LOINC, '85354-9')},"subject":{"reference":"Patient/an"},"effectiveDateTime":"2026-11-22T00:30:00+07:00","component":[
      {"code":${coding(LOINC, '8480-6')},"valueQuantity":{"value":140,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
      {"code":${coding(LOINC, '8462-4')},"valueQuantity":{"value":90,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}`),
    put(`{"resourceType":"Observation","id":"o5","status":"final","code":${coding(LOINC, '1-1')},"subject":{"identifier":{"system":"urn:mrn","value":"B2"}},"valueCodeableConcept":${coding('http://v.example', 'pos')}}`),
    put(`{"resourceType":"ValueSet","id":"vs","url":"http://vs.example/a|b","version":"2","status":"active"}`),
    put(`{"resourceType":"RiskAssessment","id":"ra","status":"final","subject":{"reference":"Patient/an"},"prediction":[{"probabilityDecimal":0.8}]}`),
    put(`{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/an"},"meta":{"tag":[{"system":"http://tag.example","code":"t"}],"profile":["http://p.example/c"]},"onsetAge":{"value":40,"unit":"a","system":"http://unitsofmeasure.org","code":"a"}}`),
  ]))
})
afterAll(() => site.close())

const CASES: readonly (readonly [string, string, string])[] = [
  // token
  ['Observation', 'code=8867-4', 'o1 o2 o3'],
  ['Observation', `code=${LOINC}|8867-4`, 'o1 o2'],
  ['Observation', 'code=|8867-4', 'o3'],
  ['Observation', `code=${LOINC}|`, 'o1 o2 o4 o5'],
  ['Observation', 'code=8867-4,1-1', 'o1 o2 o3 o5'],
  ['Observation', 'code:not=8867-4', 'o4 o5'],
  ['Observation', 'status=final&code=8867-4', 'o1 o2'],
  ['Observation', 'status=http://hl7.org/fhir/observation-status|preliminary', 'o3'],
  ['Observation', 'combo-code=8480-6', 'o4'],
  ['Observation', 'code=8480-6', ''],
  ['Patient', 'gender=male', 'an'],
  ['Patient', 'gender:not=male', 'binh dung'],
  // the system of a code goes without saying
  ['Patient', 'gender=http://hl7.org/fhir/administrative-gender|male', 'an'],
  ['Patient', 'gender=http://hl7.org/fhir/administrative-gender|', 'an binh'],
  ['Patient', 'gender:not=http://hl7.org/fhir/administrative-gender|', 'dung'],
  ['Patient', 'gender=http://hl7.org/fhir/administrative-gender|,other', 'an binh'],
  ['Patient', 'gender=urn:other|male', ''], ['Patient', 'gender=|male', ''], ['Patient', 'gender=urn:other|', ''],
  ['Patient', '_filter=gender eq http://hl7.org/fhir/administrative-gender|female', 'binh'],
  ['Patient', 'active=http://terminology.hl7.org/CodeSystem/special-values|true', 'an'],
  ['Patient', 'deceased=http://terminology.hl7.org/CodeSystem/special-values|true', 'binh'],
  ['Patient', 'active=true', 'an'],
  ['Patient', 'identifier=urn:mrn|A\\|1', 'an'],
  ['Patient', 'identifier=|bare', 'an'],
  ['Patient', 'identifier=B2,bare', 'an binh'],
  ['Patient', 'identifier:of-type=http://t.example|MR|A\\|1', 'an'],
  ['Patient', 'phone=0912', 'an'],
  ['Patient', 'email=0912', ''],
  ['Patient', 'telecom=an@x.example', 'an'],
  ['Patient', 'deceased=true', 'binh'],
  ['Condition', '_tag=http://tag.example|t', 'c1'],
  ['Condition', '_profile=http://p.example/c', 'c1'],
  // string
  ['Patient', 'name=nguyen', 'an'],
  ['Patient', 'name=NGUYỄN VĂN', 'an'],
  ['Patient', 'name=van a', 'an'],
  ['Patient', 'name=dang', 'dung'],
  ['Patient', 'name=dun', 'dung'],
  ['Patient', 'name=uyen', ''],
  ['Patient', 'name:contains=uye', 'an'],
  ['Patient', 'name:contains=%25', ''],
  ['Patient', 'name:exact=Trần Thị Bình', 'binh'],
  ['Patient', 'name:exact=Tran Thi Binh', ''],
  ['Patient', 'name=tran&name=bi', 'binh'],
  ['Patient', 'family=nguyen', 'an'],
  ['Patient', 'given=an', 'an'],
  ['Patient', 'phonetic=nguyen', 'an'],
  ['Patient', 'address=pho', ''],
  ['Patient', 'address=12 pho', 'dung'],
  ['Patient', 'address-city=ha noi', 'dung'],
  // reference
  ['Observation', 'subject=Patient/an', 'o1 o2 o4'],
  ['Observation', 'subject=an', 'o1 o2 o4'],
  ['Observation', 'patient=an', 'o1 o2 o4'],
  ['Observation', 'patient=Patient/an', 'o1 o2 o4'],
  ['Observation', 'patient=Group/an', ''],
  ['Observation', 'subject:Patient=an', 'o1 o2 o4'],
  ['Observation', 'subject:Group=an', ''],
  ['Observation', `subject=${BASE}/Patient/an`, 'o1 o2 o4'],
  ['Observation', 'subject=https://other.example/fhir/Patient/an', ''],
  ['Observation', 'subject:identifier=urn:mrn|B2', 'o5'],
  ['Observation', 'patient=an,binh', 'o1 o2 o3 o4'],
  ['Observation', 'patient=an&code=85354-9', 'o4'],
  // date
  ['Observation', 'date=2026-11-20', 'o1'],
  ['Observation', 'date=2026-11', 'o1 o2 o3 o4'],
  ['Observation', 'date=2026', 'o1 o2 o3 o4'],
  ['Observation', 'date=2026-11-21', 'o2'],
  ['Observation', 'date=2026-11-22', 'o4'],
  ['Observation', 'date=ge2026-11-21', 'o2 o3 o4'],
  ['Observation', 'date=gt2026-11-21', 'o3 o4'],
  ['Observation', 'date=lt2026-11-20', 'o3'],
  ['Observation', 'date=le2026-11-20', 'o1 o3'],
  ['Observation', 'date=sa2026-11-20', 'o2 o4'],
  ['Observation', 'date=eb2026-11-21', 'o1'],
  ['Observation', 'date=ne2026-11-21', 'o1 o3 o4'],
  ['Observation', 'date=ge2026-11-20&date=lt2026-11-21', 'o1 o3'],
  ['Observation', 'date=2026-11-20T08:10+07:00', 'o1'],
  ['Observation', 'date=2026-11-20T01:10:00Z', 'o1'],
  ['Observation', 'date=2026-11-20,2026-11-22', 'o1 o4'],
  ['Patient', 'birthdate=1990-02-03', 'an'],
  ['Patient', 'birthdate=1990-02', 'an binh'],
  ['Patient', 'birthdate=lt1990-02-02', 'binh'],
  ['Patient', 'birthdate=le1980', ''],
  ['Encounter', 'date=ge2026-11-22', 'e2'],
  ['Encounter', 'date=2026-11-20', 'e1'],
  // number, quantity, composite
  ['RiskAssessment', 'probability=0.8', 'ra'],
  ['RiskAssessment', 'probability=0.80', 'ra'],
  ['RiskAssessment', 'probability=gt0.8', ''],
  ['RiskAssessment', 'probability=ge0.8', 'ra'],
  ['RiskAssessment', 'probability=1', 'ra'],
  ['Observation', 'value-quantity=80', 'o1'],
  ['Observation', 'value-quantity=100', 'o2'],
  ['Observation', 'value-quantity=100.0', ''],
  ['Observation', 'value-quantity=gt79|http://unitsofmeasure.org|/min', 'o1 o2'],
  ['Observation', 'value-quantity=gt79||l/ph', 'o1 o2'],
  ['Observation', 'value-quantity=gt79||/min', 'o1 o2'],
  ['Observation', 'value-quantity=gt1||/phut', ''],
  ['Observation', 'value-quantity=5.4||mg', 'o3'],
  ['Observation', 'value-quantity=5.4|http://unitsofmeasure.org|mg', ''],
  ['Observation', 'value-quantity=ap5.5', 'o3'],
  ['Observation', 'value-quantity=ne80', 'o2 o3'],
  ['Observation', 'combo-value-quantity=ge140', 'o4'],
  ['Observation', 'code-value-quantity=8867-4$lt90', 'o1 o3'],
  ['Observation', `code-value-quantity=${LOINC}|8867-4$lt90`, 'o1'],
  ['Observation', 'code-value-quantity=|8867-4$lt90', 'o3'],
  ['Observation', 'code-value-quantity=http://other.example|8867-4$lt90', ''],
  ['Observation', `code-value-quantity=${LOINC}|8867-4$gt90,|8867-4$lt90`, 'o2 o3'],
  ['Observation', `combo-code-value-quantity=${LOINC}|8867-4$gt90,${LOINC}|8462-4$90`, 'o2 o4'],
  ['Observation', `component-code-value-quantity=${LOINC}|8480-6$ge140|http://unitsofmeasure.org|mm[Hg]`, 'o4'],
  ['Observation', `component-code-value-quantity=${LOINC}|8462-4$ge140`, ''],
  ['Observation', 'combo-code-value-quantity=8462-4$90||mm[Hg]', 'o4'],
  ['Observation', 'code-value-concept=1-1$pos', 'o5'],
  ['Observation', 'code-value-concept=1-1$neg', ''],
  ['Condition', 'onset-age=40|http://unitsofmeasure.org|a', 'c1'],
  // uri
  ['ValueSet', 'url=http://vs.example/a|b', 'vs'],
  ['ValueSet', 'url=http://vs.example/a', ''],
  // missing, id, lastUpdated
  ['Observation', 'encounter:missing=true', 'o2 o3 o4 o5'],
  ['Observation', 'encounter:missing=false', 'o1'],
  ['Observation', 'patient:missing=false&code=1-1', 'o5'],
  ['Patient', '_id=an,dung', 'an dung'],
  ['Patient', '_id=nobody', ''],
  ['Patient', '_lastUpdated=gt2020', 'an binh dung'],
  ['Patient', '_lastUpdated=lt2020', ''],
  // chains and _has
  ['Observation', 'subject:Patient.name=nguyen', 'o1 o2 o4'],
  ['Observation', 'subject.name=tran', 'o3'],
  ['Observation', 'patient.identifier=urn:mrn|B2', 'o3'],
  ['Observation', 'patient.birthdate=1990-02-03&code=85354-9', 'o4'],
  ['Observation', 'patient.organization.name=khoa', 'o1 o2 o4'],
  ['Observation', 'encounter.service-provider.name=khoa', 'o1'],
  ['Observation', 'patient._id=binh', 'o3'],
  ['Patient', '_has:Observation:patient:code=85354-9', 'an'],
  ['Patient', '_has:Observation:subject:status=preliminary', 'binh'],
  ['Patient', '_has:Observation:patient:date=2026-11-20', 'an'],
  ['Organization', '_has:Patient:organization:_has:Observation:patient:code=85354-9', 'org'],
  ['Observation', 'patient._has:Encounter:patient:status=finished', 'o1 o2 o4'],
  ['Patient', '_has:Observation:patient:encounter.status=finished', 'an'],
]

describe('search finds', () => {
  test.each(CASES)('%s?%s', async (type, query, expected) => {
    expect(await ids(type, query.replaceAll('+', '%2B'))).toBe(expected)
  })
})

describe('order and pages', () => {
  test('by clinical date, both ways; what has none comes last', async () => {
    expect(await inOrder('Observation', '_sort=-date')).toBe('o4 o2 o1 o3 o5')
    expect(await inOrder('Observation', '_sort=date')).toBe('o3 o1 o2 o4 o5')
  })
  test('by name, by number, by several', async () => {
    expect(await inOrder('Patient', '_sort=name')).toBe('dung an binh')
    expect(await inOrder('Patient', '_sort=-name')).toBe('binh an dung')
    expect(await inOrder('Observation', '_sort=value-quantity')).toBe('o3 o1 o2 o4 o5')
    expect(await inOrder('Patient', '_sort=-birthdate,_id')).toBe('an binh dung')
    expect(await inOrder('Patient', '_sort=-_id')).toBe('dung binh an')
  })
  test.each(['_sort=-date', '_sort=date', '_sort=value-quantity', '_sort=-value-quantity', '_sort=-_lastUpdated', '_sort=_id', 'status=final,preliminary', 'status=final', '_sort=value-quantity,-date'])(
    'pages of one give the same list as one page: %s', async (query) => {
      const whole = await inOrder('Observation', query)
      const found: string[] = []
      let cursor = ''
      do {
        const { matches, next } = await page('Observation', `${query}&_count=1${cursor && `&_cursor=${cursor}`}`)
        found.push(...matches.map((each) => each.id))
        cursor = next ?? ''
      } while (cursor !== '' && found.length < 20)
      expect(found.join(' ')).toBe(whole)
    })
  test('a new row does not jump into pages that were begun before', async () => {
    const first = await page('Encounter', '_sort=date&_count=1')
    await new Promise((resolve) => setTimeout(resolve, 5))
    await store.transact(me, (tx) => tx.write([put(`{"resourceType":"Encounter","id":"e3","status":"planned","class":{"code":"AMB"},"subject":{"reference":"Patient/an"},"period":{"start":"2030-01-01"}}`)]))
    const second = await page('Encounter', `_sort=date&_count=5&_cursor=${first.next}`)
    expect(second.matches.map((each) => each.id)).toEqual(['e1'])
    await store.transact(me, (tx) => tx.write([{ op: 'delete', key: { type: 'Encounter', id: 'e3' } }]))
  })
  test('a cursor of another search, or none of ours, is refused', async () => {
    const { next } = await page('Observation', 'status=final&_count=1')
    await expect(page('Observation', `status=preliminary&_count=1&_cursor=${next}`)).rejects.toMatchObject({ code: 'bad-parameter' })
    await expect(page('Observation', 'status=final&_cursor=AAAA')).rejects.toMatchObject({ code: 'bad-parameter' })
  })
  test('totals: none, accurate, estimate, count only', async () => {
    expect((await page('Observation', 'status=final&_count=1')).total).toBeUndefined()
    expect((await page('Observation', 'status=final&_count=1&_total=accurate')).total).toBe(4)
    expect((await page('Observation', '_total=estimate')).total).toBe(5)
    expect(await page('Observation', 'status=final&_summary=count')).toMatchObject({ total: 4, matches: [] })
    expect(await page('Observation', 'status=final&_count=0')).toMatchObject({ total: 4, matches: [] })
  })
})

describe('includes', () => {
  const included = async (type: string, query: string) => (await page(type, query)).included.map((each) => each.id).sort().join(' ')
  test('forward, backward, limited to a type, repeated', async () => {
    expect(await included('Observation', '_id=o1&_include=Observation:subject')).toBe('an')
    expect(await included('Observation', '_id=o1&_include=Observation:patient&_include=Observation:encounter')).toBe('an e1')
    expect(await included('Observation', '_id=o1&_include=Observation:subject:Group')).toBe('')
    expect(await included('Observation', '_id=o1&_include=Observation:*')).toBe('an e1')
    expect(await included('Observation', '_id=o1&_include=Observation:patient&_include:iterate=Patient:organization')).toBe('an org')
    expect(await included('Observation', '_id=o1&_include=Observation:patient&_include=Patient:organization')).toBe('an')
    expect(await included('Patient', '_id=binh&_revinclude=Observation:patient&_revinclude=Encounter:subject')).toBe('e2 o3')
    expect(await included('Patient', '_id=an&_revinclude=Observation:subject')).toBe('o1 o2 o4')
    expect(await included('Organization', '_id=org&_revinclude=Patient:organization&_revinclude:iterate=RiskAssessment:patient')).toBe('an ra')
  })
})

describe('of several types', () => {
  test('only what all resources have', async () => {
    const all = async (query: string) => (await store.search(me, { parameters: [...new URLSearchParams(query)], strict: true })).matches.map((each) => each.id).sort().join(' ')
    expect(await all('_id=an,o1')).toBe('an o1')
    expect(await all('_tag=t')).toBe('c1')
    expect(await all('_type=Patient,Encounter')).toBe('an binh dung e1 e2')
    await expect(all('code=8867-4')).rejects.toMatchObject({ code: 'unknown-parameter' })
  })
})

describe('what changes is found as it is now', () => {
  test('an updated value, a deleted resource, an undeleted one', async () => {
    const at = (code: string, status = 'final') => put(`{"resourceType":"Observation","id":"moving","status":"${status}","code":{"coding":[{"code":"${code}"}]},"effectiveDateTime":"2026-0${code}-01"}`)
    await store.transact(me, (tx) => tx.write([at('1')]))
    expect(await ids('Observation', 'code=1')).toBe('moving')
    await store.transact(me, (tx) => tx.write([at('2')]))
    expect(await ids('Observation', 'code=1')).toBe('')
    expect(await ids('Observation', 'code=2&status=final&date=2026-02')).toBe('moving')
    expect(await ids('Observation', 'date=2026-01')).toBe('')
    await store.transact(me, (tx) => tx.write([{ op: 'delete', key: { type: 'Observation', id: 'moving' } }]))
    expect(await ids('Observation', 'code=2')).toBe('')
    const { rows } = await (await site.open(900)).pool.query(`select count(*)::int as n from posting p join resource r using (tenant, rid) where r.id = 'moving'`)
    expect(rows[0].n).toBe(0)
    await store.transact(me, (tx) => tx.write([at('3')]))
    expect(await ids('Observation', 'code=3')).toBe('moving')
    await store.transact(me, (tx) => tx.write([{ op: 'delete', key: { type: 'Observation', id: 'moving' } }]))
  })
  test('inside a transaction its own writes are found, and rolled back they are not', async () => {
    await expect(store.transact(me, async (tx) => {
      await tx.write([put('{"resourceType":"Patient","id":"ghost","identifier":[{"value":"ghost"}]}')])
      expect((await tx.search({ type: 'Patient', parameters: [['identifier', 'ghost']], strict: true })).matches).toHaveLength(1)
      throw new Error('back')
    })).rejects.toThrow('back')
    expect(await ids('Patient', 'identifier=ghost')).toBe('')
  })
})
