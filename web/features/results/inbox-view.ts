/** What the results inbox shows of a row in one line: what is out of range first. Pure. */
import type { InboxRow, ResultLine } from '#api/model/results.ts'

const isOut = ({ flag, change }: ResultLine): boolean => (flag !== undefined && flag !== 'N') || change !== undefined

/** "Kali 6.8 mmol/L (Cao); …": `flag` says in words what a code means. */
export const summaryOf = (row: Pick<InboxRow, 'lines' | 'conclusion'>, flag: (code: NonNullable<ResultLine['flag']>) => string): string => {
  const said = (line: ResultLine): string => [`${line.name} ${line.text} ${line.unit}`.trim(), line.flag && line.flag !== 'N' ? `(${flag(line.flag)})` : ''].filter(Boolean).join(' ')
  return [row.conclusion, ...row.lines.filter(isOut).map(said), ...row.lines.filter((line) => !isOut(line)).map(said)].filter((text) => text !== '').join('; ')
}
