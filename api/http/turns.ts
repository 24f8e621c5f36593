/** Work on one thing, one after the other in this process, in the order in which it came; work on different things does not wait for each other. */
export interface Turns {
  /** Answers or throws what `work` does. A failure of one does not hold up the next. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>
}

export const createTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work, work)
      last.set(key, mine)
      try {
        return await mine
      } finally {
        if (last.get(key) === mine) last.delete(key)
      }
    },
  }
}
