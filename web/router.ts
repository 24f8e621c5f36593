/** Addresses: those of the features, the sign-in page, and the two pages that say no. Every row declares its access; a guard holds it. */
import { nextTick, watch } from 'vue'
import { createRouter, createWebHistory, type RouteLocationRaw, type Router } from 'vue-router'
import { i18n } from './i18n/index.ts'
import { useConnection } from './session/connection.ts'
import type { Session } from './session/session.ts'
import { featureRoutes, homeOf, mayOpen } from './shell/routes.ts'

const RELOADED = 'emr-page-taken-anew'

/** Where someone wanted to go before signing in; only a path of our own. */
const wantedPath = (value: unknown): string | undefined =>
  (typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined)

export const createAppRouter = (session: Session): Router => {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      ...featureRoutes.map((route) => ({ name: route.name, path: route.path, component: route.page, meta: { access: route.access, title: route.title } })),
      { name: 'forbidden', path: '/khong-co-quyen', component: () => import('./shell/ForbiddenPage.vue'), meta: { title: 'shell.forbiddenHeading', access: { who: 'open', site: 'both' } } },
      { name: 'not-found', path: '/:rest(.*)*', component: () => import('./shell/NotFoundPage.vue'), meta: { title: 'shell.notFoundHeading', access: { who: 'open', site: 'both' } } },
    ],
  })

  router.beforeEach(async (to): Promise<RouteLocationRaw | boolean> => {
    await session.ready()
    const visitor = session.visitor
    if (to.path === '/' && session.site?.needsSetup) return { name: 'setup' }
    if (to.path === '/') return visitor ? wantedPath(to.query.tiep) ?? homeOf(featureRoutes, visitor) : true
    const access = to.meta.access
    if (!access || mayOpen(access, visitor)) return true
    return visitor ? { name: 'forbidden' } : { path: '/', query: { tiep: to.fullPath } }
  })

  router.afterEach((to, from) => {
    sessionStorage.removeItem(RELOADED)
    if (to.path !== from.path && from.matched.length > 0) void nextTick(() => document.getElementById('main')?.focus({ preventScroll: true }))
  })

  // a page's script that does not come: either the server is away (stay, and say so) or it was updated (take the page anew, once)
  router.onError(async (error: unknown, to) => {
    if (!(error instanceof TypeError)) return
    const connection = useConnection()
    await connection.check()
    if (connection.reachable && sessionStorage.getItem(RELOADED) !== to.fullPath) {
      sessionStorage.setItem(RELOADED, to.fullPath)
      window.location.assign(to.fullPath)
    }
  })

  const title = (): void => {
    const key = router.currentRoute.value.meta.title
    document.title = [session.training && i18n.global.t('shell.training'), key && i18n.global.t(key), session.siteName || i18n.global.t('shell.product')].filter(Boolean).join(' · ')
  }
  watch(() => [router.currentRoute.value.meta.title, i18n.global.locale.value, session.siteName], title)
  return router
}
