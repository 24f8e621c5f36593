/** Lessons, at the training hospital only. */
import { GraduationCap } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'lessons', path: '/bai-tap', page: withTexts('training', () => import('./LessonsPage.vue')), title: 'shell.lessons', access: { who: 'session', site: 'hospital', only: 'training' }, menu: { order: 95, label: 'shell.lessons', icon: GraduationCap } },
] satisfies FeatureRoute[]
