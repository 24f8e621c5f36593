/** Asynchronous requests (https://hl7.org/fhir/R4/async.html): 202 for what is asked for with Prefer: respond-async, then its state, its answer, its end. For system clients, at hospitals. */
import type { GuardedRequest, Method, Reply, Route } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditLog, IdSource } from '../../model/ports.ts'
import { informational } from '../answer.ts'
import { baseOf, httpDate } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { wantsLater, type LaterDesk, type LaterRequest } from './desk.ts'

export interface LaterDeps {
  readonly later: LaterDesk
  readonly audit: AuditLog
  readonly ids: IdSource
  readonly publicUrl: string
}

/** As the route table calls what is no interaction. */
const OPERATION = 'operation'
const NDJSON = 'application/fhir+ndjson'
/** Seconds after which asking again makes sense. */
const AGAIN = '1'

/** The handler, and for a system client that prefers so its answer later. Only for what changes nothing. */
export const orLater = ({ later, audit, ids, publicUrl }: LaterDeps, handler: FhirHandler): FhirHandler => async (request) => {
  const { caller } = request
  if (caller.actor.kind !== 'system' || request.method === 'HEAD' || !wantsLater(request.headers.prefer)) return handler(request)
  const job = { id: ids.uuid() }
  const base = baseOf(request, publicUrl)
  const query = new URLSearchParams(request.query.map(([name, value]) => [name, value])).toString()
  later.take(request, handler, { ...job, address: `${base}${request.path.slice(request.path.indexOf('/fhir/R4') + '/fhir/R4'.length)}${query === '' ? '' : `?${query}`}` })
  await audit.record(caller, { action: 'E', interaction: 'async', type: request.params.type ?? '*', outcome: 'success', detail: job.id })
  return { status: 202, headers: { 'content-location': `${base}/$async/${job.id}`, 'preference-applied': 'respond-async', 'content-type': 'application/fhir+json; charset=utf-8' }, body: informational('The answer will be where Content-Location says.') }
}

export const laterRoutes = (deps: LaterDeps, fhir: string): Route[] => {
  const row = (method: Method, path: string, handler: (request: GuardedRequest) => Promise<Reply>): Route =>
    ({ method, url: `${fhir}${path}`, site: 'hospital', access: 'system', interaction: OPERATION, handler })
  return [row('GET', '/$async/:job', state(deps)), row('DELETE', '/$async/:job', cancel(deps)), row('GET', '/$async/:job/answer', answer(deps))]
}

/** 202 while it waits or runs, then 200 with the manifest. */
const state = (deps: LaterDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = requireJob(deps, request)
  if (job.done === undefined) return { status: 202, headers: { 'x-progress': job.state, 'retry-after': AGAIN } }
  const url = `${baseOf(request, deps.publicUrl)}/$async/${job.id}/answer`
  const file = { type: typeIn(job.done.text), url, count: 1 }
  const manifest = { transactionTime: job.done.ranAt, request: job.address, requiresAccessToken: true, output: job.done.failed ? [] : [file], error: job.done.failed ? [file] : [] }
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', expires: httpDate(job.done.until.toISOString()) }, body: JSON.stringify(manifest) }
}

const typeIn = (text: string): string => /^\{"resourceType":"([A-Za-z]+)"/.exec(text)?.[1] ?? 'Bundle'

/** 200 with the answer as the one line of a file; that it was read is on record before it leaves. */
const answer = (deps: LaterDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const { caller } = request
  const job = requireJob(deps, request)
  if (job.done === undefined) throw outcome('not-found', { expression: 'http.job', diagnostics: 'The answer is not there yet.' })
  const { actor } = caller
  if (actor.kind !== 'system' || job.scopes.some((scope) => !actor.scopes.includes(scope))) {
    await deps.audit.record(caller, { action: 'R', interaction: 'async-answer', outcome: 'refused', detail: job.id })
    throw outcome('forbidden', { diagnostics: 'This token may do less than the one that asked.' })
  }
  await deps.audit.record(caller, { action: 'R', interaction: 'async-answer', outcome: 'success', detail: job.id })
  return { status: 200, headers: { 'content-type': NDJSON, expires: httpDate(job.done.until.toISOString()) }, body: `${job.done.text}\n` }
}

/** 202; from then on there is neither request nor answer. */
const cancel = (deps: LaterDeps) => async (request: GuardedRequest): Promise<Reply> => {
  const job = requireJob(deps, request)
  deps.later.remove(request.caller, job.id)
  await deps.audit.record(request.caller, { action: 'D', interaction: 'async-cancel', outcome: 'success', detail: job.id })
  return { status: 202, headers: { 'content-type': 'application/fhir+json; charset=utf-8' }, body: informational('The request and its answer are gone.') }
}

const requireJob = ({ later }: LaterDeps, request: GuardedRequest): LaterRequest => {
  const job = later.find(request.caller, request.params.job ?? '')
  if (job === undefined) throw outcome('not-found', { expression: 'http.job', diagnostics: 'No such request of this client: it has expired, or the server was started again since. Send it again.' })
  return job
}
