/** Texts of the screens: Vietnamese complete and at hand, English loaded when someone switches. One file per feature in vi/ and en/; the file's name is the first part of the key. */
import { createI18n } from 'vue-i18n'
import { compileMessage } from './compile-message.ts'

export type Locale = 'vi' | 'en'
interface Messages { [key: string]: string | Messages }

/** { './vi/queue.ts': {...} } -> { queue: {...} } */
const byName = (files: Record<string, Messages>): Messages =>
  Object.fromEntries(Object.entries(files).map(([path, messages]) => [path.replace(/^.*\/|\.ts$/g, ''), messages]))

const vi = byName(import.meta.glob<Messages>(['./vi/*.ts', '!./vi/admin.ts', '!./vi/admission.ts', '!./vi/audit.ts', '!./vi/bench.ts', '!./vi/chart.ts', '!./vi/clients.ts', '!./vi/devices.ts', '!./vi/outbox.ts', '!./vi/palette.ts', '!./vi/pictures.ts', '!./vi/procedures.ts', '!./vi/scopes.ts', '!./vi/setup.ts', '!./vi/training.ts', '!./vi/verify.ts', '!./vi/visit.ts'], { eager: true, import: 'default' }))
/** Texts that only a page of its own shows, and no menu: they come with it. */
export const LATER: Readonly<Record<string, () => Promise<{ readonly default: Messages }>>> = {
  admin: () => import('./vi/admin.ts'), admission: () => import('./vi/admission.ts'), audit: () => import('./vi/audit.ts'), bench: () => import('./vi/bench.ts'), chart: () => import('./vi/chart.ts'), clients: () => import('./vi/clients.ts'), devices: () => import('./vi/devices.ts'), outbox: () => import('./vi/outbox.ts'), palette: () => import('./vi/palette.ts'), pictures: () => import('./vi/pictures.ts'), procedures: () => import('./vi/procedures.ts'), scopes: () => import('./vi/scopes.ts'), setup: () => import('./vi/setup.ts'), training: () => import('./vi/training.ts'), verify: () => import('./vi/verify.ts'), visit: () => import('./vi/visit.ts'),
}

export const i18n = createI18n({
  legacy: false,
  locale: 'vi',
  fallbackLocale: 'vi',
  messageCompiler: compileMessage,
  messages: { vi },
  missingWarn: false,
  fallbackWarn: false,
})

const STORED = 'emr-language'

/** The language chosen on this computer, or Vietnamese. */
export const storedLocale = (): Locale => (localStorage.getItem(STORED) === 'en' ? 'en' : 'vi')

export const setLocale = async (locale: Locale): Promise<void> => {
  const { global } = i18n
  if (locale === 'en' && !global.availableLocales.includes('en' as 'vi')) {
    const { default: messages } = await import('./english.ts')
    global.setLocaleMessage('en', messages)
  }
  global.locale.value = locale as 'vi'
  document.documentElement.lang = locale
  localStorage.setItem(STORED, locale)
}

/** A page with its texts: `page: withTexts('chart visit', () => import('./ChartPage.vue'))`. */
export const withTexts = <Page>(names: string, page: () => Promise<Page>) => async (): Promise<Page> => {
  const [loaded, ...texts] = await Promise.all([page(), ...names.split(' ').map(async (name) => ({ [name]: (await LATER[name]?.())?.default ?? {} }))])
  for (const found of texts) i18n.global.mergeLocaleMessage('vi', found)
  return loaded
}
