/** What a doctor says of a signed visit is signed: nothing is put beside it through the FHIR interface. And reception, which reads Encounters, reads no diagnosis in them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestCaller } from '#test/support/app.ts'
import { ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDiagnosis, makeDrug, makeNote, makeOrder, makeVital } from '#test/support/visit.ts'

let clinic: Clinic
let system: TestCaller
let signed: string
let open: string
beforeAll(async () => {
  clinic = await testClinic()
  system = await clinic.site.system()
  signed = await clinic.arrive()
  open = await clinic.arrive()
  await clinic.sign(signed, await clinic.reference(signed))
})
afterAll(() => clinic.close())

const post = (caller: TestCaller, resource: { resourceType: string }) => caller.post(`/fhir/R4/${resource.resourceType}`, resource)

describe('a signed visit', () => {
  it('takes no diagnosis, order, drug or note beside what was signed', async () => {
    const context = { encounter: signed }
    const { codes, doctor } = clinic
    for (const resource of [makeDiagnosis(context, ...codes.fever), makeDrug(context, ...codes.other), makeOrder(context, ...codes.order), makeNote(context, 'plan', 'thêm sau khi ký')]) {
      const answer = await post(doctor, resource)
      expect([resource.resourceType, answer.status, answer.text.includes('immutable-record')]).toEqual([resource.resourceType, 409, true])
    }
    expect((await post(system, makeDiagnosis(context, ...codes.fever))).status).toBe(409)
    const sheet = await clinic.sheet(signed)
    expect(sheet.current.filter(({ resourceType }) => resourceType === 'Condition')).toHaveLength(1)
  })

  it('is not reached by moving a diagnosis of another visit either, nor in a transaction that finds the visit by a condition', async () => {
    const [code, display, version] = clinic.codes.fever
    const mine = ok<{ id: string }>(await post(clinic.doctor, makeDiagnosis({ encounter: open }, code, display, version)))
    const moved = makeDiagnosis({ encounter: signed }, code, display, version, mine.id)
    expect((await clinic.doctor.put(`/fhir/R4/Condition/${mine.id}`, moved)).status).toBe(409)
    const stored = ok<{ identifier: { system: string; value: string }[] }>(await system.get(`/fhir/R4/Encounter/${signed}`))
    const [identifier] = stored.identifier
    const visit = `urn:uuid:${randomUUID()}`
    const bundle = {
      resourceType: 'Bundle', type: 'transaction',
      entry: [
        { fullUrl: visit, resource: stored, request: { method: 'POST', url: 'Encounter', ifNoneExist: `identifier=${identifier?.system}|${identifier?.value}` } },
        { resource: { ...moved, id: undefined, encounter: { reference: visit } }, request: { method: 'POST', url: 'Condition' } },
      ],
    }
    expect((await system.post('/fhir/R4', bundle)).status).toBe(409)
  })

  it('still takes results of other systems', async () => {
    expect((await post(system, makeVital({ encounter: signed }, 'pulse', 80))).status).toBe(201)
  })
})

describe('reception', () => {
  it('reads the Encounter of a signed visit without the names of its diagnoses', async () => {
    const { codes, reception, doctor } = clinic
    const encounter = await clinic.arrive()
    const diagnosis = makeDiagnosis({ encounter }, ...codes.fever)
    const sheet = await clinic.reference(encounter) as { entry: { resource: { resourceType: string; id: string } }[] }
    const [first] = sheet.entry
    if (first === undefined) throw new Error('no Encounter')
    const condition = sheet.entry.find(({ resource }) => resource.resourceType === 'Condition')
    Object.assign(first.resource, { diagnosis: [{ condition: { reference: `Condition/${condition?.resource.id}`, display: codes.cold[1] }, use: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: 'DD' }] }, rank: 1 }] })
    await clinic.sign(encounter, { ...sheet, entry: [...sheet.entry, { fullUrl: `urn:uuid:${diagnosis.id}`, resource: diagnosis, request: { method: 'PUT', url: `Condition/${diagnosis.id}` } }] })
    const seen = await reception.get(`/fhir/R4/Encounter/${encounter}`)
    expect(seen.status).toBe(200)
    expect(seen.text).toContain('"diagnosis"')
    expect(seen.text).not.toContain(codes.cold[1])
    expect(seen.text).not.toContain(codes.fever[1])
    // the doctor's list of earlier visits names them all the same
    const later = await clinic.sheet(await clinic.arrive(), doctor)
    expect(later.previousVisits.find((visit) => visit.encounter === encounter)?.diagnoses).toContain(codes.cold[1])
  })
})
