/**
 * What a search for AuditEvent asks of the audit log: http://hl7.org/fhir/R4/auditevent.html#search. Dates are judged as in every other search, a day without zone being a day of the site;
 * parameters that come again are joined by and, values with a comma between them by or. Pure.
 */
import { outcome } from '../model/outcome.ts'
import type { AuditQuery, AuditSpan } from '../model/ports.ts'
import { LARGEST_PAGE } from '../search/parse.ts'
import { parseDate, splitAt, unescape } from '../search/parse-value.ts'
import { behindBase } from './own-address.ts'
import { requireId } from './resource-body.ts'
import { VIEW_PARAMETERS } from './view.ts'

/** Search parameters that are understood; the capability statement lists the same. `altid` is the login's account, as agent.altId shows it. */
export const AUDIT_PARAMETERS = [
  { name: '_id', type: 'token' }, { name: 'action', type: 'token' }, { name: 'altid', type: 'token' }, { name: 'date', type: 'date' }, { name: 'entity', type: 'reference' },
  { name: 'outcome', type: 'token' }, { name: 'patient', type: 'reference' }, { name: 'subtype', type: 'token' },
] as const

/** http://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
export const OUTCOME_CODES = { success: '0', refused: '4', failed: '8' } as const

const MOST_VALUES = 100

type Pairs = readonly (readonly [string, string])[]
export interface AuditSearch { readonly query: AuditQuery; /** For the self link. */ readonly understood: [string, string][] }

export interface AuditSearchContext {
  readonly count: number
  readonly strict: boolean
  readonly timeZone: string
  readonly now: Date
  /** Addresses of this server itself (own-address.ts). */
  readonly bases: readonly string[]
}

/** Throws unknown-parameter unless lenient, bad-parameter, bad-id. */
export const parseAuditSearch = (pairs: Pairs, { count, strict, timeZone, now, bases }: AuditSearchContext): AuditSearch => {
  let query: AuditQuery = { count }
  const understood: [string, string][] = []
  for (const [name, value] of pairs) {
    const list = LISTS.get(name)
    const values = splitAt(value, ',').map(unescape).map((each) => behindBase(each, bases) ?? each)
    if ((name === 'date' || list !== undefined) && (values.length > MOST_VALUES || values.includes(''))) throw outcome('bad-parameter', { expression: `http.${name}`, diagnostics: `Expected 1 to ${MOST_VALUES} values.` })
    if (name === '_before') query = { ...query, before: value }
    else if (name === 'date') query = { ...query, times: [...query.times ?? [], values.flatMap((each) => spansOf(each, { name: 'date', timeZone, now }))] }
    else if (list !== undefined) query = { ...query, ...narrowed(query, list(values)) }
    else if (name !== '_count' && !VIEW_PARAMETERS.includes(name)) {
      if (strict) throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: `AuditEvent is searched by ${AUDIT_PARAMETERS.map((each) => each.name).join(', ')}.` })
      continue
    }
    if (name !== '_before') understood.push([name, name === '_count' && Number(value) > LARGEST_PAGE ? String(LARGEST_PAGE) : value])
  }
  return { query, understood }
}

type Lists = Partial<Pick<AuditQuery, (typeof LISTED)[number]>>
const LISTED = ['id', 'action', 'account', 'entity', 'outcome', 'patient', 'interaction'] as const

const codeOf = (token: string): string => token.replace(/^.*\|/, '')
const patientsOf = (values: readonly string[]): Lists => ({ patient: values.map((reference) => requireId(reference.replace(/^Patient\//, ''), 'http.patient')) })
const OUTCOMES = Object.entries(OUTCOME_CODES)

const LISTS: ReadonlyMap<string, (values: readonly string[]) => Lists> = new Map([
  ['_id', (values) => ({ id: values.map((each) => requireId(each, 'http._id')) })],
  ['action', (values) => ({ action: values.map(codeOf) })],
  ['altid', (values) => ({ account: values.map(codeOf) })],
  ['entity', (values) => ({ entity: values.map(entityOf) })],
  ['outcome', (values) => ({ outcome: values.map(codeOf).flatMap((code) => OUTCOMES.filter(([, known]) => known === code).map(([name]) => name)) })],
  ['patient', patientsOf],
  ['patient:Patient', patientsOf],
  ['subtype', (values) => ({ interaction: values.map(codeOf) })],
])

const entityOf = (reference: string): { readonly type: string; readonly id: string } => {
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/.exec(reference) ?? []
  if (type === undefined || id === undefined) throw outcome('bad-parameter', { expression: 'http.entity', diagnostics: 'Expected Type/id.' })
  return { type, id }
}

/** Of a list that was asked for before, what both have. */
const narrowed = (query: AuditQuery, lists: Lists): Lists => Object.fromEntries(Object.entries(lists).map(([name, items]) => {
  const before = query[name as (typeof LISTED)[number]]
  const keys = before === undefined ? undefined : new Set([before].flat().map((each) => JSON.stringify(each)))
  return [name, keys === undefined ? items : [items].flat().filter((each) => keys.has(JSON.stringify(each)))]
}))

/** An event is at one instant: each prefix is one span of time, or two. */
const spansOf = (text: string, context: Parameters<typeof parseDate>[1]): AuditSpan[] => {
  const { prefix, lo, hi } = parseDate(text, context)
  switch (prefix) {
    case 'eq': case 'ap': case 'po': return [{ from: lo, to: hi }]
    case 'ne': return [{ to: lo }, { from: hi }]
    case 'gt': case 'sa': return [{ from: hi }]
    case 'ge': return [{ from: lo }]
    case 'lt': case 'eb': return [{ to: lo }]
    case 'le': return [{ to: hi }]
  }
}
