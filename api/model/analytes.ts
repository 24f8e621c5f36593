/** What a laboratory measures: ranges by sex and age, and what a value means against them. Pure, so that the screen says while typing what the server stores. */

/** Codes of http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation */
export type Flag = 'LL' | 'L' | 'N' | 'H' | 'HH' | 'A'

export interface AnalyteRange {
  readonly sex?: 'male' | 'female'
  /** Age in years; `to` is excluded. */
  readonly from: number
  readonly to?: number
  /** As written in the list: digits are kept. */
  readonly low?: string
  readonly high?: string
  readonly criticalLow?: string
  readonly criticalHigh?: string
  readonly source: string
}

export interface Analyte {
  readonly order: string
  /** LOINC. */
  readonly code: string
  readonly name: string
  readonly nameEn: string
  /** UCUM code and what is printed for it; none for answers in words. */
  readonly ucum?: string
  readonly unit?: string
  readonly decimals?: number
  /** Answers in words; those in `normal` are not pointed out, all of them when it is empty. */
  readonly choices: readonly string[]
  readonly normal: readonly string[]
  /** Percent of change against the last value that is pointed out. */
  readonly delta?: number
  /** Outside of these a value is taken only when it is typed twice: most often it is in another unit. */
  readonly min?: string
  readonly max?: string
  readonly ranges: readonly AnalyteRange[]
}

/** A value as a person types it: digits with at most one point or comma. */
export const NUMBER_PATTERN = /^\d{1,9}(?:[.,]\d{1,6})?$/
export const toNumberText = (typed: string): string => typed.trim().replace(',', '.')

/** The range for the person; undefined: the list has none for this sex and age, and nothing may be called normal. */
export const rangeFor = (analyte: Pick<Analyte, 'ranges'>, sex: string | undefined, years: number | undefined): AnalyteRange | undefined =>
  analyte.ranges.find((range) => (range.sex === undefined || range.sex === sex)
    && (years === undefined ? range.from === 0 && range.to === undefined : years >= range.from && (range.to === undefined || years < range.to)))

const beyond = (value: number, limit: string | undefined, side: 'under' | 'over'): boolean =>
  limit !== undefined && (side === 'under' ? value < Number(limit) : value > Number(limit))

/** The limits beyond which somebody is called at once. Where no range fits the person, or the one that fits has none, the most cautious of all that the list has: an unknown age or sex keeps nobody from the call. */
export const criticalOf = ({ ranges }: Pick<Analyte, 'ranges'>, range: AnalyteRange | undefined): Pick<AnalyteRange, 'criticalLow' | 'criticalHigh'> => {
  if (range?.criticalLow !== undefined || range?.criticalHigh !== undefined) return range
  const all = (side: 'criticalLow' | 'criticalHigh'): string[] => ranges.flatMap((each) => each[side] ?? []).toSorted((a, b) => Number(a) - Number(b))
  const [criticalLow, criticalHigh] = [all('criticalLow').at(-1), all('criticalHigh').at(0)]
  return { ...(criticalLow !== undefined && { criticalLow }), ...(criticalHigh !== undefined && { criticalHigh }) }
}

/** Whether the value may be of a person, in the unit of the list. */
export const isPlausible = (analyte: Pick<Analyte, 'min' | 'max'>, text: string): boolean =>
  text === '' || !(beyond(Number(text), analyte.min, 'under') || beyond(Number(text), analyte.max, 'over'))

/** undefined: nothing can be said. */
export const flagOf = (analyte: Pick<Analyte, 'choices' | 'normal' | 'ranges'>, range: AnalyteRange | undefined, text: string): Flag | undefined => {
  if (analyte.choices.length > 0) return analyte.normal.length === 0 ? undefined : analyte.normal.includes(text) ? 'N' : 'A'
  const value = Number(text)
  if (text === '' || Number.isNaN(value)) return undefined
  const critical = criticalOf(analyte, range)
  if (beyond(value, critical.criticalLow, 'under')) return 'LL'
  if (beyond(value, critical.criticalHigh, 'over')) return 'HH'
  if (range === undefined) return undefined
  if (beyond(value, range.low, 'under')) return 'L'
  if (beyond(value, range.high, 'over')) return 'H'
  return range.low === undefined && range.high === undefined ? undefined : 'N'
}

/** Change against the last value in percent, where it is more than the list allows. */
export const deltaOf = (analyte: Pick<Analyte, 'delta'>, before: string | undefined, now: string): number | undefined => {
  const [was, is] = [Number(before), Number(now)]
  if (analyte.delta === undefined || before === undefined || Number.isNaN(was) || Number.isNaN(is) || was === 0) return undefined
  const change = Math.round(((is - was) / was) * 100)
  return Math.abs(change) > analyte.delta ? change : undefined
}

export type Severity = 'critical' | 'abnormal' | 'normal'

/** How urgently a doctor should look: by the worst of the flags. What cannot be judged is not normal: findings in words are read. */
export const severityOf = (flags: readonly (Flag | undefined)[], inWords: boolean): Severity => {
  if (flags.some((flag) => flag === 'LL' || flag === 'HH')) return 'critical'
  return flags.length === 0 || inWords || flags.some((flag) => flag !== 'N') ? 'abnormal' : 'normal'
}

const WORST: readonly Severity[] = ['critical', 'abnormal', 'normal']
export const worseOf = (...severities: readonly Severity[]): Severity => WORST.find((each) => severities.includes(each)) ?? 'normal'

/** "3.5–11.0", "≤ 35", "≥ 1.04", or the normal answers; '' when there is none. */
export const rangeText = (analyte: Pick<Analyte, 'normal'>, range: Pick<AnalyteRange, 'low' | 'high'> | undefined): string => {
  if (analyte.normal.length > 0) return analyte.normal.join(', ')
  if (range?.low !== undefined && range.high !== undefined) return `${range.low}–${range.high}`
  return range?.low !== undefined ? `≥ ${range.low}` : range?.high !== undefined ? `≤ ${range.high}` : ''
}
