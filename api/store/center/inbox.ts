/**
 * The center's inbox in PostgreSQL (port Inbox): raw bytes, dedupe, effect and cursor of a hospital commit in one transaction, on a connection of
 * that hospital's tenant. (node, epoch, seq) is a primary key and is never deleted.
 */
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { ApplyRefused, type ApplyEntry, type ApplyTransaction, type Compression, type EnrolledNode, type EntryState, type Inbox, type InboxProgress, type InboxTransaction, type Outcomes, type Progress } from '../../model/exchange.ts'
import { Outcome } from '../../model/outcome.ts'
import type { Clock } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { errorCode } from '../connection/database-errors.ts'
import { literal, run, type Queryable } from '../connection/rows.ts'
import { Overtaken } from '../write/rows.ts'

export interface InboxDeps {
  /** The pool of a hospital's tenant; opened when first needed. */
  readonly databaseOf: (tenant: number) => Promise<Database>
  readonly apply: ApplyEntry
  /** What `apply` may do, on this transaction's connection. */
  readonly openApply: (database: Database, client: PoolClient, node: EnrolledNode) => ApplyTransaction
  readonly compression: Compression
  readonly clock: Clock
}

const EMPTY: InboxProgress = { received: { cursor: 0, ranges: [] }, applied: { cursor: 0, ranges: [] }, headSeen: 0, parked: 0, quarantinedCount: 0 }
/** Bytes of one entry when expanded. */
const RAW_LIMIT = 96 * 1024 * 1024
const NAMED = 100
const TRIES = 5

const progressShape = z.object({ cursor: z.int(), ranges: z.array(z.tuple([z.int(), z.int()])) })
const parseProgress = (text: string): Progress => progressShape.parse(JSON.parse(text))
const countOf = (progress: Progress): number => progress.ranges.reduce((sum, [from, to]) => sum + to - from + 1, progress.cursor)
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

interface ProgressRow { received: string; applied: string; head_seen: string; parked: string; quarantined: string; receipts: string }
interface EntryRow { seq: string; entry_hash: Buffer; prev_hash: Buffer | null; receipt: string; state: EntryState }

const PROGRESS = 'select received, applied, head_seen, parked, quarantined, receipts from inbox_progress where tenant = $1 and node = $2 and epoch = $3'
const OPEN = `insert into inbox_progress (tenant, node, epoch, received, applied, received_count, applied_count, head_seen, parked, quarantined, receipts, updated_at)
  values ($1, $2, $3, $4, $4, 0, 0, 0, 0, 0, 0, $5) on conflict do nothing`
const SAVE = `update inbox_progress set received = $4, applied = $5, received_count = $6, applied_count = $7, head_seen = $8, parked = $9, quarantined = $10, updated_at = $11
  where tenant = $1 and node = $2 and epoch = $3`
const NEXT_RECEIPT = 'update inbox_progress set receipts = receipts + 1 where tenant = $1 and node = $2 and epoch = $3 returning receipts'
const KNOWN = 'select seq, entry_hash, prev_hash, receipt, state from inbox where tenant = $1 and node = $2 and epoch = $3 and seq = any($4::int8[])'
const INSERT = `insert into inbox (tenant, node, epoch, seq, raw, entry_hash, prev_hash, patient, pseq, receipt, state, received_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'received', $11)`
const STATE = 'update inbox set state = $5, reason = $6, settled_at = $7 where tenant = $1 and node = $2 and epoch = $3 and seq = $4'
const PARKED = `select seq, raw from inbox where tenant = $1 and node = $2 and patient = $3 and pseq = $4 and state = 'parked' and epoch = $5`
const QUARANTINED = `select seq, reason from inbox where tenant = $1 and node = $2 and epoch = $3 and state = 'quarantined' order by seq limit $4`
const ORDER = 'select pseq from applied_order where tenant = $1 and node = $2 and patient = $3'
const SET_ORDER = `insert into applied_order (tenant, node, patient, pseq) values ($1, $2, $3, $4)
  on conflict (tenant, node, patient) do update set pseq = excluded.pseq where applied_order.pseq < excluded.pseq`
const ADD_RECEIPT = 'insert into inbox_receipt (tenant, node, epoch, receipt, text) values ($1, $2, $3, $4, $5)'
const RECEIPTS = 'select text from inbox_receipt where tenant = $1 and node = $2 and epoch = $3 and receipt = any($4::int8[]) order by receipt'

const toProgress = (row: ProgressRow): InboxProgress => ({
  received: parseProgress(row.received), applied: parseProgress(row.applied), headSeen: Number(row.head_seen), parked: Number(row.parked), quarantinedCount: Number(row.quarantined),
})

const findQuarantined = async (on: Queryable, key: readonly unknown[], count: number): Promise<Outcomes['quarantined']> =>
  (await run<{ seq: string; reason: string | null }>(on, QUARANTINED, [...key, count], 'inbox-quarantined')).map(({ seq, reason }) => ({ seq: Number(seq), reason: reason ?? '' }))

export const createInbox = (deps: InboxDeps): Inbox => {
  const { databaseOf, compression, clock } = deps

  const openTransaction = (database: Database, client: PoolClient, node: EnrolledNode, epoch: string): InboxTransaction => {
    const key = [database.tenant, node.node, epoch] as const
    const effect = deps.openApply(database, client, node)
    return {
      async progress() {
        await run(client, OPEN, [...key, JSON.stringify(EMPTY.received), clock.now()], 'inbox-open')
        const [row] = await run<ProgressRow>(client, `${PROGRESS} for update`, key, 'inbox-lock')
        return row === undefined ? EMPTY : toProgress(row)
      },
      known: async (seqs) => (await run<EntryRow>(client, KNOWN, [...key, literal(seqs)], 'inbox-known'))
        .map((row) => ({ seq: Number(row.seq), entryHash: row.entry_hash.toString('hex'), receipt: Number(row.receipt), state: row.state })),
      async insert(rows) {
        for (const row of rows) {
          await run(client, INSERT, [
            ...key, row.seq, await compression.compress(row.raw), hex(row.entryHash), row.prevHash === '' ? null : hex(row.prevHash), row.patient, row.pseq, row.receipt, clock.now(),
          ], 'inbox-insert')
        }
      },
      hashesAt: async (seqs) => (await run<EntryRow>(client, KNOWN, [...key, literal(seqs)], 'inbox-known')).filter((row) => row.state === 'applied' || row.state === 'parked')
        .map((row) => ({ seq: Number(row.seq), entryHash: row.entry_hash.toString('hex'), prevHash: row.prev_hash?.toString('hex') ?? '' })),
      async appliedOrder(patient) {
        const [row] = await run<{ pseq: string }>(client, ORDER, [database.tenant, node.node, patient], 'inbox-order')
        return Number(row?.pseq ?? 0)
      },
      setAppliedOrder: async (patient, pseq) => void await run(client, SET_ORDER, [database.tenant, node.node, patient, pseq], 'inbox-set-order'),
      async parked(patient, pseq) {
        const [row] = await run<{ seq: string; raw: Buffer }>(client, PARKED, [database.tenant, node.node, patient, pseq, epoch], 'inbox-parked')
        return row && { seq: Number(row.seq), raw: await compression.expand(row.raw, RAW_LIMIT) }
      },
      setState: async (seq, state, reason) => void await run(client, STATE, [...key, seq, state, reason, state === 'received' ? null : clock.now()], 'inbox-state'),
      quarantined: (count) => findQuarantined(client, key, count),
      async saveProgress(progress) {
        await run(client, SAVE, [
          ...key, JSON.stringify(progress.received), JSON.stringify(progress.applied), countOf(progress.received), countOf(progress.applied), progress.headSeen, progress.parked,
          progress.quarantinedCount, clock.now(),
        ], 'inbox-save')
      },
      nextReceipt: async () => Number((await run<{ receipts: string }>(client, NEXT_RECEIPT, key, 'inbox-next-receipt'))[0]?.receipts),
      addReceipt: async (receipt, text) => void await run(client, ADD_RECEIPT, [...key, receipt, text], 'inbox-add-receipt'),
      receipts: async (numbers) => (await run<{ text: string }>(client, RECEIPTS, [...key, literal(numbers)], 'inbox-receipts')).map((row) => row.text),
      async apply(entry) {
        await client.query('savepoint entry')
        try {
          await deps.apply(effect, node, entry)
        } catch (error) {
          if (isTransient(error)) throw error
          await client.query('rollback to savepoint entry')
          throw error instanceof ApplyRefused ? error : new ApplyRefused(reasonOf(error), { cause: error })
        }
        await client.query('release savepoint entry')
      },
    }
  }

  return {
    async look(node, epoch) {
      const database = await databaseOf(node.tenant)
      const key = [database.tenant, node.node, epoch] as const
      const [row] = await run<ProgressRow>(database.pool, PROGRESS, key, 'inbox-progress')
      const progress = row === undefined ? EMPTY : toProgress(row)
      const [at] = await run<EntryRow>(database.pool, KNOWN, [...key, literal([progress.received.cursor])], 'inbox-known')
      return { progress, cursorHash: at?.entry_hash.toString('hex') ?? '', quarantined: await findQuarantined(database.pool, key, NAMED) }
    },
    async transact(node, epoch, work) {
      const database = await databaseOf(node.tenant)
      for (let tried = 1; ; tried += 1) {
        try {
          return await database.withTransaction((client) => work(openTransaction(database, client, node, epoch)))
        } catch (error) {
          if (tried >= TRIES || !(error instanceof Overtaken || /^(40001|40P01)$/.test(errorCode(error) ?? ''))) throw error
        }
      }
    },
  }
}

/** Trying the same entry again may succeed: the database was away, busy, full or stopped. */
const isTransient = (error: unknown): boolean =>
  error instanceof Overtaken || (error instanceof Outcome && (error.code === 'database-unavailable' || error.code === 'overloaded')) || /^(08|40|53|55|57|58|E[A-Z])/.test(errorCode(error) ?? '')

/** A stable word: the outcome's code, or the database's. Never the text, which may hold content. */
const reasonOf = (error: unknown): string => {
  if (error instanceof Outcome) return error.code
  const code = errorCode(error)
  return code === undefined ? 'apply-failed' : `apply-failed-${code.toLowerCase()}`
}
