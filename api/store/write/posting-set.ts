/** The search rows of one resource version, and what changes between two of them. Pure. */
import { hash } from 'node:crypto'
import { toInt64 } from '../../search/hash.ts'
import type { OwnRows } from '../../search/holds.ts'

export interface PostingSet extends Omit<OwnRows, 'id'> {
  /** Clinical date, or "-infinity". */
  readonly d: string
  readonly references: readonly { readonly h: bigint; readonly target: string }[]
}

export const NO_POSTINGS: PostingSet = { d: '-infinity', present: [], tokens: [], dates: [], numbers: [], strings: [], references: [] }

/** Rules by which postings are made. Raise it when existing values would be indexed otherwise, with a migration like 0028: reindex.ts then makes them anew. */
export const POSTING_VERSION = 3

/** One search row: which table, and its columns after tenant and before or after rid. */
export type PostingRow =
  | { readonly table: 'posting'; readonly h: bigint; readonly d: string }
  | { readonly table: 'pst_date'; readonly h: bigint; readonly lo: string; readonly hi: string }
  /** `hi` null: the same as lo. */
  | { readonly table: 'pst_num'; readonly h: bigint; readonly unit: number; readonly lo: string; readonly hi: string | null }
  | { readonly table: 'pst_str'; readonly h: bigint; readonly norm: string }
  | { readonly table: 'pst_ref'; readonly h: bigint; readonly target: string }

/** Distinct rows by a text that names each. */
export type PostingRows = ReadonlyMap<string, PostingRow>

export const NO_ROWS: PostingRows = new Map()

export const rowsOf = (set: PostingSet): PostingRows => {
  const rows = new Map<string, PostingRow>()
  for (const h of set.tokens) rows.set(`t ${h} ${set.d}`, { table: 'posting', h, d: set.d })
  for (const { h, lo, hi } of set.dates) rows.set(`d ${h} ${lo} ${hi}`, { table: 'pst_date', h, lo, hi })
  for (const { h, unit, lo, hi } of set.numbers) rows.set(`n ${h} ${unit} ${lo} ${hi}`, { table: 'pst_num', h, unit, lo, hi: hi === lo ? null : hi })
  for (const { h, norm } of set.strings) rows.set(`s ${h} ${norm}`, { table: 'pst_str', h, norm })
  for (const { h, target } of set.references) rows.set(`r ${h} ${target}`, { table: 'pst_ref', h, target })
  return rows
}

/** What of a resource is looked for, as it is stored: pure, so that it can be made ahead of the transaction. */
export interface Indexed {
  readonly postings: PostingSet
  readonly rows: PostingRows
  readonly digest: bigint
}

export const toIndexed = (postings: PostingSet): Indexed => {
  const rows = rowsOf(postings)
  return { postings, rows, digest: digestRows(postings, rows) }
}

export const NOT_INDEXED: Indexed = { postings: NO_POSTINGS, rows: NO_ROWS, digest: 0n }

/** `stale`: what is stored was made by earlier rules, so that of `now` every row may be missing. */
export const diffRows = (old: PostingRows, now: PostingRows, stale = false): { readonly gone: PostingRow[]; readonly added: PostingRow[] } =>
  (old.size === 0 ? { gone: [], added: [...now.values()] } : {
    gone: [...old].flatMap(([key, row]) => (now.has(key) ? [] : [row])),
    added: [...now].flatMap(([key, row]) => (old.has(key) && !stale ? [] : [row])),
  })

/** 64-bit digest of what is indexed: equal digests need no diff. In the order in which the resource gives its values, since another order only costs a diff that finds nothing. */
export const digestRows = ({ d, present }: PostingSet, rows: PostingRows): bigint =>
  toInt64(hash('sha256', `${d} ${present.join()} ${[...rows.keys()].join('\n')}`, 'binary'))
