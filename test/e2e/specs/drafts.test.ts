/** What is typed is not lost: a tab killed, a session that ended, another PC; and what the sheet warns of while orders are typed. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { registerNew } from '../pages/reception.ts'
import type { CheckReport } from '#api/model/safety.ts'
import { addOrder, openFromQueue, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { killTab, oldestLost, typeWords } from '../support/lost-work.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const [first, second] = [inventPerson(), inventPerson(false)]
const TYPED = 'Khám thấy hạch góc hàm phải ấn đau'
const MORE = 'Amidan sưng to độ hai, có giả mạc'
let browser: SharedBrowser
let doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  for (const person of [first, second]) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
  }
  await desk.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(() => browser.close())

const examination = (page: Page): Promise<string> => page.getByLabel('Khám', { exact: true }).inputValue()

/** Everything in the drafts' database on this PC, bytes as text. */
const draftsOnDisk = (page: Page): Promise<string> => page.evaluate(async () => {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open('emr-drafts')
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(new Error('no database of drafts'))
  })
  const rows = await new Promise<unknown[]>((resolve) => {
    const asked = database.transaction('drafts').objectStore('drafts').getAll()
    asked.onsuccess = () => resolve(asked.result)
  })
  database.close()
  const readable = (value: unknown): string => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return ['utf-8', 'utf-16le', 'latin1'].map((name) => new TextDecoder(name).decode(value)).join('\n')
    if (typeof value === 'object' && value !== null) return Object.entries(value).map(([name, inner]) => `${name}=${readable(inner)}`).join('\n')
    return String(value)
  }
  return rows.map(readable).join('\n')
})

describe('a draft', () => {
  let address = ''

  it('is on this PC a second after it was typed, and there it is not readable', async () => {
    const { page } = doctor
    await openFromQueue(page, first.name)
    address = new URL(page.url()).pathname
    await doctor.context.route('**/api/drafts/**', (route) => route.abort())
    await page.getByLabel('Khám', { exact: true }).fill(TYPED)
    await page.getByText('Đã giữ trên máy này lúc').waitFor({ timeout: 3000 })
    const stored = await draftsOnDisk(page)
    expect(stored).toContain('updatedAt=')
    expect(stored).toContain('data=')
    for (const word of [TYPED, 'hạch', 'examination', 'Kh\u0000', first.name]) expect(stored).not.toContain(word)
  })

  it('keeps what is typed while a save is on its way, on the sheet and as a draft', async () => {
    const { page } = doctor
    await doctor.context.route('**/api/visits/*/save', async (route) => { await new Promise((resolve) => { setTimeout(resolve, 1500) }); await route.continue() })
    await page.keyboard.press('Control+s')
    await page.getByLabel('Tiền sử', { exact: true }).fill('Gõ tiếp trong lúc đang lưu')
    await page.getByText('Đã lưu, chưa ký.').waitFor()
    await doctor.context.unroute('**/api/visits/*/save')
    expect(await page.getByLabel('Tiền sử', { exact: true }).inputValue()).toBe('Gõ tiếp trong lúc đang lưu')
    await page.getByText('Đã giữ trên máy này lúc').waitFor({ timeout: 5000 })
    expect(await examination(page)).toBe(TYPED)
  })

  it('survives a killed tab', async () => {
    await killTab(doctor.page)
    await doctor.page.close()
    await doctor.context.unroute('**/api/drafts/**')
    const reopened = await doctor.context.newPage()
    await reopened.goto(address)
    await reopened.getByText('Đã mở lại bản nháp lúc').waitFor()
    expect(await examination(reopened)).toBe(TYPED)
    doctor = { ...doctor, page: reopened }
  })

  it('is kept while somebody types without a pause', async () => {
    const { page } = doctor
    await doctor.context.route('**/api/drafts/**', (route) => route.abort())
    const typed = await typeWords(page, 'Tiền sử', 4000)
    const end = performance.now()
    await killTab(page)
    await page.close()
    await doctor.context.unroute('**/api/drafts/**')
    const reopened = await doctor.context.newPage()
    await reopened.goto(address)
    await reopened.getByText('Đã mở lại bản nháp lúc').waitFor()
    expect(oldestLost(typed, await reopened.getByLabel('Tiền sử').inputValue(), end)).toBeLessThanOrEqual(1500)
    doctor = { ...doctor, page: reopened }
  })

  it('follows the doctor to another PC, which is said when both go on typing', async () => {
    const { page } = doctor
    await page.getByLabel('Khám', { exact: true }).fill(`${TYPED}. ${MORE}`)
    await page.getByText('Đã giữ bản nháp lúc').waitFor()
    const elsewhere = await visit(browser, demo.hospital)
    await signIn(elsewhere.page, demo, 'bacsi')
    await elsewhere.page.goto(address)
    await elsewhere.page.getByText('Đã mở lại bản nháp lúc').waitFor()
    expect(await examination(elsewhere.page)).toBe(`${TYPED}. ${MORE}`)
    await elsewhere.page.getByLabel('Bệnh sử', { exact: true }).fill('Sốt từ hôm qua')
    await elsewhere.page.getByText('Đã giữ bản nháp lúc').waitFor()
    await page.getByLabel('Tiền sử', { exact: true }).fill('Khỏe mạnh')
    await page.getByText('Phiếu này cũng đang được nhập ở cửa sổ hoặc máy khác').waitFor()
    await page.getByRole('button', { name: 'Nhập tiếp ở đây' }).click()
    await page.getByText('Phiếu này cũng đang được nhập ở cửa sổ hoặc máy khác').waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Tiền sử', { exact: true }).inputValue()).toBe('Khỏe mạnh')
    // the version of the other PC gave way, and is not gone
    const history = page.getByLabel('Bệnh sử', { exact: true })
    await page.getByText('Đang cất một bản nhập khác của phiếu này').waitFor()
    expect(await history.inputValue()).toBe('')
    await page.getByRole('button', { name: 'Đổi sang bản đó' }).click()
    await expect.poll(() => history.inputValue()).toBe('Sốt từ hôm qua')
    await page.getByRole('button', { name: 'Đổi sang bản đó' }).click()
    await expect.poll(() => history.inputValue()).toBe('')
    expect(await page.getByLabel('Tiền sử', { exact: true }).inputValue()).toBe('Khỏe mạnh')
    expect(elsewhere.complaints).toEqual([])
    await elsewhere.close()
  })

  it('loses nothing when the session has ended: the password is asked over the page, and the visit is signed', async () => {
    const { page } = doctor
    await typeVisit(page, { diagnosis: 'J03', plan: 'Tái khám sau 3 ngày' })
    await doctor.context.clearCookies()
    await page.keyboard.press('Control+Enter')
    const relogin = page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })
    await relogin.getByLabel('Mật khẩu').fill('khong-phai-mat-khau')
    await page.keyboard.press('Enter')
    await relogin.getByRole('alert').waitFor()
    await relogin.getByLabel('Mật khẩu').fill(demo.password)
    await page.keyboard.press('Enter')
    await relogin.waitFor({ state: 'hidden' })
    await page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await page.keyboard.press('Enter')
    await page.getByText('Phiếu khám đã ký').waitFor()
    expect(await examination(page)).toBe(`${TYPED}. ${MORE}`)
    expect(await page.getByLabel('Hướng điều trị, lời dặn').inputValue()).toBe('Tái khám sau 3 ngày')
  })

  it('is gone from this PC and from the server once the visit is signed', async () => {
    expect(await draftsOnDisk(doctor.page)).toBe('')
    const drafts = await (await doctor.context.request.get('/api/drafts')).json() as { key: string }[]
    expect(drafts.map((d) => d.key)).not.toContain(`visit-${address.split('/').at(-1)}`)
  })
})

describe('the sheet, while orders are typed', () => {
  /** What each drug line shows of its checks. */
  const shown = (page: Page): Promise<(string | null)[]> => page.locator('[data-check]').evaluateAll((lines) => lines.map((line) => line.getAttribute('data-check')))
  const becomes = async (page: Page, wanted: readonly string[]): Promise<void> => { await expect.poll(() => shown(page), { timeout: 10_000 }).toEqual(wanted) }

  it('never shows a tick without an answer: the server fails, answers nothing, or leaves kinds out', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await openFromQueue(page, second.name)
    const answers = async (body: (report: CheckReport) => unknown): Promise<void> => {
      await page.unroute('**/checks')
      await page.route('**/checks', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: body(await answer.json() as CheckReport) })
      })
      await page.getByRole('row', { name: 'Paracetamol' }).getByRole('textbox').nth(2).fill(String(3 + (changes += 1)))
      await page.keyboard.press('Tab')
    }
    let changes = 0
    await page.route('**/checks', (route) => route.fulfill({ status: 500, body: '{}' }))
    await addOrder(page, 'para 500 3x1 3n')
    await page.getByText('CHƯA KIỂM TRA: máy chủ không trả lời').first().waitFor()
    expect(await shown(page)).toEqual(['unchecked'])
    await answers((report) => ({ ...report, lines: [] }))
    await page.getByText('CHƯA KIỂM TRA', { exact: true }).waitFor()
    expect(await shown(page)).toEqual(['unchecked'])
    await answers((report) => ({ ...report, lines: report.lines.map((line) => ({ ...line, checks: line.checks.filter(({ kind }) => kind !== 'interaction' && kind !== 'kidney') })) }))
    await becomes(page, ['partly'])
    await page.unroute('**/checks')
    await page.getByRole('button', { name: /^Xóa Paracetamol/ }).click()
  })

  it('stops at an allergy and an interaction until each has its reason, and signs with them', async () => {
    const { page } = doctor
    await page.getByLabel('Thêm dị ứng').fill('Penicilin')
    await page.keyboard.press('Enter')
    await addOrder(page, 'amox 500 3x1 7n')
    const alerts = page.getByRole('region', { name: 'Cảnh báo an toàn thuốc' })
    await alerts.getByText('Dị ứng đã ghi “Penicilin”: Amoxicillin cùng nhóm Penicillin.').waitFor()
    await addOrder(page, 'amox 500 2x1 5n')
    await alerts.getByText(/^Amoxicillin có cả trong Amoxicillin 500 mg/).waitFor()
    await page.getByRole('button', { name: /^Xóa Amoxicillin/ }).nth(1).click()
    await addOrder(page, 'ator 1x1 30n')
    await addOrder(page, 'clari 500 2x1 7n')
    await becomes(page, ['reason', 'reason', 'reason'])
    await typeVisit(page, { diagnosis: 'J02' })
    // the keyboard alone from here: the first signature attempt leads to the first open alert
    await page.keyboard.press('Control+Enter')
    await page.getByText('Còn 2 cảnh báo thuốc chưa trả lời.').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Còn 1 cảnh báo thuốc chưa trả lời.').waitFor()
    await page.keyboard.press('Space')
    await page.keyboard.press('Control+Enter')
    const review = page.getByRole('dialog', { name: 'Xem lại và ký' })
    await review.getByText(/^Dị ứng đã ghi “Penicilin”/).waitFor()
    await review.getByText(/tiêu cơ vân/).first().waitFor()
    await page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await page.keyboard.press('Enter')
    await page.getByText('Phiếu khám đã ký').waitFor()
  })
})
