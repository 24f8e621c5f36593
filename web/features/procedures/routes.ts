/** Procedures that were ordered and wait to be done: for those who treat the patients. */
import { Bandage } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'procedures', path: '/thu-thuat', page: withTexts('procedures', () => import('./ProceduresPage.vue')), title: 'pages.procedures.title', access: { who: ['nurse', 'doctor', 'head'], site: 'hospital' }, menu: { order: 34, label: 'pages.procedures.menu', icon: Bandage, bar: ['nurse'] } },
] satisfies FeatureRoute[]
