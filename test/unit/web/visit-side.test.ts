// @vitest-environment happy-dom
/** What stands beside and over a visit, mounted: results that nobody answers for yet, and a banner that hides neither allergies nor dangerous results. */
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Component } from 'vue'
import type { VisitResult } from '#api/model/results.ts'
import VisitResults from '#web/features/visit/VisitResults.vue'
import { i18n } from '#web/i18n/index.ts'
import visit from '#web/i18n/vi/visit.ts'
import PatientBanner from '#web/record/PatientBanner.vue'

let mounted: VueWrapper | undefined
const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } })
const show = (component: Component, props: Record<string, unknown>): VueWrapper => {
  mounted = mount(component, { props, global: { plugins: [i18n, [VueQueryPlugin, { queryClient: client }]], stubs: { RouterLink: RouterLinkStub } } })
  return mounted
}
beforeAll(() => { i18n.global.mergeLocaleMessage('vi', { visit }) })
afterEach(() => { mounted?.unmount(); mounted = undefined; client.clear() })

describe('a result beside the sheet', () => {
  const result = (status: VisitResult['status']): VisitResult => ({ report: `r-${status}`, test: 'Điện giải đồ', at: '2026-11-28T08:00:00+07:00', status, lines: [], conclusion: 'Ổn', ofVisit: true })
  test('says that it is preliminary while nobody has released it, and cannot go into the record', () => {
    client.setQueryData(['visit-results', 'e1'], [result('preliminary'), result('final')])
    const rows = show(VisitResults, { encounter: 'e1', appendable: true }).findAll('details')
    expect(rows.map((row) => [row.text().includes('Sơ bộ'), row.findAll('button').length])).toEqual([[true, 0], [false, 1]])
  })
})

describe('the banner of a patient', () => {
  const patient = { resourceType: 'Patient', id: 'p1', name: [{ text: 'Nguyễn Văn Mẫu' }] }
  const text = (more: Record<string, unknown>): string => show(PatientBanner, { patient, allergies: [], ...more }).text()
  test('tells nobody asked from asked and none', () => {
    expect(text({})).toContain('Chưa hỏi dị ứng')
    expect(text({ asked: '2026-11-28' })).toContain('Không ghi nhận dị ứng (đã hỏi 28/11/2026)')
    expect(text({ allergies: ['Penicillin'] })).toContain('Dị ứng: Penicillin')
  })
  test('says how many dangerous results wait, with a way to them, and nothing when none does', () => {
    expect(text({ alerts: 2, pregnancy: 'Có thai 12 tuần' })).toMatch(/2 kết quả nguy hiểm chưa xem.*Có thai 12 tuần/)
    expect(mounted?.findComponent(RouterLinkStub).props('to')).toContain('/ket-qua')
    expect(text({})).not.toContain('nguy hiểm')
  })
})
