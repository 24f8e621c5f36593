/** Bounds how many pieces of work are under way at once, without letting a slow one hold up the rest. */

export interface TurnsOptions {
  /** At once, at most; whole, above 0. */
  readonly atOnce: number
  /** ms after which a piece of work that goes on counts no more: it waits for something, and what it waits for may stand in the queue behind it. */
  readonly patience: number
}

/** Runs `work` when its turn comes, first come first served. What it answers or throws comes through. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export const takeTurns = ({ atOnce, patience }: TurnsOptions): Turns => {
  const waiting: (() => void)[] = []
  let free = atOnce
  const release = (): void => {
    free += 1
    waiting.shift()?.()
  }
  const begin = (): (() => void) => {
    free -= 1
    let held = true
    const end = (): void => {
      if (!held) return
      held = false
      clearTimeout(timer)
      release()
    }
    const timer = setTimeout(end, patience)
    return end
  }
  return async (work) => {
    const end = free > 0 ? begin() : await new Promise<() => void>((resolve) => waiting.push(() => resolve(begin())))
    try {
      return await work()
    } finally {
      end()
    }
  }
}
