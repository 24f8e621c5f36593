/** What the signing inbox (/hop-ky) shows, and what is signed from it. Addresses stand beside each shape. */
import type { OutcomeCode } from './outcome.ts'
import type { DocumentRow } from './site.ts'

/** Most visits that one PIN signs: as many as one person reads, and as many previews as wait for one. */
export const MOST_AT_ONCE = 10

/** A visit with content of the person that nobody has signed yet. */
export interface WaitingVisit {
  readonly encounter: string
  readonly patient: string
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly number: number
  readonly departmentName: string
  readonly arrived: string
  /** Diagnoses as filed, the first one first. */
  readonly diagnoses: readonly string[]
  /** Typed and not filed: the stored visit is not all of it. */
  readonly draft?: { readonly updatedAt: string; readonly device?: string }
  /** Why it cannot be signed as it is stored. */
  readonly gaps: readonly { readonly message: string; readonly expression?: string }[]
}

/** GET /api/signing-inbox: oldest first. GET /api/signing-inbox/count -> {count, more}: among the newest 300 open visits, and whether there are others. */
export interface SigningInbox { readonly visits: readonly WaitingVisit[]; /** There are more than these. */ readonly more: boolean }

/** POST /api/signing-inbox/sign {previews: [{encounter, preview}], pin}: previews of POST /api/visits/:encounter/preview. A refused PIN refuses all and counts once. */
export interface BatchResult {
  readonly results: readonly ({ readonly encounter: string; readonly documents: readonly DocumentRow[] } | { readonly encounter: string; readonly failure: OutcomeCode })[]
}
