/** Bulk data in the background: the oldest job, slice by slice, and what nobody wants any more is swept away. A job that fails again and again is ended, so that it does not hold up the next. */

/** Milliseconds until the next look: while transactions from before the job are waited for, and when nothing is to be done. */
const WAIT = 100, IDLE = 500, SWEEP = 5_000

export interface BulkTaskDeps {
  readonly work: () => Promise<'more' | 'wait' | 'idle'>
}

export const bulkTask = ({ work }: BulkTaskDeps) => async (): Promise<{ readonly wait: number }> => {
  const did = await work()
  return { wait: did === 'more' ? 0 : did === 'wait' ? WAIT : IDLE }
}

/** `sweep` answers whether it found anything. */
export const sweepTask = ({ sweep }: { readonly sweep: () => Promise<boolean> }) => async (): Promise<{ readonly wait: number }> => ({ wait: await sweep() ? 0 : SWEEP })
