/**
 * Transaction: all entries in one database transaction, in the order DELETE, POST, PUT and PATCH, GET, or none. http://hl7.org/fhir/R4/http.html#transaction
 * References between entries (fullUrl, urn:uuid) and conditional ones (`Type?search`) are rewritten; the answer's entries stand in the order of the request.
 */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { StoreTransaction } from '../../model/ports.ts'
import { informational, preferenceApplied } from '../answer.ts'
import type { RequestEntry } from '../bundle-body.ts'
import { responseOf, writeBundle, type BundleEntryText } from '../bundle-text.ts'
import { commit } from '../commit.ts'
import { baseOf, fhirReply, parsePrefer, type Preference } from '../headers.ts'
import type { PatchDeps } from '../patch/patches.ts'
import type { Ask, Committed } from '../planned.ts'
import { reachedBy } from '../own-address.ts'
import { withProvenance } from '../provenance-header.ts'
import { refuseOperations } from '../transaction-operations.ts'
import { inOrder, withPlan } from '../transaction-plan.ts'
import { readInside } from '../transaction-reads.ts'
import type { FindOperation } from './batch.ts'

/** 200 with a transaction-response, or the error of the first entry that failed and nothing stored. */
export const transactionInteraction = (deps: PatchDeps & { readonly publicUrl: string; readonly findOperation: FindOperation }) =>
  async (request: GuardedRequest, entries: readonly RequestEntry[]): Promise<Reply> => {
    refuseOperations(deps.findOperation, entries)
    const base = baseOf(request, deps.publicUrl)
    const { writes, reads } = inOrder(entries)
    const after = async (tx: StoreTransaction, _committed: readonly Committed[], ask: Ask): Promise<BundleEntryText[]> => {
      const answers: BundleEntryText[] = []
      for (const entry of reads) answers.push(await readInside(tx, request.caller, entry, ask, base))
      return answers
    }
    const reached = reachedBy(deps, request)
    const { committed, extra = [] } = await withPlan(reached, request.caller, writes, (plan) => commit(reached, request.caller, withProvenance(deps.ids, request, plan), reads.length === 0 ? undefined : after))
    const { answer } = parsePrefer(request.headers.prefer, 'minimal')
    const answers = new Map<RequestEntry, BundleEntryText>(reads.map((entry, at) => [entry, extra[at] ?? {}]))
    for (const [at, entry] of writes.entries()) {
      const result = committed[at]
      if (result === undefined) throw outcome('internal', { diagnostics: 'An entry was not committed.' })
      answers.set(entry, toEntry(result, answer, base))
    }
    return fhirReply(request, 200, writeBundle({ type: 'transaction-response', entries: entries.map((entry) => answers.get(entry) ?? {}) }), preferenceApplied(request))
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
