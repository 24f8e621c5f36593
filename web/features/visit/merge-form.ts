/** What is typed here beside what others stored meanwhile. Nothing typed is dropped, and what a nurse filed into a field that is empty here is shown. Pure. */
import { NOTES, VITALS, type AllergyRow, type DiagnosisRow, type FormRow, type VisitForm, type Vital } from './visit-form.ts'

const keyOf = (name: Vital): string => (name === 'systolic' || name === 'diastolic' ? 'vital:bloodPressure' : `vital:${name}`)

/** Allergies are never taken away on this sheet: the stored ones come first, then those that are only here. */
const mergeAllergies = (mine: readonly AllergyRow[], stored: readonly AllergyRow[]): AllergyRow[] =>
  [...stored, ...mine.filter((row) => row.version === undefined && !stored.some((s) => s.id === row.id))]

/** Rows that came since, behind those that are typed here; one that this form has shown and lacks was taken off here. */
const mergeRows = <Row extends FormRow>(mine: readonly Row[], stored: readonly Row[], shown: readonly string[]): Row[] =>
  [...mine, ...stored.filter((row) => !shown.includes(row.id) && !mine.some((m) => m.id === row.id))]

/** One main diagnosis: that of this form, where it has one. */
const mergeDiagnoses = (mine: VisitForm, stored: VisitForm): DiagnosisRow[] => {
  const hasMain = mine.diagnoses.some((row) => row.role === 'main')
  return mergeRows(mine.diagnoses, stored.diagnoses, mine.shown).map((row) => (hasMain && !mine.diagnoses.includes(row) ? { ...row, role: 'accompanying' as const } : row))
}

/** An older draft on top of the sheet as it is stored now: measurements and notes that came since are taken in where nothing is typed, rows beside those that are. */
export function mergeForm(mine: VisitForm, stored: VisitForm): VisitForm {
  const isNew = (key: string): boolean => mine.stored[key] === undefined && stored.stored[key] !== undefined
  const [vitals, notes, rows] = [{ ...mine.vitals }, { ...mine.notes }, { ...mine.stored }]
  const take = (key: string): void => { const row = stored.stored[key]; if (row) rows[key] = row }
  const pressureTyped = mine.vitals.systolic !== '' || mine.vitals.diastolic !== ''
  for (const name of VITALS) {
    const key = keyOf(name)
    if (!isNew(key)) continue
    if (key === 'vital:bloodPressure' ? pressureTyped : mine.vitals[name] !== '') continue
    vitals[name] = stored.vitals[name]
    take(key)
  }
  for (const name of NOTES) {
    const key = `note:${name}`
    if (isNew(key) && mine.notes[name] === '') { notes[name] = stored.notes[name]; take(key) }
  }
  return {
    ...mine, vitals, notes, stored: rows, allergies: mergeAllergies(mine.allergies, stored.allergies), diagnoses: mergeDiagnoses(mine, stored),
    drugs: mergeRows(mine.drugs, stored.drugs, mine.shown), orders: mergeRows(mine.orders, stored.orders, mine.shown), foreign: mergeRows(mine.foreign, stored.foreign, mine.shown),
    shown: [...new Set([...mine.shown, ...stored.shown])],
  }
}

const reversion = <Row extends FormRow>(mine: readonly Row[], stored: readonly FormRow[]): Row[] =>
  mine.map((row) => {
    const now = stored.find((s) => s.id === row.id)
    const { version: _old, ...rest } = row
    return (now?.version ? { ...rest, version: now.version } : rest) as Row
  })

/** After 412: what is typed here on top of the versions that are stored now. */
export function rebaseForm(mine: VisitForm, now: VisitForm): VisitForm {
  const merged = mergeForm(mine, now)
  return {
    ...merged, stored: now.stored, diagnoses: reversion(merged.diagnoses, now.diagnoses), drugs: reversion(merged.drugs, now.drugs), orders: reversion(merged.orders, now.orders),
    // nobody can write such a row here: one that is gone is gone
    foreign: merged.foreign.filter((row) => now.foreign.some((s) => s.id === row.id)),
  }
}
