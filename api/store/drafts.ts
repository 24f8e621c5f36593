/** What a person has typed and not yet filed (port Drafts): only the own account's rows, optimistic versions, no clock of a session. Writes of an account take turns, so that its bounds hold. */
import type { QueryResult } from '@mikro-orm/postgresql'
import type { PoolClient } from 'pg'
import { outcome } from '../model/outcome.ts'
import { DRAFT_BOUNDS, type Drafts } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import type { Draft } from '../model/site.ts'
import type { Database } from './connection/database.ts'
import { run } from './connection/rows.ts'
import { Draft as DraftEntity } from './entities/draft.ts'

const toDraft = ({ key, version, device, updatedAt }: { key: string; version: number; device: string; updatedAt: Date }): Omit<Draft, 'body'> =>
  ({ key, version, updatedAt: updatedAt.toISOString(), ...(device !== '' && { device }) })

const TURN = `select pg_advisory_xact_lock(hashtext('emr-drafts'), hashtext($1))`
const HELD = `select count(*) filter (where key <> $3)::int4 as others, coalesce(sum(octet_length(body)) filter (where key <> $3), 0)::int8 as bytes,
  max(octet_length(body)) filter (where key = $3) as own from draft where tenant = $1 and account = $2`

/** Throws draft-too-large and drafts-full. What is there already and becomes no larger is always taken: an account of before the bounds can be cleared up. */
const requireRoom = async (client: PoolClient, tenant: number, account: string, key: string, body: string): Promise<void> => {
  const size = Buffer.byteLength(body)
  if (size > DRAFT_BOUNDS.bytesOfOne) throw outcome('draft-too-large', { expression: 'body' })
  await run(client, TURN, [`${tenant} ${account}`], 'draft-turn')
  const [held] = await run<{ others: number; bytes: string; own: number | null }>(client, HELD, [tenant, account, key], 'draft-held')
  if (held === undefined || (held.own !== null && size <= held.own)) return
  if ((held.own === null && held.others >= DRAFT_BOUNDS.drafts) || Number(held.bytes) + size > DRAFT_BOUNDS.bytesOfAll) throw outcome('drafts-full')
}

export const createDraftStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): Drafts => {
  const { tenant } = database
  const versionOf = async (account: string, key: string): Promise<number> =>
    (await database.entities().findOne(DraftEntity, { tenant, account, key }))?.version ?? 0
  return {
    async list(account) {
      const rows = await database.entities().find(DraftEntity, { tenant, account }, { orderBy: { updatedAt: 'desc' }, limit: 500 })
      return rows.map(toDraft)
    },
    async find(account, key) {
      const row = await database.entities().findOne(DraftEntity, { tenant, account, key }, { populate: ['body'] })
      return row === null ? undefined : { ...toDraft(row), body: row.body }
    },
    async put(account, { key, body, base, device }) {
      const row = { version: base + 1, body, device, updatedAt: clock.now() }
      const saved = await database.withEntities(async (em, client) => {
        await requireRoom(client, tenant, account, key, body)
        return base === 0
          ? (await em.qb(DraftEntity).insert({ tenant, account, key, ...row }).onConflict().ignore().execute<QueryResult>('run')).affectedRows
          : em.nativeUpdate(DraftEntity, { tenant, account, key, version: base }, row)
      })
      if (saved === 0) throw outcome('version-conflict', { expected: base, found: await versionOf(account, key) })
      return { ...toDraft({ key, ...row }), body }
    },
    async drop(account, key, base) {
      const dropped = await database.entities().nativeDelete(DraftEntity, { tenant, account, key, ...(base !== undefined && { version: base }) })
      if (dropped > 0 || base === undefined) return
      const found = await versionOf(account, key)
      if (found !== 0) throw outcome('version-conflict', { expected: base, found })
    },
  }
}
