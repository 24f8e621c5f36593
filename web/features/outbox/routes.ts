/** Address of the outbox: what was typed on this PC and has not reached the server, and what reached it today. */
import { Send } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'
import { waitingHere } from '#web/shell/waiting-here.ts'

export default [
  {
    name: 'outbox', path: '/hop-gui', page: withTexts('outbox', () => import('./OutboxPage.vue')), title: 'shell.outbox',
    access: { who: ['doctor', 'head', 'nurse'], site: 'hospital' }, menu: { order: 29, label: 'shell.outbox', icon: Send, here: waitingHere },
  },
] satisfies FeatureRoute[]
