/** What the gates count is counted so that it can fall short. */
import { describe, expect, it } from 'vitest'
import { exactly } from '#test/gates/gate.ts'
import { nextPaint } from '#test/gates/speed.ts'
import { rolesIn } from '#test/gates/texts-and-script.ts'

describe('the gates', () => {
  it('want exactly two keys, neither three nor one', () => {
    expect([1, 2, 3].map((keys) => exactly('keys', keys, 2).holds)).toEqual([false, true, false])
  })

  it('take the longest event of each interaction, and leave out one outlier of fifty', () => {
    const quick = Array.from({ length: 49 }, (_, at) => ({ interaction: at + 1, duration: 24 }))
    const slow = [{ interaction: 90, duration: 40 }, { interaction: 90, duration: 400 }]
    expect(nextPaint([...quick.slice(1), ...slow], 16)).toBe(400)
    expect(nextPaint([...quick, ...slow], 16)).toBe(24)
    expect(nextPaint([...quick, ...slow, { interaction: 91, duration: 300 }], 16)).toBe(300)
    expect(nextPaint([{ interaction: 0, duration: 900 }], 16)).toBe(16)
  })

  it('count a role only where somebody signs in as it', () => {
    expect(rolesIn(["await signIn(bench.page, demo, 'xetnghiem')", "login: 'cdha'", "const names = ['truongkhoa']"])).toEqual(['xetnghiem'])
  })
})
