/** A clock that stands still until a test moves it. */
import type { Clock } from '#api/model/ports.ts'

export interface TestClock extends Clock { move(milliseconds: number): void }

export const testClock = (start = '2026-11-22T01:00:00.000Z'): TestClock => {
  let now = Date.parse(start)
  return { now: () => new Date(now), move: (milliseconds) => { now += milliseconds } }
}
