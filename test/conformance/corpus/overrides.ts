/** Values that an invariant asks for, by path: one for each number of a resource, then from the start again. */

type Values = readonly unknown[]

const OVERRIDES: Readonly<Record<string, Values>> = {
  'Appointment.status': ['cancelled', 'noshow', 'proposed'],
  'AllergyIntolerance.clinicalStatus': [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }],
  'AllergyIntolerance.verificationStatus': [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] }],
  'Bundle.type': ['searchset', 'history', 'batch', 'transaction-response', 'collection'],
  'Bundle.entry.fullUrl': ['https://other.example/fhir/Basic/a', 'https://other.example/fhir/Basic/b'],
  'Bundle.entry.request.method': ['POST', 'PUT', 'GET'],
  'CapabilityStatement.kind': ['instance', 'capability', 'requirements'],
  'CapabilityStatement.rest.resource.type': ['Patient', 'Observation'],
  'CapabilityStatement.rest.resource.searchParam.name': ['name', 'identifier'],
  'Condition.clinicalStatus': [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }] }],
  'Condition.verificationStatus': [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] }],
  'ElementDefinition.min': [0, 1],
  'ElementDefinition.max': ['*', '3'],
  'ElementDefinition.base.max': ['*'],
  'ElementDefinition.path': ['Extension.name'],
  'ElementDefinition.sliceName': ['slice-a'],
  'ElementDefinition.constraint.key': ['a-1', 'a-2'],
  'ElementDefinition.type.code': ['code', 'Reference'],
  'ElementDefinition.isModifierReason': ['vì'],
  'ElementDefinition.binding.valueSet': ['http://example.org/fhir/ValueSet/things'],
  'Group.actual': [true],
  'ImplementationGuide.fhirVersion': ['4.0.1'],
  'ImplementationGuide.definition.resource.fhirVersion': ['4.0.1'],
  'ImplementationGuide.definition.grouping.id': ['g-1'],
  'ImplementationGuide.definition.resource.groupingId': ['g-1'],
  'List.mode': ['working', 'changes', 'snapshot'],
  'MeasureReport.type': ['individual', 'summary', 'data-collection'],
  'MessageDefinition.focus.max': ['*', '3'],
  'MedicationDispense.whenPrepared': ['2026-02-28T08:00:00+07:00'],
  'MedicationDispense.whenHandedOver': ['2026-02-28T09:00:00+07:00'],
  'MolecularSequence.coordinateSystem': [0, 1],
  'NamingSystem.uniqueId.type': ['oid', 'uri', 'uuid'],
  'OperationDefinition.parameter.type': ['string', 'Reference', 'canonical'],
  'Organization.telecom': [{ system: 'phone', value: '+84 24 0000 0000', use: 'work' }],
  'Organization.address': [{ text: 'Hà Nội', use: 'work' }, { use: 'billing', line: ['Số 1', 'Đường B'], city: 'Hà Nội' }],
  'Questionnaire.item.type': ['integer', 'string', 'choice', 'group', 'quantity', 'decimal', 'date', 'open-choice'],
  'Questionnaire.item.enableWhen.operator': ['=', '>', '!='],
  'SearchParameter.type': ['reference'],
  'StructureDefinition.type': ['Extension'],
  'StructureDefinition.kind': ['resource', 'logical'],
  // a constraint would have to be one on elements that there are
  'StructureDefinition.derivation': ['specialization'],
  'StructureDefinition.url': ['http://example.org/fhir/StructureDefinition/own'],
  'StructureDefinition.abstract': [true, false],
  'TerminologyCapabilities.kind': ['instance', 'capability', 'requirements'],
  'TestScript.setup.action.assert.direction': ['response'],
  'TestScript.test.action.assert.direction': ['response'],
  'TestScript.setup.action.operation.type': [{ system: 'http://terminology.hl7.org/CodeSystem/testscript-operation-codes', code: 'search' }],
  'TestScript.test.action.operation.type': [{ system: 'http://terminology.hl7.org/CodeSystem/testscript-operation-codes', code: 'search' }],
  'TestScript.teardown.action.operation.type': [{ system: 'http://terminology.hl7.org/CodeSystem/testscript-operation-codes', code: 'search' }],
}

/** The same in every item of a list. */
const ALIKE: ReadonlySet<string> = new Set(['OperationDefinition.parameter.type', 'Questionnaire.item.type', 'ElementDefinition.type.code'])

/** Names that no two places of a resource may share. */
const DISTINCT: ReadonlySet<string> = new Set(['Questionnaire.item.linkId', 'ElementDefinition.id', 'CodeSystem.concept.code', 'CapabilityStatement.document.profile'])

/** undefined: any value will do. `number`: of the resource; `index`: place in the list. */
export const overrideAt = (path: string, place: string, number: number, index: number): unknown => {
  if (DISTINCT.has(path)) return `${path === 'CapabilityStatement.document.profile' ? 'http://example.org/fhir/StructureDefinition/' : ''}${place.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`
  const values = OVERRIDES[path]
  return values?.[(ALIKE.has(path) ? number : number + index) % values.length]
}
