/** The worker's loop: rests, wakes, survives errors, and ends between two runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startLoop } from '#api/jobs/loop.ts'

const quiet = { warn: () => undefined }

describe('a loop', () => {
  it('runs again when woken, and not before its rest is over when the rest is firm', async () => {
    let runs = 0
    const loose = startLoop({ name: 'loose', log: quiet, run: async () => (runs += 1, { wait: 60_000 }) })
    await sleep(20)
    expect(runs).toBe(1)
    loose.wake()
    await sleep(20)
    expect(runs).toBe(2)
    await loose.stop()

    let tries = 0
    const firm = startLoop({ name: 'firm', log: quiet, run: async () => (tries += 1, { wait: 200, firm: true }) })
    await sleep(20)
    firm.wake()
    await sleep(50)
    expect(tries).toBe(1)
    await sleep(250)
    expect(tries).toBe(2)
    await firm.stop()
  })

  it('goes on after errors, says the first, and tells no content', async () => {
    const said: unknown[] = []
    let runs = 0
    const loop = startLoop({ name: 'poor', log: { warn: (what) => void said.push(what) }, longest: 10, run: () => {
      runs += 1
      return runs < 4 ? Promise.reject(new RangeError('Nguyễn Văn Mẫu')) : Promise.resolve({ wait: 60_000 })
    } })
    await sleep(100)
    expect(runs).toBe(4)
    expect(said).toEqual([{ task: 'poor', failures: 1, error: 'RangeError' }, { task: 'poor', failures: 2, error: 'RangeError' }])
    await loop.stop()
  })

  it('waits for the run under way when it is stopped, and starts no other', async () => {
    const order: string[] = []
    const loop = startLoop({ name: 'slow', log: quiet, run: async () => {
      await sleep(50)
      order.push('run')
      return { wait: 0 }
    } })
    await sleep(10)
    await loop.stop()
    order.push('stopped')
    await sleep(60)
    expect(order).toEqual(['run', 'stopped'])
  })
})
