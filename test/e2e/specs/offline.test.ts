/** The cable is cut: what was opened can be read, what is typed is kept and goes by itself when the line is back, each person's alone, and nothing newer is written over. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { AuditAnswer, Draft } from '#api/model/site.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue } from '../pages/visit.ts'
import { signIn, SMALL, visit, type Visitor } from '../support/browser.ts'
import { oldestLost, typeWords } from '../support/lost-work.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const [first, second] = [inventPerson(), inventPerson(false)]
let browser: SharedBrowser
let pc: Visitor
let nurse: Visitor
let admin: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  for (const person of [first, second]) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
  }
  await desk.close()
  ;[pc, nurse, admin] = await Promise.all([visit(browser, demo.hospital, SMALL, { keepsScreens: true }), visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(nurse.page, demo, 'dieuduong')
  await signIn(admin.page, demo, 'quantri')
  // both people of this PC have been here while the line was there
  await signIn(pc.page, demo, 'dieuduong')
  await knownHere(pc.page)
  await signOut(pc.page)
  await signIn(pc.page, demo, 'bacsi')
  await knownHere(pc.page)
  await pc.page.evaluate(async () => { await navigator.serviceWorker.ready })
})
afterAll(() => browser.close())

/** The PC has what it needs to know the person again. */
const knownHere = (page: Page): Promise<unknown> => page.waitForFunction(async () => {
  const database = await new Promise<IDBDatabase | undefined>((resolve) => {
    const asked = indexedDB.open('emr-device')
    asked.onupgradeneeded = () => asked.transaction?.abort()
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => resolve(undefined)
  })
  if (database === undefined) return false
  const count = await new Promise<number>((resolve) => { const asked = database.transaction('keys').objectStore('keys').count(); asked.onsuccess = () => resolve(asked.result) })
  database.close()
  const seen = Number(sessionStorage.getItem('e2e-known') ?? 0)
  if (count <= seen) return false
  sessionStorage.setItem('e2e-known', String(count))
  return true
})
async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Tài khoản/ }).click()
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click()
  await page.getByLabel('Tên đăng nhập').waitFor()
}
async function signInHere(page: Page, login: string): Promise<void> {
  await page.getByLabel('Tên đăng nhập').fill(login)
  await page.getByLabel('Mật khẩu').fill(demo.password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Tài khoản/ }).waitFor()
}
const cut = (): Promise<void> => pc.context.setOffline(true)
const join = (): Promise<void> => pc.context.setOffline(false)
const value = (page: Page, label: string): Promise<string> => page.getByLabel(label, { exact: true }).inputValue()
const outbox = async (page: Page): Promise<void> => { await page.getByRole('link', { name: /^Hộp gửi/ }).click(); await page.getByRole('heading', { name: 'Hộp gửi' }).waitFor() }
const waiting = (page: Page, name: string) => page.getByRole('region', { name: 'Đang chờ gửi' }).getByRole('row', { name: new RegExp(name) })
let encounter = ''
let address = ''

describe('with the cable cut', () => {
  it('a visit that was open is read and typed on after the page was loaded anew, and the server has all of it when the line is back', async () => {
    const { page } = pc
    encounter = await openFromQueue(page, first.name)
    address = new URL(page.url()).pathname
    await page.getByRole('link', { name: 'Hồ sơ', exact: true }).click()
    await page.getByRole('navigation', { name: 'Các phần của hồ sơ' }).waitFor()
    await page.goBack()
    await page.getByLabel('Bệnh sử', { exact: true }).fill('Sốt ba ngày')
    await page.getByText('Đã giữ bản nháp lúc').waitFor()
    await cut()
    const words = await typeWords(page, 'Tiền sử', 3000)
    const end = performance.now()
    await page.reload()
    await page.getByText('vẫn vào được bằng mật khẩu của mình').waitFor()
    await page.getByLabel('Tên đăng nhập').fill('bacsi')
    await page.getByLabel('Mật khẩu').fill('không phải mật khẩu này')
    await page.keyboard.press('Enter')
    await page.getByText('Tên đăng nhập hoặc mật khẩu không đúng.').waitFor()
    await signInHere(page, 'bacsi')
    await page.getByText('Đã mở lại bản nháp lúc').waitFor()
    expect(oldestLost(words, await value(page, 'Tiền sử'), end)).toBeLessThanOrEqual(1500)
    expect(await value(page, 'Bệnh sử')).toBe('Sốt ba ngày')
    await page.locator('.patient-banner .allergies').getByText(/^Bản lưu lúc \d\d:\d\d, ngoại tuyến$/).waitFor()
    await page.getByLabel('Khám', { exact: true }).fill('Phổi không ran')
    await page.getByText('Đã giữ trên máy này lúc').waitFor()
    await page.getByRole('link', { name: 'Hồ sơ', exact: true }).click()
    await page.getByText(/^Bản lưu lúc/).first().waitFor()
    await page.locator('nav a[href="/kham"]').click()
    await page.getByRole('row', { name: new RegExp(first.name) }).waitFor()
    await page.getByText(/^Bản lưu lúc/).first().waitFor()
    await join()
    // by itself, with the sheet closed
    await expect.poll(async () => {
      const answer = await pc.context.request.get(`/api/drafts/visit-${encounter}`)
      return answer.ok() ? ((await answer.json()) as Draft).body : ''
    }, { timeout: 30_000 }).toContain('Phổi không ran')
    await page.goto(address)
    await page.getByText('Đã mở lại bản nháp lúc').waitFor()
    expect([await value(page, 'Khám'), await value(page, 'Bệnh sử')]).toEqual(['Phổi không ran', 'Sốt ba ngày'])
    expect(await page.getByText(/^Bản lưu lúc/).count()).toBe(0)
  })

  it('what was read is on record as such, once the line is back', async () => {
    await expect.poll(async () => {
      const answer = await (await admin.context.request.get('/api/admin/audit?interaction=offline-reading')).json() as AuditAnswer
      return answer.rows.map(({ type, resourceId }) => `${type} ${resourceId}`)
    }, { timeout: 15_000 }).toEqual(expect.arrayContaining([`Encounter ${encounter}`, `Patient ${address.split('/')[2]}`]))
  })
})

describe('the outbox', () => {
  it('keeps a save for the day when the line is back, and shows it to its own person alone', async () => {
    const { page } = pc
    await page.getByLabel('Mạch', { exact: true }).fill('88')
    await cut()
    await page.keyboard.press('Control+s')
    await page.getByText('đã xếp vào Hộp gửi').waitFor()
    await outbox(page)
    await waiting(page, first.name).getByText('Tự gửi khi có đường truyền.').waitFor()
    expect(await waiting(page, first.name).getByText('Lưu vào hồ sơ').count()).toBe(1)
    await signOut(page)
    await signInHere(page, 'dieuduong')
    await outbox(page)
    await page.getByText('Không có gì đang chờ').waitFor()
    expect(await page.getByText(first.name).count()).toBe(0)
    await join()
    // the browser's cookie is still the doctor's: the nurse is asked, and nothing is sent in anybody else's name
    const relogin = page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })
    await relogin.getByLabel('Mật khẩu').fill(demo.password)
    await page.keyboard.press('Enter')
    await relogin.waitFor({ state: 'hidden' })
    await nurse.page.goto(address)
    await nurse.page.getByLabel('Lý do đến khám').waitFor()
    expect(await value(nurse.page, 'Mạch')).toBe('')
    await signOut(page)
    await signInHere(page, 'bacsi')
    await expect.poll(async () => { await nurse.page.reload(); await nurse.page.getByLabel('Lý do đến khám').waitFor(); return value(nurse.page, 'Mạch') }, { timeout: 20_000 }).toBe('88')
    await outbox(page)
    await page.getByRole('region', { name: 'Đã xong hôm nay' }).getByRole('row', { name: new RegExp(first.name) }).getByText('Đã lưu vào hồ sơ').waitFor()
    expect(await value(nurse.page, 'Khám')).toBe('Phổi không ran')
  })

  it('writes over nothing newer: somebody chooses, and what is let go can be taken back', async () => {
    const { page } = pc
    await page.locator('nav a[href="/kham"]').click()
    await openFromQueue(page, second.name)
    address = new URL(page.url()).pathname
    await page.getByLabel('Nhiệt độ', { exact: true }).fill('38,0')
    await cut()
    await page.keyboard.press('Control+s')
    await page.getByText('đã xếp vào Hộp gửi').waitFor()
    await outbox(page)
    await nurse.page.goto(address)
    await nurse.page.getByLabel('Nhiệt độ', { exact: true }).fill('39,5')
    await nurse.page.keyboard.press('Control+s')
    await nurse.page.getByText('Đã lưu, chưa ký.').waitFor()
    await join()
    const row = waiting(page, second.name)
    await row.getByText('Trên máy chủ có bản mới hơn.').waitFor({ timeout: 20_000 })
    await row.getByRole('button', { name: /^Bỏ/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Bỏ', exact: true }).click()
    await page.getByText('Không có gì đang chờ').waitFor()
    await page.getByRole('button', { name: /^Lấy lại/ }).click()
    await row.getByRole('link', { name: /^Mở/ }).click()
    await page.locator('.visit-conflicts tbody tr').getByText('39,5').waitFor()
    expect(await value(page, 'Nhiệt độ')).toBe('38,0')
    await nurse.page.reload()
    await nurse.page.getByLabel('Lý do đến khám').waitFor()
    expect(await value(nurse.page, 'Nhiệt độ')).toBe('39,5')
    expect(pc.complaints.filter((said) => !/ERR_INTERNET_DISCONNECTED|WebSocket/.test(said))).toEqual([])
  })
})
