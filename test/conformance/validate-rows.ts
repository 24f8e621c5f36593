/** What $validate must say of base R4: resources of many types, each with the problems that it has. "error Type.element" in any order; none: nothing is wrong. http://hl7.org/fhir/R4/validation.html */

type Plain = Record<string, unknown>
export type Row = readonly [what: string, resource: Plain & { readonly resourceType: string }, wanted: readonly string[]]

const text = (value: string): Plain => ({ text: value })
const coded = (system: string, code: string, more: Plain = {}): Plain => ({ coding: [{ system, code, ...more }] })
const T = 'http://terminology.hl7.org/CodeSystem'
const UCUM = 'http://unitsofmeasure.org'
const PATIENT = { reference: 'https://khac.example/fhir/Patient/1' }
const div = (inner: string): Plain => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` })

const patient = (more: Plain): Plain & { resourceType: string } => ({ resourceType: 'Patient', ...more })
const observation = (more: Plain): Plain & { resourceType: string } => ({ resourceType: 'Observation', status: 'final', code: text('x'), ...more })
const encounter = (more: Plain): Plain & { resourceType: string } => ({ resourceType: 'Encounter', status: 'finished', class: { system: `${T}/v3-ActCode`, code: 'AMB' }, ...more })
const questionnaire = (...item: Plain[]): Plain & { resourceType: string } => ({ resourceType: 'Questionnaire', status: 'draft', item })
const bundle = (type: string, entry: Plain[], more: Plain = {}): Plain & { resourceType: string } => ({ resourceType: 'Bundle', type, ...(entry.length > 0 && { entry }), ...more })
const entry = (more: Plain = {}): Plain => ({ fullUrl: 'http://vi-du.example/fhir/Patient/1', resource: { resourceType: 'Patient' }, ...more })
const request = { method: 'POST', url: 'Patient' }
const valueSet = (more: Plain): Plain & { resourceType: string } => ({ resourceType: 'ValueSet', status: 'draft', ...more })
const medication = (more: Plain): Plain & { resourceType: string } => ({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: text('x'), subject: PATIENT, ...more })

/** The forms of primitives, each once right and once wrong. */
const PRIMITIVES: readonly Row[] = [
  ['every primitive in its form', {
    resourceType: 'Parameters', parameter: [['Base64Binary', 'YWJj'], ['Boolean', false], ['Canonical', 'http://a.example|1'], ['Code', 'a b'], ['Date', '2026-02'], ['DateTime', '2026-02-28T23:59:60+07:00'], ['Decimal', 1e-5], ['Id', 'a-1.2'], ['Instant', '2026-02-28T00:00:00.123Z'],
      ['Integer', -1], ['Markdown', '*a*'], ['Oid', 'urn:oid:1.2.3'], ['PositiveInt', 1], ['String', 'ố'], ['Time', '08:00:00'], ['UnsignedInt', 0], ['Uri', 'urn:a:b'], ['Url', 'mailto:a@b.example'], ['Uuid', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520']].map(([type, value]) => ({ name: 'p', [`value${String(type)}`]: value })),
  }, []],
  ...([
    ['Base64Binary', 'YWJ'], ['Boolean', 'true'], ['Canonical', 'a b'], ['Code', ' a'], ['Date', '2026-02-30'], ['DateTime', '2026-02-28T08:00'], ['Decimal', '1.0'], ['Id', 'a_b'], ['Instant', '2026-02-28'], ['Integer', 2147483648], ['Markdown', ''],
    ['Oid', '1.2.3'], ['PositiveInt', 0], ['String', '\u0001'], ['Time', '24:00:00'], ['UnsignedInt', -1], ['Uri', 'a b'], ['Url', ''], ['Uuid', 'c757873d-ec9a-4326-a141-556f43239520'],
  ] as const).map(([type, value]): Row => [`a ${type} out of form`, { resourceType: 'Parameters', parameter: [{ name: 'p', [`value${type}`]: value }] }, ['error Parameters.parameter[0].value']]),
]

const STRUCTURE: readonly Row[] = [
  ['a name that no element has', patient({ shoeSize: 44 }), ['error Patient.shoeSize']],
  ['one value where a list belongs', patient({ name: { text: 'A' } }), ['error Patient.name']],
  ['a list where one value belongs', patient({ birthDate: ['2026'] }), ['error Patient.birthDate']],
  ['two of a choice', patient({ deceasedBoolean: true, deceasedDateTime: '2026' }), ['error Patient.deceased']],
  ['what is mandatory', { resourceType: 'Condition' }, ['error Condition.subject']],
  ['what is mandatory in a part', { resourceType: 'AllergyIntolerance', patient: PATIENT, reaction: [{ severity: 'mild' }] }, ['error AllergyIntolerance.reaction[0].manifestation']],
  ['an extension with value and extensions', patient({ extension: [{ url: 'http://a.example', valueString: 'a', extension: [{ url: 'b', valueString: 'c' }] }] }), ['error Patient.extension[0]']],
  ['an extension without either', patient({ extension: [{ url: 'http://a.example' }] }), ['error Patient.extension[0]']],
  ['an extension of R4 with a value of its type', patient({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueString: 'Trần' }] }), []],
  ['an extension of R4 with a value of another type', patient({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName', valueBoolean: true }] }), ['error Patient.extension[0].value', 'error Patient.extension[0].value']],
  ['an extension in place of a value', patient({ _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } }), []],
  ['a narrative with a script', patient({ text: div('<script>1</script>') }), ['error Patient.text.div']],
  ['a narrative without a word', patient({ text: div(' ') }), ['error Patient.text.div']],
  ['a reference to a type that cannot stand there', observation({ subject: { reference: 'Medication/1' } }), ['error Observation.subject']],
  ['a reference that says another type', observation({ subject: { type: 'Medication', display: 'x' } }), ['error Observation.subject']],
]

const CONTAINED: readonly Row[] = [
  ['a contained resource that is referred to', observation({ contained: [{ resourceType: 'Patient', id: 'p' }], subject: { reference: '#p' } }), []],
  ['a contained resource inside of one (dom-2)', observation({ contained: [{ resourceType: 'Patient', id: 'p', contained: [{ resourceType: 'Group', id: 'g', type: 'person', actual: true }] }], subject: { reference: '#p' } }), ['error Observation.contained[0]']],
  ['a contained resource that nothing refers to (dom-3)', observation({ contained: [{ resourceType: 'Patient', id: 'p' }] }), ['error Observation.contained[0]']],
  ['a contained resource with a version (dom-4)', observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { versionId: '1' } }], subject: { reference: '#p' } }), ['error Observation.contained[0]']],
  ['a contained resource with a label (dom-5)', observation({ contained: [{ resourceType: 'Patient', id: 'p', meta: { security: [{ code: 'R' }] } }], subject: { reference: '#p' } }), ['error Observation.contained[0]']],
  ['a reference that says nothing', observation({ subject: { type: 'Patient' } }), ['error Observation.subject']],
  ['one that says why it says nothing', observation({ subject: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] } }), []],
  ['a reference to nothing contained (ref-1)', observation({ subject: { reference: '#q' } }), ['error Observation.subject']],
  ['a mistake inside of a contained one', observation({ contained: [{ resourceType: 'Patient', id: 'p', gender: 'm' }], subject: { reference: '#p' } }), ['error Observation.contained[0].gender']],
]

const BINDINGS: readonly Row[] = [
  ['a code outside of a required set', patient({ gender: 'm' }), ['error Patient.gender']],
  ['a concept outside of a required set', { resourceType: 'Condition', subject: PATIENT, clinicalStatus: coded(`${T}/condition-clinical`, 'perhaps') }, ['error Condition.clinicalStatus']],
  ['a code that only a required grammar tells', { resourceType: 'Binary', contentType: 'no type' }, ['error Binary.contentType']],
  ['a code of an extensible set', patient({ maritalStatus: coded(`${T}/v3-MaritalStatus`, 'M') }), []],
  ['a code outside of an extensible set', patient({ maritalStatus: coded(`${T}/v3-MaritalStatus`, 'ZZ') }), ['warning Patient.maritalStatus']],
  ['a text where a set is extensible', patient({ maritalStatus: text('đã kết hôn') }), []],
  ['a code outside of a preferred set', encounter({ hospitalization: { specialCourtesy: [coded('http://a.example', 'x')] } }), ['information Encounter.hospitalization.specialCourtesy[0]']],
  ['a language that is not among the usual ones', patient({ language: 'vi' }), ['information Patient.language']],
  ['a language that is none', patient({ language: 'tiếng-việt' }), ['error Patient.language', 'information Patient.language']],
  ['a language that is none, in a concept', patient({ communication: [{ language: coded('urn:ietf:bcp:47', 'x y z') }] }), ['error Patient.communication[0].language', 'information Patient.communication[0].language']],
  ['a name that is none of the code', patient({ maritalStatus: coded(`${T}/v3-MaritalStatus`, 'M', { display: 'Divorced' }) }), ['warning Patient.maritalStatus.coding[0].display']],
  ['a name in other letters', patient({ maritalStatus: coded(`${T}/v3-MaritalStatus`, 'M', { display: 'MARRIED' }) }), []],
  ['a unit that is none', { resourceType: 'Observation', status: 'final', code: text('x'), effectiveTiming: { repeat: { duration: 1, durationUnit: 'fortnight' } } }, ['error Observation.effective.repeat.durationUnit']],
]

const INVARIANTS: readonly Row[] = [
  ['a period that ends before it starts (per-1)', encounter({ period: { start: '2026-02-02', end: '2026-02-01' } }), ['error Encounter.period']],
  ['a contact without anything (pat-1)', patient({ contact: [{ gender: 'female' }] }), ['error Patient.contact[0]']],
  ['a value and a reason for none (obs-6)', observation({ valueString: 'a', dataAbsentReason: text('b') }), ['error Observation']],
  ['a component that repeats the code (obs-7)', observation({ valueString: 'a', code: coded('http://a.example', 'x'), component: [{ code: coded('http://a.example', 'x') }] }), ['error Observation']],
  ['a reference range without anything (obs-3)', observation({ referenceRange: [{ appliesTo: [text('x')] }] }), ['error Observation.referenceRange[0]']],
  ['a quantity with a code and no system (qty-3)', observation({ valueQuantity: { value: 1, code: 'mg' } }), ['error Observation.value']],
  ['a range upside down (rng-2)', { resourceType: 'Condition', subject: PATIENT, onsetRange: { low: { value: 2, system: UCUM, code: 'a' }, high: { value: 1, system: UCUM, code: 'a' } } }, ['error Condition.onset']],
  ['a comparator in a simple quantity', observation({ referenceRange: [{ low: { value: 1, comparator: '<' } }] }), ['error Observation.referenceRange[0].low.comparator']],
  ['an attachment with data of no type (att-1)', { resourceType: 'Media', status: 'completed', content: { data: 'YWJj' } }, ['error Media.content']],
  ['a contact point without its system (cpt-2)', { resourceType: 'Organization', name: 'A', telecom: [{ value: '0900' }] }, ['error Organization.telecom[0]']],
  ['an organization without name and identifier (org-1)', { resourceType: 'Organization', active: true }, ['error Organization']],
  ['an address of an organization that is a home (org-2)', { resourceType: 'Organization', name: 'A', address: [{ use: 'home', city: 'Huế' }] }, ['error Organization.address[0]']],
  ['a question with two sources of answers (que-4)', questionnaire({ linkId: '1', type: 'choice', answerOption: [{ valueString: 'a' }], answerValueSet: 'http://a.example' }), ['error Questionnaire.item[0]']],
  ['a group without items (que-1)', questionnaire({ linkId: '1', type: 'group' }), ['error Questionnaire.item[0]']],
  ['the same link twice (que-2)', questionnaire({ linkId: '1', type: 'string' }, { linkId: '1', type: 'string' }), ['error Questionnaire']],
  ['a value set part without system and set (vsd-1)', valueSet({ compose: { include: [{ filter: [{ property: 'a', op: '=', value: 'b' }] }] } }), ['error ValueSet.compose.include[0]', 'error ValueSet.compose.include[0]']],
  ['concepts and filters in one part (vsd-3)', valueSet({ compose: { include: [{ system: 'http://a.example', concept: [{ code: 'a' }], filter: [{ property: 'a', op: '=', value: 'b' }] }] } }), ['error ValueSet.compose.include[0]']],
  ['a code twice in a code system (csd-1)', { resourceType: 'CodeSystem', status: 'draft', content: 'complete', concept: [{ code: 'a' }, { code: 'a' }] }, ['error CodeSystem']],
  ['a dose that is as needed in two ways', medication({ dosageInstruction: [{ asNeededBoolean: true, asNeededCodeableConcept: text('đau') }] }), ['error MedicationRequest.dosageInstruction[0].asNeeded']],
  ['a period without its unit (tim-2)', medication({ dosageInstruction: [{ timing: { repeat: { period: 1, frequency: 2 } } }] }), ['error MedicationRequest.dosageInstruction[0].timing.repeat']],
  ['a goal that is due without a measure (gol-1)', { resourceType: 'Goal', lifecycleStatus: 'active', description: text('x'), subject: PATIENT, target: [{ detailString: 'x' }] }, ['error Goal.target[0]']],
  ['a slot of a practitioner', { resourceType: 'PractitionerRole', availableTime: [{ daysOfWeek: ['mon'], availableStartTime: '08:00:00' }] }, []],
  ['a list that is emptied and full (lst-1)', { resourceType: 'List', status: 'current', mode: 'snapshot', emptyReason: text('x'), entry: [{ item: { display: 'x' } }] }, ['error List']],
  ['a location of a place that is none', { resourceType: 'Location', position: { longitude: 'x', latitude: 1 } }, ['error Location.position.longitude']],
  ['an immunization without its vaccine', { resourceType: 'Immunization', status: 'completed', patient: PATIENT, occurrenceDateTime: '2026' }, ['error Immunization.vaccineCode']],
  ['a composition with a section of nothing (cmp-1)', { resourceType: 'Composition', status: 'final', type: text('x'), date: '2026', author: [{ display: 'A' }], title: 'x', section: [{ title: 'x' }] }, ['error Composition.section[0]']],
  ['a procedure, whole', { resourceType: 'Procedure', status: 'completed', subject: PATIENT, performedPeriod: { start: '2026-01-01', end: '2026-01-02' } }, []],
  ['a diagnostic report, whole', { resourceType: 'DiagnosticReport', status: 'final', code: text('x'), presentedForm: [{ contentType: 'application/pdf', data: 'YWJj' }] }, []],
  ['a service request, whole', { resourceType: 'ServiceRequest', status: 'active', intent: 'order', subject: PATIENT, code: text('x') }, []],
  ['a coverage without what pays', { resourceType: 'Coverage', status: 'active', beneficiary: PATIENT }, ['error Coverage.payor']],
  ['a specimen, whole', { resourceType: 'Specimen', container: [{ capacity: { value: 5, system: UCUM, code: 'mL', unit: 'mL' } }] }, []],
  ['a claim without its mandatory parts', { resourceType: 'Claim', status: 'active', use: 'claim', patient: PATIENT, created: '2026', type: text('x'), provider: { display: 'x' }, priority: text('x') }, ['error Claim.insurance']],
]

const BUNDLES: readonly Row[] = [
  ['a collection', bundle('collection', [entry()]), []],
  ['a total where nothing was searched (bdl-1)', bundle('collection', [], { total: 1 }), ['error Bundle']],
  ['how an entry was found where nothing was searched (bdl-2)', bundle('collection', [entry({ search: { mode: 'match' } })]), ['error Bundle']],
  ['a transaction without requests (bdl-3)', bundle('transaction', [entry()]), ['error Bundle']],
  ['a transaction', bundle('transaction', [entry({ request })]), []],
  ['a response that answers nothing (bdl-4)', bundle('batch-response', [entry()]), ['error Bundle']],
  ['an entry of nothing (bdl-5)', bundle('collection', [{ fullUrl: 'http://a.example/fhir/Patient/1' }]), ['error Bundle.entry[0]']],
  ['the same address twice (bdl-7)', bundle('collection', [entry(), entry()]), ['error Bundle']],
  ['an address of one version (bdl-8)', bundle('collection', [entry({ fullUrl: 'http://a.example/fhir/Patient/1/_history/1' })]), ['error Bundle.entry[0]']],
  ['a document without identifier, date and Composition (bdl-9 to bdl-11)', bundle('document', [entry()]), ['error Bundle', 'error Bundle', 'error Bundle']],
  ['a message without its header (bdl-12)', bundle('message', [entry()]), ['error Bundle']],
  ['a mistake in an entry', bundle('collection', [entry({ resource: { resourceType: 'Patient', gender: 'm' } })]), ['error Bundle.entry[0].resource.gender']],
  ['an entry of a type that only others build on', bundle('collection', [entry({ resource: { resourceType: 'DomainResource' } })]), ['error Bundle.entry[0].resource']],
]

/** What other versions and other servers add is none of R4's. */
const VERSIONS: readonly Row[] = [
  ['a variable of evidence as R4 has it', { resourceType: 'EvidenceVariable', status: 'draft', characteristic: [{ description: 'x', definitionCodeableConcept: text('x'), usageContext: [{ code: { code: 'age' }, valueCodeableConcept: text('x') }], exclude: false, participantEffectiveDuration: { value: 1, system: UCUM, code: 'mo' }, timeFromStart: { value: 1, system: UCUM, code: 'mo' }, groupMeasure: 'mean-of-mean' }] }, []],
  ['a variable of evidence as R5 has it', { resourceType: 'EvidenceVariable', status: 'draft', characteristic: [{ linkId: 'a', definitionCodeableConcept: text('x') }] }, ['error EvidenceVariable.characteristic[0].linkId']],
  ['a variable of evidence without a characteristic', { resourceType: 'EvidenceVariable', status: 'draft' }, ['error EvidenceVariable.characteristic']],
  ['a study as R5 has it', { resourceType: 'ResearchStudy', status: 'active', whyStopped: text('x') }, ['error ResearchStudy.whyStopped']],
  ['the project of another server', patient({ meta: { project: 'x' } }), ['error Patient.meta.project']],
]

export const ROWS: readonly Row[] = [...VERSIONS, ...PRIMITIVES, ...STRUCTURE, ...CONTAINED, ...BINDINGS, ...INVARIANTS, ...BUNDLES]
