/** What a person has typed and not yet filed (port Drafts): only the own account's rows, optimistic versions, no clock of a session. Each change is one statement. */
import type { QueryResult } from '@mikro-orm/postgresql'
import { outcome } from '../model/outcome.ts'
import type { Drafts } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import type { Draft } from '../model/site.ts'
import type { Database } from './connection/database.ts'
import { Draft as DraftEntity } from './entities/draft.ts'

const toDraft = ({ key, version, device, updatedAt }: { key: string; version: number; device: string; updatedAt: Date }): Omit<Draft, 'body'> =>
  ({ key, version, updatedAt: updatedAt.toISOString(), ...(device !== '' && { device }) })

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
      const em = database.entities()
      const row = { version: base + 1, body, device, updatedAt: clock.now() }
      const saved = base === 0
        ? (await em.qb(DraftEntity).insert({ tenant, account, key, ...row }).onConflict().ignore().execute<QueryResult>('run')).affectedRows
        : await em.nativeUpdate(DraftEntity, { tenant, account, key, version: base }, row)
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
