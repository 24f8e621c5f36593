/** Address of the visit sheet: one page for the whole visit, opened from the queue. */
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'visit', path: '/nguoi-benh/:patient/lan-kham/:encounter', page: withTexts('visit', () => import('./VisitPage.vue')), title: 'visit.title',
    access: { who: ['doctor', 'head', 'nurse'], site: 'hospital' },
  },
] satisfies FeatureRoute[]
