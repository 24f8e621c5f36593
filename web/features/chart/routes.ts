/** Address of a patient's record: one page with its views, opened from a visit or from the palette. */
import { withTexts } from '#web/i18n/index.ts'
import { CHART_VIEWS } from '#web/record/chart-path.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'chart', path: `/nguoi-benh/:patient/:view(${CHART_VIEWS.join('|')})`, page: withTexts('chart visit', () => import('./ChartPage.vue')), title: 'chart.title',
    access: { who: ['doctor', 'head', 'nurse'], site: 'hospital' },
  },
] satisfies FeatureRoute[]
