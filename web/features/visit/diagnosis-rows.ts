/** What happens to the rows of diagnoses when one is added, taken off or made main, by the rules of the list. Pure. */
import { MOST_ACCOMPANYING, type DiagnosisRule } from '#api/model/diagnosis-rules.ts'
import type { DiagnosisRow } from './visit-form.ts'

/** Rules by code; a code whose rule is not known yet may be whatever it is. */
export type Rules = ReadonlyMap<string, DiagnosisRule>

/** Why a code was not taken as it was meant, in words of `visit.diagnosis`. */
export type Refusal = 'refused' | 'demoted' | 'full'

export const mayBeMain = (row: DiagnosisRow, rules: Rules): boolean => rules.get(row.code.code)?.notMain !== true

const byRole = (a: DiagnosisRow, b: DiagnosisRow): number => (a.role === b.role ? 0 : a.role === 'main' ? -1 : 1)

/** The new row is the main diagnosis where there is none and its code may be it. */
export function addDiagnosis(rows: readonly DiagnosisRow[], added: Omit<DiagnosisRow, 'role'>, rules: Rules): { readonly rows: readonly DiagnosisRow[]; readonly refusal?: Refusal } {
  const rule = rules.get(added.code.code)
  if (rule?.forbidden) return { rows, refusal: 'refused' }
  const hasMain = rows.some(({ role }) => role === 'main')
  if (!hasMain && rule?.notMain !== true) return { rows: [...rows, { ...added, role: 'main' as const }].sort(byRole) }
  if (rows.filter(({ role }) => role === 'accompanying').length >= MOST_ACCOMPANYING) return { rows, refusal: 'full' }
  return { rows: [...rows, { ...added, role: 'accompanying' }], ...(hasMain ? {} : { refusal: 'demoted' as const }) }
}

/** The first that may be main follows the main one that is taken off; when none may, there is none. */
export function removeDiagnosis(rows: readonly DiagnosisRow[], id: string, rules: Rules): readonly DiagnosisRow[] {
  const rest = rows.filter((row) => row.id !== id)
  const next = rest.some(({ role }) => role === 'main') ? undefined : rest.find((row) => mayBeMain(row, rules))
  return next === undefined ? rest : makeMain(rest, next.id)
}

export const makeMain = (rows: readonly DiagnosisRow[], id: string): readonly DiagnosisRow[] =>
  rows.map((row): DiagnosisRow => ({ ...row, role: row.id === id ? 'main' : 'accompanying' })).sort(byRole)
