/** System clients and their access tokens (port SystemClients): tokens are opaque, only their sha-256 is here, and a client switched off is out at once. */
import { parseClientKeys } from '../../model/client-keys.ts'
import type { AppFacts } from '../../model/app-ports.ts'
import type { SystemClients } from '../../model/people.ts'
import type { Clock } from '../../model/ports.ts'
import type { Database } from '../connection/database.ts'
import { SystemClient } from '../entities/system-client.ts'
import { gather } from '../connection/gather.ts'
import { run } from '../connection/rows.ts'

// Asked with every request of a client: a named statement, for all that wait.
const BY_TOKEN = `select t.digest, t.client, t.scopes, t.expires_at from access_token t join system_client c on c.tenant = t.tenant and c.client = t.client and c.active
  where t.tenant = $1 and t.digest = any($2)`
// The row of the client is held: a change of it that ends its tokens comes before, and no token is made, or after, and ends this one too.
const ISSUE = `with held as (
    update system_client set used_at = $5::timestamptz where tenant = $1 and client = $3 and active and ($7::int4 is null or version = $7) returning client
  )
  insert into access_token (tenant, digest, client, scopes, created_at, expires_at) select $1, $2, held.client, $4, $5, $6 from held returning 1 as issued`
const TOGETHER = 64

const SWEEP = 100
// what has expired is refused for that, and need not be remembered
const SPEND = `with swept as (
    delete from client_assertion where (tenant, client, digest) in (
      select a.tenant, a.client, a.digest from client_assertion a where a.tenant = $1 and a.expires_at < $5::timestamptz - interval '1 hour' order by a.expires_at limit ${SWEEP} for update skip locked)
  )
  insert into client_assertion (tenant, client, digest, expires_at) values ($1, $2, $3, $4) on conflict (tenant, client, digest) do nothing returning 1 as spent`

/** What an app has beside a system client. */
export const toColumns = (app: AppFacts | undefined) => ({ kind: app === undefined ? 'system' : 'app', public: app?.public ?? false, redirectUris: [...app?.redirectUris ?? []], launchUrl: app?.launchUrl ?? '' })

interface TokenRow { digest: Buffer; client: string; scopes: string[]; expires_at: string }

export const createSystemClientStore = ({ database, clock }: { readonly database: Database; readonly clock: Clock }): SystemClients => {
  const { pool, tenant } = database
  const byDigest = gather(async (digests: readonly string[]) => {
    const rows = await run<TokenRow>(pool, BY_TOKEN, [tenant, [...new Set(digests)].map((digest) => Buffer.from(digest, 'hex'))], 'token-find')
    const found = new Map(rows.map((row) => [row.digest.toString('hex'), row]))
    return digests.map((digest) => found.get(digest))
  }, { together: TOGETHER })
  return {
    async find(client) {
      const row = await database.entities().findOne(SystemClient, { tenant, client })
      return row === null ? undefined : { client, name: row.name, secret: row.secret, keys: parseClientKeys(row.keys), scopes: row.scopes, active: row.active, version: row.version, ...(row.kind === 'app' && { app: { public: row.public, redirectUris: row.redirectUris, launchUrl: row.launchUrl } }) }
    },
    async save({ client, name, secret, keys = [], scopes, active, app }) {
      await database.entities().upsert(SystemClient, { tenant, client, name, secret, keys: JSON.stringify(keys), scopes: [...scopes], active, createdAt: clock.now(), version: 1, awaiting: '', usedAt: null, ...toColumns(app) }, { onConflictExcludeFields: ['createdAt', 'version', 'awaiting', 'usedAt'] })
    },
    async issue(token) {
      return (await run(pool, ISSUE, [tenant, token.digest, token.client, token.scopes, token.at, token.expires, token.version ?? null], 'token-issue')).length > 0
    },
    async byToken(digest, at) {
      const row = await byDigest(Buffer.from(digest).toString('hex'))
      return row === undefined || new Date(row.expires_at) <= at ? undefined : { client: row.client, scopes: row.scopes }
    },
    async findToken(digest, at) {
      const [row] = await run<{ client: string; scopes: string[]; created_at: string; expires_at: string }>(pool, `
        select t.client, t.scopes, t.created_at, t.expires_at from access_token t join system_client c on c.tenant = t.tenant and c.client = t.client and c.active
        where t.tenant = $1 and t.digest = $2 and t.expires_at > $3`, [tenant, Buffer.from(digest), at])
      return row === undefined ? undefined : { client: row.client, scopes: row.scopes, at: new Date(row.created_at), expires: new Date(row.expires_at) }
    },
    async revoke(digest, client) {
      return (await run(pool, 'delete from access_token where tenant = $1 and digest = $2 and client = $3 returning 1 as ended', [tenant, Buffer.from(digest), client])).length > 0
    },
    async spendAssertion({ client, digest, at, expires }) {
      return (await run(pool, SPEND, [tenant, client, Buffer.from(digest), expires, at], 'assertion-spend')).length > 0
    },
  }
}
