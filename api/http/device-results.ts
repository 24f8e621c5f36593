/**
 * What a device sends becomes a preliminary result, which a person releases; or it stands in quarantine with its reason, for a person to decide. A result that was released, or typed by a person, is never
 * changed by a device. Each part of a message has its own transaction with its row; the message is acknowledged when all are durable.
 */
import { createHash } from 'node:crypto'
import type { Answer } from '../hl7v2/acknowledge.ts'
import type { Device } from '../hl7v2/devices.ts'
import { createReader, type Message } from '../hl7v2/syntax.ts'
import { readResults, type ResultGroup, type ResultMessage } from '../hl7v2/result-message.ts'
import { differsFrom } from '../hl7v2/same-person.ts'
import { takeValues, type Taken } from '../hl7v2/take-values.ts'
import { buildObservation } from '../laboratory/build-observation.ts'
import { fillReport } from '../laboratory/build-report.ts'
import { isReleased, isReturned, resultIds, textOf } from '../laboratory/read-result.ts'
import { rangeFor } from '../model/analytes.ts'
import { instantIn } from '../model/day.ts'
import type { DeviceMessage, DeviceReason, DeviceState } from '../model/devices.ts'
import type { DeviceQueue } from '../model/device-ports.ts'
import { parseJsonObject, stringAt } from '../model/json.ts'
import { Outcome } from '../model/outcome.ts'
import type { Caller, IdSource, StoreTransaction, Write } from '../model/ports.ts'
import type { Checks } from '../fhir/checks.ts'
import { findOrderNamed } from './device-order-match.ts'
import { openBench, type Bench, type BenchDeps } from './work-results.ts'

export interface DeviceResultDeps extends BenchDeps { readonly checks: Checks; readonly ids: IdSource; readonly queue: DeviceQueue; readonly tenant: number }

export const deviceCaller = ({ tenant }: Pick<DeviceResultDeps, 'tenant'>, { name }: Pick<Device, 'name'>, address?: string): Caller =>
  ({ actor: { kind: 'internal', tenant, name }, visibility: { kind: 'all' }, purpose: 'TREAT', ...(address !== undefined && { address }) })

export interface Planned { readonly state: Exclude<DeviceState, 'closed'>; readonly reason?: DeviceReason; readonly about?: string; readonly order?: string; readonly patient?: string; readonly writes: readonly Write[] }

const deviceOf = (bench: Bench, code: string): string | undefined => { const stored = bench.values.get(code); return stored && stringAt(parseJsonObject(stored.body), 'device', 'display') }

/** A preliminary version with what was measured; `differs` where the order has something else that was released or that a person wrote, or any other words: the last piece of a report never takes the place of those before. */
export const planResult = async (deps: DeviceResultDeps, device: Pick<Device, 'name'>, bench: Bench, taken: Pick<Taken, 'values' | 'words'>): Promise<Planned> => {
  const known = { order: bench.row.order, patient: bench.patient }
  const report = bench.report && parseJsonObject(bench.report.body)
  if (report === undefined || bench.report === undefined || isReturned(report)) return { state: 'quarantined', reason: 'order-not-received', ...known, writes: [] }
  const stored = (code: string): string | undefined => { const found = bench.values.get(code); return found && textOf(parseJsonObject(found.body)) }
  const changed = taken.values.filter(({ analyte, text }) => stored(analyte.code) !== text)
  const conclusion = stringAt(report, 'conclusion') ?? ''
  const rewords = taken.words !== '' && taken.words !== conclusion
  if (changed.length === 0 && !rewords) return { state: 'taken', ...known, writes: [] }
  const typed = changed.some(({ analyte }) => stored(analyte.code) !== undefined && deviceOf(bench, analyte.code) === undefined) || (rewords && conclusion !== '')
  if (isReleased(report) || typed) return { state: 'differs', ...known, writes: [] }
  const at = instantIn(deps.clock.now(), deps.timeZone)
  const by = { practitioner: null, name: device.name }
  const observations = changed.map(({ analyte, text }) => {
    const before = bench.values.get(analyte.code)
    const id = before?.id ?? deps.ids.uuid()
    const resource = buildObservation({
      id, order: bench.order, analyte, range: rangeFor(analyte, bench.row.gender, bench.years), last: bench.last.get(analyte.code), text, status: 'preliminary', by,
      effective: stringAt(report, 'effectiveDateTime') ?? at, issued: at, specimen: bench.row.specimen, device: device.name,
    })
    return { code: analyte.code, write: { op: 'update', key: { type: 'Observation', id }, resource, expected: before?.version ?? 0 } satisfies Write }
  })
  const ids = new Set([...resultIds(report), ...observations.map(({ write }) => write.key.id)])
  const filled = fillReport(report, { status: 'preliminary', observations: [...ids], conclusion: taken.words === '' ? conclusion : taken.words, by, at })
  const writes: Write[] = [...observations.map(({ write }) => write), { op: 'update', key: { type: 'DiagnosticReport', id: bench.row.order }, resource: filled, expected: bench.report.version }]
  await deps.checks.require(writes.flatMap((write) => (write.op === 'update' ? [{ resource: write.resource, path: `${write.key.type}/${write.key.id}`, key: write.key }] : [])))
  return { state: 'taken', ...known, writes }
}

const judge = async (deps: DeviceResultDeps, caller: Caller, device: Device, message: ResultMessage, group: ResultGroup): Promise<Planned> => {
  const hold = (reason: DeviceReason, more: Partial<Planned> = {}): Planned => ({ state: 'quarantined', reason, writes: [], ...more })
  if (message.several) return hold('several-patients')
  const found = await findOrderNamed(deps, caller, device, group)
  if ('reason' in found) return hold(found.reason)
  const bench = await openBench(deps, caller, device.kind, found.order)
  const known = { order: bench.row.order, patient: bench.patient }
  const other = differsFrom(group.patient, bench.row)
  if (other !== undefined) return hold(other, known)
  const taken = takeValues(group, bench.analytes, device, bench.row.code)
  const [problem] = taken.problems
  if (problem !== undefined) return hold(problem.reason, { ...known, about: taken.problems.filter(({ reason }) => reason === problem.reason).map(({ about }) => about).join(', ').slice(0, 300) })
  if (taken.values.length === 0 && taken.words === '') return hold('nothing-to-take', known)
  return planResult(deps, device, bench, taken)
}

/** Row, resources and audit in one commit. */
export const writePlanned = async (tx: StoreTransaction, { state, order, patient, writes }: Planned): Promise<void> => {
  if (writes.length > 0) await tx.write(writes)
  await tx.audit({
    action: 'E', interaction: state === 'quarantined' ? 'device-quarantine' : 'device-result', outcome: state === 'quarantined' ? 'failed' : 'success',
    ...(order !== undefined && { type: 'DiagnosticReport', id: order }), ...(patient !== undefined && { patient }),
  })
}

const ATTEMPTS = 3
const isConflict = (error: unknown): boolean => error instanceof Outcome && error.code === 'version-conflict'
const isThere = (error: unknown): boolean => error instanceof Outcome && error.code === 'already-exists'

/** What will be no better when it is sent again: a person decides. */
const NEVER: Readonly<Record<string, DeviceReason>> = { 'not-found': 'order-gone', deleted: 'order-gone', 'invalid-resource': 'not-storable', 'code-invalid': 'not-storable', 'dangling-reference': 'not-storable' }
const neverOf = (error: unknown): DeviceReason | undefined => (error instanceof Outcome && Object.hasOwn(NEVER, error.code) ? NEVER[error.code] : undefined)
const keepPlanned = async (deps: DeviceResultDeps, caller: Caller, planned: Planned, row: Omit<DeviceMessage, 'id' | 'at' | 'state'>): Promise<void> => {
  const { state, reason, about, order, patient } = planned
  const message: DeviceMessage = { ...row, id: deps.ids.uuid(), at: deps.clock.now().toISOString(), state, ...(reason && { reason }), ...(about && { about }), ...(order !== undefined && { order }), ...(patient !== undefined && { patient }) }
  await deps.store.transact(caller, async (tx) => {
    await tx.changeDevices({ op: 'keep', message })
    await writePlanned(tx, planned)
  })
}

const keepPart = async (deps: DeviceResultDeps, caller: Caller, plan: () => Promise<Planned>, row: Omit<DeviceMessage, 'id' | 'at' | 'state'>): Promise<void> => {
  let held: Planned | undefined
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await keepPlanned(deps, caller, held ?? await plan(), row)
    } catch (error) {
      const reason = held === undefined ? neverOf(error) : undefined
      if (isThere(error)) return
      if (reason !== undefined) held = { state: 'quarantined', reason, writes: [] }
      else if (!isConflict(error) || attempt >= ATTEMPTS) throw error
    }
  }
}

/** What of a message is no result for us, said by its header alone; undefined: it is one. */
export const refusalOf = (message: Message): Answer | undefined => {
  const read = createReader(message)
  const msh = message.segments[0]
  if (read.at(msh, 9) !== 'ORU') return { code: 'AR', error: 'message-type' }
  if (read.at(msh, 9, 2) !== 'R01') return { code: 'AR', error: 'event-code' }
  if (!/^2\.[1-9]/.test(read.at(msh, 12))) return { code: 'AR', error: 'version-id' }
  if (read.at(msh, 11) !== 'P') return { code: 'AR', error: 'processing-id' }
  return read.at(msh, 10) === '' ? { code: 'AR', error: 'field-missing' } : undefined
}

/** Each part is a row with its own transaction: a message of more is kept in whole, for a person. */
const MOST_PARTS = 200

/** Keeps every part of the message, once. Throws when it could not: the device sends again. `message` undefined: it could not be read, and is kept so. */
export const acceptResults = async (deps: DeviceResultDeps, device: Device, bytes: Uint8Array, message: Message | undefined, address: string): Promise<Answer> => {
  const refusal = message && refusalOf(message)
  if (refusal) return refusal
  const caller = deviceCaller(deps, device, address)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const control = message === undefined ? '' : createReader(message).at(message.segments[0], 10).slice(0, 199)
  const row = { device: device.name, control, digest, body: bytes }
  const known = await deps.queue.known(device.name, control, digest)
  const results = message && readResults(message)
  if (message === undefined || results === undefined || results.groups.length === 0) {
    if (!known.has(0)) await keepPart(deps, caller, async () => ({ state: 'quarantined', reason: message === undefined ? 'unreadable' : 'nothing-to-take', writes: [] }), { ...row, part: 0 })
    return message === undefined ? { code: 'AR', error: 'segment-sequence' } : { code: 'AA' }
  }
  if (results.groups.length > MOST_PARTS) {
    if (!known.has(0)) await keepPart(deps, caller, async () => ({ state: 'quarantined', reason: 'too-many', writes: [] }), { ...row, part: 0 })
    return { code: 'AA' }
  }
  for (const [part, group] of results.groups.entries()) {
    if (!known.has(part)) await keepPart(deps, caller, () => judge(deps, caller, device, results, group), { ...row, part })
  }
  return { code: 'AA' }
}
