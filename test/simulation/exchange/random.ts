/** Chance that can be repeated: mulberry32 from a seed, and a virtual clock. Nothing in a simulated run takes either from the machine. */
import type { Clock } from '#api/model/ports.ts'

export interface Chance {
  /** In [0, 1). */
  next(): number
  happens(probability: number): boolean
  below(limit: number): number
  pick<T>(list: readonly T[]): T
}

export const createChance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    happens: (probability) => next() < probability,
    below: (limit) => Math.floor(next() * limit),
    pick: (list) => {
      const found = list[Math.floor(next() * list.length)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
  }
}

export interface VirtualClock extends Clock {
  advance(ms: number): void
  /** Someone sets the clock: it may go back. */
  jump(ms: number): void
}

export const createVirtualClock = (): VirtualClock => {
  let now = Date.UTC(2026, 10, 22)
  return {
    now: () => new Date(now),
    advance: (ms) => { now += ms },
    jump: (ms) => { now += ms },
  }
}

/** The process or its database died here. */
export class Crash extends Error {
  constructor(where: string) {
    super(`crash at ${where}`)
    this.name = 'Crash'
  }
}
