/** A demo patient as FHIR: Patient and AllergyIntolerance (https://hl7.org/fhir/R4/patient.html), codes taken from the lists in force. */
import type { AllergyIntolerance, Coding, Extension, Patient, PatientContact } from '@medplum/fhirtypes'
import { NONE_KNOWN } from '#api/model/allergy.ts'
import { RELATIONS } from '#api/model/contact.ts'
import { outcome } from '#api/model/outcome.ts'
import type { Terminology } from '#api/model/ports.ts'
import { CODE_SYSTEM, EXTENSION, PROFILE, SID } from '#api/model/systems.ts'
import type { DemoPatient } from './demo-patients.ts'

/** Codings of one day's lists. */
export interface Coder {
  code(system: string, code: string): Promise<Required<Pick<Coding, 'system' | 'version' | 'code' | 'display'>>>
}

/** Throws code-invalid when a list does not have the code. */
export const createCoder = (terminology: Terminology, day: string): Coder => ({
  async code(system, code) {
    const concept = await terminology.lookup(system, code, day)
    if (concept === undefined) throw outcome('code-invalid', { diagnostics: `${system} has no ${code} on ${day}.` })
    return { system: concept.system, version: concept.version, code: concept.code, display: concept.display }
  },
})

const militaryExtension = async ({ military }: DemoPatient, coder: Coder): Promise<Extension[]> => {
  if (military === undefined) return []
  const parts: Extension[] = [
    { url: 'category', valueCoding: await coder.code(CODE_SYSTEM.categories, military.category) },
    ...(military.rank === undefined ? [] : [{ url: 'rank', valueCoding: await coder.code(CODE_SYSTEM.ranks, military.rank) }]),
    ...(military.position === undefined ? [] : [{ url: 'position', valueString: military.position }]),
    { url: 'unit', valueString: military.unit },
    ...(military.category === 'QNCN' ? [{ url: 'qncn', valueBoolean: true }] : []),
  ]
  return [{ url: EXTENSION.military, extension: parts }]
}

const guardianOf = ({ name, relation, phone }: NonNullable<DemoPatient['guardian']>): PatientContact => {
  const { system, display, vi } = RELATIONS[relation]
  return { relationship: [{ coding: [{ system, code: relation, display }], text: vi }], name: { text: name }, telecom: [{ system: 'phone', value: phone }] }
}

export const toPatient = async (person: DemoPatient, coder: Coder): Promise<Patient> => {
  const [family = '', ...given] = person.name.split(' ')
  const commune = await coder.code(CODE_SYSTEM.communes, person.address.commune)
  const province = await coder.code(CODE_SYSTEM.provinces, person.address.province)
  return {
    resourceType: 'Patient',
    id: person.id,
    meta: { profile: [PROFILE.patient] },
    extension: [
      ...await militaryExtension(person, coder),
      { url: EXTENSION.ethnicity, valueCoding: await coder.code(CODE_SYSTEM.ethnicGroups, person.ethnicGroup) },
      { url: EXTENSION.occupation, valueCoding: await coder.code(CODE_SYSTEM.occupations, person.occupation) },
    ],
    identifier: [
      { system: SID.citizen, value: person.citizen },
      ...(person.insurance === undefined ? [] : [{ system: SID.insurance, value: person.insurance }]),
      ...(person.military?.number === undefined ? [] : [{ system: SID.military, value: person.military.number }]),
    ],
    active: true,
    name: [{ use: 'official', text: person.name, family, given }],
    telecom: [{ system: 'phone', value: person.phone, use: 'mobile' }],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [{
      use: 'home', text: [person.address.line, commune.display, province.display].join(', '), line: [person.address.line], city: commune.display, state: province.display, country: 'VN',
      extension: [{ url: EXTENSION.province, valueCoding: province }, { url: EXTENSION.commune, valueCoding: commune }],
    }],
    ...(person.guardian && { contact: [guardianOf(person.guardian)] }),
  }
}

const toNone = (person: DemoPatient, recorded: string): AllergyIntolerance => ({
  resourceType: 'AllergyIntolerance', id: `${person.id}-khong-di-ung`,
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] },
  code: { coding: NONE_KNOWN.coding.map((coding) => ({ ...coding })), text: NONE_KNOWN.text }, patient: { reference: `Patient/${person.id}`, display: person.name }, recordedDate: recorded,
})

export const toAllergies = (person: DemoPatient, recorded: string): AllergyIntolerance[] =>
  person.noAllergy ? [toNone(person, recorded)] : person.allergies.map((allergy, at) => ({
    resourceType: 'AllergyIntolerance',
    id: `${person.id}-di-ung-${at + 1}`,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] },
    criticality: allergy.criticality,
    code: { text: allergy.substance },
    patient: { reference: `Patient/${person.id}`, display: person.name },
    recordedDate: recorded,
    reaction: [{ manifestation: [{ text: allergy.reaction }] }],
  }))
