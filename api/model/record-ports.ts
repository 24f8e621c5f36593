/** Port for reading a record at once ($everything, $lastn, $stats, $document) and what labels are in use ($meta). Every row passes a sight before it is answered. */
import type { Visibility } from './ports.ts'
import type { ResourceKey, StoredVersion } from './resource.ts'

/** What the caller may see of these types; types in no sight are not seen at all. `types` undefined: every type. */
export interface Sight {
  readonly types?: readonly string[]
  readonly visibility: Visibility
}

export interface EverythingRequest {
  /** A Patient or an Encounter; undefined: every patient's record. */
  readonly of?: ResourceKey
  /** What stands before all others on the first page: the Patient or Encounter itself. */
  readonly head?: StoredVersion
  /** Decoded pairs: start, end, _since, _type, _count and the place of a page. */
  readonly parameters: readonly (readonly [string, string])[]
}

export interface EverythingPage {
  readonly matches: readonly StoredVersion[]
  /** What the matches refer to that stands in no compartment. */
  readonly referred: readonly StoredVersion[]
  /** Opaque cursor of the next page. */
  readonly next?: string
  readonly understood: EverythingRequest['parameters']
  /** Nothing was left for another page. */
  readonly whole: boolean
}

export interface Records {
  everything(sights: readonly Sight[], request: EverythingRequest): Promise<EverythingPage>
}
