/** axe, and what the page complains of, on every route and state of the table that the pictures walk too. */
import type { Browser } from 'playwright-core'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { findingsByDayAndNight, signIn, visit } from '#test/e2e/support/browser.ts'
import { STATES } from '#test/e2e/support/states.ts'
import { visitingStates } from '#test/e2e/support/visiting-states.ts'
import type { Wires } from '#test/e2e/support/wires.ts'
import { prepareWorld } from '#test/e2e/support/world.ts'
import { atMost, type Measured } from './gate.ts'
import type { Staff } from './visits.ts'

export const accessible = async (browser: Browser, demo: DemoAddress, { desk, doctor, nurse }: Staff, wires: Wires): Promise<Measured[]> => {
  const admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
  const world = await prepareWorld({ desk: desk.page, doctor: doctor.page, nurse: nurse.page, admin: admin.page }, demo, wires)
  const states = visitingStates(browser, demo)
  let [findings, unreached] = [0, 0]
  for (const state of STATES) {
    try {
      const { page, complaints } = await states.reach(state, world)
      const found = [...await findingsByDayAndNight(page, state), ...complaints.splice(0).filter((said) => state.complains?.test(said) !== true)]
      findings += found.length
      for (const each of found) console.error(`${state.name}: ${each}`)
    } catch (error) {
      unreached += 1
      console.error(`${state.name}: ${String(error)}`)
    }
  }
  await states.close()
  await admin.close()
  return [atMost(`axe-findings-on-${STATES.length}-states`, findings, 0), atMost('states-not-reached', unreached, 0)]
}
