/** The administrator's first hour: letterhead and seal, a department with a room and beds, a doctor who then signs a visit under a PIN of their own. */
import { deflateSync, crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Department, DocumentRow, HospitalProfile } from '#api/model/site.ts'
import { addDoctor, admitToSigning, auditRows, toast } from '../pages/administration.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { pdfImages, pdfSignatures, pdfText } from '../support/pdf.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const tag = String(Date.now() % 1_000_000).padStart(6, '0')
const hospital = { governingBody: `Cục Hậu cần Mẫu ${tag}`, name: `Bệnh viện Quân y 900 Cơ sở ${tag}`, phone: `069 ${tag.slice(0, 3)} ${tag.slice(3)}`, place: `Thị xã Mẫu ${tag}`, facilityCode: tag.slice(1) }
const department = { code: `T${tag}`, name: `Khoa Thử nghiệm ${tag}` }
const newcomer = { login: `bacsi${tag}`, name: 'Đỗ Thị Mẫu Mới', title: 'BS CKI', rank: 'Trung tá', licence: `${tag}/BQP-CCHN`, password: 'cau-mat-khau-dai-de-nho', place: 'KB · Khoa Khám bệnh' }
const pin = '862047'
const SEAL_SIDE = 67
const person = inventPerson()

let browser: SharedBrowser
let admin: Visitor, doctor: Visitor
beforeAll(async () => {
  browser = await sharedBrowser()
  admin = await visit(browser, demo.hospital)
  await signIn(admin.page, demo, 'quantri')
})
afterAll(() => browser.close())

/** A red square on nothing, as a scanner's cut-out seal: RGBA, 8 bits. */
function smallPng(side: number): Buffer {
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.length)
    head.write(name, 4, 'latin1')
    const check = Buffer.alloc(4)
    check.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), body])))
    return Buffer.concat([head, body, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side)
  header.writeUInt32BE(side, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const row = Buffer.concat([Buffer.of(0), Buffer.from('c8102eb0'.repeat(side), 'hex')])
  const body = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))])
}

describe('the administrator', () => {
  it('changes the governing body, the name, the telephone, the place, the facility code and the seal of the hospital', async () => {
    const { page } = admin
    await page.goto('/quan-tri/don-vi')
    await page.getByLabel('Tên bệnh viện').fill(hospital.name)
    await page.getByLabel('Điện thoại').fill(hospital.phone)
    await page.getByLabel('Cơ quan chủ quản').fill(hospital.governingBody)
    await page.getByLabel('Địa danh').fill(hospital.place)
    await page.getByLabel('Mã cơ sở KBCB').fill(hospital.facilityCode)
    await page.getByRole('button', { name: 'Lưu' }).click()
    await toast(page, 'Đã lưu.')
    const seal = smallPng(SEAL_SIDE)
    await page.getByLabel('Chọn tệp PNG').setInputFiles({ name: 'dau.png', mimeType: 'image/png', buffer: seal })
    await toast(page, 'Đã lưu hình con dấu.')
    await page.reload()
    await page.getByRole('img', { name: 'Hình con dấu' }).waitFor()
    expect(await page.getByLabel('Tên bệnh viện').inputValue()).toBe(hospital.name)
    const stored = await admin.context.request.get('/api/admin/hospital/seal')
    expect(await stored.body()).toEqual(seal)
    expect((await (await admin.context.request.get('/api/admin/hospital')).json()) as HospitalProfile).toMatchObject(hospital)
  })

  it('adds a department with a room and two beds', async () => {
    const { page } = admin
    await page.goto('/quan-tri/khoa-phong')
    await page.getByRole('button', { name: 'Thêm khoa, phòng' }).click()
    const form = page.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Mã', exact: true }).fill(department.code)
    await form.getByLabel('Tên khoa, phòng').fill(department.name)
    await form.getByLabel('Loại').selectOption({ label: 'Điều trị nội trú' })
    await form.getByRole('button', { name: 'Thêm buồng' }).click()
    await form.getByLabel('Tên buồng 1').fill('Buồng 501')
    await form.getByRole('button', { name: 'Thêm giường' }).click()
    await form.getByRole('button', { name: 'Thêm giường' }).click()
    await form.getByLabel('Tên giường 2, Buồng 501').fill('Giường cửa sổ')
    await form.getByRole('button', { name: 'Lưu' }).click()
    await form.waitFor({ state: 'hidden' })
    await page.getByRole('row', { name: new RegExp(department.name) }).waitFor()
    const all = (await (await admin.context.request.get('/api/admin/departments')).json()) as Department[]
    const made = all.find((d) => d.code === department.code)
    expect(made).toMatchObject({ name: department.name, kind: 'ward', active: true })
    expect(made?.rooms.map((r) => [r.name, r.beds.map((b) => b.name)])).toEqual([['Buồng 501', ['Giường 1', 'Giường cửa sổ']]])
  })

  it('adds a doctor with licence and rank, whom the head of the department admits to signing', async () => {
    await addDoctor(admin.page, newcomer)
    const row = admin.page.getByRole('row', { name: new RegExp(newcomer.name) })
    for (const word of [newcomer.login, newcomer.title, newcomer.rank, newcomer.licence, 'Bác sĩ (KB)', 'Chờ người khác cấp']) expect(await row.textContent()).toContain(word)
    await row.getByRole('button', { name: 'Sửa' }).click()
    await admin.page.getByRole('dialog').getByText(/Hiện có thể cấp: .*Nguyễn Thị Mẫu Hòa/).waitFor()
    const head = await visit(browser, demo.hospital)
    await signIn(head.page, demo, 'truongkhoa')
    await admitToSigning(head.page, newcomer.name)
    expect(head.complaints).toEqual([])
    await head.close()
    await admin.page.reload()
    expect(await row.textContent()).toContain('Được cấp')
  })
})

describe('the new doctor', () => {
  let documents: DocumentRow[] = []

  it('chooses a PIN at the first signature and signs a visit', async () => {
    const desk = await visit(browser, demo.hospital)
    await signIn(desk.page, demo, 'tiepdon')
    await registerNew(desk.page, person)
    await desk.close()
    doctor = await visit(browser, demo.hospital)
    const { page } = doctor
    await signIn(page, demo, newcomer.login, newcomer.password)
    const encounter = await openFromQueue(page, person.name)
    await typeVisit(page, { examination: 'Họng đỏ', diagnosis: 'J02', orders: ['para 500 3x1 3n'], plan: 'Nghỉ ngơi' })
    await page.keyboard.press('Control+Enter')
    const review = page.getByRole('dialog')
    await review.getByLabel('Mã PIN mới').fill(pin)
    await review.getByLabel('Nhập lại mã PIN').fill('111111')
    await page.keyboard.press('Enter')
    await review.getByText('Hai mã PIN khác nhau.').waitFor()
    await review.getByLabel('Nhập lại mã PIN').fill(pin)
    await page.keyboard.press('Enter')
    await review.getByLabel('Mã PIN ký số').fill(pin)
    await page.keyboard.press('Enter')
    await page.getByText('Phiếu khám đã ký').waitFor()
    documents = (await (await doctor.context.request.get(`/api/documents?encounter=${encounter}`)).json()) as DocumentRow[]
    expect(documents.map((d) => [d.form, d.verdict]).sort()).toEqual([['prescription', 'valid-current'], ['visit-summary', 'valid-current']])
  })

  it('signs under the new letterhead and seal (the form of the summary has no telephone in it), by name and rank', async () => {
    for (const document of documents) {
      const pdf = await (await doctor.context.request.get(`/api/documents/${document.id}/pdf`)).body()
      expect(pdfSignatures(pdf)).toContain('Signature is Valid')
      const text = pdfText(pdf)
      expect(text.toLowerCase()).toContain(hospital.name.toLowerCase())
      expect(text.toLowerCase()).toContain(hospital.governingBody.toLowerCase())
      expect(text).toContain(`${hospital.place}, ngày`)
      if (document.form === 'prescription') expect(text).toContain(hospital.phone)
      if (document.form === 'prescription') expect(text).toMatch(new RegExp(`${hospital.facilityCode}[0-9a-z]{7}-[NHC]`))
      expect(pdfImages(pdf)).toContain(`${SEAL_SIDE}x${SEAL_SIDE}`)
      expect(text).toContain(newcomer.name)
      expect(text).toContain(newcomer.rank)
    }
  })

  it('is in the audit view with what was done, in a chain that is whole', async () => {
    const { page } = admin
    expect((await auditRows(page, 'Ký số')).some((row) => row.includes(newcomer.name))).toBe(true)
    expect((await auditRows(page, 'Đăng nhập')).some((row) => row.includes(newcomer.name))).toBe(true)
    expect((await auditRows(page, 'Tạo')).some((row) => row.includes('Hoàng Văn Mẫu Quân') && row.includes('Khoa, phòng, đơn vị'))).toBe(true)
    await page.getByText(/Chuỗi nhật ký nguyên vẹn, \d+ dòng đã niêm phong/).waitFor()
    expect([admin.complaints, doctor.complaints].flat()).toEqual([])
  })
})
