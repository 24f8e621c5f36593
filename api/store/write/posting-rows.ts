/** Adds and takes away search rows of many resources at once: one statement each, with one part per table that has rows. */
import type { PoolClient } from 'pg'
import type { PostingRow } from './posting-set.ts'
import { float8s, instants, int4s, int8s, texts } from '../connection/binary-array.ts'
import { run } from '../connection/rows.ts'

interface Owned { readonly rid: bigint; readonly row: PostingRow }
type TableName = PostingRow['table']

/** Columns beside tenant, and how a column of each is sent. */
const TABLES: Readonly<Record<TableName, { readonly columns: readonly string[]; readonly types: readonly string[] }>> = {
  posting: { columns: ['h', 'rid', 'd'], types: ['int8', 'int8', 'timestamptz'] },
  pst_date: { columns: ['h', 'rid', 'lo', 'hi'], types: ['int8', 'int8', 'timestamptz', 'timestamptz'] },
  pst_num: { columns: ['h', 'rid', 'unit', 'lo', 'hi'], types: ['int8', 'int8', 'int4', 'float8', 'float8'] },
  pst_str: { columns: ['h', 'rid', 'norm'], types: ['int8', 'int8', 'text'] },
  pst_ref: { columns: ['h', 'rid', 'target'], types: ['int8', 'int8', 'text'] },
}
const NAMES: readonly TableName[] = ['posting', 'pst_date', 'pst_num', 'pst_str', 'pst_ref']

type RowOf<Name extends TableName> = Extract<PostingRow, { readonly table: Name }>

/** Columns behind h and rid, in the order of TABLES. */
const OWN: { readonly [Name in TableName]: (rows: readonly RowOf<Name>[]) => readonly Buffer[] } = {
  posting: (rows) => [instants(rows.map(({ d }) => d))],
  pst_date: (rows) => [instants(rows.map(({ lo }) => lo)), instants(rows.map(({ hi }) => hi))],
  pst_num: (rows) => [int4s(rows.map(({ unit }) => unit)), float8s(rows.map(({ lo }) => lo)), float8s(rows.map(({ hi }) => hi))],
  pst_str: (rows) => [texts(rows.map(({ norm }) => norm))],
  pst_ref: (rows) => [texts(rows.map(({ target }) => target))],
}

const isOf = <Name extends TableName>(row: PostingRow, table: Name): row is RowOf<Name> => row.table === table

const columnsOf = <Name extends TableName>(owned: readonly Owned[], table: Name): Buffer[] => {
  const rows: RowOf<Name>[] = []
  const rids: bigint[] = []
  for (const { rid, row } of owned) {
    if (!isOf(row, table)) continue
    rows.push(row)
    rids.push(rid)
  }
  return [int8s(rows.map(({ h }) => h)), int8s(rids), ...OWN[table](rows)]
}

type Part = (table: TableName, source: string, columns: readonly string[]) => string

const plainInsert: Part = (table, source, columns) =>
  `insert into ${table} (tenant, ${columns.join(', ')}) select $1, ${columns.map((c) => `s.${c}`).join(', ')} from ${source}`

const sameRow = (columns: readonly string[]): string => ['t.tenant = $1', ...columns.map((c) => (c === 'hi' ? 't.hi is not distinct from s.hi' : `t.${c} = s.${c}`))].join(' and ')

/** Rows of earlier rules may stand where today's want theirs. */
const insertMissing: Part = (table, source, columns) => (table === 'posting' ? `${plainInsert(table, source, columns)} on conflict do nothing`
  : `${plainInsert(table, source, columns)} where not exists (select from ${table} t where ${sameRow(columns)})`)

/** Only of postings a row may be there already: a clinical date that moved and came back. */
const insertNew: Part = (table, source, columns) => (table === 'posting' ? insertMissing : plainInsert)(table, source, columns)

const deletePart: Part = (table, source, columns) => `delete from ${table} t using ${source} where ${sameRow(columns)}`

const change = async (client: PoolClient, tenant: number, owned: readonly Owned[], verb: string, part: Part): Promise<void> => {
  const used = NAMES.filter((table) => owned.some(({ row }) => row.table === table))
  if (used.length === 0) return
  const values: unknown[] = [tenant]
  const parts = used.map((table) => {
    const { columns, types } = TABLES[table]
    const sent = columnsOf(owned, table).map((column, at) => `$${values.push(column)}::${types[at]}[]`)
    return part(table, `unnest(${sent.join(', ')}) as s(${columns.join(', ')})`, columns)
  })
  const last = parts.pop() ?? ''
  const text = `${parts.length > 0 ? `with ${parts.map((each, at) => `p${at} as (${each})`).join(', ')} ` : ''}${last}`
  await run(client, text, values, `store-${verb}-${used.map((table) => table.at(-1)).join('')}`)
}

/**
 * `fresh`: of resources that never had any. Then no row can be there already, and PostgreSQL is spared the second look and the second log record of each
 * that `on conflict` costs. `stale`: of resources some of whose rows may be there already.
 */
export const addPostings = (client: PoolClient, tenant: number, owned: readonly Owned[], rows: 'fresh' | 'known' | 'stale'): Promise<void> =>
  change(client, tenant, owned, `index-${rows}`, { fresh: plainInsert, known: insertNew, stale: insertMissing }[rows])

export const removePostings = (client: PoolClient, tenant: number, owned: readonly Owned[]): Promise<void> => change(client, tenant, owned, 'unindex', deletePart)
