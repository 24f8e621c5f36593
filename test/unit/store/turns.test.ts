import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { takeTurns } from '#api/store/connection/turns.ts'

const gate = () => Promise.withResolvers<void>()

describe('turns', () => {
  it('lets so many work at once, and the others in the order in which they came', async () => {
    const turns = takeTurns({ atOnce: 2, patience: 60_000 })
    const gates = [gate(), gate(), gate(), gate()]
    const begun: number[] = []
    const all = gates.map(({ promise }, at) => turns(async () => {
      begun.push(at)
      await promise
      return at
    }))
    await sleep(5)
    expect(begun).toEqual([0, 1])
    gates[1]?.resolve()
    await all[1]
    await sleep(5)
    expect(begun).toEqual([0, 1, 2])
    gates[2]?.reject(new Error('broken'))
    await expect(all[2]).rejects.toThrow('broken')
    await sleep(5)
    expect(begun).toEqual([0, 1, 2, 3])
    gates[0]?.resolve()
    gates[3]?.resolve()
    expect(await Promise.all([all[0], all[3]])).toEqual([0, 3])
    expect(await turns(() => Promise.resolve('later'))).toBe('later')
  })

  it('do not wait for one that takes long: it may wait for what stands behind it', async () => {
    const turns = takeTurns({ atOnce: 1, patience: 10 })
    const second = gate()
    const first = turns(() => second.promise.then(() => 'first'))
    expect(await turns(() => { second.resolve(); return Promise.resolve('second') })).toBe('second')
    expect(await first).toBe('first')
  })

  it('give a turn back once, however the work ends after its patience', async () => {
    const turns = takeTurns({ atOnce: 1, patience: 5 })
    await turns(() => sleep(30))
    const held = gate()
    const begun: string[] = []
    const one = turns(() => { begun.push('one'); return Promise.race([held.promise, sleep(4)]) })
    const two = turns(() => { begun.push('two'); return Promise.resolve() })
    expect(begun).toEqual(['one'])
    await Promise.all([one, two])
  })
})
