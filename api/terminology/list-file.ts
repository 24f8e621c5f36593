/** A code list file as published (CSV or XLSX) to rows of text: cells trimmed, NFC, never numbers, so that codes keep their leading zeros. */
import { parse } from 'csv-parse/sync'
import readXlsx, { type CellValue } from 'read-excel-file/node'
import { Outcome, outcome } from '../model/outcome.ts'
import { expandsWithin } from './expanded-size.ts'

export type TextRow = readonly string[]

const MAX_ROWS = 200_000
/** Characters of one row. */
const MAX_ROW = 100_000
/** Bytes of a workbook when it is unpacked: 200,000 rows of a wide list. */
const MAX_EXPANDED = 128 * 1024 * 1024

const cellText = (cell: CellValue | null | undefined): string =>
  cell === null || cell === undefined ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)

const tidy = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b

async function readSheet(bytes: Uint8Array): Promise<string[][]> {
  if (!await expandsWithin(bytes, MAX_EXPANDED)) throw outcome('import-invalid', { diagnostics: 'the workbook unpacks to more than 128 MB' })
  const sheets = await readXlsx(Buffer.from(bytes))
  const first = sheets[0]
  if (!first) throw outcome('import-invalid', { diagnostics: 'the workbook has no sheet' })
  return first.data.map((row) => row.map(cellText))
}

function readCsv(bytes: Uint8Array): string[][] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const head = text.slice(0, text.indexOf('\n') === -1 ? text.length : text.indexOf('\n'))
  const delimiter = [',', ';', '\t'].reduce((best, d) => (head.split(d).length > head.split(best).length ? d : best))
  return parse(text, { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true, to: MAX_ROWS + 2, max_record_size: MAX_ROW })
}

/**
 * First sheet of a workbook, or a UTF-8 CSV with comma, semicolon or tab. The first row holds the column titles.
 * @throws Outcome import-invalid when it is neither, is empty, or has more than 200,000 rows
 */
export async function readListFile(bytes: Uint8Array): Promise<TextRow[]> {
  let rows: string[][]
  try {
    rows = isZip(bytes) ? await readSheet(bytes) : readCsv(bytes)
  } catch (error) {
    if (error instanceof Outcome) throw error
    throw outcome('import-invalid', { diagnostics: `not a readable CSV (UTF-8) or XLSX file: ${error instanceof Error ? error.message : 'unknown'}` })
  }
  const kept = rows.map((row) => row.map(tidy)).filter((row) => row.some((cell) => cell !== ''))
  if (kept.length < 2) throw outcome('import-invalid', { diagnostics: 'the file has no rows below its titles' })
  if (kept.length > MAX_ROWS) throw outcome('import-invalid', { diagnostics: `more than ${MAX_ROWS} rows` })
  return kept
}
