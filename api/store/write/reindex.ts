/**
 * Search rows by today's rules for resources that were stored under earlier ones (POSTING_VERSION): some at a time, beside everything else. What is done is
 * marked on the row itself, so that a restart goes on where it was. Rows that only the earlier rules made are left: nobody asks for them any more.
 */
import type { PoolClient } from 'pg'
import { parseJsonObject, type JsonObject } from '../../model/json.ts'
import type { Database } from '../connection/database.ts'
import { addPostings, removePostings } from './posting-rows.ts'
import { NO_POSTINGS, NOT_INDEXED, POSTING_VERSION, rowsOf, toIndexed, type PostingRow, type PostingSet } from './posting-set.ts'
import { literal, run } from '../connection/rows.ts'
import { presentLetters } from '../../search/present.ts'
import { typeName } from '../../search/resource-types.ts'

const AT_ONCE = 100

interface OldRow { readonly rtype: number; readonly rid: string; readonly d: string; readonly del: boolean; readonly body: string }

// The words of the condition are those of the index resource_old_rules (migration 0028).
const FIND = `select r.rtype, r.rid, r.d, r.del, r.body from resource r where r.tenant = $1 and r.pver < ${POSTING_VERSION} order by r.rtype, r.rid limit ${AT_ONCE} for no key update skip locked`
const MARK = `
  update resource r set pver = ${POSTING_VERSION}, phash = s.phash, d = s.d, present = s.present
  from unnest($2::int2[], $3::int8[], $4::int8[], $5::timestamptz[], $6::text[]) as s(rtype, rid, phash, d, present)
  where r.tenant = $1 and r.rtype = s.rtype and r.rid = s.rid`

type PostingsOf = (resource: JsonObject, type: string) => PostingSet

/** How many it did; fewer than were there when others hold some of them. 0: nothing is left. */
export const reindexSome = (database: Database, postingsOf: PostingsOf): Promise<number> =>
  database.withTransaction(async (client) => {
    const rows = await run<OldRow & Record<string, unknown>>(client, FIND, [database.tenant], 'reindex-find')
    await renew(client, database, postingsOf, rows)
    return rows.length
  })

/** Bodies that are looked through at once. */
const LOOKED_THROUGH = 1_000
const NAMING = `
  select s.rtype, s.rid, not s.del and s.body like any($4::text[]) as names from (
    select r.rtype, r.rid, r.del, r.body from resource r where r.tenant = $1 and (r.rtype, r.rid) > ($2::int2, $3::int8) order by r.rtype, r.rid limit ${LOOKED_THROUGH}) as s order by s.rtype, s.rid`
const LOCK = `
  select r.rtype, r.rid, r.d, r.del, r.body from unnest($2::int2[], $3::int8[]) as k(rtype, rid) join resource r on r.tenant = $1 and r.rtype = k.rtype and r.rid = k.rid
  order by r.rtype, r.rid for no key update of r`

/** Rows anew for what names one of these FHIR bases, from a place in the store on. `next` undefined: the end was reached. */
export const renewNaming = (database: Database, postingsOf: PostingsOf, from: { readonly rtype: number; readonly rid: string }, bases: readonly string[]): Promise<{ readonly count: number; readonly next: { readonly rtype: number; readonly rid: string } | undefined }> =>
  database.withTransaction(async (client) => {
    const patterns = bases.map((base) => `%"${base.replace(/[\\%_]/g, String.raw`\$&`)}/%`)
    const seen = await run<{ rtype: number; rid: string; names: boolean }>(client, NAMING, [database.tenant, from.rtype, from.rid, patterns], 'own-references-find')
    const naming = seen.filter(({ names }) => names)
    const rows = naming.length === 0 ? [] : await run<OldRow & Record<string, unknown>>(client, LOCK, [database.tenant, literal(naming.map(({ rtype }) => rtype)), literal(naming.map(({ rid }) => rid))], 'own-references-lock')
    await renew(client, database, postingsOf, rows)
    const last = seen.length < LOOKED_THROUGH ? undefined : seen.at(-1)
    return { count: rows.length, next: last && { rtype: last.rtype, rid: last.rid } }
  })

const renew = async (client: PoolClient, database: Database, postingsOf: PostingsOf, rows: readonly OldRow[]): Promise<void> => {
  if (rows.length === 0) return
  const sets = rows.map((row) => {
    const { postings: set, rows: wanted, digest } = row.del ? NOT_INDEXED : toIndexed(postingsOf(parseJsonObject(row.body), typeName(row.rtype)))
    return { row, rid: BigInt(row.rid), set, wanted, digest }
  })
  await removePostings(client, database.tenant, sets.flatMap(({ row, rid, set }) => movedRows(row, set).map((each) => ({ rid, row: each }))))
  await addPostings(client, database.tenant, sets.flatMap(({ rid, wanted }) => [...wanted.values()].map((row) => ({ rid, row }))), 'stale')
  await run(client, MARK, [
    database.tenant, literal(rows.map((row) => row.rtype)), literal(rows.map((row) => row.rid)), literal(sets.map(({ digest }) => digest)),
    literal(sets.map(({ set }) => set.d)), sets.map(({ set }) => presentLetters(set.present)),
  ], 'reindex-mark')
}

/** Of a resource whose clinical date the rules now see elsewhere: its rows under the old one. */
const movedRows = ({ d }: OldRow, set: PostingSet): PostingRow[] => {
  const before = d.includes('infinity') ? d : new Date(d).toISOString()
  return before === set.d ? [] : [...rowsOf({ ...NO_POSTINGS, d: before, tokens: set.tokens }).values()]
}
