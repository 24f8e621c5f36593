/**
 * Changes that a later version overtook before they were judged, as after an outage of the background process: each is judged by what it was then, from the history, by the search rows that it had.
 * Chains, _has, lists, places, words and _lastUpdated ask about more than the resource itself; these go by the resource of now.
 */
import type { PoolClient } from 'pg'
import { parseJsonObject } from '../../model/json.ts'
import type { Caller } from '../../model/ports.ts'
import { fits } from '../../model/scope-limit.ts'
import type { Filter } from '../../search/ast.ts'
import { compileFilter, type CompileContext } from '../../search/filters.ts'
import { holds, isOwn } from '../../search/holds.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { visible } from '../../search/visibility.ts'
import { literal, run } from '../connection/rows.ts'
import { buildPostings, type PostingContext } from '../write/postings.ts'

/** A version by the number of its row. */
export interface VersionKey { readonly rid: string; readonly ver: number }

interface PastRow { rid: string; id: string; ver: number; pat: string | null; body: string }

/** Bodies that are read at a time: bounds the statement, which has little time. */
const AT_ONCE = 500

export interface JudgedThen { readonly tenant: number; readonly caller: Caller; readonly type: string; readonly now: Date; readonly filters: readonly Filter[]; readonly context: PostingContext }

/** Those of the versions, none of them a deletion, that fit all filters and that the caller may see; as "rid/ver". */
export const fittingThen = async (client: PoolClient, by: JudgedThen, versions: readonly VersionKey[]): Promise<string[]> => {
  const fit: string[] = []
  for (let at = 0; at < versions.length; at += AT_ONCE) fit.push(...await fittingOf(client, by, versions.slice(at, at + AT_ONCE)))
  return fit
}

const fittingOf = async (client: PoolClient, { tenant, caller, type, now, filters, context }: JudgedThen, versions: readonly VersionKey[]): Promise<string[]> => {
  const { limits = [], ...sees } = caller.visibility
  const sql = new SqlParameters(tenant, typeNumber(type) ?? 0, literal(versions.map(({ rid }) => rid)), literal(versions.map(({ ver }) => ver)))
  let last = 0
  const compile: CompileContext = { sql, visibility: caller.visibility, now: now.toISOString(), alias: (letter) => `${letter}${++last}` }
  const conditions = [visible('r', sees, now.toISOString(), sql), ...filters.filter((filter) => !isOwn(filter)).map((filter) => compileFilter(filter, 'r', compile))]
  const rows = await run<PastRow>(client, `
    select r.rid, r.id, h.ver, h.pat, h.body from unnest($3::int8[], $4::int4[]) as k(rid, ver)
    join resource_history h on h.tenant = $1 and h.rtype = $2 and h.rid = k.rid and h.ver = k.ver join resource r on r.tenant = $1 and r.rtype = $2 and r.rid = k.rid
    where not h.del and ${conditions.join(' and ')}`, sql.values)
  const own = filters.filter(isOwn)
  return rows.filter(({ id, pat, body }) => {
    const then = { id, ...buildPostings(parseJsonObject(body), type, context) }
    const had = new Set(then.tokens.map(String))
    return own.every((filter) => holds(filter, then)) && limits.every((limit) => limit.type !== type || fits(limit, (digest) => had.has(digest), pat ?? undefined))
  }).map(({ rid, ver }) => `${rid}/${ver}`)
}
