/**
 * The sealer: gives committed journal rows their gapless numbers, hashes their exact bytes and chains them. The lock of journal_head makes it the
 * only writer, so clinical transactions never wait for one another's numbers (they lock the patient's head only).
 */
import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EntryHeader, Sealing, Unsealed } from '../model/exchange.ts'
import type { Clock } from '../model/ports.ts'
import type { Database } from './database.ts'
import { loadContent, readRefs } from './journal-content.ts'
import { run, toInstant } from './rows.ts'

export interface JournalSealer {
  /** Seals everything that is committed now; answers how many. Safe to call from several processes at once. */
  seal(): Promise<number>
}

export interface JournalSealerDeps {
  readonly database: Database
  readonly sealing: Sealing
  /** Name of this site as a node. */
  readonly node: string
  readonly clock: Clock
  /** Entries for each transaction. */
  readonly chunk?: number
}

interface HeadRow { epoch: string; seq: string; hash: Buffer }
interface KeyRow { jid: string; patient_key: string | null; pseq: string }
interface JournalRow { jid: string; kind: string; patient_key: string | null; pseq: string; prio: number; schema: number; refs: string; created_at: string }

// The reader sees each patient's rows without holes: pseq n+1 was given after the commit of n.
const KEYS = 'select jid, patient_key, pseq from journal where tenant = $1 and seq is null'
const ROW = 'select jid, kind, patient_key, pseq, prio, schema, refs, created_at from journal where tenant = $1 and jid = $2 and seq is null'
const SEAL = `update journal set epoch = $3, seq = $4, header = $5, prev_hash = $6, body_sha256 = $7, entry_hash = $8
  where tenant = $1 and jid = $2 and seq is null`
const OPEN_HEAD = `insert into journal_head (tenant, epoch, seq, hash, since) values ($1, $2, 0, $3, $4) on conflict do nothing`
const LOCK_HEAD = 'select epoch, seq, hash from journal_head where tenant = $1 for update'
const MOVE_HEAD = 'update journal_head set seq = $2, hash = $3 where tenant = $1'

export const createJournalSealer = (deps: JournalSealerDeps): JournalSealer => {
  const { database, sealing, node, clock } = deps
  const { tenant } = database

  const lockHead = async (client: PoolClient): Promise<HeadRow> => {
    const [head] = await run<HeadRow>(client, LOCK_HEAD, [tenant], 'seal-lock-head')
    if (head !== undefined) return head
    await run(client, OPEN_HEAD, [tenant, randomUUID(), sealing.noHash, clock.now()])
    return lockHead(client)
  }

  const sealRow = async (client: PoolClient, row: JournalRow, head: HeadRow): Promise<HeadRow> => {
    const { items, pieces, complete } = await loadContent(client, tenant, readRefs(row.refs))
    const seq = Number(head.seq) + 1
    const header: EntryHeader = {
      schema: row.schema, node, tenant, epoch: head.epoch, seq, pseq: Number(row.pseq), patient: row.patient_key, prio: row.prio,
      kind: complete ? row.kind : 'incomplete', at: toInstant(row.created_at), items,
    }
    const sealed = sealing.seal(header, pieces, new Uint8Array(head.hash))
    await run(client, SEAL, [tenant, row.jid, head.epoch, seq, Buffer.from(sealed.header).toString('utf8'), sealed.prevHash, sealed.bodySha256, sealed.entryHash], 'seal-row')
    return { epoch: head.epoch, seq: String(seq), hash: Buffer.from(sealed.entryHash) }
  }

  return {
    async seal() {
      let done = 0
      for (;;) {
        const sealed = await database.withTransaction(async (client) => {
          const first = await lockHead(client)
          const keys = await run<KeyRow>(client, KEYS, [tenant], 'seal-keys')
          const order = sealing.order(keys.map((row): Unsealed => ({ jid: BigInt(row.jid), patient: row.patient_key, pseq: Number(row.pseq) })))
          const some = order.slice(0, deps.chunk ?? 500)
          let head = first
          for (const { jid } of some) {
            const [row] = await run<JournalRow>(client, ROW, [tenant, jid.toString()], 'seal-read')
            if (row !== undefined) head = await sealRow(client, row, head)
          }
          if (head !== first) await run(client, MOVE_HEAD, [tenant, head.seq, head.hash], 'seal-move-head')
          return { count: some.length, left: order.length - some.length }
        })
        done += sealed.count
        if (sealed.left === 0) return done
      }
    },
  }
}
