/** A signed visit is corrected, then added to: the old documents keep their bytes and say everywhere that they are superseded; a print copy is no document. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { DocumentRow } from '#api/model/site.ts'
import { auditRows } from '../pages/administration.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, startCorrection, typeVisit } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { pdfSignatures, pdfText } from '../support/pdf.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const person = inventPerson()
const REASON = 'Ghi nhầm bên tai đau khi khám'
const MORE = 'Có kết quả công thức máu về sau'
let browser: SharedBrowser
let doctor: Visitor
let encounter = ''

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  await desk.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  encounter = await openFromQueue(doctor.page, person.name)
  await typeVisit(doctor.page, { examination: 'Tai trái đỏ, chảy dịch', diagnosis: 'J02', orders: ['para 500 3x1 3n'], plan: 'Tái khám sau 3 ngày' })
  await reviewAndSign(doctor.page, demo.pin)
})
afterAll(() => browser.close())

const documents = async (): Promise<DocumentRow[]> => (await (await doctor.context.request.get(`/api/documents?encounter=${encounter}`)).json()) as DocumentRow[]
const download = async (id: string): Promise<Buffer> => (await doctor.context.request.get(`/api/documents/${id}/pdf`)).body()
const digest = async (id: string): Promise<string> => createHash('sha256').update(await download(id)).digest('hex')

/** Presses "print" beside a document of the visit and takes the PDF that the page was given. */
async function printCopy(code: string, title: string, place: number): Promise<Buffer> {
  const { page } = doctor
  const row = page.locator('.document-list li', { hasText: title }).nth(place)
  let pdf: Buffer = Buffer.alloc(0)
  await page.route('**/print-copies', async (route) => {
    const response = await route.fetch()
    pdf = await response.body()
    await route.fulfill({ response, body: pdf })
  })
  const [tab] = await Promise.all([page.waitForEvent('popup'), page.waitForResponse((r) => r.url().endsWith('/print-copies')), row.getByRole('button', { name: 'In bản giấy' }).click()])
  await page.unroute('**/print-copies')
  await tab.close()
  expect(pdfText(pdf)).toContain(code)
  return pdf
}

describe('a signed visit that is corrected', () => {
  let before: DocumentRow[] = []
  let digests: string[] = []
  let after: DocumentRow[] = []

  it('gets new documents in force that say why, and the old ones keep their bytes', async () => {
    const { page } = doctor
    before = await documents()
    digests = await Promise.all(before.map((d) => digest(d.id)))
    await startCorrection(page, 'Đính chính', REASON)
    await typeVisit(page, { examination: 'Tai phải đỏ, chảy dịch' })
    await page.getByLabel(/^Số ngày: Paracetamol/).fill('5')
    await reviewAndSign(page, demo.pin)
    after = await documents()
    const fresh = after.filter((d) => !before.some((old) => old.id === d.id))
    expect(fresh.map((d) => [d.form, d.verdict, d.relation?.kind, d.relation?.reason]).sort()).toEqual(before.map((d) => [d.form, 'valid-current', 'replaces', REASON]).sort())
    expect(await Promise.all(before.map((d) => digest(d.id)))).toEqual(digests)
    for (const document of fresh) {
      const pdf = await download(document.id)
      expect(pdfSignatures(pdf)).toContain('Signature is Valid')
      expect(pdfText(pdf)).toContain(REASON)
    }
    const summary = fresh.find((d) => d.form === 'visit-summary')
    const text = pdfText(await download(summary?.id ?? ''))
    expect(text).toContain('Tai phải đỏ')
    expect(text).not.toContain('Tai trái đỏ')
  })

  it('shows the old documents as superseded in the list of the visit', async () => {
    const old = after.filter((d) => before.some((b) => b.id === d.id))
    expect(old.map((d) => d.verdict)).toEqual(old.map(() => 'valid-superseded'))
    const list = doctor.page.locator('.document-list').last()
    for (const document of old) {
      const row = list.locator('li', { hasText: `Đã được thay bằng tài liệu ${document.supersededBy?.code}` })
      await row.getByText('Đã bị thay thế').waitFor()
    }
    expect(await list.locator('li', { hasText: `Đính chính: ${REASON}` }).count()).toBe(before.length)
  })

  it('says so on the verify page by the old code, and leads to the new one', async () => {
    const guest = await visit(browser, demo.hospital)
    await guest.page.goto(`/xac-minh?ma=${encodeURIComponent(before[0]?.code ?? '')}`)
    await guest.page.getByRole('heading', { name: 'Hợp lệ nhưng đã được thay thế' }).waitFor()
    await guest.page.getByRole('link', { name: 'Xem bản mới' }).click()
    await guest.page.getByRole('heading', { name: 'Hợp lệ, đang có hiệu lực' }).waitFor()
    expect(guest.complaints).toEqual([])
    await guest.close()
  })

  it('says so in the print copy of the old document, which is converted, unsigned and audited', async () => {
    const old = after.find((d) => d.form === 'visit-summary' && d.verdict === 'valid-superseded')
    const place = after.filter((d) => d.title === old?.title).findIndex((d) => d.id === old?.id)
    const copy = await printCopy(old?.code ?? '', old?.title ?? '', place)
    const text = pdfText(copy)
    for (const words of ['TÀI LIỆU NÀY ĐÃ ĐƯỢC THAY THẾ', old?.supersededBy?.code ?? '-', 'Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử', 'Người in: Thiếu tá, BS Trần Văn Mẫu', 'Tai trái đỏ']) expect(text).toContain(words)
    expect(pdfSignatures(copy)).toContain('does not contain any signatures')
    expect(await digest(old?.id ?? '')).toBe(digests[before.findIndex((d) => d.id === old?.id)])
    expect((await documents()).map((d) => d.id).sort()).toEqual(after.map((d) => d.id).sort())
    const admin = await visit(browser, demo.hospital)
    await signIn(admin.page, demo, 'quantri')
    expect((await auditRows(admin.page, 'In bản giấy')).some((row) => row.includes('Trần Văn Mẫu') && row.includes(`…${old?.id.slice(-6)}`))).toBe(true)
    expect((await auditRows(admin.page, 'Ký đính chính')).filter((row) => row.includes('Trần Văn Mẫu')).length).toBeGreaterThanOrEqual(before.length)
    await admin.close()
  })
})

describe('a signed visit that is added to', () => {
  it('keeps its document in force and names the addendum beside it', async () => {
    const { page } = doctor
    const before = await documents()
    const current = before.find((d) => d.form === 'visit-summary' && d.verdict === 'valid-current')
    await startCorrection(page, 'Bổ sung', MORE)
    await page.getByLabel('Tóm tắt kết quả cận lâm sàng').fill('Bạch cầu 12,5 G/L')
    await reviewAndSign(page, demo.pin)
    const fresh = (await documents()).filter((d) => !before.some((old) => old.id === d.id))
    const addendum = fresh.find((d) => d.form === 'visit-summary')
    expect(addendum).toMatchObject({ verdict: 'valid-current', relation: { kind: 'appends', document: current?.id, reason: MORE } })
    expect((await documents()).find((d) => d.id === current?.id)?.verdict).toBe('valid-current')
    expect(pdfText(await download(addendum?.id ?? ''))).toContain('Bạch cầu 12,5 G/L')
    const guest = await visit(browser, demo.hospital)
    await guest.page.goto(`/xac-minh?ma=${encodeURIComponent(current?.code ?? '')}`)
    await guest.page.getByRole('heading', { name: 'Hợp lệ, đang có hiệu lực' }).waitFor()
    await guest.page.getByRole('link', { name: 'Xem phần bổ sung' }).click()
    await guest.page.getByRole('heading', { name: 'Hợp lệ, đang có hiệu lực' }).waitFor()
    expect([doctor.complaints, guest.complaints].flat()).toEqual([])
    await guest.close()
  })
})
