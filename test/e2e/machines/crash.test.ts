/** kill -9 of the application and of PostgreSQL while visits are signed, over a network that repeats (short form; test/simulation/crash/run.ts is the long one). */
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitAtCenter } from '#test/simulation/crash/check-center.ts'
import { appUrl, findMissing } from '#test/simulation/crash/check-stored.ts'
import { compareSites } from '#test/simulation/crash/compare-sites.ts'
import { crashRun } from '#test/simulation/crash/crash-run.ts'
import { openReplayingNetwork, type ReplayingNetwork } from '#test/simulation/crash/replaying-network.ts'
import { copyBroken, DEDUPE_OFF } from '#test/support/broken-build.ts'
import { freeAddress, startDemo, type Demo, type DemoOptions } from '../support/demo.ts'

interface Pair { readonly demo: Demo; readonly network: ReplayingNetwork; close(): Promise<void> }

async function openPair(options: DemoOptions = {}): Promise<Pair> {
  const address = await freeAddress()
  const network = await openReplayingNetwork(address.center)
  const demo = await startDemo(address, { ...options, env: { EMR_CENTER_URL: network.url } })
  return {
    demo, network,
    async close() {
      await demo.stop()
      await network.close()
      fs.rmSync(demo.data, { recursive: true, force: true })
    },
  }
}

describe('what was acknowledged', () => {
  let pair: Pair
  beforeAll(async () => { pair = await openPair() })
  afterAll(() => pair.close())

  const outlives = (victim: 'application' | 'postgresql') => async (): Promise<void> => {
    const result = await crashRun(pair.demo, { victim, visits: 10, kills: 2, pause: 1000 })
    expect(result.kills).toBeGreaterThan(0)
    expect(result.acknowledged.length).toBeGreaterThan(0)
    expect(await findMissing(appUrl(pair.demo.data, 'emr_hospital'), 900, result.acknowledged)).toEqual([])
    expect(await waitAtCenter(pair.demo, result.acknowledged)).toEqual([])
    expect(await compareSites(pair.demo.data, 900)).toEqual([])
    expect(pair.network.replayed()).toBeGreaterThan(0)
  }
  it('is whole in the hospital and once at the center after kill -9 of application', outlives('application'), 400_000)
  it('is whole in the hospital and once at the center after kill -9 of postgresql', outlives('postgresql'), 400_000)
})

it('the rig catches a center that takes every delivery for a new one', async () => {
  const root = copyBroken(DEDUPE_OFF)
  const pair = await openPair({ root })
  try {
    await crashRun(pair.demo, { victim: 'application', visits: 2, kills: 0 })
    expect((await compareSites(pair.demo.data, 900, 0)).join('\n')).toContain('with 2 effects')
  } finally {
    await pair.close()
    fs.rmSync(root, { recursive: true, force: true })
  }
}, 240_000)
