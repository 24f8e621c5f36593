/** The work list of laboratory or imaging, and taking orders in: specimen, accession number, label. */
import { z } from 'zod'
import { buildRegistered, buildSpecimen, type Maker } from '../laboratory/build-report.ts'
import { isReturned } from '../laboratory/read-result.ts'
import { imagingAccession } from '../laboratory/imaging-accession.ts'
import { addDays, dayIn, instantIn, isDay, toInstantUtc } from '../model/day.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { MATERIAL, materialOf } from '../model/materials.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, IdSource, Printer, Write } from '../model/ports.ts'
import { ID_PATTERN, type StoredVersion } from '../model/resource.ts'
import type { Received, WorkKind, WorkList } from '../model/results.ts'
import type { Checks } from '../fhir/checks.ts'
import { rolesFor } from '../security/policy.ts'
import { parseInput, queryObject, requireParam } from './input.ts'
import { requireOrdersStand } from './orders-under-way.ts'
import { bytes, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ownCaller, requirePerson } from './visit-access.ts'
import { findCurrent, findDay, findOverdue } from './work-found.ts'
import { readMany, requireKind, requireOrder, searchOwn, toRows, WORK_ROLES, type WorkDeps } from './work-orders.ts'

export interface WorkListDeps extends WorkDeps {
  readonly checks: Checks
  readonly printer: Pick<Printer, 'specimenLabel'>
  readonly ids: IdSource
  readonly clock: Clock
  readonly timeZone: string
}

/** Who works there looks for what is still to do, not through the past of all patients. */
const MOST_DAYS = 31
const MOST_TOGETHER = 30
const Query = z.object({ day: z.string().refine(isDay, 'a day, YYYY-MM-DD').optional() })
const codeOf = (order: JsonObject | undefined): string => (order && stringAt(order, 'code', 'coding', 0, 'code')) ?? ''

type FoundOrder = Awaited<ReturnType<typeof requireOrder>>

/** Blood and urine are two specimens, and so is what two visits want: each has its own number. */
const requireOneSpecimen = (orders: readonly FoundOrder[]): void => {
  if (new Set(orders.map(({ order }) => materialOf(codeOf(order)))).size > 1) throw outcome('bad-request', { expression: 'orders', diagnostics: 'A specimen is of one material.' })
  if (new Set(orders.map(({ order }) => stringAt(order, 'encounter', 'reference'))).size > 1) throw outcome('bad-request', { expression: 'orders', diagnostics: 'A specimen is of one visit.' })
}

const Receive = z.object({ orders: z.array(z.string().regex(ID_PATTERN)).min(1).max(MOST_TOGETHER), collectedAt: z.string().refine((text) => toInstantUtc(text) !== undefined, 'an instant').optional() })

export const makerOf = (caller: Caller): Maker => (({ practitioner, name }) => ({ practitioner, name }))(requirePerson(caller))

/** GET /api/work-lists/:kind ; GET /api/work-lists/:kind/overdue ; POST /api/work-lists/:kind/receive ; GET /api/work-lists/lab/specimens/:specimen/label */
export const workListRoutes = (deps: WorkListDeps): Route[] => {
  const list = async (request: GuardedRequest): Promise<Reply> => {
    const kind = await requireKind(deps, request)
    const day = dayIn(deps.clock.now(), deps.timeZone)
    const { day: asked } = parseInput(Query, queryObject(request))
    if (asked !== undefined && asked < addDays(day, -MOST_DAYS)) throw outcome('bad-request', { expression: 'day', diagnostics: `At most ${MOST_DAYS} days back.` })
    const { orders, more } = await (asked === undefined ? findCurrent(deps, request.caller, kind, day) : findDay(deps, request.caller, kind, asked))
    return answer(request, kind, asked ?? 'now', orders, more)
  }

  const answer = async (request: GuardedRequest, kind: WorkKind, what: string, orders: readonly StoredVersion[], more: boolean): Promise<Reply> => {
    const rows = await toRows(deps, request.caller, orders)
    await deps.audit.record(request.caller, { action: 'R', interaction: 'work-list', detail: `${kind} ${what} -> ${rows.length}`, outcome: 'success' })
    return json(200, { rows, more } satisfies WorkList)
  }

  const overdue = async (request: GuardedRequest): Promise<Reply> => {
    const kind = await requireKind(deps, request)
    const { orders, more } = await findOverdue(deps, request.caller, kind, dayIn(deps.clock.now(), deps.timeZone))
    return answer(request, kind, 'overdue', orders, more)
  }

  /** `before`: versions of reports that were cancelled: their orders are taken in again. */
  const specimenWrites = async (kind: WorkKind, number: () => Promise<number>, orders: readonly FoundOrder[], before: ReadonlyMap<string, number>, by: Maker, collected: string, received: string): Promise<{ writes: Write[]; answer: Received }> => {
    const register = (accession: (order: string) => string, specimen?: string): Write[] => orders.map(({ order, stored }): Write => ({ op: 'update', expected: before.get(stored.id) ?? 0, key: { type: 'DiagnosticReport', id: stored.id }, resource: buildRegistered(order, kind, by, collected, accession(stored.id), specimen) }))
    if (kind === 'imaging') return { writes: register(imagingAccession), answer: {} }
    const day = received.slice(0, 10)
    const specimen = deps.ids.uuid()
    const accession = `${day.slice(2).replaceAll('-', '')}-${String(await number()).padStart(4, '0')}`
    const resource = buildSpecimen(specimen, accession, materialOf(codeOf(orders[0]?.order)), orders.map(({ order }) => order), by, { collected, received })
    return { writes: [{ op: 'create', key: { type: 'Specimen', id: specimen }, resource, fresh: true }, ...register(() => accession, specimen)], answer: { accession, specimen } }
  }

  const receive = async (request: GuardedRequest): Promise<Reply> => {
    const kind = await requireKind(deps, request)
    const input = parseInput(Receive, request.plain())
    const orders = await Promise.all([...new Set(input.orders)].map((id) => requireOrder(deps, request.caller, kind, id)))
    if (new Set(orders.map(({ patient }) => patient)).size > 1) throw outcome('bad-request', { expression: 'orders', diagnostics: 'A specimen is of one patient.' })
    if (kind === 'lab') requireOneSpecimen(orders)
    const known = await readMany(deps, request.caller, 'DiagnosticReport', orders.map(({ stored }) => stored.id))
    const before = new Map([...known.values()].filter(({ body }) => isReturned(parseJsonObject(body))).map(({ id, version }) => [id, version]))
    const received = instantIn(deps.clock.now(), deps.timeZone)
    const collected = input.collectedAt ?? received
    if (Date.parse(collected) > deps.clock.now().getTime()) throw outcome('bad-request', { expression: 'collectedAt', diagnostics: 'This is later than now.' })
    const by = makerOf(request.caller)
    const answer = await deps.store.transact(request.caller, async (tx) => {
      await requireOrdersStand(tx, orders[0]?.patient ?? '', orders.map(({ stored }) => stored))
      const planned = await specimenWrites(kind, () => tx.nextNumber(`accession/${received.slice(0, 10)}`), orders, before, by, collected, received)
      await deps.checks.require(planned.writes.flatMap((write) => (write.op === 'create' || write.op === 'update' ? [{ resource: write.resource, path: write.key.type, key: write.key }] : [])))
      await tx.write(planned.writes)
      await tx.audit({ action: 'E', interaction: 'specimen-receive', patient: orders[0]?.patient ?? '', outcome: 'success', detail: `${kind} ${orders.length}`, ...(planned.answer.specimen !== undefined && { type: 'Specimen', id: planned.answer.specimen }) })
      return planned.answer
    })
    return json(201, answer)
  }

  const label = async (request: GuardedRequest): Promise<Reply> => {
    await requireKind(deps, { ...request, params: { ...request.params, kind: 'lab' } })
    const specimen = await deps.store.read(ownCaller(request.caller), { type: 'Specimen', id: requireParam(request, 'specimen') })
    if (specimen === undefined || specimen.deleted) throw outcome('not-found')
    const { matches } = await searchOwn(deps, request.caller, 'DiagnosticReport', [['specimen', `Specimen/${specimen.id}`]])
    // a test that was given back is in this tube no more, and one of somebody else never was
    const inside = matches.filter(({ body, patient }) => patient === specimen.patient && !isReturned(parseJsonObject(body)))
    const orders = await Promise.all(inside.map(({ id }) => requireOrder(deps, request.caller, 'lab', id)))
    const rows = await toRows(deps, request.caller, orders.map(({ stored }) => stored))
    const [row] = rows
    if (row?.accession === undefined) throw outcome('not-found')
    await deps.audit.record(request.caller, { action: 'R', interaction: 'specimen-label', type: 'Specimen', id: row.specimen ?? '', patient: row.patient, outcome: 'success' })
    const pdf = await deps.printer.specimenLabel({ accession: row.accession, name: row.name, birthDate: row.birthDate ?? '', gender: row.gender ?? '', number: row.number, material: MATERIAL[row.material ?? 'other'].vi, tests: rows.map(({ code }) => code), at: deps.clock.now() })
    return bytes(pdf, 'application/pdf', { 'content-disposition': `inline; filename="nhan-${row.accession}.pdf"` })
  }

  const works = { site: 'hospital', access: { roles: WORK_ROLES } } as const
  return [
    { method: 'GET', url: '/api/work-lists/:kind', ...works, handler: list },
    { method: 'GET', url: '/api/work-lists/:kind/overdue', ...works, handler: overdue },
    { method: 'POST', url: '/api/work-lists/:kind/receive', ...works, handler: receive },
    { method: 'GET', url: '/api/work-lists/lab/specimens/:specimen/label', site: 'hospital', access: { roles: rolesFor('work.laboratory') }, handler: label },
  ]
}
