/** What is lost of typing without a pause when a tab dies, a PC loses its power, somebody signs out or the session ends; and whether what is kept on the PC can be read there. */
import fs from 'node:fs'
import path from 'node:path'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { signIn } from '#test/e2e/support/browser.ts'
import { killTab, oldestLost, typeWords } from '#test/e2e/support/lost-work.ts'
import { makeProfile, openOwnBrowser } from '#test/e2e/support/own-browser.ts'
import { openFromQueue } from '#test/e2e/pages/visit.ts'
import { atMost, type Measured } from './gate.ts'
import { arrive, type Staff } from './visits.ts'

const FIELD = 'Tiền sử'
const TYPING_MS = 4000
const LIMIT_S = 1.5

const lost = (name: string, milliseconds: number): Measured => atMost(`work-lost-on-${name}`, milliseconds / 1000, LIMIT_S, 's')

export const onTabKill = async (staff: Staff): Promise<Measured[]> => {
  const { context } = staff.doctor
  const name = await arrive(staff)
  const page = await context.newPage()
  await page.goto('/kham')
  await openFromQueue(page, name)
  const address = page.url()
  // the copy on this PC alone
  await context.route('**/api/drafts/**', (route) => route.abort())
  const words = await typeWords(page, FIELD, TYPING_MS)
  const end = performance.now()
  await killTab(page)
  await page.close()
  await context.unroute('**/api/drafts/**')
  const again = await context.newPage()
  await again.goto(address)
  await again.getByText('Đã mở lại bản nháp lúc').waitFor()
  const kept = await again.getByLabel(FIELD, { exact: true }).inputValue()
  await again.close()
  return [lost('tab-kill', oldestLost(words, kept, end))]
}

/** Files of a profile that hold the words, in any of the two encodings that browsers write. */
const readableIn = (profile: string, words: readonly string[]): number => fs.readdirSync(profile, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name)))
  .filter((bytes) => words.some((word) => bytes.includes(Buffer.from(word, 'utf8')) || bytes.includes(Buffer.from(word, 'utf16le')))).length

/** All processes of the browser are killed at once; the same profile is opened again. The disk's own cache outlives that, as it does not outlive a real loss of power. */
export const onPowerLoss = async (staff: Staff, demo: DemoAddress): Promise<Measured[]> => {
  const name = await arrive(staff)
  const profile = makeProfile()
  try {
    const first = await openOwnBrowser(profile, demo.hospital)
    await signIn(await onSite(first.page, demo), demo, 'bacsi')
    await openFromQueue(first.page, name)
    const address = first.page.url()
    await first.page.route('**/api/drafts/**', (route) => route.abort())
    const words = await typeWords(first.page, FIELD, TYPING_MS)
    const end = performance.now()
    await first.kill()
    const readable = readableIn(profile, words.slice(0, 12).map(({ text }) => `${text} câu`))
    const again = await openOwnBrowser(profile, demo.hospital)
    await signIn(await onSite(again.page, demo), demo, 'bacsi')
    await again.page.goto(address)
    await again.page.getByText('Đã mở lại bản nháp lúc').waitFor()
    const kept = await again.page.getByLabel(FIELD, { exact: true }).inputValue()
    await again.kill()
    return [lost('power-loss-of-the-pc', oldestLost(words, kept, end)), atMost('draft-on-the-pc-readable-files', readable, 0)]
  } finally {
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

/** signIn() goes to "/": a browser of its own knows no base address. */
async function onSite(page: Awaited<ReturnType<typeof openOwnBrowser>>['page'], { hospital }: DemoAddress): Promise<typeof page> {
  const go = page.goto.bind(page)
  page.goto = (url, options) => go(new URL(url, hospital).href, options)
  return page
}

export const onSignOut = async (staff: Staff, demo: DemoAddress): Promise<Measured[]> => {
  const { page } = staff.doctor
  const name = await arrive(staff)
  await page.goto('/kham')
  await openFromQueue(page, name)
  const address = page.url()
  const words = await typeWords(page, FIELD, TYPING_MS)
  const end = performance.now()
  await page.getByRole('button', { name: /Trần Văn Mẫu/ }).click()
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click()
  await page.getByLabel('Tên đăng nhập').waitFor()
  await signIn(page, demo, 'bacsi')
  await page.goto(address)
  await page.getByText('Đã mở lại bản nháp lúc').waitFor()
  return [lost('sign-out', oldestLost(words, await page.getByLabel(FIELD, { exact: true }).inputValue(), end))]
}

export const onExpiry = async (staff: Staff, demo: DemoAddress): Promise<Measured[]> => {
  const { page, context } = staff.doctor
  const name = await arrive(staff)
  await page.goto('/kham')
  await openFromQueue(page, name)
  await context.clearCookies()
  const words = await typeWords(page, FIELD, TYPING_MS)
  const end = performance.now()
  await page.keyboard.press('Control+s')
  const relogin = page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })
  await relogin.getByLabel('Mật khẩu').fill(demo.password)
  await page.keyboard.press('Enter')
  await page.getByText('Đã lưu, chưa ký.').waitFor()
  await page.reload()
  await page.getByLabel('Lý do đến khám').waitFor()
  return [lost('expired-session', oldestLost(words, await page.getByLabel(FIELD, { exact: true }).inputValue(), end))]
}
