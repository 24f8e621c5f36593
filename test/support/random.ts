/** Random choices that a seed repeats (mulberry32, public domain by T. Ettinger), so that a failing case can be run again. */

export interface Random {
  /** In [0, 1). */
  next(): number
  /** Whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<T>(from: readonly T[]): T
  chance(probability: number): boolean
  /** UUID version 4 form. */
  uuid(): string
  /** So many decimal digits, the first not zero. */
  digits(count: number): string
}

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  const hex = (count: number): string => Array.from({ length: count }, () => whole(0, 15).toString(16)).join('')
  return {
    next,
    whole,
    pick: (from) => {
      const item = from[whole(0, from.length - 1)]
      if (item === undefined) throw new Error('Nothing to pick from')
      return item
    },
    chance: (probability) => next() < probability,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[whole(0, 3)] ?? '8'}${hex(3)}-${hex(12)}`,
    digits: (count) => Array.from({ length: count }, (_, at) => whole(at === 0 ? 1 : 0, 9)).join(''),
  }
}
