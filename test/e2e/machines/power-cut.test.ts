/** The power goes while visits are signed (short form; test/simulation/power-cut/run.ts is the long one, with the build that must fail). */
import { expect, it } from 'vitest'
import { whyNoDisk } from '#test/simulation/power-cut/disk.ts'
import { powerCutRun } from '#test/simulation/power-cut/power-cut-run.ts'

it.skipIf(process.env.CI === undefined && whyNoDisk() !== undefined)('what was acknowledged outlives a power cut, whole and once at the center', async () => {
  const { acknowledged, wrong } = await powerCutRun({ cycles: 1 })
  expect(wrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(0)
}, 400_000)
