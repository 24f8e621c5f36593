/** After an upgrade that finds more in what is stored: search rows are made anew, a little at a time, until none of the old ones is left. */

/** Milliseconds between two looks while there is work, and when there is none. */
const BETWEEN = 50, IDLE = 600_000

export const reindexTask = ({ reindex, isLeft, onDone }: { /** Answers how many it did. */ readonly reindex: () => Promise<number>; /** Whether others hold some that are still to be done. */ readonly isLeft: () => Promise<boolean>; readonly onDone: (count: number) => void }) => {
  let done = 0
  return async (): Promise<{ readonly wait: number }> => {
    const count = await reindex()
    done += count
    if (count > 0 || await isLeft()) return { wait: BETWEEN }
    if (done > 0) onDone(done)
    done = 0
    return { wait: IDLE }
  }
}
