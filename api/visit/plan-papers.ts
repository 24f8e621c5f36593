/**
 * The papers that a patient takes home. Each is made where the visit asks for it and its form is in force on the day of the visit; a correction makes anew what
 * changed, and one that is no longer asked for is replaced by one that says so. An addendum cannot change what they say. Pure.
 */
import { FORMS, type FormSection } from '../model/form-sections.ts'
import { writeJson, type JsonObject } from '../model/json.ts'
import type { FormCode } from '../model/ports.ts'
import { followUpOf, referralOf, resultOf, sickLeaveOf } from './encounter-facts.ts'
import type { VisitChart } from './chart.ts'
import { currentIn, relate, type PlannedDocument, type PlanRequest } from './planned-document.ts'
import { isNote, keyOf } from './settle-changes.ts'

interface Paper {
  readonly form: FormCode
  readonly isAsked: (chart: VisitChart) => boolean
  /** What of the Encounter it shows beside the diagnoses. */
  readonly shows: (encounter: JsonObject) => unknown
  /** What stands in place of its content when it is taken back. */
  readonly cancelled: readonly [FormSection, string]
}

const PAPERS: readonly Paper[] = [
  { form: 'appointment-slip', isAsked: ({ encounter }) => followUpOf(encounter) !== undefined, shows: followUpOf, cancelled: ['follow-up', 'Phiếu hẹn trước được hủy; không hẹn khám lại.'] },
  { form: 'sick-leave', isAsked: ({ encounter }) => sickLeaveOf(encounter) !== undefined, shows: sickLeaveOf, cancelled: ['sick-leave', 'Giấy chứng nhận trước được hủy; không cho nghỉ việc.'] },
  {
    form: 'referral', isAsked: ({ encounter }) => referralOf(encounter) !== undefined, shows: (encounter) => [referralOf(encounter), resultOf(encounter)],
    cancelled: ['referral', 'Phiếu chuyển trước được hủy; không chuyển cơ sở khám bệnh, chữa bệnh.'],
  },
]

const textOf = (encounter: JsonObject, { shows }: Paper): string => JSON.stringify([writeJson(encounter.get('diagnosis') ?? null), shows(encounter)])

/** Diagnoses stand on every paper, findings, orders, medicines and the plan where the form has a section for them. */
const isShown = (resource: JsonObject, form: FormCode): boolean => {
  const { type } = keyOf(resource)
  const has = (section: FormSection): boolean => FORMS[form].sections.includes(section)
  return type === 'Condition' || (type === 'MedicationRequest' && has('medications')) || (isNote(resource, 'plan') && has('plan'))
    || (type === 'Observation' && has('examination')) || (type === 'ServiceRequest' && has('orders'))
}

const isCancelled = (form: FormCode, title: string): boolean => title === cancelledTitle(form)
const cancelledTitle = (form: FormCode): string => `${FORMS[form].vi} (hủy)`

const plan = (request: PlanRequest, paper: Paper): PlannedDocument | undefined => {
  const { form, isAsked, cancelled } = paper
  const { chart, settled, mode, day } = request
  if (mode === 'appends' || day < FORMS[form].from) return undefined
  const current = currentIn(request.documents, form)
  const asked = isAsked(chart)
  const relation = relate(current, request)
  const base = { form, slot: form, chart, ...(relation && { relation }) }
  if (!asked) return current === undefined || isCancelled(form, current.title) ? undefined : { ...base, title: cancelledTitle(form), instead: { [cancelled[0]]: cancelled[1] } }
  const changed = [...settled.touched, ...settled.removed].some((resource) => isShown(resource, form)) || textOf(request.encounterBefore, paper) !== textOf(chart.encounter, paper)
  return current !== undefined && !changed ? undefined : { ...base, title: FORMS[form].vi }
}

export const planPapers = (request: PlanRequest): PlannedDocument[] => PAPERS.map((paper) => plan(request, paper)).filter((document) => document !== undefined)
