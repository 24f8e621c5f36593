/** Texts: Vietnamese is complete, English has the same keys, and every key that a page uses exists. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compileMessage } from '#web/i18n/compile-message.ts'
import english from '#web/i18n/english.ts'
import { i18n, LATER, withTexts } from '#web/i18n/index.ts'

const web = fileURLToPath(new URL('../../../web', import.meta.url))

const flatten = (value: unknown, path = ''): Map<string, string> => {
  if (typeof value === 'string') return new Map([[path, value]])
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, path === '' ? key : `${path}.${key}`)]))
}
for (const name of Object.keys(LATER)) await withTexts(name, () => Promise.resolve())()
const vi = flatten(i18n.global.getLocaleMessage('vi'))
const en = flatten(english)
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort()

describe('texts', () => {
  test('there are some', () => { expect(vi.size).toBeGreaterThan(100) })
  test('English has exactly the keys of Vietnamese', () => { expect([...en.keys()].sort()).toEqual([...vi.keys()].sort()) })
  test('both carry the same names in a message', () => {
    expect([...vi].filter(([key, text]) => names(text).join() !== names(en.get(key) ?? '').join()).map(([key]) => key)).toEqual([])
  })
  test('none is empty, and none has stray spaces', () => {
    expect([...vi, ...en].filter(([, text]) => text.trim() === '' || text !== text.trim()).map(([key]) => key)).toEqual([])
  })
  test('Vietnamese is composed (NFC), so that search and print agree with it', () => {
    expect([...vi].filter(([, text]) => text !== text.normalize('NFC')).map(([key]) => key)).toEqual([])
  })

  const sources = readdirSync(web, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(vue|ts)$/.test(entry.name) && !entry.parentPath.includes('dist') && !entry.parentPath.includes('i18n'))
    .map((entry) => join(entry.parentPath, entry.name))
  test('the audit view has a word for everything that the server writes down', () => {
    const api = join(web, '../api')
    const written = readdirSync(api, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .flatMap((entry) => [...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\binteraction: ([^,\n]*)/g)])
      .flatMap((found) => [...(found[1] ?? '').matchAll(/(?<=^|[?:] )'([a-z-]+)'/g)].map((name) => name[1] ?? ''))
    expect(written).toContain('sign-addendum')
    expect([...new Set(written)].filter((name) => !vi.has(`audit.interaction.${name}`))).toEqual([])
  })
  test('every key used on a page exists', () => {
    const missing = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?<![\w.])t\('([a-zA-Z][\w.-]*)'/g)].map((found) => found[1] ?? '').filter((key) => !vi.has(key)).map((key) => `${file.slice(web.length + 1)}: ${key}`))
    expect(missing).toEqual([])
  })
  test('every key begun on a page and finished at run time has texts', () => {
    const missing = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?<![\w.])t\(`([a-zA-Z][\w.-]*\.)\$\{/g)].map((found) => found[1] ?? '').filter((start) => ![...vi.keys()].some((key) => key.startsWith(start))).map((key) => `${file.slice(web.length + 1)}: ${key}`))
    expect(missing).toEqual([])
  })
})

describe('a message', () => {
  test('takes its names, and shows one that has no value', () => {
    expect(i18n.global.t('shell.product')).toBe('Bệnh án điện tử')
    expect(i18n.global.t('reception.scan.known', { name: 'Nguyễn Văn Mẫu' })).toBe('Đã có hồ sơ: Nguyễn Văn Mẫu. Nhấn Enter để đăng ký khám.')
    expect(i18n.global.t('reception.scan.known')).toContain('{name}')
  })
  test('evaluates nothing', () => { expect(compileMessage.toString()).not.toMatch(/Function|eval/) })
})
