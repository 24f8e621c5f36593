/** A real browser on a demo: sign-in, a count of clicks, a watch on requests that leave the origin and on errors of the page, and axe. */
import AxeBuilder from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type LaunchOptions, type Page } from 'playwright-core'
import { findBrowser } from '#infra/setup/browser.ts'
import { IN_THE_DARK } from './dark-states.ts'
import type { DemoAddress } from './demo.ts'

export const SMALL = { width: 1366, height: 768 }
export const LARGE = { width: 1920, height: 1080 }

export async function launchBrowser(more: LaunchOptions = {}): Promise<Browser> {
  const found = await findBrowser()
  if (!found) throw new Error('no browser: npm run pretest says how to get one')
  return chromium.launch({ executablePath: found.executablePath, args: [...found.args], env: found.env, headless: true, ...more })
}

export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** Requests to another origin, errors and console errors of the page so far. */
  readonly complaints: string[]
  /** Pointer presses since the last call. */
  clicks(): Promise<number>
  close(): Promise<void>
}

const COUNT_CLICKS = `addEventListener('pointerdown', () => {
  const key = 'e2e-clicks'; sessionStorage.setItem(key, String(1 + Number(sessionStorage.getItem(key) ?? 0)))
}, true)`

/** A fresh context: own cookies, own storage, Vietnamese, the site's time zone. `keepsScreens`: with the service worker, which others do without, since each would fetch every page of the product; `dark`: the PC is set so. */
export async function visit(browser: Pick<Browser, 'newContext'>, site: string, viewport = SMALL, { keepsScreens = false, dark = false } = {}): Promise<Visitor> {
  const context = await browser.newContext({ serviceWorkers: keepsScreens ? 'allow' : 'block', baseURL: site, viewport, colorScheme: dark ? 'dark' : 'light', locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', acceptDownloads: true })
  const complaints: string[] = []
  const origin = new URL(site).origin
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) complaints.push(`left the origin: ${url.origin}`)
  })
  await context.addInitScript(COUNT_CLICKS)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => { if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(`console: ${message.text()}`) })
  return {
    context, page, complaints, close: () => context.close(),
    clicks: () => page.evaluate(() => { const n = Number(sessionStorage.getItem('e2e-clicks') ?? 0); sessionStorage.removeItem('e2e-clicks'); return n }),
  }
}

/** Signs in by keyboard and waits for the person's home. */
export async function signIn(page: Page, demo: Pick<DemoAddress, 'password'>, login: string, password = demo.password): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Tên đăng nhập').fill(login)
  await page.getByLabel('Mật khẩu').fill(password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname !== '/')
}

/** Rules of WCAG 2.2 A and AA that the page breaks, each with its places. */
export async function axeFindings(page: Page): Promise<string[]> {
  // one page without frames, and what is right need not be told: half the time
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).exclude('iframe').analyze()
  return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(' ')}`))
}

/** What axe finds on the page of a state, and for some what it finds when the PC turns dark. */
export async function findingsByDayAndNight(page: Page, { name }: { readonly name: string }): Promise<string[]> {
  const found = await axeFindings(page)
  if (!IN_THE_DARK.has(name)) return found
  await page.emulateMedia({ colorScheme: 'dark' })
  try {
    return [...found, ...(await axeFindings(page)).map((each) => `in the dark: ${each}`)]
  } finally {
    await page.emulateMedia({ colorScheme: 'light' })
  }
}
