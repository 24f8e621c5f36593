/** Reads the first sheet of a workbook in a thread of its own, whose memory and time are bounded by who starts it (list-file.ts). Answers the rows, or null without a sheet. */
import { parentPort, workerData } from 'node:worker_threads'
import readXlsx, { type CellValue } from 'read-excel-file/node'

const cellText = (cell: CellValue | null | undefined): string =>
  cell === null || cell === undefined ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell)

if (!(workerData instanceof Uint8Array)) throw new Error('A workbook is needed.')
const [first] = await readXlsx(Buffer.from(workerData))
parentPort?.postMessage(first === undefined ? null : first.data.map((row) => row.map(cellText)))
