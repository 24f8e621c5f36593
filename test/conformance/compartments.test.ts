/** Searches inside a compartment. http://hl7.org/fhir/R4/http.html#vsearch, http://hl7.org/fhir/R4/compartmentdefinition.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Page { entry?: { resource: { resourceType: string; id: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
const BASE = '/fhir/R4'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = ['an', 'binh'].flatMap((id) => [
    { resourceType: 'Patient', id },
    { resourceType: 'Encounter', id: `e-${id}`, status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' }, subject: { reference: `Patient/${id}` } },
    { resourceType: 'Condition', id: `c-${id}`, subject: { reference: `Patient/${id}` }, encounter: { reference: `Encounter/e-${id}` }, code: { text: 'Đau đầu' } },
    { resourceType: 'Flag', id: `f-${id}`, status: 'active', subject: { reference: `Patient/${id}` }, code: { text: 'Dị ứng' } },
  ].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })))
  const answer = await client.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const ids = (answer: TestAnswer): string[] => (answer.json<Page>().entry ?? []).map((entry) => entry.resource.id).toSorted()

describe('a compartment search', () => {
  it('finds what belongs to the patient or the encounter, in one type or all, and says so in its link', async () => {
    expect(ids(await client.get(`${BASE}/Patient/an/Condition`))).toEqual(['c-an'])
    expect(ids(await client.get(`${BASE}/Patient/an/*`))).toEqual(['c-an', 'e-an', 'f-an'])
    expect(ids(await client.get(`${BASE}/Patient/an/*?_type=Flag,Condition`))).toEqual(['c-an', 'f-an'])
    expect(ids(await client.get(`${BASE}/Encounter/e-binh/*`))).toEqual(['c-binh', 'e-binh'])
    const answer = await client.get(`${BASE}/Patient/an/*?_count=1`)
    expect(answer.json<Page>().link.map(({ url }) => new URL(url).pathname)).toEqual(Array.from({ length: 3 }, () => `${BASE}/Patient/an/*`))
    const next = new URL(answer.json<Page>().link.find(({ relation }) => relation === 'next')?.url ?? '')
    expect(ids(await client.get(`${next.pathname}${next.search}`))).toHaveLength(1)
    expect((await client.get(`${next.pathname.replace('/an/', '/binh/')}${next.search}`)).status).toBe(400)
  })
  it('takes parameters, a form, HEAD and its place in a batch', async () => {
    expect(ids(await client.get(`${BASE}/Patient/an/Condition?encounter=e-binh`))).toEqual([])
    expect(ids(await client.call('POST', `${BASE}/Patient/an/Condition/_search`, { body: 'encounter=e-an', type: 'application/x-www-form-urlencoded' }))).toEqual(['c-an'])
    const head = await client.call('HEAD', `${BASE}/Patient/an/Condition`, {})
    expect([head.status, head.text]).toEqual([200, ''])
    const batch = await client.post(BASE, { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Patient/binh/Condition' } }, { request: { method: 'GET', url: 'Organization/x/Condition' } }] })
    const [first, second] = batch.json<{ entry: { resource?: Page; response: { status: string } }[] }>().entry
    expect(first?.resource?.entry?.map((entry) => entry.resource.id)).toEqual(['c-binh'])
    expect(second?.response.status).toMatch(/^404/)
  })
  it('is none of a type without compartments, and of a patient who is nobody empty', async () => {
    expect((await client.get(`${BASE}/Organization/an/Condition`)).status).toBe(404)
    expect((await client.get(`${BASE}/Patient/an/Nothing`)).status).toBe(404)
    expect(ids(await client.get(`${BASE}/Patient/nobody/Condition`))).toEqual([])
  })
  it('shows a person no more than a search of the type does, and is on record with the patient', async () => {
    const doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa-kham' }] })
    expect(ids(await doctor.get(`${BASE}/Patient/an/Condition`))).toEqual([])
    expect((await doctor.get(`${BASE}/Patient/an/*`)).status).toBe(403)
    const [row] = await site.parts.audit.find({ interaction: 'search-type', patient: 'an', count: 1 })
    expect(row).toMatchObject({ type: 'Condition', detail: ' (0+0)' })
    expect((await (await site.system(['system/Patient.rs'])).get(`${BASE}/Patient/an/Condition`)).status).toBe(403)
  })
})
