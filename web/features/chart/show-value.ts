/** Values and flags as people read them. Pure. */
import type { ChartPoint, ChartSeries } from '#api/model/chart.ts'

/** Decimal comma; words stay. */
export const showValue = (value: string): string => (/^[<>]?=?-?\d+\.\d+$/.test(value) ? value.replace('.', ',') : value)

/** "3,9–6,4", "≥ 3,9", "≤ 6,4" or empty. */
export const showRange = ({ low, high }: Pick<ChartSeries, 'low' | 'high'>): string =>
  low !== undefined && high !== undefined ? `${showValue(low)}–${showValue(high)}` : low !== undefined ? `≥ ${showValue(low)}` : high !== undefined ? `≤ ${showValue(high)}` : ''

/** Key of the word for a flag; undefined: nothing to say. */
export const flagName = ({ flag }: Pick<ChartPoint, 'flag'>): 'high' | 'low' | 'critical' | 'abnormal' | undefined =>
  flag === undefined ? undefined : flag === 'HH' || flag === 'LL' || flag === 'AA' ? 'critical' : flag.startsWith('H') ? 'high' : flag.startsWith('L') ? 'low' : 'abnormal'
