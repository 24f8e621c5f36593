/** A write that the policy refuses is refused in the same words, whether what it refers to exists, is signed, or is nowhere: else anybody with an account could try which ids there are. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseJsonObject } from '#api/model/json.ts'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
let site: TestSite
let nurse: TestCaller

beforeAll(async () => {
  site = await testSite()
  const system = await site.system()
  for (const resource of [
    { resourceType: 'Organization', id: 'khoa', name: 'Khoa Nội' }, { resourceType: 'Patient', id: 'kin' }, { resourceType: 'Practitioner', id: 'ai-do' },
    { resourceType: 'Observation', id: 'cu', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/kin' } },
  ]) expect((await system.put(`${BASE}/${resource.resourceType}/${resource.id}`, resource)).status).toBe(201)
  const visit = { resourceType: 'Encounter', id: 'da-ky', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/kin' } }
  await site.parts.store.transact(site.internal, (tx) => tx.write([{ op: 'update', key: { type: 'Encounter', id: 'da-ky' }, resource: parseJsonObject(JSON.stringify(visit)), immutable: true }]))
  nurse = await site.person({ grants: [{ role: 'nurse', department: 'khoa' }] })
})
afterAll(() => site.close())

const observation = (more: object): object => ({ resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...more })

it.each<[string, (id: string) => object, string, string]>([
  ['a patient', (id) => observation({ subject: { reference: `Patient/${id}` } }), 'kin', 'khong-co'],
  ['a person beside the patient', (id) => observation({ subject: { reference: 'Patient/kin' }, performer: [{ reference: `Practitioner/${id}` }] }), 'ai-do', 'chang-ai'],
  ['a resource in the record', (id) => observation({ subject: { reference: 'Patient/kin' }, hasMember: [{ reference: `Observation/${id}` }] }), 'cu', 'khong-thay'],
  ['a signed visit', (id) => observation({ subject: { reference: 'Patient/kin' }, encounter: { reference: `Encounter/${id}` } }), 'da-ky', 'chua-ky'],
])('tells nothing of %s', async (_, build, here, nowhere) => {
  const told = async (id: string): Promise<[number, string][]> => {
    const single = await nurse.post(`${BASE}/Observation`, build(id))
    const many = await nurse.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: build(id), request: { method: 'POST', url: 'Observation' } }] })
    const stored = await nurse.put(`${BASE}/Observation/cu`, { ...build(id), id: 'cu' })
    return [single, many, stored].map(({ status, text }): [number, string] => [status, text.replaceAll(id, '')])
  }
  const ofOneThatIsThere = await told(here)
  expect(ofOneThatIsThere.map(([status]) => status)).toEqual([403, 403, 403])
  expect(await told(nowhere)).toEqual(ofOneThatIsThere)
})

it('tells who may write there that it leads nowhere', async () => {
  const answer = await (await site.system()).post(`${BASE}/Observation`, observation({ subject: { reference: 'Patient/khong-co' } }))
  expect([answer.status, answer.text.includes('dangling-reference')]).toEqual([422, true])
})
