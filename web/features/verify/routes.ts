/** Address of the verify page, open to anyone; it is in the QR code of every print. */
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  { name: 'verify', path: '/xac-minh', page: withTexts('verify', () => import('./VerifyPage.vue')), title: 'verify.title', access: { who: 'open', site: 'both' } },
] satisfies FeatureRoute[]
