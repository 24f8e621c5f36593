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

  it('makes the screen dark, as this PC keeps it: shown before the app has run, never on paper, and taken back in the menu', async () => {
    const { page } = doctor
    const look = () => page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor])
    const DARK = ['dark', 'rgb(15, 21, 19)']
    await type('giao dien toi')
    await palette().getByRole('option', { name: 'Giao diện: Tối' }).waitFor()
    await page.keyboard.press('Enter')
    await palette().waitFor({ state: 'hidden' })
    expect(await look()).toEqual(DARK)
    await page.emulateMedia({ media: 'print' })
    expect((await look())[1]).toBe('rgb(243, 246, 244)')
    await page.emulateMedia({ media: null })
    const held = Promise.withResolvers<undefined>()
    await page.route('**/assets/*.js', (route) => held.promise.then(() => route.continue()))
    await page.reload({ waitUntil: 'commit' })
    await page.waitForFunction(() => document.querySelector('#app') !== null && document.styleSheets.length > 0)
    expect([await page.locator('#app > *').count(), ...await look()]).toEqual([0, ...DARK])
    const late = Promise.withResolvers<undefined>()
    await page.route('**/api/queue*', (route) => late.promise.then(() => route.continue()))
    held.resolve(undefined)
    await page.getByRole('heading', { name: 'Danh sách chờ khám' }).waitFor()
    await page.unroute('**/assets/*.js')
    expect(await look()).toEqual(DARK)
    await page.getByRole('button', { name: /^Tài khoản/ }).click()
    // the rows of the page behind it come now, and leave it open
    await page.getByRole('menuitemradio', { checked: true }).first().waitFor()
    late.resolve(undefined)
    await page.locator('tbody tr').first().waitFor()
    await page.waitForTimeout(300)
    await page.unroute('**/api/queue*')
    expect(await page.getByRole('menuitemradio', { checked: true }).allTextContents()).toEqual(['Giao diện: Tối'])
    await page.getByRole('menuitemradio', { name: 'Giao diện: Theo máy' }).click()
    expect((await look())[0]).toBe('light')
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
