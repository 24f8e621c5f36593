/** A visit as the doctor's sheet sends it, for tests: a transaction Bundle of resources with ids of their own (invented persons). */
import { randomUUID } from 'node:crypto'
import { CODE_SYSTEM, EXTENSION, LOINC, PROFILE, SID } from '#api/model/systems.ts'

type Plain = Record<string, unknown>
export interface SheetEntry { readonly resource?: Plain & { resourceType: string; id: string }; readonly version?: number; readonly remove?: string }

export const PATIENT: Plain & { id: string } = {
  resourceType: 'Patient', id: 'benh-nhan-mau', meta: { profile: [PROFILE.patient] }, identifier: [{ system: SID.citizen, value: '001085000123' }, { system: SID.patient, value: 'BN26000001' }],
  name: [{ text: 'Nguyễn Văn Mẫu', family: 'Nguyễn', given: ['Văn', 'Mẫu'] }], gender: 'male', birthDate: '1985-03-02', address: [{ text: 'Số 1 phố Mẫu, phường Thử, Hà Nội' }],
}

export const makeEncounter = (id: string, department: string, more: Plain = {}): Plain & { resourceType: string; id: string } => ({
  resourceType: 'Encounter', id, meta: { profile: [PROFILE.encounter] }, identifier: [{ system: SID.visit, value: '900260000001' }], extension: [{ url: EXTENSION.queueNumber, valueInteger: 7 }],
  status: 'in-progress', class: { system: CODE_SYSTEM.encounterClass, code: 'AMB' }, subject: { reference: `Patient/${PATIENT.id}`, display: 'Nguyễn Văn Mẫu' },
  period: { start: '2026-11-22T08:00:00.000+07:00' }, reasonCode: [{ text: 'Ho, sốt 3 ngày' }], serviceProvider: { reference: `Organization/${department}` }, ...more,
})

export interface SheetContext { readonly encounter: string; readonly patient?: string; readonly at?: string; /** FHIR id of the Practitioner who typed it. */ readonly by?: string }

const own = ({ encounter, patient = PATIENT.id }: SheetContext): Plain => ({ subject: { reference: `Patient/${patient}` }, encounter: { reference: `Encounter/${encounter}` } })
const concept = (system: string, version: string, code: string, display: string): Plain => ({ coding: [{ system, version, code, display }], text: display })
const loinc = (kind: { code: string; vi: string }): Plain => ({ coding: [{ system: CODE_SYSTEM.loinc, code: kind.code, display: kind.vi }], text: kind.vi })
const by = ({ by: id = 'bs-mau' }: SheetContext): Plain => ({ reference: `Practitioner/${id}` })
const at = (context: SheetContext): string => context.at ?? '2026-11-22T08:15:00+07:00'

export const makeNote = (context: SheetContext, kind: 'admissionDiagnosis' | 'history' | 'pastHistory' | 'examination' | 'results' | 'plan' | 'remarks', text: string, id: string = randomUUID()) => ({
  resourceType: 'Observation', id, meta: { profile: [PROFILE.clinicalNote] }, status: 'final', category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'exam' }] }],
  code: loinc(LOINC[kind]), ...own(context), effectiveDateTime: at(context), performer: [by(context)], valueString: text,
})

/** `value` is put in as it is written: "37.10" keeps its zero when the Bundle is written by toSheetText. */
export const makeVital = (context: SheetContext, kind: 'pulse' | 'temperature' | 'weight', value: number, id: string = randomUUID()) => ({
  resourceType: 'Observation', id, meta: { profile: [PROFILE.vitalSign] }, status: 'final', category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'vital-signs' }] }],
  code: loinc(LOINC[kind]), ...own(context), effectiveDateTime: at(context), performer: [by(context)], valueQuantity: { value, unit: LOINC[kind].shown, system: CODE_SYSTEM.ucum, code: LOINC[kind].unit },
})

export const makeDiagnosis = (context: SheetContext, code: string, display: string, version: string, id: string = randomUUID()) => ({
  resourceType: 'Condition', id, meta: { profile: [PROFILE.condition] },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] },
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
  code: concept(CODE_SYSTEM.icd10, version, code, display), ...own(context), recordedDate: at(context), recorder: by(context),
})

export const makeDrug = (context: SheetContext, code: string, display: string, version: string, options: { id?: string; days?: number } = {}) => {
  const days = options.days ?? 7
  return {
    resourceType: 'MedicationRequest', id: options.id ?? randomUUID(), meta: { profile: [PROFILE.medicationRequest] }, status: 'active', intent: 'order',
    medicationCodeableConcept: concept(CODE_SYSTEM.medicines, version, code, display), ...own(context), authoredOn: at(context), requester: by(context),
    dosageInstruction: [{
      text: `Uống mỗi lần 1 viên, ngày 3 lần, trong ${days} ngày`, timing: { repeat: { boundsDuration: { value: days, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' }, frequency: 3, period: 1, periodUnit: 'd' } },
      doseAndRate: [{ doseQuantity: { value: 1, unit: 'viên' } }],
    }],
    dispenseRequest: { quantity: { value: 3 * days, unit: 'viên' }, expectedSupplyDuration: { value: days, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' } },
  }
}

export const makeOrder = (context: SheetContext, code: string, display: string, version: string, id: string = randomUUID()) => ({
  resourceType: 'ServiceRequest', id, meta: { profile: [PROFILE.serviceRequest] }, status: 'active', intent: 'order', category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: 'lab' }] }],
  code: concept(CODE_SYSTEM.orders, version, code, display), ...own(context), authoredOn: at(context), requester: by(context),
})

export const makeAllergy = (context: SheetContext, text: string, id: string = randomUUID()) => ({
  resourceType: 'AllergyIntolerance', id, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'unconfirmed' }] }, code: { text },
  patient: { reference: `Patient/${context.patient ?? PATIENT.id}` }, encounter: { reference: `Encounter/${context.encounter}` }, recordedDate: at(context), recorder: by(context),
})

/** PUT by id, with ifMatch where there is a version; `remove` is "Type/id". */
export const makeSheet = (entries: readonly SheetEntry[]): Plain => ({
  resourceType: 'Bundle', type: 'transaction',
  entry: entries.map(({ resource, version, remove }) => ({
    ...(resource && { fullUrl: `urn:uuid:${resource.id}`, resource }),
    request: {
      method: resource ? 'PUT' : 'DELETE', url: remove ?? `${resource?.resourceType}/${resource?.id}`,
      ...(version === undefined ? {} : { ifMatch: `W/"${version}"` }),
    },
  })),
})
