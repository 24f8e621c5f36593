/** kill -9 of the application and of PostgreSQL while visits are signed (short form; test/simulation/crash/run.ts is the long one). */
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitAtCenter } from '#test/simulation/crash/check-center.ts'
import { appUrl, findMissing } from '#test/simulation/crash/check-stored.ts'
import { crashRun } from '#test/simulation/crash/crash-run.ts'
import { startDemo, type Demo } from '../support/demo.ts'

let demo: Demo
beforeAll(async () => { demo = await startDemo() })
afterAll(async () => {
  await demo.stop()
  fs.rmSync(demo.data, { recursive: true, force: true })
})

describe('what was acknowledged', () => {
  for (const victim of ['application', 'postgresql'] as const) {
    it(`is whole in the hospital and once at the center after kill -9 of ${victim}`, async () => {
      const result = await crashRun(demo, { victim, visits: 16, kills: 3, pause: 1000 })
      expect(result.kills).toBeGreaterThan(0)
      expect(result.acknowledged.length).toBeGreaterThan(0)
      expect(await findMissing(appUrl(demo.data, 'emr_hospital'), 900, result.acknowledged)).toEqual([])
      expect(await waitAtCenter(demo, result.acknowledged)).toEqual([])
    }, 240_000)
  }
})
