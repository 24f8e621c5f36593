/** Other software is let in: registered by one administrator, approved by another, reads with its secret, and is out when it is switched off. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { SessionInfo } from '#api/model/site.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const tag = String(Date.now() % 1_000_000)
const client = { id: `xet-nghiem-${tag}`, name: `Máy xét nghiệm ${tag}` }
const second = { login: `quantri${tag}`, name: 'Ngô Thị Mẫu Hai', password: 'cau-mat-khau-dai-de-nho' }

let browser: SharedBrowser
let admin: Visitor, other: Visitor
beforeAll(async () => {
  browser = await sharedBrowser()
  admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
  const { csrf } = (await (await admin.context.request.get('/api/session')).json()) as SessionInfo
  const made = await admin.context.request.post('/api/admin/staff', { headers: { 'X-EMR-CSRF': csrf }, data: { ...second, grants: [{ role: 'administrator', department: null }] } })
  expect(made.status()).toBe(201)
  other = await visit(browser, demo.hospital)
  await signIn(other.page, demo, second.login, second.password)
})
afterAll(() => browser.close())

const openClient = async (page: Page): Promise<void> => {
  await page.goto('/quan-tri/phan-mem')
  await page.getByRole('button', { name: `Sửa: ${client.name}` }).click()
}
const ask = (secret: string): Promise<Response> =>
  fetch(`${demo.hospital}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: client.id, client_secret: secret }) })
const read = async (token: string): Promise<number> => (await fetch(`${demo.hospital}/fhir/R4/Patient?_count=1`, { headers: { authorization: `Bearer ${token}` } })).status

it('software gets in by two administrators, and out by one', async () => {
  const { page } = admin
  await page.goto('/quan-tri/phan-mem')
  await page.getByRole('row').filter({ hasText: 'demo-system' }).getByText('Dùng thử', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Đăng ký phần mềm' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Mã phần mềm').fill(client.id)
  await form.getByLabel('Tên', { exact: false }).fill(client.name)
  await form.getByLabel('Quyền').fill('system/Patient.xyz')
  await form.getByRole('button', { name: 'Lưu' }).click()
  await form.getByText('Dòng 1 không phải quyền hợp lệ').waitFor()
  await form.getByLabel('Quyền').fill('system/Patient.rs')
  await form.getByText('Người bệnh: xem, tìm').waitFor()
  await form.getByRole('button', { name: 'Lưu' }).click()
  await form.getByText('Chỉ hiện lần này').waitFor()
  const secret = await form.getByLabel('Khóa bí mật', { exact: true }).inputValue()
  expect(secret).toMatch(/^[\w-]{43}$/)
  expect((await ask(secret)).status).toBe(401)
  await form.getByRole('button', { name: 'Đã chép xong, đóng' }).click()
  await page.getByRole('row').filter({ hasText: client.id }).getByText('Chờ duyệt', { exact: true }).waitFor()

  await openClient(other.page)
  await other.page.getByRole('button', { name: 'Duyệt và bật' }).click()
  await other.page.getByRole('row').filter({ hasText: client.id }).getByText('Đang bật', { exact: true }).waitFor()
  const { access_token: token } = (await (await ask(secret)).json()) as { access_token: string }
  expect(await read(token)).toBe(200)

  await openClient(page)
  await page.getByRole('button', { name: 'Tắt', exact: true }).click()
  await page.getByRole('row').filter({ hasText: client.id }).getByText('Đã tắt', { exact: true }).waitFor()
  expect([await read(token), (await ask(secret)).status]).toEqual([401, 401])
  expect([admin.complaints, other.complaints].flat()).toEqual([])
})
