/** A patient's record as people read it beside their work: shapes of the answers of api/http/patient-chart.ts. FHIR parts are FHIR; numbers that were measured are text, with their digits. */
import type { AllergyIntolerance, Patient } from '@medplum/fhirtypes'
import type { WorkState } from './results.ts'

/** A diagnosis once, however many visits have it. Days are YYYY-MM-DD at the site. */
export interface ChartProblem {
  readonly code: string
  readonly name: string
  readonly first: string
  readonly last: string
  /** Visits that have it. */
  readonly times: number
  /** The newest of them. */
  readonly encounter?: string
  /** Nobody has confirmed it, in any of them. */
  readonly provisional?: true
}

/** A medicine once, as it was ordered last. */
export interface ChartMedicine {
  readonly name: string
  readonly dosage: string
  readonly from: string
  /** Last day of the supply; undefined: it was ordered without an end. */
  readonly until?: string
  /** It should still be taken today. */
  readonly running: boolean
  readonly doctor: string
  readonly times: number
  readonly encounter?: string
}

export interface TimelineVisit {
  readonly encounter: string
  /** Instant with zone. */
  readonly at: string
  readonly department: string
  readonly doctor: string
  readonly reason: string
  /** Finished by a signature, or still being written. */
  readonly finished: boolean
  readonly diagnoses: readonly string[]
  readonly drugs: readonly string[]
  readonly orders: readonly string[]
  /** Titles of its signed documents. Whether they hold is said where they are verified: among the documents. */
  readonly documents: readonly string[]
}

/** A released result of a visit of the page, or what was done on an order of it, with who did it as what is concluded; in the timeline it stands where it was released. */
export interface TimelineResult {
  /** Id of the report, or of the Procedure. */
  readonly report: string
  /** Instant with zone, or day, as it was recorded. */
  readonly at: string
  readonly kind: 'laboratory' | 'imaging' | 'procedure' | 'other'
  readonly test: string
  /** Values out of the usual, with their digits. */
  readonly unusual: readonly { readonly name: string; readonly text: string; readonly unit: string; readonly flag: string }[]
  /** Not all of its values were read; or all were, and none is flagged. */
  readonly unread?: true
  readonly unflagged?: true
  readonly conclusion: string
  readonly encounter?: string
}

/** GET /api/patients/:patient/timeline?cursor= : newest first. */
export interface Timeline {
  readonly visits: readonly TimelineVisit[]
  /** Of these visits; those without a visit come with the first page. Absent in a copy that a PC kept from before. */
  readonly results?: readonly TimelineResult[]
  /** There are more values or reports than were read. */
  readonly cutResults?: boolean
  /** Of the next page. */
  readonly next?: string
}

/** GET /api/patients/:patient/images : imaging of all visits, newest first. */
export interface ChartImage {
  readonly report: string
  readonly test: string
  readonly at: string
  readonly state: WorkState
  readonly amended: boolean
  readonly conclusion: string
  /** Who released it. */
  readonly by: string
  readonly accession: string
  readonly encounter?: string
}
export interface ChartImages { readonly images: readonly ChartImage[]; /** There are more than were read. */ readonly cut: boolean }

/** GET /api/patients/:patient/chart */
export interface PatientChart extends Timeline {
  readonly patient: Patient
  readonly allergies: readonly AllergyIntolerance[]
  readonly problems: readonly ChartProblem[]
  readonly medicines: readonly ChartMedicine[]
  /** Lists that show the newest part only, because there is more than was read. */
  readonly cut: readonly ('problems' | 'medicines')[]
}

export interface ChartPoint {
  /** Instant, or day, as it was recorded. */
  readonly at: string
  /** Decimal with its digits, or a word. */
  readonly value: string
  /** Code of the interpretation (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation): H, L, HH, LL, A. */
  readonly flag?: string
  readonly encounter?: string
}

/** One thing that was measured, again and again. */
export interface ChartSeries {
  /** "system|code", for GET …/series/values?code= */
  readonly code: string
  readonly name: string
  readonly group: 'vital-signs' | 'laboratory'
  readonly unit: string
  /** Bounds of the newest reference range, as text. */
  readonly low?: string
  readonly high?: string
  /** Newest first. */
  readonly points: readonly ChartPoint[]
}

/** GET /api/patients/:patient/series : the newest values of each; `cut`: only the newest thousand of a group were read. GET …/series/values?code= -> ChartSeries with up to a thousand. */
export interface ChartSeriesList {
  readonly series: readonly ChartSeries[]
  readonly cut: readonly ChartSeries['group'][]
}

export type ChartHitKind = 'diagnosis' | 'medicine' | 'order' | 'note' | 'allergy' | 'result' | 'document'
export interface ChartHit {
  readonly kind: ChartHitKind
  /** Where in the record: the name of the note, or empty. */
  readonly title: string
  readonly text: string
  readonly at: string
  readonly encounter?: string
}

/** GET /api/patients/:patient/chart-search?q= : newest first; `more`: there are further ones. */
export interface ChartHits {
  readonly hits: readonly ChartHit[]
  readonly more: boolean
}
