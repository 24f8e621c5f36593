/** What the list of procedures shows: counts, and the rows that fit, urgent ones first, then the newest. Pure. */
import { fold } from '#api/model/fold.ts'
import type { ProcedureRow } from '#api/model/procedures.ts'

export const FILTERS = ['waiting', 'done', 'all'] as const
export type ProcedureFilter = (typeof FILTERS)[number]

const fits = ({ done }: ProcedureRow, filter: ProcedureFilter): boolean => filter === 'all' || (filter === 'done') === (done !== undefined)

export const countByFilter = (rows: readonly ProcedureRow[]): Readonly<Record<ProcedureFilter, number>> => {
  const count = (filter: ProcedureFilter): number => rows.filter((row) => fits(row, filter)).length
  return { waiting: count('waiting'), done: count('done'), all: rows.length }
}

/** Words match name or procedure without accents, or the number of the patient. */
export const viewProcedures = (rows: readonly ProcedureRow[], filter: ProcedureFilter, words: string): readonly ProcedureRow[] => {
  const text = fold(words)
  return rows
    .filter((row) => fits(row, filter) && (text === '' || [row.name, row.procedure, row.number].some((each) => fold(each).includes(text))))
    .toSorted((a, b) => Number(b.urgent && !b.done) - Number(a.urgent && !a.done) || Date.parse(b.ordered) - Date.parse(a.ordered))
}
