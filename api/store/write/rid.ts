/** Row numbers given by the application: 41 bit ms since 2020 | 10 bit node | 12 bit sequence. Time-ordered, unique per node, always a bigint in JavaScript. */

export interface Rids {
  next(): bigint
  /** At or above every number given up to now, below those of the next millisecond. */
  bound(): bigint
}

const EPOCH = Date.UTC(2020, 0, 1)

/** `node` differs between all processes that write to one database at a time. The clock going back does not repeat a number. */
export const createRids = (node: number, now: () => number = Date.now): Rids => {
  let last = 0
  let sequence = 0
  const low = BigInt(node & 0x3ff) << 12n
  return {
    next() {
      const ms = now() - EPOCH
      if (ms > last) {
        last = ms
        sequence = 0
      } else if (++sequence > 0xfff) {
        last++
        sequence = 0
      }
      return (BigInt(last) << 22n) | low | BigInt(sequence)
    },
    bound: () => (BigInt(Math.max(last, now() - EPOCH) + 1) << 22n) - 1n,
  }
}
