/** A real hospital and a real center, started separately on their own data folders as on two machines: set up, enrolled by two people who compare fingerprints, and records flow. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AuditAnswer, CenterHospital, CodeLists, HospitalExchange } from '#api/model/site.ts'
import { freePort } from '#infra/postgres/embedded.ts'
import { axeFindings, launchBrowser, visit, type Visitor } from '../support/browser.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-enrolment-'))
fs.chmodSync(folder, 0o711)
const PASSWORD = 'cau dau tien cua don vi'

interface Machine { readonly child: ChildProcess; readonly address: string; readonly data: string; readonly output: () => string }

async function startSite(role: 'hospital' | 'center', more: Record<string, string> = {}, name: string = role): Promise<Machine> {
  const data = path.join(folder, name)
  const port = await freePort()
  const { npm_lifecycle_event: _event, ...env } = process.env
  const child = spawn(process.execPath, [path.join(root, 'infra/setup/start.ts')], {
    cwd: root, env: { ...env, EMR_DATA: data, EMR_ROLE: role, [role === 'center' ? 'EMR_CENTER_PORT' : 'EMR_PORT']: String(port), ...more }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { text += String(part) })
  for (const end = Date.now() + 240_000; !text.includes('Ready in'); await sleep(100)) if (child.exitCode !== null || Date.now() > end) throw new Error(`the ${role} did not start:\n${text}`)
  return { child, address: `http://127.0.0.1:${port}`, data, output: () => text }
}

async function setupCode({ data }: Machine): Promise<string> {
  const child = spawn(process.execPath, [path.join(root, 'infra/setup/setup-code.ts')], { cwd: root, env: { ...process.env, EMR_DATA: data }, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (part) => { text += String(part) })
  await once(child, 'close')
  return /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(text)?.[0] ?? ''
}

const filesUnder = (place: string): string[] => fs.readdirSync(place, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? filesUnder(path.join(place, entry.name)) : entry.isFile() ? [path.join(place, entry.name)] : [])

let browser: Browser
let hospital: Machine, center: Machine
let admin: Visitor, operator: Visitor
let hospitalCode: string
const machines: Machine[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  hospital = await startSite('hospital', { EMR_TENANT: '907' })
  machines.push(hospital)
  center = await startSite('center')
  machines.push(center)
  admin = await visit(browser, hospital.address)
  operator = await visit(browser, center.address)
}, 500_000)
afterAll(async () => {
  await browser.close()
  for (const { child } of machines) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  fs.rmSync(folder, { recursive: true, force: true })
})

it('the hospital is set up on its first page, by keyboard, and its administrator is at work at once', async () => {
  expect(hospital.output()).toContain('npm run setup-code')
  hospitalCode = await setupCode(hospital)
  expect(hospitalCode).not.toBe('')
  const { page } = admin
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Mã thiết lập' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Cần điền mục này.').first().waitFor()
  expect(await axeFindings(page)).toEqual([])
  const typed = [hospitalCode.toLowerCase(), 'Cục Hậu cần Quân khu Mẫu', 'Bệnh viện Quân y Mẫu 7', 'Số 7 đường Mẫu, phường Ba Đình, Hà Nội', 'Hà Nội', '99907', '069 000 007', 'Đỗ Văn Mẫu Đầu', 'Đại úy', 'quantri', PASSWORD, PASSWORD]
  for (const text of typed) {
    await page.keyboard.insertText(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.waitForURL('**/quan-tri/don-vi')
  expect(await page.getByLabel('Tên bệnh viện').inputValue()).toBe('Bệnh viện Quân y Mẫu 7')
  const lists = await (await admin.context.request.get('/api/code-lists')).json() as CodeLists
  expect(lists.map(({ list }) => list)).toEqual(expect.arrayContaining(['icd10', 'medicines', 'communes', 'departments']))
  expect(await setupCode(hospital)).toBe('')
})

it('no file of the data folder holds the code that was used', () => {
  // PostgreSQL runs, and takes a file away now and then
  const bytesOf = (file: string): Buffer | undefined => {
    try {
      return fs.readFileSync(file)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
  const files = filesUnder(hospital.data)
  const read = files.flatMap((file) => {
    const bytes = bytesOf(file)
    return bytes === undefined ? [] : [{ file, bytes }]
  })
  expect(read.length).toBeGreaterThan(files.length * 0.9)
  const holding = read.filter(({ bytes }) => bytes.includes(hospitalCode)).map(({ file }) => file)
  expect(holding).toEqual([])
})

it('the center is set up the same way', async () => {
  const { page } = operator
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Mã thiết lập' }).fill(await setupCode(center))
  await page.getByLabel('Họ và tên').fill('Vũ Thị Mẫu Trực')
  await page.getByLabel('Tên đăng nhập').fill('truc')
  await page.getByLabel('Mật khẩu', { exact: false }).first().fill(PASSWORD)
  await page.getByLabel('Nhập lại mật khẩu').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Chưa có bệnh viện nào đăng ký.').waitFor()
})

it('both screens show the same fingerprints, and after both have agreed the records flow', async () => {
  await admin.page.goto('/quan-tri/trao-doi')
  const ours = await admin.page.locator('[data-fingerprint=ours]').innerText()
  await admin.page.getByLabel('Địa chỉ Trung tâm').fill(center.address)
  await admin.page.keyboard.press('Enter')
  const theirs = await admin.page.locator('[data-fingerprint=theirs]').innerText()
  await admin.page.getByLabel('hai mã giống nhau').check()
  expect(await axeFindings(admin.page)).toEqual([])
  const download = admin.page.waitForEvent('download')
  await admin.page.getByRole('button', { name: 'Lưu tệp yêu cầu' }).click()
  const file = path.join(folder, 'request.txt')
  await (await download).saveAs(file)

  await operator.page.getByRole('button', { name: 'Đăng ký bệnh viện' }).click()
  await operator.page.getByLabel('Tệp yêu cầu kết nối').setInputFiles(file)
  expect(await operator.page.locator('[data-fingerprint=hospital]').innerText()).toBe(ours)
  expect(await operator.page.locator('[data-fingerprint=center]').innerText()).toBe(theirs)
  await operator.page.getByLabel('hai mã giống nhau').check()
  expect(await axeFindings(operator.page)).toEqual([])
  await operator.page.getByRole('button', { name: 'Đăng ký', exact: true }).click()
  await operator.page.getByRole('row', { name: /Bệnh viện Quân y Mẫu 7/ }).waitFor()

  await admin.page.getByRole('button', { name: 'Tin và kết nối' }).click()
  await admin.page.getByText('Đã kết nối.').waitFor()
  const status = async (): Promise<HospitalExchange> => await (await admin.context.request.get('/api/exchange/status')).json() as HospitalExchange
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(250)) if ((await status()).applied > 0 && (await status()).pending === 0) break
  expect(await status()).toMatchObject({ pending: 0, quarantined: 0, center: center.address })
  const [row] = await (await operator.context.request.get('/api/center/hospitals')).json() as CenterHospital[]
  expect(row).toMatchObject({ tenant: 907, applied: (await status()).applied })
  const audit = await (await admin.context.request.get('/api/admin/audit?interaction=center-trust')).json() as AuditAnswer
  expect(audit.rows.map((each) => [each.outcome, each.detail])).toEqual([['success', `${center.address} ${theirs}`]])
  expect([...admin.complaints, ...operator.complaints]).toEqual([])
})

it('another machine with the same number is refused at the center', async () => {
  const other = await startSite('hospital', { EMR_TENANT: '907' }, 'impostor')
  machines.push(other)
  const code = await setupCode(other)
  const impostor = await visit(browser, other.address)
  const made = await impostor.context.request.post('/api/setup', { data: {
    code, hospital: { governingBody: 'Khác', name: 'Bệnh viện Mạo danh', facilityCode: '99907', address: 'Khác', phone: '', place: 'Khác' }, administrator: { name: 'Kẻ Mẫu', rank: '', login: 'khac', password: PASSWORD },
  } })
  expect(made.status()).toBe(201)
  await impostor.context.request.post('/api/session', { data: { login: 'khac', password: PASSWORD } })
  const { request } = await (await impostor.context.request.get('/api/exchange/enrolment')).json() as { request: string }
  await operator.page.getByRole('button', { name: 'Đăng ký bệnh viện' }).click()
  await operator.page.getByLabel('Hoặc dán nội dung tệp').fill(request)
  await operator.page.getByRole('button', { name: 'Kiểm tra' }).click()
  await operator.page.getByText('đã đăng ký với một khóa khác').waitFor()
  expect(await operator.page.getByRole('button', { name: 'Đăng ký', exact: true }).count()).toBe(0)
})
