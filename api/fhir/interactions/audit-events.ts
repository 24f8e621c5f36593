/** Read, vread and search of AuditEvent, rendered from the audit log; for those whom the policy admits to it. http://hl7.org/fhir/R4/auditevent.html */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { readPairs } from '../../model/form.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditLog, Clock } from '../../model/ports.ts'
import { renderAuditEvent } from '../audit-event.ts'
import { LARGEST_PAGE } from '../../search/parse.ts'
import { parseAuditSearch } from '../audit-search.ts'
import { writeBundle, type BundleLink } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { requireFormat } from '../format.ts'
import { baseOf, etagOf, fhirReply, parsePrefer } from '../headers.ts'
import { ownBases } from '../own-address.ts'
import { countOf, requireParameters, withoutGeneral } from '../parameters.ts'
import { requireId } from '../resource-body.ts'
import { applyView, VIEW_PARAMETERS, viewOf } from '../view.ts'

export interface AuditEventDeps {
  readonly audit: AuditLog
  readonly gate: Gate
  readonly publicUrl: string
  readonly clock: Clock
  /** IANA name: a day without zone is one of the site. */
  readonly timeZone: string
  /** Name of the site, for AuditEvent.source. */
  readonly source: () => Promise<string>
}

/** By its id, and as version 1, which is the only one: an event never changes. */
export const auditReadInteraction = (deps: AuditEventDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const view = viewOf(request, 'AuditEvent')
  const id = requireId(request.params.id)
  const { version } = request.params
  const question = { interaction: version === undefined ? 'read' as const : 'vread' as const, type: 'AuditEvent', id }
  await deps.gate.require(request.caller, [question])
  if (version !== undefined && version !== '1') throw outcome('not-found', { expression: 'AuditEvent', diagnostics: 'An event has one version, which is 1.' })
  const [row] = /^[0-9]{1,19}$|^[0-9a-f-]{36}$/.test(id) ? await deps.audit.find({ id, count: 1 }) : []
  if (row === undefined) throw outcome('not-found', { expression: 'AuditEvent' })
  await deps.gate.record(request.caller, question)
  return fhirReply(request, 200, applyView(renderAuditEvent(row, await deps.source()), view), { etag: etagOf(1), 'last-modified': new Date(row.at).toUTCString() })
}

const PAGE = 50

/** Newest first. */
export const auditSearchInteraction = (deps: AuditEventDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const question = { interaction: 'search-type' as const, type: 'AuditEvent' }
  await deps.gate.require(request.caller, [question])
  const pairs = withoutGeneral([...request.query, ...(request.bytes.length === 0 ? [] : readPairs(request.text()))])
  const view = viewOf({ query: pairs }, 'AuditEvent')
  const count = Math.max(countOf({ query: pairs }, '_count', PAGE, LARGEST_PAGE), 1)
  const { understood, query } = parseAuditSearch(pairs, { count: count + 1, strict: parsePrefer(request.headers.prefer).strict, timeZone: deps.timeZone, now: deps.clock.now(), bases: ownBases(request, deps.publicUrl) })
  const rows = await deps.audit.find(query)
  await deps.gate.record(request.caller, question, undefined, [...new Set(understood.map(([name]) => name))].join(' '))
  const base = baseOf(request, deps.publicUrl)
  const source = await deps.source()
  const address = (extra: [string, string][]): string => `${base}/AuditEvent?${new URLSearchParams([...understood, ...extra]).toString()}`
  const shown = rows.slice(0, count)
  const last = shown.at(-1)
  const links: BundleLink[] = [{ relation: 'self', url: address([]) }, ...(rows.length > count && last !== undefined ? [{ relation: 'next' as const, url: address([['_before', last.id]]) }] : [])]
  return fhirReply(request, 200, writeBundle({
    type: 'searchset', links, entries: shown.map((row) => ({ fullUrl: `${base}/AuditEvent/${row.id}`, resource: applyView(renderAuditEvent(row, source), view), search: 'match' })),
  }))
}
