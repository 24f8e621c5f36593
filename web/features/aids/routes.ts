/** Order sets and phrases, to look through, to change and to copy: for who examines, and beside the other settings of the hospital for administrators. */
import { BookMarked } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const page = withTexts('visit', () => import('./AidsPage.vue'))

export default [
  { name: 'aids', path: '/bo-chi-dinh-mau-cau', page, title: 'aids.title', access: { who: ['doctor', 'head'], site: 'hospital' }, menu: { order: 40, label: 'aids.menu', icon: BookMarked } },
  { name: 'admin-aids', path: '/quan-tri/bo-chi-dinh', page, title: 'aids.title', access: { who: ['administrator'], site: 'hospital' }, menu: { order: 57, label: 'aids.adminMenu', icon: BookMarked } },
] satisfies FeatureRoute[]
