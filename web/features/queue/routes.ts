/** Address of the clinic's queue: where a doctor's or nurse's day starts. */
import { ListOrdered } from '@lucide/vue'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'queue', path: '/kham', page: () => import('./QueuePage.vue'), title: 'queue.title',
    access: { who: ['doctor', 'head', 'nurse'], site: 'hospital' }, menu: { order: 10, label: 'queue.menu', icon: ListOrdered },
  },
] satisfies FeatureRoute[]
