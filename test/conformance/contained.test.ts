/** Searches for what other resources contain, _contained and _containedType, and chains that lead into it. http://hl7.org/fhir/R4/search.html#contained */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Page { entry?: { fullUrl: string; resource: { resourceType: string; id: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'
const DRUG = 'http://a.example/drug'

const medication = (id: string, code: string, more: object = {}): object => ({ resourceType: 'Medication', ...(id !== '' && { id }), code: { coding: [{ system: DRUG, code }], text: `thuốc ${code}` }, ...more })
const request = (id: string, patient: string, ...contained: { id?: string }[]): object => ({
  resource: {
    resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', subject: { reference: `Patient/${patient}` }, contained, medicationReference: { reference: `#${contained[0]?.id ?? ''}` },
    // each is referred to, as it has to be
    ...(contained.length > 1 && { reasonReference: contained.slice(1).map((each) => ({ reference: `#${each.id ?? ''}` })) }),
  }, request: { method: 'PUT', url: `MedicationRequest/${id}` },
})
const put = (resource: { resourceType: string; id: string }): object => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const observation = (id: string, value: number, day: string): object => ({ resourceType: 'Observation', id, status: 'final', code: { coding: [{ code: 'x' }] }, effectiveDateTime: day, valueQuantity: { value, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } })
  const entry = [
    put({ resourceType: 'Patient', id: 'an' }), put({ resourceType: 'Patient', id: 'binh' }),
    put(medication('own', 'para') as { resourceType: string; id: string }),
    request('r1', 'an', medication('m', 'para')), request('r2', 'binh', medication('m', 'ibu', { status: 'active' })),
    // two of them: what is asked for must be of one
    request('r3', 'an', medication('a', 'para', { status: 'inactive' }), observation('o1', 5, '2026-01-02'), observation('o2', 50, '2026-02-02')),
    request('r4', 'binh', medication('a', 'para', { status: 'active' })),
  ]
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const rows = (answer: TestAnswer): string[] => {
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<Page>().entry ?? []).map(({ fullUrl }) => fullUrl.slice(fullUrl.indexOf(BASE) + BASE.length + 1))
}
const find = async (query: string, who = client): Promise<string[]> => (rows(await who.get(`${BASE}/${query}`))).toSorted()
const para = `code=${encodeURIComponent(`${DRUG}|para`)}`

describe('what is contained', () => {
  it('is left out unless it is asked for, and found alone or beside what stands alone', async () => {
    expect(await find(`Medication?${para}`)).toEqual(['Medication/own'])
    expect(await find(`Medication?${para}&_contained=false`)).toEqual(['Medication/own'])
    expect(await find(`Medication?${para}&_contained=true`)).toEqual(['MedicationRequest/r1', 'MedicationRequest/r3', 'MedicationRequest/r4'])
    expect(await find(`Medication?${para}&_contained=both`)).toEqual(['Medication/own', 'MedicationRequest/r1', 'MedicationRequest/r3', 'MedicationRequest/r4'])
  })
  it('is answered by what contains it, or itself under an address of its own', async () => {
    const answer = await client.get(`${BASE}/Medication?${para}&_contained=true&_containedType=contained`)
    expect(rows(answer).toSorted()).toEqual(['MedicationRequest/r1#m', 'MedicationRequest/r3#a', 'MedicationRequest/r4#a'])
    expect(answer.json<Page>().entry?.map(({ resource }) => [resource.resourceType, resource.id])).toEqual(expect.arrayContaining([['Medication', 'm'], ['Medication', 'a']]))
    expect(answer.json<Page>().link[0]?.url).toContain('_containedType=contained')
  })
  it('is found by one that meets all that is asked: codes, states, dates, numbers, texts, ids, what is missing and what is not', async () => {
    const inside = (query: string): Promise<string[]> => find(`${query}&_contained=true`)
    expect(await inside(`Medication?${para}&status=active`)).toEqual(['MedicationRequest/r4'])
    expect(await inside('Medication?_id=m')).toEqual(['MedicationRequest/r1', 'MedicationRequest/r2'])
    expect(await inside('Medication?status:missing=true')).toEqual(['MedicationRequest/r1'])
    expect(await inside(`Medication?code:not=${encodeURIComponent(`${DRUG}|para`)}`)).toEqual(['MedicationRequest/r2'])
    expect(await inside('Medication?code:text=thuoc')).toEqual(['MedicationRequest/r1', 'MedicationRequest/r2', 'MedicationRequest/r3', 'MedicationRequest/r4'])
    expect(await find('Observation?value-quantity=gt10&date=ge2026-02&_contained=true&_containedType=contained')).toEqual(['MedicationRequest/r3#o2'])
    expect(await inside('Observation?value-quantity=gt10&date=lt2026-02')).toEqual([])
    expect(await find('Observation?value-quantity=0.005|http://unitsofmeasure.org|g&_contained=true&_containedType=contained')).toEqual(['MedicationRequest/r3#o1'])
    expect(await find('Observation?date=sa2026-01-01&_contained=true&_containedType=contained')).toEqual(['MedicationRequest/r3#o1', 'MedicationRequest/r3#o2'])
  })
  it.each(['true', 'both'])('goes page by page, each once, while more comes (%s)', async (which) => {
    for (const type of ['container', 'contained']) {
      const all = rows(await client.get(`${BASE}/Medication?_contained=${which}&_containedType=${type}&_count=1000`))
      for (const count of [1, 2, 3]) {
        const seen: string[] = []
        for (let url: string | undefined = `${BASE}/Medication?_contained=${which}&_containedType=${type}&_count=${count}`; url !== undefined;) {
          const answer = await client.get(url)
          expect(rows(answer).length).toBeLessThanOrEqual(count)
          seen.push(...rows(answer))
          const next = answer.json<Page>().link.find(({ relation }) => relation === 'next')?.url
          url = next?.slice(next.indexOf(BASE))
          if (seen.length <= count) expect((await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [request(`later-${which}-${type}-${count}`, 'an', medication('m', 'neu') as { id: string })] })).status).toBe(200)
        }
        expect(seen.filter((row) => !row.includes('later-'))).toEqual(all.filter((row) => !row.includes('later-')))
        expect(new Set(seen).size).toBe(seen.length)
      }
    }
    const ofO = rows(await client.get(`${BASE}/Observation?_contained=true&_containedType=contained&_count=1`))
    expect(ofO).toEqual(['MedicationRequest/r3#o1'])
  })
  it('is seen by those who see what contains it', async () => {
    const drugs = await site.system(['system/Medication.rs'])
    expect(await find(`Medication?${para}&_contained=both`, drugs)).toEqual(['Medication/own'])
    const both = await site.system(['system/Medication.rs', 'system/MedicationRequest.rs'])
    expect(await find(`Medication?${para}&_contained=true`, both)).toEqual(['MedicationRequest/r1', 'MedicationRequest/r3', 'MedicationRequest/r4'])
    const requests = await site.system(['system/MedicationRequest.rs'])
    expect((await requests.get(`${BASE}/Medication?${para}&_contained=true`)).status).toBe(403)
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect(await find(`Medication?${para}&_contained=true`, doctor)).toEqual([])
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'binh', department: 'khoa', account: null, kind: 'encounter', until: '2100-01-01T00:00:00Z' }))
    expect(await find(`Medication?${para}&_contained=true`, doctor)).toEqual(['MedicationRequest/r4'])
  })
  it('is what a chain leads to, beside what stands alone, whatever is asked of it', async () => {
    const stored = { resourceType: 'MedicationRequest', id: 'r9', status: 'active', intent: 'order', subject: { reference: 'Patient/an' }, medicationReference: { reference: 'Medication/own' }, authoredOn: '2026-05-01' }
    expect((await client.put(`${BASE}/MedicationRequest/r9`, stored)).status).toBe(201)
    const chained = async (...asked: readonly string[]): Promise<void> => expect(await find(`MedicationRequest?${asked.slice(1).join('&')}`)).toEqual((asked[0] ?? '').split(' ').filter((id) => id !== '').map((id) => `MedicationRequest/${id}`))
    const medication = `medication.${para}`
    await chained('r1 r3 r4 r9', medication)
    await chained('r1 r3 r4 r9', medication.replace('medication.', 'medication:Medication.'))
    await chained('r1 r3 r9', medication, 'patient=an')
    await chained('r4', medication, 'medication.status=active')
    await chained('r2', `medication.code:not=${encodeURIComponent(`${DRUG}|para`)}`, 'status=active', 'medication.status=active')
    await chained('r1 r9', 'medication.status:missing=true', medication)
    await chained('r1 r3 r4', 'medication.code:text=thuoc para', 'medication._content=thuoc', 'medication._id=m,a')
    await chained('r2', `_filter=${encodeURIComponent('not (medication.code eq "para") and medication.code eq "ibu"')}`)
    await chained('', 'medication._lastUpdated=gt2020', 'patient.name=x')
    expect(await find(`Patient?_has:MedicationRequest:patient:${medication}`)).toEqual(['Patient/an', 'Patient/binh'])
    expect(await find('Patient?_has:MedicationRequest:patient:medication.code=ibu')).toEqual(['Patient/binh'])
    expect((await client.delete(`${BASE}/MedicationRequest/r9`)).status).toBe(204)
  })
  it('is what a chain leads through: to another inside, to what is around it, to what is stored, and from what is stored', async () => {
    const inside = (id: string, organization: string, more: readonly object[] = []): object => put({
      resourceType: 'Observation', id, status: 'final', code: { coding: [{ code: 'x' }] }, subject: { reference: '#p' }, effectiveDateTime: `2026-03-0${id.slice(1)}`, focus: [{ reference: '#other' }],
      contained: [{ resourceType: 'Patient', id: 'p', name: [{ text: 'Người Trong' }], managingOrganization: { reference: organization } }, { resourceType: 'Patient', id: 'other', name: [{ text: 'Người Bên' }] }, ...more],
    } as { resourceType: string; id: string })
    const form = { resourceType: 'Questionnaire', id: 'q', status: 'active', title: 'Phiếu trong', derivedFrom: ['http://a.example/form|2'] }
    const entry = [
      put({ resourceType: 'Organization', id: 'org', name: 'Viện Ngoài' } as { resourceType: string; id: string }),
      inside('i1', '#o', [{ resourceType: 'Organization', id: 'o', name: 'Viện Trong' }]), inside('i2', 'Organization/org'),
      put({ resourceType: 'Provenance', id: 'pr', target: [{ reference: 'Observation/i2' }], recorded: '2026-01-01T00:00:00Z', agent: [{ who: { reference: '#who' } }], contained: [{ resourceType: 'Device', id: 'who', deviceName: [{ name: 'Máy Trong', type: 'other' }] }] } as { resourceType: string; id: string }),
      put({ resourceType: 'QuestionnaireResponse', id: 'qr', status: 'completed', questionnaire: '#q', contained: [form] } as { resourceType: string; id: string }),
      put({ resourceType: 'List', id: 'codes', status: 'current', mode: 'working', entry: [{ item: { reference: '#vs' } }, { item: { reference: '#here' } }],
        contained: [{ resourceType: 'ValueSet', id: 'vs', status: 'active', compose: { include: [{ system: DRUG, concept: [{ code: 'para' }] }] } }, { resourceType: 'Location', id: 'here', position: { latitude: 21.03, longitude: 105.85 } }] } as { resourceType: string; id: string }),
    ]
    const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
    expect(answer.status, answer.text).toBe(200)
    for (const [query, wanted] of [
      ['Observation?subject.name=trong', 'Observation/i1 Observation/i2'], ['Observation?patient.name=nguoi', 'Observation/i1 Observation/i2'], ['Observation?subject.name=ben', ''], ['Observation?focus:Patient.name=ben', 'Observation/i1 Observation/i2'],
      ['Observation?subject:Patient.organization.name=vien', 'Observation/i1 Observation/i2'], ['Observation?subject:Patient.organization.name=vien trong', 'Observation/i1'], ['Observation?subject:Patient.organization.name=vien ngoai', 'Observation/i2'],
      ['Provenance?target:Observation.subject:Patient.name=trong', 'Provenance/pr'], ['Provenance?target:Observation.subject:Patient.organization.name=vien ngoai', 'Provenance/pr'], ['Provenance?target:Observation.subject:Patient.organization.name=vien trong', ''],
      ['Provenance?agent:Device.device-name=may', 'Provenance/pr'], ['Observation?_has:Provenance:target:agent:Device.device-name=may', 'Observation/i2'],
      ['QuestionnaireResponse?questionnaire.title=phieu trong', 'QuestionnaireResponse/qr'], [`List?item:ValueSet.code=${encodeURIComponent(`${DRUG}|`)}para`, 'List/codes'], ['List?item:ValueSet.code=ibu', ''],
      ['List?item:Location.near=21.0|105.8|10|km', 'List/codes'], ['List?item:Location.near=21.0|105.8|5|km', ''],
    ] as const) {
      expect([query, (await find(encodeURI(query).replaceAll('%25', '%'))).join(' ')]).toEqual([query, wanted])
    }
    // what is referred to from inside is seen as it would be from outside
    const elsewhere = await site.system(['system/Observation.rs', 'system/Organization.rs?name:exact=Khác'])
    expect(await find('Observation?subject:Patient.organization.name=vien', elsewhere)).toEqual(['Observation/i1'])
    const page = await client.get(`${BASE}/Observation?subject.name=trong&_sort=date&_count=1&_total=accurate`)
    expect([rows(page), page.json<{ total: number }>().total]).toEqual([['Observation/i1'], 2])
    const next = page.json<Page>().link.find(({ relation }) => relation === 'next')?.url ?? ''
    expect(rows(await client.get(next.slice(next.indexOf(BASE))))).toEqual(['Observation/i2'])
  })
  it('is found through a chain by those who see what contains it', async () => {
    const requests = await site.system(['system/MedicationRequest.rs?status=active'])
    expect(await find('MedicationRequest?medication.code=ibu', requests)).toEqual(['MedicationRequest/r2'])
    const done = await site.system(['system/MedicationRequest.rs?status=completed', 'system/Patient.rs', 'system/Medication.rs'])
    expect(await find('MedicationRequest?medication.code=ibu', done)).toEqual([])
    expect(await find('Patient?_has:MedicationRequest:patient:medication.code=ibu', done)).toEqual([])
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
    expect(await find(`MedicationRequest?medication.${para}`, doctor)).toEqual(['MedicationRequest/r4'])
    expect(await find(`Patient?_has:MedicationRequest:patient:medication.${para}`, doctor)).toEqual(['Patient/binh'])
  })
  it('follows what contains it: changed, deleted', async () => {
    expect((await client.put(`${BASE}/MedicationRequest/r1`, { resourceType: 'MedicationRequest', id: 'r1', status: 'active', intent: 'order', subject: { reference: 'Patient/an' }, medicationCodeableConcept: { text: 'không' } })).status).toBe(200)
    expect((await client.delete(`${BASE}/MedicationRequest/r4`)).status).toBe(204)
    expect(await find(`Medication?${para}&_contained=true`)).toEqual(['MedicationRequest/r3'])
  })
  it('refuses what cannot be asked of it, and values that are none', async () => {
    for (const query of ['Medication?_contained=yes', 'Medication?_contained=true&_containedType=all', 'Medication?_contained=true&_sort=status', 'Medication?_contained=true&_total=accurate', 'Medication?_contained=true&_summary=true', 'Medication?_contained=true&_include=Medication:manufacturer',
      'Medication?_contained=true&_lastUpdated=2026', 'Medication?_contained=true&_text=x', 'Observation?_contained=true&subject:Patient.name=x', 'Medication?_contained=true&_contained=both', '?_contained=true', 'Medication?_contained=true&_cursor=made-up']) {
      expect([query, (await client.get(`${BASE}/${query}`)).status]).toEqual([query, 400])
    }
  })
})
