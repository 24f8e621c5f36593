/** The document of a patient summary out of what was found: http://hl7.org/fhir/uv/ips/STU1.1/, http://hl7.org/fhir/R4/documents.html. Pure; stored texts go in as they are. */
import { objectFromPlain, parseJsonObject, stringAt, writeJson, type JsonObject } from '../../model/json.ts'
import { humanName, lineOf, toDiv } from '../../model/narrative.ts'
import type { StoredVersion } from '../../model/resource.ts'
import { CODE_SYSTEM } from '../../model/systems.ts'
import { writeBundle, type BundleEntryText } from '../bundle-text.ts'
import { SUMMARY_TYPE, type SummarySection } from './summary-sections.ts'

export type Language = 'vi' | 'en'

export interface FilledSection {
  readonly section: SummarySection
  readonly found: readonly StoredVersion[]
  /** The caller may not see what would fill it. */
  readonly withheld: boolean
  /** There are older ones that are not in it. */
  readonly cut: boolean
}

export interface SummaryContent {
  readonly base: string
  readonly at: string
  readonly language: Language
  readonly patient: StoredVersion
  readonly sections: readonly FilledSection[]
  /** What the entries refer to. */
  readonly further: readonly StoredVersion[]
  readonly author: { readonly reference?: string; readonly display: string }
  readonly uuid: () => string
}

const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'
const WORDS = {
  title: { vi: 'Tóm tắt hồ sơ sức khỏe', en: 'Patient summary' },
  withheld: { vi: 'Người yêu cầu không được xem phần này.', en: 'Whoever asks for the summary may not see this part.' },
  cut: { vi: 'Chỉ gồm những mục mới nhất.', en: 'The newest entries only.' },
} as const

const DATES = ['effectiveDateTime', 'occurrenceDateTime', 'performedDateTime', 'onsetDateTime', 'recordedDate', 'authoredOn', 'dateAsserted', 'issued', 'date', 'created', 'recordedOn']

const dateOf = (resource: JsonObject): string | undefined => [...DATES.map((name) => stringAt(resource, name)), stringAt(resource, 'effectivePeriod', 'start'), stringAt(resource, 'performedPeriod', 'start')].find((date) => date !== undefined)?.slice(0, 10)

/** As it is written here; a month or a year alone stays one. */
const shown = (date: string, language: Language): string => (language === 'vi' ? date.split('-').toReversed().join('/') : date)

const lineFor = ({ body, type }: StoredVersion, language: Language): string => {
  const resource = parseJsonObject(body), date = dateOf(resource)
  return `${lineOf(resource) || type}${date === undefined ? '' : ` (${shown(date, language)})`}`
}

/** Says in a resource of its own that nothing is known, as a reader of summaries expects. */
const toAbsent = ({ type, code, vi, en }: NonNullable<SummarySection['absent']>, patient: string, language: Language): JsonObject => {
  const concept = { coding: [{ system: ABSENT, code, display: en }], text: language === 'vi' ? vi : en }
  const status = (system: string): object => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code: 'active' }] })
  switch (type) {
    case 'AllergyIntolerance': return objectFromPlain({ resourceType: type, clinicalStatus: status('allergyintolerance-clinical'), code: concept, patient: { reference: patient } })
    case 'Condition': return objectFromPlain({ resourceType: type, clinicalStatus: status('condition-clinical'), code: concept, subject: { reference: patient } })
    default: return objectFromPlain({
      resourceType: type, status: 'unknown', medicationCodeableConcept: concept, subject: { reference: patient },
      _effectiveDateTime: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] },
    })
  }
}

interface Built { readonly section: object; readonly entries: readonly BundleEntryText[] }

const buildSection = ({ section, found, withheld, cut }: FilledSection, content: SummaryContent): Built => {
  const { base, language, patient, uuid } = content
  const head = { title: section[language], code: { coding: [{ system: CODE_SYSTEM.loinc, code: section.code, display: section.display }] } }
  const text = (lines: readonly string[]): object => ({ status: 'generated', div: toDiv(lines) })
  if (found.length > 0) {
    const lines = [...found.map((stored) => lineFor(stored, language)), ...(cut ? [WORDS.cut[language]] : [])]
    return { section: { ...head, text: text(lines), entry: found.map(({ type, id }) => ({ reference: `${base}/${type}/${id}` })) }, entries: found.map((stored) => entryOf(stored, base)) }
  }
  if (withheld || section.absent === undefined) {
    const emptyReason = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'withheld', display: 'Information Withheld' }] }
    return { section: { ...head, text: text([WORDS.withheld[language]]), emptyReason }, entries: [] }
  }
  const id = uuid()
  const absent = toAbsent(section.absent, `${base}/Patient/${patient.id}`, language).set('id', id)
  return { section: { ...head, text: text([section.absent[language]]), entry: [{ reference: `urn:uuid:${id}` }] }, entries: [{ fullUrl: `urn:uuid:${id}`, resource: writeJson(absent) }] }
}

const entryOf = ({ type, id, body }: StoredVersion, base: string): BundleEntryText => ({ fullUrl: `${base}/${type}/${id}`, resource: body })

/** The text of the Bundle: Composition, Patient, entries, and what those refer to; each once. Sections that need not be there are there when they hold something. */
export const buildSummary = (content: SummaryContent): string => {
  const { base, language, patient, author, at, uuid } = content
  const built = content.sections.filter(({ section, found }) => found.length > 0 || section.absent !== undefined).map((section) => buildSection(section, content))
  const name = humanName(parseJsonObject(patient.body))
  const id = uuid()
  const composition = objectFromPlain({
    resourceType: 'Composition', id, language, text: { status: 'generated', div: toDiv([`${WORDS.title[language]}${name === undefined ? '' : ` — ${name}`} (${shown(at.slice(0, 10), language)})`]) },
    status: 'final', type: { coding: [{ system: CODE_SYSTEM.loinc, code: SUMMARY_TYPE.code, display: SUMMARY_TYPE.display }] },
    subject: { reference: `${base}/Patient/${patient.id}` }, date: at, author: [author], title: WORDS.title[language], section: built.map(({ section }) => section),
  })
  const entries = [{ fullUrl: `urn:uuid:${id}`, resource: writeJson(composition) }, entryOf(patient, base), ...built.flatMap((each) => each.entries), ...content.further.map((stored) => entryOf(stored, base))]
  return String(writeBundle({
    type: 'document', identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid()}` }, timestamp: at,
    entries: [...new Map(entries.map((entry) => [entry.fullUrl, entry])).values()],
  }))
}

