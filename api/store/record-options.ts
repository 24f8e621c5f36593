/** What the readers of records share. */
import type { Clock, CodeSets } from '../model/ports.ts'
import type { Database } from './connection/database.ts'

export interface RecordOptions {
  readonly database: Database
  readonly clock: Clock
  readonly timeZone: string
  /** Absolute addresses of this server's FHIR base. */
  readonly bases: readonly string[]
  /** 32 bytes; the same in all processes of a site. */
  readonly cursorKey: Uint8Array
  /** For searches by value sets and code hierarchies. */
  readonly codes?: CodeSets
}
