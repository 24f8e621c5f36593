/** A code list file as published (CSV or XLSX) to rows of text: cells trimmed, NFC, never numbers, so that codes keep their leading zeros. */
import { parse } from 'csv-parse/sync'
import { Outcome, outcome } from '../model/outcome.ts'
import { expandsWithin } from './expanded-size.ts'
import { readSheet } from './read-sheet.ts'

export type TextRow = readonly string[]

const MAX_ROWS = 200_000
/** Characters of one row. */
const MAX_ROW = 100_000
/** Bytes of a workbook when it is unpacked: 200,000 rows of a wide list. */
const MAX_EXPANDED = 128 * 1024 * 1024

const tidy = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b

async function readWorkbook(bytes: Uint8Array): Promise<string[][]> {
  if (!await expandsWithin(bytes, MAX_EXPANDED)) throw outcome('import-invalid', { diagnostics: 'the workbook unpacks to more than 128 MB' })
  return readSheet(bytes)
}

function readCsv(bytes: Uint8Array): string[][] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  const head = text.slice(0, text.indexOf('\n') === -1 ? text.length : text.indexOf('\n'))
  const delimiter = [',', ';', '\t'].reduce((best, d) => (head.split(d).length > head.split(best).length ? d : best))
  return parse(text, { bom: true, delimiter, relax_column_count: true, to: MAX_ROWS + 2, max_record_size: MAX_ROW })
}

export const isEmpty = (cells: TextRow): boolean => cells.every((cell) => cell === '')

const invalid = (diagnostics: string, message: string): Outcome => outcome('import-invalid', { diagnostics }, [{ severity: 'error', message }])

/**
 * First sheet of a workbook, or a UTF-8 CSV with comma, semicolon or tab. The first row that is not empty holds the column titles;
 * empty rows are kept, so that a row's place is its number in the file.
 * @throws Outcome import-invalid when it is neither, is empty, or has more than 200,000 rows
 */
export async function readListFile(bytes: Uint8Array): Promise<TextRow[]> {
  let rows: string[][]
  try {
    rows = isZip(bytes) ? await readWorkbook(bytes) : readCsv(bytes)
  } catch (error) {
    if (error instanceof Outcome) throw error
    throw invalid(`not a readable CSV (UTF-8) or XLSX file: ${error instanceof Error ? error.message : 'unknown'}`, 'Không đọc được tệp. Hãy lưu lại thành XLSX, hoặc CSV với mã hóa UTF-8.')
  }
  const tidied = rows.map((row) => row.map(tidy))
  const filled = tidied.reduce((count, row) => count + (isEmpty(row) ? 0 : 1), 0)
  if (filled < 2) throw invalid('the file has no rows below its titles', 'Tệp không có dòng nào dưới dòng tiêu đề.')
  if (tidied.length > MAX_ROWS) throw invalid(`more than ${MAX_ROWS} rows`, `Tệp có hơn ${MAX_ROWS} dòng.`)
  return tidied
}
