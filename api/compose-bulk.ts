/** What carries out bulk data in the background process, made of the same parts as the server: a line of an import is judged as an update would be. */
import type { Config } from './config.ts'
import { createChecks } from './fhir/checks.ts'
import { createImportJudge } from './fhir/import-judge.ts'
import { createIds, systemClock } from './model/ids.ts'
import type { CodeSets } from './model/ports.ts'
import { canonicalUnit, isUnit } from './search/ucum.ts'
import { createExporter } from './store/bulk/export.ts'
import { createImporter } from './store/bulk/import.ts'
import type { Did } from './store/bulk/jobs.ts'
import { sweepBulk } from './store/bulk/imports.ts'
import type { Database } from './store/connection/database.ts'
import { createDefinitionSource } from './store/definition-source.ts'
import { createResourceStore, transactionParts } from './store/resource-store.ts'
import { createTerminologySource } from './store/terminology-source.ts'
import { createTerminologyService } from './terminology/codes/service.ts'
import { createTerminology } from './terminology/terminology.ts'
import { openDefinitions } from './validation/definitions.ts'
import { createMoreDefinitions } from './validation/more-definitions.ts'
import { openStandardDefinitions } from './validation/standard-definitions.ts'
import { createValidator } from './validation/validator.ts'

export interface BulkWork {
  /** One slice of the oldest job. */
  readonly exportSome: () => Promise<Did>
  readonly importSome: () => Promise<Did>
  /** Whether something was taken away. */
  readonly sweep: () => Promise<boolean>
  /** For others who search in the same process. */
  readonly codes: CodeSets
  close(): Promise<void>
}

/** `slice`: lines or rows in one transaction; `settle`: as in BulkExportOptions; for tests. */
export const composeBulk = ({ config, database, slice, settle }: { readonly config: Config; readonly database: Database; readonly slice?: number; readonly settle?: number }): BulkWork => {
  const { timeZone, bases } = config
  const clock = systemClock
  const folder = config.uploads
  const codes = createTerminologyService({ source: createTerminologySource({ database }), units: { isUnit, canonicalUnit }, clock, ids: createIds(clock), timeZone })
  const context = { database, clock, timeZone, bases, codes }
  const store = createResourceStore(context)
  const definitions = openDefinitions()
  const validator = createValidator(definitions, codes, createMoreDefinitions(definitions, createDefinitionSource({ database }), openStandardDefinitions()))
  const checks = createChecks({ validator, terminology: createTerminology({ store, tenant: database.tenant, clock }), store, tenant: database.tenant, clock, timeZone })
  const few = slice === undefined ? {} : { slice }
  const importer = createImporter({ parts: transactionParts({ ...context, journal: true }), judge: createImportJudge({ checks }), folder, ...few })
  return {
    codes,
    exportSome: createExporter({ ...context, ...few, ...(settle !== undefined && { settle }) }), importSome: importer.step, sweep: () => sweepBulk({ database, clock, folder }), close: () => importer.close(),
  }
}
