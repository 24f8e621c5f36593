// @vitest-environment happy-dom
/** The table of states that pictures and the accessibility check walk (test/e2e/support/states.ts) leaves out no address of the router. */
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import { IN_THE_DARK } from '#test/e2e/support/dark-states.ts'
import { STATES } from '#test/e2e/support/states.ts'
import type { World } from '#test/e2e/support/world.ts'
import { createAppRouter } from '#web/router.ts'
import { useSession } from '#web/session/session.ts'

const world: World = {
  pin: '0', waiting: { citizen: '0', name: 'x', birthDate: '1970-01-01', qr: '0' }, openVisit: '/nguoi-benh/mot/lan-kham/mot', signedVisit: '/nguoi-benh/hai/lan-kham/hai', returnVisit: '/nguoi-benh/hai/lan-kham/ba', documentCode: 'abcdefgh', scan: 'scan', pacs: 1,
}

/** Where the guard sends who may not open a page: nobody types it, so a state that is refused shows it. */
const SHOWN_BY: Readonly<Record<string, string>> = { forbidden: '51-khong-duoc-dung' }

test('every route has a state', () => {
  setActivePinia(createPinia())
  const router = createAppRouter(useSession())
  const shown = new Set(STATES.map((state) => router.resolve(state.path(world)).name))
  const missing = router.getRoutes().filter(({ name }) => !shown.has(name) && !STATES.some((state) => state.name === SHOWN_BY[String(name)]))
  expect(missing.map(({ path }) => path)).toEqual([])
})
test('names of states are used once', () => {
  expect(new Set(STATES.map(({ name }) => name)).size).toBe(STATES.length)
})
test('what is checked in the dark is a state', () => {
  expect([...IN_THE_DARK].filter((name) => !STATES.some((state) => state.name === name))).toEqual([])
})
