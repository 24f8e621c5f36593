// @vitest-environment happy-dom
/** A specimen is given back over the order that is open: none of the order's keys fires, nothing typed comes back with a new tube, and a tube that was not looked at is not spoilt. */
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { WorkDetail, WorkRow } from '#api/model/results.ts'
import WorkPage from '#web/features/work-lists/WorkPage.vue'
import { i18n } from '#web/i18n/index.ts'
import bench from '#web/i18n/vi/bench.ts'

const row = (order: string): WorkRow => ({
  order, encounter: 'e1', patient: 'p1', number: 'BN26000001', name: 'Nguyễn Văn Mẫu', code: order, test: `Xét nghiệm ${order}`, urgent: false, ordered: `2026-11-28T0${order === 'a' ? 9 : 8}:00:00+07:00`, department: 'Khoa Khám bệnh', doctor: 'Trần Văn Mẫu',
  signed: false, state: 'received', version: 1, amended: false, specimen: 'm1', accession: '261128-0001', material: 'blood-serum',
})
const detail = (order: string): WorkDetail => ({ row: row(order), version: 1, dangers: { allergies: { state: 'unasked', rows: [] } }, question: '', analytes: [], listVersion: '1', lines: [], conclusion: '', earlier: [], calls: [], sent: [] })
const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

let mounted: VueWrapper | undefined
let sent: string[] = []
let rows: WorkRow[] = []
let returning = (): Response => json(200, { orders: ['a', 'b'] })
const press = async (key: string, init: KeyboardEventInit = {}): Promise<void> => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
  await flushPromises()
}
const find = <T extends HTMLElement>(selector: string): T => {
  const found = [...document.querySelectorAll<T>(selector)].at(-1)
  if (!found) throw new Error(`no ${selector}`)
  return found
}
const fill = async (selector: string, text: string): Promise<void> => {
  const field = find<HTMLInputElement>(selector)
  field.value = text
  field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }))
  await flushPromises()
}
const openOrder = async (at: number): Promise<void> => {
  document.querySelectorAll<HTMLElement>('.work-page tbody tr')[at]?.querySelector<HTMLElement>('.work-name')?.click()
  await vi.waitFor(() => find('.work-order textarea'))
}
const typed = (): string => find<HTMLTextAreaElement>('.work-order textarea').value
const close = async (): Promise<void> => { find('.ui-drawer .close').click(); await flushPromises() }

beforeAll(() => { i18n.global.mergeLocaleMessage('vi', { bench }) })
beforeEach(async () => {
  sent = []
  rows = [row('a'), row('b')]
  returning = () => json(200, { orders: ['a', 'b'] })
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method !== 'GET') sent.push(`${method} ${url.split('/').at(-1) ?? ''} ${typeof body === 'string' ? body : ''}`)
    if (method === 'POST' && url.endsWith('/return')) return returning()
    const [, order] = /\/orders\/(\w+)/.exec(url) ?? []
    return order === undefined ? json(200, { rows: url.includes('overdue') ? [] : rows, more: false }) : json(200, detail(order))
  })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'work-lab', component: { render: () => null } }] })
  await router.push('/')
  mounted = mount(WorkPage, { attachTo: document.body, global: { plugins: [i18n, createPinia(), router, [VueQueryPlugin, { queryClient: new QueryClient({ defaultOptions: { queries: { retry: false } } }) }]] } })
  await vi.waitFor(() => find('.work-page .work-name'))
})
afterEach(() => { mounted?.unmount(); mounted = undefined; vi.unstubAllGlobals() })

describe('a specimen that is given back over its open order', () => {
  test('releases, stores and takes in nothing, and what was typed for its orders does not come back with the next tube', async () => {
    await openOrder(1)
    await fill('.work-order textarea', 'của ống hỏng')
    await close()
    await openOrder(0)
    await press('F7')
    await press('s', { ctrlKey: true }); await press('F8'); await press('Enter', { ctrlKey: true })
    expect(sent).toEqual([])
    await fill('.work-return select', 'clotted')
    await press('Enter', { ctrlKey: true })
    expect(sent).toEqual(['POST return {"version":1,"reason":"clotted","words":"","again":true}'])
    await vi.waitFor(() => { if (document.querySelector('.work-return')) throw new Error('still open') })
    await close()
    await openOrder(1)
    expect(typed()).toBe('')
  })
  test('keeps the words when it has changed meanwhile, and is sent again only after it was looked at', async () => {
    returning = () => json(412, { code: 'version-conflict', message: '', issues: [] })
    await openOrder(0)
    await press('F7')
    await fill('.work-return select', 'clotted')
    await fill('.work-return input', 'hai cục đông')
    rows = [{ ...row('a'), version: 3, specimen: 'm2', accession: '261128-0002' }, row('b')]
    await press('Enter', { ctrlKey: true })
    await press('Enter', { ctrlKey: true })
    expect([sent.length, find('.work-return').textContent?.includes('261128-0001'), find<HTMLInputElement>('.work-return input').value]).toEqual([1, true, 'hai cục đông'])
    find('.work-return .ui-alert button').click()
    await flushPromises()
    expect(find('.work-return').textContent).toContain('261128-0002')
    await press('Enter', { ctrlKey: true })
    expect(sent.at(-1)).toBe('POST return {"version":3,"reason":"clotted","words":"hai cục đông","again":true}')
  })
  test('as taken in by mistake is not given up, and nobody is said to be told', async () => {
    await openOrder(0)
    await press('F7')
    const buttons = (): number => document.querySelectorAll('.ui-dialog footer button').length
    const before = buttons()
    await fill('.work-return select', 'by-mistake')
    expect([before, buttons(), find('.work-return').textContent?.includes('không được báo')]).toEqual([2, 1, true])
  })
})
