/** Two people type into one visit: what they did in different places is there from both, and where they meet somebody chooses. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { killTab } from '../support/lost-work.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const person = inventPerson()
let browser: SharedBrowser
let doctor: Visitor
let nurse: Visitor
let address = ''

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  await desk.close()
  ;[doctor, nurse] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(doctor.page, demo, 'bacsi')
  await signIn(nurse.page, demo, 'dieuduong')
  await openFromQueue(doctor.page, person.name)
  address = new URL(doctor.page.url()).pathname
  await measure({ 'Mạch': '80', 'Nhiệt độ': '37,0' })
  await doctor.page.reload()
  await doctor.page.getByLabel('Lý do đến khám').waitFor()
})
afterAll(() => browser.close())

const value = (page: Page, label: string): Promise<string> => page.getByLabel(label, { exact: true }).inputValue()

/** The nurse opens the visit anew, types and saves. */
async function measure(values: Readonly<Record<string, string>>): Promise<void> {
  await nurse.page.goto(address)
  for (const [label, text] of Object.entries(values)) await nurse.page.getByLabel(label, { exact: true }).fill(text)
  await nurse.page.keyboard.press('Control+s')
  await nurse.page.getByText('Đã lưu, chưa ký.').waitFor()
}

describe('a doctor and a nurse in one visit', () => {
  it('see that the other is there and where they write, until the other tab dies', async () => {
    const [{ page }, other] = [doctor, nurse.page]
    await other.reload()
    await page.getByText('Phạm Thị Mẫu Bình cũng đang mở phiếu này').waitFor()
    await other.getByLabel('Mạch', { exact: true }).fill('81')
    await page.getByText('Phạm Thị Mẫu Bình đang sửa: Sinh hiệu').waitFor({ timeout: 3000 })
    await other.getByText(/Trần Văn Mẫu.* cũng đang mở phiếu này/).waitFor()
    await killTab(other)
    await page.getByText('Phạm Thị Mẫu Bình').waitFor({ state: 'hidden', timeout: 3000 })
    await other.close()
    nurse = { ...nurse, page: await nurse.context.newPage() }
    await measure({ 'Mạch': '80' })
    await page.reload()
    await page.getByLabel('Lý do đến khám').waitFor()
  })

  it('both have what they typed, though the nurse changed what the doctor had open', async () => {
    const { page } = doctor
    await page.getByLabel('Khám', { exact: true }).fill('Họng đỏ, không giả mạc')
    await measure({ 'Mạch': '120' })
    await page.keyboard.press('Control+s')
    await page.getByText('Đã gộp với phần người khác vừa lưu').waitFor()
    expect([await value(page, 'Mạch'), await value(page, 'Nhiệt độ'), await value(page, 'Khám')]).toEqual(['120', '37,0', 'Họng đỏ, không giả mạc'])
    await nurse.page.goto(address)
    await nurse.page.getByLabel('Lý do đến khám').waitFor()
    expect([await value(nurse.page, 'Mạch'), await value(nurse.page, 'Khám')]).toEqual(['120', 'Họng đỏ, không giả mạc'])
  })

  it('are asked where both changed the same, before anything is saved or signed, also after the page was left', async () => {
    const { page } = doctor
    await page.getByLabel('Nhiệt độ', { exact: true }).fill('38,0')
    // a field that was empty for both
    await page.getByLabel('SpO₂', { exact: true }).fill('97')
    await measure({ 'Nhiệt độ': '39,1', 'SpO₂': '88' })
    await page.keyboard.press('Control+s')
    const rows = page.locator('.visit-conflicts tbody tr')
    await rows.nth(1).waitFor()
    await page.getByText('Đã giữ bản nháp lúc').waitFor()
    await page.reload()
    await rows.nth(1).waitFor()
    expect((await rows.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(expect.arrayContaining([expect.stringMatching(/Nhiệt độ.*38,0.*39,1/), expect.stringMatching(/SpO₂.*97.*88/)]))
    await page.keyboard.press('Control+Enter')
    await page.getByText('Hãy chọn bản được giữ').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('button', { name: 'Lấy bản đã lưu: Nhiệt độ' }).click()
    await page.getByRole('button', { name: 'Giữ bản của tôi: SpO₂' }).click()
    await page.locator('.visit-conflicts').waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+s')
    await page.getByText('Đã lưu, chưa ký.').waitFor()
    await nurse.page.goto(address)
    await nurse.page.getByLabel('Lý do đến khám').waitFor()
    expect([await value(nurse.page, 'Nhiệt độ'), await value(nurse.page, 'SpO₂')]).toEqual(['39,1', '97'])
    expect([...doctor.complaints, ...nurse.complaints]).toEqual([])
  })
})
