/** In which order commits get their numbers: as they were written, but each patient's own order always ascends. */
import type { Unsealed } from '../../model/exchange.ts'

/**
 * By jid; where a patient's entries stand in another order than their pseq, they exchange places among themselves.
 * (jid is drawn from a sequence, so two transactions may draw it in another order than they took the patient's lock.)
 */
export const sealOrder = <T extends Unsealed>(rows: readonly T[]): T[] => {
  const byJid = [...rows].sort((a, b) => (a.jid < b.jid ? -1 : a.jid > b.jid ? 1 : 0))
  const queues = new Map<string, T[]>()
  for (const row of byJid) {
    if (row.patient === null) continue
    const queue = queues.get(row.patient)
    if (queue === undefined) queues.set(row.patient, [row])
    else queue.push(row)
  }
  for (const queue of queues.values()) queue.sort((a, b) => b.pseq - a.pseq)
  return byJid.map((row) => (row.patient === null ? row : queues.get(row.patient)?.pop() ?? row))
}
