/** Bulk data: exports (https://hl7.org/fhir/uv/bulkdata/STU2/export.html) and imports, asked for by a system client and carried out by the background process. */
import type { JsonObject } from './json.ts'
import type { Caller, Head } from './ports.ts'
import type { ResourceKey } from './resource.ts'

/** Whose resources: everybody's and everything; what is in any patient's compartment; what is in the compartments of these. */
export type ExportScope =
  | { readonly kind: 'system' }
  | { readonly kind: 'patients' }
  | { readonly kind: 'some'; readonly patients: readonly string[] }

export interface ExportWish {
  readonly scope: ExportScope
  readonly types: readonly string[]
  /** Instants: changed after, changed before. */
  readonly since?: string
  readonly until?: string
  /** By type: searches of which a resource fits one, as pairs of parameters. */
  readonly filters: Readonly<Record<string, readonly (readonly (readonly [string, string])[])[]>>
  /** As _elements says them; none: whole resources. */
  readonly elements: readonly string[]
}

export type BulkState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

interface BulkJob {
  readonly id: string
  readonly state: BulkState
  /** The address by which it was asked for. */
  readonly request: string
  /** How far it has come, in at most 100 characters. */
  readonly progress: string
  /** Of a job that has ended. */
  readonly expiresAt?: string
}

export interface ExportFile {
  readonly number: number
  /** `deleted`: Bundles that say what is gone. */
  readonly kind: 'output' | 'deleted'
  readonly type: string
  /** Resources in it, or entries of its Bundles. */
  readonly count: number
}

export interface ExportJob extends BulkJob {
  /** Everything committed up to this instant is in the files, as it was then, and nothing later. */
  readonly transactionTime: string
  readonly wish: ExportWish
  readonly files: readonly ExportFile[]
}

/** Jobs are seen by the client that asked for them, and by nobody else. */
export interface BulkExports {
  /** The instant from which on changes are given to a next export. Throws bad-parameter for a filter that is no search, overloaded when too many are open. */
  start(caller: Caller, job: { readonly id: string; readonly request: string; readonly wish: ExportWish }): Promise<void>
  find(caller: Caller, id: string): Promise<ExportJob | undefined>
  /** False: there is none. Its files go with it. */
  remove(caller: Caller, id: string): Promise<boolean>
  /** The lines of a file in their order, some at a time, each with its line feed. */
  read(job: ExportJob, file: ExportFile): AsyncIterable<readonly string[]>
}

/** Where a line stands in an upload. */
export interface ImportLine {
  /** Counted from 1, as an editor shows it. */
  readonly line: number
  readonly start: number
  readonly length: number
}

export interface ReadyLine extends ImportLine {
  readonly key: ResourceKey
  readonly resource: JsonObject
  /** What it refers to here: each must be there, or come with it. */
  readonly targets: readonly ResourceKey[]
}

/** The text of an OperationOutcome that says why. */
export interface RefusedLine extends ImportLine { readonly refusal: string }

/** What decides about a line before the store writes it: the same rules as for an update. */
export interface ImportJudge {
  /** Syntax, identity, validation, the shape of references. `text` undefined: longer than a line may be. */
  prepare(line: ImportLine, text: string | undefined): Promise<ReadyLine | RefusedLine>
  /** With what stands there now: scopes, signed records. undefined: nothing speaks against it. */
  refuse(caller: Caller, line: ReadyLine, heads: ReadonlyMap<string, Head & { readonly immutable?: boolean }>): string | undefined
  /** Whatever a write threw, of this line. */
  toRefusal(line: ImportLine, error: unknown): string
  lost(line: ImportLine): string
}

export interface ImportCounts { readonly created: number; readonly updated: number; readonly unchanged: number; readonly refused: number }

export interface ImportJob extends BulkJob {
  readonly askedAt: string
  readonly counts: ImportCounts
}

export interface BulkImports {
  /** Takes the whole body, durably, before the job is there. Throws body-too-large, overloaded. Answers its length in bytes. */
  receive(caller: Caller, job: { readonly id: string; readonly request: string }, body: AsyncIterable<Uint8Array>): Promise<number>
  find(caller: Caller, id: string): Promise<ImportJob | undefined>
  /** False: there is none. What is stored stays; what is not read yet is dropped. */
  remove(caller: Caller, id: string): Promise<boolean>
  /** An OperationOutcome for each line that was refused, in their order. */
  errors(job: ImportJob): AsyncIterable<readonly string[]>
}
