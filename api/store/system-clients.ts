/** System clients and their access tokens (port SystemClients): tokens are opaque, only their sha-256 is here, and a client switched off is out at once. */
import type { Client, SystemClients } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import { toOutcome, type Database } from './database.ts'

export const createSystemClientStore = (deps: { readonly database: Database; readonly clock: Clock }): SystemClients => {
  const { pool, tenant } = deps.database
  return {
    async find(client) {
      const { rows } = await pool.query<Client>('select client, name, secret, scopes, active from system_client where tenant = $1 and client = $2', [tenant, client])
      return rows[0]
    },
    async save(client) {
      await pool.query(
        `insert into system_client (tenant, client, name, secret, scopes, active, created_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant, client) do update set name = excluded.name, secret = excluded.secret, scopes = excluded.scopes, active = excluded.active`,
        [tenant, client.client, client.name, client.secret, client.scopes, client.active, deps.clock.now()])
    },
    async issue(token) {
      await pool.query('insert into access_token (tenant, digest, client, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
        [tenant, token.digest, token.client, token.scopes, token.at, token.expires])
    },
    async byToken(digest, at) {
      const { rows } = await pool.query<{ client: string; scopes: string[] }>({
        name: 'token-find',
        text: `select t.client, t.scopes from access_token t join system_client c on c.tenant = t.tenant and c.client = t.client and c.active
          where t.tenant = $1 and t.digest = $2 and t.expires_at > $3`,
        values: [tenant, digest, at],
      }).catch((error: unknown) => { throw toOutcome(error) })
      return rows[0]
    },
  }
}
