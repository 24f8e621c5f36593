/**
 * `node test/simulation/crash/run.ts --visits 200 --kills 20`: visits are signed while the application, and then PostgreSQL, is killed without
 * warning, over a network that delivers every batch twice; afterwards both sites are compared. `--fault dedupe` runs a center without dedupe
 * instead, which the check must find: then the exit code is 0 when it did.
 */
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { copyBroken, DEDUPE_OFF } from '#test/support/broken-build.ts'
import { freeAddress, startDemo } from '#test/e2e/support/demo.ts'
import { appUrl, findMissing } from './check-stored.ts'
import { waitAtCenter } from './check-center.ts'
import { compareSites } from './compare-sites.ts'
import { crashRun, type Victim } from './crash-run.ts'
import { openReplayingNetwork } from './replaying-network.ts'

const { values } = parseArgs({ options: { visits: { type: 'string', default: '200' }, kills: { type: 'string', default: '20' }, fault: { type: 'string' } } })
if (values.fault !== undefined && values.fault !== 'dedupe') throw new Error('--fault knows dedupe')
const root = values.fault === undefined ? undefined : copyBroken(DEDUPE_OFF)
const address = await freeAddress()
const network = await openReplayingNetwork(address.center)
const demo = await startDemo(address, { env: { EMR_CENTER_URL: network.url }, ...(root !== undefined && { root }) })
let wrong = 0
try {
  for (const victim of ['application', 'postgresql'] satisfies Victim[]) {
    const result = await crashRun(demo, { victim, visits: Number(values.visits), kills: Number(values.kills) })
    const missing = await findMissing(appUrl(demo.data, 'emr_hospital'), 900, result.acknowledged)
    const late = await waitAtCenter(demo, result.acknowledged, root === undefined ? 180 : 20)
    const unequal = await compareSites(demo.data, 900, root === undefined ? 60 : 0)
    wrong += missing.length + late.length + unequal.length
    process.stdout.write(`kill -9 of ${victim}: ${result.kills} kills, ${result.acknowledged.length} acknowledged, ${result.broken} broken attempts, ${network.replayed()} batches delivered twice so far; `
      + `${missing.length} missing, ${late.length} not valid at the center, ${unequal.length} unequal\n`)
    for (const line of [...missing, ...late, ...unequal].slice(0, 20)) process.stdout.write(`  ${line}\n`)
  }
} finally {
  await demo.stop()
  await network.close()
  for (const folder of [demo.data, root]) if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true })
}
process.exitCode = (wrong === 0) === (root === undefined) ? 0 : 1
