/** Subscriptions as the server asks for them (port Subscriptions): those of a client, their events, and the tokens that bind a websocket. */
import type { Caller } from '../../model/ports.ts'
import type { SubscriptionStatus } from '../../model/subscription-plan.ts'
import type { Subscriptions } from '../../model/subscription-ports.ts'
import { run } from '../connection/rows.ts'
import { createEvents, type EventOptions } from './events.ts'
import { SUBSCRIBER, toSubscriber, type SubscriberRow } from './rows.ts'

const clientOf = ({ actor }: Caller): string => (actor.kind === 'system' ? actor.client : '')

export const createSubscriptions = (options: EventOptions): Subscriptions => {
  const { database: { pool, tenant }, clock } = options
  return {
    events: createEvents(options),
    async find(caller, ids) {
      const rows = await run<SubscriberRow>(pool, `select ${SUBSCRIBER} from subscription s where s.tenant = $1 and s.client = $2 and ($3::text[] is null or s.id = any($3)) order by s.id`, [tenant, clientOf(caller), ids ?? null], 'subscription-find')
      return rows.map(toSubscriber)
    },
    list: async (ids) => (await run<SubscriberRow>(pool, `select ${SUBSCRIBER} from subscription s where s.tenant = $1 and s.id = any($2)`, [tenant, ids], 'subscription-list')).map(toSubscriber),
    async oldest(id) {
      const [row] = await run<{ number: string | null }>(pool, 'select min(number) as number from subscription_event where tenant = $1 and id = $2', [tenant, id], 'subscription-oldest')
      return row?.number == null ? undefined : Number(row.number)
    },
    async saveToken({ digest, ids, client, expires }) {
      await run(pool, 'insert into subscription_token (tenant, digest, client, ids, expires_at) values ($1, $2, $3, $4, $5)', [tenant, digest, client, ids, expires.toISOString()], 'subscription-token-save')
    },
    async takeToken(digest) {
      const [row] = await run<{ ids: string[]; client: string; expires_at: string }>(pool, 'delete from subscription_token where tenant = $1 and digest = $2 returning ids, client, expires_at', [tenant, digest], 'subscription-token-take')
      return row === undefined || new Date(row.expires_at) <= clock.now() ? undefined : { ids: row.ids, client: row.client }
    },
    async count() {
      const rows = await run<{ status: SubscriptionStatus; n: number; waiting: string; failing: number }>(pool, `
        select status, count(*)::int4 as n, coalesce(sum(made - told) filter (where status <> 'off'), 0) as waiting, count(*) filter (where tries > 0 and status <> 'off')::int4 as failing
        from subscription where tenant = $1 group by status`, [tenant], 'subscription-count')
      const statuses = { requested: 0, active: 0, error: 0, off: 0 }
      for (const { status, n } of rows) statuses[status] = n
      return { statuses, waiting: rows.reduce((sum, row) => sum + Number(row.waiting), 0), failing: rows.reduce((sum, row) => sum + row.failing, 0) }
    },
  }
}
