/** `npm run pictures [-- FOLDER] [--only TEXT] [--walk] [--dark]`: every route and state at 1366x768 and 1920x1080 as PNG, on a demo of its own; FOLDER/walk has the way of a visit in twelve (--walk: only that). --dark: on a PC that is set dark. */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startDemo } from '../support/demo.ts'
import { LARGE, launchBrowser, signIn, SMALL, visit } from '../support/browser.ts'
import { STATES } from '../support/states.ts'
import { visitingStates } from '../support/visiting-states.ts'
import { prepareWires } from '../support/wires.ts'
import { takeWalk } from '../support/walk.ts'
import { prepareWorld, type World } from '../support/world.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: '' }, walk: { type: 'boolean', default: false }, dark: { type: 'boolean', default: false } } })
const folder = path.resolve(positionals[0] ?? 'pictures')
const { wires, env, remove } = await prepareWires()
const demo = await startDemo(undefined, { env: { ...env, EMR_TRAINING: '1' } })
const browser = await launchBrowser()
let failed = 0

async function takeStates(world: World): Promise<void> {
  for (const viewport of [SMALL, LARGE]) {
    const size = `${viewport.width}x${viewport.height}`
    fs.mkdirSync(path.join(folder, size), { recursive: true })
    const visiting = visitingStates(browser, demo, viewport, { dark: values.dark })
    for (const state of STATES.filter((s) => s.name.includes(values.only))) {
      const { page } = await visiting.at(state)
      try {
        await visiting.reach(state, world)
        await page.waitForTimeout(350)
      } catch (error) {
        failed += 1
        console.error(`${state.name} ${size}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      }
      await page.screenshot({ path: path.join(folder, size, `${state.name}.png`) })
    }
    await visiting.close()
  }
}

try {
  const walk = path.join(folder, 'walk')
  fs.mkdirSync(walk, { recursive: true })
  const [desk, doctor, admin, nurse] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
  if (values.walk || values.only === '') await takeWalk({ desk: desk.page, doctor: doctor.page }, demo, walk)
  if (!values.walk) {
    await signIn(admin.page, demo, 'quantri')
    await signIn(nurse.page, demo, 'dieuduong')
    await takeStates(await prepareWorld({ desk: desk.page, doctor: doctor.page, admin: admin.page, nurse: nurse.page }, demo, wires))
  }
  console.log(values.walk ? `the walk in ${walk}` : `${STATES.length} states at two sizes in ${folder}, ${failed} not reached`)
} finally {
  await browser.close()
  await demo.stop()
  remove()
  fs.rmSync(demo.data, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
