/** Events as they are told: each with the resource as it is now, if who subscribed may still see it. */
import type { Caller, Clock } from '../../model/ports.ts'
import type { Change } from '../../model/subscription-plan.ts'
import type { Subscriber, SubscriptionEvent, Subscriptions } from '../../model/subscription-ports.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeName, typeNumber } from '../../search/resource-types.ts'
import { visible } from '../../search/visibility.ts'
import type { Database } from '../connection/database.ts'
import { run, toInstant } from '../connection/rows.ts'

interface EventRow { number: string; method: Change; at: string; rtype: number; id: string | null; ver: number | null; del: boolean | null; pat: string | null; body: string | null }

export interface EventOptions {
  readonly database: Database
  readonly clock: Clock
  /** Reads and searches of the type, for every patient. */
  readonly may: (caller: Caller, type: string) => boolean
}

export const createEvents = ({ database: { pool, tenant }, clock, may }: EventOptions): Subscriptions['events'] => async ({ id, plan }: Subscriber, caller, from, to, count) => {
  const types = plan.filters.map(({ type }) => type).filter((type) => may(caller, type)).flatMap((type) => typeNumber(type) ?? [])
  const sql = new SqlParameters(tenant, id, from, to, count, `{${types.join(',')}}`)
  const sees = visible('r', caller.visibility, clock.now().toISOString(), sql)
  const rows = await run<EventRow>(pool, `
    select e.number, e.method, e.at, e.rtype, r.id, r.ver, r.del, r.pat, r.body from subscription_event e
    left join resource r on r.tenant = $1 and r.rtype = e.rtype and r.rid = e.rid and e.rtype = any($6::int2[]) and ${sees}
    where e.tenant = $1 and e.id = $2 and e.number between $3 and $4 order by e.number limit $5`, sql.values)
  return rows.map(toEvent)
}

const toEvent = ({ number, method, at, rtype, id, ver, del, pat, body }: EventRow): SubscriptionEvent => ({
  number: Number(number), at: toInstant(at), change: method,
  ...(id !== null && ver !== null && { key: { type: typeName(rtype), id }, version: ver, ...(!del && body !== null && { body }), ...(pat !== null && { patient: pat }) }),
})
