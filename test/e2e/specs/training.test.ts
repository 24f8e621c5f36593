/** The training hospital: nobody can take it for the real one, nothing leaves it, and a lesson knows what was really done. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { registerNew } from '../pages/reception.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { pdfText } from '../support/pdf.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const MARK = 'TẬP HUẤN'
const trainee = inventPerson()
let browser: SharedBrowser
let desk: Visitor
/** The same browser, at both sites. */
let live: Page

beforeAll(async () => {
  browser = await sharedBrowser()
  desk = await visit(browser, demo.training)
  live = await desk.context.newPage()
})
afterAll(() => browser.close())

/** Seen by the eye also while a dialog hides it from the list of what can be used. */
const mark = (page: Page) => page.locator('.shell-training').filter({ hasText: MARK })
const steps = async (page: Page, lesson: string): Promise<string[]> => {
  await page.goto('/bai-tap')
  await page.getByRole('heading', { name: lesson }).waitFor()
  return (await page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: lesson }) }).getByRole('listitem').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim())
}

describe('the training hospital', () => {
  it('says what it is before and after signing in, in the title too, and on top of what lies over a page', async () => {
    const { page } = desk
    await page.goto('/')
    await mark(page).waitFor()
    await page.getByText('Đây là nơi tập huấn').waitFor()
    await signIn(page, demo, 'tiepdon')
    await mark(page).waitFor()
    expect(await page.title()).toMatch(/^TẬP HUẤN · /)
    const seen = () => mark(page).screenshot({ animations: 'disabled' })
    const before = await seen()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    expect((await seen()).equals(before)).toBe(true)
    await page.keyboard.press('Escape')
  })

  it('ticks the steps of a lesson when they are done, and not before', async () => {
    const { page } = desk
    expect(await steps(page, 'Đón một người bệnh')).toEqual(expect.arrayContaining([expect.stringContaining('chưa làm')]))
    await page.getByRole('button', { name: 'Bắt đầu Đón một người bệnh' }).click()
    await page.getByText('Đã làm 0/3 bước').waitFor()
    await page.goto('/tiep-don')
    await registerNew(page, trainee)
    expect(await steps(page, 'Đón một người bệnh')).toEqual(['Tìm người bệnh theo thẻ, số hoặc tên, đã làm', 'Đăng ký khám, đã làm', 'In phiếu số thứ tự, đã làm'])
    await page.getByRole('button', { name: 'Làm lại từ đầu Đón một người bệnh' }).click()
    await page.getByText('Đã làm 0/3 bước').waitFor()
  })

  it('prints nothing without its mark across the page', async () => {
    const { page } = desk
    await page.goto('/tiep-don')
    const made = page.waitForResponse((answer) => answer.url().endsWith('/api/registrations') && answer.status() === 200 || answer.status() === 201)
    await registerNew(page, inventPerson())
    const { slip } = await (await made).json() as { slip: string }
    const pdf = await (await page.request.get(slip)).body()
    expect(pdfText(pdf)).toContain('TẬP HUẤN')
    expect(pdfText(pdf)).toContain('KHÔNG CÓ GIÁ TRỊ')
  })

  it('has no exchange: neither its pages nor its routes', async () => {
    const admin = await visit(browser, demo.training)
    await signIn(admin.page, demo, 'quantri')
    await admin.page.getByRole('navigation').first().waitFor()
    expect(await admin.page.getByRole('link', { name: 'Trao đổi' }).count()).toBe(0)
    expect((await admin.page.request.get('/api/exchange/status')).status()).toBe(404)
    await admin.close()
  })
})

describe('the real hospital beside it', () => {
  it('leads there, bears no mark, and has no lessons', async () => {
    await live.goto(demo.hospital)
    expect(await live.getByRole('link', { name: 'Sang nơi tập huấn' }).getAttribute('href')).toBe(demo.training)
    expect(await mark(live).count()).toBe(0)
    expect((await live.request.get(`${demo.hospital}/api/training`)).status()).toBe(404)
  })

  it('is signed in to beside the training hospital in one browser, and knows nobody who was registered there', async () => {
    await live.goto(demo.hospital)
    await live.getByLabel('Tên đăng nhập').fill('tiepdon')
    await live.getByLabel('Mật khẩu').fill(demo.password)
    await live.keyboard.press('Enter')
    await live.waitForURL('**/tiep-don')
    expect((await live.request.get(`${demo.hospital}/api/patients?q=${trainee.citizen}`)).status()).toBe(200)
    expect(await (await live.request.get(`${demo.hospital}/api/patients?q=${trainee.citizen}`)).json()).toEqual([])
    expect(await (await desk.page.request.get(`${demo.training}/api/patients?q=${trainee.citizen}`)).json()).toHaveLength(1)
    // still signed in there too
    expect((await desk.page.request.get(`${demo.training}/api/session`)).status()).toBe(200)
  })
})
