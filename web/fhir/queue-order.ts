/** The order of a clinic's queue, shared by the queue itself and by F8 on the visit. Pure. */
import type { QueueRow } from '#api/model/site.ts'

/** Address of the visit sheet. */
export const visitPath = (row: Pick<QueueRow, 'patient' | 'encounter'>): string => `/nguoi-benh/${row.patient}/lan-kham/${row.encounter}`

/** The waiting patient with the lowest number, not the one whose visit is open. */
export const nextWaiting = (rows: readonly QueueRow[], openEncounter?: string): QueueRow | undefined =>
  [...rows].filter((row) => row.status === 'waiting' && row.encounter !== openEncounter).sort((a, b) => a.number - b.number)[0]
