/**
 * Codes and refresh tokens become tokens, once each, in one transaction. The registration is held first, as who changes it does (people/client-registry.ts), so that
 * nothing is made by what has just ended. What comes a second time is in somebody else's hands: everything that came of it ends.
 */
import type { PoolClient } from 'pg'
import type { AppGrant, Apps, Exchanged, NewAppTokens } from '../../model/app-ports.ts'
import type { Database } from '../connection/database.ts'
import { GRANT_COLUMNS, holdsAt, OF_GRANT, PERSON_COLUMNS, toGrant, toPerson, type GrantRow, type PersonRow, type SessionLife } from './rows.ts'

export interface ExchangeDeps { readonly database: Database; readonly now: () => Date; readonly life: SessionLife }

const HOLD_CLIENT = `update system_client set used_at = $3::timestamptz where tenant = $1 and client = $2 and active and kind = 'app' returning 1 as held`
const BY_CODE = `select g.id, g.client, g.code_spent as spent, g.redirect_uri, g.challenge, g.code_expires_at > $3::timestamptz as fresh
  from app_grant g where g.tenant = $1 and g.code = $2 for update`
const BY_REFRESH = `select g.id, g.client, t.spent, g.scopes from app_token t join app_grant g on g.tenant = t.tenant and g.id = t.app_grant
  where t.tenant = $1 and t.digest = $2 and t.kind = 'refresh' for update`
const HOLDING = `select ${GRANT_COLUMNS}, ${PERSON_COLUMNS} from app_grant g ${OF_GRANT} where g.tenant = $1 and g.id = $2 and ${holdsAt('$3', ['$4', '$5'])}`
const END = 'delete from app_grant where tenant = $1 and id = $2'
const ADD = `insert into app_token (tenant, digest, app_grant, kind, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`

interface Found { readonly id: string; readonly client: string; readonly spent: boolean }
interface CodeRow extends Found { readonly redirect_uri: string; readonly challenge: string; readonly fresh: boolean }
interface RefreshRow extends Found { readonly scopes: string[] }

export const createExchange = ({ database, now, life }: ExchangeDeps): Pick<Apps, 'exchange' | 'refresh'> => {
  const { tenant } = database
  const end = async (client: PoolClient, id: string, kind: 'reused' | 'refused' | 'ended'): Promise<Exchanged> => {
    await client.query(END, [tenant, id])
    return { kind }
  }
  const add = async (client: PoolClient, grant: AppGrant, { access, refresh }: NewAppTokens, scopes: readonly string[]): Promise<void> => {
    const at = now()
    await client.query(ADD, [tenant, Buffer.from(access.digest), grant.id, 'access', scopes, at, access.expires])
    if (refresh !== undefined) await client.query(ADD, [tenant, Buffer.from(refresh), grant.id, 'refresh', grant.scopes, at, grant.expires])
  }
  const holding = async (client: PoolClient, id: string): Promise<(GrantRow & PersonRow) | undefined> =>
    (await client.query<GrantRow & PersonRow>(HOLDING, [tenant, id, now(), life.idleMs, life.absoluteMs])).rows[0]

  /** `spend` marks what was shown as used. */
  const make = async (client: PoolClient, id: string, spend: () => Promise<unknown>, scopesOf: (grant: AppGrant) => readonly string[] | undefined, tokens: (grant: AppGrant) => NewAppTokens): Promise<Exchanged> => {
    const row = await holding(client, id)
    if (row === undefined) return end(client, id, 'ended')
    const grant = toGrant(row)
    const scopes = scopesOf(grant)
    if (scopes === undefined) return { kind: 'refused' }
    await spend()
    await add(client, grant, tokens(grant), scopes)
    return { kind: 'made', grant, person: toPerson(tenant, row), scopes }
  }
  const isOn = async (client: PoolClient, name: string): Promise<boolean> => (await client.query(HOLD_CLIENT, [tenant, name, now()])).rows.length > 0

  return {
    exchange: (code, client, fits, tokens) => database.withTransaction(async (connection) => {
      if (!await isOn(connection, client)) return { kind: 'unknown' }
      const [row] = (await connection.query<CodeRow>(BY_CODE, [tenant, Buffer.from(code), now()])).rows
      if (row?.client !== client) return { kind: 'unknown' }
      if (row.spent) return end(connection, row.id, 'reused')
      if (!row.fresh || !fits({ redirectUri: row.redirect_uri, challenge: row.challenge })) return end(connection, row.id, 'refused')
      return make(connection, row.id, () => connection.query('update app_grant set code_spent = true where tenant = $1 and id = $2', [tenant, row.id]), (grant) => grant.scopes, tokens)
    }),
    refresh: (token, client, narrow, tokens) => database.withTransaction(async (connection) => {
      if (!await isOn(connection, client)) return { kind: 'unknown' }
      const digest = Buffer.from(token)
      const [row] = (await connection.query<RefreshRow>(BY_REFRESH, [tenant, digest])).rows
      if (row?.client !== client) return { kind: 'unknown' }
      if (row.spent) return end(connection, row.id, 'reused')
      return make(connection, row.id, () => connection.query('update app_token set spent = true where tenant = $1 and digest = $2', [tenant, digest]), (grant) => narrow(grant.scopes), tokens)
    }),
  }
}
