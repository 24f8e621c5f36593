/** `npm run pictures [-- FOLDER] [--only TEXT] [--walk]`: every route and state at 1366x768 and 1920x1080 as PNG, on a demo of its own; FOLDER/walk has the way of a visit in twelve (--walk: only that). */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startDemo } from '../support/demo.ts'
import { LARGE, launchBrowser, signIn, SMALL, visit, type Visitor } from '../support/browser.ts'
import { STATES, type State } from '../support/states.ts'
import { prepareWires } from '../support/wires.ts'
import { pictureOfDocument, SIGNED_DOCUMENT, WALK, walkName } from '../support/walk.ts'
import { prepareWorld } from '../support/world.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string', default: '' }, walk: { type: 'boolean', default: false } } })
const folder = path.resolve(positionals[0] ?? 'pictures')
const { wires, env, remove } = await prepareWires()
const demo = await startDemo(undefined, { env: { ...env, EMR_TRAINING: '1' } })
const browser = await launchBrowser()
let failed = 0

/** Signed in once for each account and size. */
async function openFor(visitors: Map<string, Visitor>, state: State, viewport: typeof SMALL): Promise<Visitor> {
  const key = `${state.site}/${state.login ?? ''}/${viewport.width}`
  const known = visitors.get(key)
  if (known) return known
  const visitor = await visit(browser, demo[state.site], viewport)
  if (state.login) await signIn(visitor.page, demo, state.login)
  visitors.set(key, visitor)
  return visitor
}

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
    const visitors = new Map<string, Visitor>()
    for (const state of STATES.filter((s) => s.name.includes(values.only) && (!values.walk || onWalk(s.name)))) {
      const { page } = await openFor(visitors, state, viewport)
      try {
        await page.goto(state.path(world))
        await page.evaluate(() => localStorage.setItem('emr-language', 'vi'))
        await state.ready(page)
        await state.act?.(page, world)
        await page.waitForTimeout(350)
      } catch (error) {
        failed += 1
        console.error(`${state.name} ${size}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
      }
      const file = path.join(folder, size, `${state.name}.png`)
      await page.screenshot({ path: file })
      if (viewport === SMALL && onWalk(state.name)) fs.copyFileSync(file, path.join(walk, walkName(state.name)))
    }
    for (const visitor of visitors.values()) await visitor.close()
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
