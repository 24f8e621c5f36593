/** System clients as administrators look after them (port ClientRegistry). The row is held while it changes, so that no token is made by what has just ended. */
import { LockMode, type InferEntity } from '@mikro-orm/postgresql'
import type { PoolClient } from 'pg'
import { parseClientKeys } from '../../model/client-keys.ts'
import { settle, type ClientRegistry, type RegisteredClient } from '../../model/client-registry.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditRow, Caller, Clock } from '../../model/ports.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'
import { errorCode } from '../connection/database-errors.ts'
import { toColumns } from './system-clients.ts'
import { SystemClient } from '../entities/system-client.ts'

const toRegistered = ({ client, name, secret, keys, scopes, active, version, awaiting, usedAt, kind, ...app }: InferEntity<typeof SystemClient>): RegisteredClient => ({
  client, name, secret, keys: parseClientKeys(keys), scopes, active, version, awaiting, usedAt: usedAt ?? undefined,
  ...(kind === 'app' && { app: { public: app.public, redirectUris: app.redirectUris, launchUrl: app.launchUrl } }),
})

const byOf = ({ actor }: Caller): string => {
  if (actor.kind !== 'person') throw outcome('forbidden')
  return actor.account
}

export const createClientRegistry = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): ClientRegistry => {
  const { tenant } = database
  const audit = (client: PoolClient, caller: Caller, row: Pick<AuditRow, 'interaction' | 'id' | 'detail'>): Promise<void> =>
    insertAuditRows(client, database, [{ caller, at: clock.now(), row: { action: row.interaction === 'client-register' ? 'C' : 'U', ...row, outcome: 'success' } }])
  return {
    async list() {
      return (await database.entities().find(SystemClient, { tenant }, { orderBy: { client: 'asc' } })).map(toRegistered)
    },
    async register(caller, { client, name, secret, keys, scopes, app }) {
      const awaiting = byOf(caller)
      await database.withEntities(async (em, connection) => {
        await em.insert(SystemClient, { tenant, client, name, secret, keys: JSON.stringify(keys), scopes: [...scopes], active: false, createdAt: clock.now(), version: 1, awaiting, usedAt: null, ...toColumns(app) }).catch((error: unknown) => {
          throw errorCode(error) === '23505' ? outcome('client-taken', { expression: 'client' }) : error
        })
        await audit(connection, caller, { interaction: 'client-register', id: client, detail: scopes.join(' ') })
      })
      return { client, name, secret, keys, scopes, active: false, version: 1, awaiting, usedAt: undefined, ...(app && { app }) }
    },
    async change(caller, client, change, expected, action) {
      const by = byOf(caller)
      return database.withEntities(async (em, connection) => {
        const row = await em.findOne(SystemClient, { tenant, client }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (row === null) throw outcome('not-found')
        if (row.version !== expected) throw outcome('version-conflict', { expected, found: row.version })
        const { endsTokens, ...settled } = settle(toRegistered(row), change, by)
        const { name, secret, scopes, active, version, awaiting } = settled
        Object.assign(row, { name, secret, keys: JSON.stringify(settled.keys), scopes: [...scopes], active, version, awaiting, ...(settled.app && toColumns(settled.app)) })
        if (endsTokens) for (const table of ['access_token', 'app_grant', 'app_launch']) await connection.query(`delete from ${table} where tenant = $1 and client = $2`, [tenant, client])
        await audit(connection, caller, { interaction: action, id: client, ...(change.scopes && { detail: scopes.join(' ') }) })
        return settled
      })
    },
  }
}
