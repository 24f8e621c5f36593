/** Orders that a laboratory holds and values that it has not released, asked to be changed past it by FHIR: in no form, by no person. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes'
import type { Received, ResultStored, WorkDetail } from '#api/model/results.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import { ok, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeOrder, makeSheet } from '#test/support/visit.ts'

let clinic: Clinic
let bench: TestPersonCaller
let encounter: string
let electrolytes: readonly [string, string, string]

const order = async (): Promise<string> => {
  const sheet = await clinic.sheet(encounter)
  const made = { ...makeOrder({ encounter, at: new Date().toISOString() }, ...electrolytes), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: 'lab' }] }] }
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  return made.id
}
const receive = async (id: string): Promise<Received> => ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [id] }))
const put = async (id: string, values: Record<string, string>, more: object = {}) => {
  const { version } = ok<WorkDetail>(await bench.get(`/api/work-lists/lab/orders/${id}`))
  return bench.put(`/api/work-lists/lab/orders/${id}/results`, { version, values: Object.entries(values).map(([code, text]) => ({ code, text })), conclusion: '', release: true, ...more })
}
const NORMAL = { '2951-2': '140', '2823-3': '4.10', '2075-0': '100' }

beforeAll(async () => {
  clinic = await testClinic()
  bench = await clinic.site.person({ login: 'xetnghiem', name: 'Bùi Thị Mẫu', practitioner: 'dd-mau', grants: [{ role: 'laboratory', department: null }] })
  const [found] = await clinic.site.parts.desks.terminology.find('orders', 'dien giai do', '2026-11-22', 1)
  electrolytes = [found?.code ?? '', found?.display ?? '', found?.version ?? '']
  encounter = await clinic.arrive()
})
afterAll(() => clinic.close())

describe('what the bench has in its hands', () => {
  const bundleOf = (type: 'batch' | 'transaction', entry: object) => ({ resourceType: 'Bundle', type, entry: [entry] })
  /** Status of each form, and what a Bundle says of its one entry. */
  const forms = async (address: string, changed: object): Promise<unknown[]> => {
    const { doctor } = clinic
    const entry = (method: string, resource?: object) => ({ request: { method, url: address }, ...(resource && { resource }) })
    const patch = { type: 'application/json-patch+json', body: JSON.stringify([{ op: 'add', path: '/language', value: 'vi' }]) }
    const answers = [
      await doctor.delete(`/fhir/R4/${address}`), await doctor.put(`/fhir/R4/${address}`, changed), await doctor.call('PATCH', `/fhir/R4/${address}`, patch),
      await doctor.post(`/fhir/R4/${address}/$meta-add`, { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:x', code: 'y' }] } }] }),
      await doctor.post('/fhir/R4', bundleOf('transaction', entry('DELETE'))), await doctor.post('/fhir/R4', bundleOf('transaction', entry('PUT', changed))),
      await doctor.delete(`/fhir/R4/${address.replace('/', '?_id=')}`),
    ]
    const batch = await doctor.post('/fhir/R4', { ...bundleOf('batch', entry('DELETE')), entry: [entry('DELETE'), entry('PUT', changed)] })
    return [...answers.map(({ status }) => status), ...batch.json<{ entry: { response: { status: string } }[] }>().entry.map(({ response }) => Number(response.status.slice(0, 3)))]
  }
  const plain = async <T extends object = Observation>(type: string, id: string): Promise<T> => JSON.parse((await clinic.site.parts.store.read(clinic.site.internal, { type, id }))?.body ?? '{}') as T

  it('is not changed past it by FHIR, in whatever form: orders that it holds, and values before their release', async () => {
    const id = await order()
    await receive(id)
    const held = await plain('ServiceRequest', id)
    expect(await forms(`ServiceRequest/${id}`, { ...held, status: 'revoked' })).toEqual([409, 409, 409, 409, 409, 409, 403, 409, 409])
    ok<ResultStored>(await put(id, NORMAL, { release: false }))
    const { result = [] } = await plain<DiagnosticReport>('DiagnosticReport', id)
    const value = result[0]?.reference?.split('/')[1] ?? ''
    const { category: _category, ...without } = await plain('Observation', value)
    expect(await forms(`Observation/${value}`, { ...without, status: 'preliminary' })).toEqual([403, 403, 403, 403, 403, 403, 403, 403, 403])
    ok<ResultStored>(await put(id, { ...NORMAL, '2823-3': '5.30' }))
    expect([await plain('ServiceRequest', id), (await plain('Observation', value)).status]).toEqual([held, 'final'])
  })
  it('is the doctor\'s again to change by FHIR when nobody has taken it in', async () => {
    const id = await order()
    expect((await clinic.doctor.delete(`/fhir/R4/ServiceRequest/${id}`)).status).toBe(204)
  })
})
