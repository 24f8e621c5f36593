/** `node test/simulation/crash/run.ts --visits 200 --kills 20`: the whole rig, application first and then PostgreSQL, with the check at the center. */
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { startDemo } from '#test/e2e/support/demo.ts'
import { appUrl, findMissing } from './check-stored.ts'
import { waitAtCenter } from './check-center.ts'
import { crashRun, type Victim } from './crash-run.ts'

const { values } = parseArgs({ options: { visits: { type: 'string', default: '200' }, kills: { type: 'string', default: '20' } } })
const demo = await startDemo()
let failed = 0
try {
  for (const victim of ['application', 'postgresql'] satisfies Victim[]) {
    const result = await crashRun(demo, { victim, visits: Number(values.visits), kills: Number(values.kills) })
    const missing = await findMissing(appUrl(demo.data, 'emr_hospital'), 900, result.acknowledged)
    const center = await waitAtCenter(demo, result.acknowledged)
    failed += missing.length + center.length
    process.stdout.write(`kill -9 of ${victim}: ${result.kills} kills, ${result.acknowledged.length} acknowledged, ${result.broken} broken attempts, ${missing.length} missing, ${center.length} wrong at the center\n`)
    for (const line of [...missing, ...center]) process.stdout.write(`  ${line}\n`)
  }
} finally {
  await demo.stop()
  fs.rmSync(demo.data, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
