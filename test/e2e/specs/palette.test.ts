/** Ctrl+K and the help for keys: by typing to a patient, a page, an action; nothing of it in a text field or while an input method composes. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
let browser: SharedBrowser
let doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(() => browser.close())

const palette = () => doctor.page.getByRole('dialog', { name: 'Tìm và đi tới' })
async function type(text: string): Promise<void> {
  await doctor.page.keyboard.press('Control+k')
  await palette().waitFor()
  await doctor.page.keyboard.type(text)
}

describe('the palette', () => {
  it('leads to the record of a patient whose name is typed without accents', async () => {
    const { page } = doctor
    await page.goto('/kham')
    await page.getByRole('heading', { name: 'Danh sách chờ khám' }).waitFor()
    await type('nguyen van mau mot')
    await palette().getByRole('option', { name: 'Nguyễn Văn Mẫu Một' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/nguoi-benh/mau-01/tong-quan')
    await page.getByRole('heading', { name: 'Nguyễn Văn Mẫu Một' }).waitFor()
    expect(await palette().count()).toBe(0)
  })

  it('does what the page can do, goes to pages, and offers who was opened before', async () => {
    const { page } = doctor
    await type('ket qua')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/nguoi-benh/mau-01/ket-qua')
    await type('kham benh')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/kham')
    await type('')
    await palette().getByText('Người bệnh vừa mở').waitFor()
    await palette().getByRole('option', { name: 'Nguyễn Văn Mẫu Một' }).waitFor()
    await page.keyboard.press('Escape')
    await palette().waitFor({ state: 'hidden' })
  })

  it('and the help for keys stay away while somebody types', async () => {
    const { page } = doctor
    const help = page.getByRole('dialog', { name: 'Phím tắt' })
    await page.keyboard.press('/')
    await page.keyboard.type('mau?')
    expect(await page.getByLabel('Tìm theo tên hoặc số').inputValue()).toBe('mau?')
    await page.evaluate(() => { document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true })) })
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByLabel('Tìm theo tên hoặc số').fill('')
    await page.keyboard.press('F1')
    await help.getByText('Mời người kế tiếp').waitFor()
    expect(await help.getByText('F8').count()).toBe(1)
    // the keys of the page rest while the help lies over it
    await page.keyboard.press('F8')
    expect(new URL(page.url()).pathname).toBe('/kham')
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
  })
})
