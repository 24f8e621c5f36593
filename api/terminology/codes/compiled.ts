/** What a value set's definition is made into, and what it is made with. */
import { outcome } from '../../model/outcome.ts'
import type { Designation, SystemVersions } from '../../model/ports.ts'
import type { MatchRow } from '../match.ts'
import type { Known, Snapshot } from './catalogue.ts'
import type { Grammar } from './grammars.ts'
import type { Entry } from './system-index.ts'

/** A code in a value set. */
export interface Item {
  readonly system: string
  readonly version?: string
  readonly code: string
  readonly display?: string
  readonly designations: readonly Designation[]
  readonly language?: string
  readonly inactive: boolean
  readonly abstract: boolean
  readonly entry?: Entry
  /** Made when somebody filters by words. */
  row?: MatchRow<Item>
}

export interface CompiledSet {
  /** Without system: the first that has the code. */
  find(system: string | undefined, code: string): Item | undefined
  /** Throws too-costly when it cannot be listed or is too large. */
  list(): readonly Item[]
  /** Code systems that it draws from, as "system|version". */
  readonly used: ReadonlySet<string>
  /** It may lack codes: it draws from a fragment of a code system. */
  readonly unclosed: boolean
  /** Parts in it and in the sets that it names, each as often as it is named: what one question costs. */
  readonly parts: number
}

export interface CompileContext {
  readonly snapshot: Snapshot
  readonly grammars: ReadonlyMap<string, Grammar>
  readonly on: string
  readonly versions: SystemVersions
  /** Remembered sets of this snapshot and day. */
  readonly remember: (known: Known, on: string, make: () => Promise<CompiledSet>) => Promise<CompiledSet>
}

export interface Clause { find(system: string | undefined, code: string): Item | undefined; list(): readonly Item[] | undefined }
/** What one code system gives. */
export interface Base extends Clause { readonly used: string; readonly unclosed: boolean }

export const tooCostly = (diagnostics: string): never => { throw outcome('too-costly', { diagnostics }) }
