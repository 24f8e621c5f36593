/**
 * Graceful overload: so many requests are worked on at once, so many wait for a place, for a bounded time; the rest get `overloaded` (503, Retry-After)
 * at once, so that those admitted are still answered in time (https://sre.google/sre-book/handling-overload/).
 */
import { outcome, type Outcome } from '../model/outcome.ts'

export interface Admission {
  /** Throws overloaded when there is no place, without taking one. */
  requireOpen(): void
  /** Resolves with the function that gives the place back; throws overloaded. */
  enter(): Promise<() => void>
  readonly running: number
  readonly waiting: number
  /** False when new requests would be refused. */
  readonly open: boolean
}

interface Waiter {
  readonly admit: () => void
  readonly timer: NodeJS.Timeout
}

/** First come, first served. `patience`: longest wait in milliseconds. */
export const createAdmission = (options: { readonly concurrency: number; readonly queue: number; readonly patience: number }): Admission => {
  const waiters = new Set<Waiter>()
  let running = 0
  const leave = (): (() => void) => {
    let left = false
    return () => {
      if (left) return
      left = true
      const [next] = waiters
      if (next === undefined) {
        running -= 1
        return
      }
      waiters.delete(next)
      clearTimeout(next.timer)
      next.admit()
    }
  }
  const full = (): Outcome => outcome('overloaded', { diagnostics: 'The queue is full.', retryAfter: 2 })
  const isOpen = (): boolean => running < options.concurrency || waiters.size < options.queue
  return {
    get running() { return running },
    get waiting() { return waiters.size },
    get open() { return isOpen() },
    requireOpen() {
      if (!isOpen()) throw full()
    },
    enter() {
      if (running < options.concurrency) {
        running += 1
        return Promise.resolve(leave())
      }
      if (waiters.size >= options.queue) return Promise.reject(full())
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          admit: () => resolve(leave()),
          timer: setTimeout(() => {
            waiters.delete(waiter)
            reject(outcome('overloaded', { diagnostics: 'No place became free in time.', retryAfter: 5 }))
          }, options.patience),
        }
        waiters.add(waiter)
      })
    },
  }
}
