/** What can be counted without a browser: script, texts, journeys. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildWebScript } from '#test/support/web-script.ts'
import { atLeast, atMost, type Measured } from './gate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const scriptSizes = async (): Promise<Measured[]> => {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    const script = await buildWebScript()
    return [
      atMost('script-on-first-load', script.kilobytes(script.entry, 'SignInPage.vue', 'QueuePage.vue'), 150, 'KB'),
      atMost('script-with-visit-sheet', script.kilobytes(script.entry, 'SignInPage.vue', 'QueuePage.vue', 'VisitPage.vue'), 230, 'KB'),
    ]
  } finally {
    process.env.NODE_ENV = before
  }
}

const flatten = (value: unknown, at: string): [string, string][] => (typeof value === 'string' ? [[at, value]] : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, `${at}.${key}`)) : [])

const textsOf = async (language: string): Promise<Map<string, string>> => {
  const folder = path.join(root, 'web/i18n', language)
  const files = await Promise.all(fs.readdirSync(folder).map(async (file) => flatten((await import(pathToFileURL(path.join(folder, file)).href) as { default: unknown }).default, file.replace(/\.ts$/, ''))))
  return new Map(files.flat())
}

/** Share of the keys of any language that have words in Vietnamese. */
export const vietnameseTexts = async (): Promise<Measured[]> => {
  const [vi, en] = [await textsOf('vi'), await textsOf('en')]
  const all = new Set([...vi.keys(), ...en.keys()])
  return [atLeast('vietnamese-texts', ([...all].filter((key) => (vi.get(key) ?? '').trim() !== '').length / all.size) * 100, 100, '%')]
}

const ROLES = ['tiepdon', 'dieuduong', 'bacsi', 'truongkhoa', 'xetnghiem', 'cdha', 'quantri', 'trungtam']

/** Tests with a browser on a demo that was really started; walks that look at every state of a table count as one. */
export const journeys = (): Promise<Measured[]> => {
  const texts = ['specs', 'machines'].flatMap((folder) => fs.readdirSync(path.join(root, 'test/e2e', folder)).filter((file) => file.endsWith('.test.ts')).map((file) => fs.readFileSync(path.join(root, 'test/e2e', folder, file), 'utf8')))
  const count = texts.reduce((sum, text) => sum + [...text.matchAll(/^\s*(?:it|test)\(/gm)].length, 0)
  const states = fs.readFileSync(path.join(root, 'test/e2e/support/states.ts'), 'utf8')
  return Promise.resolve([atLeast('journeys', count, 40), atLeast('roles-with-journeys', ROLES.filter((role) => [...texts, states].some((text) => text.includes(`'${role}'`))).length, ROLES.length)])
}
