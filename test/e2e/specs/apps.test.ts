/** An app that others wrote is registered, opened from a chart and by itself, allowed by the doctor, reads what it may, and is out when the doctor says so. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { SessionInfo } from '#api/model/site.ts'
import { axeFindings, signIn, visit, type Visitor } from '../support/browser.ts'
import { openGrowthApp, type GrowthApp } from '../support/growth-app.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue } from '../pages/visit.ts'

const demo = inject('demo')
const tag = String(Date.now() % 1_000_000)
const client = `tang-truong-${tag}`
const name = `Biểu đồ tăng trưởng ${tag}`
const second = { login: `quantriapp${tag}`, name: 'Ngô Thị Mẫu Ba', password: 'cau-mat-khau-dai-de-nho' }
const person = inventPerson()
const IDENTITY = 'openid fhirUser online_access'
const RECORD = 'patient/Patient.rs patient/Observation.rs'

let browser: SharedBrowser
let app: GrowthApp
let admin: Visitor, doctor: Visitor
beforeAll(async () => {
  app = await openGrowthApp(client, { ehr: `launch ${RECORD} ${IDENTITY}`, standalone: `launch/patient ${RECORD} patient/Condition.rs ${IDENTITY}` }, `${demo.hospital}/fhir/R4`)
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await desk.page.goto('/tiep-don')
  await registerNew(desk.page, person)
  await desk.close()
  admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(async () => {
  app.close()
  await browser.close()
})

/** Another administrator approves. */
const approve = async (): Promise<void> => {
  const asSelf = async (visitor: Visitor): Promise<{ 'X-EMR-CSRF': string }> => ({ 'X-EMR-CSRF': ((await (await visitor.context.request.get('/api/session')).json()) as SessionInfo).csrf })
  expect((await admin.context.request.post('/api/admin/staff', { headers: await asSelf(admin), data: { ...second, grants: [{ role: 'administrator', department: null }] } })).status()).toBe(201)
  const other = await visit(browser, demo.hospital)
  await signIn(other.page, demo, second.login, second.password)
  expect((await other.context.request.put(`/api/admin/clients/${client}/active`, { headers: await asSelf(other), data: { active: true, version: 1 } })).status()).toBe(200)
  await other.close()
}

it('an app is registered with its addresses, and waits for a second administrator', async () => {
  const { page } = admin
  await page.goto('/quan-tri/phan-mem')
  await page.getByRole('button', { name: 'Đăng ký phần mềm' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('radio', { name: 'Ứng dụng làm thay người dùng' }).check()
  await form.getByLabel('Mã phần mềm').fill(client)
  await form.getByLabel('Tên', { exact: false }).first().fill(name)
  await form.getByLabel('Quyền').fill(`launch\nlaunch/patient\n${`${RECORD} patient/Condition.rs ${IDENTITY}`.replaceAll(' ', '\n')}`)
  await form.getByLabel('Địa chỉ quay về').fill('http://evil.example/back')
  await form.getByLabel('Địa chỉ mở từ hồ sơ').fill(app.launchUrl)
  await form.getByRole('radio', { name: 'Không có khóa' }).check()
  await form.getByRole('button', { name: 'Lưu' }).click()
  await form.getByText('Dòng 1 không phải địa chỉ dùng được').waitFor()
  await form.getByLabel('Địa chỉ quay về').fill(app.redirectUri)
  await form.getByText('Người bệnh: xem, tìm (chỉ của một người bệnh)').waitFor()
  await form.getByRole('button', { name: 'Lưu' }).click()
  await page.getByRole('row').filter({ hasText: client }).getByText('Chờ duyệt', { exact: true }).waitFor()
  await approve()
})

it('it opens from the chart, is allowed, and reads this chart alone', async () => {
  const { page, context } = doctor
  await page.goto('/kham')
  await openFromQueue(page, person.name)
  const encounter = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await page.getByRole('button', { name: 'Mở ứng dụng' }).click()
  const [window] = await Promise.all([context.waitForEvent('page'), page.getByRole('menuitem', { name }).click()])
  await window.getByRole('heading', { name: `${name} muốn dùng dữ liệu` }).waitFor()
  await window.getByText(person.name).first().waitFor()
  await window.getByLabel('Kết quả, sinh hiệu: xem, tìm (chỉ của một người bệnh)').waitFor()
  expect(await axeFindings(window)).toEqual([])
  await window.getByRole('button', { name: 'Cho phép' }).press('Enter')
  await window.waitForURL((url) => url.origin === app.origin)
  await window.locator('#said', { hasText: '|' }).waitFor()
  const [read, visited, user, type, condition] = ((await window.locator('#said').textContent()) ?? '').split(' | ')
  expect([read, visited, type, condition]).toEqual([person.name, encounter, 'Bundle', 'refused 403'])
  expect(user).toMatch(/\/fhir\/R4\/Practitioner\/|^Practitioner\//)
  await window.close()
})

it('it starts by itself: signing in first, choosing the patient, leaving out a right; and ends from the own account', async () => {
  const fresh = await visit(browser, demo.hospital)
  const { page } = fresh
  await page.goto(app.standaloneUrl)
  await page.getByLabel('Tên đăng nhập').fill('bacsi')
  await page.getByLabel('Mật khẩu').fill(demo.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: `${name} muốn dùng dữ liệu` }).waitFor()
  await page.getByRole('button', { name: 'Cho phép' }).click()
  await page.getByText('Chọn người bệnh, hoặc bỏ dấu các quyền về người bệnh.').waitFor()
  await page.getByRole('combobox', { name: 'Chọn người bệnh' }).fill(person.name)
  await page.getByRole('option', { name: person.name }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByLabel('Bệnh, chẩn đoán', { exact: false }).or(page.getByLabel('Chẩn đoán', { exact: false })).first().uncheck()
  await page.getByRole('button', { name: 'Cho phép' }).click()
  await page.locator('#said', { hasText: '|' }).waitFor()
  expect(((await page.locator('#said').textContent()) ?? '').split(' | ').filter((_, at) => at !== 2)).toEqual([person.name, 'no visit', 'Bundle', 'refused 403'])

  await page.goto(`${demo.hospital}/tai-khoan`)
  await page.getByRole('button', { name: `Thu hồi: ${name}` }).first().click()
  await page.getByText('Đã thu hồi.').waitFor()
  await page.goto(`${app.origin}/back`)
  await page.locator('#said', { hasText: 'error' }).waitFor()
  expect([...admin.complaints, ...doctor.complaints.filter((text) => !text.includes(app.origin))]).toEqual([])
  await fresh.close()
})

it('who refuses sends the app away with nothing', async () => {
  const { page } = doctor
  await page.goto(app.standaloneUrl)
  await page.getByRole('button', { name: 'Từ chối' }).click()
  await page.locator('#said', { hasText: 'error' }).waitFor()
  expect(new URL(page.url()).origin).toBe(app.origin)
})
