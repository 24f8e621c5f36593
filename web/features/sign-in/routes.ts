/** Address of the sign-in page. Signed-in visitors are sent on to their home by the router. */
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'sign-in', path: '/', page: () => import('./SignInPage.vue'), title: 'signIn.title', access: { who: 'open', site: 'both' } },
] satisfies FeatureRoute[]
