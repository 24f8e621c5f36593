/** Addresses of the hospital administrator: profile, departments, staff, system clients, code lists, exchange, audit. */
import { Building2, Hospital, ListTree, Plug, ScrollText, Send, Users } from '@lucide/vue'
import { withTexts } from '#web/i18n/index.ts'
import type { FeatureRoute } from '#web/shell/feature-route.ts'

const access = { who: ['administrator'], site: 'hospital' } as const

export default [
  { name: 'admin-hospital', path: '/quan-tri/don-vi', page: withTexts('admin', () => import('./HospitalPage.vue')), title: 'pages.hospital.title', access, menu: { order: 50, label: 'pages.hospital.menu', icon: Hospital } },
  { name: 'admin-departments', path: '/quan-tri/khoa-phong', page: withTexts('admin', () => import('./DepartmentsPage.vue')), title: 'pages.departments.title', access, menu: { order: 52, label: 'pages.departments.menu', icon: Building2 } },
  { name: 'admin-staff', path: '/quan-tri/nhan-su', page: withTexts('admin', () => import('./StaffPage.vue')), title: 'pages.staff.title', access, menu: { order: 54, label: 'pages.staff.menu', icon: Users } },
  { name: 'admin-clients', path: '/quan-tri/phan-mem', page: withTexts('admin clients scopes', () => import('./ClientsPage.vue')), title: 'pages.clients.title', access, menu: { order: 55, label: 'pages.clients.menu', icon: Plug } },
  { name: 'admin-lists', path: '/quan-tri/danh-muc', page: withTexts('admin', () => import('./CodeListsPage.vue')), title: 'pages.lists.title', access, menu: { order: 56, label: 'pages.lists.menu', icon: ListTree } },
  { name: 'admin-exchange', path: '/quan-tri/trao-doi', page: withTexts('admin', () => import('./ExchangePage.vue')), title: 'pages.exchange.title', access: { ...access, only: 'live' }, menu: { order: 58, label: 'pages.exchange.menu', icon: Send } },
  { name: 'admin-audit', path: '/quan-tri/nhat-ky', page: withTexts('admin audit training', () => import('./AuditPage.vue')), title: 'pages.audit.title', access, menu: { order: 60, label: 'pages.audit.menu', icon: ScrollText } },
] satisfies FeatureRoute[]
