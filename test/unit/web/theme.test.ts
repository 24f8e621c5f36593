// @vitest-environment happy-dom
/** Light or dark before anything is painted, as chosen on this PC or as the PC has it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { setTheme, theme } from '#web/ui/theme.ts'

const file = (name: string): string => readFileSync(join(import.meta.dirname, '../../../web', name), 'utf8')
const shown = (): string | undefined => document.documentElement.dataset.theme

/** What the PC says of itself; `change` tells whoever listens. */
class Media extends EventTarget {
  matches = false
  change(matches: boolean): void { this.matches = matches; this.dispatchEvent(new Event('change')) }
}
let dark: Media
let forced: Media

beforeEach(() => {
  dark = new Media()
  forced = new Media()
  vi.stubGlobal('matchMedia', (query: string) => (query.includes('forced') ? forced : dark))
  localStorage.clear()
  document.head.innerHTML = '<meta name="color-scheme" content="light">'
  delete document.documentElement.dataset.theme
})
afterEach(() => vi.unstubAllGlobals())
const start = (): unknown => runInThisContext(file('public/theme.js'))

test('what was chosen on this PC goes before what the PC has', () => {
  localStorage.setItem('emr-theme', 'dark')
  start()
  expect(shown()).toBe('dark')
  expect(document.querySelector('meta')?.content).toBe('dark')
  dark.change(true)
  localStorage.setItem('emr-theme', 'light')
  window.dispatchEvent(new Event('storage'))
  expect(shown()).toBe('light')
})
test('nothing chosen, or nonsense: as the PC has it, and at once when that changes', () => {
  start()
  expect(shown()).toBe('light')
  dark.change(true)
  expect(shown()).toBe('dark')
  localStorage.setItem('emr-theme', 'purple')
  dark.change(false)
  expect(shown()).toBe('light')
})
test('colours that the PC forces decide', () => {
  localStorage.setItem('emr-theme', 'light')
  dark.matches = true
  start()
  forced.change(true)
  expect(shown()).toBe('dark')
})
test('a choice is shown at once, kept, and can be taken back', () => {
  start()
  setTheme('dark')
  expect([shown(), theme.value, localStorage.getItem('emr-theme')]).toEqual(['dark', 'dark', 'dark'])
  setTheme('auto')
  expect([shown(), theme.value]).toEqual(['light', 'auto'])
})
test('it stands in the head and is not put off, so that nothing is painted before it has run', () => {
  const page = file('index.html')
  const at = page.indexOf('<script src="/theme.js"></script>')
  expect(at).toBeGreaterThan(page.indexOf('<meta name="color-scheme"'))
  expect(at).toBeLessThan(page.indexOf('</head>'))
})
