/** Address of the reception desk. */
import { IdCard } from '@lucide/vue'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'reception', path: '/tiep-don', page: () => import('./ReceptionPage.vue'), title: 'reception.title',
    access: { who: ['reception'], site: 'hospital' }, menu: { order: 20, label: 'reception.menu', icon: IdCard },
  },
] satisfies FeatureRoute[]
