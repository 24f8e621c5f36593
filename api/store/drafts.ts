/** What a person has typed and not yet filed (port Drafts): only the own account's rows, optimistic versions, no clock of a session. */
import { outcome } from '../model/outcome.ts'
import type { Drafts } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import type { Draft } from '../model/site.ts'
import type { Database } from './database.ts'

interface DraftRow { key: string; version: number; body: string; device: string; updated: number }

const toDraft = ({ updated, device, ...row }: DraftRow): Draft => ({ ...row, updatedAt: new Date(updated).toISOString(), ...(device === '' ? {} : { device }) })

const COLUMNS = `key, version, device, (extract(epoch from updated_at) * 1000)::float8 as updated`

export const createDraftStore = (deps: { readonly database: Database; readonly clock: Clock }): Drafts => {
  const { pool, tenant } = deps.database
  const versionOf = async (account: string, key: string): Promise<number> => {
    const { rows } = await pool.query<{ version: number }>('select version from draft where tenant = $1 and account = $2 and key = $3', [tenant, account, key])
    return rows[0]?.version ?? 0
  }
  return {
    async list(account) {
      const { rows } = await pool.query<DraftRow>(`select ${COLUMNS} from draft where tenant = $1 and account = $2 order by updated_at desc limit 500`, [tenant, account])
      return rows.map(toDraft)
    },
    async find(account, key) {
      const { rows } = await pool.query<DraftRow>({
        name: 'draft-find', text: `select ${COLUMNS}, body from draft where tenant = $1 and account = $2 and key = $3`, values: [tenant, account, key],
      })
      return rows[0] === undefined ? undefined : toDraft(rows[0])
    },
    async put(account, draft) {
      const values = [tenant, account, draft.key, draft.body, draft.device, deps.clock.now(), draft.base]
      const { rows } = draft.base === 0
        ? await pool.query<DraftRow>({
            name: 'draft-insert', values: values.slice(0, 6),
            text: `insert into draft (tenant, account, key, version, body, device, updated_at) values ($1, $2, $3, 1, $4, $5, $6) on conflict do nothing returning ${COLUMNS}, body`,
          })
        : await pool.query<DraftRow>({
            name: 'draft-update', values,
            text: `update draft set version = version + 1, body = $4, device = $5, updated_at = $6 where tenant = $1 and account = $2 and key = $3 and version = $7 returning ${COLUMNS}, body`,
          })
      if (rows[0] === undefined) throw outcome('version-conflict', { expected: draft.base, found: await versionOf(account, draft.key) })
      return toDraft(rows[0])
    },
    async drop(account, key, base) {
      const { rowCount } = await pool.query('delete from draft where tenant = $1 and account = $2 and key = $3 and ($4::int4 is null or version = $4)', [tenant, account, key, base ?? null])
      if (rowCount === 0 && base !== undefined) {
        const found = await versionOf(account, key)
        if (found !== 0) throw outcome('version-conflict', { expected: base, found })
      }
    },
  }
}
