/** The whole report of an import as CSV (RFC 4180, UTF-8 with byte order mark, so that a spreadsheet reads the accents). Pure. */
import type { ImportReport, RowChange } from './list-ports.ts'

export interface ReportWords {
  readonly heads: { readonly kind: string; readonly code: string; readonly name: string; readonly field: string; readonly before: string; readonly after: string }
  readonly kinds: Readonly<Record<RowChange['kind'], string>>
  readonly field: (name: string) => string
}

/** A spreadsheet takes a cell that begins like this for a formula and runs it (https://owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/

const cell = (text: string): string => {
  const shown = FORMULA.test(text) ? `'${text}` : text
  return /[",;\r\n']/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}

export function toReportCsv(report: Pick<ImportReport, 'changes'>, { heads, kinds, field }: ReportWords): string {
  const rows = report.changes.flatMap((change) => change.fields.map((f) => [kinds[change.kind], change.code, change.display, field(f.field), f.before ?? '', f.after ?? '']))
  return `\uFEFF${[[heads.kind, heads.code, heads.name, heads.field, heads.before, heads.after], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
