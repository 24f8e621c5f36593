/** The exchange under any order of faults: 200 seeds, and builds that are broken on purpose, which the rig must catch or its green means nothing. */
import { describe, expect, it } from 'vitest'
import { runExchange } from './run.ts'

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1)

describe('the simulated exchange', { timeout: 120_000 }, () => {
  it('delivers everything once, whole and in each patient\'s order, in 200 runs of loss, repetition, delay, damage and crashes', async () => {
    let entries = 0
    let failures = 0
    for (const seed of SEEDS) {
      const result = await runExchange({ seed })
      expect(result.broken, `seed ${seed}`).toEqual([])
      entries += result.entries
      failures += result.failures
    }
    expect(entries).toBeGreaterThan(10_000)
    expect(failures).toBeGreaterThan(1_000)
  }, 240_000)

  it('lets a changed entry stop its own patient and nobody else', async () => {
    let quarantined = 0
    for (const seed of SEEDS.slice(0, 60)) {
      const result = await runExchange({ seed, poison: 0.03 })
      expect(result.broken, `seed ${seed}`).toEqual([])
      quarantined += result.quarantined
    }
    expect(quarantined).toBeGreaterThan(50)
  })

  it('repeats a run exactly from its seed', async () => {
    const [first, second] = [await runExchange({ seed: 77 }), await runExchange({ seed: 77 })]
    expect(second).toEqual(first)
  })

  const caught = async (faults: Parameters<typeof runExchange>[0]['faults']): Promise<number> => {
    let found = 0
    for (const seed of SEEDS.slice(0, 30)) if ((await runExchange({ seed, faults })).broken.length > 0) found += 1
    return found
  }

  it('catches a receiver without dedupe', async () => expect(await caught({ dedupe: 'off' })).toBeGreaterThan(20))
  it('catches a receiver that ignores the order of a patient', async () => expect(await caught({ order: 'off' })).toBeGreaterThan(20))
  it('catches a receiver that acknowledges before its commit', async () => expect(await caught({ ack: 'before-commit' })).toBeGreaterThan(10))
})
