/** Results of devices that fit no order: who works there looks, assigns them to an order that they choose, or rejects them with a reason. Nothing is thrown away. */
import { z } from 'zod'
import type { Device } from '../hl7v2/devices.ts'
import { differsFrom } from '../hl7v2/same-person.ts'
import { takeValues } from '../hl7v2/take-values.ts'
import type { Assigned, DeviceMessage, QuarantineList } from '../model/devices.ts'
import { parseJsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { AuditRow } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { WorkKind } from '../model/results.ts'
import { SID } from '../model/systems.ts'
import { planResult, writePlanned, type DeviceResultDeps } from './device-results.ts'
import { readPart, toQuarantineRow } from './device-shown.ts'
import { parseInput, queryValue, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'
import { categoryOf, readMany, requireKind, searchOwn, toRows, WORK_ROLES } from './work-orders.ts'
import { openBench } from './work-results.ts'

export interface QuarantineDeps extends DeviceResultDeps { readonly devices: readonly Device[] }

const Assign = z.object({ order: z.string().regex(ID_PATTERN) })
const Reject = z.object({ reason: z.string().trim().min(3).max(500) })

const ofOrder = ({ order, patient }: DeviceMessage): Partial<AuditRow> => ({ ...(order !== undefined && { type: 'DiagnosticReport', id: order }), ...(patient !== undefined && { patient }) })

/** GET /api/device-results/:kind (list), …/count, …/:id (one in whole), …/orders?number= (orders of a specimen) ; POST …/:id/assign, …/:id/reject */
export const deviceQuarantineRoutes = (deps: QuarantineDeps): Route[] => {
  const namesOf = (kind: WorkKind): string[] => deps.devices.filter((device) => device.kind === kind).map(({ name }) => name)
  const list = async (request: GuardedRequest): Promise<Reply> => {
    const names = namesOf(await requireKind(deps, request))
    const [kept, count, refused] = await Promise.all([deps.queue.quarantine(names), deps.queue.count(names), deps.queue.refused(names)])
    await deps.audit.record(request.caller, { action: 'R', interaction: 'device-list', outcome: 'success' })
    return json(200, { rows: kept.map(toQuarantineRow), count, refused } satisfies QuarantineList)
  }
  const count = async (request: GuardedRequest): Promise<Reply> => json(200, { count: await deps.queue.count(namesOf(await requireKind(deps, request))) })
  const show = async (request: GuardedRequest): Promise<Reply> => {
    const { kept } = await requireOpen(request)
    await deps.audit.record(request.caller, { action: 'R', interaction: 'device-list', outcome: 'success', ...ofOrder(kept), detail: kept.id })
    return json(200, toQuarantineRow(kept))
  }

  const orders = async (request: GuardedRequest): Promise<Reply> => {
    const kind = await requireKind(deps, request)
    const number = parseInput(z.string().regex(/^[\w.-]{3,64}$/), queryValue(request, 'number'))
    const { matches } = await searchOwn(deps, request.caller, 'DiagnosticReport', [['identifier', `${SID.accession}|${number}`]], 50)
    const found = [...(await readMany(deps, request.caller, 'ServiceRequest', [...matches.map(({ id }) => id), number])).values()].filter(({ deleted }) => !deleted)
    const rows = await toRows(deps, request.caller, found.filter(({ body }) => categoryOf(parseJsonObject(body)) === kind))
    // a number is of one person; where it is of several, each is on record
    for (const patient of new Set(rows.length === 0 ? [undefined] : rows.map((row) => row.patient))) await deps.audit.record(request.caller, { action: 'R', interaction: 'work-list', outcome: 'success', detail: number, ...(patient !== undefined && { patient }) })
    return json(200, rows)
  }

  /** Of this kind and still open; throws not-found. */
  const requireOpen = async (request: GuardedRequest): Promise<{ kind: WorkKind; kept: DeviceMessage; device: Device }> => {
    const kind = await requireKind(deps, request)
    const kept = await deps.queue.find(requireParam(request, 'id'))
    const device = deps.devices.find(({ name }) => name === kept?.device)
    if ((kept?.state !== 'quarantined' && kept?.state !== 'differs') || device?.kind !== kind) throw outcome('not-found')
    return { kind, kept, device }
  }

  /** The person vouches for whose it is; what does not fit the order is left, and named. */
  const assign = async (request: GuardedRequest): Promise<Reply> => {
    const { kind, kept, device } = await requireOpen(request)
    if (kept.state === 'differs') throw outcome('not-found')
    const { order } = parseInput(Assign, request.plain())
    const read = readPart(kept)
    // of a message with too many parts the rest would be lost
    if (read === undefined || kept.reason === 'too-many') throw outcome('device-unreadable')
    const bench = await openBench(deps, request.caller, kind, order)
    // of several patients in one message, a part goes only to the one that it names
    if (read.message.several && differsFrom(read.group.patient, bench.row) !== undefined) throw outcome('device-other-patient')
    const taken = takeValues(read.group, bench.analytes, device, bench.row.code)
    if (taken.values.length === 0 && taken.words === '') throw outcome('device-nothing-fits')
    const planned = await planResult(deps, device, bench, taken)
    if (planned.state === 'quarantined') throw outcome('order-not-received')
    const left = taken.problems.map(({ about }) => about)
    await deps.store.transact(request.caller, async (tx) => {
      await tx.changeDevices({ op: 'close', id: kept.id, by: requirePerson(request.caller).name, note: left.join(', '), order, patient: bench.patient, ...(planned.state === 'differs' && { differs: true }) })
      await writePlanned(tx, planned)
      await tx.audit({ action: 'U', interaction: 'device-assign', type: 'DiagnosticReport', id: order, patient: bench.patient, outcome: 'success' })
    })
    return json(200, { left } satisfies Assigned)
  }

  const reject = async (request: GuardedRequest): Promise<Reply> => {
    const { kept } = await requireOpen(request)
    const { reason } = parseInput(Reject, request.plain())
    // what was rejected is of no order any more: the bench of the one that it named never shows its values
    await deps.store.transact(request.caller, async (tx) => {
      await tx.changeDevices({ op: 'close', id: kept.id, by: requirePerson(request.caller).name, note: reason, order: '' })
      await tx.audit({ action: 'U', interaction: 'device-reject', outcome: 'success', detail: `${kept.id}: ${reason}`, ...ofOrder(kept) })
    })
    return empty()
  }

  const works = { site: 'hospital', access: { roles: WORK_ROLES } } as const
  return [
    { method: 'GET', url: '/api/device-results/:kind', ...works, handler: list },
    { method: 'GET', url: '/api/device-results/:kind/count', ...works, handler: count },
    { method: 'GET', url: '/api/device-results/:kind/orders', ...works, handler: orders },
    { method: 'GET', url: '/api/device-results/:kind/:id', ...works, handler: show },
    { method: 'POST', url: '/api/device-results/:kind/:id/assign', ...works, handler: assign },
    { method: 'POST', url: '/api/device-results/:kind/:id/reject', ...works, handler: reject },
  ]
}
