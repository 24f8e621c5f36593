/**
 * Which orders stand in a work list. What was taken in and is not released stands there until it is, however old, and so does what was given back to be done again; an order that nobody came for is shown for two weeks; what is done goes after three days and
 * is looked up by its day.
 */
import { stateOf } from '../laboratory/read-result.ts'
import { addDays } from '../model/day.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { Caller } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { WorkKind } from '../model/results.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { categoryOf, readMany, searchOwn, type Pairs, type WorkDeps } from './work-orders.ts'

type Deps = Pick<WorkDeps, 'store'>
export interface FoundOrders { readonly orders: readonly StoredVersion[]; readonly more: boolean }

/** Days, today among them, of which everything is shown. */
const RECENT = 3
/** Days for which an order waits for its patient. */
const WAITS = 14
/** Pages of orders that are looked through for those that wait. */
const PAGES = 5
const LIVE = ['active', 'completed']

const ordersOf = (kind: WorkKind, ...more: Pairs): Pairs => [['category', `${CODE_SYSTEM.orderCategory}|${kind}`], ['status', LIVE.join(',')], ...more, ['_sort', '-authored']]
const isLive = (kind: WorkKind) => (stored: StoredVersion): boolean => {
  const order = parseJsonObject(stored.body)
  return !stored.deleted && categoryOf(order) === kind && LIVE.includes(stringAt(order, 'status') ?? '')
}

/** Section of http://terminology.hl7.org/CodeSystem/v2-0074, as build-report.ts writes it. */
const SECTION = { lab: 'LAB', imaging: 'RAD' } as const

export const findCurrent = async (deps: Deps, caller: Caller, kind: WorkKind, today: string): Promise<FoundOrders> => {
  const section = `http://terminology.hl7.org/CodeSystem/v2-0074|${SECTION[kind]}`
  const [recent, open, returned] = await Promise.all([
    searchOwn(deps, caller, 'ServiceRequest', ordersOf(kind, ['authored', `ge${addDays(today, 1 - RECENT)}`])),
    searchOwn(deps, caller, 'DiagnosticReport', [['category', section], ['status', 'registered,partial,preliminary'], ['_sort', 'date']]),
    searchOwn(deps, caller, 'DiagnosticReport', [['category', section], ['status', 'cancelled'], ['conclusion', `${CODE_SYSTEM.specimenReturn}|again`], ['_sort', 'date']]),
  ])
  const known = new Set(recent.matches.map(({ id }) => id))
  const older = await readMany(deps, caller, 'ServiceRequest', [...open.matches, ...returned.matches].map(({ id }) => id).filter((id) => !known.has(id)))
  return { orders: [...recent.matches, ...[...older.values()].filter(isLive(kind))], more: recent.more || open.more || returned.more }
}

export const findDay = async (deps: Deps, caller: Caller, kind: WorkKind, day: string): Promise<FoundOrders> => {
  const { matches, more } = await searchOwn(deps, caller, 'ServiceRequest', ordersOf(kind, ['authored', day]))
  return { orders: matches, more }
}

/** Orders before the recent days that nobody has taken in. They are looked for page by page: asked for seldom. */
export const findOverdue = async (deps: Deps, caller: Caller, kind: WorkKind, today: string): Promise<FoundOrders> => {
  const orders: StoredVersion[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page += 1) {
    const { matches, next } = await searchOwn(deps, caller, 'ServiceRequest', [...ordersOf(kind, ['authored', `ge${addDays(today, 1 - WAITS)}`], ['authored', `lt${addDays(today, 1 - RECENT)}`]), ...(cursor === undefined ? [] : [['_cursor', cursor] as const])])
    const reports = await readMany(deps, caller, 'DiagnosticReport', matches.map(({ id }) => id))
    orders.push(...matches.filter(({ id }) => { const report = reports.get(id); return stateOf(report && parseJsonObject(report.body)) === 'waiting' }))
    if (next === undefined) return { orders, more: false }
    cursor = next
  }
  return { orders, more: true }
}
