/** What the background process works on (port SubscriptionQueue): who is to be told now, what an attempt came to, states shown in the resources, and an end to what is old. */
import type { PoolClient } from 'pg'
import { JsonObject, parseJsonObject } from '../../model/json.ts'
import { EVENT_DAYS } from '../../model/limits.ts'
import type { Caller } from '../../model/ports.ts'
import type { SubscriptionStatus } from '../../model/subscription-plan.ts'
import type { Subscriber, SubscriptionQueue } from '../../model/subscription-ports.ts'
import { run } from '../connection/rows.ts'
import { createEvents } from './events.ts'
import { createMatcher, type MatchOptions } from './match.ts'
import { forget, openHeaders, SUBSCRIBER, toSubscriber, type SubscriberRow } from './rows.ts'
import { openTransaction } from '../connection/transaction.ts'
import type { TransactionParts } from '../write/transaction-parts.ts'

const MOST_AT_ONCE = 100

// a websocket has nobody to greet before somebody listens
const DUE = `
  select ${SUBSCRIBER} from subscription s where s.tenant = $1 and s.status in ('requested', 'active', 'error') and (s.next_try is null or s.next_try <= $2) and (
    s.status = 'requested' or s.ends <= $2 or (s.channel = 'rest-hook' and (
      s.tries > 0 or s.made > s.told or (s.heartbeat > 0 and coalesce(s.last_sent, '-infinity') + make_interval(secs => s.heartbeat) <= $2))))
  order by coalesce(s.next_try, '-infinity'), s.last_sent nulls first, s.id limit ${MOST_AT_ONCE}`

const SETTLE = `
  update subscription set told = greatest(told, coalesce($4, told)), status = $5, error = $6, tries = $7, next_try = $8, greeted = coalesce($9, greeted), last_sent = case when $7 = 0 then $10 else last_sent end
  where tenant = $1 and id = $2 and written = $3 and status <> 'off'`

interface ShowRow { id: string; status: SubscriptionStatus; error: string | null; written: number }

export interface QueueOptions extends MatchOptions {
  readonly parts: TransactionParts
  /** Opens the header lines. */
  readonly key: Uint8Array
}

export const createSubscriptionQueue = (options: QueueOptions): SubscriptionQueue => {
  const { database, clock, parts, key } = options
  const { pool, tenant } = database
  return {
    match: createMatcher(options),
    events: createEvents(options),
    due: async () => (await run<SubscriberRow>(pool, DUE, [tenant, clock.now().toISOString()], 'subscription-due')).map(toSubscriber),
    async headers(id) {
      const [row] = await run<{ headers: string | null }>(pool, 'select headers from subscription where tenant = $1 and id = $2', [tenant, id], 'subscription-headers')
      return openHeaders(key, tenant, id, row?.headers ?? null)
    },
    async settle({ id, written }: Subscriber, { told, greeted, status, error, tries, next }) {
      await run(pool, SETTLE, [tenant, id, written, told ?? null, status, error ?? null, tries, next?.toISOString() ?? null, greeted ?? null, clock.now().toISOString()], 'subscription-settle')
    },
    async show() {
      const rows = await run<ShowRow>(pool, 'select id, status, error, written from subscription where tenant = $1 and (status, error) is distinct from (shown_status, shown_error) limit 100', [tenant], 'subscription-unshown')
      for (const row of rows) await database.withTransaction((client) => show(parts, client, row))
      return rows.length
    },
    async sweep() {
      const now = clock.now()
      const old = new Date(now.getTime() - EVENT_DAYS * 86_400_000).toISOString()
      const rows = await run(pool, `
        delete from subscription_event e using subscription s where e.tenant = $1 and e.at < $2 and s.tenant = $1 and s.id = e.id and (e.number <= s.told or s.status = 'off') returning e.number`, [tenant, old], 'subscription-sweep')
      await run(pool, 'delete from subscription_token where tenant = $1 and expires_at < $2', [tenant, now.toISOString()], 'subscription-sweep-tokens')
      return rows.length > 0
    },
  }
}

/** A version of its own, in the name of the product. Where the owner writes at the same time, that counts and this is done again. */
const show = async (parts: TransactionParts, client: PoolClient, { id, status, error, written }: ShowRow): Promise<void> => {
  const { tenant } = parts.database
  const key = { type: 'Subscription', id }
  const caller: Caller = { actor: { kind: 'internal', tenant, name: 'subscriptions' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' }
  const tx = openTransaction(parts, client, caller)
  const stored = await tx.read(key)
  if (stored === undefined || stored.deleted) return forget(client, tenant, id)
  await tx.write([{ op: 'update', key, resource: withStatus(parseJsonObject(stored.body), status, error), expected: stored.version }])
  const rows = await run(client, 'update subscription set shown_status = $4, shown_error = $5 where tenant = $1 and id = $2 and written = $3 returning id', [tenant, id, written, status, error], 'subscription-shown')
  if (rows.length === 0) throw new Error('The Subscription was written anew.')
  await tx.finish()
}

/** In the order of the definition: error stands before channel. */
const withStatus = (resource: JsonObject, status: SubscriptionStatus, error: string | null): JsonObject => {
  const pairs = [...resource.entries()].filter(([name]) => name !== 'error').flatMap(([name, value]) =>
    (name === 'status' ? [[name, status] as const] : name === 'channel' && error !== null ? [['error', error] as const, [name, value] as const] : [[name, value] as const]))
  return JsonObject.from(pairs)
}
