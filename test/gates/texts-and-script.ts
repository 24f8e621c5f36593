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
      atMost('script-with-visit-sheet', script.kilobytes(script.entry, 'SignInPage.vue', 'QueuePage.vue', 'VisitPage.vue', 'i18n/vi/visit.ts'), 230, 'KB'),
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

export const ROLES = ['tiepdon', 'dieuduong', 'bacsi', 'truongkhoa', 'xetnghiem', 'cdha', 'quantri', 'trungtam']

/** The roles that a journey signs in: what a table of states names is no journey. */
export const rolesIn = (texts: readonly string[]): string[] => ROLES.filter((role) => texts.some((text) => new RegExp(`signIn\\([\\w.]+, demo, '${role}'`).test(text)))

/** Tests with a browser on a demo that was really started; walks that look at every state of a table count as one. What the machines do without a browser is no journey. */
export const journeys = (): Promise<Measured[]> => {
  const folder = path.join(root, 'test/e2e/specs')
  const texts = fs.readdirSync(folder).filter((file) => file.endsWith('.test.ts')).map((file) => fs.readFileSync(path.join(folder, file), 'utf8')).filter((text) => /\b(?:sharedBrowser|launchBrowser)\(/.test(text))
  const count = texts.reduce((sum, text) => sum + [...text.matchAll(/^\s*(?:it|test)\(/gm)].length, 0)
  return Promise.resolve([atLeast('journeys', count, 40), atLeast('roles-with-journeys', rolesIn(texts).length, ROLES.length)])
}
