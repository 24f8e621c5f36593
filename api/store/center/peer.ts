/** What a hospital knows of the center (port PeerStore): progress, last contact, last error, in one row that screens read too. */
import { z } from 'zod'
import type { PeerState, PeerStore } from '../../model/exchange.ts'
import type { Database } from '../connection/database.ts'
import { run, toInstant } from '../connection/rows.ts'

interface Row {
  node: string; epoch: string; received: string; applied: string; parked: string; quarantined: string; quarantined_count: string; receipt: string | null
  last_contact: string | null; last_error: string | null; attempts: number; next_try: string | null
}

const range = z.tuple([z.int(), z.int()])
const progress = z.object({ cursor: z.int(), ranges: z.array(range) })
const quarantined = z.array(z.object({ seq: z.int(), reason: z.string() }))

const LOAD = `select node, epoch, received, applied, parked, quarantined, quarantined_count, receipt, last_contact, last_error, attempts, next_try
  from peer where tenant = $1 and node = $2`
const SAVE = `
  insert into peer (tenant, node, epoch, received, applied, parked, quarantined, quarantined_count, receipt, last_contact, last_error, attempts, next_try)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  on conflict (tenant, node) do update set epoch = excluded.epoch, received = excluded.received, applied = excluded.applied, parked = excluded.parked,
    quarantined = excluded.quarantined, quarantined_count = excluded.quarantined_count, receipt = excluded.receipt, last_contact = excluded.last_contact,
    last_error = excluded.last_error, attempts = excluded.attempts, next_try = excluded.next_try`

const toInstantOrNull = (ts: string | null): string | null => (ts === null ? null : toInstant(ts))

export const createPeerStore = (database: Database, node: string): PeerStore => ({
  async load() {
    const [row] = await run<Row>(database.pool, LOAD, [database.tenant, node], 'peer-load')
    return row && {
      node: row.node, epoch: row.epoch, received: progress.parse(JSON.parse(row.received)), applied: progress.parse(JSON.parse(row.applied)), parked: Number(row.parked),
      quarantined: quarantined.parse(JSON.parse(row.quarantined)), quarantinedCount: Number(row.quarantined_count), receipt: row.receipt,
      lastContact: toInstantOrNull(row.last_contact), lastError: row.last_error, attempts: row.attempts, nextTry: toInstantOrNull(row.next_try),
    }
  },
  async save(state: PeerState) {
    await run(database.pool, SAVE, [
      database.tenant, node, state.epoch, JSON.stringify(state.received), JSON.stringify(state.applied), state.parked, JSON.stringify(state.quarantined), state.quarantinedCount,
      state.receipt, state.lastContact, state.lastError, state.attempts, state.nextTry,
    ], 'peer-save')
  },
})
