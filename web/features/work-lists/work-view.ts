/** What a work list shows: counts by state, and the rows that fit, urgent ones first, then the newest. Pure. */
import { fold } from '#api/model/fold.ts'
import type { WorkRow } from '#api/model/results.ts'

export const FILTERS = ['open', 'waiting', 'received', 'preliminary', 'final', 'all'] as const
export type WorkFilter = (typeof FILTERS)[number]

const fits = (row: WorkRow, filter: WorkFilter): boolean => filter === 'all' || (filter === 'open' ? row.state !== 'final' : row.state === filter)

export const countByFilter = (rows: readonly WorkRow[]): Readonly<Record<WorkFilter, number>> => {
  const count = (filter: WorkFilter): number => rows.filter((row) => fits(row, filter)).length
  return { open: count('open'), waiting: count('waiting'), received: count('received'), preliminary: count('preliminary'), final: count('final'), all: rows.length }
}

/** Words match name without accents, number of the patient, number of the specimen, or the test. */
export const viewWork = (rows: readonly WorkRow[], filter: WorkFilter, words: string): readonly WorkRow[] => {
  const text = fold(words)
  return rows
    .filter((row) => fits(row, filter) && (text === '' || fold(row.name).includes(text) || fold(row.test).includes(text) || [row.number, row.accession ?? ''].some((number) => number.toLowerCase().includes(words.trim().toLowerCase()))))
    .sort((a, b) => Number(b.urgent && b.state !== 'final') - Number(a.urgent && a.state !== 'final') || b.ordered.localeCompare(a.ordered))
}

/** The server looks up the days of a month. */
export const isShownDay = (day: string, today: string): boolean => day !== '' && day <= today && Date.parse(today) - Date.parse(day) <= 31 * 86_400_000

/** What waits since before the recent days, behind what is recent: once, and without those that were taken in meanwhile. */
export const withOverdue = (rows: readonly WorkRow[], overdue: readonly WorkRow[]): readonly WorkRow[] => {
  const known = new Set(rows.map(({ order }) => order))
  return [...rows, ...overdue.filter(({ order }) => !known.has(order))]
}

/** Orders of the same patient that wait too: one needle, one tube. */
export const togetherWith = (rows: readonly WorkRow[], row: WorkRow): readonly WorkRow[] => rows.filter((other) => other.patient === row.patient && other.state === 'waiting')
