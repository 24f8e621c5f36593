// @vitest-environment happy-dom
/** What stands beside and over a visit, mounted: results that nobody answers for yet, and a banner that hides neither allergies nor dangerous results. */
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, type Component } from 'vue'
import type { VisitResult } from '#api/model/results.ts'
import { emptyVisitForm, type AllergyRow } from '#web/features/visit/visit-form.ts'
import VisitAllergies from '#web/features/visit/VisitAllergies.vue'
import VisitResults from '#web/features/visit/VisitResults.vue'
import { i18n } from '#web/i18n/index.ts'
import visit from '#web/i18n/vi/visit.ts'
import PatientBanner from '#web/record/PatientBanner.vue'
import { useCriticalResults } from '#web/record/use-critical-results.ts'

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
  test('that was asked for by address goes into an addendum when it is released, and never when it waits or was given back', () => {
    client.setQueryData(['visit-results', 'e1'], (['preliminary', 'cancelled', 'final'] as const).map(result))
    const asked = (appended: string): unknown => show(VisitResults, { encounter: 'e1', appendable: true, appended }).emitted('append')
    expect([asked('r-preliminary'), asked('r-cancelled'), asked('r-final')]).toEqual([undefined, undefined, [[expect.stringContaining('Điện giải đồ')]]])
  })
})

describe('the banner of a patient', () => {
  const patient = { resourceType: 'Patient', id: 'p1', name: [{ text: 'Nguyễn Văn Mẫu' }] }
  const text = (more: Record<string, unknown>): string => show(PatientBanner, { patient, allergies: [], ...more }).text()
  test('tells nobody asked from asked and none', () => {
    expect(text({})).toContain('Chưa hỏi dị ứng')
    expect(text({ asked: '2026-11-28' })).toContain('Không ghi nhận dị ứng (đã hỏi 28/11/2026)')
    expect(text({ allergies: ['Penicillin'] })).toContain('Dị ứng: Penicillin')
    expect(text({ asked: '2026-11-28', none: 'Không dị ứng thuốc' })).toContain('Không dị ứng thuốc (đã hỏi 28/11/2026)')
  })
  test('says how many dangerous results wait, with a way to them, and nothing when none does', () => {
    expect(text({ alerts: 2, pregnancy: 'Có thai 12 tuần' })).toMatch(/2 kết quả nguy hiểm chưa xem.*Có thai 12 tuần/)
    expect(mounted?.findComponent(RouterLinkStub).props('to')).toContain('/ket-qua')
    expect(text({})).not.toContain('nguy hiểm')
  })
})

describe('dangerous results of the patient', () => {
  const Asking = defineComponent(() => { const alerts = useCriticalResults(() => 'p1'); return () => h(PatientBanner, { patient: { resourceType: 'Patient', id: 'p1' }, allergies: [], alerts: alerts.value }) })
  const answer = (status: number, body: object): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  test('are not none where the question was refused or failed, and are asked for again each minute', async () => {
    vi.useFakeTimers()
    const fetched = vi.fn<() => Promise<Response>>(() => Promise.resolve(answer(403, { code: 'forbidden' })))
    vi.stubGlobal('fetch', fetched)
    try {
      const banner = show(Asking, {})
      await vi.advanceTimersByTimeAsync(1000)
      expect(banner.text()).toContain('Chưa kiểm tra được kết quả nguy hiểm')
      fetched.mockImplementation(() => Promise.resolve(answer(200, { count: 2 })))
      await vi.advanceTimersByTimeAsync(60_000)
      expect([banner.text().includes('Chưa kiểm tra'), banner.text().includes('2 kết quả nguy hiểm chưa xem')]).toEqual([false, true])
      // what is known from before stays
      fetched.mockImplementation(() => Promise.reject(new TypeError('offline')))
      await vi.advanceTimersByTimeAsync(60_000)
      expect(banner.text()).toContain('2 kết quả nguy hiểm chưa xem')
    } finally {
      vi.unstubAllGlobals()
      vi.useRealTimers()
    }
  })
})

describe('allergies of the sheet', () => {
  const type = async (rows: readonly AllergyRow[], words: string): Promise<{ readonly rows: readonly AllergyRow[]; readonly field: string; readonly text: string }> => {
    let form = { ...emptyVisitForm(), allergies: rows }
    const sheet = show(VisitAllergies, { modelValue: form, readonly: false, 'onUpdate:modelValue': (next: typeof form) => { form = next } })
    const input = sheet.get('input')
    await input.setValue(words)
    await input.trigger('keydown', { key: 'Enter' })
    return { rows: form.allergies, field: input.element.value, text: sheet.text() }
  }
  test('typed as none beside a known one stay in the field, and it says why', async () => {
    const known: AllergyRow = { id: 'a1', version: 1, text: 'Penicillin', criticality: 'high' }
    expect(await type([known], 'không')).toEqual({ rows: [known], field: 'không', text: expect.stringContaining('Chưa ghi: phiếu đang có dị ứng') as string })
  })
  test('typed as none of drugs are recorded as that and no more', async () => {
    const { rows, field } = await type([], 'Không dị ứng thuốc')
    expect([rows.map(({ text, noneKnown }) => [text, noneKnown !== undefined]), field]).toEqual([[['Không dị ứng thuốc', true]], ''])
    expect((await type([], 'không')).rows.map(({ text }) => text)).toEqual(['Không ghi nhận dị ứng'])
  })
})
