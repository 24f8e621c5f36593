/** Searches for what other resources contain: _contained and _containedType. http://hl7.org/fhir/R4/search.html#contained */
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
