/** What a request wants to write, and what became of it: between the interactions and commit.ts. */
import type { JsonObject } from '../model/json.ts'
import type { Written } from '../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Condition } from './conditions.ts'
import type { Question } from './gate.ts'
import type { IfMatch } from './headers.ts'

export interface Planned {
  readonly kind: 'create' | 'update' | 'delete'
  /** For a create, and for an update that finds nothing, the id the server has chosen. */
  readonly key: ResourceKey
  /** As it came; creates and updates. */
  readonly resource?: JsonObject
  /** Version that must be current, or one of several; '*': any, but there must be one; 'none': there must be none. */
  readonly expected?: IfMatch | 'none'
  /** Create only when this finds nothing. */
  readonly condition?: Condition
  /** Update or delete what this finds, instead of `key`. */
  readonly target?: Condition
  /** Address by which the rest of the bundle refers to it. */
  readonly fullUrl?: string
  /** The Provenance of all else that is written: its targets are the versions that are made (provenance-header.ts). */
  readonly tells?: true
  /** Place in the input. */
  readonly path: string
}

/** What became of one planned write: stored, found by its condition, or nothing to delete. */
export type Committed = { readonly kind: 'written'; readonly written: Written } | { readonly kind: 'found'; readonly stored: StoredVersion } | { readonly kind: 'none' }

/** Throws, out of the transaction, what the gate then refuses or looks up. */
export type Ask = (questions: readonly Question[]) => void
