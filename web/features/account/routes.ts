/** Address of one's own account; reached from the account menu. */
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'account', path: '/tai-khoan', page: withTexts('admin scopes', () => import('./AccountPage.vue')), title: 'account.title', access: { who: 'session', site: 'both' } },
] satisfies FeatureRoute[]
