/**
 * The sealed journal is the outbox: each change in it is held against every Subscription that is on, and what fits becomes an event with the next number. One
 * transaction for some entries, the place in the journal with them: a process that is killed loses nothing and gives no number twice.
 *
 * A change is judged by the version that it made, also when a later one has overtaken it meanwhile (overtaken.ts).
 */
import type { PoolClient } from 'pg'
import { MOST_WAITING } from '../../model/limits.ts'
import { Outcome } from '../../model/outcome.ts'
import type { Caller, Clock, CodeSets } from '../../model/ports.ts'
import type { Change } from '../../model/subscription-plan.ts'
import type { FindSubscriberCaller, Subscriber } from '../../model/subscription-ports.ts'
import type { Filter } from '../../search/ast.ts'
import { answerCodes } from '../../search/codes.ts'
import { resolveInside } from '../read/inside.ts'
import { compileFilter, liveAndVisible, type CompileContext } from '../../search/filters.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { parseSearch } from '../../search/parse.ts'
import { typeName, typeNumber } from '../../search/resource-types.ts'
import { visible } from '../../search/visibility.ts'
import type { Database } from '../connection/database.ts'
import { readRefs } from '../journal/content.ts'
import { literal, run } from '../connection/rows.ts'
import { hasOldRows, isRenewing } from '../read/renewing.ts'
import { fittingThen } from './overtaken.ts'
import { SUBSCRIBER, toSubscriber, type SubscriberRow } from './rows.ts'

export interface MatchOptions {
  readonly database: Database
  readonly clock: Clock
  readonly timeZone: string
  readonly bases: readonly string[]
  readonly codes?: CodeSets
  readonly findCaller: FindSubscriberCaller
  readonly may: (caller: Caller, type: string) => boolean
}

/** Journal entries in one transaction, and milliseconds for one search. */
const TOGETHER = 200, PATIENCE_MS = 5_000

const FIRST_PLACE = `
  insert into subscription_place (tenant, epoch, seq)
  select h.tenant, h.epoch, coalesce((select min(j.seq) - 1 from journal j where j.tenant = $1 and j.epoch = h.epoch and j.created_at >= (select min(s.since) - interval '1 minute' from subscription s where s.tenant = $1)), h.seq)
  from journal_head h where h.tenant = $1 on conflict do nothing`

interface Place { epoch: string; seq: string }
interface Changed { readonly rtype: number; readonly type: string; readonly rid: string; readonly ver: number; readonly change: Change; readonly at: string }

/** Answers how many journal entries it went through. */
export const createMatcher = (options: MatchOptions) => (): Promise<number> => options.database.withTransaction(async (client) => {
  const { tenant } = options.database
  const place = await takePlace(client, tenant)
  if (place === undefined) return 0
  const subscribers = (await run<SubscriberRow>(client, `select ${SUBSCRIBER} from subscription s where s.tenant = $1 and s.status in ('requested', 'active', 'error') order by s.id`, [tenant], 'subscription-on')).map(toSubscriber)
  const entries = await run<{ seq: string; refs: string }>(client, `select seq, refs from journal where tenant = $1 and epoch = $2 and seq > $3 order by seq limit ${TOGETHER}`, [tenant, place.epoch, place.seq], 'subscription-journal')
  const last = entries.at(-1)
  if (last === undefined) return await nextEpoch(client, tenant, place)
  if (subscribers.length > 0) {
    // a change would be judged without its numbers, and passed by for ever
    if (await waitsForNumbers(options, client, subscribers)) return 0
    const changed = await loadChanged(client, tenant, entries)
    for (const subscriber of subscribers) await judge(options, client, subscriber, changed)
  }
  await run(client, 'update subscription_place set epoch = $2, seq = $3 where tenant = $1', [tenant, place.epoch, last.seq], 'subscription-place')
  return entries.length
})

/** What cannot be parsed any more is told where it is judged. */
const waitsForNumbers = async ({ database: { tenant }, clock, timeZone, bases }: MatchOptions, client: PoolClient, subscribers: readonly Subscriber[]): Promise<boolean> => {
  if (!await hasOldRows(client, tenant)) return false
  const filters = subscribers.flatMap(({ plan }) => plan.filters.flatMap(({ type, searches }) => searches.flatMap((parameters) => {
    try {
      return parseSearch({ type, parameters, strict: true }, { timeZone, bases: [...bases, ...plan.bases ?? []], now: clock.now() }).filters
    } catch (error) {
      if (error instanceof Outcome) return []
      throw error
    }
  })))
  return isRenewing(client, tenant, { filters })
}

/** Locked until the transaction ends. The first time it is where the first Subscription came, or else where the journal ends: what was before is nobody's news. */
const takePlace = async (client: PoolClient, tenant: number): Promise<Place | undefined> => {
  const lock = async (): Promise<Place | undefined> => (await run<Place>(client, 'select epoch, seq from subscription_place where tenant = $1 for update', [tenant], 'subscription-take-place'))[0]
  const found = await lock()
  if (found !== undefined) return found
  await run(client, FIRST_PLACE, [tenant])
  return lock()
}

/** A journal that begins anew, after its database was put back from a copy, is gone through from its start when the old one is at its end. */
const nextEpoch = async (client: PoolClient, tenant: number, place: Place): Promise<number> => {
  const rows = await run(client, `update subscription_place p set epoch = h.epoch, seq = 0 from journal_head h where p.tenant = $1 and h.tenant = $1 and h.epoch <> $2 returning p.seq`, [tenant, place.epoch], 'subscription-next-epoch')
  return rows.length
}

/** In the order of the journal, each once: what moves from one record to another stands in the entries of both. */
const loadChanged = async (client: PoolClient, tenant: number, entries: readonly { readonly refs: string }[]): Promise<Changed[]> => {
  const refs = [...new Map(entries.flatMap(({ refs: text }) => readRefs(text)).flatMap((ref) => ('document' in ref ? [] : [[`${ref.rid}/${ref.ver}`, ref] as const]))).values()]
  const rows = await run<{ rtype: number; rid: string; ver: number; method: Change; at: string }>(client, `
    select k.rtype, k.rid, k.ver, coalesce(c.method, h.method) as method, coalesce(c.ts, h.ts) as at
    from unnest($2::int4[], $3::int2[], $4::int8[], $5::int4[]) as k(i, rtype, rid, ver)
    left join resource c on c.tenant = $1 and c.rtype = k.rtype and c.rid = k.rid and c.ver = k.ver
    left join resource_history h on h.tenant = $1 and h.rtype = k.rtype and h.rid = k.rid and h.ver = k.ver
    where coalesce(c.ts, h.ts) is not null order by k.i`,
  [tenant, literal(refs.map((_, at) => at)), literal(refs.map(({ type }) => typeNumber(type) ?? 0)), literal(refs.map(({ rid }) => rid)), literal(refs.map(({ ver }) => ver))], 'subscription-changed')
  return rows.map(({ rtype, rid, ver, method, at }) => ({ rtype, type: typeName(rtype), rid, ver, at, change: method === 'D' ? 'D' : ver === 1 ? 'C' : method }))
}

/** Whoever cannot be judged any more is off and told why; the others go on. */
const judge = async (options: MatchOptions, client: PoolClient, subscriber: Subscriber, changed: readonly Changed[]): Promise<void> => {
  const { plan } = subscriber
  const wanted = changed.filter(({ type, change }) => plan.changes.includes(change) && plan.filters.some((filter) => filter.type === type))
  const caller = wanted.length === 0 ? undefined : await options.findCaller(subscriber)
  if (caller === undefined) return
  await client.query('savepoint judged')
  try {
    await client.query(`set local statement_timeout = ${PATIENCE_MS}`)
    const found = new Set<string>()
    for (const type of new Set(wanted.map((each) => each.type))) {
      if (options.may(caller, type)) for (const key of await fitting(options, client, subscriber, caller, type, wanted)) found.add(key)
    }
    await append(options.database.tenant, client, subscriber, wanted.filter(({ rid, ver }) => found.has(`${rid}/${ver}`)))
  } catch (error) {
    await client.query('rollback to savepoint judged')
    if (!(error instanceof Outcome) || error.code === 'database-unavailable') throw error
    await turnOff(client, options.database.tenant, subscriber, `The criteria cannot be judged any more (${error.code}).`)
  }
  await client.query('set local statement_timeout = 60000')
  await client.query('release savepoint judged')
}

/** Those changes of one type that the client may see and that fit, by their keys. */
const fitting = async (options: MatchOptions, client: PoolClient, { plan }: Subscriber, caller: Caller, type: string, wanted: readonly Changed[]): Promise<string[]> => {
  const { database: { tenant }, clock, timeZone, codes } = options
  const bases = [...options.bases, ...plan.bases ?? []]
  const now = clock.now()
  const own = wanted.filter((each) => each.type === type)
  const rids = literal([...new Set(own.map(({ rid }) => rid))])
  const sql = new SqlParameters(tenant, typeNumber(type) ?? 0, rids)
  let last = 0
  const context: CompileContext = { sql, visibility: caller.visibility, now: now.toISOString(), alias: (letter) => `${letter}${++last}` }
  const searches = plan.filters.filter((filter) => filter.type === type).flatMap(({ searches: all }) => all)
  const filters: Filter[] = []
  const inside = (asked: readonly Filter[]): Promise<readonly Filter[]> => resolveInside(client, { database: options.database, timeZone, bases }, { tenant, visibility: caller.visibility, now }, asked, (row, into) => `${row}.rid = any(${into.add(rids)}::int8[])`)
  for (const parameters of searches) filters.push(...await inside((await answerCodes(parseSearch({ type, parameters, strict: true }, { timeZone, bases, now }), codes)).filters))
  const live = [liveAndVisible('r', context), ...filters.map((filter) => compileFilter(filter, 'r', context))].join(' and ')
  const gone = plan.changes.includes('D') ? [visible('r', caller.visibility, now.toISOString(), sql), ...searches.flat().map((pair) => compileGone(pair, sql))].join(' and ') : 'false'
  const rows = await run<{ rid: string; ver: number; fits: boolean; went: boolean }>(client, `
    select r.rid, r.ver, case when r.del then false else ${live} end as fits, ${gone} as went from resource r where r.tenant = $1 and r.rtype = $2 and r.rid = any($3::int8[])`, sql.values)
  const found = new Map(rows.map((row) => [row.rid, row]))
  // of what is gone, only that it went can be told, also when it has come back since
  const judgedNow = own.filter(({ rid, ver, change }) => (change === 'D' ? found.get(rid)?.went === true : found.get(rid)?.ver === ver && found.get(rid)?.fits === true))
  // judged by what it was, also when it was overtaken only while others were judged
  const overtaken = own.filter(({ rid, ver, change }) => change !== 'D' && found.get(rid)?.ver !== ver)
  return [...judgedNow.map(({ rid, ver }) => `${rid}/${ver}`), ...await fittingThen(client, { tenant, caller, type, now, filters, context: { timeZone, bases } }, overtaken)]
}

/** Of what is deleted nothing is left to search by but its id and whose record it was in: any other condition does not fit. */
const compileGone = ([name, value]: readonly [string, string], sql: SqlParameters): string => {
  const ids = value.split(',').map((each) => each.replace(/^Patient\//, ''))
  if (name === '_id') return `r.id = any(${sql.add(ids)}::text[])`
  return name === 'patient' || name === 'subject' ? `r.pat = any(${sql.add(ids)}::text[])` : 'false'
}

/** Gives the next numbers. A Subscription that was written anew meanwhile has its own beginning. */
const append = async (tenant: number, client: PoolClient, subscriber: Subscriber, fitted: readonly Changed[]): Promise<void> => {
  if (fitted.length === 0) return
  const { id, plan, written } = subscriber
  const known = new Set((await run<{ key: string }>(client, `select e.rid || '/' || e.ver as key from subscription_event e where e.tenant = $1 and e.id = $2 and e.rid = any($3::int8[])`,
    [tenant, id, literal(fitted.map(({ rid }) => rid))], 'subscription-known')).map(({ key }) => key))
  const fresh = fitted.filter(({ rid, ver }) => !known.has(`${rid}/${ver}`))
  // who listens at a websocket is told of what comes while it listens
  const [row] = await run<{ made: string; told: string }>(client, `
    update subscription set made = made + $3, told = case when channel = 'websocket' then made + $3 else told end
    where tenant = $1 and id = $2 and written = $4 and status in ('requested', 'active', 'error') returning made, told`, [tenant, id, fresh.length, written], 'subscription-number')
  if (row === undefined || fresh.length === 0) return
  const first = Number(row.made) - fresh.length + 1
  await run(client, `
    insert into subscription_event (tenant, id, number, rtype, rid, ver, method, at)
    select $1, $2, t.number, t.rtype, t.rid, t.ver, t.method::"char", t.at from unnest($3::int8[], $4::int2[], $5::int8[], $6::int4[], $7::text[], $8::timestamptz[]) as t(number, rtype, rid, ver, method, at)`,
  [tenant, id, literal(fresh.map((_, at) => first + at)), literal(fresh.map(({ rtype }) => rtype)), literal(fresh.map(({ rid }) => rid)), literal(fresh.map(({ ver }) => ver)),
    fresh.map(({ change }) => change), fresh.map(({ at }) => at)], 'subscription-append')
  if (plan.channel === 'rest-hook' && Number(row.made) - Number(row.told) > MOST_WAITING) {
    await turnOff(client, tenant, subscriber, `More than ${MOST_WAITING} events waited; the last that arrived is number ${row.told}.`)
  }
}

const turnOff = (client: PoolClient, tenant: number, { id, written }: Subscriber, error: string): Promise<unknown> =>
  run(client, `update subscription set status = 'off', error = $4 where tenant = $1 and id = $2 and written = $3`, [tenant, id, written, error], 'subscription-off')
