/** A hospital ready for a visit: letterhead, one clinic, starter lists, a doctor with a key, a nurse, a patient who waits. Everybody is invented. */
import { randomUUID } from 'node:crypto'
import { fromDepartment, fromHospitalProfile } from '#api/model/hospital.ts'
import { objectFromPlain, toPlain } from '#api/model/json.ts'

import type { CheckReport } from '#api/model/safety.ts'
import type { DocumentRow, SigningPreview, SignResult, VisitSheet } from '#api/model/site.ts'

import { seedStarterLists } from '#api/terminology/starter-lists.ts'
import { TEST_PIN, testSite, type TestAnswer, type TestCaller, type TestSite, type TestSiteOptions } from './app.ts'
import { makeDiagnosis, makeDrug, makeEncounter, makeNote, makeOrder, makeSheet, makeVital, PATIENT, type SheetEntry } from './visit.ts'

export const CLINIC = 'khoa-kham-benh'
export const OTHER_CLINIC = 'khoa-khac'
export type TestPersonCaller = TestCaller & { readonly account: string }

export interface Clinic {
  readonly site: TestSite
  readonly doctor: TestPersonCaller
  readonly nurse: TestPersonCaller
  readonly stranger: TestPersonCaller
  readonly reception: TestPersonCaller
  /** Codes of the starter lists with the version in force. */
  readonly codes: { readonly cold: readonly [string, string, string]; readonly fever: readonly [string, string, string]; readonly drug: readonly [string, string, string]; readonly other: readonly [string, string, string]; readonly order: readonly [string, string, string] }
  /** An Encounter that has arrived, of the one patient or another. */
  arrive(options?: { readonly patient?: string }): Promise<string>
  sheet(encounter: string, caller?: TestCaller): Promise<VisitSheet>
  /** The reference visit: weight, history, plan, one diagnosis, one drug, one order. */
  reference(encounter: string, options?: { readonly patient?: string }): Promise<Record<string, unknown>>
  sign(encounter: string, bundle: unknown, options?: { readonly correction?: { kind: 'replaces' | 'appends'; reason: string }; readonly draftKey?: string; readonly pin?: string; /** Gives every drug alert that asks for one a reason. */ readonly answer?: boolean }): Promise<readonly DocumentRow[]>
  close(): Promise<void>
}

export const ok = <T>(answer: TestAnswer): T => {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text}`)
  return answer.json<T>()
}

export const testClinic = async (options: TestSiteOptions = {}): Promise<Clinic> => {
  const site = await testSite(options)
  const { store } = site.parts
  const organization = fromHospitalProfile({ governingBody: 'Cục Hậu cần - Kỹ thuật Quân khu Mẫu', name: 'Bệnh viện Quân y 900', facilityCode: '99900', address: 'Số 900 đường Mẫu, Hà Nội', phone: '069 900 900', place: 'Hà Nội' })
  const practitioner = (id: string, name: string) => ({ resourceType: 'Practitioner', id, active: true, name: [{ text: name }] })
  const department = (id: string, code: string, name: string) => fromDepartment({ id, code, name, kind: 'clinic', active: true })
  const resources = [organization, department(CLINIC, 'KB', 'Khoa Khám bệnh'), department(OTHER_CLINIC, 'K2', 'Khoa khác'), practitioner('bs-mau', 'Trần Văn Mẫu'), practitioner('dd-mau', 'Phạm Thị Mẫu'), PATIENT]
  await store.transact(site.internal, (tx) => tx.write(resources.map((resource) => ({
    op: 'create', key: { type: String((resource as { resourceType: string }).resourceType), id: String(resource.id) }, resource: objectFromPlain(resource),
  }))))
  await seedStarterLists(store, site.internal)
  const { terminology, signer } = site.parts.desks
  const code = async (list: string, text: string): Promise<readonly [string, string, string]> => {
    const [found] = await terminology.find(list, text, '2026-11-22', 1)
    if (found === undefined) throw new Error(`no ${text} in ${list}`)
    return [found.code, found.display, found.version]
  }
  const codes = { cold: await code('icd10', 'J00'), fever: await code('icd10', 'R50'), drug: await code('medicines', 'paracetamol'), other: await code('medicines', 'amoxicillin'), order: await code('orders', 'cong thuc mau') }
  const person = (login: string, name: string, role: 'doctor' | 'nurse' | 'reception', at: string, id: string | null) => site.person({ login, name, practitioner: id, grants: [{ role, department: at }] })
  const doctor = await person('bacsi', 'Trần Văn Mẫu', 'doctor', CLINIC, 'bs-mau')
  const nurse = await person('dieuduong', 'Phạm Thị Mẫu', 'nurse', CLINIC, 'dd-mau')
  const stranger = await person('bacsi2', 'Lê Văn Khác', 'doctor', OTHER_CLINIC, null)
  const reception = await person('tiepdon', 'Nguyễn Thị Tiếp', 'reception', CLINIC, null)
  await signer?.admit(doctor.account, { name: 'Thiếu tá, BS Trần Văn Mẫu', role: 'Bác sĩ', practitioner: 'bs-mau' })
  await signer?.enrol(doctor.account, TEST_PIN)

  const sheet: Clinic['sheet'] = async (encounter, caller = doctor) => ok<VisitSheet>(await caller.get(`/api/visits/${encounter}`))
  return {
    site, doctor, nurse, stranger, reception, codes, sheet,
    async arrive({ patient = PATIENT.id } = {}) {
      const id = randomUUID()
      await store.transact(site.internal, async (tx) => {
        await tx.write([{ op: 'create', key: { type: 'Encounter', id }, resource: objectFromPlain(makeEncounter(id, CLINIC, { status: 'arrived', subject: { reference: `Patient/${patient}` }, identifier: [{ system: 'http://fhir.hl7.org.vn/core/sid/ma-lk', value: id }] })) }])
        await tx.relate({ patient, department: CLINIC, account: null, kind: 'encounter', until: '2099-01-01T00:00:00.000Z' })
      })
      return id
    },
    async reference(encounter, { patient = PATIENT.id } = {}) {
      const context = { encounter, patient }
      const { encounter: stored } = await sheet(encounter)
      return makeSheet([
        { resource: { ...stored, id: encounter }, version: Number(stored.meta?.versionId) },
        { resource: makeVital(context, 'weight', 61.5) }, { resource: makeNote(context, 'history', 'Ho khan, sốt 38 độ') }, { resource: makeNote(context, 'plan', 'Nghỉ ngơi, uống nhiều nước') },
        { resource: makeDiagnosis(context, ...codes.cold) }, { resource: makeDrug(context, ...codes.drug) }, { resource: makeOrder(context, ...codes.order) },
      ])
    },
    async sign(encounter, bundle, { pin = TEST_PIN, answer = false, ...more } = {}) {
      const { lines } = answer ? ok<CheckReport>(await doctor.post(`/api/visits/${encounter}/checks`, { bundle })) : { lines: [] }
      const overrides = lines.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'reason').map(({ key }) => ({ key, reason: 'tolerated', text: 'Đã dùng tháng trước' }))
      const preview = ok<SigningPreview>(await doctor.post(`/api/visits/${encounter}/preview`, { bundle, overrides, ...more }))
      return ok<SignResult>(await doctor.post(`/api/visits/${encounter}/sign`, { preview: preview.preview, pin })).documents
    },
    close: () => site.close(),
  }
}

/** The signed visit as a sheet sends it again, with changes by "Type/id": another resource, or 'remove'. */
export const resend = (sheet: VisitSheet, change: (resource: SheetEntry['resource'] & object) => SheetEntry | undefined, ...added: SheetEntry[]): Record<string, unknown> =>
  makeSheet([...[sheet.encounter, ...sheet.current].map((resource) => {
    const given = toPlain(objectFromPlain(resource)) as SheetEntry['resource'] & object
    return change(given) ?? { resource: given, version: Number(resource.meta?.versionId) }
  }), ...added])

