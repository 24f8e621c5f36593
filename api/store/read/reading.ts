/** Reads of single resources: current version, old version, heads. Every row passes the caller's visibility. */
import { outcome } from '../../model/outcome.ts'
import type { Caller, Head } from '../../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import type { Limit } from '../../model/scope-limit.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { visible, visiblePast } from '../../search/visibility.ts'
import { literal, run, toHead, toVersion, VERSION_COLUMNS, type Queryable, type VersionRow } from '../connection/rows.ts'

const requireType = (type: string): number => {
  const rtype = typeNumber(type)
  if (rtype === undefined) throw outcome('unknown-type', { expression: type })
  return rtype
}

/** Names tell statements with different text apart: `all`, or what kind of sight the caller has; those of limited scopes have no name. */
const sightOf = (name: 'read' | 'vread', { visibility }: Caller): string | undefined => (visibility.limits !== undefined ? undefined : `${name}-${visibility.kind}${visibility.kind === 'care' && visibility.wholeSite ? '-site' : ''}${visibility.types ? '-types' : ''}`)

export const readVersion = async (on: Queryable, tenant: number, caller: Caller, key: ResourceKey, now: Date): Promise<StoredVersion | undefined> => {
  const sql = new SqlParameters(tenant, requireType(key.type), key.id)
  const text = `select ${VERSION_COLUMNS} from resource r where r.tenant = $1 and r.rtype = $2 and r.id = $3 and ${visible('r', caller.visibility, now.toISOString(), sql)}`
  const [row] = await run<VersionRow>(on, text, sql.values, sightOf('read', caller))
  return row && toVersion(row)
}

// one row at most of each key: by the unique index, also before the table was ever analyzed (migrations/0035-expected-rows.ts)
const READ_MANY = `
  select ${VERSION_COLUMNS} from unnest($2::int2[], $3::text[]) as k(rtype, id)
  cross join lateral (select * from resource one where one.tenant = $1 and one.rtype = k.rtype and one.id = k.id limit 1) r`

/** Current versions for callers who see everything; undefined where nothing is. */
export const readCurrent = async (on: Queryable, tenant: number, keys: readonly ResourceKey[]): Promise<(StoredVersion | undefined)[]> => {
  const asked = keys.map(({ type, id }) => ({ rtype: requireType(type), id }))
  const distinct = [...new Map(asked.map((key) => [`${key.rtype}/${key.id}`, key])).values()]
  const rows = await run<VersionRow>(on, READ_MANY, [tenant, literal(distinct.map(({ rtype }) => rtype)), distinct.map(({ id }) => id)], 'read-many')
  const found = new Map(rows.map((row) => [`${row.rtype}/${row.id}`, toVersion(row)]))
  return asked.map(({ rtype, id }) => found.get(`${rtype}/${id}`))
}

export const readHeads = async (on: Queryable, tenant: number, keys: readonly ResourceKey[]): Promise<(Head & { readonly immutable?: boolean })[]> => {
  const known = keys.flatMap(({ type, id }) => { const rtype = typeNumber(type); return rtype === undefined ? [] : [{ rtype, id }] })
  const rows = await run<Omit<VersionRow, 'body'> & { immutable: boolean }>(on, `
    select distinct r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.immutable from resource r
    join unnest($2::int2[], $3::text[]) as k(rtype, id) on r.rtype = k.rtype and r.id = k.id where r.tenant = $1`,
  [tenant, literal(known.map(({ rtype }) => rtype)), known.map(({ id }) => id)], 'read-heads')
  return rows.map((row) => ({ ...toHead(row), ...(row.immutable && { immutable: true }) }))
}

// An old version shows whose record it was in then: both that and the resource of today must be visible.
const PAST_COLUMNS = 'h.rtype, r.id, h.ver, h.ts, h.del, h.pat, h.body'

export const readOldVersion = async (on: Queryable, tenant: number, caller: Caller, key: ResourceKey, version: number, now: Date): Promise<StoredVersion | undefined> => {
  const sql = new SqlParameters(tenant, requireType(key.type), key.id, version)
  const sees = (alias: 'r' | 'h'): string => (alias === 'r' ? visible : visiblePast)(alias, caller.visibility, now.toISOString(), sql)
  const text = `
    select ${VERSION_COLUMNS} from resource r where r.tenant = $1 and r.rtype = $2 and r.id = $3 and r.ver = $4 and ${sees('r')}
    union all
    select ${PAST_COLUMNS} from resource r join resource_history h on h.tenant = $1 and h.rtype = r.rtype and h.rid = r.rid
    where r.tenant = $1 and r.rtype = $2 and r.id = $3 and h.ver = $4 and h.ver <> r.ver and ${sees('r')} and ${sees('h')}`
  const [row] = await run<VersionRow>(on, text, sql.values, sightOf('vread', caller))
  return row && toVersion(row)
}

export const isWithin = async (on: Queryable, tenant: number, key: ResourceKey, limit: Limit): Promise<boolean> => {
  const sql = new SqlParameters(tenant, requireType(key.type), key.id)
  const within = visible('r', { kind: 'all', limits: [limit] }, '', sql)
  return (await run(on, `select 1 as found from resource r where r.tenant = $1 and r.rtype = $2 and r.id = $3 and not r.del and ${within}`, sql.values)).length > 0
}
