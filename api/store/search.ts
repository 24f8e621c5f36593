/** Runs compiled searches: the page, its total, what is included with it. One statement each; none counts inside the page. */
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, SearchPage, SearchRequest } from '../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Include, Query } from '../search/ast.ts'
import { compileCount, compilePage, type CompileOptions } from '../search/compile.ts'
import { readCursor, writeCursor } from '../search/cursor.ts'
import { liveAndVisible } from '../search/filters.ts'
import { includedKeys, referringDigests } from '../search/include.ts'
import { parseSearch } from '../search/parse.ts'
import { SqlParameters } from '../search/parameters.ts'
import { typeNumber } from '../search/resource-types.ts'
import type { Rids } from './rid.ts'
import { literal, run, toVersion, VERSION_COLUMNS, type Queryable, type VersionRow } from './rows.ts'

export interface SearchOptions {
  readonly tenant: number
  readonly clock: Clock
  readonly rids: Rids
  readonly timeZone: string
  readonly bases: readonly string[]
  /** 32 bytes; the same in all processes of a site, so that each takes the other's cursors. */
  readonly cursorKey: Uint8Array
}

/** More than these are refused rather than left out in silence. */
const MOST_INCLUDED = 1000
const DEEPEST_ITERATE = 5
/** Where an estimate stops counting. */
const ESTIMATE_CAP = 10_001

type PageRow = VersionRow & { readonly rid: string } & { readonly [key: `k${number}`]: string | null }

export const createSearch = (options: SearchOptions) => async (on: Queryable, caller: Caller, request: SearchRequest): Promise<SearchPage> => {
  const { tenant, timeZone, bases, clock, cursorKey } = options
  const now = clock.now()
  const query = parseSearch(request, { timeZone, bases, now })
  const compile: CompileOptions = { tenant, visibility: caller.visibility, now }
  const { understood } = query
  if (query.countOnly) return { matches: [], included: [], total: await countRows(on, query, compile), understood }
  const after = readCursor(cursorKey, tenant, query)
  const { text, values } = compilePage(query, { ...compile, ...(after && { after }) })
  const rows = await run<PageRow>(on, text, values)
  const last = rows.length > query.count ? rows[query.count - 1] : undefined
  const matches = rows.slice(0, query.count).map(toVersion)
  const included = query.includes.length === 0 ? [] : await fetchIncluded(on, options, compile, query.includes, matches)
  const total = query.total === 'none' ? undefined : await countRows(on, query, compile)
  return {
    matches, included, understood,
    ...(total !== undefined && { total }),
    ...(last && { next: writeCursor(cursorKey, tenant, query, { keys: keysOf(last), rid: last.rid, bound: after?.bound ?? String(options.rids.bound()) }) }),
  }
}

const keysOf = (row: PageRow): (string | null)[] => {
  const keys: (string | null)[] = []
  for (let at = 0; `k${at}` in row; at++) keys.push(row[`k${at}`] ?? null)
  return keys
}

const countRows = async (on: Queryable, query: Query, compile: CompileOptions): Promise<number> => {
  const { text, values } = compileCount(query, compile, query.total === 'estimate' ? ESTIMATE_CAP : undefined)
  const [row] = await run<{ total: string }>(on, text, values)
  return Number(row?.total ?? 0)
}

const fetchIncluded = async (on: Queryable, { bases }: SearchOptions, compile: CompileOptions, includes: readonly Include[], matches: readonly StoredVersion[]): Promise<StoredVersion[]> => {
  const seen = new Set(matches.map(({ type, id }) => `${type}/${id}`))
  const included: StoredVersion[] = []
  let fresh = matches
  for (let depth = 0; depth < DEEPEST_ITERATE && fresh.length > 0; depth++) {
    const active = depth === 0 ? includes : includes.filter((include) => include.iterate)
    if (active.length === 0) break
    const keys = includedKeys(active, fresh, bases).filter(({ type, id }) => !seen.has(`${type}/${id}`))
    const found = [...await fetchKeys(on, compile, keys)]
    for (const { source, digests } of referringDigests(active, fresh)) found.push(...await fetchReferring(on, compile, source, digests))
    fresh = found.filter(({ type, id }) => !seen.has(`${type}/${id}`) && seen.add(`${type}/${id}`))
    included.push(...fresh)
    if (included.length > MOST_INCLUDED) throw outcome('bad-parameter', { expression: 'http._include', diagnostics: `More than ${MOST_INCLUDED} resources would be included: ask for smaller pages.` })
  }
  return included
}

const contextOf = (compile: CompileOptions, sql: SqlParameters): Parameters<typeof liveAndVisible>[1] =>
  ({ sql, visibility: compile.visibility, now: compile.now.toISOString(), alias: (letter) => letter })

const fetchKeys = async (on: Queryable, compile: CompileOptions, keys: readonly ResourceKey[]): Promise<StoredVersion[]> => {
  const known = keys.flatMap(({ type, id }) => { const rtype = typeNumber(type); return rtype === undefined ? [] : [{ rtype, id }] })
  if (known.length === 0) return []
  const sql = new SqlParameters(compile.tenant, literal(known.map(({ rtype }) => rtype)), known.map(({ id }) => id))
  const rows = await run<VersionRow>(on, `
    select ${VERSION_COLUMNS} from unnest($2::int2[], $3::text[]) as k(rtype, id) join resource r on r.tenant = $1 and r.rtype = k.rtype and r.id = k.id
    where ${liveAndVisible('r', contextOf(compile, sql))} limit ${MOST_INCLUDED + 1}`, sql.values)
  return rows.map(toVersion)
}

const fetchReferring = async (on: Queryable, compile: CompileOptions, source: string, digests: readonly bigint[]): Promise<StoredVersion[]> => {
  const sql = new SqlParameters(compile.tenant, literal(digests), typeNumber(source))
  const rows = await run<VersionRow>(on, `
    select ${VERSION_COLUMNS} from (select distinct p.rid from posting p where p.tenant = $1 and p.h = any($2::int8[])) as q
    join resource r on r.tenant = $1 and r.rtype = $3 and r.rid = q.rid
    where ${liveAndVisible('r', contextOf(compile, sql))} order by r.d desc, r.rid desc limit ${MOST_INCLUDED + 1}`, sql.values)
  return rows.map(toVersion)
}
