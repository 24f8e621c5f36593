/** Accounts of persons with their grants (ports Accounts). What changes who may do what is audited in the same transaction, and sessions of the disabled end with it. */
import type { PoolClient } from 'pg'
import { ROLES, type Role, type RoleGrant } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { Account, Accounts, NewAccount } from '../model/people.ts'
import type { AuditRow, Caller, Clock } from '../model/ports.ts'
import { insertAuditRows } from './audit-rows.ts'
import { errorCode, type Database } from './database.ts'

interface AccountRow {
  id: string; login: string; name: string; title: string; rank: string; licence: string; practitioner: string | null
  active: boolean; version: number; roles: string[]; departments: string[]
}

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)

/** Parallel arrays of the database -> grants; '' is the whole site. */
export const toGrants = (roles: readonly string[], departments: readonly string[]): RoleGrant[] =>
  roles.flatMap((role, index) => (isRole(role) ? [{ role, department: departments[index] === undefined || departments[index] === '' ? null : departments[index] }] : []))

const toAccount = ({ roles, departments, ...row }: AccountRow): Account => ({ ...row, grants: toGrants(roles, departments) })

const SELECT = `select a.id, a.login, a.name, a.title, a.rank, a.licence, a.practitioner, a.active, a.version,
    coalesce(array_agg(g.role order by g.role, g.department) filter (where g.role is not null), '{}') as roles,
    coalesce(array_agg(g.department order by g.role, g.department) filter (where g.role is not null), '{}') as departments
  from account a left join account_grant g on g.tenant = a.tenant and g.account = a.id`
const GROUP = 'group by a.tenant, a.id'

const saveGrants = async (client: PoolClient, tenant: number, account: string, grants: readonly RoleGrant[]): Promise<void> => {
  await client.query('delete from account_grant where tenant = $1 and account = $2', [tenant, account])
  await client.query(
    `insert into account_grant (tenant, account, role, department) select $1, $2, role, department from unnest($3::text[], $4::text[]) as g (role, department) on conflict do nothing`,
    [tenant, account, grants.map((grant) => grant.role), grants.map((grant) => grant.department ?? '')])
}

const describe = (grants: readonly RoleGrant[]): string => grants.map((grant) => `${grant.role}@${grant.department ?? '*'}`).join(' ')

/** Inside a transaction of the caller's: account, grants and audit row. Throws login-taken. */
export const insertAccount = async (client: PoolClient, { database, clock }: { readonly database: Database; readonly clock: Clock }, caller: Caller, account: NewAccount): Promise<void> => {
  const { tenant } = database
  await client.query(
    `insert into account (tenant, id, login, name, title, rank, licence, practitioner, password, active, created_at, password_changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
    [tenant, account.id, account.login, account.name, account.title, account.rank, account.licence, account.practitioner, account.password, account.active, clock.now()],
  ).catch((error: unknown) => {
    throw errorCode(error) === '23505' ? outcome('login-taken') : error
  })
  await saveGrants(client, tenant, account.id, account.grants)
  const row: AuditRow = { action: 'C', interaction: 'account-create', id: account.id, outcome: 'success', detail: describe(account.grants) }
  await insertAuditRows(client, database, [{ caller, row, at: clock.now() }])
}

export const createAccountStore = (deps: { readonly database: Database; readonly clock: Clock }): Accounts => {
  const { database, clock } = deps
  const { tenant } = database
  const writeAudit = (client: PoolClient, caller: Caller, row: AuditRow): Promise<void> => insertAuditRows(client, database, [{ caller, row, at: clock.now() }])
  const one = async (where: 'a.id' | 'a.login', value: string): Promise<Account | undefined> => {
    const { rows } = await database.pool.query<AccountRow>(`${SELECT} where a.tenant = $1 and ${where} = $2 ${GROUP}`, [tenant, value])
    return rows[0] === undefined ? undefined : toAccount(rows[0])
  }
  const store: Accounts = {
    async list() {
      const { rows } = await database.pool.query<AccountRow>(`${SELECT} where a.tenant = $1 ${GROUP} order by a.login`, [tenant])
      return rows.map(toAccount)
    },
    find: (account) => one('a.id', account),
    byLogin: (login) => one('a.login', login),
    async create(caller, account) {
      await database.withTransaction((client) => insertAccount(client, deps, caller, account))
      return { ...account, version: 1 }
    },
    async change(caller, account, expected) {
      await database.withTransaction(async (client) => {
        const { rows } = await client.query<{ version: number; active: boolean }>('select version, active from account where tenant = $1 and id = $2 for update', [tenant, account.id])
        const found = rows[0]
        if (found === undefined) throw outcome('not-found')
        if (found.version !== expected) throw outcome('version-conflict', { expected, found: found.version })
        await client.query(
          `update account set name = $3, title = $4, rank = $5, licence = $6, practitioner = $7, active = $8, version = version + 1 where tenant = $1 and id = $2`,
          [tenant, account.id, account.name, account.title, account.rank, account.licence, account.practitioner, account.active])
        await saveGrants(client, tenant, account.id, account.grants)
        if (!account.active) await client.query('delete from session where tenant = $1 and account = $2', [tenant, account.id])
        await writeAudit(client, caller, {
          action: 'U', interaction: found.active && !account.active ? 'account-disable' : 'account-update', id: account.id, outcome: 'success', detail: describe(account.grants),
        })
      })
      const changed = await store.find(account.id)
      if (changed === undefined) throw outcome('not-found')
      return changed
    },
    setPassword: (caller, account, password, keep) => database.withTransaction(async (client) => {
      // a new key in this account's name then needs a second administrator (signing-keys.ts)
      const by = caller.actor.kind === 'person' && caller.actor.account !== account ? caller.actor.account : null
      const { rowCount } = await client.query(
        `update account set password = $3, password_changed_at = $4, password_reset_by = coalesce($5, password_reset_by),
           password_reset_at = case when $5::uuid is null then password_reset_at else $4 end where tenant = $1 and id = $2`,
        [tenant, account, password, clock.now(), by])
      if (rowCount === 0) throw outcome('not-found')
      await client.query('delete from session where tenant = $1 and account = $2 and digest is distinct from $3', [tenant, account, keep ?? null])
      await writeAudit(client, caller, { action: 'U', interaction: 'password-change', id: account, outcome: 'success' })
    }),
    async password(account) {
      const { rows } = await database.pool.query<{ password: string }>('select password from account where tenant = $1 and id = $2 and active', [tenant, account])
      return rows[0]?.password
    },
  }
  return store
}
