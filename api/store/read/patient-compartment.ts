/**
 * In whose record a resource stands: the patient compartment (http://hl7.org/fhir/R4/compartmentdefinition-patient.html), made strict.
 * A resource has one owner: the first patient found, its subject before those who only took part in writing it.
 */
import { JsonObject, stringAt, type JsonValue } from '../../model/json.ts'

const SUBJECT = ['subject'], PATIENT = ['patient']

/** Where each type names its patient, in order. Types beyond the compartment (Binary, Device, Bundle …) are here because their content is a patient's too. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Account: SUBJECT, AdverseEvent: SUBJECT, AllergyIntolerance: PATIENT, Appointment: ['participant.actor'], AppointmentResponse: ['actor'],
  AuditEvent: ['entity.what', 'agent.who'], Basic: ['subject', 'author'], Binary: ['securityContext'], BiologicallyDerivedProduct: ['collection.source'],
  BodyStructure: PATIENT, Bundle: ['entry.resource.subject', 'entry.resource.patient'], CarePlan: SUBJECT, CareTeam: ['subject', 'participant.member'],
  ChargeItem: SUBJECT, Claim: ['patient', 'payee.party'], ClaimResponse: PATIENT, ClinicalImpression: SUBJECT,
  Communication: ['subject', 'recipient', 'sender'], CommunicationRequest: ['subject', 'recipient', 'sender', 'requester'],
  Composition: ['subject', 'author', 'attester.party'], Condition: ['subject', 'asserter'], Consent: PATIENT, Contract: SUBJECT,
  Coverage: ['beneficiary', 'subscriber', 'policyHolder', 'payor'], CoverageEligibilityRequest: PATIENT, CoverageEligibilityResponse: PATIENT,
  DetectedIssue: PATIENT, Device: PATIENT, DeviceRequest: ['subject', 'performer'], DeviceUseStatement: SUBJECT, DiagnosticReport: SUBJECT,
  DocumentManifest: ['subject', 'recipient', 'author'], DocumentReference: ['subject', 'author'], Encounter: SUBJECT, EnrollmentRequest: ['candidate'],
  EpisodeOfCare: PATIENT, ExplanationOfBenefit: ['patient', 'payee.party'], FamilyMemberHistory: PATIENT, Flag: SUBJECT, Goal: SUBJECT,
  Group: ['member.entity'], GuidanceResponse: SUBJECT, ImagingStudy: SUBJECT, Immunization: PATIENT, ImmunizationEvaluation: PATIENT,
  ImmunizationRecommendation: PATIENT, Invoice: ['subject', 'recipient'], List: ['subject', 'source'], MeasureReport: SUBJECT, Media: SUBJECT,
  MedicationAdministration: ['subject', 'performer.actor'], MedicationDispense: ['subject', 'receiver'], MedicationRequest: SUBJECT,
  MedicationStatement: SUBJECT, MolecularSequence: PATIENT, NutritionOrder: PATIENT, Observation: ['subject', 'performer'], Person: ['link.target'],
  Procedure: ['subject', 'performer.actor'], Provenance: ['target'], QuestionnaireResponse: ['subject', 'author', 'source'], RelatedPerson: PATIENT,
  RequestGroup: ['subject', 'action.participant'], ResearchSubject: ['individual'], RiskAssessment: SUBJECT, Schedule: ['actor'],
  ServiceRequest: ['subject', 'performer'], Specimen: SUBJECT, SupplyDelivery: PATIENT, SupplyRequest: ['deliverTo'], Task: ['for', 'focus'],
  VisionPrescription: PATIENT,
}

/** These say nothing of a patient when they name none: a doctor's schedule, a device in the store room. */
const OPEN_WITHOUT_PATIENT: ReadonlySet<string> = new Set(['Schedule', 'Device'])

/**
 * FHIR id of the patient; null: the resource belongs to no record; '': it belongs to one, but to whose cannot be told, so that nobody
 * with less than full sight may see it. `bases`: absolute addresses of this server's own FHIR base.
 */
export const patientOf = (resource: JsonObject, type: string, id: string, bases: readonly string[]): string | null => {
  if (type === 'Patient') return id
  const paths = PATHS[type]
  if (!paths) return null
  for (const path of paths) {
    for (const reference of valuesAt(resource, path.split('.'))) {
      const patient = toPatientId(stringAt(reference, 'reference'), bases)
      if (patient !== undefined) return patient
    }
  }
  return OPEN_WITHOUT_PATIENT.has(type) ? null : ''
}

const valuesAt = (value: JsonValue | undefined, path: readonly string[]): JsonValue[] => {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => valuesAt(item, path))
  const [name, ...rest] = path
  if (name === undefined) return value === undefined ? [] : [value]
  return value instanceof JsonObject ? valuesAt(value.get(name), rest) : []
}

const toPatientId = (reference: string | undefined, bases: readonly string[]): string | undefined => {
  if (reference === undefined) return undefined
  const base = bases.find((own) => reference.startsWith(`${own}/`))
  const relative = base === undefined ? reference : reference.slice(base.length + 1)
  return /^Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(relative)?.[1]
}
