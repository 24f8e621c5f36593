/** Arithmetic of what has arrived: a cumulative cursor and ranges beyond it, as selective acknowledgement in TCP (https://www.rfc-editor.org/rfc/rfc2018). */
import type { Progress } from '../../model/exchange.ts'

export const NOTHING: Progress = { cursor: 0, ranges: [] }

type Range = readonly [number, number]

/** Joins everything that touches; what the cursor reaches is swallowed by it. */
export const normalise = (cursor: number, ranges: readonly Range[]): Progress => {
  const sorted = ranges.filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0])
  const out: [number, number][] = []
  let head = cursor
  for (const [from, to] of sorted) {
    const last = out.at(-1)
    if (from <= head + 1) head = Math.max(head, to)
    else if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return { cursor: head, ranges: out }
}

export const addAll = (progress: Progress, seqs: readonly number[]): Progress =>
  normalise(progress.cursor, [...progress.ranges, ...seqs.map((seq): Range => [seq, seq])])

export const addRanges = (progress: Progress, ranges: readonly Range[]): Progress => normalise(progress.cursor, [...progress.ranges, ...ranges])

/** Everything that either of the two has. */
export const merge = (a: Progress, b: Progress): Progress => normalise(Math.max(a.cursor, b.cursor), [...a.ranges, ...b.ranges])

export const contains = (progress: Progress, seq: number): boolean =>
  seq <= progress.cursor || progress.ranges.some(([from, to]) => from <= seq && seq <= to)

/** How many entries that is. */
export const countOf = (progress: Progress): number => progress.ranges.reduce((sum, [from, to]) => sum + to - from + 1, progress.cursor)

/** Highest number in it. */
export const highest = (progress: Progress): number => progress.ranges.at(-1)?.[1] ?? progress.cursor

/** What is lacking up to and including `head`, as ranges. */
export const lacking = (progress: Progress, head: number): Range[] => {
  const out: [number, number][] = []
  let at = progress.cursor + 1
  for (const [from, to] of progress.ranges) {
    if (at > head) break
    if (from > at) out.push([at, Math.min(from - 1, head)])
    at = to + 1
  }
  if (at <= head) out.push([at, head])
  return out
}

/** Numbers from 1 up, as ranges. */
export const toRanges = (seqs: readonly number[]): Range[] => [...normalise(-1, seqs.map((seq): Range => [seq, seq])).ranges]
