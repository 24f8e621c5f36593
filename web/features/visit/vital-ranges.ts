/** Ranges of vital signs at rest in adults, for a hint beside the field; nobody is stopped by them except where the value cannot be. Pure. */
import type { Age } from '#web/ui/format.ts'
import { toDecimal } from './visit-bundle.ts'
import { VITALS, type Vital } from './visit-form.ts'

interface Range { readonly low: number; readonly high: number; readonly least: number; readonly most: number }

/**
 * Usual range, and the outermost values that are ever measured in the living: wide, because they stop a person. Units as in LOINC of api/model/systems.ts.
 * The profiles hold everybody who writes to `least` and `most` (fhir-profiles/input/fsh/visit.fsh); a test compares them.
 */
export const VITAL_RANGES: Readonly<Record<Vital, Range>> = {
  pulse: { low: 60, high: 100, least: 10, most: 350 },
  temperature: { low: 36, high: 37.5, least: 15, most: 46 },
  systolic: { low: 90, high: 139, least: 20, most: 350 },
  diastolic: { low: 60, high: 89, least: 5, most: 250 },
  respiration: { low: 12, high: 20, least: 1, most: 120 },
  oxygen: { low: 95, high: 100, least: 10, most: 100 },
  weight: { low: 0, high: 200, least: 0.3, most: 500 },
  height: { low: 0, high: 210, least: 15, most: 260 },
}

const ADULT_YEARS = 16

/** Whether the usual ranges are this patient's; an unknown age counts as adult, as on paper. */
export const isAdult = (age: Age | undefined): boolean => age === undefined || (age.unit === 'years' && age.value >= ADULT_YEARS)

/** What cannot be stored as it is typed: a value that nobody can have, letters, or half a blood pressure. */
export const unreadableVitals = (vitals: Readonly<Record<Vital, string>>): Vital[] => {
  const wrong = VITALS.filter((name) => gradeVital(name, vitals[name]) === 'impossible')
  const [high, low] = [vitals.systolic.trim(), vitals.diastolic.trim()]
  return high === '' && low !== '' ? [...wrong, 'systolic'] : high !== '' && low === '' ? [...wrong, 'diastolic'] : wrong
}

export type VitalGrade = 'none' | 'usual' | 'low' | 'high' | 'impossible'

export function gradeVital(name: Vital, text: string): VitalGrade {
  if (text.trim() === '') return 'none'
  // read as it is written into the record: what Number() takes beside that, e.g. 1e2, would be left out
  const value = Number(toDecimal(text)?.source)
  const range = VITAL_RANGES[name]
  if (!Number.isFinite(value) || value < range.least || value > range.most) return 'impossible'
  return value < range.low ? 'low' : value > range.high ? 'high' : 'usual'
}

/** kg and cm as typed -> "22,5"; undefined without both. */
export function bodyMassIndex(weight: string, height: string): string | undefined {
  const kg = Number(weight.replace(',', '.')), m = Number(height.replace(',', '.')) / 100
  return kg > 0 && m > 0 ? (kg / (m * m)).toFixed(1).replace('.', ',') : undefined
}
