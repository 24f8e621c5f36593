/** Goes to the states of states.ts as who each of them is for: signed in once for each account and site. */
import type { Browser } from 'playwright-core'
import { signIn, SMALL, visit, type Visitor } from './browser.ts'
import type { DemoAddress } from './demo.ts'
import type { State } from './state.ts'
import type { World } from './world.ts'

export interface VisitingStates {
  /** Who is at the state; nobody has gone there yet. */
  at(state: State): Promise<Visitor>
  /** At the state, in Vietnamese, with what is done there done. */
  reach(state: State, world: World): Promise<Visitor>
  close(): Promise<void>
}

export const visitingStates = (browser: Pick<Browser, 'newContext'>, demo: DemoAddress, viewport = SMALL, { dark = false } = {}): VisitingStates => {
  const visitors = new Map<string, Visitor>()
  const at = async (state: State): Promise<Visitor> => {
    const key = `${state.site}/${state.login ?? ''}`
    const known = visitors.get(key)
    if (known !== undefined) return known
    const visitor = await visit(browser, demo[state.site], viewport, { dark })
    // who could not sign in is no visitor: the next state tries again
    if (state.login) await signIn(visitor.page, demo, state.login)
    visitors.set(key, visitor)
    return visitor
  }
  return {
    at,
    async reach(state, world) {
      const visitor = await at(state)
      await visitor.page.setViewportSize(state.viewport ?? viewport)
      await visitor.page.goto(state.path(world))
      await visitor.page.evaluate(() => localStorage.setItem('emr-language', 'vi'))
      await state.ready(visitor.page)
      await state.act?.(visitor.page, world)
      return visitor
    },
    async close() {
      for (const visitor of visitors.values()) await visitor.close()
    },
  }
}
