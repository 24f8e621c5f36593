// @vitest-environment happy-dom
/** A list whose rows come takes the focus, but not from somebody who is busy. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { useFirstRow } from '#web/ui/use-first-row.ts'

let page: VueWrapper | undefined
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => { page?.unmount(); vi.useRealTimers(); document.body.innerHTML = '' })

const open = (begin: number, immediate = false) => {
  const count = ref(begin)
  const focusFirst = vi.fn(() => undefined)
  page = mount(defineComponent({ setup() { useFirstRow(shallowRef({ focusFirst }), () => count.value, { immediate }); return () => h('div') } }))
  return { focusFirst, rows: async (number: number) => { count.value = number; await nextTick() } }
}
const focus = (html: string): void => {
  document.body.insertAdjacentHTML('beforeend', html)
  document.querySelector<HTMLElement>('[data-here]')?.focus()
  expect(document.activeElement?.hasAttribute('data-here')).toBe(true)
}

test('when the first rows come, once', async () => {
  const { focusFirst, rows } = open(0)
  await rows(3)
  vi.runAllTimers()
  await rows(4)
  vi.runAllTimers()
  expect(focusFirst).toHaveBeenCalledTimes(1)
})

test.each([[false, 0], [true, 1]])('rows that are there from the beginning count where the page says so: %s', (immediate, times) => {
  const { focusFirst } = open(2, immediate)
  vi.runAllTimers()
  expect(focusFirst).toHaveBeenCalledTimes(times)
})

const BUSY = ['<input data-here>', '<button data-here aria-expanded="true"></button>', '<div role="menu" tabindex="-1" data-here></div>', '<div role="menu"><div role="menuitem" tabindex="-1" data-here></div></div>', '<div role="dialog"><button data-here></button></div>', '<table role="grid"><tr tabindex="-1" data-here></tr></table>']
test.each(BUSY)('stays away from %s', async (html) => {
  focus(html)
  const { focusFirst, rows } = open(0)
  await rows(3)
  vi.runAllTimers()
  expect(focusFirst).not.toHaveBeenCalled()
})

test('stays away from a menu that opens between the rows and their drawing', async () => {
  const { focusFirst, rows } = open(0)
  await rows(3)
  focus('<div role="menu" tabindex="-1" data-here></div>')
  vi.runAllTimers()
  expect(focusFirst).not.toHaveBeenCalled()
})
