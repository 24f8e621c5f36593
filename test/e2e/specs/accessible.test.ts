/**
 * axe finds nothing of WCAG 2.2 A and AA on any route and state of the table in support/states.ts, and in the dark on some of them. The short form looks at each page as it opens;
 * `npm run gates` at everything, too.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { isWhole } from '#infra/setup/test-long.ts'
import { featureRoutes } from '#web/shell/routes.ts'
import { findingsByDayAndNight, signIn, visit } from '../support/browser.ts'
import { firstOfEachPage, pageOf } from '../support/first-states.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { STATES } from '../support/states.ts'
import { visitingStates, type VisitingStates } from '../support/visiting-states.ts'
import { prepareWorld, type World } from '../support/world.ts'

const demo = inject('demo')
const looked = isWhole ? STATES : firstOfEachPage(STATES)
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

it('each page of the product is among the states that are looked at', () => {
  const pages = looked.map((state) => pageOf(state).split(' ')[1] ?? '')
  const like = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll(/:\w+(\([^)]*\))?\??/g, '[^/]+')}$`)
  expect(featureRoutes.map((route) => route.path).filter((pattern) => !pages.some((page) => like(pattern).test(page)))).toEqual([])
})

describe('axe finds nothing on', () => {
  for (const state of looked) {
    it(state.name, async () => {
      const visitor = await states.reach(state, world)
      expect(await findingsByDayAndNight(visitor.page, state)).toEqual([])
      expect(visitor.complaints.splice(0).filter((said) => state.complains?.test(said) !== true)).toEqual([])
    })
  }
})
