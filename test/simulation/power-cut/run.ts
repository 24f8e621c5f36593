/**
 * `node test/simulation/power-cut/run.ts --cycles 20`, as root: the power is cut while visits are signed, and nothing acknowledged may be lost.
 * `--fault fsync` runs a build that acknowledges before the disk has it, which must be found: then the exit code is 0 when it was.
 */
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { copyBroken, FSYNC_OFF } from '#test/support/broken-build.ts'
import { powerCutRun } from './power-cut-run.ts'

const { values } = parseArgs({ options: { cycles: { type: 'string', default: '20' }, fault: { type: 'string' } } })
if (values.fault !== undefined && values.fault !== 'fsync') throw new Error('--fault knows fsync')
const root = values.fault === undefined ? undefined : copyBroken(FSYNC_OFF)
try {
  const { acknowledged, wrong } = await powerCutRun({ cycles: Number(values.cycles), onCycle: (line) => process.stdout.write(`${line}\n`), ...(root !== undefined && { root }) })
  process.stdout.write(`power cuts: ${acknowledged} visits acknowledged, ${wrong.length} wrong\n`)
  for (const line of wrong.slice(0, 20)) process.stdout.write(`  ${line}\n`)
  process.exitCode = (wrong.length === 0) === (root === undefined) ? 0 : 1
} finally {
  if (root !== undefined) fs.rmSync(root, { recursive: true, force: true })
}
