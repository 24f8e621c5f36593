/**
 * Opens a site's database for one tenant: MikroORM's own pg pool, every connection started with app.tenant set, and the role checked
 * (https://www.postgresql.org/docs/current/ddl-rowsecurity.html). A server that could see more than its tenant does not start.
 */
import { SqlMikroORM } from '@mikro-orm/postgresql'
import type { Pool, PoolClient } from 'pg'
import type { Tenant } from '../../model/resource.ts'
import { ENTITIES } from '../entities/list.ts'
import { CoalescingSocket } from './coalescing-socket.ts'
import { EntityDriver, inTransaction, type EntityManager, type WithCommit } from './entity-driver.ts'
import { openLane, type Lane } from './lane.ts'
import { createRids, type Rids } from '../write/rid.ts'
import { createStatementNames, type NameOf } from './statement-names.ts'

export interface DatabaseOptions {
  /** As emr_app. */
  readonly url: string
  readonly tenant: Tenant
  /** Connections at most; default 8. */
  readonly connections?: number
  /** ms after which a statement is given up as overloaded; default one minute. */
  readonly statementTimeout?: number
  /** Shown in pg_stat_activity. */
  readonly name?: string
  /** Told of errors of idle connections. */
  readonly onError?: (error: Error) => void
}

export interface Database {
  readonly tenant: Tenant
  /** MikroORM's pool. `client.query({ name, text, values })` for named statements. */
  readonly pool: Pool
  /** For reads by statements with a name. */
  readonly lane: Lane
  readonly rids: Rids
  /** For statements of which one plan serves all values. */
  readonly nameOf: NameOf
  /** One transaction, READ COMMITTED, not retried. Errors of the connection come out as database-unavailable. */
  withTransaction<T>(work: (client: PoolClient, withCommit: WithCommit) => Promise<T>): Promise<T>
  /**
   * An EntityManager for one task, with nothing read before; with `client`, in that transaction. Never kept: what it has read it does not read again.
   * Entities that were changed, and not through a statement (insert, upsert, nativeUpdate), are written by withEntities.
   */
  readonly entities: (client?: PoolClient) => EntityManager
  /** The same transaction with an EntityManager on it: what `work` changed in entities is written before the commit, and SQL through `client` commits with it. */
  withEntities<T>(work: (em: EntityManager, client: PoolClient) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const driverOptions = {
    options: `-c app.tenant=${Math.trunc(options.tenant)} -c TimeZone=UTC -c DateStyle=ISO -c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c statement_timeout=${options.statementTimeout ?? 60_000} -c idle_in_transaction_session_timeout=120000`,
    application_name: options.name ?? `emr-${options.tenant}`,
    connectionTimeoutMillis: 10_000,
    // statements that do not need each other's answers go out together (https://node-postgres.com/apis/client)
    pipeline: true,
    keepAlive: true,
    stream: () => new CoalescingSocket(),
  }
  const orm = await SqlMikroORM.init<EntityDriver>({
    driver: EntityDriver,
    clientUrl: options.url,
    entities: [...ENTITIES],
    pool: { min: 0, max: options.connections ?? 8 },
    driverOptions,
    debug: false,
  })
  const pool = await orm.em.getConnection().getNativeClient()
  const onError = (error: Error): void => options.onError?.(error)
  pool.on('error', onError)
  const lane = openLane(pool, { ...driverOptions, connectionString: options.url, ...(pool.options.types && { types: pool.options.types }) }, onError)
  // MikroORM ends a pool that its own queries opened; ours go past them
  const close = async (): Promise<void> => {
    await lane.close()
    await orm.close(true)
    if (!pool.ending) await pool.end()
  }
  const entities = (client?: PoolClient): EntityManager => {
    const em = orm.em.fork()
    em.setTransactionContext(client)
    return em
  }
  try {
    await requireTenantRole(pool, options.tenant)
    await requireDurable(pool)
    const { rows } = await pool.query<{ node: number }>(`select nextval('store_node')::int4 as node`)
    return {
      tenant: options.tenant, pool, lane, rids: createRids(rows[0]?.node ?? 0), nameOf: createStatementNames(), entities,
      withTransaction: (work) => inTransaction(pool, work),
      withEntities: (work) => inTransaction(pool, async (client) => {
        const em = entities(client)
        const answer = await work(em, client)
        await em.flush()
        return answer
      }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface SessionRow { current_user: string; rolsuper: boolean; rolbypassrls: boolean; tenant: string | null; owns: boolean }

const requireTenantRole = async (pool: Pool, tenant: Tenant): Promise<void> => {
  const { rows } = await pool.query<SessionRow>(
    `select current_user, r.rolsuper, r.rolbypassrls, current_setting('app.tenant', true) as tenant,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relowner = r.oid) as owns
     from pg_roles r where r.rolname = current_user`)
  const session = rows[0]
  if (!session || session.current_user !== 'emr_app' || session.rolsuper || session.rolbypassrls || session.owns) {
    throw new Error(`The database must be opened as emr_app, a role without superuser, BYPASSRLS and tables of its own; this is ${session?.current_user ?? 'unknown'}`)
  }
  if (session.tenant !== String(tenant)) throw new Error(`The connection does not carry app.tenant=${tenant}: no pooler that drops start-up options may stand between`)
}

/** What a commit promises must survive a power cut (https://www.postgresql.org/docs/current/wal-reliability.html): a cluster that was made fast instead is refused. */
const requireDurable = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ name: string; setting: string }>(`select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting in ('off', 'local')`)
  if (rows.length > 0) throw new Error(`The database does not keep what it acknowledges: ${rows.map((row) => `${row.name} is ${row.setting}`).join(', ')}. Records are only stored durably`)
}
