/** Which FHIR R4 types carry what of a patient, for the policy table; the patient compartment is http://hl7.org/fhir/R4/compartmentdefinition-patient.html. Types that stand in no group are closed to persons. */

export type Group = 'patient' | 'encounter' | 'observations' | 'allergies' | 'orders' | 'results' | 'clinical' | 'directory' | 'terminology' | 'audit'

const MEMBERS: Readonly<Record<Group, readonly string[]>> = {
  patient: ['Patient'],
  encounter: ['Encounter'],
  observations: ['Observation'],
  allergies: ['AllergyIntolerance'],
  orders: ['MedicationRequest', 'ServiceRequest', 'DeviceRequest', 'NutritionOrder', 'VisionPrescription', 'RequestGroup', 'SupplyRequest', 'CommunicationRequest'],
  // what laboratory, imaging, whoever does what was ordered, and the product itself say, by their own routes
  results: ['DiagnosticReport', 'Specimen', 'ImagingStudy', 'Procedure', 'Communication', 'DetectedIssue', 'Provenance'],
  clinical: [
    'Condition', 'Composition', 'DocumentReference', 'DocumentManifest', 'ClinicalImpression', 'CarePlan', 'CareTeam', 'Goal',
    'EpisodeOfCare', 'FamilyMemberHistory', 'Flag', 'Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation', 'List', 'Media',
    'MedicationAdministration', 'MedicationDispense', 'MedicationStatement', 'MolecularSequence', 'QuestionnaireResponse', 'RiskAssessment', 'BodyStructure',
    'AdverseEvent', 'Consent', 'DeviceUseStatement', 'MeasureReport', 'Appointment', 'AppointmentResponse', 'RelatedPerson', 'Person', 'Group', 'Basic',
    'Account', 'ChargeItem', 'Claim', 'ClaimResponse', 'Coverage', 'CoverageEligibilityRequest', 'CoverageEligibilityResponse', 'EnrollmentRequest', 'ExplanationOfBenefit',
    'Invoice', 'ResearchSubject', 'Schedule',
  ],
  directory: ['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'HealthcareService', 'OrganizationAffiliation', 'Endpoint'],
  terminology: ['CodeSystem', 'ValueSet', 'ConceptMap', 'NamingSystem', 'StructureDefinition', 'SearchParameter', 'CapabilityStatement', 'OperationDefinition', 'Medication', 'Questionnaire'],
  audit: ['AuditEvent'],
}

const GROUP_OF: ReadonlyMap<string, Group> = new Map(
  (Object.entries(MEMBERS) as [Group, readonly string[]][]).flatMap(([group, types]) => types.map((type): [string, Group] => [type, group])),
)

/** undefined: a type in no group, closed to persons. */
export const groupOf = (type: string): Group | undefined => GROUP_OF.get(type)

/** All types of a group. */
export const membersOf = (group: Group): readonly string[] => MEMBERS[group]

/** Every type that is in a group, with its group. */
export const allTypes = (): (readonly [string, Group])[] => [...GROUP_OF]
