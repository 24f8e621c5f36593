/** Rows of `resource` as they come from PostgreSQL, and arrays as they go there. */
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import type { Bytes } from '../../model/bytes.ts'
import type { Head } from '../../model/ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import { typeName } from '../../search/resource-types.ts'
import { toOutcome } from './database-errors.ts'
import type { Lane } from './lane.ts'

export type Queryable = Pool | PoolClient | Lane

/**
 * Runs a statement. With a name it is prepared once per connection and planned once, so its shape must lead to one good plan whatever the values are; without
 * one it is planned for these values. A lost database comes out as database-unavailable.
 */
export const run = async <R extends QueryResultRow>(on: Queryable, text: string, values: readonly unknown[], name?: string): Promise<R[]> => {
  try {
    if (name === undefined) return await runPlanned<R>('pool' in on ? on.pool : on, text, values)
    const statement = { text, values: [...values], name }
    return (await ('pool' in on ? on.query<R>(statement) : on.query<R>(statement))).rows
  } catch (error) {
    throw toOutcome(error)
  }
}

/** What transactions can be opened on; undefined: a client, which is in one. */
export const poolOf = (on: Queryable): Pool | undefined => ('pool' in on ? on.pool : isPool(on) ? on : undefined)

const isPool = (on: Pool | PoolClient): on is Pool => 'totalCount' in on

/** Connections keep plans (database.ts): for this one statement they shall not. A transaction that fails takes the setting back by itself. */
const runPlanned = async <R extends QueryResultRow>(on: Pool | PoolClient, text: string, values: readonly unknown[]): Promise<R[]> => {
  const client = isPool(on) ? await on.connect() : on
  try {
    const [, answer] = await Promise.all([
      client.query('set plan_cache_mode = force_custom_plan'), client.query<R>({ text, values: [...values] }), client.query('set plan_cache_mode = force_generic_plan'),
    ])
    return answer.rows
  } finally {
    if (client !== on && 'release' in client) client.release()
  }
}

/** What `columnsOf` selects. rid and phash are int8 and so strings here. */
export interface VersionRow {
  rtype: number
  id: string
  ver: number
  ts: string
  del: boolean
  pat: string | null
  /** Bytes where it came over the lane. */
  body: string | Bytes
}

export const VERSION_COLUMNS = 'r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body'

const PLAIN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?\+00$/

/** Connections run with TimeZone=UTC, DateStyle=ISO: "2026-11-22 05:00:00.1+00" -> "2026-11-22T05:00:00.100Z". By its letters, since every row that is answered has one. */
export const toInstant = (ts: string): string => (PLAIN.test(ts) ? `${ts.slice(0, 10)}T${ts.slice(11, 19)}.${ts.slice(20, -3).padEnd(3, '0')}Z` : new Date(ts).toISOString())

export const toHead = (row: Omit<VersionRow, 'body'>): Head => ({
  type: typeName(row.rtype), id: row.id, version: row.ver, lastUpdated: toInstant(row.ts), deleted: row.del, ...(row.pat !== null && { patient: row.pat }),
})

export const toVersion = (row: VersionRow): StoredVersion => {
  const { body } = row
  if (typeof body === 'string') return { ...toHead(row), body }
  let text: string | undefined
  return { ...toHead(row), bytes: body, get body() { return (text ??= body.toString()) } }
}

/** An array literal of numbers, instants or booleans: nothing that would need quoting. */
export const literal = (items: readonly (number | bigint | string | boolean)[]): string => `{${items.join(',')}}`
