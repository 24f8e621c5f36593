/** The routes of laboratory, imaging and their results, and of procedures, put together. */
import type { Checks } from './fhir/checks.ts'
import type { Gate } from './fhir/gate.ts'
import { procedureRoutes } from './http/procedures.ts'
import { resultInboxRoutes } from './http/result-inbox.ts'
import type { Route } from './http/route.ts'
import { visitResultRoutes } from './http/visit-results.ts'
import { workListRoutes } from './http/work-list.ts'
import { workReturnRoutes } from './http/work-return.ts'
import { workResultRoutes, type WorkResultDeps } from './http/work-results.ts'
import type { AnalyteList } from './laboratory/analyte-list.ts'
import type { AuditLog, Clock, IdSource, Printer, ResourceStore } from './model/ports.ts'

export interface LaboratoryRouteDeps {
  readonly store: ResourceStore
  readonly audit: AuditLog
  readonly gate: Gate
  readonly checks: Checks
  readonly printer: Printer
  readonly ids: IdSource
  readonly clock: Clock
  readonly timeZone: string
  readonly analytes: AnalyteList
  readonly findSent: WorkResultDeps['findSent']
}

export const composeLaboratoryRoutes = (parts: LaboratoryRouteDeps): Route[] =>
  [...workListRoutes(parts), ...workResultRoutes(parts), ...workReturnRoutes(parts), ...resultInboxRoutes(parts), ...visitResultRoutes(parts), ...procedureRoutes(parts)]
