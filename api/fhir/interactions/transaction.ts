/**
 * Transaction: all entries in one database transaction, in the order DELETE, POST, PUT, GET, or none. http://hl7.org/fhir/R4/http.html#transaction
 * References between entries (fullUrl, urn:uuid) and conditional ones (`Type?search`) are rewritten; the answer's entries stand in the order of the request.
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { IdSource, StoreTransaction } from '../../model/ports.ts'
import { informational, preferenceApplied, requireWritable } from '../answer.ts'
import type { RequestEntry } from '../bundle-body.ts'
import { responseOf, writeBundle, type BundleEntryText } from '../bundle-text.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { parseCondition } from '../conditions.ts'
import { baseOf, fhirReply, parseIfMatch, parsePrefer, type Preference } from '../headers.ts'
import type { Ask, Committed, Planned } from '../planned.ts'
import { readResource, requireEntryType, requireId, requireSameId } from '../resource-body.ts'
import { requireWhole } from '../view.ts'
import { readInside } from '../transaction-reads.ts'

const ORDER = { DELETE: 0, POST: 1, PUT: 2, GET: 3, HEAD: 3 } as const

/** 200 with a transaction-response, or the error of the first entry that failed and nothing stored. */
export const transactionInteraction = (deps: CommitDeps & { readonly publicUrl: string }) =>
  async (request: GuardedRequest, entries: readonly RequestEntry[]): Promise<Reply> => {
    const base = baseOf(request, deps.publicUrl)
    const ordered = entries.toSorted((a, b) => ORDER[a.method] - ORDER[b.method])
    const writes = ordered.filter((entry) => entry.method !== 'GET' && entry.method !== 'HEAD')
    const reads = ordered.filter((entry) => entry.method === 'GET' || entry.method === 'HEAD')
    const plan = writes.map((entry) => toPlanned(entry, deps.ids))
    requireDistinctUrls(plan)
    const after = async (tx: StoreTransaction, _committed: readonly Committed[], ask: Ask): Promise<BundleEntryText[]> => {
      const answers: BundleEntryText[] = []
      for (const entry of reads) answers.push(await readInside(tx, request.caller, entry, ask, base))
      return answers
    }
    const { committed, extra = [] } = await commit(deps, request.caller, plan, after)
    const { answer } = parsePrefer(request.headers.prefer, 'minimal')
    const answers = new Map<RequestEntry, BundleEntryText>(reads.map((entry, at) => [entry, extra[at] ?? {}]))
    for (const [at, entry] of writes.entries()) {
      const result = committed[at]
      if (result === undefined) throw outcome('internal', { diagnostics: 'An entry was not committed.' })
      answers.set(entry, toEntry(result, answer, base))
    }
    return fhirReply(request, 200, writeBundle({ type: 'transaction-response', entries: entries.map((entry) => answers.get(entry) ?? {}) }), preferenceApplied(request))
  }

const toPlanned = (entry: RequestEntry, ids: IdSource): Planned => {
  const [address = '', query] = entry.url.split('?', 2)
  const [typeText, idText, more] = address.split('/')
  const place = `${entry.path}.request.url`
  if (more !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Nothing is written below a resource.' })
  const type = requireWritable(requireEntryType(typeText, place))
  const shared = { path: `${entry.path}.resource`, ...(entry.fullUrl === undefined ? {} : { fullUrl: entry.fullUrl }) }
  if (entry.method === 'POST') {
    if (idText !== undefined || query !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'A POST goes to the type.' })
    const { resource } = readResource(entry.resource, { type, path: shared.path })
    const condition = entry.ifNoneExist === undefined ? {} : { condition: parseCondition(type, entry.ifNoneExist, `${entry.path}.request.ifNoneExist`) }
    return { kind: 'create', key: { type, id: ids.uuid() }, resource, ...shared, ...condition }
  }
  if (query !== undefined && idText !== undefined) throw outcome('bad-request', { expression: place, diagnostics: 'Either an id or a condition.' })
  const aim = query === undefined ? { key: { type, id: requireId(idText, place) } } : { key: { type, id: ids.uuid() }, target: parseCondition(type, query, place) }
  const match = entry.ifNoneMatch?.trim() === '*' ? 'none' as const : parseIfMatch(entry.ifMatch, `${entry.path}.request.ifMatch`)
  const expected = match === undefined ? {} : { expected: match }
  if (entry.method === 'DELETE') return { kind: 'delete', ...aim, ...shared, ...expected }
  const { resource } = readResource(entry.resource, { type, path: shared.path })
  requireWhole(resource, shared.path)
  if (query === undefined) requireSameId(resource, aim.key.id, shared.path)
  return { kind: 'update', ...aim, resource, ...shared, ...expected }
}

/** Two entries under one fullUrl: nobody could say which a reference means. That no resource occurs twice is seen when conditions are resolved (targets.ts). */
const requireDistinctUrls = (plan: readonly Planned[]): void => {
  const urls = new Set<string>()
  for (const { fullUrl, path } of plan) {
    if (fullUrl === undefined) continue
    if (urls.has(fullUrl)) throw outcome('bad-request', { expression: path, diagnostics: 'The fullUrl occurs twice in the transaction.' })
    urls.add(fullUrl)
  }
}

const STATUS = { created: '201 Created', updated: '200 OK', unchanged: '200 OK', deleted: '204 No Content' } as const

const toEntry = (result: Committed, answer: Preference['answer'], base: string): BundleEntryText => {
  const told = (text: string): { outcome?: string } => (answer === 'OperationOutcome' ? { outcome: informational(text) } : {})
  if (result.kind === 'none') return { response: { status: STATUS.deleted, ...told('Nothing was there to delete.') } }
  const stored = result.kind === 'written' ? result.written : result.stored
  const status = result.kind === 'written' ? STATUS[result.written.op] : '200 OK'
  return {
    ...(stored.deleted ? {} : { fullUrl: `${base}/${stored.type}/${stored.id}` }),
    ...(answer === 'representation' && !stored.deleted ? { resource: stored.body } : {}),
    response: { ...responseOf(stored, status), ...told(`${stored.type}/${stored.id} ${stored.deleted ? 'deleted in version' : 'version'} ${stored.version}`) },
  }
}
