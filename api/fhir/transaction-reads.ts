/** GET entries of a transaction: they see what the same transaction has written. http://hl7.org/fhir/R4/http.html#trules */
import { outcome } from '../model/outcome.ts'
import type { Caller, StoreTransaction } from '../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import { reachOf } from '../security/policy.ts'
import { conditionsOf, type RequestEntry } from './bundle-body.ts'
import { responseOf, writeBundle, type BundleEntryText } from './bundle-text.ts'
import { isUnchanged } from './conditional-read.ts'
import { withFullSight } from './load.ts'
import { linksOf } from './page-links.ts'
import { requireParameters, withoutGeneral } from './parameters.ts'
import type { Ask } from './planned.ts'
import { requireEntryType, requireId } from './resource-body.ts'
import { applyView, parseSearchView, VIEW_PARAMETERS, viewOf, type View } from './view.ts'

/** Answers one GET inside the transaction; its audit row commits with it. Throws, and so undoes everything, when there is nothing or the policy says no. */
export const readInside = async (tx: StoreTransaction, caller: Caller, entry: RequestEntry, ask: Ask, base: string): Promise<BundleEntryText> => {
  const [address = '', query] = entry.url.split('?', 2)
  const [typeText, idText, more] = address.split('/')
  const place = `${entry.path}.request.url`
  const type = requireEntryType(typeText, place)
  if (more !== undefined || type === 'AuditEvent') throw outcome('bad-request', { expression: place, diagnostics: 'Inside a transaction, only a read or a search of one stored type.' })
  const pairs = [...new URLSearchParams(query ?? '')]
  const answer = idText === undefined ? await searchInside(tx, caller, { type, pairs, place, base }, ask) : await readOne(tx, caller, { type, id: requireId(idText, place) }, { entry, pairs, place, base }, ask)
  if (entry.method === 'GET') return answer
  const { resource: _left, ...head } = answer
  return head
}

interface Inside { readonly pairs: readonly (readonly [string, string])[]; readonly place: string; readonly base: string }

const readOne = async (tx: StoreTransaction, caller: Caller, key: ResourceKey, { entry, pairs, place, base }: Inside & { readonly entry: RequestEntry }, ask: Ask): Promise<BundleEntryText> => {
  requireParameters({ query: pairs, headers: {} }, VIEW_PARAMETERS)
  const view = viewOf({ query: pairs }, key.type)
  // scopes may leave more to reads than to searches, by which the rest of the transaction sees
  const stored = await tx.read(key, withFullSight(caller, { interaction: 'read', type: key.type }).visibility)
  if (stored === undefined) {
    // in a closed type the answer is the same for every id; in an open one nothing is there (load.ts)
    if (reachOf(caller.actor, 'search-type', key.type) === 'none') ask([{ interaction: 'read', type: key.type }])
    throw outcome('not-found', { expression: place })
  }
  ask([{ interaction: 'read', ...key, patient: stored.patient }])
  if (stored.deleted) throw outcome('deleted', { expression: place })
  await tx.audit({ action: 'R', interaction: 'read', ...key, version: stored.version, outcome: 'success', ...(stored.patient === undefined ? {} : { patient: stored.patient }) })
  if (isUnchanged(conditionsOf(entry), stored)) return { response: responseOf(stored, '304 Not Modified') }
  return { fullUrl: `${base}/${key.type}/${key.id}`, resource: applyView(stored.body, view), response: responseOf(stored, '200 OK') }
}

const searchInside = async (tx: StoreTransaction, caller: Caller, { type, pairs, place, base }: Inside & { readonly type: string }, ask: Ask): Promise<BundleEntryText> => {
  ask([{ interaction: 'search-type', type }])
  // The transaction of a person sees all rows, and what a search answers is judged nowhere: its includes, chains and _has would reach every record.
  if (caller.actor.kind === 'person' || reachOf(caller.actor, 'search-type', type) !== 'site') throw outcome('forbidden', { expression: place, diagnostics: 'Search outside of the transaction.' })
  const parameters = withoutGeneral(pairs)
  const view = parseSearchView(parameters, type)
  const page = await tx.search({ type, parameters, strict: true })
  await tx.audit({ action: 'E', interaction: 'search-type', type, outcome: 'success', detail: [...new Set(parameters.map(([name]) => name))].join(' ') })
  const entryOf = (search: 'match' | 'include', part: View) => (stored: StoredVersion): BundleEntryText => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: applyView(stored.body, part), search })
  const entries = [...page.matches.map(entryOf('match', view.matches)), ...page.included.map(entryOf('include', view.included))]
  return { resource: writeBundle({ type: 'searchset', total: page.total, links: linksOf(`${base}/${type}`, page), entries }), response: { status: '200 OK' } }
}
