/** Port for reading a record at once ($everything, $lastn, $stats, $document) and what labels are in use ($meta). Every row passes a sight before it is answered. */
import type { Caller, SearchPage, SearchRequest, Sight } from './ports.ts'
import type { ResourceKey, StoredVersion } from './resource.ts'

export type { Sight }

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

/** Labels that are in use: profiles as texts, tags and security labels as the text of a Coding; each once. */
export interface Labels {
  readonly profile: readonly string[]
  readonly tag: readonly string[]
  readonly security: readonly string[]
}

export interface Records {
  everything(sights: readonly Sight[], request: EverythingRequest): Promise<EverythingPage>
  /** Of the Observations that a search finds the newest `max` of each code, and those of the same time as the last of them. */
  lastn(caller: Caller, request: Pick<SearchRequest, 'parameters' | 'strict'>, max: number): Promise<Pick<SearchPage, 'matches' | 'understood'>>
  /** What refers to the key by an element that searches know, and is not deleted, whatever the caller may see: so many at most, in the order of type and id in the store. */
  referring(key: ResourceKey, most: number): Promise<StoredVersion[]>
  /** What these refer to on this server and is not deleted, whatever the caller may see. */
  referredBy(from: readonly StoredVersion[]): Promise<StoredVersion[]>
  /** The same as far as it is in sight, and stands in nobody's record or in this patient's. */
  referredInSight(from: readonly StoredVersion[], sights: readonly Sight[], patient: string | undefined): Promise<StoredVersion[]>
  /** Those of the keys that are there, not deleted and in sight; in any order. */
  find(sights: readonly Sight[], keys: readonly ResourceKey[]): Promise<StoredVersion[]>
  /** Of one type, or of all. Throws too-costly when there is too much to look through. */
  labels(sights: readonly Sight[], type?: string): Promise<Labels>
}
