/**
 * A DiagnosticReport names its values, and others than the bench may have written it. One that named a value of another patient made the bench show it, write over it
 * with this patient's name, delete it or cancel it. What stands in another record is not of the order; and a label is of one specimen.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes'
import type { Received, WorkDetail } from '#api/model/results.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import type { TestCaller } from '#test/support/app.ts'
import { ok, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeOrder, makeSheet } from '#test/support/visit.ts'

const BASE = '/fhir/R4'
let clinic: Clinic
let bench: TestPersonCaller
let all: TestCaller
beforeAll(async () => {
  clinic = await testClinic()
  bench = await clinic.site.person({ login: 'xetnghiem', name: 'Bùi Thị Mẫu', practitioner: 'dd-mau', grants: [{ role: 'laboratory', department: null }] })
  all = await clinic.site.system()
})
afterAll(() => clinic.close())

const order = async (): Promise<string> => {
  const encounter = await clinic.arrive()
  const [found] = await clinic.site.parts.desks.terminology.find('orders', 'creatinin', '2026-11-22', 1)
  const sheet = await clinic.sheet(encounter)
  const made = { ...makeOrder({ encounter, at: new Date().toISOString() }, found?.code ?? '', found?.display ?? '', found?.version ?? ''), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: 'lab' }] }] }
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  return made.id
}
const receive = async (id: string): Promise<Received> => ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [id] }))
const detail = async (id: string): Promise<WorkDetail> => ok<WorkDetail>(await bench.get(`/api/work-lists/lab/orders/${id}`))
const read = async <T>(address: string): Promise<T> => ok<T>(await all.get(`${BASE}/${address}`))

/** The report of the order names a value of somebody else's. */
const mislead = async (id: string, value: string): Promise<void> => {
  const other = await all.post(`${BASE}/Patient`, { resourceType: 'Patient', name: [{ text: 'Người Khác Mẫu' }] })
  const { analytes: [analyte] } = await detail(id)
  ok(await all.put(`${BASE}/Observation/${value}`, {
    resourceType: 'Observation', id: value, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: analyte?.code }] }, subject: { reference: `Patient/${other.json<{ id: string }>().id}` }, valueQuantity: { value: 777 },
  }))
  const report = await read<DiagnosticReport>(`DiagnosticReport/${id}`)
  ok(await all.put(`${BASE}/DiagnosticReport/${id}`, { ...report, result: [{ reference: `Observation/${value}` }] }))
}

it('the bench neither shows nor changes a value of another patient that a report names', async () => {
  const id = await order()
  await receive(id)
  await mislead(id, 'cua-nguoi-khac-1')
  const { version, analytes, lines } = await detail(id)
  expect(JSON.stringify(lines)).not.toContain('777')
  ok(await bench.put(`/api/work-lists/lab/orders/${id}/results`, { version, values: analytes.map(({ code }) => ({ code, text: '80' })), conclusion: '', release: true }))
  const kept = await read<Observation>('Observation/cua-nguoi-khac-1')
  expect([kept.meta?.versionId, kept.valueQuantity?.value, kept.status]).toEqual(['1', 777, 'final'])
  expect((await read<DiagnosticReport>(`DiagnosticReport/${id}`)).result?.map(({ reference }) => reference)).not.toContain('Observation/cua-nguoi-khac-1')
})

it('giving a specimen back cancels no value of another patient', async () => {
  const id = await order()
  await receive(id)
  await mislead(id, 'cua-nguoi-khac-2')
  const { row: { version } } = await detail(id)
  ok(await bench.post(`/api/work-lists/lab/orders/${id}/return`, { version, reason: 'haemolysed', words: '', again: true }))
  expect((await read<Observation>('Observation/cua-nguoi-khac-2')).status).toBe('final')
})

it('a label is of one specimen, whatever is asked for', async () => {
  const [one, two] = [await receive(await order()), await receive(await order())]
  const asked = (specimen: string) => bench.get(`/api/work-lists/lab/specimens/${specimen}/label`)
  expect([(await asked(one.specimen ?? '')).status, (await asked(`${one.specimen},Specimen%2F${two.specimen}`)).status]).toEqual([200, 404])
})
