/** Sessions of persons (port Sessions): each request reads session, account and grants as they are now, in one named statement, so that a changed role counts at once. */
import { nameOnForms, type OpenSession, type Sessions } from '../../model/people.ts'
import { toGrants } from './accounts.ts'
import type { Database } from '../connection/database.ts'
import { toOutcome } from '../connection/database-errors.ts'

interface SessionRow {
  account: string; login: string; name: string; title: string; rank: string; practitioner: string | null; device: string
  created: number; used: number; roles: string[]; departments: string[]
}

const FIND = `select s.account, a.login, a.name, a.title, a.rank, a.practitioner, s.device,
    (extract(epoch from s.created_at) * 1000)::float8 as created, (extract(epoch from s.used_at) * 1000)::float8 as used,
    coalesce(array_agg(g.role) filter (where g.role is not null), '{}') as roles,
    coalesce(array_agg(g.department) filter (where g.role is not null), '{}') as departments
  from session s
    join account a on a.tenant = s.tenant and a.id = s.account and a.active
    left join account_grant g on g.tenant = s.tenant and g.account = s.account
  where s.tenant = $1 and s.digest = $2
  group by s.tenant, s.digest, a.tenant, a.id`

export const createSessionStore = (deps: { readonly database: Database }): Sessions => {
  const { pool, tenant } = deps.database
  return {
    async find(digest): Promise<OpenSession | undefined> {
      const { rows } = await pool.query<SessionRow>({ name: 'session-find', text: FIND, values: [tenant, digest] }).catch((error: unknown) => { throw toOutcome(error) })
      const row = rows[0]
      return row === undefined ? undefined : {
        person: {
          kind: 'person', tenant, account: row.account, login: row.login, name: nameOnForms(row), practitioner: row.practitioner, grants: toGrants(row.roles, row.departments),
        },
        createdAt: new Date(row.created), usedAt: new Date(row.used), device: row.device,
      }
    },
    async touch(digest, at) {
      await pool.query({ name: 'session-touch', text: 'update session set used_at = $3 where tenant = $1 and digest = $2 and used_at < $3', values: [tenant, digest, at] })
    },
    async close(digest) {
      await pool.query('delete from session where tenant = $1 and digest = $2', [tenant, digest])
    },
  }
}
