/**
 * Which documents a signature makes: the summary, a prescription for each kind of drugs, and the papers that the patient takes home; in a correction only those whose content changed,
 * each replacing or adding to the current one of its place. A prescription that is left without drugs is replaced by one that says so. Pure.
 */
import { FORMS } from '../model/form-sections.ts'
import { arrayAt, stringAt, writeJson, type JsonObject } from '../model/json.ts'
import type { StoredDocument } from '../model/ports.ts'
import { EXTENSION } from '../model/systems.ts'
import { planPapers } from './plan-papers.ts'
import { currentIn, relate, type PlannedDocument, type PlanRequest } from './planned-document.ts'
import { KINDS, slotOfKind, type PrescriptionKind } from './prescription-code.ts'
import { isNote, keyOf } from './settle-changes.ts'

const textOf = (encounter: JsonObject): string =>
  writeJson([encounter.get('diagnosis') ?? null, arrayAt(encounter, 'extension').find((extension) => stringAt(extension, 'url') === EXTENSION.followUp) ?? null])

/** What a prescription shows beside its own drugs. */
const isOnEveryPrescription = (resource: JsonObject): boolean => keyOf(resource).type === 'Condition' || isNote(resource, 'plan')

const summary = (request: PlanRequest): PlannedDocument => {
  const relation = relate(currentIn(request.documents, 'visit-summary'), request)
  const appends = relation?.kind === 'appends'
  return {
    form: 'visit-summary', slot: 'visit-summary', title: appends ? FORMS['visit-summary'].viAddendum : FORMS['visit-summary'].vi, chart: request.chart,
    ...(relation && { relation }), ...(appends && { only: request.settled.touched }),
  }
}

const prescription = (request: PlanRequest, kind: PrescriptionKind): PlannedDocument | undefined => {
  const { chart, settled, mode, kindOf } = request
  const slot = slotOfKind(kind)
  const current = currentIn(request.documents, slot)
  const isMine = (resource: JsonObject): boolean => keyOf(resource).type === 'MedicationRequest' && kindOf(resource) === kind
  const changed = [...settled.touched, ...settled.removed].some((resource) => isMine(resource) || isOnEveryPrescription(resource)) || textOf(request.encounterBefore) !== textOf(chart.encounter)
  const medications = chart.medications.filter((resource) => isMine(resource) && (mode !== 'appends' || settled.touched.has(resource)))
  const cancelled = medications.length === 0
  if (cancelled ? current === undefined || mode !== 'replaces' || !hadDrugs(current) : current !== undefined && !changed) return undefined
  const relation = relate(current, request)
  const title = cancelled ? CANCELLED : relation?.kind === 'appends' ? FORMS.prescription.viAddendum : FORMS.prescription.vi
  return {
    form: 'prescription', slot, kind, title, chart: { ...chart, medications }, ...(relation && { relation }),
    ...(cancelled && { instead: { medications: 'Đơn thuốc trước được hủy; không kê thuốc.' } }),
  }
}

const CANCELLED = `${FORMS.prescription.vi} (hủy)`
const hadDrugs = (document: StoredDocument): boolean => document.title !== CANCELLED

/** Summary first, then what goes with the patient. */
export const planDocuments = (request: PlanRequest): PlannedDocument[] =>
  [summary(request), ...KINDS.map((kind) => prescription(request, kind)).filter((document) => document !== undefined), ...planPapers(request)]
