/** The store of order sets and phrases. */
import type { Caller } from './ports.ts'
import type { KeptAid, NewAid } from './visit-aids.ts'

export interface VisitAidStore {
  /** By name; `departments` undefined: of all. */
  list(account: string, departments: readonly string[] | undefined): Promise<readonly KeptAid[]>
  find(id: string): Promise<KeptAid | undefined>
  /** Throws aid-name-taken; too-many-aids when the owner has as many as are kept. */
  create(caller: Caller, aid: NewAid & { readonly id: string }): Promise<KeptAid>
  /** Throws version-conflict, aid-name-taken, not-found. */
  change(caller: Caller, id: string, change: Pick<NewAid, 'name' | 'body'>, expected: number): Promise<KeptAid>
  /** Throws version-conflict; what is gone already is gone. */
  remove(caller: Caller, id: string, expected: number): Promise<void>
}

/** Of each kind, that one owner keeps. */
export const MOST_AIDS = 300
