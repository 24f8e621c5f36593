/** Carries out the steps of a write call: a fixed number of statements, however many resources. Rows are locked in key order, so that two calls never wait for each other crosswise. */
import type { PoolClient } from 'pg'
import { POSTING_VERSION } from './posting-set.ts'
import { bools, instants, int2s, int4s, int8s, texts } from '../connection/binary-array.ts'
import { presentLetters } from '../../search/present.ts'
import { errorCode } from '../connection/database-errors.ts'
import { run } from '../connection/rows.ts'
import type { CurrentRow, Step } from './plan.ts'

// One join, and no lookup of each key by itself: on PostgreSQL 15 to 17, until the table is analyzed for the first time, all of it is read for each lookup (42 keys among 8,000 rows: 6 ms by
// the join, 98 by lookups). Afterwards, and from the first row on where migration 0035 has told what to expect, both go by the unique index.
const LOCK = `
  select r.rtype, r.id, r.rid, r.ver, r.ts, r.del, r.immutable, r.pat, r.phash, r.pver, r.body
  from resource r join unnest($2::int2[], $3::text[]) as k(rtype, id) on r.rtype = k.rtype and r.id = k.id
  where r.tenant = $1 order by r.rtype, r.id for no key update of r`

/** The rows at these keys, locked until the transaction ends. */
export const lockRows = (client: PoolClient, tenant: number, keys: readonly { readonly rtype: number; readonly id: string }[]): Promise<CurrentRow[]> =>
  run<Row>(client, LOCK, [tenant, int2s(keys.map((key) => key.rtype)), texts(keys.map((key) => key.id))], 'store-lock')

type Row = { -readonly [K in keyof CurrentRow]: CurrentRow[K] }

// The superseded version is copied inside the database. The snapshot of one statement is one: `past` reads what `changed` replaces.
const REPLACE = `
  with step as (
    select * from unnest($2::int2[], $3::int8[], $4::int4[], $5::int4[], $6::timestamptz[], $7::text[], $8::bool[], $9::text[],
      $10::timestamptz[], $11::text[], $12::int8[], $13::text[], $15::text[]) as s(rtype, rid, ver, was, ts, method, immutable, pat, d, present, phash, body, actor)
  ), past as (
    insert into resource_history (tenant, rtype, rid, ver, ts, method, del, pat, actor, body)
    select r.tenant, r.rtype, r.rid, r.ver, r.ts, r.method, r.del, r.pat, r.actor, r.body
    from resource r join step s on r.rtype = s.rtype and r.rid = s.rid where r.tenant = $1 and r.ver = s.was
    on conflict do nothing
  ), changed as (
    update resource r set ver = s.ver, ts = s.ts, method = s.method::"char", del = s.method = 'D', immutable = s.immutable, pat = s.pat, d = s.d,
      present = s.present, phash = s.phash, pver = $14, actor = s.actor, body = s.body
    from step s where r.tenant = $1 and r.rtype = s.rtype and r.rid = s.rid and r.ver = s.was
    returning 1
  )
  select count(*)::int4 as done from changed`

const MAKE = `
  insert into resource (tenant, rtype, rid, id, ver, ts, method, del, immutable, pat, d, present, phash, pver, actor, body)
  select $1, s.rtype, s.rid, s.id, s.ver, s.ts, s.method::"char", s.method = 'D', s.immutable, s.pat, s.d, s.present, s.phash, $12, s.actor, s.body
  from unnest($2::int2[], $3::int8[], $4::text[], $5::int4[], $6::timestamptz[], $7::text[], $8::bool[], $9::text[], $10::timestamptz[], $11::text[], $13::int8[], $14::text[], $15::text[])
    as s(rtype, rid, id, ver, ts, method, immutable, pat, d, present, phash, body, actor)`

type StoredStep = Step & { readonly actor: string }

const made = (tenant: number, steps: readonly StoredStep[]): unknown[] => [
  tenant, int2s(steps.map((s) => s.rtype)), int8s(steps.map((s) => s.rid)), texts(steps.map((s) => s.id)), int4s(steps.map((s) => s.ver)), instants(steps.map((s) => s.ts)),
  texts(steps.map((s) => s.method)), bools(steps.map((s) => s.immutable)), texts(steps.map((s) => s.pat)), instants(steps.map((s) => s.postings.d)),
  texts(steps.map((s) => presentLetters(s.postings.present))), POSTING_VERSION, int8s(steps.map((s) => s.phash)), texts(steps.map((s) => s.body)), texts(steps.map((s) => s.actor)),
]

/** Throw it to run the whole transaction again: another one came first, in a way that a second try can see. */
export class Overtaken extends Error {}

const UNIQUE_VIOLATION = '23505'

/**
 * Stores first versions, of what was not there when its key was locked or has an id that was made up just now. Throws Overtaken when another transaction has made one of
 * them since, and then this one is at its end; where all ids were made up, no second try can help. Hardly ever; `on conflict do nothing` would look for each row twice and log it twice, every time.
 */
export const storeNew = async (client: PoolClient, tenant: number, steps: readonly StoredStep[]): Promise<void> => {
  try {
    await run(client, MAKE, made(tenant, steps), 'store-make')
  } catch (error) {
    throw errorCode(error) === UNIQUE_VIOLATION && steps.some(({ fresh }) => fresh !== true) ? new Overtaken('another transaction created the same resource') : error
  }
}

/** Replaces current versions by the next ones. Answers how many: fewer than asked means that another transaction came first. */
export const replaceVersions = async (client: PoolClient, tenant: number, steps: readonly StoredStep[]): Promise<number> => {
  const rows = await run<{ done: number }>(client, REPLACE, [
    tenant, int2s(steps.map((s) => s.rtype)), int8s(steps.map((s) => s.rid)), int4s(steps.map((s) => s.ver)), int4s(steps.map((s) => s.was)),
    instants(steps.map((s) => s.ts)), texts(steps.map((s) => s.method)), bools(steps.map((s) => s.immutable)), texts(steps.map((s) => s.pat)),
    instants(steps.map((s) => s.postings.d)), texts(steps.map((s) => presentLetters(s.postings.present))), int8s(steps.map((s) => s.phash)), texts(steps.map((s) => s.body)),
    POSTING_VERSION, texts(steps.map((s) => s.actor)),
  ], 'store-replace')
  return rows[0]?.done ?? 0
}

const PAST = `
  insert into resource_history (tenant, rtype, rid, ver, ts, method, del, pat, actor, body)
  select $1, s.rtype, s.rid, s.ver, s.ts, s.method::"char", s.method = 'D', s.pat, s.actor, s.body
  from unnest($3::int2[], $4::int8[], $5::int4[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $2::text[]) as s(rtype, rid, ver, ts, method, pat, body, actor)
  on conflict do nothing`

/** Old versions that came late from elsewhere: they go to the history, the current row stays. */
export const storePast = (client: PoolClient, tenant: number, steps: readonly StoredStep[]): Promise<unknown> =>
  run(client, PAST, [
    tenant, texts(steps.map((s) => s.actor)), int2s(steps.map((s) => s.rtype)), int8s(steps.map((s) => s.rid)), int4s(steps.map((s) => s.ver)), instants(steps.map((s) => s.ts)),
    texts(steps.map((s) => s.method)), texts(steps.map((s) => s.pat)), texts(steps.map((s) => s.body)),
  ], 'store-past')
