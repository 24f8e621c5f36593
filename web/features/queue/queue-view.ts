/** What the queue shows: counts by state, the rows of the chosen state that fit the typed words, and who is next. Pure. */
import { fold } from '#api/model/fold.ts'
import type { QueueRow } from '#api/model/site.ts'

export const FILTERS = ['open', 'waiting', 'in-progress', 'signed', 'all'] as const
export type QueueFilter = (typeof FILTERS)[number]

const fits = (row: QueueRow, filter: QueueFilter): boolean =>
  filter === 'all' || (filter === 'open' ? row.status !== 'signed' : row.status === filter)

export const countByFilter = (rows: readonly QueueRow[]): Readonly<Record<QueueFilter, number>> => {
  const count = (filter: QueueFilter): number => rows.filter((row) => fits(row, filter)).length
  return { open: count('open'), waiting: count('waiting'), 'in-progress': count('in-progress'), signed: count('signed'), all: rows.length }
}

/** Those under way first, then those waiting, then the signed; by number inside each. Words match name (without accents) or number. */
export const viewQueue = (rows: readonly QueueRow[], filter: QueueFilter, words: string): readonly QueueRow[] => {
  const order = { 'in-progress': 0, waiting: 1, signed: 2 } as const
  const text = fold(words)
  return rows
    .filter((row) => fits(row, filter) && (text === '' || fold(row.name).includes(text) || String(row.number) === text))
    .sort((a, b) => order[a.status] - order[b.status] || a.number - b.number)
}

/** Minutes after which a wait is pointed out. */
export const LONG_WAIT = 60
