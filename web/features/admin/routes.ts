/** Addresses of the hospital administrator: profile, departments, staff, system clients, code lists, exchange, audit. */
import { Building2, Hospital, ListTree, Plug, ScrollText, Send, Users } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const access = { who: ['administrator'], site: 'hospital' } as const

export default [
  { name: 'admin-hospital', path: '/quan-tri/don-vi', page: () => import('./HospitalPage.vue'), title: 'admin.hospital.title', access, menu: { order: 50, label: 'admin.hospital.menu', icon: Hospital } },
  { name: 'admin-departments', path: '/quan-tri/khoa-phong', page: () => import('./DepartmentsPage.vue'), title: 'admin.departments.title', access, menu: { order: 52, label: 'admin.departments.menu', icon: Building2 } },
  { name: 'admin-staff', path: '/quan-tri/nhan-su', page: () => import('./StaffPage.vue'), title: 'admin.staff.title', access, menu: { order: 54, label: 'admin.staff.menu', icon: Users } },
  { name: 'admin-clients', path: '/quan-tri/phan-mem', page: withTexts('clients scopes', () => import('./ClientsPage.vue')), title: 'admin.clients.title', access, menu: { order: 55, label: 'admin.clients.menu', icon: Plug } },
  { name: 'admin-lists', path: '/quan-tri/danh-muc', page: () => import('./CodeListsPage.vue'), title: 'admin.lists.title', access, menu: { order: 56, label: 'admin.lists.menu', icon: ListTree } },
  { name: 'admin-exchange', path: '/quan-tri/trao-doi', page: () => import('./ExchangePage.vue'), title: 'admin.exchange.title', access: { ...access, only: 'live' }, menu: { order: 58, label: 'admin.exchange.menu', icon: Send } },
  { name: 'admin-audit', path: '/quan-tri/nhat-ky', page: withTexts('audit training', () => import('./AuditPage.vue')), title: 'admin.audit.title', access, menu: { order: 60, label: 'admin.audit.menu', icon: ScrollText } },
] satisfies FeatureRoute[]
