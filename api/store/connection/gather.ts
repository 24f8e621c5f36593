/**
 * Questions that come while the database answers others are asked together next: under load one statement serves many requests, and a question that comes alone
 * does not wait. No answer is older than its question: whoever comes during a statement waits for the next one.
 */

interface Waiting<Q, A> {
  readonly question: Q
  readonly resolve: (answer: A) => void
  readonly reject: (error: unknown) => void
}

export interface GatherOptions {
  /** Statements at a time, 1 when not said. */
  readonly atATime?: number
  /** Questions in one statement: bounds how long the first of them waits. */
  readonly together: number
}

/** @param ask answers in the order of the questions; when it throws, all of them fail with that. */
export const gather = <Q, A>(ask: (questions: readonly Q[]) => Promise<readonly A[]>, { atATime = 1, together }: GatherOptions): ((question: Q) => Promise<A>) => {
  const queue: Waiting<Q, A>[] = []
  let running = 0
  const serve = async (batch: readonly Waiting<Q, A>[]): Promise<void> => {
    try {
      const answers = await ask(batch.map(({ question }) => question))
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers to ${batch.length} questions`)
      answers.forEach((answer, at) => batch[at]?.resolve(answer))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const next = (): void => {
    while (running < atATime && queue.length > 0) {
      running += 1
      void serve(queue.splice(0, together)).finally(() => {
        running -= 1
        next()
      })
    }
  }
  return (question) => new Promise((resolve, reject) => {
    queue.push({ question, resolve, reject })
    // behind all that has arrived by now, so that it comes along: one microtask later the others of the same moment were still unread
    if (queue.length === 1) setImmediate(next)
  })
}
