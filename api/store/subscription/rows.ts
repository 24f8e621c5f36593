/** The row beside each Subscription: written with the resource, by its owner alone; header lines are sealed, because they are secrets of the receiver. */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { MOST_SUBSCRIPTIONS } from '../../model/limits.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import type { HeaderLines, Registration, SubscriptionPlan, SubscriptionStatus } from '../../model/subscription-plan.ts'
import type { Subscriber } from '../../model/subscription-ports.ts'
import { seal, unseal } from '../../search/cursor.ts'
import { run, type Queryable } from '../connection/rows.ts'
import type { SubscriptionHooks } from '../write/transaction-parts.ts'

export interface SubscriberRow {
  id: string
  client: string
  scopes: string[]
  plan: string
  status: SubscriptionStatus
  error: string | null
  written: number
  made: string
  told: string
  tries: number
  greeted: boolean
}

export const SUBSCRIBER = 's.id, s.client, s.scopes, s.plan, s.status, s.error, s.written, s.made, s.told, s.tries, s.greeted'

export const toSubscriber = (row: SubscriberRow): Subscriber => ({
  id: row.id, client: row.client, scopes: row.scopes, status: row.status, written: row.written, made: Number(row.made), told: Number(row.told), tries: row.tries, greeted: row.greeted,
  // our own text, written below
  plan: JSON.parse(row.plan) as SubscriptionPlan,
  ...(row.error !== null && { error: row.error }),
})

/** A sealed line is of use in its own Subscription only. */
const scopeOf = (tenant: number, id: string): Buffer => createHash('sha256').update(JSON.stringify(['subscription', tenant, id])).digest()

export const openHeaders = (key: Uint8Array, tenant: number, id: string, sealed: string | null): string[] =>
  (sealed === null ? [] : JSON.parse(unseal(key, scopeOf(tenant, id), sealed)) as string[])

const sealHeaders = (key: Uint8Array, tenant: number, id: string, lines: readonly string[]): string | null =>
  (lines.length === 0 ? null : seal(key, scopeOf(tenant, id), JSON.stringify(lines)))

/** A line that was masked stands for the one that is kept in the same place. Throws bad-parameter where none is. */
const merge = (lines: HeaderLines, kept: readonly string[]): string[] => lines.map((line, at) => {
  const whole = line ?? kept[at]
  if (whole === undefined) throw outcome('invalid-resource', { expression: `Subscription.channel.header[${at}]`, diagnostics: 'This line is masked, and no such line is kept.' })
  return whole
})

const clientOf = ({ actor }: Caller): string => {
  if (actor.kind !== 'system') throw outcome('forbidden', { expression: 'Subscription', diagnostics: 'Subscriptions are for system clients.' })
  return actor.client
}

const requireOwn = (found: { readonly client: string } | undefined, client: string): void => {
  if (found !== undefined && found.client !== client) throw outcome('forbidden', { expression: 'Subscription', diagnostics: 'A Subscription is changed by the client that has created it.' })
}

// One that was off begins anew: what was not told then is found by $events. One that failed goes on where it stopped.
const SAVE = `
  insert into subscription as s (tenant, id, client, scopes, plan, channel, heartbeat, ends, headers, status, shown_status)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
  on conflict (tenant, id) do update set scopes = excluded.scopes, plan = excluded.plan, channel = excluded.channel, heartbeat = excluded.heartbeat, ends = excluded.ends, headers = excluded.headers,
    status = excluded.status, shown_status = excluded.shown_status, error = null, shown_error = null, written = s.written + 1, greeted = false, tries = 0, next_try = null,
    told = case when s.status = 'off' then s.made else s.told end`

/** `key`: 32 bytes, the same in all processes of the site. */
export const subscriptionHooks = ({ tenant, key }: { readonly tenant: number; readonly key: Uint8Array }): SubscriptionHooks => {
  const lock = async (client: PoolClient, id: string): Promise<{ client: string; headers: string | null } | undefined> =>
    (await run<{ client: string; headers: string | null }>(client, 'select client, headers from subscription where tenant = $1 and id = $2 for update', [tenant, id], 'subscription-lock'))[0]
  return {
    async subscribe(client, caller, { id, plan, headers, status }: Registration) {
      const owner = clientOf(caller)
      // two of one client, at a time, could both be the last
      await run(client, `select pg_advisory_xact_lock(hashtextextended($2 || 'subscription', $1))`, [tenant, owner])
      const found = await lock(client, id)
      requireOwn(found, owner)
      if (found === undefined) await requireRoom(client, tenant, owner)
      const lines = merge(headers, openHeaders(key, tenant, id, found?.headers ?? null))
      await run(client, SAVE, [
        tenant, id, owner, caller.actor.kind === 'system' ? [...caller.actor.scopes] : [], JSON.stringify(plan), plan.channel, plan.heartbeat ?? null, plan.end ?? null, sealHeaders(key, tenant, id, lines), status,
      ], 'subscription-save')
    },
    async unsubscribe(client, caller, id) {
      const found = await lock(client, id)
      if (found === undefined) return
      requireOwn(found, clientOf(caller))
      await forget(client, tenant, id)
    },
  }
}

const requireRoom = async (client: PoolClient, tenant: number, owner: string): Promise<void> => {
  const [row] = await run<{ n: number }>(client, 'select count(*)::int4 as n from subscription where tenant = $1 and client = $2', [tenant, owner], 'subscription-room')
  if ((row?.n ?? 0) >= MOST_SUBSCRIPTIONS) throw outcome('too-costly', { expression: 'Subscription', diagnostics: `A client has at most ${MOST_SUBSCRIPTIONS} Subscriptions.` })
}

/** The row and its events. */
export const forget = async (on: Queryable, tenant: number, id: string): Promise<void> => {
  await run(on, 'delete from subscription_event where tenant = $1 and id = $2', [tenant, id], 'subscription-forget-events')
  await run(on, 'delete from subscription where tenant = $1 and id = $2', [tenant, id], 'subscription-forget')
}
