/** Runs searches for what is contained (api/search/contained.ts): looks into the resources that contain anything, some at a time, as far as a limit. */
import { JsonObject, parseJsonObject, stringAt, writeJson } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { SearchPage } from '../../model/ports.ts'
import type { Sight } from '../../model/record-ports.ts'
import type { StoredVersion } from '../../model/resource.ts'
import type { Query } from '../../search/ast.ts'
import { compileContainers, ownFilters, requirePlain, type ContainedWish } from '../../search/contained.ts'
import { readCursor, writeCursor, type CursorState } from '../../search/cursor.ts'
import { holds } from '../../search/holds.ts'
import type { Database } from '../connection/database.ts'
import { run, toVersion, type Queryable, type VersionRow } from '../connection/rows.ts'
import { buildPostings, type PostingContext } from '../write/postings.ts'

/** Resources looked into at a time, and for one page. */
const AT_ONCE = 200, MOST = 20_000

type Row = VersionRow & { readonly rid: string }
interface Hit { readonly row: Row; readonly index: number; readonly version: StoredVersion }

interface ContainedOptions extends PostingContext {
  readonly database: Pick<Database, 'tenant' | 'rids'>
  readonly cursorKey: Uint8Array
}

export interface ContainedSearch {
  readonly query: Query
  readonly wish: ContainedWish
  readonly sights: readonly Sight[]
  readonly now: Date
  /** A page of what stands beside them. */
  readonly ordinary: () => Promise<SearchPage>
}

export const searchContained = async (on: Queryable, options: ContainedOptions, search: ContainedSearch): Promise<SearchPage> => {
  const { query, wish } = search
  requirePlain(query)
  const { cursorKey, database: { tenant, rids } } = options
  const place = readCursor(cursorKey, tenant, query)
  const { understood } = query
  const before = wish.both && place?.way !== 'inside' ? await search.ordinary() : undefined
  if (before?.next !== undefined) return { matches: before.matches, included: [], understood, next: before.next }
  const bound = place?.bound ?? String(rids.bound())
  const left = query.count - (before?.matches.length ?? 0)
  const found = left > 0 ? await look(on, options, search, place?.way === 'inside' ? place : undefined, bound, left + 1) : []
  const shown = found.slice(0, Math.max(left, 0))
  const last = shown.at(-1)
  const further = left <= 0 || found.length > left
  const next = last === undefined ? { keys: [], rid: bound } : { keys: [String(last.index)], rid: last.row.rid }
  return { matches: [...before?.matches ?? [], ...shown.map(({ version }) => version)], included: [], understood, ...(further && { next: writeCursor(cursorKey, tenant, query, { ...next, bound, way: 'inside' }) }) }
}

/** Up to `wanted` of them behind the place. */
const look = async (on: Queryable, options: ContainedOptions, { query, wish, sights, now }: ContainedSearch, place: CursorState | undefined, bound: string, wanted: number): Promise<Hit[]> => {
  const hits: Hit[] = []
  const seen = place?.keys[0] === undefined || place.keys[0] === null ? -1 : Number(place.keys[0])
  let from = place?.rid
  for (let looked = 0; hits.length < wanted; looked += AT_ONCE) {
    if (looked >= MOST) throw outcome('too-costly', { expression: 'http._contained', diagnostics: `None of ${MOST} resources that contain such: name a patient, or more.` })
    const { text, values } = compileContainers(query, { tenant: options.database.tenant, sights, now, ...(from !== undefined && { from }), bound, limit: AT_ONCE })
    const rows = await run<Row>(on, text, values)
    for (const row of rows) hits.push(...hitsIn(row, query, wish, options).filter(({ index }) => row.rid !== place?.rid || (wish.answer === 'contained' && index > seen) || seen < 0))
    const last = rows.at(-1)
    if (rows.length < AT_ONCE || last === undefined) break
    from = String(BigInt(last.rid) - 1n)
  }
  return hits.slice(0, wanted)
}

const hitsIn = (row: Row, query: Query, { answer }: ContainedWish, options: ContainedOptions): Hit[] => {
  const [type = ''] = query.types
  const version = toVersion(row)
  const list = parseJsonObject(version.body).get('contained')
  const hits = (Array.isArray(list) ? list : []).flatMap((each, index): Hit[] => {
    if (!(each instanceof JsonObject) || stringAt(each, 'resourceType') !== type) return []
    const id = stringAt(each, 'id') ?? ''
    const rows = { id, ...buildPostings(each, type, options) }
    return ownFilters(query).every((filter) => holds(filter, rows)) ? [{ row, index, version: answer === 'container' ? version : { ...version, id: `${version.id}#${id}`, body: writeJson(each) } }] : []
  })
  return answer === 'container' ? hits.slice(0, 1) : hits
}
