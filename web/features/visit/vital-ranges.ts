/** What a vital sign can be at all, which stops a person, and how a value stands to what is usual, which does not. Pure. */
import { toDecimal } from './visit-bundle.ts'
import type { UsualRange } from './vital-usual.ts'
import { VITALS, type Vital } from './visit-form.ts'

/**
 * The outermost values that are ever measured in the living: wide, because they stop a person. Units as in LOINC of api/model/systems.ts.
 * The profiles hold everybody who writes to them (fhir-profiles/input/fsh/visit.fsh); a test compares them.
 */
export const VITAL_LIMITS: Readonly<Record<Vital, { readonly least: number; readonly most: number }>> = {
  pulse: { least: 10, most: 350 },
  temperature: { least: 15, most: 46 },
  systolic: { least: 20, most: 350 },
  diastolic: { least: 5, most: 250 },
  respiration: { least: 1, most: 120 },
  oxygen: { least: 10, most: 100 },
  weight: { least: 0.3, most: 500 },
  height: { least: 15, most: 260 },
}

/** What cannot be stored as it is typed: a value that nobody can have, letters, or half a blood pressure. */
export const unreadableVitals = (vitals: Readonly<Record<Vital, string>>): Vital[] => {
  const wrong = VITALS.filter((name) => gradeVital(name, vitals[name]) === 'impossible')
  const [high, low] = [vitals.systolic.trim(), vitals.diastolic.trim()]
  return high === '' && low !== '' ? [...wrong, 'systolic'] : high !== '' && low === '' ? [...wrong, 'diastolic'] : wrong
}

export type VitalGrade = 'none' | 'usual' | 'low' | 'high' | 'impossible'

/** Without a usual range nothing is low or high. */
export function gradeVital(name: Vital, text: string, usual?: UsualRange): VitalGrade {
  if (text.trim() === '') return 'none'
  // read as it is written into the record: what Number() takes beside that, e.g. 1e2, would be left out
  const value = Number(toDecimal(text)?.source)
  const { least, most } = VITAL_LIMITS[name]
  if (!Number.isFinite(value) || value < least || value > most) return 'impossible'
  if (usual === undefined) return 'usual'
  return value < usual.low ? 'low' : value > usual.high ? 'high' : 'usual'
}

/** kg and cm as typed -> "22,5"; undefined without both. */
export function bodyMassIndex(weight: string, height: string): string | undefined {
  const kg = Number(weight.replace(',', '.')), m = Number(height.replace(',', '.')) / 100
  return kg > 0 && m > 0 ? (kg / (m * m)).toFixed(1).replace('.', ',') : undefined
}
