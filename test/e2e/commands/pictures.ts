/** `npm run pictures [-- FOLDER] [--only TEXT] [--walk] [--dark]`: every route and state at 1366x768 and 1920x1080 as PNG, on a demo of its own; FOLDER/walk has the way of a visit in twelve (--walk: only that). --dark: on a PC that is set dark. */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startDemo } from '../support/demo.ts'
import { LARGE, launchBrowser, signIn, SMALL, visit } from '../support/browser.ts'
import { STATES } from '../support/states.ts'
import { visitingStates } from '../support/visiting-states.ts'
import { prepareWires } from '../support/wires.ts'
import { pictureOfDocument, SIGNED_DOCUMENT, WALK, walkName } from '../support/walk.ts'
import { prepareWorld } from '../support/world.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: '' }, walk: { type: 'boolean', default: false }, dark: { type: 'boolean', default: false } } })
const folder = path.resolve(positionals[0] ?? 'pictures')
const { wires, env, remove } = await prepareWires()
const demo = await startDemo(undefined, { env: { ...env, EMR_TRAINING: '1' } })
const browser = await launchBrowser()
let failed = 0

try {
  const [desk, doctor, admin, nurse] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
  await signIn(admin.page, demo, 'quantri')
  await signIn(nurse.page, demo, 'dieuduong')
  const world = await prepareWorld({ desk: desk.page, doctor: doctor.page, admin: admin.page, nurse: nurse.page }, demo, wires)
  const walk = path.join(folder, 'walk')
  fs.mkdirSync(walk, { recursive: true })
  const onWalk = (name: string): boolean => WALK.some((state) => state === name)
  for (const viewport of values.walk ? [SMALL] : [SMALL, LARGE]) {
    const size = `${viewport.width}x${viewport.height}`
    fs.mkdirSync(path.join(folder, size), { recursive: true })
    const visiting = visitingStates(browser, demo, viewport, { dark: values.dark })
    for (const state of STATES.filter((s) => s.name.includes(values.only) && (!values.walk || onWalk(s.name)))) {
      const { page } = await visiting.at(state)
      try {
        await visiting.reach(state, world)
        await page.waitForTimeout(350)
      } catch (error) {
        failed += 1
        console.error(`${state.name} ${size}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      }
      const file = path.join(folder, size, `${state.name}.png`)
      await page.screenshot({ path: file })
      if (viewport === SMALL && onWalk(state.name)) fs.copyFileSync(file, path.join(walk, walkName(state.name)))
    }
    await visiting.close()
    if (viewport === SMALL && SIGNED_DOCUMENT.includes(values.only)) await pictureOfDocument(doctor.page, world.signedVisit, path.join(walk, walkName(SIGNED_DOCUMENT)))
  }
  console.log(`${STATES.length} states at two sizes in ${folder}, ${failed} not reached`)
} finally {
  await browser.close()
  await demo.stop()
  remove()
  fs.rmSync(demo.data, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
