/** axe finds nothing of WCAG 2.2 A and AA on any route and state of the table in support/states.ts. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { axeFindings, signIn, visit, type Visitor } from '../support/browser.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { STATES } from '../support/states.ts'
import { prepareWorld, type World } from '../support/world.ts'

const demo = inject('demo')
let browser: SharedBrowser
let world: World
const visitors = new Map<string, Visitor>()

beforeAll(async () => {
  browser = await sharedBrowser()
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
      const key = `${state.site}/${state.login ?? ''}`
      const visitor = visitors.get(key) ?? await visit(browser, demo[state.site])
      if (!visitors.has(key) && state.login) await signIn(visitor.page, demo, state.login)
      visitors.set(key, visitor)
      await visitor.page.goto(state.path(world))
      await visitor.page.evaluate(() => localStorage.setItem('emr-language', 'vi'))
      await state.ready(visitor.page)
      await state.act?.(visitor.page, world)
      expect(await axeFindings(visitor.page)).toEqual([])
      expect(visitor.complaints.splice(0).filter((said) => state.complains?.test(said) !== true)).toEqual([])
    })
  }
})
