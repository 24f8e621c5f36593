// @vitest-environment happy-dom
/** Guards of the addresses: where one is sent without a session, without the role, with nothing there, and after signing in. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Router } from 'vue-router'
import type { Role } from '#api/model/actor.ts'
import { createAppRouter } from '#web/router.ts'
import { useSession } from '#web/session/session.ts'

const site = { site: 'hospital', demo: true, name: 'Bệnh viện Quân y 900', governingBody: 'Cục Quân y', version: '0.1.0' }
const session = (...roles: Role[]) => ({
  site: 'hospital', demo: true, tenant: 900, siteName: site.name, account: { id: 'a', login: 'x', name: 'X', practitioner: null }, signingKey: { state: 'none' }, csrf: 'c', expires: '',
  grants: roles.map((role) => ({ role, department: 'd1', departmentName: 'Nội' })),
})

const routerFor = (...roles: Role[]): Router => {
  vi.stubGlobal('fetch', vi.fn(async (url: string) =>
    url === '/api/site' ? new Response(JSON.stringify(site))
      : roles.length === 0 ? new Response(JSON.stringify({ code: 'sign-in-needed' }), { status: 401 }) : new Response(JSON.stringify(session(...roles)))))
  return createAppRouter(useSession())
}
const go = async (router: Router, path: string): Promise<string> => {
  await router.push(path)
  return router.currentRoute.value.fullPath
}

beforeEach(() => { setActivePinia(createPinia()); window.history.replaceState(null, '', '/') })
afterEach(() => { vi.unstubAllGlobals() })

describe('an address', () => {
  test('that needs a session leads to sign-in and remembers itself', async () => {
    expect(await go(routerFor(), '/kham?x=1')).toBe('/?tiep=/kham?x=1')
  })
  test('that is open needs no session', async () => { expect(await go(routerFor(), '/xac-minh?ma=abcdefgh')).toBe('/xac-minh?ma=abcdefgh') })
  test('of another role says no', async () => { expect(await go(routerFor('reception'), '/kham')).toBe('/khong-co-quyen') })
  test('that is nothing says so', async () => {
    const router = routerFor('doctor')
    await go(router, '/khong-co')
    expect(router.currentRoute.value.name).toBe('not-found')
  })
  test('of the start leads home, or to what was wanted', async () => {
    expect(await go(routerFor('reception'), '/')).toBe('/tiep-don')
    expect(await go(routerFor('doctor'), '/?tiep=/tai-khoan')).toBe('/tai-khoan')
  })
  test('of another origin is never gone to', async () => {
    expect(await go(routerFor('doctor'), '/?tiep=//evil.example/x')).toBe('/kham')
    expect(await go(routerFor('doctor'), '/?tiep=/%5Cevil.example')).toBe('/kham')
  })
})
