/** Carries out the steps of a write call: a fixed number of statements, however many resources. Rows are locked in key order, so that two calls never wait for each other crosswise. */
import type { PoolClient } from 'pg'
import { POSTING_VERSION } from './posting-set.ts'
import { bools, instants, int2s, int4s, int8s, texts } from '../connection/binary-array.ts'
import { presentLetters } from '../../search/present.ts'
import { run } from '../connection/rows.ts'
import type { CurrentRow, Step } from './plan.ts'

// Each key is looked up by itself, in their order.
const LOCK = `
  select r.* from (select k.rtype, k.id from unnest($2::int2[], $3::text[]) as k(rtype, id) order by k.rtype, k.id collate "C") as k cross join lateral (
    select r.rtype, r.id, r.rid, r.ver, r.ts, r.del, r.immutable, r.pat, r.phash, r.pver, r.body
    from resource r where r.tenant = $1 and r.rtype = k.rtype and r.id = k.id for no key update) as r`

/** Of more keys the statement is planned each time: a plan that a connection keeps from when the hospital was empty reads all that has come since for each slice of its first import. */
const FEW_KEYS = 20

/** The rows at these keys, locked until the transaction ends. */
export const lockRows = (client: PoolClient, tenant: number, keys: readonly { readonly rtype: number; readonly id: string }[]): Promise<CurrentRow[]> =>
  run<Row>(client, LOCK, [tenant, int2s(keys.map((key) => key.rtype)), texts(keys.map((key) => key.id))], keys.length > FEW_KEYS ? undefined : 'store-lock')

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

/** Another transaction may make the same one: what is there stays, and the count says so. */
const MAKE_MISSING = `with made as (${MAKE} on conflict do nothing returning 1) select count(*)::int4 as done from made`

type StoredStep = Step & { readonly actor: string }

const made = (tenant: number, steps: readonly StoredStep[]): unknown[] => [
  tenant, int2s(steps.map((s) => s.rtype)), int8s(steps.map((s) => s.rid)), texts(steps.map((s) => s.id)), int4s(steps.map((s) => s.ver)), instants(steps.map((s) => s.ts)),
  texts(steps.map((s) => s.method)), bools(steps.map((s) => s.immutable)), texts(steps.map((s) => s.pat)), instants(steps.map((s) => s.postings.d)),
  texts(steps.map((s) => presentLetters(s.postings.present))), POSTING_VERSION, int8s(steps.map((s) => s.phash)), texts(steps.map((s) => s.body)), texts(steps.map((s) => s.actor)),
]

/** Stores first versions under ids that were made up just now: nobody else can have them. */
export const storeFresh = (client: PoolClient, tenant: number, steps: readonly StoredStep[]): Promise<unknown> => run(client, MAKE, made(tenant, steps), 'store-make')

/** Stores rows that were not there when their keys were locked. Answers how many it could store: fewer than asked means that another transaction came first. */
export const storeMissing = async (client: PoolClient, tenant: number, steps: readonly StoredStep[]): Promise<number> =>
  (await run<{ done: number }>(client, MAKE_MISSING, made(tenant, steps), 'store-make-missing'))[0]?.done ?? 0

/** Replaces current versions by the next ones. Answers how many, as storeMissing does. */
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
