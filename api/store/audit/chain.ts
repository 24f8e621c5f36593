/**
 * The audit chain: a sealer numbers committed audit rows without gaps and hashes each over the one before, so that a row changed, removed
 * or slipped in afterwards is found. Nothing is updated: the chain is a table of its own, and servers may only add to both.
 */
import { createHash } from 'node:crypto'
import type { Database } from '../connection/database.ts'
import { literal, run, toInstant } from '../connection/rows.ts'

export interface AuditRecord {
  readonly aid: string
  readonly at: string
  readonly action: string
  readonly interaction: string
  readonly rtype: string | null
  readonly resource_id: string | null
  readonly version: number | null
  readonly patient: string | null
  readonly outcome: string
  readonly detail: string | null
  readonly who: string
  readonly account: string | null
  readonly purpose: string
  readonly address: string | null
}

export const AUDIT_COLUMNS =
  'a.aid, a.at, a.action, a.interaction, a.rtype, a.resource_id, a.version, a.patient, a.outcome, a.detail, a.who, a.account, a.purpose, a.address'

/** Before the first row. */
const START = Buffer.alloc(32)

/** H(previous | tenant, place and every column of the row). */
export const chainHash = (previous: Uint8Array, tenant: number, seq: string, row: AuditRecord): Buffer =>
  createHash('sha256').update(previous).update(JSON.stringify([
    tenant, seq, row.aid, toInstant(row.at), row.action, row.interaction, row.rtype, row.resource_id, row.version, row.patient, row.outcome, row.detail,
    row.who, row.account, row.purpose, row.address,
  ])).digest()

const WAITING = `
  select ${AUDIT_COLUMNS} from audit_pending p join audit_log a on a.tenant = $1 and a.aid = p.aid
  where p.tenant = $1 order by p.aid limit $2`

/**
 * Seals at most `limit` waiting rows and answers how many. Called again and again by the worker; of several at once one works and the
 * others answer 0.
 */
export const sealAuditChain = (database: Pick<Database, 'tenant' | 'withTransaction'>, limit = 5000): Promise<number> => database.withTransaction(async (client) => {
  const { tenant } = database
  const [lock] = await run<{ mine: boolean }>(client, `select pg_try_advisory_xact_lock(hashtext('emr-audit-chain'), $1::int4) as mine`, [tenant])
  if (!lock?.mine) return 0
  const waiting = await run<Row>(client, WAITING, [tenant, limit], 'audit-waiting')
  if (waiting.length === 0) return 0
  const [head] = await run<{ seq: string; hash: Buffer }>(client, 'select seq, hash from audit_chain where tenant = $1 order by seq desc limit 1', [tenant], 'audit-head')
  let seq = BigInt(head?.seq ?? 0)
  let hash: Uint8Array = head?.hash ?? START
  const links = waiting.map((row) => {
    hash = chainHash(hash, tenant, String(++seq), row)
    return { seq, hash, aid: row.aid }
  })
  const aids = literal(links.map((link) => link.aid))
  await run(client, 'insert into audit_chain (tenant, seq, aid, hash) select $1, l.seq, l.aid, l.hash from unnest($2::int8[], $3::int8[], $4::bytea[]) as l(seq, aid, hash)',
    [tenant, literal(links.map((link) => link.seq)), aids, links.map((link) => link.hash)], 'audit-link')
  await run(client, 'delete from audit_pending where tenant = $1 and aid = any($2::int8[])', [tenant, aids], 'audit-sealed')
  return links.length
})

type Row = { -readonly [K in keyof AuditRecord]: AuditRecord[K] }
type LinkRow = { [K in keyof AuditRecord]: AuditRecord[K] | null } & { seq: string; hash: Buffer; link: string }

const LINKS = `
  select c.seq, c.hash, c.aid as link, ${AUDIT_COLUMNS} from audit_chain c left join audit_log a on a.tenant = $1 and a.aid = c.aid
  where c.tenant = $1 and c.seq > $2 order by c.seq limit $3`

// Rows that neither wait nor are sealed came, or lost their link, behind the servers' back.
const STRAY = `
  select 1 from audit_log a where a.tenant = $1 and not exists (select from audit_chain c where c.tenant = $1 and c.aid = a.aid)
  and not exists (select from audit_pending p where p.tenant = $1 and p.aid = a.aid) limit 1`

export interface ChainVerdict {
  readonly ok: boolean
  readonly sealed: number
  /** First place that does not fit; one past the end when rows stand outside the chain. */
  readonly brokenAt?: number
}

/** Recomputes the whole chain. One snapshot, so that a sealer at work is not taken for a tamperer. */
export const verifyAuditChain = (database: Pick<Database, 'tenant' | 'withTransaction'>, batch = 10_000): Promise<ChainVerdict> => database.withTransaction(async (client) => {
  const { tenant } = database
  await client.query('set transaction isolation level repeatable read, read only')
  await client.query('set local statement_timeout = 0')
  let sealed = 0
  let hash: Uint8Array = START
  for (;;) {
    const links = await run<LinkRow>(client, LINKS, [tenant, sealed, batch], 'audit-verify')
    for (const link of links) {
      const place = sealed + 1
      if (link.seq !== String(place) || link.aid === null || !Buffer.from(hash = chainHash(hash, tenant, link.seq, link as AuditRecord)).equals(link.hash)) {
        return { ok: false, sealed, brokenAt: place }
      }
      sealed = place
    }
    if (links.length < batch) break
  }
  const stray = await run(client, STRAY, [tenant], 'audit-stray')
  return stray.length > 0 ? { ok: false, sealed, brokenAt: sealed + 1 } : { ok: true, sealed }
})
