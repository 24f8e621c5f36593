/**
 * Search rows by today's rules for resources that were stored under earlier ones (POSTING_VERSION): some at a time, beside everything else. What is done is
 * marked on the row itself, so that a restart goes on where it was. Rows that only the earlier rules made are left: nobody asks for them any more.
 */
import { parseJsonObject, type JsonObject } from '../../model/json.ts'
import type { Database } from '../connection/database.ts'
import { addPostings, removePostings } from './posting-rows.ts'
import { digestRows, NO_POSTINGS, POSTING_VERSION, rowsOf, type PostingRow, type PostingSet } from './posting-set.ts'
import { literal, run } from '../connection/rows.ts'
import { typeName } from '../../search/resource-types.ts'

const AT_ONCE = 100

interface OldRow { readonly rtype: number; readonly rid: string; readonly d: string; readonly del: boolean; readonly body: string }

// The words of the condition are those of the index resource_old_rules (migration 0028).
const FIND = `select r.rtype, r.rid, r.d, r.del, r.body from resource r where r.tenant = $1 and r.pver < ${POSTING_VERSION} order by r.rtype, r.rid limit ${AT_ONCE} for no key update skip locked`
const MARK = `
  update resource r set pver = ${POSTING_VERSION}, phash = s.phash, d = s.d, present = s.present::int2[]
  from unnest($2::int2[], $3::int8[], $4::int8[], $5::timestamptz[], $6::text[]) as s(rtype, rid, phash, d, present)
  where r.tenant = $1 and r.rtype = s.rtype and r.rid = s.rid`

/** How many it did; fewer than were there when others hold some of them. 0: nothing is left. */
export const reindexSome = (database: Database, postingsOf: (resource: JsonObject, type: string) => PostingSet): Promise<number> =>
  database.withTransaction(async (client) => {
    const rows = await run<{ rtype: number; rid: string; d: string; del: boolean; body: string }>(client, FIND, [database.tenant], 'reindex-find')
    if (rows.length === 0) return 0
    const sets = rows.map((row) => {
      const set = row.del ? NO_POSTINGS : postingsOf(parseJsonObject(row.body), typeName(row.rtype))
      return { row, rid: BigInt(row.rid), set, wanted: rowsOf(set) }
    })
    await removePostings(client, database.tenant, sets.flatMap(({ row, rid, set }) => movedRows(row, set).map((each) => ({ rid, row: each }))))
    await addPostings(client, database.tenant, sets.flatMap(({ rid, wanted }) => [...wanted.values()].map((row) => ({ rid, row }))), 'stale')
    await run(client, MARK, [
      database.tenant, literal(rows.map((row) => row.rtype)), literal(rows.map((row) => row.rid)), literal(sets.map(({ set, wanted, row }) => (row.del ? 0n : digestRows(set, wanted)))),
      literal(sets.map(({ set }) => set.d)), sets.map(({ set }) => literal(set.present)),
    ], 'reindex-mark')
    return rows.length
  })

/** Of a resource whose clinical date the rules now see elsewhere: its rows under the old one. */
const movedRows = ({ d }: OldRow, set: PostingSet): PostingRow[] => {
  const before = d.includes('infinity') ? d : new Date(d).toISOString()
  return before === set.d ? [] : [...rowsOf({ ...NO_POSTINGS, d: before, tokens: set.tokens }).values()]
}
