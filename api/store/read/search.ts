/** Runs compiled searches: the page, its total, what is included with it. One statement each; none counts inside the page. */
import { DEEPEST_ITERATE, ESTIMATE_CAP, MOST_INCLUDED } from '../../model/limits.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, Clock, CodeSets, SearchPage, SearchRequest } from '../../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../../model/resource.ts'
import type { Include, Query } from '../../search/ast.ts'
import { answerCodes } from '../../search/codes.ts'
import { compileCount, compileExpected, compilePage, type CompileOptions } from '../../search/compile.ts'
import { readCursor, writeCursor } from '../../search/cursor.ts'
import { liveAndVisible } from '../../search/filters.ts'
import { includedKeys, referringLinks, type Referring } from '../../search/include.ts'
import { readPage } from '../../search/pages.ts'
import { parseSearch } from '../../search/parse.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import type { Database } from '../connection/database.ts'
import { literal, run, toVersion, VERSION_COLUMNS, type Queryable, type VersionRow } from '../connection/rows.ts'
import { fetchCanonicals } from './canonicals.ts'
import { searchContained } from './contained.ts'
import { createAnyInside, withInside, type AnyInside } from './inside.ts'
import { requireNumbers } from './renewing.ts'
import { readsBodies, withinTime } from './search-time.ts'

export interface SearchOptions {
  readonly database: Pick<Database, 'tenant' | 'rids' | 'nameOf'>
  readonly clock: Clock
  readonly timeZone: string
  readonly bases: readonly string[]
  /** 32 bytes; the same in all processes of a site, so that each takes the other's cursors. */
  readonly cursorKey: Uint8Array
  /** Without it :in, :not-in, :above and :below of codes are refused. */
  readonly codes?: CodeSets
}


type PageRow = VersionRow & { readonly rid: string } & { readonly [key: `k${number}`]: string | null }

export const createSearch = (options: SearchOptions) => {
  const anyInside = createAnyInside(options)
  return (on: Queryable, caller: Caller, request: SearchRequest): Promise<SearchPage> => search({ ...options, anyInside }, on, caller, request)
}

const search = async (options: SearchOptions & { readonly anyInside: AnyInside }, on: Queryable, caller: Caller, request: SearchRequest): Promise<SearchPage> => {
  const now = options.clock.now()
  const query = await answerCodes(parseSearch(request, { timeZone: options.timeZone, bases: [...options.bases, ...request.bases ?? []], now }), options.codes)
  await requireNumbers(on, options.database.tenant, query)
  const { contained: wish } = query
  if (wish === undefined) return runWithInside(on, options, caller, query, now)
  const { containers: sights = [] } = request
  return withinTime(on, true, (within) => searchContained(within, options, { query, wish, sights, now, ordinary: () => runSearch(within, options, caller, query, now) }))
}

/** As nearly always nothing is contained, the search does not wait for that to be known. */
const runWithInside = async (on: Queryable, options: SearchOptions & { readonly anyInside: AnyInside }, caller: Caller, query: Query, now: Date): Promise<SearchPage> => {
  const find = (asked: Query, slow: boolean): Promise<SearchPage> => withinTime(on, slow, (within) => runSearch(within, options, caller, asked, now))
  const any = options.anyInside(on, query.filters)
  const page = find(query, readsBodies(query))
  if (any === undefined || !(await Promise.all([any, page]))[0]) return page
  const filters = await withinTime(on, true, (within) => withInside(within, options, { tenant: options.database.tenant, visibility: caller.visibility, now }, query.filters))
  return filters === query.filters ? page : find({ ...query, filters }, true)
}

const runSearch = async (on: Queryable, options: SearchOptions, caller: Caller, query: Query, now: Date): Promise<SearchPage> => {
  const { database: { tenant, rids, nameOf }, cursorKey } = options
  const compile: CompileOptions = { tenant, visibility: caller.visibility, now }
  const { understood } = query
  if (query.countOnly) return { matches: [], included: [], total: await countRows(on, options, query, compile), understood }
  const after = readCursor(cursorKey, tenant, query)
  const { text, values, onePlan } = compilePage(query, { ...compile, ...(after && { after }) })
  const found = await run<PageRow>(on, text, values, onePlan ? nameOf(text) : undefined)
  const bound = after?.bound ?? String(rids.bound())
  const page = readPage(found, query.count, after, (way, row) => writeCursor(cursorKey, tenant, query, { keys: row ? keysOf(row) : [], rid: row?.rid ?? '0', bound, ...(way && { way }) }))
  const matches = page.rows.map(toVersion)
  const included = query.includes.length === 0 ? [] : await fetchIncluded(on, options, compile, query.includes, matches)
  const total = query.total === 'none' ? undefined : await countRows(on, options, query, compile)
  return { matches, included, understood, ...(total !== undefined && { total }), ...page.cursors }
}

const keysOf = (row: PageRow): (string | null)[] => {
  const keys: (string | null)[] = []
  for (let at = 0; `k${at}` in row; at++) keys.push(row[`k${at}`] ?? null)
  return keys
}

const countRows = async (on: Queryable, { database: { nameOf } }: SearchOptions, query: Query, compile: CompileOptions): Promise<number> => {
  const { text, values, onePlan } = compileCount(query, compile, query.total === 'estimate' ? ESTIMATE_CAP : undefined)
  const [row] = await run<{ total: string }>(on, text, values, onePlan ? nameOf(text) : undefined)
  const total = Number(row?.total ?? 0)
  // what PostgreSQL expects goes by all rows: who does not see all of them is told where counting stopped
  const seesAll = compile.visibility.kind === 'all' && compile.visibility.limits === undefined
  return query.total === 'estimate' && total >= ESTIMATE_CAP && seesAll ? Math.max(total, await expectRows(on, query, compile)) : total
}

/** How many rows PostgreSQL expects (https://www.postgresql.org/docs/current/row-estimation-examples.html): of the rows themselves, since a count in parts expects one of each worker. */
const expectRows = async (on: Queryable, query: Query, compile: CompileOptions): Promise<number> => {
  const { text, values } = compileExpected(query, compile)
  const [row] = await run<{ 'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[] }>(on, `explain (format json) ${text}`, values)
  return Math.round(row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0)
}

const fetchIncluded = async (on: Queryable, options: SearchOptions, compile: CompileOptions, includes: readonly Include[], matches: readonly StoredVersion[]): Promise<StoredVersion[]> => {
  const seen = new Set(matches.map(({ type, id }) => `${type}/${id}`))
  const included: StoredVersion[] = []
  let fresh = matches
  for (let depth = 0; fresh.length > 0; depth++) {
    const active = depth === 0 ? includes : includes.filter((include) => include.iterate)
    if (active.length === 0) break
    const keys = includedKeys(active, fresh, options.bases).filter(({ type, id }) => !seen.has(`${type}/${id}`))
    const found = [...await fetchKeys(on, options, compile, keys), ...await fetchCanonicals(on, compile, active, fresh, options.bases)]
    for (const referring of referringLinks(active, fresh)) found.push(...await fetchReferring(on, compile, referring))
    fresh = found.filter(({ type, id }) => !seen.has(`${type}/${id}`) && seen.add(`${type}/${id}`))
    included.push(...fresh)
    if (included.length > MOST_INCLUDED) throw outcome('too-costly', { expression: 'http._include', diagnostics: `More than ${MOST_INCLUDED} resources would be included: ask for smaller pages.` })
    if (depth > DEEPEST_ITERATE && fresh.length > 0) throw outcome('too-costly', { expression: 'http._include', diagnostics: `With :iterate more than ${DEEPEST_ITERATE} rounds would lead to more: ask for what was found.` })
  }
  return included
}

const contextOf = (compile: CompileOptions, sql: SqlParameters): Parameters<typeof liveAndVisible>[1] =>
  ({ sql, visibility: compile.visibility, now: compile.now.toISOString(), alias: (letter) => letter })

const fetchKeys = async (on: Queryable, { database: { nameOf } }: SearchOptions, compile: CompileOptions, keys: readonly ResourceKey[]): Promise<StoredVersion[]> => {
  const known = keys.flatMap(({ type, id }) => { const rtype = typeNumber(type); return rtype === undefined ? [] : [{ rtype, id }] })
  if (known.length === 0) return []
  const sql = new SqlParameters(compile.tenant, literal(known.map(({ rtype }) => rtype)), known.map(({ id }) => id))
  // each key is met by the unique index, so one plan serves all (migrations/0035-expected-rows.ts)
  const text = `select ${VERSION_COLUMNS} from unnest($2::int2[], $3::text[]) as k(rtype, id)
    cross join lateral (select * from resource one where one.tenant = $1 and one.rtype = k.rtype and one.id = k.id and ${liveAndVisible('one', contextOf(compile, sql))} limit 1) r limit ${MOST_INCLUDED + 1}`
  return (await run<VersionRow>(on, text, sql.values, nameOf(text))).map(toVersion)
}

const fetchReferring = async (on: Queryable, compile: CompileOptions, { targets, links }: Referring): Promise<StoredVersion[]> => {
  const sql = new SqlParameters(compile.tenant, literal(links.map(({ h }) => h)), literal(links.map(({ source }) => typeNumber(source) ?? 0)), targets)
  const rows = await run<VersionRow>(on, `
    select ${VERSION_COLUMNS} from (
      select distinct k.rtype, p.rid from unnest($2::int8[], $3::int2[]) as k(h, rtype) join pst_ref p on p.tenant = $1 and p.h = k.h and p.target = any($4::text[])
    ) as q join resource r on r.tenant = $1 and r.rtype = q.rtype and r.rid = q.rid
    where ${liveAndVisible('r', contextOf(compile, sql))} order by r.d desc, r.rid desc limit ${MOST_INCLUDED + 1}`, sql.values)
  return rows.map(toVersion)
}
