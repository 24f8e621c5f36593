/** Rows of a published file to concepts, by a mapping of column titles; every row that does not fit is named with its number. */
import type { Concept, ListMapping } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'
import { fold } from '../model/fold.ts'
import { LISTS, type ListName } from '../model/systems.ts'
import { parseDay, parseYes } from './row-values.ts'
import { isEmpty, type TextRow } from './list-file.ts'

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
  if (index < 0) {
    const message = `Tệp không có cột “${wanted}”. Các cột của tệp: ${titles.join(' | ')}.`
    throw outcome('import-invalid', { diagnostics: `no column "${wanted}"; the file has: ${titles.join(' | ')}` }, [{ severity: 'error', message }])
  }
  return index
}

export const isListName = (list: string): list is ListName => Object.hasOwn(LISTS, list)

/** @throws Outcome import-invalid for an unknown list or a column that is not in the file */
export function mapRows(rows: readonly TextRow[], mapping: ListMapping): MappedList {
  const first = rows.findIndex((cells) => !isEmpty(cells))
  const titles = rows[first]
  if (!titles) throw outcome('import-invalid', { diagnostics: 'the file is empty' })
  if (!isListName(mapping.list)) throw outcome('import-invalid', { diagnostics: `unknown list ${mapping.list}` })
  const { columns } = mapping
  const optional = (wanted: string | undefined): number => (wanted === undefined ? -1 : requireColumn(titles, wanted))
  const at = {
    code: requireColumn(titles, columns.code), display: requireColumn(titles, columns.display), displayEn: optional(columns.displayEn),
    validFrom: optional(columns.validFrom), validTo: optional(columns.validTo), reviewed: optional(columns.reviewed),
    properties: Object.entries(columns.properties ?? {}).map(([name, title]) => [name, requireColumn(titles, title)] as const),
  }
  const base = { system: LISTS[mapping.list], version: mapping.version }
  const seen = new Map<string, number>()
  const concepts: Concept[] = []
  const errors: { row: number; message: string }[] = []
  rows.forEach((cells, index) => {
    if (index <= first || isEmpty(cells)) return
    const row = index + 1
    const made = toConcept(cells, at, base)
    const before = typeof made === 'string' ? undefined : seen.get(made.code)
    if (typeof made === 'string') errors.push({ row, message: made })
    else if (before !== undefined) errors.push({ row, message: `Mã ${made.code} lặp lại dòng ${before}.` })
    else {
      seen.set(made.code, row)
      concepts.push(made)
    }
  })
  return { concepts, errors }
}

interface Places {
  readonly code: number; readonly display: number; readonly displayEn: number
  readonly validFrom: number; readonly validTo: number; readonly reviewed: number
  readonly properties: readonly (readonly [string, number])[]
}

/** The row as a concept, or what is wrong with it, for the person who imports. */
function toConcept(cells: TextRow, at: Places, base: { system: string; version: string }): Concept | string {
  const text = (index: number): string => (index < 0 ? '' : (cells[index] ?? ''))
  const code = text(at.code), display = text(at.display), displayEn = text(at.displayEn)
  if (!CODE.test(code)) return 'Thiếu mã.'
  if (display === '') return `Mã ${code} không có tên.`
  const reviewed = parseYes(text(at.reviewed))
  if (reviewed === undefined) return `Mã ${code}: “${text(at.reviewed)}” không phải là có hoặc không.`
  const [validFrom, validTo] = [at.validFrom, at.validTo].map((index) => (text(index) === '' ? '' : (parseDay(text(index)) ?? null)))
  if (validFrom === null || validTo === null) return `Mã ${code}: ngày hiệu lực không đọc được (viết 31/12/2026 hoặc 2026-12-31).`
  if (validFrom && validTo && validTo < validFrom) return `Mã ${code}: ngày hết hiệu lực đứng trước ngày bắt đầu.`
  return {
    ...base, code, display, reviewed, properties: Object.fromEntries(at.properties.map(([name, index]) => [name, text(index)] as const).filter(([, value]) => value !== '')),
    ...(displayEn ? { displayEn } : {}), ...(validFrom ? { validFrom } : {}), ...(validTo ? { validTo } : {}),
  }
}
