/** Why a visit cannot be signed as it is stored, without printing it. What the lists of codes say is found when it is reviewed. Pure. */
import { objectFromPlain, type JsonObject } from '../model/json.ts'
import type { Issue } from '../model/outcome.ts'
import { toChart } from './chart.ts'
import { findPaperGaps } from './paper-gaps.ts'
import { planDocuments } from './plan-documents.ts'
import { findGaps, findPrescriptionGaps } from './require-visit.ts'
import { settleChanges, type StoredResource } from './settle-changes.ts'

export interface StoredVisit {
  readonly patient: JsonObject
  readonly encounter: JsonObject
  /** Of the visit, its Encounter included. */
  readonly stored: readonly StoredResource[]
  /** YYYY-MM-DD of the visit. */
  readonly day: string
}

const NOBODY = objectFromPlain({})

export const findStoredGaps = ({ patient, encounter, stored, day }: StoredVisit): Issue[] => {
  const settled = settleChanges([], stored, 'open', () => '')
  const chart = toChart({ patient, encounter, hospital: NOBODY, department: NOBODY, practitioner: NOBODY }, settled.resources)
  const documents = planDocuments({ chart, settled, mode: 'open', reason: '', documents: [], encounterBefore: encounter, day, kindOf: () => 'C' })
  return [...findGaps(chart), ...findPrescriptionGaps(chart, day), ...findPaperGaps(chart, documents, day)]
}
