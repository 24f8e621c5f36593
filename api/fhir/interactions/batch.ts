/** Batch: each entry on its own, as if it had been sent alone; one that fails says so in its place. http://hl7.org/fhir/R4/http.html#transaction */
import { Readable } from 'node:stream'
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { writeJson } from '../../model/json.ts'
import { OUTCOMES, outcome } from '../../model/outcome.ts'
import { preferenceApplied } from '../answer.ts'
import { conditionsOf, type RequestEntry } from '../bundle-body.ts'
import { writeBundle, type BundleEntryText } from '../bundle-text.ts'
import { baseOf, fhirReply, parsePrefer } from '../headers.ts'
import { refuseProvenance } from '../provenance-header.ts'
import { patchOfEntry } from '../patch/patches.ts'
import { statusOf, toOperationOutcome, toOutcome } from '../outcome-handler.ts'

export type FhirHandler = (request: GuardedRequest) => Promise<Reply>

/** The interactions that an entry can ask for. */
export interface BatchHandlers {
  readonly read: FhirHandler
  readonly vread: FhirHandler
  readonly history: FhirHandler
  readonly historyType: FhirHandler
  readonly historySystem: FhirHandler
  readonly search: FhirHandler
  readonly create: FhirHandler
  readonly update: FhirHandler
  readonly updateFound: FhirHandler
  readonly patch: FhirHandler
  readonly patchFound: FhirHandler
  readonly delete: FhirHandler
  readonly deleteFound: FhirHandler
}

/** An operation that an entry can ask for (api/fhir/operations/operation.ts), by the address after the base. */
export type FindOperation = (method: string, path: string) => { readonly handler: FhirHandler; readonly params: Record<string, string>; readonly writes: boolean } | undefined

export interface BatchDeps {
  readonly handlers: BatchHandlers
  readonly findOperation: FindOperation
  readonly publicUrl: string
}

/** 200 with a batch-response, whatever became of the entries. */
export const batchInteraction = (deps: BatchDeps) =>
  async (request: GuardedRequest, entries: readonly RequestEntry[]): Promise<Reply> => {
    refuseProvenance(request, 'The entries of a batch have nothing in common: send a transaction, or each with a Provenance of its own.')
    const answers: BundleEntryText[] = []
    for (const entry of entries) answers.push(await answerEntry(deps, request, entry, baseOf(request, deps.publicUrl)))
    return fhirReply(request, 200, writeBundle({ type: 'batch-response', entries: answers }), preferenceApplied(request))
  }

/** The handler and path parameters of an entry's address; the same addresses as in the route table. */
const handlerOf = (handlers: BatchHandlers, entry: RequestEntry): { readonly handler: FhirHandler; readonly params: Record<string, string> } | undefined => {
  const [type = '', id, sub, version, more] = (entry.url.split('?', 1)[0] ?? '').split('/')
  if (more !== undefined || type === '') return undefined
  const reads = entry.method === 'GET' || entry.method === 'HEAD'
  if (type === '_history' && id === undefined) return reads ? { handler: handlers.historySystem, params: {} } : undefined
  if (id === '_history' && sub === undefined) return reads ? { handler: handlers.historyType, params: { type } } : undefined
  if (id === undefined) {
    if (reads) return { handler: handlers.search, params: { type } }
    if (entry.method === 'PUT') return { handler: handlers.updateFound, params: { type } }
    if (entry.method === 'PATCH') return { handler: handlers.patchFound, params: { type } }
    return { handler: entry.method === 'POST' ? handlers.create : handlers.deleteFound, params: { type } }
  }
  if (sub === undefined) {
    if (reads) return { handler: handlers.read, params: { type, id } }
    if (entry.method === 'PUT') return { handler: handlers.update, params: { type, id } }
    if (entry.method === 'PATCH') return { handler: handlers.patch, params: { type, id } }
    return entry.method === 'DELETE' ? { handler: handlers.delete, params: { type, id } } : undefined
  }
  if (!reads) return undefined
  if (sub !== '_history') return version === undefined ? { handler: handlers.search, params: { type, id, member: sub } } : undefined
  return version === undefined ? { handler: handlers.history, params: { type, id } } : { handler: handlers.vread, params: { type, id, version } }
}

const answerEntry = async ({ handlers, findOperation }: BatchDeps, request: GuardedRequest, entry: RequestEntry, base: string): Promise<BundleEntryText> => {
  try {
    const operation = findOperation(entry.method, entry.url.split('?', 1)[0] ?? '')
    const found = operation ?? handlerOf(handlers, entry)
    if (found === undefined) throw outcome('method-not-allowed', { expression: `${entry.path}.request`, diagnostics: 'No interaction has this method and address.' })
    const query = entry.url.indexOf('?')
    const patch = entry.method === 'PATCH' ? patchOfEntry(entry.resource, `${entry.path}.resource`) : undefined
    const resource = patch?.body ?? entry.resource
    return toEntry(await found.handler({
      ...request,
      method: entry.method,
      params: found.params,
      // an answer inside a Bundle is in the Bundle's format
      query: query < 0 ? [] : [...new URLSearchParams(entry.url.slice(query + 1))].filter(([name]) => name !== '_format'),
      headers: { host: request.headers.host, prefer: request.headers.prefer, 'content-type': patch?.media, ...conditionsOf(entry) },
      // an operation looks whether something was sent with it
      bytes: operation === undefined || resource === undefined ? new Uint8Array() : new TextEncoder().encode(writeJson(resource)),
      text: () => (typeof resource === 'string' ? resource : resource === undefined ? '' : writeJson(resource)),
      json: () => {
        if (resource === undefined) throw outcome('bad-request', { expression: `${entry.path}.resource`, diagnostics: 'The resource is missing.' })
        return resource
      },
    }), entry, request, base)
  } catch (error) {
    const failure = toOutcome(error)
    if (statusOf(failure) >= 500) throw error
    return { response: { status: `${statusOf(failure)} ${OUTCOMES[failure.code].en}`, outcome: JSON.stringify(toOperationOutcome(failure)) } }
  }
}

const REASON: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'No Content', 304: 'Not Modified' }

const FHIR_JSON = /^application\/fhir\+json\b/

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/** What a HEAD would answer is not told; the OperationOutcome that a write was asked for is its outcome, not its resource. */
const toEntry = (reply: Reply, { method }: RequestEntry, request: GuardedRequest, base: string): BundleEntryText => {
  const header = (name: string): string | undefined => {
    const value = reply.headers?.[name]
    return typeof value === 'string' ? value : undefined
  }
  if (reply.body instanceof Readable || (reply.body instanceof Uint8Array && !FHIR_JSON.test(header('content-type') ?? ''))) throw outcome('internal', { diagnostics: 'An entry answered bytes.' })
  const body = reply.body instanceof Uint8Array ? Buffer.from(reply.body).toString() : reply.body
  const location = header('location') ?? header('content-location')
  const modified = header('last-modified')
  const told = !READS.has(method) && parsePrefer(request.headers.prefer).answer === 'OperationOutcome'
  return {
    ...(body === undefined || told || method === 'HEAD' ? {} : { resource: body }),
    response: {
      status: `${reply.status} ${REASON[reply.status] ?? ''}`.trim(),
      location: location?.startsWith(`${base}/`) === true ? location.slice(base.length + 1) : location,
      etag: header('etag'),
      lastModified: modified === undefined ? undefined : new Date(modified).toISOString(),
      outcome: told ? body : undefined,
    },
  }
}
