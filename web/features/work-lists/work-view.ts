/** What a work list shows: counts by state, and the rows that fit, urgent ones first, then the newest. Pure. */
import { fold } from '#api/model/fold.ts'
import type { ReturnReason } from '#api/model/materials.ts'
import type { WorkKind, WorkRow } from '#api/model/results.ts'

export const FILTERS = ['open', 'waiting', 'received', 'preliminary', 'final', 'all'] as const
export type WorkFilter = (typeof FILTERS)[number]

const fits = (row: WorkRow, filter: WorkFilter): boolean => filter === 'all' || (filter === 'open' ? row.state !== 'final' && row.state !== 'given-up' : row.state === filter)

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

/** Orders that wait too and go into the same tube: of one patient, one visit and one material. */
export const togetherWith = (rows: readonly WorkRow[], row: WorkRow): readonly WorkRow[] =>
  rows.filter((other) => other.order === row.order || (other.patient === row.patient && other.encounter === row.encounter && other.material === row.material && row.material !== 'other' && other.state === 'waiting'))

/** Nobody has it: it can be taken in, also when it was given up before. */
export const isOpen = (row: Pick<WorkRow, 'state'> | undefined): boolean => row?.state === 'waiting' || row?.state === 'given-up'
export const isTaken = (row: Pick<WorkRow, 'state'>): boolean => row.state === 'received' || row.state === 'preliminary'

/** What is given back with it: all that share its specimen and are not released. */
export const togetherBack = (rows: readonly WorkRow[], row: WorkRow): readonly WorkRow[] =>
  [row, ...rows.filter((other) => other.order !== row.order && row.specimen !== undefined && other.specimen === row.specimen && isTaken(other))]

/** Reasons that can be: of imaging there is no specimen, and what nobody has taken in was not spoilt. */
export const returnReasons = (kind: WorkKind, row: Pick<WorkRow, 'state'>): readonly ReturnReason[] =>
  !isTaken(row) ? ['no-show', 'other'] : kind === 'imaging' ? ['no-show', 'by-mistake', 'other'] : ['clotted', 'haemolysed', 'too-little', 'wrong-label', 'wrong-container', 'no-show', 'by-mistake', 'other']
