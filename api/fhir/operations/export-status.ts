/** Bulk Data Access after the kick-off (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request): state, manifest, files, and their end. Only for the client that asked. */
import { Readable } from 'node:stream'
import type { GuardedRequest, Reply } from '../../http/route.ts'
import type { ExportFile, ExportJob } from '../../model/bulk-ports.ts'
import { outcome } from '../../model/outcome.ts'
import { informational } from '../answer.ts'
import { baseOf, httpDate } from '../headers.ts'
import { applyView, parseView } from '../view.ts'
import { ownElements } from './export-wish.ts'
import type { ExportDeps } from './export.ts'
import { createPlaces } from './places.ts'

export const NDJSON = 'application/fhir+ndjson'
/** Seconds after which asking again makes sense. */
const AGAIN = '2'
/** Files read at a time in this process: each holds a connection to its client for as long as that takes. */
const MOST_READERS = 8

/** 202 while it is under way, 200 with the manifest when it is done. */
export const exportStatus = (deps: ExportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = await requireJob(deps, request)
  if (job.state === 'failed') throw outcome('too-costly', { diagnostics: 'The export could not be done; ask for less at a time.' })
  if (job.state !== 'done') return { status: 202, headers: { 'x-progress': job.progress.slice(0, 100), 'retry-after': AGAIN } }
  const base = `${baseOf(request, deps.publicUrl)}/$export/${job.id}`
  const list = (kind: ExportFile['kind']): object[] => job.files.filter((file) => file.kind === kind).map(({ number, type, count }) => ({ type: kind === 'deleted' ? 'Bundle' : type, url: `${base}/${number}`, count }))
  const manifest = {
    transactionTime: job.transactionTime, request: job.request, requiresAccessToken: true, output: list('output'), ...(job.wish.since === undefined ? {} : { deleted: list('deleted') }), error: [],
  }
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', ...(job.expiresAt !== undefined && { expires: httpDate(job.expiresAt) }) }, body: JSON.stringify(manifest) }
}

/** 202; from then on there is neither job nor file. */
export const exportCancel = (deps: ExportDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = await requireJob(deps, request)
  if (!await deps.exports.remove(request.caller, job.id)) throw outcome('not-found', { expression: 'http.job' })
  await deps.audit.record(request.caller, { action: 'D', interaction: 'export-cancel', outcome: 'success', detail: job.id })
  return { status: 202, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: informational('The export and its files are gone.') }
}

/** 200 with the lines of a file. What it holds is on record before the first of them leaves; the scopes of today must still allow it. */
export const exportFile = (deps: ExportDeps) => {
  const places = createPlaces({ most: MOST_READERS, what: 'files are being read', retryAfter: 10 })
  return async (request: GuardedRequest): Promise<Reply> => {
    const job = await requireJob(deps, request)
    const file = job.state === 'done' && /^\d{1,9}$/.test(request.params.file ?? '') ? job.files.find(({ number }) => number === Number(request.params.file)) : undefined
    if (file === undefined) throw outcome('not-found', { expression: 'http.file' })
    const { type, kind, count } = file
    await deps.gate.require(request.caller, [{ interaction: 'search-type', type }, { interaction: 'read', type }])
    const leave = places.take()
    try {
      const [patient, more] = job.wish.scope.kind === 'some' ? job.wish.scope.patients : []
      await deps.audit.record(request.caller, { action: 'R', interaction: 'export-file', type, ...(patient !== undefined && more === undefined && { patient }), outcome: 'success', detail: `${job.id}/${file.number} ${kind} (${count})` })
    } catch (failure) {
      leave()
      throw failure
    }
    const body = Readable.from(linesOf(deps, job, file), { objectMode: false }).once('close', leave)
    return { status: 200, headers: { 'content-type': NDJSON, ...(job.expiresAt !== undefined && { expires: httpDate(job.expiresAt) }) }, body }
  }
}

const linesOf = async function* ({ exports }: ExportDeps, job: ExportJob, file: ExportFile): AsyncGenerator<string> {
  const elements = file.kind === 'output' ? ownElements(job.wish.elements, file.type) : []
  const view = parseView(elements.length === 0 ? [] : [['_elements', elements.join(',')]])
  for await (const lines of exports.read(job, file)) yield (view.kind === 'whole' ? lines : lines.map((line) => `${applyView(line, view)}\n`)).join('')
}

const requireJob = async ({ exports }: ExportDeps, request: GuardedRequest): Promise<ExportJob> => {
  const job = await exports.find(request.caller, request.params.job ?? '')
  if (job === undefined) throw outcome('not-found', { expression: 'http.job', diagnostics: 'No such export of this client, or it has expired.' })
  return job
}
