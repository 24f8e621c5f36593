/** System clients and their access tokens (port SystemClients): tokens are opaque, only their sha-256 is here, and a client switched off is out at once. */
import type { SystemClients } from '../model/people.ts'
import type { Clock } from '../model/ports.ts'
import type { Database } from './database.ts'
import { SystemClient } from './entities/system-client.ts'
import { run } from './rows.ts'

// Asked with every request of a client: a named statement.
const BY_TOKEN = `select t.client, t.scopes from access_token t join system_client c on c.tenant = t.tenant and c.client = t.client and c.active
  where t.tenant = $1 and t.digest = $2 and t.expires_at > $3`

export const createSystemClientStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): SystemClients => {
  const { pool, tenant } = database
  return {
    async find(client) {
      const row = await database.entities().findOne(SystemClient, { tenant, client })
      return row === null ? undefined : { client, name: row.name, secret: row.secret, scopes: row.scopes, active: row.active }
    },
    async save({ client, name, secret, scopes, active }) {
      await database.entities().upsert(SystemClient, { tenant, client, name, secret, scopes: [...scopes], active, createdAt: clock.now() }, { onConflictExcludeFields: ['createdAt'] })
    },
    async issue(token) {
      await run(pool, 'insert into access_token (tenant, digest, client, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)',
        [tenant, token.digest, token.client, token.scopes, token.at, token.expires])
    },
    async byToken(digest, at) {
      const [row] = await run<{ client: string; scopes: string[] }>(pool, BY_TOKEN, [tenant, digest, at], 'token-find')
      return row
    },
  }
}
