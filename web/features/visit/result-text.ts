/** A result as the words that an addendum says it with; what the doctor then changes is the doctor's. Pure. */
import type { VisitResult } from '#api/model/results.ts'
import { showDateTime } from '#web/ui/format.ts'

/** "Điện giải đồ (10:42 22/11/2026): Natri 140 mmol/L (136–145), Kali 5.30 mmol/L (3.5–5.0) cao." */
export const resultText = (result: Pick<VisitResult, 'test' | 'at' | 'lines' | 'conclusion'>, flag: (code: string) => string): string => {
  const values = result.lines.map((line) => [`${line.name} ${line.text} ${line.unit}`.trim(), line.range === '' ? '' : `(${line.range})`, line.flag === undefined || line.flag === 'N' ? '' : flag(line.flag).toLowerCase()].filter(Boolean).join(' '))
  return `${result.test} (${showDateTime(result.at)}): ${[values.join(', '), result.conclusion].filter((text) => text !== '').join('. ').replace(/\.$/, '')}.`
}
