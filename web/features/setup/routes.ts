/** Address of the first set-up of a site. The router leads here from `/` until the site has its first administrator. */
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'setup', path: '/thiet-lap', page: withTexts('admin setup', () => import('./SetupPage.vue')), title: 'setup.title', access: { who: 'open', site: 'both' } },
] satisfies FeatureRoute[]
