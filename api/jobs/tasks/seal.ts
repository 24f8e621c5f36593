/**
 * Seals what was committed: journal entries get their numbers, audit rows their place in the chain, well within a second. It looks four times a second
 * rather than waiting for NOTIFY, which would make all clinical commits of a database queue for one lock.
 */
const LOOK_EVERY = 250

export interface SealTaskDeps {
  /** Answers how many it sealed. */
  readonly seal: () => Promise<number>
  readonly onSealed?: (count: number) => void
}

export const sealTask = ({ seal, onSealed }: SealTaskDeps) => async (): Promise<{ readonly wait: number }> => {
  const count = await seal()
  if (count > 0) onSealed?.(count)
  return { wait: LOOK_EVERY }
}
