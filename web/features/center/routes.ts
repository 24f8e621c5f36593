/** Addresses of the data center's operators: the flow from the hospitals, and what arrived. */
import { Activity, Inbox } from '@lucide/vue'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const access = { who: ['center-operator'], site: 'center' } as const

export default [
  { name: 'center-monitor', path: '/trung-tam/giam-sat', page: () => import('./MonitorPage.vue'), title: 'center.monitor.title', access, menu: { order: 80, label: 'center.monitor.menu', icon: Activity } },
  { name: 'center-received', path: '/trung-tam/tiep-nhan', page: () => import('./ReceivedPage.vue'), title: 'center.received.title', access, menu: { order: 82, label: 'center.received.menu', icon: Inbox } },
] satisfies FeatureRoute[]
