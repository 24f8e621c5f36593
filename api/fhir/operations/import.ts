/**
 * Bulk import (no standard of R4 asks for it; its answers are shaped as those of Bulk Data Access): resources as lines of application/fhir+ndjson in the body of one request, of any
 * length, taken in as they come. Each is then stored as an update under its own id would be, in the background. The server fetches nothing from anywhere.
 */
import { Readable } from 'node:stream'
import type { GuardedRequest, Reply } from '../../http/route.ts'
import type { BulkImports, ImportJob } from '../../model/bulk-ports.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import { RESOURCE_TYPES } from '../../search/resource-types.ts'
import { reachOf } from '../../security/policy.ts'
import { informational } from '../answer.ts'
import { baseOf, httpDate } from '../headers.ts'
import { requireParameters } from '../parameters.ts'
import { NDJSON } from './export-status.ts'
import { requireAsync, type ExportDeps } from './export.ts'
import { createPlaces } from './places.ts'

export interface ImportDeps extends ExportDeps { readonly imports: BulkImports }

/** Bodies taken in at a time in this process. */
const MOST_SENDERS = 4

const mayImport = ({ actor }: Caller): boolean => RESOURCE_TYPES.some((type) => reachOf(actor, 'create', type) === 'site' || reachOf(actor, 'update', type) === 'site')

/** 202 with the address where the state of the job is told, once the whole body is on the disk. */
export const importOperation = (deps: ImportDeps) => {
  const places = createPlaces({ most: MOST_SENDERS, what: 'imports are being taken in', retryAfter: 30 })
  return async (request: GuardedRequest): Promise<Reply> => {
    requireParameters(request)
    requireAsync(request.headers.prefer)
    const { caller } = request
    if (!mayImport(caller)) {
      await deps.gate.note(caller, { interaction: 'create', type: '*' }, 'forbidden')
      throw outcome('forbidden', { diagnostics: 'No scope of this client lets it create or update any type.' })
    }
    const { stream } = request
    if (stream === undefined) throw outcome('bad-request', { diagnostics: 'The body has lines of application/fhir+ndjson.' })
    const leave = places.take()
    try {
      const id = deps.ids.uuid()
      const base = baseOf(request, deps.publicUrl)
      const size = await deps.imports.receive(caller, { id, request: `${base}/$import` }, stream)
      await deps.audit.record(caller, { action: 'E', interaction: 'import', type: '*', outcome: 'success', detail: `${id} ${size} bytes` })
      return { status: 202, headers: { 'content-location': `${base}/$import/${id}` } }
    } finally {
      leave()
    }
  }
}

/** 202 while it is under way, 200 with what became of the lines when it is done. */
export const importStatus = (deps: ImportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = await requireJob(deps, request)
  if (job.state === 'failed') throw outcome('too-costly', { diagnostics: 'The import could not be done to its end; what is stored stays. Send it again.' })
  if (job.state !== 'done') return { status: 202, headers: { 'x-progress': job.progress.slice(0, 100), 'retry-after': '2' } }
  const { counts: { refused, ...counts } } = job
  const error = refused === 0 ? [] : [{ type: 'OperationOutcome', url: `${baseOf(request, deps.publicUrl)}/$import/${job.id}/errors`, count: refused }]
  const manifest = { transactionTime: job.askedAt, request: job.request, requiresAccessToken: true, output: [], error, counts: { ...counts, refused } }
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', ...expires(job) }, body: JSON.stringify(manifest) }
}

const expires = ({ expiresAt }: ImportJob): Record<string, string> => (expiresAt === undefined ? {} : { expires: httpDate(expiresAt) })

/** 202; what is stored stays, the rest is not read. */
export const importCancel = (deps: ImportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = await requireJob(deps, request)
  if (!await deps.imports.remove(request.caller, job.id)) throw outcome('not-found', { expression: 'http.job' })
  await deps.audit.record(request.caller, { action: 'D', interaction: 'import-cancel', outcome: 'success', detail: job.id })
  return { status: 202, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: informational('The import has ended; what it has stored stays.') }
}

/** 200 with an OperationOutcome for each line that was refused. */
export const importErrors = (deps: ImportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = await requireJob(deps, request)
  if (job.state !== 'done') throw outcome('not-found', { expression: 'http.job', diagnostics: 'The import is not done yet.' })
  await deps.audit.record(request.caller, { action: 'R', interaction: 'import-file', outcome: 'success', detail: `${job.id} (${job.counts.refused})` })
  return { status: 200, headers: { 'content-type': NDJSON, ...expires(job) }, body: Readable.from(textOf(deps.imports.errors(job)), { objectMode: false }) }
}

const textOf = async function* (parts: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const lines of parts) yield lines.join('')
}

const requireJob = async ({ imports }: ImportDeps, request: GuardedRequest): Promise<ImportJob> => {
  const job = await imports.find(request.caller, request.params.job ?? '')
  if (job === undefined) throw outcome('not-found', { expression: 'http.job', diagnostics: 'No such import of this client, or it has expired.' })
  return job
}
