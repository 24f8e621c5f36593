/** Launches, grants and tokens of apps that act for persons (port Apps). Nothing is remembered: whoever is locked, and what is switched off, is out with the next request. */
import type { Apps } from '../../model/app-ports.ts'
import { outcome } from '../../model/outcome.ts'
import type { AuditRow, Caller, Clock } from '../../model/ports.ts'
import { insertAuditRows } from '../audit/rows.ts'
import type { Database } from '../connection/database.ts'
import { run } from '../connection/rows.ts'
import type { PoolClient } from 'pg'
import { createExchange } from './exchange.ts'
import { GRANT_COLUMNS, holdsAt, OF_GRANT, PERSON_COLUMNS, toGrant, toPerson, type GrantRow, type PersonRow, type SessionLife } from './rows.ts'

export interface AppStoreDeps { readonly database: Database; readonly clock: Clock; readonly life: SessionLife }

const TOKEN = `select ${GRANT_COLUMNS}, ${PERSON_COLUMNS}, t.scopes as token_scopes, t.created_at as token_at, t.expires_at as token_until
  from app_token t join app_grant g on g.tenant = t.tenant and g.id = t.app_grant ${OF_GRANT}
  where t.tenant = $1 and t.digest = $2 and t.expires_at > $3::timestamptz and not t.spent and t.kind = any($6) and ${holdsAt('$3', ['$4', '$5'])}`
const GRANT = `insert into app_grant (tenant, id, client, account, session, offline, scopes, patient, encounter, code, code_expires_at, redirect_uri, challenge, nonce, signed_in_at, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`

type TokenRow = GrantRow & PersonRow & { readonly token_scopes: string[]; readonly token_at: string; readonly token_until: string }

interface ActiveRow { client: string; name: string; scopes: string[]; public: boolean; redirect_uris: string[]; launch_url: string }

const accountOf = ({ actor }: Caller): string => {
  if (actor.kind !== 'person') throw outcome('forbidden')
  return actor.account
}

export const createAppStore = ({ database, clock, life }: AppStoreDeps): Apps => {
  const { pool, tenant } = database
  const now = (): Date => clock.now()
  const audit = (client: PoolClient, caller: Caller, row: Pick<AuditRow, 'interaction' | 'id' | 'detail' | 'patient'>): Promise<void> =>
    insertAuditRows(client, database, [{ caller, at: now(), row: { action: 'E', ...row, outcome: 'success' } }])
  const token = async (digest: Uint8Array, kinds: readonly string[]): Promise<TokenRow | undefined> =>
    (await run<TokenRow>(pool, TOKEN, [tenant, Buffer.from(digest), now(), life.idleMs, life.absoluteMs, kinds], 'app-token'))[0]
  return {
    ...createExchange({ database, now, life }),
    async active() {
      const rows = await run<ActiveRow>(pool, `select client, name, scopes, public, redirect_uris, launch_url from system_client where tenant = $1 and kind = 'app' and active order by name, client`, [tenant], 'app-active')
      return rows.map(({ redirect_uris: redirectUris, launch_url: launchUrl, ...row }) => ({ ...row, redirectUris, launchUrl }))
    },
    addLaunch: (caller, { digest, client, account, patient, encounter, expires }) => database.withTransaction(async (connection) => {
      await connection.query('delete from app_launch where tenant = $1 and account = $2 and expires_at < $3', [tenant, account, now()])
      await connection.query('insert into app_launch (tenant, digest, client, account, patient, encounter, expires_at) values ($1, $2, $3, $4, $5, $6, $7)', [tenant, Buffer.from(digest), client, account, patient, encounter, expires])
      await audit(connection, caller, { interaction: 'app-launch', id: client, patient })
    }),
    async findLaunch(digest, { client, account }) {
      const [row] = await run<{ patient: string; encounter: string }>(pool,
        'select patient, encounter from app_launch where tenant = $1 and digest = $2 and client = $3 and account = $4 and expires_at > $5', [tenant, Buffer.from(digest), client, account, now()], 'app-launch')
      return row
    },
    grant: (caller, grant) => database.withTransaction(async (connection) => {
      const { rows: held } = await connection.query(`select 1 from system_client where tenant = $1 and client = $2 and active and kind = 'app' and version = $3 for share`, [tenant, grant.client, grant.version])
      if (held.length === 0) return false
      if (grant.launch !== undefined) {
        const { rowCount } = await connection.query('delete from app_launch where tenant = $1 and digest = $2 and client = $3 and account = $4 and expires_at > $5', [tenant, Buffer.from(grant.launch), grant.client, grant.account, now()])
        if (rowCount !== 1) return false
      }
      await connection.query(GRANT, [tenant, grant.id, grant.client, grant.account, Buffer.from(grant.session), grant.offline, grant.scopes, grant.patient, grant.encounter, Buffer.from(grant.code), grant.codeExpires,
        grant.redirectUri, grant.challenge, grant.nonce, grant.signedInAt, now(), grant.expires])
      await audit(connection, caller, { interaction: 'app-grant', id: grant.client, detail: grant.scopes.join(' '), ...(grant.patient !== '' && { patient: grant.patient }) })
      return true
    }),
    async byToken(digest) {
      const row = await token(digest, ['access'])
      return row && { person: toPerson(tenant, row), grant: toGrant(row), scopes: row.token_scopes }
    },
    async findToken(digest) {
      const row = await token(digest, ['access', 'refresh'])
      return row && { person: toPerson(tenant, row), grant: toGrant(row), scopes: row.token_scopes, at: new Date(row.token_at), expires: new Date(row.token_until) }
    },
    async revoke(digest, client) {
      const values = [tenant, Buffer.from(digest), client]
      const of = 'from app_token t where t.tenant = $1 and t.digest = $2 and t.app_grant = g.id'
      await run(pool, `delete from app_grant g where g.tenant = $1 and g.client = $3 and exists (select ${of} and t.kind = 'refresh') returning 1 as ended`, values)
      await run(pool, `delete from app_token one using app_grant g where one.tenant = $1 and one.digest = $2 and g.tenant = $1 and g.id = one.app_grant and g.client = $3 returning 1 as ended`, values)
    },
    async grantsOf(account) {
      const rows = await run<GrantRow>(pool, `select ${GRANT_COLUMNS} from app_grant g ${OF_GRANT} where g.tenant = $1 and g.account = $2 and g.code_spent and ${holdsAt('$3', ['$4', '$5'])} order by g.created_at desc limit 200`, [tenant, account, now(), life.idleMs, life.absoluteMs])
      return rows.map(toGrant)
    },
    endGrant: (caller, id) => database.withTransaction(async (connection) => {
      const { rows: [ended] } = await connection.query<{ client: string }>('delete from app_grant where tenant = $1 and id = $2 and account = $3 returning client', [tenant, id, accountOf(caller)])
      if (ended === undefined) throw outcome('not-found')
      await audit(connection, caller, { interaction: 'app-end', id: ended.client })
    }),
  }
}
