/** Devices: results that fit no order, for those who work there; and what waits for a device, for the administrator. */
import { MailQuestion } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const page = withTexts('devices', () => import('./QuarantinePage.vue'))

export default [
  { name: 'device-lab', path: '/xet-nghiem/may', page, title: 'work.wired.title', access: { who: ['laboratory'], site: 'hospital' }, menu: { order: 32, label: 'work.wired.lab', icon: MailQuestion, count: '/api/device-results/lab/count' } },
  { name: 'device-imaging', path: '/cdha/may', page, title: 'work.wired.title', access: { who: ['imaging'], site: 'hospital' }, menu: { order: 33, label: 'work.wired.imaging', icon: MailQuestion, count: '/api/device-results/imaging/count' } },
  { name: 'admin-devices', path: '/quan-tri/thiet-bi', page: withTexts('devices', () => import('./DevicesPage.vue')), title: 'work.wired.admin', access: { who: ['administrator'], site: 'hospital' } },
] satisfies FeatureRoute[]
