/**
 * The first sheet of a workbook as text. The reader makes a table as large as the furthest cell says: two cells can ask for 17 thousand million, in a file of a kilobyte. It works in a
 * thread of its own, which may take so much memory and time and then ends alone.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { outcome } from '../model/outcome.ts'

/** Megabytes: 200,000 rows of a wide list have room. */
const MOST_MEMORY = 1024
const PATIENCE = 60_000

const Rows = z.array(z.array(z.string())).nullable()

/** Throws import-invalid for a workbook without a sheet, or one that takes too much; what the reader says of others as it is. */
export const readSheet = async (bytes: Uint8Array, { memory = MOST_MEMORY, patience = PATIENCE }: { readonly memory?: number; readonly patience?: number } = {}): Promise<string[][]> => {
  const worker = new Worker(new URL('./sheet-worker.ts', import.meta.url), { workerData: bytes, resourceLimits: { maxOldGenerationSizeMb: memory } })
  try {
    const answer: readonly unknown[] = await once(worker, 'message', { signal: AbortSignal.timeout(patience) }).catch((error: unknown) => {
      const known = error instanceof Error && ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' || error.name === 'AbortError' || error.name === 'RangeError')
      throw known ? outcome('import-invalid', { diagnostics: 'the workbook takes too much memory or time: a cell may stand far outside of the list' }) : error
    })
    const read = Rows.parse(answer[0])
    if (read === null) throw outcome('import-invalid', { diagnostics: 'the workbook has no sheet' })
    return read
  } finally {
    await worker.terminate()
  }
}
