/** Read and search of AuditEvent, rendered from the audit log; for those whom the policy admits to it. http://hl7.org/fhir/R4/auditevent.html */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { isDay, toInstantUtc } from '../../model/day.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditLog, AuditQuery } from '../../model/ports.ts'
import { renderAuditEvent } from '../audit-event.ts'
import { writeBundle, type BundleLink } from '../bundle-text.ts'
import type { Gate } from '../gate.ts'
import { requireFormat } from '../format.ts'
import { baseOf, etagOf, fhirReply, parsePrefer } from '../headers.ts'
import { countOf, requireParameters, withoutGeneral } from '../parameters.ts'
import { requireId } from '../resource-body.ts'
import { applyView, VIEW_PARAMETERS, viewOf } from '../view.ts'

export interface AuditEventDeps {
  readonly audit: AuditLog
  readonly gate: Gate
  readonly publicUrl: string
  /** Name of the site, for AuditEvent.source. */
  readonly source: () => Promise<string>
}

/** Search parameters that are understood; the capability statement lists the same. */
export const AUDIT_PARAMETERS = [
  { name: '_id', type: 'token' }, { name: 'date', type: 'date' }, { name: 'patient', type: 'reference' }, { name: 'subtype', type: 'token' }, { name: 'agent', type: 'reference' },
] as const

export const auditReadInteraction = (deps: AuditEventDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireParameters(request, VIEW_PARAMETERS)
  const view = viewOf(request, 'AuditEvent')
  const id = requireId(request.params.id)
  const question = { interaction: 'read' as const, type: 'AuditEvent', id }
  await deps.gate.require(request.caller, [question])
  const [row] = /^[0-9]{1,19}$|^[0-9a-f-]{36}$/.test(id) ? await deps.audit.find({ id, count: 1 }) : []
  if (row === undefined) throw outcome('not-found', { expression: 'AuditEvent' })
  await deps.gate.record(request.caller, question)
  return fhirReply(request, 200, applyView(renderAuditEvent(row, await deps.source()), view), { etag: etagOf(1), 'last-modified': new Date(row.at).toUTCString() })
}

const PAGE = 50
const LARGEST_PAGE = 1000

/** `from` and `to` of date=ge…, date=le… or a whole day; others are refused. A day is a day in UTC here, as the log keeps instants. */
const boundsOf = (value: string): Pick<AuditQuery, 'from' | 'to'> => {
  const [, prefix = 'eq', text = ''] = /^(eq|ge|gt|le|lt|sa|eb)?(.*)$/.exec(value) ?? []
  const instant = toInstantUtc(text)
  if (!isDay(text) && instant === undefined) throw outcome('bad-parameter', { expression: 'http.date', diagnostics: 'Expected a day or an instant with zone.' })
  const start = instant ?? `${text}T00:00:00.000Z`
  const end = instant ?? `${text}T23:59:59.999Z`
  if (prefix === 'ge' || prefix === 'gt' || prefix === 'sa') return { from: prefix === 'ge' ? start : end }
  if (prefix === 'le' || prefix === 'lt' || prefix === 'eb') return { to: prefix === 'le' ? end : start }
  return { from: start, to: end }
}

const queryOf = (pairs: readonly (readonly [string, string])[], count: number, strict: boolean): AuditQuery & { readonly understood: [string, string][] } => {
  let query: AuditQuery = { count }
  const understood: [string, string][] = []
  for (const [name, value] of pairs) {
    if (name === 'date') query = { ...query, ...boundsOf(value) }
    else if (name === 'patient' || name === 'patient:Patient') query = { ...query, patient: value.replace(/^Patient\//, '') }
    else if (name === 'agent') query = { ...query, account: value }
    else if (name === 'subtype') query = { ...query, interaction: value.replace(/^.*\|/, '') }
    else if (name === '_id') query = { ...query, id: requireId(value, 'http._id') }
    else if (name === '_before') query = { ...query, before: value }
    else if (name !== '_count' && !VIEW_PARAMETERS.includes(name)) {
      if (strict) throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'AuditEvent is searched by _id, date, patient, agent and subtype.' })
      continue
    }
    if (name !== '_before') understood.push([name, name === '_count' && Number(value) > LARGEST_PAGE ? String(LARGEST_PAGE) : value])
  }
  return { ...query, understood }
}

/** Newest first. */
export const auditSearchInteraction = (deps: AuditEventDeps) => async (request: GuardedRequest): Promise<Reply> => {
  requireFormat(request)
  const question = { interaction: 'search-type' as const, type: 'AuditEvent' }
  await deps.gate.require(request.caller, [question])
  const pairs = withoutGeneral([...request.query, ...(request.bytes.length === 0 ? [] : new URLSearchParams(request.text()))])
  const view = viewOf({ query: pairs }, 'AuditEvent')
  const count = Math.max(countOf({ query: pairs }, '_count', PAGE, LARGEST_PAGE), 1)
  const { understood, ...query } = queryOf(pairs, count + 1, parsePrefer(request.headers.prefer).strict)
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
