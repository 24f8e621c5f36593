/** GET entries of a transaction: they see what the same transaction has written. http://hl7.org/fhir/R4/http.html#trules */
import { outcome } from '../model/outcome.ts'
import type { Caller, StoreTransaction } from '../model/ports.ts'
import { reachOf } from '../security/policy.ts'
import type { RequestEntry } from './bundle-body.ts'
import { responseOf, writeBundle, type BundleEntryText } from './bundle-text.ts'
import { isNotModified } from './headers.ts'
import { withoutGeneral } from './parameters.ts'
import type { Ask } from './planned.ts'
import { requireEntryType, requireId } from './resource-body.ts'

/** Answers one GET inside the transaction; its audit row commits with it. Throws, and so undoes everything, when there is nothing or the policy says no. */
export const readInside = async (tx: StoreTransaction, caller: Caller, entry: RequestEntry, ask: Ask, base: string): Promise<BundleEntryText> => {
  const [address = '', query] = entry.url.split('?', 2)
  const [typeText, idText, more] = address.split('/')
  const place = `${entry.path}.request.url`
  const type = requireEntryType(typeText, place)
  if (more !== undefined || type === 'AuditEvent') throw outcome('bad-request', { expression: place, diagnostics: 'Inside a transaction, only a read or a search of one stored type.' })
  if (idText !== undefined) {
    const key = { type, id: requireId(idText, place) }
    const stored = await tx.read(key)
    if (stored === undefined) throw outcome('not-found', { expression: place })
    ask([{ interaction: 'read', ...key, patient: stored.patient }])
    if (stored.deleted) throw outcome('deleted', { expression: place })
    await tx.audit({ action: 'R', interaction: 'read', ...key, version: stored.version, outcome: 'success', ...(stored.patient === undefined ? {} : { patient: stored.patient }) })
    if (isNotModified(entry.ifNoneMatch, stored.version)) return { response: responseOf(stored, '304 Not Modified') }
    return { fullUrl: `${base}/${type}/${key.id}`, resource: stored.body, response: responseOf(stored, '200 OK') }
  }
  ask([{ interaction: 'search-type', type }])
  // The transaction sees all rows, so a search in it is for those who may see all rows of the type.
  if (reachOf(caller.actor, 'search-type', type) !== 'site') throw outcome('forbidden', { expression: place, diagnostics: 'Search outside of the transaction.' })
  const parameters = withoutGeneral([...new URLSearchParams(query ?? '')])
  const page = await tx.search({ type, parameters, strict: true })
  await tx.audit({ action: 'E', interaction: 'search-type', type, outcome: 'success', detail: [...new Set(parameters.map(([name]) => name))].join(' ') })
  const entries = [...page.matches.map((stored) => ({ stored, search: 'match' as const })), ...page.included.map((stored) => ({ stored, search: 'include' as const }))]
  const bundle = writeBundle({
    type: 'searchset', total: page.total, links: [{ relation: 'self', url: `${base}/${type}?${new URLSearchParams(page.understood.map(([name, value]) => [name, value])).toString()}` }],
    entries: entries.map(({ stored, search }) => ({ fullUrl: `${base}/${stored.type}/${stored.id}`, resource: stored.body, search })),
  })
  return { resource: bundle, response: { status: '200 OK' } }
}
