/** The search rows of one resource version, and what changes between two of them. Pure. */
import { createHash } from 'node:crypto'

/** `h` is the digest that api/search/hash.ts makes; instants are ISO 8601 in UTC. */
export interface PostingSet {
  /** Clinical date, or "-infinity". */
  readonly d: string
  /** Numbers of the search parameters that have a value. */
  readonly present: readonly number[]
  readonly tokens: readonly bigint[]
  readonly dates: readonly { readonly h: bigint; readonly lo: string; readonly hi: string }[]
  readonly numbers: readonly { readonly h: bigint; readonly lo: string; readonly hi: string }[]
  readonly strings: readonly { readonly h: bigint; readonly norm: string }[]
  readonly references: readonly { readonly h: bigint; readonly target: string }[]
}

export const NO_POSTINGS: PostingSet = { d: '-infinity', present: [], tokens: [], dates: [], numbers: [], strings: [], references: [] }

/** Rules by which postings are made. Raise it when existing values would be indexed otherwise, with a migration like 0012: reindex.ts then makes them anew. */
export const POSTING_VERSION = 2

/** One search row: which table, and its columns after tenant and before or after rid. */
export type PostingRow =
  | { readonly table: 'posting'; readonly h: bigint; readonly d: string }
  | { readonly table: 'pst_date' | 'pst_num'; readonly h: bigint; readonly lo: string; readonly hi: string }
  | { readonly table: 'pst_str'; readonly h: bigint; readonly norm: string }
  | { readonly table: 'pst_ref'; readonly h: bigint; readonly target: string }

/** Distinct rows by a text that names each. */
const rowsOf = (set: PostingSet): Map<string, PostingRow> => {
  const rows = new Map<string, PostingRow>()
  for (const h of set.tokens) rows.set(`t ${h} ${set.d}`, { table: 'posting', h, d: set.d })
  for (const { h, lo, hi } of set.dates) rows.set(`d ${h} ${lo} ${hi}`, { table: 'pst_date', h, lo, hi })
  for (const { h, lo, hi } of set.numbers) rows.set(`n ${h} ${lo} ${hi}`, { table: 'pst_num', h, lo, hi })
  for (const { h, norm } of set.strings) rows.set(`s ${h} ${norm}`, { table: 'pst_str', h, norm })
  for (const { h, target } of set.references) rows.set(`r ${h} ${target}`, { table: 'pst_ref', h, target })
  return rows
}

export const allRows = (set: PostingSet): PostingRow[] => [...rowsOf(set).values()]

/** `stale`: what is stored was made by earlier rules, so that of `after` every row may be missing. */
export const diffPostings = (before: PostingSet, after: PostingSet, stale = false): { readonly gone: PostingRow[]; readonly added: PostingRow[] } => {
  const old = rowsOf(before)
  const now = rowsOf(after)
  return {
    gone: [...old].flatMap(([key, row]) => (now.has(key) ? [] : [row])),
    added: [...now].flatMap(([key, row]) => (old.has(key) && !stale ? [] : [row])),
  }
}

/** 64-bit digest of the set: equal digests need no diff. */
export const digestPostings = (set: PostingSet): bigint => {
  const text = `${set.d} ${set.present.join()} ${[...rowsOf(set).keys()].sort().join('\n')}`
  return createHash('sha256').update(text).digest().readBigInt64LE(0)
}
