/** Accounts of persons with their grants (ports Accounts). What changes who may do what is audited in the same transaction, and sessions of the disabled end with it. */
import { LockMode, type FilterQuery, type InferEntity } from '@mikro-orm/postgresql'
import type { PoolClient } from 'pg'
import { ROLES, type Role, type RoleGrant } from '../../model/actor.ts'
import { outcome } from '../../model/outcome.ts'
import type { Account, Accounts, NewAccount } from '../../model/people.ts'
import type { Caller, Clock } from '../../model/ports.ts'
import { insertAuditRows } from '../audit/rows.ts'
import { noteHand } from './account-hands.ts'
import type { Database } from '../connection/database.ts'
import { errorCode } from '../connection/database-errors.ts'
import { Account as AccountEntity } from '../entities/account.ts'
import { AccountGrant } from '../entities/account-grant.ts'
import type { EntityManager } from '../connection/entity-driver.ts'

type AccountRow = InferEntity<typeof AccountEntity>

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text)

/** Parallel arrays of the database -> grants; '' is the whole site. */
export const toGrants = (roles: readonly string[], departments: readonly string[]): RoleGrant[] =>
  roles.flatMap((role, index) => (isRole(role) ? [{ role, department: departments[index] === undefined || departments[index] === '' ? null : departments[index] }] : []))

const toAccount = ({ id, login, name, title, rank, licence, practitioner, active, version }: AccountRow, grants: readonly { role: string; department: string }[]): Account => ({
  id, login, name, title, rank, licence, practitioner: practitioner ?? null, active, version,
  grants: toGrants(grants.map((grant) => grant.role), grants.map((grant) => grant.department)),
})

/** As `visit.sign` of the policy: who holds such a role may be admitted to signing. */
const signs = (role: string): boolean => role === 'doctor' || role === 'head'

const describe = (grants: readonly RoleGrant[]): string => grants.map((grant) => `${grant.role}@${grant.department ?? '*'}`).join(' ')

interface Deps { readonly database: Database; readonly clock: Clock }

const saveGrants = async (em: EntityManager, tenant: number, account: string, grants: readonly RoleGrant[]): Promise<void> => {
  await em.nativeDelete(AccountGrant, { tenant, account })
  const once = new Map(grants.map(({ role, department }) => [`${role}@${department ?? ''}`, { tenant, account, role, department: department ?? '' }]))
  if (once.size > 0) await em.insertMany(AccountGrant, [...once.values()])
}

const audit = (client: PoolClient, { database, clock }: Deps, caller: Caller, interaction: string, { id, grants }: { id: string; grants?: readonly RoleGrant[] }): Promise<void> =>
  insertAuditRows(client, database, [{
    caller, at: clock.now(),
    row: { action: interaction === 'account-create' ? 'C' : 'U', interaction, id, outcome: 'success', ...(grants && { detail: describe(grants) }) },
  }])

/** Inside a transaction of the caller's: account, grants and audit row. Throws login-taken. */
export const insertAccount = async (client: PoolClient, deps: Deps, caller: Caller, account: NewAccount): Promise<void> => {
  const { database: { tenant, entities }, clock } = deps
  const { grants, ...facts } = account
  const [em, now] = [entities(client), clock.now()]
  await em.insert(AccountEntity, { tenant, ...facts, version: 1, createdAt: now, passwordChangedAt: now }).catch((error: unknown) => {
    throw errorCode(error) === '23505' ? outcome('login-taken') : error
  })
  await saveGrants(em, tenant, account.id, grants)
  await noteHand(client, tenant, caller, account.id, 'created', now)
  await audit(client, deps, caller, 'account-create', account)
}

export const createAccountStore = (deps: Deps): Accounts => {
  const { database, clock } = deps
  const { tenant } = database
  const find = async (where: FilterQuery<AccountRow>): Promise<Account[]> => {
    const em = database.entities()
    const accounts = await em.find(AccountEntity, where, { orderBy: { login: 'asc' } })
    // Read after the accounts: who then changes newer grants by an older version is told so.
    const grants = await em.find(AccountGrant, { tenant, account: { $in: accounts.map(({ id }) => id) } }, { orderBy: { role: 'asc', department: 'asc' } })
    const byAccount = Map.groupBy(grants, ({ account }) => account)
    return accounts.map((account) => toAccount(account, byAccount.get(account.id) ?? []))
  }
  const store: Accounts = {
    list: () => find({ tenant }),
    find: async (id) => (await find({ tenant, id }))[0],
    byLogin: async (login) => (await find({ tenant, login }))[0],
    async create(caller, account) {
      await database.withTransaction((client) => insertAccount(client, deps, caller, account))
      return { ...account, version: 1 }
    },
    async change(caller, account, expected) {
      const { name, title, rank, licence, practitioner, active } = account
      await database.withEntities(async (em, client) => {
        const row = await em.findOne(AccountEntity, { tenant, id: account.id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (row === null) throw outcome('not-found')
        if (row.version !== expected) throw outcome('version-conflict', { expected, found: row.version })
        const disabled = row.active && !active
        const held = (await em.find(AccountGrant, { tenant, account: account.id })).some(({ role }) => signs(role))
        Object.assign(row, { name, title, rank, licence, practitioner, active, version: expected + 1 })
        await saveGrants(em, tenant, account.id, account.grants)
        if (!held && account.grants.some(({ role }) => signs(role))) await noteHand(client, tenant, caller, account.id, 'role', clock.now())
        if (!active) for (const table of ['session', 'app_grant', 'app_launch']) await client.query(`delete from ${table} where tenant = $1 and account = $2`, [tenant, account.id])
        await audit(client, deps, caller, disabled ? 'account-disable' : 'account-update', account)
      })
      const changed = await store.find(account.id)
      if (changed === undefined) throw outcome('not-found')
      return changed
    },
    setPassword: (caller, id, password, keep) => database.withEntities(async (em, client) => {
      const now = clock.now()
      const changed = await em.nativeUpdate(AccountEntity, { tenant, id }, { password, passwordChangedAt: now })
      if (changed === 0) throw outcome('not-found')
      await noteHand(client, tenant, caller, id, 'password', now)
      await client.query('delete from session where tenant = $1 and account = $2 and digest is distinct from $3', [tenant, id, keep ?? null])
      // whoever knew the old password may have let an app in
      await client.query('delete from app_grant where tenant = $1 and account = $2', [tenant, id])
      await audit(client, deps, caller, 'password-change', { id })
    }),
    async password(id) {
      const row = await database.entities().findOne(AccountEntity, { tenant, id, active: true }, { fields: ['password'] })
      return row?.password
    },
  }
  return store
}
