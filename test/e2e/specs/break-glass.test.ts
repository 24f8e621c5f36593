/** A record without a care relation: a doctor of another department gets nothing of it but the question why; with a reason it opens, and the audit view says so. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { SessionInfo } from '#api/model/site.ts'
import { auditRows } from '../pages/administration.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const [seen, unseen] = [inventPerson(), inventPerson(false)]
const stranger = { login: `noia1-${Date.now() % 1_000_000}`, name: 'Bùi Văn Mẫu Khách', password: 'cau-mat-khau-dai-de-nho' }
const REASON = 'Người bệnh ngất ở hành lang khoa A1'
let browser: SharedBrowser
let admin: Visitor, other: Visitor
const addresses: string[] = []

async function makeStranger(): Promise<void> {
  const { csrf } = (await (await admin.context.request.get('/api/session')).json()) as SessionInfo
  const made = await admin.context.request.post('/api/admin/staff', {
    headers: { 'X-EMR-CSRF': csrf },
    data: { ...stranger, title: 'BS', rank: 'Đại úy', licence: '', active: true, grants: [{ role: 'doctor', department: 'khoa-a1' }] },
  })
  if (!made.ok()) throw new Error(`no doctor of another department: ${made.status()} ${await made.text()}`)
}

beforeAll(async () => {
  browser = await sharedBrowser()
  admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
  await makeStranger()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  const doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  for (const person of [seen, unseen]) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
    await doctor.page.goto('/kham')
    await openFromQueue(doctor.page, person.name)
    addresses.push(new URL(doctor.page.url()).pathname)
  }
  await doctor.page.goto(addresses[0] ?? '')
  await typeVisit(doctor.page, { examination: 'Dị ứng nặng với tôm', diagnosis: 'J02' })
  await reviewAndSign(doctor.page, demo.pin)
  await Promise.all([desk.close(), doctor.close()])
  other = await visit(browser, demo.hospital)
  await signIn(other.page, demo, stranger.login, stranger.password)
})
afterAll(() => browser.close())

const statusOf = async (address: string | undefined): Promise<number> => (await other.context.request.get(`/api/visits/${address?.split('/').at(-1)}`)).status()

describe('a doctor of another department', () => {
  it('is asked why, and sees nothing of the record meanwhile or without an answer', async () => {
    const { page } = other
    expect(await statusOf(addresses[0])).toBe(403)
    await page.goto(addresses[0] ?? '')
    const dialog = page.getByRole('dialog', { name: 'Mở khẩn cấp hồ sơ' })
    await dialog.waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    expect(await page.textContent('body')).not.toContain(seen.name)
    const open = dialog.getByRole('button', { name: 'Ghi lý do và mở hồ sơ' })
    await dialog.getByRole('textbox', { name: 'Lý do' }).fill('cần xem')
    expect(await open.isDisabled()).toBe(true)
    await dialog.getByRole('button', { name: 'Hủy' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await page.textContent('body')).not.toContain(seen.name)
    expect(await page.getByLabel('Lý do đến khám').count()).toBe(0)
  })

  it('opens it with a reason, and no other record with it', async () => {
    const { page } = other
    await page.goto(addresses[0] ?? '')
    const dialog = page.getByRole('dialog', { name: 'Mở khẩn cấp hồ sơ' })
    await dialog.getByRole('textbox', { name: 'Lý do' }).fill(REASON)
    await dialog.getByRole('button', { name: 'Ghi lý do và mở hồ sơ' }).click()
    await page.getByText('Phiếu khám đã ký').waitFor()
    expect(await page.getByLabel('Khám', { exact: true }).inputValue()).toBe('Dị ứng nặng với tôm')
    expect((await page.textContent('body'))?.toLowerCase()).toContain(seen.name.toLowerCase())
    await page.reload()
    await page.getByText('Phiếu khám đã ký').waitFor()
    expect(await statusOf(addresses[1])).toBe(403)
    expect(other.complaints).toEqual([])
  })

  it('is in the audit view with the reason, the refusals before it and every look after it', async () => {
    const broken = (await auditRows(admin.page, 'Mở khẩn cấp')).find((row) => row.includes(stranger.name) && row.includes(REASON))
    expect(broken).toContain('Thành công')
    const looks = (await auditRows(admin.page, 'Mở phiếu khám')).filter((row) => row.includes(stranger.name))
    expect(looks.length).toBeGreaterThanOrEqual(2)
    expect(looks.filter((row) => !row.split('Mở phiếu khám')[1]?.includes('Mở khẩn cấp'))).toEqual([])
    expect((await auditRows(admin.page, 'Xem')).some((row) => row.includes(stranger.name) && row.includes('Từ chối'))).toBe(true)
    await admin.page.getByText(/Chuỗi nhật ký nguyên vẹn/).waitFor()
  })
})
