/**
 * A FHIR document of a visit (http://hl7.org/fhir/R4/documents.html): Composition first, then every resource that it rests on, as stored.
 * Its bytes are signed, and the PDF carries their digest; the Bundle itself never names the PDF. Pure.
 */
import { instantIn } from '../model/day.ts'
import { FORMS } from '../model/form-sections.ts'
import { arrayAt, objectFromPlain, stringAt, writeJson, type JsonObject } from '../model/json.ts'
import type { FormCode } from '../model/ports.ts'
import { CODE_SYSTEM, EXTENSION, LOINC, PROFILE, SID } from '../model/systems.ts'
import { humanName } from '../model/narrative.ts'
import type { Relation } from './planned-document.ts'
import { buildSections, type SectionRequest } from './sections.ts'
import { keyOf } from './settle-changes.ts'

export interface DocumentRequest extends Omit<SectionRequest, 'relation'> {
  readonly bundleId: string
  readonly compositionId: string
  /** What the QR code carries. */
  readonly code: string
  readonly title: string
  readonly at: Date
  /** Absolute address of the FHIR base, for fullUrl. */
  readonly base: string
  readonly prescriptionCode?: string
  readonly relation?: Relation
}

const reference = (resource: JsonObject, display?: string): { reference: string; display?: string } =>
  ({ reference: `${keyOf(resource).type}/${keyOf(resource).id}`, ...(display !== undefined && { display }) })

const identifierOf = ({ form, chart, prescriptionCode }: DocumentRequest): { system: string; value: string } | undefined => {
  if (form === 'prescription') return prescriptionCode === undefined ? undefined : { system: SID.prescription, value: prescriptionCode }
  const visit = toIdentifier(chart.encounter, SID.visit)
  return visit === undefined ? undefined : { system: SID.visit, value: visit }
}

/** Value of the identifier of a system. */
export const toIdentifier = (resource: JsonObject, system: string): string | undefined =>
  arrayAt(resource, 'identifier').filter((item) => stringAt(item, 'system') === system).map((item) => stringAt(item, 'value'))[0]

const composition = (request: DocumentRequest, sections: readonly JsonObject[]): JsonObject => {
  const { chart, relation, form } = request
  const type = LOINC[FORMS[form].type]
  const identifier = identifierOf(request)
  const name = humanName(chart.practitioner)
  return objectFromPlain({
    resourceType: 'Composition', id: request.compositionId, meta: { profile: [PROFILE.composition] }, language: 'vi',
    ...(identifier && { identifier }),
    status: relation === undefined ? 'final' : 'amended',
    type: { coding: [{ system: CODE_SYSTEM.loinc, code: type.code, display: type.en }], text: type.vi },
    subject: reference(chart.patient, humanName(chart.patient)), encounter: reference(chart.encounter), date: instantIn(request.at, request.timeZone),
    author: [reference(chart.practitioner, name)], title: request.title, confidentiality: 'N',
    attester: [{ mode: 'legal', party: reference(chart.practitioner, name) }], custodian: reference(chart.hospital, stringAt(chart.hospital, 'name')),
    ...(relation && {
      relatesTo: [{
        extension: [{ url: EXTENSION.correctionReason, valueString: relation.reason }], code: relation.kind,
        targetIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${relation.document}` },
      }],
    }),
    section: sections,
  })
}

export interface BuiltDocument {
  readonly form: FormCode
  readonly id: string
  readonly composition: JsonObject
  /** The exact text that is signed and stored. */
  readonly text: string
  /** The same, read again. */
  readonly bundle: JsonObject
}

/** Resources are taken as they are stored or will be; a version that does not exist yet has no versionId. */
export const buildDocument = (request: DocumentRequest): BuiltDocument => {
  const { chart } = request
  const sections = buildSections(request)
  const first = composition(request, sections.map(({ json }) => json))
  const entries = new Map<string, JsonObject>()
  for (const resource of [chart.patient, chart.encounter, chart.practitioner, chart.department, chart.hospital, ...sections.flatMap((section) => section.entries)]) {
    const { type, id } = keyOf(resource)
    entries.set(`${type}/${id}`, resource)
  }
  const bundle = objectFromPlain({
    resourceType: 'Bundle', id: request.bundleId, meta: { versionId: '1', lastUpdated: request.at.toISOString() }, language: 'vi',
    identifier: { system: SID.document, value: request.code }, type: 'document', timestamp: instantIn(request.at, request.timeZone),
    entry: [first, ...entries.values()].map((resource) => ({ fullUrl: `${request.base}/${keyOf(resource).type}/${keyOf(resource).id}`, resource })),
  })
  return { form: request.form, id: request.bundleId, composition: first, text: writeJson(bundle), bundle }
}
