/**
 * Orders for devices. What is to be sent is found in the history of the record itself, so that no order can be forgotten: of the laboratory each order whose specimen was taken in, of imaging each order that was
 * filed, changed or taken off. A version is sent to a device once; they leave one after the other, and the next waits until the first was accepted.
 */
import type { Device } from '../hl7v2/devices.ts'
import { buildOrderMessage, type OrderControl } from '../hl7v2/order-message.ts'
import { sendMessage } from '../hl7v2/send-message.ts'
import { instantIn } from '../model/day.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { Caller } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { deviceCaller, type DeviceResultDeps } from './device-results.ts'
import { categoryOf, toRows } from './work-orders.ts'
import { ownCaller } from './visit-access.ts'

export interface DeviceOrderDeps extends DeviceResultDeps { readonly hospital: () => Promise<string> }

/** A transaction may commit a little after its version was dated. */
const OVERLAP_MS = 60_000
/** The place is a row that is written: not at every look. */
const MOVE_MS = 10_000
const PAGE = '200'
const MOST_PAGES = 50

interface Change { readonly source: string; readonly control: OrderControl; readonly order: StoredVersion }

const versionsSince = async (deps: DeviceOrderDeps, caller: Caller, type: string, since: string): Promise<StoredVersion[]> => {
  const found: StoredVersion[] = []
  let next: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await deps.store.history(ownCaller(caller), { type, parameters: [['_since', since], ['_count', PAGE], ...(next === undefined ? [] : [['_cursor', next] as const])] })
    found.push(...(answer?.versions ?? []))
    next = answer?.next
    if (next === undefined) break
  }
  return found.toReversed()
}

const laboratoryChange = async (deps: DeviceOrderDeps, caller: Caller, stored: StoredVersion): Promise<Change | undefined> => {
  if (stored.version !== 1 || stored.deleted || stringAt(parseJsonObject(stored.body), 'category', 0, 'coding', 0, 'code') !== 'LAB') return undefined
  const order = await deps.store.read(ownCaller(caller), { type: 'ServiceRequest', id: stored.id })
  return order === undefined || order.deleted ? undefined : { source: `DiagnosticReport/${stored.id}/1`, control: 'NW', order }
}

const GONE: readonly string[] = ['revoked', 'entered-in-error']

const imagingChange = async (deps: DeviceOrderDeps, caller: Caller, stored: StoredVersion): Promise<Change | undefined> => {
  const order = stored.deleted ? await deps.store.vread(ownCaller(caller), { type: 'ServiceRequest', id: stored.id }, stored.version - 1) : stored
  const body = order === undefined || order.deleted ? undefined : parseJsonObject(order.body)
  if (order === undefined || body === undefined || categoryOf(body) !== 'imaging') return undefined
  return { source: `ServiceRequest/${stored.id}/${stored.version}`, control: stored.deleted || GONE.includes(stringAt(body, 'status') ?? '') ? 'CA' : stored.version === 1 ? 'NW' : 'XO', order }
}

/** Queues what is new for the device since it was last asked. */
export const queueOrders = async (deps: DeviceOrderDeps, device: Device): Promise<number> => {
  const caller = deviceCaller(deps, device)
  const started = deps.clock.now().toISOString()
  const place = await deps.queue.place(device.name)
  const versions = await versionsSince(deps, caller, device.kind === 'lab' ? 'DiagnosticReport' : 'ServiceRequest', new Date(Date.parse(place) - OVERLAP_MS).toISOString())
  const fresh = versions.filter(({ lastUpdated }) => Date.parse(lastUpdated) >= Date.parse(place) - OVERLAP_MS)
  const known = await deps.queue.queued(device.name, fresh.map(({ type, id, version }) => `${type}/${id}/${version}`))
  const changes = (await Promise.all(fresh.filter(({ type, id, version }) => !known.has(`${type}/${id}/${version}`)).map((stored) => (device.kind === 'lab' ? laboratoryChange : imagingChange)(deps, caller, stored)))).filter((change) => change !== undefined)
  for (const { source, control, order } of changes) {
    const [row] = await toRows(deps, caller, [order], 'with indication')
    if (row === undefined) continue
    const id = deps.ids.uuid().replaceAll('-', '').slice(-20)
    const body = buildOrderMessage({ kind: device.kind, control, row, id, at: instantIn(deps.clock.now(), deps.timeZone), hospital: await deps.hospital(), device: device.name, tests: device.kind === 'lab' ? deps.analytes.of(row.code) : [] })
    await deps.store.transact(caller, async (tx) => {
      await tx.changeDevices({ op: 'queue', device: device.name, source, control: id, order: row.order, body })
      await tx.audit({ action: 'R', interaction: 'device-order', type: 'ServiceRequest', id: row.order, patient: row.patient, outcome: 'success' })
    })
  }
  if (Date.parse(started) - Date.parse(place) > MOVE_MS) await deps.queue.move(device.name, started)
  return changes.length
}

const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 5 * 60_000

/** Sends what waits, in order, until something is not accepted. */
export const sendOrders = async ({ queue }: Pick<DeviceOrderDeps, 'queue'>, { name, sendTo }: Pick<Device, 'name' | 'sendTo'>): Promise<void> => {
  if (sendTo === undefined) return
  for (let waiting = await queue.next(name); waiting !== undefined; waiting = await queue.next(name)) {
    const sent = await sendMessage({ to: sendTo, body: waiting.body, control: waiting.control })
    if (sent.ok) await queue.answered(waiting.id, sent.code)
    else {
      await queue.failed(waiting.id, sent.error, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(waiting.tries, 12)))
      return
    }
  }
}
