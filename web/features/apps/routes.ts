/** Address of the page on which a person lets an app in; the authorization endpoint sends browsers there. */
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'app-consent', path: '/ung-dung/cho-phep', page: withTexts('admin scopes', () => import('./ConsentPage.vue')), title: 'apps.title', access: { who: 'session', site: 'hospital' } },
] satisfies FeatureRoute[]
