/** axe finds nothing of WCAG 2.2 A and AA on any route and state of the table in support/states.ts, and in the dark on some of them. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { findingsByDayAndNight, signIn, visit } from '../support/browser.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { STATES } from '../support/states.ts'
import { visitingStates, type VisitingStates } from '../support/visiting-states.ts'
import { prepareWorld, type World } from '../support/world.ts'

const demo = inject('demo')
let browser: SharedBrowser
let world: World
let states: VisitingStates

beforeAll(async () => {
  browser = await sharedBrowser()
  states = visitingStates(browser, demo)
  const [desk, doctor, admin, nurse] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
  await signIn(admin.page, demo, 'quantri')
  await signIn(nurse.page, demo, 'dieuduong')
  world = await prepareWorld({ desk: desk.page, doctor: doctor.page, admin: admin.page, nurse: nurse.page }, demo, inject('wires'))
})
afterAll(() => browser.close())

describe('axe finds nothing on', () => {
  for (const state of STATES) {
    it(state.name, async () => {
      const visitor = await states.reach(state, world)
      expect(await findingsByDayAndNight(visitor.page, state)).toEqual([])
      expect(visitor.complaints.splice(0).filter((said) => state.complains?.test(said) !== true)).toEqual([])
    })
  }
})
