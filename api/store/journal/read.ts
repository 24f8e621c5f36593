/** The sealed journal as the sender reads it (port JournalReader): what the center lacks, with the exact bytes that were sealed. */
import type { JournalReader, Progress, SealedEntry } from '../../model/exchange.ts'
import type { Database } from '../connection/database.ts'
import { loadContent, readRefs } from './content.ts'
import { run, toInstant } from '../connection/rows.ts'

interface SealedRow { seq: string; refs: string; header: string; prev_hash: Buffer; body_sha256: Buffer; entry_hash: Buffer }

const HEAD = `select h.epoch, h.seq, h.hash, (select count(*) from journal j where j.tenant = $1 and j.seq is null)::int4 as unsealed
  from (select $1::int4 as tenant) t left join journal_head h on h.tenant = t.tenant`
const HASH_AT = 'select j.entry_hash from journal j join journal_head h on h.tenant = j.tenant and h.epoch = j.epoch where j.tenant = $1 and j.seq = $2'
const RANGE = `select j.seq, j.refs, j.header, j.prev_hash, j.body_sha256, j.entry_hash
  from journal j join journal_head h on h.tenant = j.tenant and h.epoch = j.epoch
  where j.tenant = $1 and j.seq between $2 and $3 order by j.seq limit $4`
const OLDEST = `select least(
    (select min(j.created_at) from journal j where j.tenant = $1 and j.seq is null),
    (select j.created_at from journal j join journal_head h on h.tenant = j.tenant and h.epoch = j.epoch where j.tenant = $1 and j.seq > $2 order by j.seq limit 1)
  ) as at`

export const createJournalReader = (database: Database, lacking: (received: Progress, head: number) => readonly (readonly [number, number])[]): JournalReader => {
  const { pool, tenant } = database

  const pack = async (row: SealedRow): Promise<SealedEntry> => {
    const { pieces } = await loadContent(pool, tenant, readRefs(row.refs))
    return {
      header: new TextEncoder().encode(row.header), prevHash: new Uint8Array(row.prev_hash), bodySha256: new Uint8Array(row.body_sha256),
      entryHash: new Uint8Array(row.entry_hash), body: new Uint8Array(Buffer.concat(pieces)),
    }
  }

  const reader: JournalReader = {
    async head() {
      const [row] = await run<{ epoch: string | null; seq: string | null; hash: Buffer | null; unsealed: number }>(pool, HEAD, [tenant], 'journal-head')
      return { epoch: row?.epoch ?? '', seq: Number(row?.seq ?? 0), hash: row?.hash?.toString('hex') ?? '', unsealed: row?.unsealed ?? 0 }
    },
    async hashAt(seq) {
      const [row] = await run<{ entry_hash: Buffer }>(pool, HASH_AT, [tenant, seq], 'journal-hash-at')
      return row?.entry_hash.toString('hex')
    },
    async next(received, limits) {
      const { seq: head } = await reader.head()
      const out: { seq: number; entry: SealedEntry }[] = []
      let size = 0
      for (const [from, to] of lacking(received, head)) {
        for (const row of await run<SealedRow>(pool, RANGE, [tenant, from, to, limits.entries - out.length], 'journal-range')) {
          const entry = await pack(row)
          size += entry.header.length + entry.body.length
          if (out.length > 0 && size > limits.bytes) return out
          out.push({ seq: Number(row.seq), entry })
        }
        if (out.length >= limits.entries) return out
      }
      return out
    },
    async oldestPending(applied) {
      const [row] = await run<{ at: string | null }>(pool, OLDEST, [tenant, applied.cursor], 'journal-oldest')
      return row?.at == null ? undefined : toInstant(row.at)
    },
  }
  return reader
}
