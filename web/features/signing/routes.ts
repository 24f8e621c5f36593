/** Address of the signing inbox: what waits for a doctor's or a head's signature. */
import { Signature } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

export default [
  {
    name: 'signing', path: '/hop-ky', page: withTexts('visit admission', () => import('./SigningPage.vue')), title: 'signing.title',
    access: { who: ['doctor', 'head'], site: 'hospital' }, menu: { order: 11, label: 'signing.menu', icon: Signature, count: '/api/signing-inbox/count' },
  },
] satisfies FeatureRoute[]
