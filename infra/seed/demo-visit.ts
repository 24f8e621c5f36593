/** A past visit of a demo patient as FHIR, shaped as the visit sheet writes it: Encounter, Condition, Observation, MedicationRequest. It is history without a signed document. */
import type { CodeableConcept, Condition, Encounter, MedicationRequest, Observation, Resource } from '@medplum/fhirtypes'
import type { Terminology } from '#api/model/ports.ts'
import { CODE_SYSTEM, LOINC, PROFILE, SID } from '#api/model/systems.ts'
import { JsonNumber } from '#api/model/json.ts'
import type { Coder } from './demo-patient-resource.ts'
import type { DemoPatient, DemoVisit } from './demo-patients.ts'

export interface VisitFrame {
  readonly id: string
  readonly visitCode: string
  /** Instants with offset. */
  readonly start: string
  readonly end: string
  /** YYYY-MM-DD */
  readonly day: string
  readonly department: { readonly id: string; readonly name: string }
  readonly doctor: { readonly id: string; readonly name: string }
}

/** Numbers are JsonNumber so that 36.80 would stay 36.80. */
type Written = Omit<Resource, never> | Record<string, unknown>

const concept = (coding: { display: string }): CodeableConcept => ({ coding: [coding], text: coding.display })
const category = (system: string, code: string): CodeableConcept => ({ coding: [{ system, code }] })
const loinc = (kind: { readonly code: string; readonly vi: string }): CodeableConcept => ({ coding: [{ system: CODE_SYSTEM.loinc, code: kind.code, display: kind.vi }], text: kind.vi })

/** Everything of one visit, the Encounter first. */
export const buildPastVisit = async (person: DemoPatient, visit: DemoVisit, frame: VisitFrame, coder: Coder, terminology: Terminology): Promise<Written[]> => {
  const subject = { reference: `Patient/${person.id}`, display: person.name }
  const encounter = { reference: `Encounter/${frame.id}` }
  const doctor = { reference: `Practitioner/${frame.doctor.id}`, display: frame.doctor.name }
  const codes = await Promise.all(visit.diagnoses.map((code) => coder.code(CODE_SYSTEM.icd10, code)))

  const conditions = codes.map((coding, at): Condition => ({
    resourceType: 'Condition', id: `${frame.id}-cd-${at + 1}`, meta: { profile: [PROFILE.condition] },
    clinicalStatus: category('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: category('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
    category: [category('http://terminology.hl7.org/CodeSystem/condition-category', 'encounter-diagnosis')],
    code: concept(coding), subject, encounter, recordedDate: frame.end, recorder: doctor,
  }))
  const whole: Encounter = {
    resourceType: 'Encounter', id: frame.id, meta: { profile: [PROFILE.encounter] }, identifier: [{ system: SID.visit, value: frame.visitCode }], status: 'finished',
    class: { system: CODE_SYSTEM.encounterClass, code: 'AMB', display: 'ambulatory' }, subject, period: { start: frame.start, end: frame.end }, reasonCode: [{ text: visit.reason }],
    participant: [{ individual: doctor }],
    diagnosis: conditions.map((condition, at) => ({
      condition: { reference: `Condition/${condition.id}` }, use: { coding: [{ system: CODE_SYSTEM.diagnosisRole, code: at === 0 ? 'DD' : 'CM' }] }, rank: at + 1,
    })),
    hospitalization: { dischargeDisposition: concept(await coder.code(CODE_SYSTEM.dispositions, 'home')) },
    serviceProvider: { reference: `Organization/${frame.department.id}`, display: frame.department.name },
  }
  const observation = (suffix: string, profile: string, observed: string, body: object): Written => ({
    resourceType: 'Observation', id: `${frame.id}-${suffix}`, meta: { profile: [profile] }, status: 'final', category: [category(CODE_SYSTEM.observationCategory, observed)],
    subject, encounter, effectiveDateTime: frame.start, performer: [doctor], ...body,
  } satisfies Partial<Observation>)
  const quantity = (value: string, kind: { readonly unit: string; readonly shown: string }): object => ({ value: new JsonNumber(value), unit: kind.shown, system: CODE_SYSTEM.ucum, code: kind.unit })
  const vital = (name: 'pulse' | 'temperature' | 'weight'): Written =>
    observation(`vs-${name}`, PROFILE.vitalSign, 'vital-signs', { code: loinc(LOINC[name]), valueQuantity: quantity(visit.vitals[name], LOINC[name]) })
  const note = (name: 'history' | 'examination' | 'plan'): Written => observation(`note-${name}`, PROFILE.clinicalNote, 'exam', { code: loinc(LOINC[name]), valueString: visit[name] })
  const pressure = observation('vs-blood-pressure', PROFILE.bloodPressure, 'vital-signs', {
    code: loinc(LOINC.bloodPressure),
    component: [
      { code: loinc(LOINC.systolic), valueQuantity: quantity(visit.vitals.systolic, LOINC.systolic) }, { code: loinc(LOINC.diastolic), valueQuantity: quantity(visit.vitals.diastolic, LOINC.diastolic) },
    ],
  })
  const drugs = await Promise.all(visit.drugs.map(async (drug, at): Promise<MedicationRequest> => {
    const medicine = await coder.code(CODE_SYSTEM.medicines, drug.code)
    const { unit = 'viên', route = 'PO' } = (await terminology.lookup(CODE_SYSTEM.medicines, drug.code, frame.day))?.properties ?? {}
    const way = await coder.code(CODE_SYSTEM.routes, route)
    const days = { value: drug.days, unit: 'ngày', system: CODE_SYSTEM.ucum, code: 'd' }
    return {
      resourceType: 'MedicationRequest', id: `${frame.id}-dt-${at + 1}`, meta: { profile: [PROFILE.medicationRequest] }, status: 'completed', intent: 'order',
      medicationCodeableConcept: concept(medicine), subject, encounter, authoredOn: frame.end, requester: doctor,
      dosageInstruction: [{
        text: `${way.display} mỗi lần 1 ${unit}, ngày ${drug.frequency} lần, trong ${drug.days} ngày`,
        timing: { repeat: { boundsDuration: days, frequency: drug.frequency, period: 1, periodUnit: 'd' } },
        route: concept(way), doseAndRate: [{ doseQuantity: { value: 1, unit } }],
      }],
      dispenseRequest: { quantity: { value: drug.frequency * drug.days, unit }, expectedSupplyDuration: days },
    }
  }))
  return [whole, ...conditions, vital('pulse'), pressure, vital('temperature'), vital('weight'), note('history'), note('examination'), note('plan'), ...drugs]
}
