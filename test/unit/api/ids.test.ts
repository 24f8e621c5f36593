/** Ids sort by the time they were made and never repeat. */
import { describe, expect, it } from 'vitest'
import { createIds } from '#api/model/ids.ts'

describe('ids', () => {
  it('are UUIDs of version 7 that ascend, within a millisecond and when the clock steps back', () => {
    let now = 1_795_000_000_000
    const ids = createIds({ now: () => new Date(now) })
    const made = Array.from({ length: 10_000 }, () => ids.uuid())
    now -= 60_000
    made.push(...Array.from({ length: 100 }, () => ids.uuid()))
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(made).toEqual(made.toSorted())
    expect(new Set(made).size).toBe(made.length)
    // the random part alone never repeats either: it comes from larger pieces of randomness
    expect(new Set(made.map((id) => id.slice(20))).size).toBe(made.length)
  })
})
