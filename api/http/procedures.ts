/** Procedures that were ordered: what waits, and marking them done or taking that back, before and after the visit is signed. For whoever treats the patient; nothing else writes a Procedure for a person. */
import { z } from 'zod'
import type { Checks } from '../fhir/checks.ts'
import { buildProcedure, withdrawProcedure } from '../visit/build-procedure.ts'
import { addDays, dayIn, instantIn, toInstantUtc } from '../model/day.ts'
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock } from '../model/ports.ts'
import { isDone, toState } from '../model/procedure-state.ts'
import type { ProcedureList, ProcedureRow, ProcedureState, ProcedureStored } from '../model/procedures.ts'
import { ID_PATTERN, type StoredVersion } from '../model/resource.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { narrow, narrowToAction, rolesFor } from '../security/policy.ts'
import { parseInput, requireParam } from './input.ts'
import { requireOrdersStand } from './orders-under-way.ts'
import { idOfReference } from './registration-encounter.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { openVisit, ownCaller, type OpenVisit, type VisitAccessDeps } from './visit-access.ts'
import { questionOf } from './work-dangers.ts'
import { makerOf } from './work-list.ts'
import { ofPatient, readMany, toRows } from './work-orders.ts'

export interface ProcedureDeps extends VisitAccessDeps { readonly checks: Checks; readonly clock: Clock; readonly timeZone: string }

/** Days for which an order waits for its patient, and days, today among them, for which what is done is still shown. */
const WAITS = 14, RECENT = 3
const MOST = 500
/** How far the clock of a PC may be ahead. */
const AHEAD_MS = 5 * 60_000
const LIVE: readonly (string | undefined)[] = ['active', 'completed']

const Done = z.object({ version: z.number().int().min(0), performedAt: z.string().refine((text) => toInstantUtc(text) !== undefined, 'an instant'), note: z.string().trim().max(1000) })
const Withdrawal = z.object({ version: z.number().int().min(1), reason: z.string().trim().min(3).max(500) })

const isProcedureOrder = (order: JsonObject): boolean =>
  arrayAt(order, 'category').flatMap((category) => arrayAt(category, 'coding')).some((coding) => stringAt(coding, 'system') === CODE_SYSTEM.orderCategory && stringAt(coding, 'code') === 'procedure')

interface Found { readonly stored: StoredVersion; readonly order: JsonObject; readonly visit: OpenVisit; /** What says whether it is done; undefined: nothing yet. */ readonly before: StoredVersion | undefined }

/** The order of a procedure that stands, and its visit: throws not-found, and after an audit row forbidden or break-glass-needed. */
const openOrder = async (deps: ProcedureDeps, caller: Caller, id: string): Promise<Found> => {
  const stored = ID_PATTERN.test(id) ? await deps.store.read(ownCaller(caller), { type: 'ServiceRequest', id }) : undefined
  const order = stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
  const encounter = order && idOfReference(stringAt(order, 'encounter', 'reference'), 'Encounter')
  if (stored === undefined || order === undefined || encounter === undefined || !isProcedureOrder(order) || !LIVE.includes(stringAt(order, 'status'))) {
    await deps.audit.record(caller, { action: 'R', interaction: 'procedure-order', type: 'ServiceRequest', id: id.slice(0, 64), outcome: 'failed', detail: 'not-found' })
    throw outcome('not-found')
  }
  const visit = await openVisit(deps, caller, encounter)
  // an order names its patient and its visit; where these are two people it is nobody's
  if (visit.patient !== stored.patient) throw outcome('not-found')
  const before = await deps.store.read(ownCaller(caller), { type: 'Procedure', id })
  if (before !== undefined && before.patient !== visit.patient) throw outcome('version-conflict', { expression: `Procedure/${id}` })
  return { stored, order, visit, before }
}

const bodyOf = (before: StoredVersion | undefined): JsonObject | undefined => (before === undefined || before.deleted ? undefined : parseJsonObject(before.body))

/** The same person has said the same already, of what was shown: the answer was lost on its way. */
const isSentAgain = ({ before }: Found, wanted: JsonObject, shown: number): boolean => {
  const body = bodyOf(before)
  return body !== undefined && isDone(body) && before?.version === shown + 1 && ['performer', 'note'].every((part) => text(body, part) === text(wanted, part)) && stringAt(body, 'performedDateTime') === stringAt(wanted, 'performedDateTime')
}
const text = (object: JsonObject, part: string): string => JSON.stringify([stringAt(object, part, 0, 'actor', 'reference'), stringAt(object, part, 0, 'actor', 'display'), stringAt(object, part, 0, 'text')])

const write = async (deps: ProcedureDeps, caller: Caller, { stored, visit, before }: Found, shown: number, resource: JsonObject, interaction: 'procedure-done' | 'procedure-withdraw', detail?: string): Promise<ProcedureStored> => {
  const now = before?.version ?? 0
  if (now !== shown) throw outcome('version-conflict', { expression: `Procedure/${stored.id}`, expected: shown, found: now })
  const key = { type: 'Procedure', id: stored.id }
  await deps.checks.require([{ resource, path: `Procedure/${stored.id}`, key }])
  return deps.store.transact(caller, async (tx) => {
    await requireOrdersStand(tx, visit.patient, [stored])
    const [written] = await tx.write([{ op: 'update', key, resource, expected: shown }])
    await tx.audit({ action: 'E', interaction, ...key, patient: visit.patient, outcome: 'success', ...(detail !== undefined && { detail }) })
    return { version: written?.version ?? 0 }
  })
}

/** GET /api/procedures ; POST /api/procedures/:order/done ; POST /api/procedures/:order/withdraw ; GET /api/visits/:encounter/procedures */
export const procedureRoutes = (deps: ProcedureDeps): Route[] => {
  const statesOf = async (caller: Caller, orders: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>> => readMany(deps, caller, 'Procedure', orders)

  const list = async (request: GuardedRequest): Promise<Reply> => {
    const caller = narrow(narrowToAction(request.caller, 'procedures.perform'), 'search-type', 'ServiceRequest')
    const today = dayIn(deps.clock.now(), deps.timeZone)
    const { matches, next } = await deps.store.search(caller, {
      type: 'ServiceRequest', strict: true,
      parameters: [['category', `${CODE_SYSTEM.orderCategory}|procedure`], ['status', 'active,completed'], ['authored', `ge${addDays(today, 1 - WAITS)}`], ['_sort', '-authored'], ['_count', String(MOST)]],
    })
    const found = await statesOf(caller, matches.map(({ id }) => id))
    const states = new Map(matches.map(({ id, patient }) => { const own = found.get(id); return [id, toState(id, own?.version ?? 0, own?.patient === patient ? bodyOf(own) : undefined)] as const }))
    const shown = matches.filter(({ id }) => { const done = states.get(id)?.done; return done === undefined || done.at.slice(0, 10) >= addDays(today, 1 - RECENT) })
    const questions = new Map(shown.map((stored) => [stored.id, questionOf(parseJsonObject(stored.body))]))
    const rows = (await toRows(deps, caller, shown)).map(({ order, patient, number, name, birthDate, gender, encounter, test, urgent, ordered, department, doctor, signed }): ProcedureRow => ({
      ...states.get(order) ?? { order, version: 0 }, patient, number, name, ...(birthDate !== undefined && { birthDate }), ...(gender !== undefined && { gender }), encounter, procedure: test, question: questions.get(order) ?? '', urgent, ordered, department, doctor, signed,
    }))
    await deps.audit.record(request.caller, { action: 'R', interaction: 'procedure-list', detail: `-> ${rows.length}`, outcome: 'success' })
    return json(200, { rows, more: next !== undefined } satisfies ProcedureList)
  }

  const done = async (request: GuardedRequest): Promise<Reply> => {
    const input = parseInput(Done, request.plain())
    const found = await openOrder(deps, request.caller, requireParam(request, 'order'))
    const now = deps.clock.now()
    const said = Date.parse(input.performedAt)
    if (said > now.getTime() + AHEAD_MS) throw outcome('bad-request', { expression: 'performedAt', diagnostics: 'This is later than now.' })
    const start = Date.parse(stringAt(found.visit.encounter, 'period', 'start') ?? '')
    // to the minute, as it is typed
    if (said + 60_000 <= start) throw outcome('bad-request', { expression: 'performedAt', diagnostics: 'This is before the visit.' })
    const resource = buildProcedure(found.order, makerOf(request.caller), instantIn(new Date(Math.min(said, now.getTime())), deps.timeZone), input.note)
    if (isSentAgain(found, resource, input.version)) return json(200, { version: found.before?.version ?? 0 } satisfies ProcedureStored)
    if (isDone(bodyOf(found.before))) throw outcome('version-conflict', { expression: `Procedure/${found.stored.id}`, expected: input.version, found: found.before?.version })
    return json(200, await write(deps, request.caller, found, input.version, resource, 'procedure-done'))
  }

  const withdraw = async (request: GuardedRequest): Promise<Reply> => {
    const input = parseInput(Withdrawal, request.plain())
    const found = await openOrder(deps, request.caller, requireParam(request, 'order'))
    const body = bodyOf(found.before)
    if (body === undefined || !isDone(body)) throw outcome('version-conflict', { expression: `Procedure/${found.stored.id}`, expected: input.version, found: found.before?.version ?? 0 })
    const resource = withdrawProcedure(body, makerOf(request.caller), instantIn(deps.clock.now(), deps.timeZone), input.reason)
    return json(200, await write(deps, request.caller, found, input.version, resource, 'procedure-withdraw', input.reason))
  }

  const ofVisit = async (request: GuardedRequest): Promise<Reply> => {
    const visit = await openVisit(deps, request.caller, requireParam(request, 'encounter'))
    await deps.gate.require(request.caller, [{ interaction: 'search-type', type: 'Procedure', patient: visit.patient }])
    const { matches } = await deps.store.search(narrow(request.caller, 'search-type', 'Procedure'), { type: 'Procedure', strict: true, parameters: [['patient', `Patient/${visit.patient}`], ['encounter', `Encounter/${visit.stored.id}`], ['_count', '200']] })
    const states = ofPatient(new Map(matches.map((stored) => [stored.id, stored])), visit.patient).map((stored): ProcedureState => toState(stored.id, stored.version, bodyOf(stored)))
    await deps.audit.record(request.caller, { action: 'R', interaction: 'visit-procedures', type: 'Encounter', id: visit.stored.id, patient: visit.patient, outcome: 'success' })
    return json(200, states)
  }

  const performs = { site: 'hospital', access: { roles: rolesFor('procedures.perform') } } as const
  return [
    { method: 'GET', url: '/api/procedures', ...performs, handler: list },
    { method: 'POST', url: '/api/procedures/:order/done', ...performs, handler: done },
    { method: 'POST', url: '/api/procedures/:order/withdraw', ...performs, handler: withdraw },
    { method: 'GET', url: '/api/visits/:encounter/procedures', site: 'hospital', access: { roles: rolesFor('visit.open') }, handler: ofVisit },
  ]
}
