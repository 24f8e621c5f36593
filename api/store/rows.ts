/** Rows of `resource` as they come from PostgreSQL, and arrays as they go there. */
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import type { Head } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { typeName } from '../search/resource-types.ts'
import { toOutcome } from './database-errors.ts'

export type Queryable = Pool | PoolClient

/** Runs a statement; with a name it is prepared once per connection. A lost database comes out as database-unavailable. */
export const run = async <R extends QueryResultRow>(on: Queryable, text: string, values: readonly unknown[], name?: string): Promise<R[]> => {
  try {
    return (await on.query<R>({ text, values: [...values], ...(name && { name }) })).rows
  } catch (error) {
    throw toOutcome(error)
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
  body: string
}

export const VERSION_COLUMNS = 'r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body'

/** Connections run with TimeZone=UTC, DateStyle=ISO: "2026-11-22 05:00:00.1+00" -> "2026-11-22T05:00:00.100Z". */
export const toInstant = (ts: string): string => new Date(ts).toISOString()

export const toHead = (row: Omit<VersionRow, 'body'>): Head => ({
  type: typeName(row.rtype), id: row.id, version: row.ver, lastUpdated: toInstant(row.ts), deleted: row.del, ...(row.pat !== null && { patient: row.pat }),
})

export const toVersion = (row: VersionRow): StoredVersion => ({ ...toHead(row), body: row.body })

/** An array literal of numbers, instants or booleans: nothing that would need quoting. */
export const literal = (items: readonly (number | bigint | string | boolean)[]): string => `{${items.join(',')}}`
