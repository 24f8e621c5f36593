/** The sections of a signed form out of a visit: which resources each rests on and what it says, in the print order of api/model/form-sections.ts. Pure. */
import { dayIn } from '../model/day.ts'
import { FORM_SECTIONS, FORMS, type FormSection } from '../model/form-sections.ts'
import { arrayAt, objectFromPlain, stringAt, valueAt, type JsonObject } from '../model/json.ts'
import type { FormCode } from '../model/ports.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { isVitalSign, loincOf, type VisitChart } from './chart.ts'
import { followUpOf, referralOf, resultOf, sickLeaveOf } from './encounter-facts.ts'
import { conceptText, humanName, lineOf, toDiv } from '../model/narrative.ts'
import { isNote, keyOf, NOTES } from './settle-changes.ts'

interface Content {
  readonly entries: readonly JsonObject[]
  readonly lines: readonly string[]
}

/** http://hl7.org/fhir/R4/valueset-list-empty-reason.html : "none" is said only where the signed visit knows it. */
const EMPTY_REASON: Partial<Record<FormSection, string>> = { 'other-diagnoses': 'nilknown', orders: 'nilknown', medications: 'nilknown', allergies: 'notasked', 'vital-signs': 'notstarted' }

const isAnyNote = (resource: JsonObject): boolean => NOTES.some((name) => isNote(resource, name))

const listed = (entries: readonly JsonObject[]): Content => ({ entries, lines: entries.map(lineOf) })
const notes = (chart: VisitChart, name: (typeof NOTES)[number]): Content => listed(chart.observations.filter((resource) => isNote(resource, name)))
const aboutVisit = (chart: VisitChart, lines: readonly string[]): Content => (lines.length === 0 ? { entries: [], lines } : { entries: [chart.encounter], lines })

const dayShown = (day: string): string => day.split('-').reverse().join('/')
/** "sinh 07/03/1992", or as much of it as is known. */
const bornShown = (day: string | undefined): string | undefined => (day === undefined ? undefined : `sinh ${dayShown(day)}`)

const administrative = (chart: VisitChart, form: FormCode): Content => ({
  // The weight is due on a prescription: by law for children, for everyone where it was measured.
  entries: [chart.patient, chart.encounter, chart.department, chart.hospital, ...(form === 'prescription' ? chart.observations.filter((resource) => loincOf(resource) === LOINC.weight.code).slice(0, 1) : [])],
  lines: [sentence([humanName(chart.patient), bornShown(stringAt(chart.patient, 'birthDate'))]), sentence([stringAt(chart.department, 'name'), stringAt(chart.hospital, 'name')])],
})
const sentence = (parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join(', ')

const WRITERS: Readonly<Record<Exclude<FormSection, 'correction' | 'addendum'>, (chart: VisitChart, form: FormCode) => Content>> = {
  administrative,
  'admission-diagnosis': (chart) => notes(chart, 'admissionDiagnosis'),
  'main-diagnosis': (chart) => listed(chart.conditions.slice(0, 1)),
  'other-diagnoses': (chart) => listed(chart.conditions.slice(1)),
  reason: (chart) => aboutVisit(chart, arrayAt(chart.encounter, 'reasonCode').map((reason) => conceptText(reason)).filter((line) => line !== '')),
  history: (chart) => notes(chart, 'history'),
  'past-history': (chart) => notes(chart, 'pastHistory'),
  allergies: (chart) => listed(chart.allergies),
  'vital-signs': (chart) => listed(chart.observations.filter((resource) => isVitalSign(resource) && !isAnyNote(resource))),
  examination: (chart) => notes(chart, 'examination'),
  orders: (chart) => listed(chart.orders),
  // Whatever was measured and has no section of its own is a result: nothing of a signed visit stays off its document.
  results: (chart) => listed(chart.observations.filter((resource) => isNote(resource, 'results') || (!isAnyNote(resource) && !isVitalSign(resource)))),
  medications: (chart) => listed(chart.medications),
  outcome: (chart) => aboutVisit(chart, [conceptText(valueAt(chart.encounter, 'hospitalization', 'dischargeDisposition'))].filter((line) => line !== '')),
  result: (chart) => aboutVisit(chart, [resultOf(chart.encounter)].filter((line) => line !== undefined)),
  plan: (chart) => notes(chart, 'plan'),
  'follow-up': (chart) => aboutVisit(chart, [followUpOf(chart.encounter)].filter((day) => day !== undefined).map(dayShown)),
  'sick-leave': (chart) => aboutVisit(chart, [sickLeaveOf(chart.encounter)].filter((leave) => leave !== undefined).map(({ from, to }) => `Từ ngày ${dayShown(from)} đến hết ngày ${dayShown(to)}`)),
  referral: (chart) => aboutVisit(chart, [referralOf(chart.encounter)].filter((sent) => sent !== undefined).flatMap(({ to, words, transport, escort }) =>
    [`Chuyển đến: ${to}`, `Lý do: ${words}`, transport && `Phương tiện: ${transport}`, escort && `Người hộ tống: ${escort}`].filter((line) => line !== ''))),
  remarks: (chart) => notes(chart, 'remarks'),
}

export interface SectionRequest {
  readonly form: FormCode
  readonly chart: VisitChart
  readonly relation?: { readonly kind: 'replaces' | 'appends'; readonly reason: string; readonly before: { readonly code: string; readonly signedAt: string } }
  /** IANA name, for days in words. */
  readonly timeZone: string
  /** Words for a section that would be empty, e.g. why there is no medicine on a prescription. */
  readonly instead?: Partial<Record<FormSection, string>>
  /** Of a document that appends: only sections that rest on one of these. */
  readonly only?: ReadonlySet<JsonObject>
}

/** The reason, and by what the earlier document is found: paper has no links. */
const aboutRelation = ({ reason, before }: NonNullable<SectionRequest['relation']>, timeZone: string): Content =>
  ({ entries: [], lines: [reason, `Văn bản trước: mã tra cứu ${before.code}, ký ngày ${dayShown(dayIn(new Date(before.signedAt), timeZone))}`] })

const contentOf = (code: FormSection, request: SectionRequest): Content | undefined => {
  const { relation, chart, form, only } = request
  if (code === 'correction') return relation?.kind === 'replaces' ? aboutRelation(relation, request.timeZone) : undefined
  if (code === 'addendum') return relation?.kind === 'appends' ? aboutRelation(relation, request.timeZone) : undefined
  const content = WRITERS[code](chart, form)
  if (only === undefined || code === 'administrative') return content
  const added = content.entries.filter((resource) => only.has(resource))
  return added.length === 0 ? undefined : listed(added)
}

export interface BuiltSection { readonly json: JsonObject; readonly entries: readonly JsonObject[] }

/** Sections in print order; those that may be left out are, when they are empty. */
export const buildSections = (request: SectionRequest): BuiltSection[] =>
  FORMS[request.form].sections.flatMap((code): BuiltSection[] => {
    const content = contentOf(code, request)
    const empty = content === undefined || content.lines.every((line) => line === '')
    const instead = request.instead?.[code]
    if (content === undefined || (empty && instead === undefined && (FORMS[request.form].optional.includes(code) || request.only !== undefined))) return []
    const lines = empty ? [instead ?? 'Không có thông tin'] : content.lines
    const json = objectFromPlain({
      title: FORM_SECTIONS[code].vi,
      code: { coding: [{ system: CODE_SYSTEM.formSection, code, display: FORM_SECTIONS[code].vi }] },
      text: { status: 'generated', div: toDiv(lines) },
      ...(content.entries.length > 0 && { entry: content.entries.map((resource) => ({ reference: `${keyOf(resource).type}/${keyOf(resource).id}` })) }),
      ...(empty && { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: EMPTY_REASON[code] ?? 'unavailable' }] } }),
    })
    return [{ json, entries: content.entries }]
  })
