/** The statistics of a list of numbers (http://hl7.org/fhir/R4/codesystem-observation-statistics.html). Percentiles are interpolated between neighbours; deviations are those of a sample. Pure. */

export const STATISTICS_SYSTEM = 'http://terminology.hl7.org/CodeSystem/observation-statistics'

/** Of which kind a result is: in the unit of the values, in its square, a plain number, how many. */
export type Measure = 'value' | 'square' | 'plain' | 'count'

export interface Statistic {
  readonly display: string
  readonly measure: Measure
  /** `sorted` is not empty. undefined: too few values to say. */
  readonly of: (sorted: readonly number[]) => number | undefined
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]): number => sum(values) / values.length

/** Between the two neighbours of the place that the share of the way through the list falls on. */
const percentile = (share: number) => (sorted: readonly number[]): number => {
  const place = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return below + (above - below) * (place - Math.floor(place))
}

/** Mean of the powers of the distances from the mean. */
const moment = (values: readonly number[], power: number): number => {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** power))
}

const variance = (values: readonly number[]): number | undefined => (values.length < 2 ? undefined : (moment(values, 2) * values.length) / (values.length - 1))
const deviation = (values: readonly number[]): number | undefined => {
  const square = variance(values)
  return square === undefined ? undefined : Math.sqrt(square)
}
/** A moment in units of the deviation of all values; values that do not differ have none. */
const shape = (power: number, normal: number) => (values: readonly number[]): number | undefined => {
  const square = moment(values, 2)
  return square === 0 ? undefined : moment(values, power) / square ** (power / 2) - normal
}

const row = (display: string, of: Statistic['of'], measure: Measure = 'value'): Statistic => ({ display, measure, of })

/** By code. `total-count` counts more than the values and is its asker's; a regression has two values, and looks at times too: it is `regressionOf`. */
export const STATISTICS: ReadonlyMap<string, Statistic> = new Map([
  ['average', row('Average', mean)],
  ['maximum', row('Maximum', (sorted) => sorted.at(-1))],
  ['minimum', row('Minimum', (sorted) => sorted[0])],
  ['count', row('Count', (sorted) => sorted.length, 'count')],
  ['total-count', row('Total Count', () => undefined, 'count')],
  ['median', row('Median', percentile(0.5))],
  ['std-dev', row('Standard Deviation', deviation)],
  ['sum', row('Sum', sum)],
  ['variance', row('Variance', variance, 'square')],
  ['20-percent', row('20th Percentile', percentile(0.2))],
  ['80-percent', row('80th Percentile', percentile(0.8))],
  ['4-lower', row('Lower Quartile', percentile(0.25))],
  ['4-upper', row('Upper Quartile', percentile(0.75))],
  ['4-dev', row('Quartile Deviation', (sorted) => (percentile(0.75)(sorted) - percentile(0.25)(sorted)) / 2)],
  ['5-1', row('1st Quintile', percentile(0.2))],
  ['5-2', row('2nd Quintile', percentile(0.4))],
  ['5-3', row('3rd Quintile', percentile(0.6))],
  ['5-4', row('4th Quintile', percentile(0.8))],
  ['skew', row('Skew', shape(3, 0), 'plain')],
  ['kurtosis', row('Kurtosis', shape(4, 3), 'plain')],
])

/** Code of the one that is no statistic of values alone. */
export const REGRESSION = 'regression'
const DAY = 86_400_000

/** The line of least squares through values over time: its slope for each day, and its height at the first of them. undefined: all of one time, or too few. */
export const regressionOf = (points: readonly (readonly [at: number, value: number])[]): { readonly slope: number; readonly intercept: number; readonly from: number } | undefined => {
  const from = Math.min(...points.map(([at]) => at))
  const days = points.map(([at]) => (at - from) / DAY), values = points.map(([, value]) => value)
  if (points.length < 2) return undefined
  const [middle, height] = [mean(days), mean(values)]
  const spread = sum(days.map((day) => (day - middle) ** 2))
  if (spread === 0) return undefined
  const slope = sum(days.map((day, at) => (day - middle) * ((values[at] ?? 0) - height))) / spread
  return { slope, intercept: height - slope * middle, from }
}
