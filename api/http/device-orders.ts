/**
 * Orders for devices. What is to be sent is found in the history of the record itself, so that no order can be forgotten: of the laboratory each order whose specimen was taken in, of imaging each order that was
 * filed, changed or taken off. A version is sent to a device once; they leave one after the other, and the next waits until the first was accepted, or refused for good.
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

/** Which orders of the laboratory are of the device: those that it names, or those that measure one of its codes. A device that names neither speaks LOINC, and nobody knows which: it gets all. */
export const isOrderOf = ({ orders, codes }: Pick<Device, 'orders' | 'codes'>, code: string, analytes: readonly string[]): boolean =>
  orders !== undefined ? orders.includes(code) : Object.keys(codes).length === 0 || analytes.some((analyte) => Object.values(codes).includes(analyte))

const laboratoryChange = async (deps: DeviceOrderDeps, caller: Caller, device: Device, stored: StoredVersion): Promise<Change | undefined> => {
  // registered is what was taken in just now, for the first time or once more
  if (stored.deleted || stringAt(parseJsonObject(stored.body), 'status') !== 'registered' || stringAt(parseJsonObject(stored.body), 'category', 0, 'coding', 0, 'code') !== 'LAB') return undefined
  const order = await deps.store.read(ownCaller(caller), { type: 'ServiceRequest', id: stored.id })
  if (order === undefined || order.deleted) return undefined
  const code = stringAt(parseJsonObject(order.body), 'code', 'coding', 0, 'code') ?? ''
  return isOrderOf(device, code, deps.analytes.of(code).map((analyte) => analyte.code)) ? { source: `DiagnosticReport/${stored.id}/${stored.version}`, control: 'NW', order } : undefined
}

/** What is an order to act on, not a plan or a wish (https://hl7.org/fhir/R4/valueset-request-intent.html). */
const ORDERED: readonly string[] = ['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order']
const CANCELLED = /(^|\r)ORC\|CA\|/

/** What the RIS is told of a version, after the last message that it got: nothing of what is no order yet, and of one that is done. */
export const controlOf = ({ status, intent, deleted }: { readonly status: string; readonly intent: string; readonly deleted: boolean }, last: string | undefined): OrderControl | undefined => {
  const placed = last !== undefined && !CANCELLED.test(last)
  if (!deleted && status === 'active' && ORDERED.includes(intent)) return placed ? 'XO' : 'NW'
  return placed && (deleted || status !== 'completed') ? 'CA' : undefined
}

const imagingChange = async (deps: DeviceOrderDeps, caller: Caller, device: Device, stored: StoredVersion): Promise<Change | undefined> => {
  const order = stored.deleted ? await deps.store.vread(ownCaller(caller), { type: 'ServiceRequest', id: stored.id }, stored.version - 1) : stored
  const body = order === undefined || order.deleted ? undefined : parseJsonObject(order.body)
  if (order === undefined || body === undefined || categoryOf(body) !== 'imaging') return undefined
  const control = controlOf({ status: stringAt(body, 'status') ?? '', intent: stringAt(body, 'intent') ?? '', deleted: stored.deleted }, await deps.queue.lastOf(device.name, stored.id))
  return control && { source: `ServiceRequest/${stored.id}/${stored.version}`, control, order }
}

/** Queues what is new for the device since it was last asked. */
export const queueOrders = async (deps: DeviceOrderDeps, device: Device): Promise<number> => {
  const caller = deviceCaller(deps, device)
  const started = deps.clock.now().toISOString()
  const place = await deps.queue.place(device.name)
  const versions = await versionsSince(deps, caller, device.kind === 'lab' ? 'DiagnosticReport' : 'ServiceRequest', new Date(Date.parse(place) - OVERLAP_MS).toISOString())
  const fresh = versions.filter(({ lastUpdated }) => Date.parse(lastUpdated) >= Date.parse(place) - OVERLAP_MS)
  const known = await deps.queue.queued(device.name, fresh.map(({ type, id, version }) => `${type}/${id}/${version}`))
  let queued = 0
  // one after the other: what is told of a version depends on what was told before
  for (const stored of fresh.filter(({ type, id, version }) => !known.has(`${type}/${id}/${version}`))) {
    const change = await (device.kind === 'lab' ? laboratoryChange : imagingChange)(deps, caller, device, stored)
    if (change === undefined) continue
    const { source, control, order } = change
    const [row] = await toRows(deps, caller, [order], 'with indication')
    if (row === undefined) continue
    const id = deps.ids.uuid().replaceAll('-', '').slice(-20)
    const body = buildOrderMessage({ kind: device.kind, control, row, id, at: instantIn(deps.clock.now(), deps.timeZone), hospital: await deps.hospital(), device: device.name, tests: device.kind === 'lab' ? deps.analytes.of(row.code) : [] })
    await deps.store.transact(caller, async (tx) => {
      await tx.changeDevices({ op: 'queue', device: device.name, source, control: id, order: row.order, body })
      await tx.audit({ action: 'R', interaction: 'device-order', type: 'ServiceRequest', id: row.order, patient: row.patient, outcome: 'success' })
    })
    queued += 1
  }
  if (Date.parse(started) - Date.parse(place) > MOVE_MS) await deps.queue.move(device.name, started)
  return queued
}

const FIRST_PAUSE = 1_000
/** A device that was switched on again is at work: the specimen is in it before five minutes are over. */
const LONGEST_PAUSE = 15_000

/** Milliseconds until an order that was tried `tries` times without an answer, or with trouble, is tried again. */
export const pauseAfter = (tries: number): number => Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 12))

/** Sends what waits, in order, until there is no answer or the device is in trouble. What it refuses is put aside, or one order that it does not know would keep back all others. */
export const sendOrders = async ({ queue }: Pick<DeviceOrderDeps, 'queue'>, { name, sendTo }: Pick<Device, 'name' | 'sendTo'>): Promise<void> => {
  if (sendTo === undefined) return
  for (let waiting = await queue.next(name); waiting !== undefined; waiting = await queue.next(name)) {
    const sent = await sendMessage({ to: sendTo, body: waiting.body, control: waiting.control })
    if (sent.ok) await queue.answered(waiting.id, sent.code)
    else if (sent.refused) await queue.turnedDown(waiting.id, sent.error)
    else {
      await queue.failed(waiting.id, sent.error, pauseAfter(waiting.tries))
      return
    }
  }
}
