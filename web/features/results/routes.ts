/** Results that came back and that their doctor has not looked at. */
import { Inbox } from '@lucide/vue'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'results', path: '/ket-qua', page: () => import('./ResultsPage.vue'), title: 'results.title',
    access: { who: ['doctor', 'head'], site: 'hospital' }, menu: { order: 12, label: 'results.menu', icon: Inbox, count: '/api/results/waiting', every: 30 },
  },
] satisfies FeatureRoute[]
