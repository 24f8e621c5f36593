/** Rows of a published file to concepts, by a mapping of column titles; every row that does not fit is named with its number. */
import type { Concept, ListMapping } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'
import { fold } from '../model/fold.ts'
import { LISTS, type ListName } from '../model/systems.ts'
import type { TextRow } from './list-file.ts'

export interface MappedList {
  readonly concepts: Concept[]
  readonly errors: { row: number; message: string }[]
}

const CODE = /^[^\s]+( [^\s]+)*$/

function columnIndex(titles: TextRow, wanted: string): number {
  if (/^\d+$/.test(wanted) && Number(wanted) < titles.length) return Number(wanted)
  const folded = fold(wanted)
  return titles.findIndex((title) => fold(title) === folded)
}

function requireColumn(titles: TextRow, wanted: string): number {
  const index = columnIndex(titles, wanted)
  if (index < 0) throw outcome('import-invalid', { diagnostics: `no column "${wanted}"; the file has: ${titles.join(' | ')}` })
  return index
}

export const isListName = (list: string): list is ListName => Object.hasOwn(LISTS, list)

/** @throws Outcome import-invalid for an unknown list or a column that is not in the file */
export function mapRows(rows: readonly TextRow[], mapping: ListMapping): MappedList {
  const [titles, ...body] = rows
  if (!titles) throw outcome('import-invalid', { diagnostics: 'the file is empty' })
  if (!isListName(mapping.list)) throw outcome('import-invalid', { diagnostics: `unknown list ${mapping.list}` })
  const code = requireColumn(titles, mapping.columns.code)
  const display = requireColumn(titles, mapping.columns.display)
  const displayEn = mapping.columns.displayEn === undefined ? -1 : requireColumn(titles, mapping.columns.displayEn)
  const properties = Object.entries(mapping.columns.properties ?? {}).map(([name, title]) => [name, requireColumn(titles, title)] as const)

  const system = LISTS[mapping.list]
  const seen = new Map<string, number>()
  const concepts: Concept[] = []
  const errors: { row: number; message: string }[] = []
  body.forEach((cells, i) => {
    const row = i + 2
    const text = (index: number): string => (index < 0 ? '' : (cells[index] ?? ''))
    const before = seen.get(text(code))
    if (!CODE.test(text(code))) errors.push({ row, message: 'Thiếu mã.' })
    else if (text(display) === '') errors.push({ row, message: `Mã ${text(code)} không có tên.` })
    else if (before !== undefined) errors.push({ row, message: `Mã ${text(code)} lặp lại dòng ${before}.` })
    else {
      seen.set(text(code), row)
      const values = Object.fromEntries(properties.map(([name, index]) => [name, text(index)] as const).filter(([, value]) => value !== ''))
      const { reviewed, ...rest } = values
      concepts.push({
        system, version: mapping.version, code: text(code), display: text(display), properties: rest, reviewed: reviewed === 'yes',
        ...(text(displayEn) === '' ? {} : { displayEn: text(displayEn) }),
      })
    }
  })
  return { concepts, errors }
}
