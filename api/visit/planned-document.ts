/** What a signature makes of a visit, document by document: what each is about, and which earlier one it replaces or adds to. Pure. */
import type { FormSection } from '../model/form-sections.ts'
import type { JsonObject } from '../model/json.ts'
import type { FormCode, StoredDocument } from '../model/ports.ts'
import type { VisitChart } from './chart.ts'
import type { PrescriptionKind } from './prescription-code.ts'
import type { Settled, VisitMode } from './settle-changes.ts'

/** What a correction is about; `before` names the earlier document on paper. */
export interface Relation {
  readonly kind: 'replaces' | 'appends'
  readonly document: string
  readonly reason: string
  readonly before: { readonly code: string; readonly signedAt: string }
}

export interface PlannedDocument {
  readonly form: FormCode
  readonly slot: string
  readonly title: string
  readonly chart: VisitChart
  readonly kind?: PrescriptionKind
  readonly relation?: Relation
  readonly only?: ReadonlySet<JsonObject>
  readonly instead?: Partial<Record<FormSection, string>>
}

export interface PlanRequest {
  readonly chart: VisitChart
  readonly settled: Settled
  readonly mode: VisitMode
  readonly reason: string
  /** Of this visit, superseded ones included. */
  readonly documents: readonly StoredDocument[]
  /** As stored before this signature. */
  readonly encounterBefore: JsonObject
  /** YYYY-MM-DD of the visit: which forms are in force. */
  readonly day: string
  /** Which prescription a MedicationRequest belongs on. */
  readonly kindOf: (medication: JsonObject) => PrescriptionKind
}

/** The one that counts now in a place; addenda stand beside it. */
export const currentIn = (documents: readonly StoredDocument[], slot: string): StoredDocument | undefined =>
  documents.find((document) => (document.slot ?? document.form) === slot && document.supersededBy === undefined && document.relation?.kind !== 'appends')

/** How the next document of the place stands to it; none while the visit is open. */
export const relate = (target: StoredDocument | undefined, { mode, reason }: PlanRequest): PlannedDocument['relation'] =>
  (target === undefined || mode === 'open' ? undefined : { kind: mode, document: target.id, reason, before: { code: target.code, signedAt: target.evidence.signedAt } })
