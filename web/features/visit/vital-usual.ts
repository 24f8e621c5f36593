/**
 * Usual values of vital signs at rest and awake, by age on the day of the visit: a hint beside the field that stops nobody. Pure.
 *
 * Children: the tables of the AHA's Pediatric Advanced Life Support (provider manual 2015), as the chart of https://www.pedscases.com/pediatric-vital-signs-reference-chart
 * prints them, with three choices of ours: a systolic pressure is low from the same source's limit of hypotension on (60; 70; 70 + 2 × the youngest year of the row; 90 from
 * ten years), as it is in adults; the temperature is an axillary one (36.5-37.5 °C in the chart), from a month on 36 as in adults; breathing of a newborn is fast from 60 on
 * (WHO, IMCI chart booklet, https://www.who.int/publications/i/item/9789241506823). SpO₂ is low under 95 % from the second day of life (limit of newborn screening).
 * Adults: RR 12-20 of NEWS2 (https://www.rcp.ac.uk/resources/national-early-warning-score-news-2/), BP under 140/90 (ISH 2020), pulse 60-100.
 * What the source does not say has no range: pressure before the fourth day, SpO₂ on the day of birth, weight and height at any age.
 */
import { monthsOn } from '#api/model/age.ts'
import type { Vital } from './visit-form.ts'

export interface UsualRange { readonly low: number; readonly high: number }
export type UsualVitals = Readonly<Partial<Record<Vital, UsualRange>>>

interface Row {
  /** The row is that of whoever has not completed so many days, or months; the first row that fits counts. */
  readonly under: { readonly days: number } | { readonly months: number }
  readonly usual: UsualVitals
}

const range = (low: number, high: number): UsualRange => ({ low, high })
const pressure = (systolic: UsualRange, diastolic: UsualRange): UsualVitals => ({ systolic, diastolic })

const birth: UsualVitals = { pulse: range(100, 205), temperature: range(36.5, 37.5), respiration: range(30, 59) }
const oxygen = range(95, 100)
const temperature = range(36, 37.5)
const child = (pulse: UsualRange, respiration: UsualRange, rest: UsualVitals): UsualVitals => ({ pulse, temperature, respiration, oxygen, ...rest })

const YEAR = 12
export const USUAL_VITALS: readonly Row[] = [
  { under: { days: 1 }, usual: birth },
  { under: { days: 4 }, usual: { ...birth, oxygen } },
  { under: { days: 28 }, usual: { ...birth, oxygen, ...pressure(range(60, 84), range(35, 53)) } },
  { under: { months: YEAR }, usual: child(range(100, 190), range(30, 53), pressure(range(70, 104), range(37, 56))) },
  { under: { months: 3 * YEAR }, usual: child(range(98, 140), range(22, 37), pressure(range(72, 106), range(42, 63))) },
  { under: { months: 6 * YEAR }, usual: child(range(80, 120), range(20, 28), pressure(range(76, 112), range(46, 72))) },
  { under: { months: 10 * YEAR }, usual: child(range(75, 118), range(18, 25), pressure(range(82, 115), range(57, 76))) },
  { under: { months: 12 * YEAR }, usual: child(range(75, 118), range(18, 25), pressure(range(90, 120), range(61, 80))) },
  { under: { months: 16 * YEAR }, usual: child(range(60, 100), range(12, 20), pressure(range(90, 131), range(64, 83))) },
  { under: { months: Infinity }, usual: child(range(60, 100), range(12, 20), pressure(range(90, 139), range(60, 89))) },
]

const DAY = 86_400_000

const rowOn = (born: string, day: string): Row | undefined => {
  const [days, months] = [Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${born}T00:00:00Z`)) / DAY), monthsOn(born, day)]
  if (months === undefined || !(days >= 0)) return undefined
  return USUAL_VITALS.find(({ under }) => ('days' in under ? days < under.days : months < under.months))
}

const lastOfMonth = (year: number, month: number): string => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)

/** The earliest and the latest day that a FHIR date may mean. */
const bounds = (birthDate: string): readonly [string, string] | undefined => {
  const [, year, month, date] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(birthDate) ?? []
  if (year === undefined) return undefined
  if (date !== undefined) return [birthDate, birthDate]
  return month === undefined ? [`${year}-01-01`, `${year}-12-31`] : [`${year}-${month}-01`, lastOfMonth(Number(year), Number(month))]
}

/** Ranges for who was born then, on a day (YYYY-MM-DD); none when the age is unknown, or so little known that two rows may be meant. */
export const usualVitals = (birthDate: string | undefined, day: string): UsualVitals => {
  const born = bounds(birthDate ?? '')
  const [oldest, youngest] = born ? [rowOn(born[0], day), rowOn(born[1] > day && born[0] <= day ? day : born[1], day)] : []
  return oldest !== undefined && oldest === youngest ? oldest.usual : {}
}
