// @vitest-environment happy-dom
/** The kit's parts that hold keyboard behaviour, mounted: combobox, date field, grid, dialogs over the page. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent, h, ref, type Component } from 'vue'
import { connectClient } from '#web/fhir/client.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { i18n } from '#web/i18n/index.ts'
import { useSession } from '#web/session/session.ts'
import { askBreakGlass, withBreakGlass } from '#web/shell/break-glass.ts'
import BreakGlassDialog from '#web/shell/BreakGlassDialog.vue'
import ShellRelogin from '#web/shell/ShellRelogin.vue'
import UiButton from '#web/ui/UiButton.vue'
import UiCombobox from '#web/ui/UiCombobox.vue'
import UiDataGrid from '#web/ui/UiDataGrid.vue'
import UiDateField from '#web/ui/UiDateField.vue'
import UiDialog from '#web/ui/UiDialog.vue'
import UiNumberField from '#web/ui/UiNumberField.vue'
import UiTextField from '#web/ui/UiTextField.vue'
import { useHotkeys } from '#web/ui/keyboard.ts'

let mounted: VueWrapper | undefined
const show = (component: Component, props: Record<string, unknown> = {}): VueWrapper => {
  mounted = mount(component, { props, attachTo: document.body, global: { plugins: [i18n] } })
  return mounted
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => { mounted?.unmount(); mounted = undefined; vi.useRealTimers(); vi.unstubAllGlobals() })

interface Drug { readonly code: string; readonly name: string }
const drugs: readonly Drug[] = [{ code: 'a1', name: 'Amoxicilin 500 mg' }, { code: 'a2', name: 'Amoxicilin 250 mg' }, { code: 'p1', name: 'Paracetamol 500 mg' }]
const combobox = (source: (text: string) => Promise<readonly Drug[]>, more: Record<string, unknown> = {}) => {
  const chosen = ref<Drug | null>(null)
  const wrapper = show(defineComponent(() => () => h(UiCombobox<Drug>, {
    label: 'Thuốc', source, optionKey: (drug: Drug) => drug.code, optionLabel: (drug: Drug) => drug.name, modelValue: chosen.value, 'onUpdate:modelValue': (drug: Drug | null) => { chosen.value = drug }, ...more,
  })))
  return { chosen, wrapper, input: wrapper.get('input') }
}
const answered = async (): Promise<void> => { await vi.runAllTimersAsync(); await flushPromises() }

describe('a combobox', () => {
  const search = (text: string): Promise<readonly Drug[]> => Promise.resolve(drugs.filter((drug) => drug.name.toLowerCase().includes(text)))
  test('takes the first match on Enter', async () => {
    const { chosen, input } = combobox(search)
    await input.setValue('amox')
    await answered()
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(chosen.value?.code).toBe('a1')
    expect(input.element.value).toBe('Amoxicilin 500 mg')
  })
  test('waits for the answer when Enter comes first', async () => {
    const { chosen, input } = combobox(search)
    await input.setValue('para')
    await input.trigger('keydown', { key: 'Enter' })
    expect(chosen.value).toBeNull()
    await answered()
    expect(chosen.value?.code).toBe('p1')
  })
  test('moves the mark by arrows and says which it is', async () => {
    const { chosen, input, wrapper } = combobox(search)
    await input.setValue('amox')
    await answered()
    await input.trigger('keydown', { key: 'ArrowDown' })
    const active = input.attributes('aria-activedescendant') ?? ''
    expect(wrapper.get(`[id="${active}"]`).text()).toBe('Amoxicilin 250 mg')
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(chosen.value?.code).toBe('a2')
  })
  test('leaves without taking half a name on Tab, keeps what was typed and says that it is not taken', async () => {
    const { chosen, input, wrapper } = combobox(search)
    await input.setValue('amox')
    await answered()
    await input.trigger('blur')
    expect([chosen.value, input.element.value, input.attributes('aria-expanded')]).toEqual([null, 'amox', 'false'])
    expect(wrapper.find('[data-untaken]').exists()).toBe(true)
    await input.trigger('keydown', { key: 'Enter' })
    await answered()
    expect(chosen.value?.code).toBe('a1')
    expect(wrapper.find('[data-untaken]').exists()).toBe(false)
  })
  test('takes on Tab what was written out in full', async () => {
    const { chosen, input } = combobox(search)
    await input.setValue('amoxicilin 250 mg')
    await answered()
    await input.trigger('blur')
    expect(chosen.value?.code).toBe('a2')
  })
  test('forgets the choice when it is emptied', async () => {
    const { chosen, input } = combobox(search)
    chosen.value = drugs[2] ?? null
    await flushPromises()
    await input.setValue('')
    await input.trigger('blur')
    expect(chosen.value).toBeNull()
  })
  test('takes nothing while an input method is composing', async () => {
    const { chosen, input } = combobox(search)
    await input.setValue('amox')
    await answered()
    await input.trigger('keydown', { key: 'Enter', isComposing: true })
    await flushPromises()
    expect(chosen.value).toBeNull()
  })
  test('shows the last question\'s answer, whatever order they come in', async () => {
    const answers: Record<string, (found: readonly Drug[]) => void> = {}
    const { input, wrapper } = combobox((text) => new Promise((resolve) => { answers[text] = resolve }))
    await input.setValue('amox')
    await vi.runAllTimersAsync()
    await input.setValue('para')
    await vi.runAllTimersAsync()
    answers.para?.([...drugs].slice(2))
    await flushPromises()
    answers.amox?.([...drugs].slice(0, 2))
    await flushPromises()
    expect(wrapper.findAll('[role=option]').map((option) => option.text())).toEqual(['Paracetamol 500 mg'])
  })
  test('says so when the list cannot be searched', async () => {
    const { input, wrapper } = combobox(() => Promise.reject(new RequestError('network', 0)))
    await input.setValue('amox')
    await answered()
    expect(wrapper.get('[role=status]').text()).toContain('Chưa tra được danh mục')
  })
})

describe('a date field', () => {
  test('takes digits alone, shows the day in full, keeps a FHIR date', async () => {
    const value = ref('')
    const wrapper = show(defineComponent(() => () => h(UiDateField, { label: 'Ngày sinh', modelValue: value.value, 'onUpdate:modelValue': (date: string) => { value.value = date } })))
    const input = wrapper.get('input')
    await input.setValue('05031980')
    await input.trigger('blur')
    expect([value.value, input.element.value]).toEqual(['1980-03-05', '05/03/1980'])
  })
  test('keeps what cannot be read in the field, and says what is wanted', async () => {
    const value = ref('')
    const wrapper = show(defineComponent(() => () => h(UiDateField, { label: 'Ngày sinh', modelValue: value.value, 'onUpdate:modelValue': (date: string) => { value.value = date } })))
    const input = wrapper.get('input')
    await input.setValue('31/02/1980')
    await input.trigger('blur')
    expect([value.value, input.element.value, input.attributes('aria-invalid')]).toEqual(['', '31/02/1980', 'true'])
    expect(wrapper.text()).toContain('Ngày chưa đúng')
  })
})

describe('a number field', () => {
  test('keeps the digits typed and takes a decimal comma', async () => {
    const value = ref('')
    const wrapper = show(defineComponent(() => () => h(UiNumberField, { label: 'Nhiệt độ', unit: '°C', modelValue: value.value, 'onUpdate:modelValue': (text: string) => { value.value = text } })))
    await wrapper.get('input').setValue('37,10')
    await wrapper.get('input').trigger('blur')
    expect(value.value).toBe('37.10')
  })
})

describe('a grid', () => {
  const rows = [{ id: '1', name: 'An' }, { id: '2', name: 'Bình' }, { id: '3', name: 'Chi' }]
  test('is one tab stop, moves by arrows, opens on Enter', async () => {
    const open = vi.fn()
    const wrapper = show(UiDataGrid as Component, { label: 'Danh sách', rows, columns: [{ key: 'name', label: 'Tên', value: (row: { name: string }) => row.name }], rowKey: (row: { id: string }) => row.id, onOpen: open })
    const all = wrapper.findAll('tbody tr')
    expect(all.map((row) => row.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
    if (all[0]?.element instanceof HTMLElement) all[0].element.focus()
    await all[0]?.trigger('keydown', { key: 'ArrowDown' })
    await flushPromises()
    expect(document.activeElement?.textContent).toBe('Bình')
    await all[1]?.trigger('keydown', { key: 'Enter' })
    expect(open).toHaveBeenCalledWith(rows[1])
    await all[1]?.trigger('keydown', { key: 'Enter', isComposing: true })
    expect(open).toHaveBeenCalledTimes(1)
  })
})

describe('a button', () => {
  test('never submits by accident, and does nothing more while it is busy', async () => {
    const press = vi.fn()
    const wrapper = show(UiButton, { onClick: press, busy: true })
    await wrapper.trigger('click')
    expect([wrapper.attributes('type'), press.mock.calls.length]).toEqual(['button', 0])
  })
})

describe('a text field', () => {
  test('tells Enter only when the input method is done', async () => {
    const enter = vi.fn()
    const wrapper = show(UiTextField, { label: 'Tên', onEnter: enter })
    await wrapper.get('input').trigger('keydown', { key: 'Enter', isComposing: true })
    await wrapper.get('input').trigger('keydown', { key: 'Enter' })
    expect(enter).toHaveBeenCalledTimes(1)
  })
  test('ties its error to the input', () => {
    const wrapper = show(UiTextField, { label: 'Tên', error: 'Nhập họ và tên.' })
    const id = wrapper.get('input').attributes('aria-describedby') ?? ''
    expect([wrapper.get(`[id="${id}"]`).text(), wrapper.get('input').attributes('aria-invalid')]).toEqual(['Nhập họ và tên.', 'true'])
  })
})

describe('a hotkey', () => {
  test('of one letter is silent in text fields, others are not', () => {
    const slash = vi.fn(), next = vi.fn()
    const wrapper = show(defineComponent(() => { useHotkeys({ '/': slash, F8: next }); return () => h('input') }))
    const press = (key: string, init: KeyboardEventInit = {}): boolean => wrapper.get('input').element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
    press('/'); press('F8'); press('F8', { isComposing: true })
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }))
    expect([slash.mock.calls.length, next.mock.calls.length]).toEqual([1, 1])
  })
  test('rests while a dialog lies over it that was opened later, and the dialog has its own', async () => {
    vi.useRealTimers()
    const page = vi.fn(), own = vi.fn(), asked = ref(false), over = ref(false)
    const Over = defineComponent(() => { useHotkeys({ 'Ctrl+Enter': own }); return () => h(UiDialog, { heading: 'Trả lại mẫu', open: true }, () => h('input')) })
    show(defineComponent(() => { useHotkeys({ 'Ctrl+Enter': page, F8: page }); return () => h('div', [h(UiDialog, { heading: 'Sửa', open: asked.value }), over.value ? h(Over) : undefined]) }))
    const press = async (): Promise<readonly number[]> => {
      await flushPromises()
      for (const init of [{ key: 'Enter', ctrlKey: true }, { key: 'F8' }]) document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }))
      return [page.mock.calls.length, own.mock.calls.length]
    }
    expect(await press()).toEqual([2, 0])
    over.value = true
    expect(await press()).toEqual([2, 1])
    over.value = false
    asked.value = true
    expect(await press()).toEqual([2, 1])
    asked.value = false
    expect(await press()).toEqual([4, 1])
  })
})

describe('over the page', () => {
  const session = { site: 'hospital', demo: true, tenant: 900, siteName: 'Bệnh viện', account: { id: 'a', login: 'bacsi', name: 'BS Mẫu', practitioner: null }, grants: [], signingKey: { state: 'none' }, csrf: 'c1', expires: '' }
  const dialog = (): HTMLElement => {
    const found = document.querySelector<HTMLElement>('[role=dialog]')
    if (!found) throw new Error('no dialog')
    return found
  }
  const type = async (selector: string, text: string): Promise<void> => {
    const field = dialog().querySelector<HTMLInputElement | HTMLTextAreaElement>(selector)
    if (!field) throw new Error(`no ${selector}`)
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await flushPromises()
  }
  beforeEach(() => { vi.useRealTimers(); setActivePinia(createPinia()) })

  test('signing in again lets every waiting request go on', async () => {
    const answers = [new Response(JSON.stringify(session)), new Response(JSON.stringify({ code: 'sign-in-failed' }), { status: 401 }), new Response(JSON.stringify({ ...session, csrf: 'c2' }))]
    vi.stubGlobal('fetch', vi.fn(async () => answers.shift()))
    const store = useSession()
    await store.signIn('bacsi', 'x')
    show(ShellRelogin)
    const waiting = Promise.all([store.askRelogin(), store.askRelogin()])
    await flushPromises()
    await type('input[type=password]', 'sai')
    dialog().querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await vi.waitFor(() => expect(dialog().textContent).toContain('không đúng'))
    await type('input[type=password]', 'đúng')
    dialog().querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    expect(await waiting).toEqual([true, true])
    expect([store.info?.csrf, store.reloginWanted]).toEqual(['c2', false])
  })

  test('a reason opens a record, and the request runs again', async () => {
    const fetched = vi.fn(async () => new Response(JSON.stringify({ until: '2026-11-22T08:00:00Z' })))
    vi.stubGlobal('fetch', fetched)
    connectClient({ csrf: () => 'c', onSessionExpired: () => Promise.resolve(false), onReachable: () => undefined })
    show(BreakGlassDialog)
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new RequestError('break-glass-needed', 403)).mockResolvedValueOnce('hồ sơ')
    const opened = withBreakGlass('p1', work)
    await flushPromises()
    const button = [...dialog().querySelectorAll('button')].find((found) => found.textContent?.includes('mở hồ sơ'))
    expect(button?.disabled).toBe(true)
    await type('textarea', 'Cấp cứu, cần biết dị ứng')
    button?.click()
    expect(await opened).toBe('hồ sơ')
    expect(fetched.mock.calls.map((call) => JSON.stringify(call)).join()).toContain('dị ứng')
  })

  test('without a reason the refusal stands', async () => {
    show(BreakGlassDialog)
    const opened = withBreakGlass('p1', () => Promise.reject(new RequestError('break-glass-needed', 403))).catch((error: unknown) => error)
    await flushPromises()
    ;[...dialog().querySelectorAll('button')].find((found) => found.textContent === 'Hủy')?.click()
    expect(await opened).toMatchObject({ code: 'break-glass-needed' })
    expect(await Promise.race([askBreakGlass('p2'), askBreakGlass('p3').then(() => 'later')])).toBe(false)
  })
})
