/** How often which drug safety alert was shown and kept: for heads of departments and the administrator. */
import { ShieldAlert } from '@lucide/vue'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const page = () => import('./AlertFiguresPage.vue')

export default [
  { name: 'safety-figures', path: '/canh-bao-thuoc', page, title: 'safety.figures.title', access: { who: ['head'], site: 'hospital' }, menu: { order: 41, label: 'safety.figures.menu', icon: ShieldAlert } },
  { name: 'admin-safety-figures', path: '/quan-tri/canh-bao-thuoc', page, title: 'safety.figures.title', access: { who: ['administrator'], site: 'hospital' }, menu: { order: 59, label: 'safety.figures.menu', icon: ShieldAlert } },
] satisfies FeatureRoute[]
