/** A task that runs again and again: says itself how long to rest, can be woken, survives its own errors with growing pauses, and stops between two runs. */

export interface LoopLog {
  warn(what: Record<string, unknown>, message: string): void
}

export interface Loop {
  /** Cuts the present rest short; during a run, the next rest. */
  wake(): void
  /** Resolves when the run under way has ended. */
  stop(): Promise<void>
}

/** Milliseconds to rest. `firm`: being woken does not cut it short, because trying sooner would not help. */
export interface Rest { readonly wait: number; readonly firm?: boolean }

export interface LoopOptions {
  readonly name: string
  readonly run: () => Promise<Rest>
  readonly log: LoopLog
  /** Longest pause after errors. */
  readonly longest?: number
}

const FIRST_PAUSE = 500

export const startLoop = ({ name, run, log, longest = 10_000 }: LoopOptions): Loop => {
  let stopping = false
  let woken = false
  let end: () => void = () => undefined
  let firm = false
  let failures = 0

  const rest = (wait: number): Promise<void> => new Promise((resolve) => {
    if (stopping || (woken && !firm) || wait <= 0) return resolve()
    const timer = setTimeout(() => end(), wait)
    end = () => {
      clearTimeout(timer)
      resolve()
    }
  })

  const turn = async (): Promise<Rest> => {
    try {
      const answer = await run()
      failures = 0
      return answer
    } catch (error) {
      failures += 1
      // the same trouble again and again is said at 1, 2, 4, 8 … failures
      if (Number.isInteger(Math.log2(failures))) log.warn({ task: name, failures, error: nameOf(error) }, 'task failed and will be tried again')
      return { wait: Math.min(longest, FIRST_PAUSE * 2 ** Math.min(failures - 1, 10)), firm: true }
    }
  }

  const ended = (async () => {
    while (!stopping) {
      const answer = await turn()
      firm = answer.firm ?? false
      await rest(answer.wait)
      woken = false
      firm = false
    }
  })()

  return {
    wake() {
      woken = true
      if (!firm) end()
    },
    async stop() {
      stopping = true
      end()
      await ended
    },
  }
}

/** Kind, code and reason of an error; a message of the database may hold content. */
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
