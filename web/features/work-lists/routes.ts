/** Work lists of the departments that send results back. */
import { FlaskConical, ScanLine } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const page = withTexts('devices bench', () => import('./WorkPage.vue'))

export default [
  { name: 'work-lab', path: '/xet-nghiem', page, title: 'work.title.lab', access: { who: ['laboratory'], site: 'hospital' }, menu: { order: 30, label: 'work.menu.lab', icon: FlaskConical } },
  { name: 'work-imaging', path: '/cdha', page, title: 'work.title.imaging', access: { who: ['imaging'], site: 'hospital' }, menu: { order: 31, label: 'work.menu.imaging', icon: ScanLine } },
] satisfies FeatureRoute[]
