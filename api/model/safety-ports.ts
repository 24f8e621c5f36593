/** Port of the counted alerts: what was shown on visit sheets, and what was kept in spite of it. Rules and numbers; who the patients were is not in it. */
import type { Grade, OverrideReason } from './safety.ts'

export interface ShownAlert { readonly rule: string; readonly grade: Grade }
export interface KeptAlert extends ShownAlert { readonly reason: OverrideReason; readonly secondPerson: boolean }

/** GET /api/safety/alerts?from= */
export interface AlertFigures {
  readonly rule: string
  readonly grade: Grade
  /** Visits in which it was shown, was kept in spite of it, and was confirmed by a second person. */
  readonly shown: number
  readonly overridden: number
  readonly secondPerson: number
  readonly reasons: Readonly<Partial<Record<OverrideReason, number>>>
}

export interface SafetyAlerts {
  /** Counts once for each visit, however often it is shown. */
  shown(encounter: string, alerts: readonly ShownAlert[], at: Date): Promise<void>
  /** Of visits in which it was first shown since then; the most frequent first. */
  figures(since: Date): Promise<AlertFigures[]>
}
