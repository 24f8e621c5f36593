/** What the visit sheet holds while it is typed. Plain data: it is also what a draft stores. Measured values stay text, so that 37,0 keeps its zero. */
import type { AllergyIntolerance, Condition, Encounter, MedicationRequest, Observation, ServiceRequest } from '@medplum/fhirtypes'
import { allergyKind, NONE_KNOWN } from '#api/model/allergy.ts'
import { categoryOfRow, type OrderCategory } from '#api/model/order-category.ts'
import { PREGNANCY_ANSWERS, type Override } from '#api/model/safety.ts'
import { CODE_SYSTEM, EXTENSION, LOINC } from '#api/model/systems.ts'
import { REFERRAL_REASON_CODES, TRANSFER, type ReferralReason } from '#api/model/referral-reason.ts'
import { RESULT_CODES, type ResultCode } from '#api/model/treatment-result.ts'
import type { VisitSheet } from '#api/model/site.ts'
import { noneWordsOf, recordedDay } from '#web/record/banner-allergies.ts'
import { measureKey, type OpenSheet } from './read-sheet.ts'
import { readTaken, type TakenOver } from './taken-note.ts'

/** A code of a dated list, with the version that was looked up. */
export interface ListCode { readonly system: string; readonly version: string; readonly code: string; readonly display: string }

/** `id` is the FHIR id, made when the row is added; `version` the stored version, absent for a new row. */
export interface FormRow { readonly id: string; readonly version?: number }

export interface DiagnosisRow extends FormRow { readonly code: ListCode; readonly role: 'main' | 'accompanying'; readonly certainty: 'confirmed' | 'provisional' }
export interface DrugRow extends FormRow {
  readonly code: ListCode
  /** What is handed out: "viên", "tuýp". */
  readonly unit: string
  /** What one dose is counted in: "viên", but "giọt" of a bottle and "lớp mỏng" of a tube. */
  readonly doseUnit: string
  readonly route?: ListCode
  readonly dose: string
  readonly frequency: number
  readonly days: number
  readonly quantity: number
  readonly note: string
}
/** Absent: routine (http://hl7.org/fhir/R4/valueset-request-priority.html). What another system wrote stays as it is. */
export type Priority = 'urgent' | 'asap' | 'stat'
export interface OrderRow extends FormRow { readonly code: ListCode; readonly category: OrderCategory; readonly priority?: Priority; /** Why, or what is asked, for whoever does it. */ readonly question?: string }
/** An entry of this visit by another system, without a code of our lists: it can be read and taken off, not changed. */
export interface ForeignRow extends FormRow { readonly type: 'Condition' | 'MedicationRequest' | 'ServiceRequest'; readonly text: string }
export interface AllergyRow extends FormRow {
  readonly text: string
  readonly criticality: 'low' | 'high' | 'unable-to-assess'
  /** Somebody asked on this day, YYYY-MM-DD, and there is none. */
  readonly noneKnown?: string
  /** Of a stored one: why it is not true, or why it is graded otherwise now; told with the next save or signature. */
  readonly refuted?: string
  readonly regraded?: string
}

export const VITALS = ['pulse', 'temperature', 'systolic', 'diastolic', 'respiration', 'oxygen', 'weight', 'height'] as const
export type Vital = (typeof VITALS)[number]
export const NOTES = ['admissionDiagnosis', 'history', 'pastHistory', 'examination', 'results', 'plan', 'remarks'] as const
export type Note = (typeof NOTES)[number]

/** `weeks`: of the pregnancy, as typed. `lactating`: not pregnant, and breast-feeding. Nobody asked while there is none. */
export interface PregnancyForm { readonly status: 'no' | 'yes' | 'lactating'; readonly weeks: string }

export interface ReferralForm { readonly to: string; readonly reason: ReferralReason | ''; readonly transport: string; readonly escort: string }

export interface VisitForm {
  readonly reason: string
  readonly notes: Readonly<Record<Note, string>>
  readonly vitals: Readonly<Record<Vital, string>>
  readonly diagnoses: readonly DiagnosisRow[]
  readonly drugs: readonly DrugRow[]
  readonly orders: readonly OrderRow[]
  readonly allergies: readonly AllergyRow[]
  readonly foreign: readonly ForeignRow[]
  /** Ids of the stored rows that this form has shown: only of these does a row that is missing mean that somebody took it off. */
  readonly shown: readonly string[]
  readonly disposition?: ListCode
  /** Khỏi, đỡ …; absent until the doctor says so. */
  readonly result?: ResultCode
  /** YYYY-MM-DD */
  readonly followUp?: string
  /** To another facility; of a visit that ends with a transfer. */
  readonly referral?: ReferralForm
  /** Days off work: first and last, YYYY-MM-DD. */
  readonly sickLeave?: { readonly from: string; readonly to: string }
  readonly pregnancy?: PregnancyForm
  /** Texts of an earlier visit that nobody may have edited yet (taken-over.ts says which those are). */
  readonly takenOver?: Readonly<Partial<Record<Note, TakenOver>>>
  /** Why drugs stay in spite of alerts; goes with the signature, not with the record's rows. */
  readonly overrides: readonly Override[]
  /** Ids and versions of what is stored already, by "note:history", "vital:pulse", "vital:bloodPressure". */
  readonly stored: Readonly<Record<string, { readonly id: string; readonly version: number }>>
}

const blank = <K extends string>(names: readonly K[]): Record<K, string> => Object.fromEntries(names.map((n) => [n, ''])) as Record<K, string>

export const emptyVisitForm = (): VisitForm =>
  ({ reason: '', notes: blank(NOTES), vitals: blank(VITALS), diagnoses: [], drugs: [], orders: [], allergies: [], foreign: [], shown: [], overrides: [], stored: {} })

const row = (resource: { id?: string; meta?: { versionId?: string } }): { id: string; version: number } =>
  ({ id: resource.id ?? '', version: Number(resource.meta?.versionId ?? '0') })

const listCode = (codings: readonly { system?: string; version?: string; code?: string; display?: string }[] | undefined): ListCode | undefined => {
  const c = codings?.find((x) => x.system && x.code)
  return c?.system && c.code ? { system: c.system, version: c.version ?? '', code: c.code, display: c.display ?? c.code } : undefined
}

const loincOf = (o: Observation): string | undefined => o.code.coding?.find((c) => c.system === CODE_SYSTEM.loinc)?.code
const shown = (digits: string | number | undefined): string => String(digits ?? '').replace('.', ',')

interface Found { takenOver?: Partial<Record<Note, TakenOver>>; pregnancy?: PregnancyForm; reason: string; notes: Record<Note, string>; vitals: Record<Vital, string>; stored: Record<string, { id: string; version: number }> }

const toPregnancy = (o: Observation): PregnancyForm | undefined => {
  const answer = o.valueCodeableConcept?.coding?.[0]?.code
  const part = (loinc: string) => o.component?.find((c) => c.code.coding?.some((x) => x.code === loinc))
  if (answer === PREGNANCY_ANSWERS.yes) return { status: 'yes', weeks: String(part(LOINC.gestationalAge.code)?.valueQuantity?.value ?? '') }
  return answer === PREGNANCY_ANSWERS.no ? { status: part(LOINC.lactation.code) ? 'lactating' : 'no', weeks: '' } : undefined
}

function takeObservation(found: Found, o: Observation, { digits }: Pick<OpenSheet, 'digits'>): void {
  const code = loincOf(o)
  if (code === LOINC.bloodPressure.code) {
    const part = (loinc: string): string => shown(digits?.get(measureKey(o.id, loinc)) ?? o.component?.find((c) => c.code.coding?.some((x) => x.code === loinc))?.valueQuantity?.value)
    found.vitals.systolic = part(LOINC.systolic.code)
    found.vitals.diastolic = part(LOINC.diastolic.code)
    found.stored['vital:bloodPressure'] = row(o)
  }
  if (code === LOINC.pregnancy.code) {
    const pregnancy = toPregnancy(o)
    if (pregnancy) { found.pregnancy = pregnancy; found.stored.pregnancy = row(o) }
  }
  for (const name of VITALS) {
    if (LOINC[name].code === code && o.valueQuantity) { found.vitals[name] = shown(digits?.get(measureKey(o.id)) ?? o.valueQuantity.value); found.stored[`vital:${name}`] = row(o) }
  }
  for (const name of NOTES) {
    if (LOINC[name].code !== code || o.valueString === undefined) continue
    found.notes[name] = o.valueString
    found.stored[`note:${name}`] = row(o)
    const taken = readTaken(o)
    if (taken) found.takenOver = { ...found.takenOver, [name]: taken }
  }
}

const toDiagnosis = (encounter: Encounter) => (c: Condition): DiagnosisRow[] => {
  const code = listCode(c.code?.coding)
  const use = encounter.diagnosis?.find((d) => d.condition.reference === `Condition/${c.id}`)
  return code ? [{ ...row(c), code, role: use?.rank === 1 ? 'main' : 'accompanying', certainty: c.verificationStatus?.coding?.[0]?.code === 'provisional' ? 'provisional' : 'confirmed' }] : []
}

const toDrug = (m: MedicationRequest): DrugRow[] => {
  const code = listCode(m.medicationCodeableConcept?.coding)
  const dosage = m.dosageInstruction?.[0], dose = dosage?.doseAndRate?.[0]?.doseQuantity
  const route = listCode(dosage?.route?.coding)
  return code ? [{
    ...row(m), code, unit: m.dispenseRequest?.quantity?.unit ?? dose?.unit ?? '', doseUnit: dose?.unit ?? '', dose: String(dose?.value ?? 1), frequency: dosage?.timing?.repeat?.frequency ?? 1,
    days: m.dispenseRequest?.expectedSupplyDuration?.value ?? 1, quantity: m.dispenseRequest?.quantity?.value ?? 0,
    note: dosage?.patientInstruction ?? '', ...(route ? { route } : {}),
  }] : []
}

const toOrder = (s: ServiceRequest): OrderRow[] => {
  const code = listCode(s.code?.coding)
  const { priority } = s
  const question = s.reasonCode?.[0]?.text
  return code ? [{ ...row(s), code, category: categoryOfRow(s.category?.flatMap((c) => c.coding ?? []).find(({ system }) => system === CODE_SYSTEM.orderCategory)?.code), ...(priority && priority !== 'routine' ? { priority } : {}), ...(question ? { question } : {}) }] : []
}

const toAllergy = (a: AllergyIntolerance): AllergyRow[] => {
  const kind = allergyKind(a)
  return kind === 'past' || kind === 'unasked' ? [] : [{
    ...row(a), text: (kind === 'none-known' ? noneWordsOf(a) : undefined) ?? a.code?.text ?? a.code?.coding?.[0]?.display ?? '', criticality: a.criticality ?? 'unable-to-assess',
    ...(kind === 'none-known' && { noneKnown: recordedDay(a) }),
  }]
}

/** What was written of a row that says that there is none of drugs, and no more than that. */
export const noneOfDrugs = ({ noneKnown, text }: AllergyRow): string | undefined => (noneKnown === undefined || text === '' || text === NONE_KNOWN.text ? undefined : text)

/** What is to be warned of; and, where there is nothing, the row that says that somebody asked, the one that says most. What is refuted on this sheet counts no more. */
export const allergiesNow = (rows: readonly AllergyRow[]): { readonly known: readonly AllergyRow[]; readonly noneKnown: AllergyRow | undefined } => {
  const counting = rows.filter(({ refuted }) => refuted === undefined)
  const known = counting.filter(({ noneKnown }) => noneKnown === undefined)
  return { known, noneKnown: known.length > 0 ? undefined : counting.find((row) => noneOfDrugs(row) === undefined) ?? counting[0] }
}

const toForeign = (resource: VisitSheet['current'][number]): ForeignRow[] => {
  if (resource.resourceType !== 'Condition' && resource.resourceType !== 'MedicationRequest' && resource.resourceType !== 'ServiceRequest') return []
  const concept = resource.resourceType === 'MedicationRequest' ? resource.medicationCodeableConcept : resource.code
  return listCode(concept?.coding) ? [] : [{ ...row(resource), type: resource.resourceType, text: concept?.text ?? concept?.coding?.[0]?.display ?? concept?.coding?.[0]?.code ?? '' }]
}

/** The rows that are resources of their own and can be taken off. */
export const rowsOf = (form: VisitForm): { readonly type: ForeignRow['type']; readonly row: FormRow }[] => [
  ...form.diagnoses.map((row) => ({ type: 'Condition' as const, row })), ...form.drugs.map((row) => ({ type: 'MedicationRequest' as const, row })),
  ...form.orders.map((row) => ({ type: 'ServiceRequest' as const, row })), ...form.foreign.map((row) => ({ type: row.type, row })),
]

/** The doctor's own order of the diagnoses. */
const byRank = (encounter: Encounter) => {
  const rank = (row: FormRow): number => encounter.diagnosis?.find((d) => d.condition.reference === `Condition/${row.id}`)?.rank ?? Number.MAX_SAFE_INTEGER
  return (a: FormRow, b: FormRow): number => rank(a) - rank(b)
}
/** The order in which lines were added: row ids grow with time (row-id.ts). */
const byRowId = (a: FormRow, b: FormRow): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const toReferral = (encounter: Encounter): ReferralForm | undefined => {
  const { hospitalization, extension = [] } = encounter
  if (!hospitalization?.dischargeDisposition?.coding?.some(({ system, code }) => system === CODE_SYSTEM.dispositions && code === TRANSFER)) return undefined
  const parts = extension.find((e) => e.url === EXTENSION.referral)?.extension
  const part = (name: string) => parts?.find((e) => e.url === name)
  const reason = REFERRAL_REASON_CODES.find((code) => code === part('reason')?.valueCoding?.code) ?? ''
  return { to: hospitalization.destination?.display ?? '', reason, transport: part('transport')?.valueString ?? '', escort: part('escort')?.valueString ?? '' }
}

/** The form of what is stored of this visit; the nurse's vital signs are filled in. */
export function visitFormOf(sheet: OpenSheet): VisitForm {
  const found: Found = { reason: sheet.encounter.reasonCode?.[0]?.text ?? '', notes: blank(NOTES), vitals: blank(VITALS), stored: {} }
  const own = `Encounter/${sheet.encounter.id}`
  const observations = [...sheet.observations, ...sheet.current.filter((r): r is Observation => r.resourceType === 'Observation')]
  for (const o of observations) if (o.encounter?.reference === own && o.status !== 'entered-in-error') takeObservation(found, o, sheet)
  const followUp = sheet.encounter.extension?.find((e) => e.url === EXTENSION.followUp)?.valueDate
  const leave = sheet.encounter.extension?.find((e) => e.url === EXTENSION.sickLeave)?.valuePeriod
  const resultCode = sheet.encounter.extension?.find((e) => e.url === EXTENSION.treatmentResult)?.valueCoding?.code
  const result = RESULT_CODES.find((code) => code === resultCode)
  const referral = toReferral(sheet.encounter)
  const disposition = listCode(sheet.encounter.hospitalization?.dischargeDisposition?.coding)
  const form: VisitForm = {
    ...found, overrides: [], shown: [], foreign: sheet.current.flatMap(toForeign),
    diagnoses: sheet.current.filter((r): r is Condition => r.resourceType === 'Condition').flatMap(toDiagnosis(sheet.encounter)).sort(byRank(sheet.encounter)),
    drugs: sheet.current.filter((r): r is MedicationRequest => r.resourceType === 'MedicationRequest').flatMap(toDrug).sort(byRowId),
    orders: sheet.current.filter((r): r is ServiceRequest => r.resourceType === 'ServiceRequest').flatMap(toOrder).sort(byRowId),
    allergies: sheet.allergies.flatMap(toAllergy),
    ...(disposition ? { disposition } : {}), ...(result ? { result } : {}), ...(referral ? { referral } : {}), ...(followUp ? { followUp } : {}), ...(leave?.start && leave.end ? { sickLeave: { from: leave.start, to: leave.end } } : {}),
  }
  return { ...form, shown: rowsOf(form).map(({ row }) => row.id) }
}

/** Rows that this form has shown and that are no longer on it. What it never showed is not its to remove; a measurement that is emptied is, and visit-bundle.ts does. */
export function removedRows(stored: VisitForm, now: VisitForm): { type: string; id: string; version: number }[] {
  const kept = new Set(rowsOf(now).map(({ row }) => row.id))
  return rowsOf(stored).flatMap(({ type, row: { id, version } }) => (version !== undefined && now.shown.includes(id) && !kept.has(id) ? [{ type, id, version }] : []))
}
