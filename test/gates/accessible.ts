/** axe on every route and state of the table that the pictures walk too. */
import type { Browser } from 'playwright-core'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { axeFindings, signIn, visit, type Visitor } from '#test/e2e/support/browser.ts'
import { STATES } from '#test/e2e/support/states.ts'
import type { Wires } from '#test/e2e/support/wires.ts'
import { prepareWorld } from '#test/e2e/support/world.ts'
import { atMost, type Measured } from './gate.ts'
import type { Staff } from './visits.ts'

export const accessible = async (browser: Browser, demo: DemoAddress, { desk, doctor, nurse }: Staff, wires: Wires): Promise<Measured[]> => {
  const admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
  const world = await prepareWorld({ desk: desk.page, doctor: doctor.page, nurse: nurse.page, admin: admin.page }, demo, wires)
  const visitors = new Map<string, Visitor>()
  let [findings, unreached] = [0, 0]
  for (const state of STATES) {
    const key = `${state.site}/${state.login ?? ''}`
    const visitor = visitors.get(key) ?? await visit(browser, state.site === 'hospital' ? demo.hospital : demo.center)
    if (!visitors.has(key) && state.login) await signIn(visitor.page, demo, state.login)
    visitors.set(key, visitor)
    try {
      await visitor.page.goto(state.path(world))
      await visitor.page.evaluate(() => localStorage.setItem('emr-language', 'vi'))
      await state.ready(visitor.page)
      await state.act?.(visitor.page, world)
      const found = await axeFindings(visitor.page)
      findings += found.length
      for (const each of found) console.error(`${state.name}: ${each}`)
    } catch (error) {
      unreached += 1
      console.error(`${state.name}: ${String(error)}`)
    }
  }
  for (const visitor of [...visitors.values(), admin]) await visitor.close()
  return [atMost(`axe-findings-on-${STATES.length}-states`, findings, 0), atMost('states-not-reached', unreached, 0)]
}
