/**
 * `npm run gates`: each gate of the interface, measured on a demo of its own that is really started, a line each: `name measured wanted ok` or `FALLS SHORT`, last `N passed, N failed`; exit code 0
 * only when all hold. `-- --only TEXT` measures those whose group has the text. What a test can hold is in `npm test` too.
 */
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { launchBrowser } from '#test/e2e/support/browser.ts'
import { startDemo } from '#test/e2e/support/demo.ts'
import { prepareWires } from '#test/e2e/support/wires.ts'
import { accessible } from './accessible.ts'
import { guard, toLine, toSummary, type Measured } from './gate.ts'
import { rowsVisible } from './lists.ts'
import { onExpiry, onPowerLoss, onSignOut, onTabKill } from './lost-work.ts'
import { twentyResults } from './results.ts'
import { bigChart, bigForm } from './speed.ts'
import { journeys, scriptSizes, vietnameseTexts } from './texts-and-script.ts'
import { drugLine, openStaff, referenceVisit, returnPatient, twoPeople } from './visits.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const { wires, env, remove } = await prepareWires()
const demo = await startDemo(undefined, { env: { ...env, EMR_TRAINING: '1' } })
const browser = await launchBrowser()
const all: Measured[] = []
try {
  const staff = await openStaff(browser, demo)
  const groups: readonly (readonly [string, () => Promise<readonly Measured[]>])[] = [
    ['reference-visit', () => referenceVisit(staff, demo)], ['drug-line', () => drugLine(staff)], ['return-patient', () => returnPatient(staff)],
    ['results', () => twentyResults(staff, demo)],
    ['queue-to-typing', () => bigChart(staff, demo)],
    ['tab-kill', () => onTabKill(staff)], ['power-loss', () => onPowerLoss(staff, demo)], ['sign-out', () => onSignOut(staff, demo)], ['expired-session', () => onExpiry(staff, demo)],
    ['two-people', () => twoPeople(staff)], ['typing', () => bigForm(staff)], ['list-rows', () => rowsVisible(browser, staff, demo)],
    ['script', scriptSizes], ['texts', vietnameseTexts], ['journeys', journeys], ['axe', () => accessible(browser, demo, staff, wires)],
  ]
  const chosen = groups.filter(([group]) => group.includes(values.only))
  if (chosen.length === 0) throw new Error(`no group of gates has “${values.only}”: ${groups.map(([group]) => group).join(', ')}`)
  for (const [name, measure] of chosen) {
    for (const measured of await guard(name, measure)) {
      all.push(measured)
      console.log(toLine(measured))
    }
  }
} finally {
  await browser.close()
  await demo.stop()
  remove()
  fs.rmSync(demo.data, { recursive: true, force: true })
}
console.log(toSummary(all))
process.exitCode = all.every(({ holds }) => holds) ? 0 : 1
