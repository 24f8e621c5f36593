/** The list of analytes as it is shipped: read once for each server, with its version. Cells hold no commas; lines of one analyte differ in the range only. */
import { readFileSync } from 'node:fs'
import type { Analyte, AnalyteRange } from '../model/analytes.ts'

export interface AnalyteList {
  readonly version: string
  /** Of an order code, in the order in which they are entered; none: the result is words. */
  of(order: string): readonly Analyte[]
  readonly all: readonly Analyte[]
}

const only = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== '')) as { [K in keyof T]?: Exclude<T[K], undefined> }
const words = (cell: string): string[] => cell.split('|').filter((word) => word !== '')

const toRange = (cell: (name: string) => string): AnalyteRange => {
  const sex = cell('sex')
  return {
    from: Number(cell('from')), source: cell('source'),
    ...(cell('to') !== '' && { to: Number(cell('to')) }), ...((sex === 'male' || sex === 'female') && { sex }),
    ...only({ low: cell('low'), high: cell('high'), criticalLow: cell('criticalLow'), criticalHigh: cell('criticalHigh') }),
  }
}

/** Throws when a line has another number of cells than the head: half a list is worse than none. */
export const parseAnalytes = (text: string): AnalyteList => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [head = '', ...rows] = lines.filter((line) => !line.startsWith('#'))
  const names = head.split(',')
  const found = new Map<string, Analyte & { ranges: AnalyteRange[] }>()
  for (const row of rows) {
    const cells = row.split(',')
    if (cells.length !== names.length) throw new Error(`analytes.csv: ${cells.length} cells in "${row}"`)
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    const key = `${cell('order')} ${cell('loinc')}`
    const known = found.get(key)
    if (known !== undefined) { known.ranges.push(toRange(cell)); continue }
    found.set(key, {
      order: cell('order'), code: cell('loinc'), name: cell('name'), nameEn: cell('nameEn'), choices: words(cell('choices')), normal: words(cell('normal')), ranges: [toRange(cell)],
      ...only({ ucum: cell('ucum'), unit: cell('unit'), min: cell('min'), max: cell('max') }), ...(cell('decimals') !== '' && { decimals: Number(cell('decimals')) }), ...(cell('delta') !== '' && { delta: Number(cell('delta')) }),
    })
  }
  const all = [...found.values()]
  return { version: /Version (\d{4}-\d{2})/.exec(text)?.[1] ?? '', all, of: (order) => all.filter((analyte) => analyte.order === order) }
}

export const readAnalytes = (): AnalyteList => parseAnalytes(readFileSync(new URL('./analytes.csv', import.meta.url), 'utf8'))
