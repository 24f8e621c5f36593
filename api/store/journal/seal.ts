/**
 * The sealer: gives committed journal rows their gapless numbers, hashes their exact bytes and chains them. The lock of journal_head makes it the
 * only writer, so clinical transactions never wait for one another's numbers (they lock the patient's head only).
 */
import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EntryHeader, Sealing, Unsealed } from '../../model/exchange.ts'
import type { Clock } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import type { JournalRef } from './append.ts'
import { readRefs } from './content.ts'
import { digestContent } from './digest.ts'
import { literal, run, toInstant } from '../connection/rows.ts'

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
const ROWS = `select j.jid, j.kind, j.patient_key, j.pseq, j.prio, j.schema, j.refs, j.created_at
  from unnest($2::int8[]) as k(jid) join journal j on j.tenant = $1 and j.jid = k.jid and j.seq is null`
const SEAL = `update journal j set epoch = $3, seq = s.seq, header = s.header, prev_hash = s.prev_hash, body_sha256 = s.body_sha256, entry_hash = s.entry_hash
  from unnest($2::int8[], $4::int8[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[]) as s(jid, seq, header, prev_hash, body_sha256, entry_hash)
  where j.tenant = $1 and j.jid = s.jid and j.seq is null`
const OPEN_HEAD = `insert into journal_head (tenant, epoch, seq, hash, since) values ($1, $2, 0, $3, $4) on conflict do nothing`
const LOCK_HEAD = 'select epoch, seq, hash from journal_head where tenant = $1 for update'
const MOVE_HEAD = 'update journal_head set seq = $2, hash = $3 where tenant = $1'

interface Referring { readonly row: JournalRow; readonly refs: readonly JournalRef[] }

/** Versions in one statement: an entry may hold thousands, and then goes alone. */
const TOGETHER = 1000

const packsOf = (rows: readonly JournalRow[]): Referring[][] => {
  const packs: Referring[][] = []
  let size = Infinity
  for (const row of rows) {
    const refs = readRefs(row.refs)
    size += refs.length
    if (size <= TOGETHER) packs.at(-1)?.push({ row, refs })
    else {
      packs.push([{ row, refs }])
      size = refs.length
    }
  }
  return packs
}

export const createJournalSealer = (deps: JournalSealerDeps): JournalSealer => {
  const { database, sealing, node, clock } = deps
  const { tenant } = database

  const lockHead = async (client: PoolClient): Promise<HeadRow> => {
    const [head] = await run<HeadRow>(client, LOCK_HEAD, [tenant], 'seal-lock-head')
    if (head !== undefined) return head
    await run(client, OPEN_HEAD, [tenant, randomUUID(), sealing.noHash, clock.now()])
    return lockHead(client)
  }

  /** Numbers, chains and stores these rows, in their order; answers the new end of the chain. */
  const sealRows = async (client: PoolClient, rows: readonly Referring[], first: HeadRow): Promise<HeadRow> => {
    const contents = await digestContent(client, tenant, sealing, rows.map(({ refs }) => refs))
    let head = first
    const sealed = rows.map(({ row }, at) => {
      const { items, bodySha256, complete } = contents[at] ?? { items: [], bodySha256: sealing.digest([]), complete: false }
      const seq = Number(head.seq) + 1
      const header: EntryHeader = {
        schema: row.schema, node, tenant, epoch: head.epoch, seq, pseq: Number(row.pseq), patient: row.patient_key, prio: row.prio,
        kind: complete ? row.kind : 'incomplete', at: toInstant(row.created_at), items,
      }
      const part = sealing.seal(header, bodySha256, new Uint8Array(head.hash))
      head = { epoch: head.epoch, seq: String(seq), hash: Buffer.from(part.entryHash) }
      return { jid: row.jid, seq, ...part }
    })
    await run(client, SEAL, [
      tenant, literal(sealed.map(({ jid }) => jid)), head.epoch, literal(sealed.map(({ seq }) => seq)), sealed.map(({ header }) => Buffer.from(header).toString('utf8')),
      sealed.map(({ prevHash }) => Buffer.from(prevHash)), sealed.map((part) => Buffer.from(part.bodySha256)), sealed.map(({ entryHash }) => Buffer.from(entryHash)),
    ], 'seal-rows')
    return head
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
          const found = new Map((await run<JournalRow>(client, ROWS, [tenant, literal(some.map(({ jid }) => jid))], 'seal-read')).map((row) => [row.jid, row]))
          let head = first
          for (const pack of packsOf(some.flatMap(({ jid }) => found.get(jid.toString()) ?? []))) head = await sealRows(client, pack, head)
          if (head !== first) await run(client, MOVE_HEAD, [tenant, head.seq, head.hash], 'seal-move-head')
          return { count: some.length, left: order.length - some.length }
        })
        done += sealed.count
        if (sealed.left === 0) return done
      }
    },
  }
}
