/** One simulated run from one seed: a hospital works while wire, processes and clocks fail; then all is calm, and every rule is checked. */
import { createReceiver } from '#api/exchange/receiver.ts'
import { createSender, type Sender } from '#api/exchange/sender.ts'
import { sha256, toHex } from '#api/exchange/core/digest.ts'
import { countOf } from '#api/exchange/core/progress.ts'
import { createCenter, textOf, type Center, type CenterFaults } from './center.ts'
import { createHospital, NODE, TENANT, type Hospital } from './hospital.ts'
import { createNetwork } from './network.ts'
import { createChance, createVirtualClock } from './random.ts'
import { createSimulatedSigner, keyOf, noCompression, simulatedVerifier } from './seals.ts'

export interface RunOptions { readonly seed: number; readonly rounds?: number; readonly faults?: CenterFaults; readonly poison?: number }
export interface RunResult { readonly broken: string[]; readonly trace: string; readonly entries: number; readonly failures: number; readonly quarantined: number }

const PATIENTS = [null, 'p1', 'p2', 'p3', 'p4', 'p5']

export const runExchange = async (options: RunOptions): Promise<RunResult> => {
  const chance = createChance(options.seed)
  const clock = createVirtualClock()
  let calm = false
  const level = chance.next() * 0.4
  const hospital = createHospital(chance)
  const center = createCenter({ tenant: TENANT, node: NODE, name: 'Bệnh viện Mẫu', publicJwk: keyOf(NODE), authorityPem: '' }, chance, () => (calm ? 0 : level / 20), options.faults)
  const receiver = createReceiver({ registry: center.registry, inbox: center.inbox, signer: createSimulatedSigner('center'), verifier: simulatedVerifier, compression: noCompression, clock })
  const network = createNetwork(receiver, chance, () => (calm ? 0 : level))
  let nonce = 0
  const start = (): Sender => createSender({
    center: { node: 'center', publicJwk: keyOf('center') }, journal: hospital.journal, peer: hospital.peer, transport: network.transport, signer: createSimulatedSigner(NODE),
    verifier: simulatedVerifier, compression: noCompression, clock, ids: { uuid: () => `n${nonce++}` }, random: () => chance.next(), heartbeat: 5_000,
  })
  const log: string[] = []
  const broken: string[] = []
  let failures = 0
  let sender = start()

  const step = async (): Promise<number> => {
    const { wait, did, error } = await sender.step()
    log.push(`${did}${error ?? ''}`)
    if (did === 'failed') failures += 1
    clock.advance(wait + 1)
    broken.push(...acknowledgedButLost(hospital, center))
    return wait
  }

  for (let round = 0; round < (options.rounds ?? 60); round += 1) {
    for (let i = chance.below(4); i > 0; i -= 1) hospital.commit(chance.pick(PATIENTS), chance.happens(options.poison ?? 0))
    if (chance.happens(0.6)) hospital.seal()
    if (chance.happens(level / 3)) sender = start()
    if (chance.happens(level / 10)) clock.jump((chance.next() - 0.5) * 2 * 365 * 86_400_000)
    if (chance.happens(level / 5)) clock.advance(chance.below(5) * 86_400_000)
    if (chance.happens(level)) await network.replay()
    for (let i = chance.below(4); i > 0; i -= 1) await step()
  }
  hospital.seal()
  calm = true
  for (let i = 0; i < 5; i += 1) await network.replay()
  for (let i = 0; i < 1000 && !isDrained(hospital, center); i += 1) await step()
  // what was received counts only when the node knows it too
  for (let i = 0; i < 4; i += 1) await step()

  broken.push(...check(hospital, center))
  return { broken: [...new Set(broken)], trace: toHex(sha256(new TextEncoder().encode(log.join('\n')))), entries: hospital.sealed.length, failures, quarantined: center.state().progress.quarantinedCount }
}

const isDrained = (hospital: Hospital, center: Center): boolean => center.state().progress.received.cursor >= hospital.sealed.length

/** F1: whatever the node believes received is durable at the center, at every moment. */
const acknowledgedButLost = (hospital: Hospital, center: Center): string[] => {
  const received = hospital.peerState()?.received
  if (received === undefined) return []
  const { rows } = center.state()
  for (let seq = 1; seq <= received.cursor; seq += 1) if (!rows.has(seq)) return [`${seq} was acknowledged and is not there`]
  for (const [from, to] of received.ranges) for (let seq = from; seq <= to; seq += 1) if (!rows.has(seq)) return [`${seq} was acknowledged and is not there`]
  return []
}

/** Everything arrived once, whole, in each patient's order; a poisoned entry stops its own patient from there on and nobody else. */
const check = (hospital: Hospital, center: Center): string[] => {
  const out: string[] = []
  const { rows, effects, progress } = center.state()
  const blocked = new Map<string, number>()
  for (const each of hospital.sealed) if (each.poison && each.patient !== null) blocked.set(each.patient, Math.min(blocked.get(each.patient) ?? Infinity, each.pseq))
  const times = new Map<number, number>()
  for (const effect of effects) times.set(effect.seq, (times.get(effect.seq) ?? 0) + 1)
  for (const each of hospital.sealed) {
    const row = rows.get(each.seq)
    if (row === undefined) { out.push(`${each.seq} is missing`); continue }
    const stored = textOf(row.raw)
    if (!each.poison && stored.text !== each.text) out.push(`${each.seq} has other bytes`)
    const due = each.poison ? 0 : each.patient === null || each.pseq < (blocked.get(each.patient) ?? Infinity) ? 1 : 0
    if ((times.get(each.seq) ?? 0) !== due) out.push(`${each.seq} took effect ${times.get(each.seq) ?? 0} times, not ${due}`)
    const state = each.poison ? 'quarantined' : due === 1 ? 'applied' : 'parked'
    if (row.state !== state) out.push(`${each.seq} is ${row.state}, not ${state}`)
  }
  const last = new Map<string, number>()
  for (const { patient, pseq } of effects) {
    if (patient === null) continue
    if (pseq !== (last.get(patient) ?? 0) + 1) out.push(`${patient} got ${pseq} after ${last.get(patient) ?? 0}`)
    last.set(patient, pseq)
  }
  if (countOf(progress.received) !== hospital.sealed.length) out.push('the cursor is not the number of entries')
  if (countOf(progress.applied) !== new Set(effects.map((effect) => effect.seq)).size) out.push('the applied progress is not what was applied')
  const states = [...rows.values()].map((row) => row.state)
  if (progress.parked !== states.filter((state) => state === 'parked').length) out.push('the parked count is wrong')
  if (progress.quarantinedCount !== states.filter((state) => state === 'quarantined').length) out.push('the quarantined count is wrong')
  const peer = hospital.peerState()
  if (peer !== undefined && (countOf(peer.received) !== countOf(progress.received) || countOf(peer.applied) !== countOf(progress.applied))) out.push('the node does not know what the center has')
  return out
}
