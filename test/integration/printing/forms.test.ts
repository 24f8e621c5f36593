/** The forms as PDF: everything signed can be read, nothing overlaps the signature's space, the same request gives the same bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FormCode, PrintRequest } from '#api/model/ports.ts'
import { CODE_SYSTEM, EXTENSION, SID } from '#api/model/systems.ts'
import { createPrinter } from '#api/printing/printer.ts'
import { isWhole } from '#infra/setup/test-long.ts'
import { DRUG_NAMES, LETTERHEAD, sampleRequest, type Sample } from '#test/unit/forms/sample-document.ts'
import { sealPng } from '#test/unit/forms/sample-seal.ts'
import { infoOf, pagesOf, squeeze, textOf, wordsOf } from './pdf-tools.ts'

const printer = createPrinter({ timeZone: 'Asia/Ho_Chi_Minh' })
const FORMS: readonly FormCode[] = ['visit-summary', 'prescription', 'appointment-slip', 'sick-leave', 'referral']
const SEALED = { ...LETTERHEAD, seal: sealPng() }

/** Fails when a word of the PDF lies in the space kept for the visible signature. */
const expectFreeSpace = async (request: PrintRequest): Promise<void> => {
  const { pdf, box, pages } = await printer.print(request)
  const height = pagesOf(pdf)[box.page]?.height ?? 0
  const [x1, y1, x2, y2] = box.rect
  expect(box.page).toBe(pages - 1)
  expect(y1).toBeGreaterThan(30)
  expect(y2).toBeLessThan(height)
  expect(x2).toBeLessThan((pagesOf(pdf)[box.page]?.width ?? 0) - 20)
  const inside = wordsOf(pdf).filter(({ page, box: [left, top, right, bottom] }) => page === box.page && left < x2 && right > x1 && height - top > y1 && height - bottom < y2)
  expect(inside).toEqual([])
}

const LONG: Sample = {
  name: 'Công Tằng Tôn Nữ Hoàng Nguyễn Thị Ượng Quỳnh Như Thùy Dương', unit: 'Đại đội Trinh sát 20, Bộ Tham mưu, Sư đoàn Bộ binh 330, Quân khu 9, Bộ Quốc phòng', history: 'Bệnh diễn biến nhiều ngày nay. '.repeat(90),
  examination: 'Khám toàn thân bình thường. '.repeat(60), drugs: DRUG_NAMES.map((name, index) => ({ name, quantity: index + 5, unit: 'viên' })), plan: 'Uống thuốc đúng giờ. '.repeat(70), correction: 'ghi nhầm chẩn đoán.',
}

describe('a training hospital\'s printer', () => {
  const stamped = createPrinter({ timeZone: 'Asia/Ho_Chi_Minh', stamp: 'TẬP HUẤN - KHÔNG CÓ GIÁ TRỊ' })
  it('puts its stamp on every page of every form, and makes none longer', async () => {
    for (const form of FORMS) {
      const request = sampleRequest(form, LONG)
      const [plain, marked] = [await printer.print(request), await stamped.print(request)]
      expect([form, marked.pages, marked.box]).toEqual([form, plain.pages, plain.box])
      const marks = Map.groupBy(wordsOf(marked.pdf).filter(({ word }) => word === 'HUẤN'), ({ page }) => page)
      expect([form, marks.size]).toEqual([form, marked.pages])
      expect(textOf(plain.pdf)).not.toContain('TẬP HUẤN')
    }
    const slip = { hospital: 'Bệnh viện Tập huấn', number: 9, department: 'Khoa Khám bệnh', patient: 'Lê Văn Mẫu', birthDate: '1998-03-19', at: new Date('2026-11-28T00:00:00Z') }
    const [plain, marked] = [await printer.queueSlip(slip), await stamped.queueSlip(slip)]
    expect(textOf(marked)).toContain('KHÔNG CÓ GIÁ TRỊ')
    expect(pagesOf(marked)[0]?.height).toBe(pagesOf(plain)[0]?.height)
  })
})

describe('forms', () => {
  it('print every field of a visit', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('visit-summary', {}, SEALED))).pdf))
    for (const part of [
      'CỤC HẬU CẦN - KỸ THUẬT QUÂN KHU 9', 'BỆNH VIỆN QUÂN Y 900', 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc', 'BẢN TÓM TẮT HỒ SƠ BỆNH ÁN', 'Số: 99900.2026.0000123', 'Mẫu 03 – TT 25/2025/TT-BYT', '8. Số định danh cá nhân/CCCD/Hộ chiếu: 092090012345', 'Ngày cấp: 01/01/2022', 'Nơi cấp: Cục Cảnh sát quản lý hành chính về trật tự xã hội',
      '13. Chẩn đoán vào viện: Theo dõi viêm họng', '21. Tình trạng ra viện: 2. Đỡ', '23. Ghi chú: Nghỉ tập luyện 03 ngày.',
      '1. Họ và tên (in hoa): NGUYỄN VĂN MẪU', '05/03/1990 (36 tuổi)', 'Giới tính: Nam', 'Dân tộc: Kinh', 'Nghề nghiệp: Lực lượng vũ trang', 'Đơn vị công tác: Đại đội 1, Tiểu đoàn 2, Trung đoàn 300',
      'Cấp bậc: Trung úy', 'Chức vụ: Trung đội trưởng', 'Đối tượng: Sĩ quan', 'Số hiệu quân nhân: 20-123456', 'Ngày nhập ngũ: 01/09/2008', 'QN5979712345678', '092090012345', '0900 000 001', 'Vợ: Trần Thị Ví Dụ, điện thoại 0900 000 002',
      '11. Vào viện (đến khám) lúc: 08 giờ 15 phút, ngày 22/11/2026', '12. Ra viện (kết thúc khám) lúc: 08 giờ 47 phút, ngày 22/11/2026', 'Khoa Khám bệnh (C1)', '14. Chẩn đoán ra viện: Bệnh chính: Viêm họng cấp, không xác định (J02.9)', 'Bệnh kèm theo: Tăng huyết áp vô căn (nguyên phát) (I10)', '15. Lý do vào viện (đến khám): Đau họng, sốt',
      'Huyết áp: 130/80 mmHg', 'Nhiệt độ: 37,8 °C', 'Mạch: 82 lần/phút', 'Penicillin V (Nổi mày đay; mức độ nguy hiểm cao)', 'Tổng phân tích tế bào máu ngoại vi; Chụp X-quang ngực thẳng', '☑', '☐',
      'Paracetamol 500 mg, viên nén (06 viên): Uống ngày 2 lần, mỗi lần 1 viên, sau ăn, trong 7 ngày', 'Cấp đơn, về đơn vị theo dõi', 'Hẹn tái khám: 29/11/2026', 'Cần Thơ, ngày 22 tháng 11 năm 2026', 'Thiếu tá, BS Trần Văn Mẫu',
    ]) expect(text).toContain(squeeze(part))
  })

  it('number the fields of the summary as the form does, whatever is known, and nothing else', async () => {
    const LABELS = ['1. Họ và tên', '2. Ngày, tháng, năm sinh', '3. Giới tính', '4. Dân tộc', '5. Nghề nghiệp', '6. Đơn vị công tác', '7. Mã số BHXH/Thẻ BHYT số', '8. Số định danh cá nhân/CCCD/Hộ chiếu', '9. Địa chỉ', '10. Cha/Mẹ/Người giám hộ',
      '11. Vào viện', '12. Ra viện', 'II. CHẨN ĐOÁN', '13. Chẩn đoán vào viện', '14. Chẩn đoán ra viện', 'III. TÓM TẮT QUÁ TRÌNH ĐIỀU TRỊ', '15. Lý do vào viện', '16. Tóm tắt quá trình bệnh lý và diễn biến lâm sàng', '17. Tiền sử bệnh', '18. Những dấu hiệu lâm sàng chính',
      '19. Tóm tắt kết quả xét nghiệm', '20. Phương pháp điều trị', '21. Tình trạng ra viện', '22. Hướng điều trị tiếp theo', '23. Ghi chú']
    for (const sample of [{}, { bare: true }, { birthDate: '2023-03-10', civilian: true }] satisfies Sample[]) {
      const text = squeeze(textOf((await printer.print(sampleRequest('visit-summary', sample))).pdf))
      const places = LABELS.map((label) => text.indexOf(squeeze(label)))
      expect(places).not.toContain(-1)
      expect([...places].sort((a, b) => a - b)).toEqual(places)
      for (const ours of ['Cấp bậc', 'Điện thoại:0900', 'Nơi khám', 'Dị ứng', 'Dấu hiệu sinh tồn', 'Chỉ định cận lâm sàng', 'Xử trí khi kết thúc khám', 'Hẹn tái khám']) expect(text).not.toMatch(new RegExp(`\\d\\.${squeeze(ours)}`))
    }
  })

  it('print dots where an outpatient visit does not know', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('visit-summary', { bare: true }))).pdf))
    for (const label of ['13. Chẩn đoán vào viện:', '21. Tình trạng ra viện:', '23. Ghi chú:', 'Ngày cấp:', 'Nơi cấp:', '10. Cha/Mẹ/Người giám hộ (nếu dưới 16 tuổi):']) expect(text).toContain(`${squeeze(label)}......`)
  })

  it('print the papers to take home in the order of their forms', async () => {
    const inOrder = async (request: PrintRequest, parts: readonly string[]): Promise<void> => {
      const text = squeeze(textOf((await printer.print(request)).pdf))
      const places = parts.map((part) => text.indexOf(squeeze(part)))
      expect(parts.filter((_, at) => places[at]! < 0)).toEqual([])
      expect([...places].sort((a, b) => a - b)).toEqual(places)
    }
    await inOrder(sampleRequest('appointment-slip', {}, SEALED), [
      'Phụ lục V – TT 01/2025/TT-BYT', 'PHIẾU HẸN KHÁM LẠI', 'Họ và tên người bệnh: NGUYỄN VĂN MẪU', 'Ngày sinh: 05/03/1990 (36 tuổi)', 'Địa chỉ: Số 12', 'Số thẻ BHYT: QN5979712345678', 'Đến khám lúc: 08 giờ 15 phút', 'Kết thúc khám lúc: 08 giờ 47 phút',
      'Chẩn đoán: Viêm họng cấp, không xác định (J02.9)', 'Bệnh kèm theo: Tăng huyết áp', 'Hẹn khám lại vào ngày 29 tháng 11 năm 2026', '01 (một) lần', 'ĐẠI DIỆN ĐƠN VỊ', 'Cần Thơ, ngày 22',
    ])
    await inOrder(sampleRequest('sick-leave', {}, SEALED), [
      'Mẫu 07 – TT 25/2025/TT-BYT', 'GIẤY CHỨNG NHẬN NGHỈ VIỆC HƯỞNG BẢO HIỂM XÃ HỘI', 'I. THÔNG TIN NGƯỜI BỆNH', 'NGUYỄN VĂN MẪU', 'Mã số BHXH/Số thẻ BHYT: QN5979712345678', 'Đơn vị làm việc: Đại đội 1', 'II. CHẨN ĐOÁN', '(J02.9)',
      'Phương pháp điều trị: Amoxicillin', 'Nghỉ ngơi', 'Số ngày nghỉ: 03 ngày', 'từ ngày 22/11/2026 đến hết ngày 24/11/2026', 'III. THÔNG TIN CHA, MẸ', 'Họ và tên cha: ....', 'Họ và tên mẹ: ....', 'ĐẠI DIỆN ĐƠN VỊ',
    ])
    await inOrder(sampleRequest('referral', {}, SEALED), [
      'Phụ lục VI – TT 01/2025/TT-BYT', 'PHIẾU CHUYỂN CƠ SỞ KHÁM BỆNH, CHỮA BỆNH', 'Kính gửi: Bệnh viện Quân y 975', 'trân trọng giới thiệu', 'NGUYỄN VĂN MẪU', 'Giới tính: Nam', 'Địa chỉ: Số 12', 'Dân tộc: Kinh', 'Nghề nghiệp: Lực lượng', 'Nơi làm việc', 'Số thẻ BHYT: QN',
      'Đã được khám bệnh, điều trị', 'từ 08 giờ 15 phút', 'TÓM TẮT BỆNH ÁN', 'dấu hiệu lâm sàng: Họng đỏ', 'cận lâm sàng chính: Bạch cầu', 'Chẩn đoán: Viêm họng cấp', 'đã thực hiện: .....', 'Đã chỉ định: Tổng phân tích', 'đã sử dụng: đã kê đơn Amoxicillin', 'lúc chuyển: 2. Đỡ', 'Lý do chuyển',
      '☐ 1a.', '☑ 1b.', '☐ 2.', 'Hướng điều trị: Nghỉ ngơi', 'Chuyển hồi: 08 giờ 47', '01 (một) năm', 'Phương tiện vận chuyển: Xe cứu thương', 'người hộ tống: Phạm Thị Mẫu, điều dưỡng', 'ĐẠI DIỆN ĐƠN VỊ',
    ])
  })

  it('name father and mother on the sick leave of a child under seven, and of no older one', async () => {
    const contacts = [{ relationship: [{ coding: [{ system: CODE_SYSTEM.role, code: 'MTH' }], text: 'Mẹ' }], name: { text: 'Trần Thị Ví Dụ' } }]
    const of = async (birthDate: string): Promise<string> => squeeze(textOf((await printer.print(sampleRequest('sick-leave', { birthDate, civilian: true, contacts }))).pdf))
    expect(await of('2019-11-23')).toContain(squeeze('Họ và tên mẹ: Trần Thị Ví Dụ'))
    expect(await of('2019-11-22')).toContain(squeeze('Họ và tên mẹ: ......'))
  })

  it('print the prescription with its code, small quantities with a zero, advice and the next visit', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('prescription', {}, SEALED))).pdf))
    for (const part of ['ĐƠN THUỐC', 'Mã đơn thuốc: 999000a1b2c3-C', 'Địa chỉ: Số 1 đường Mẫu', 'Điện thoại: 0292 000 0000', 'SL: 06 viên', 'Cộng khoản: 03 khoản thuốc', 'Lời dặn: Nghỉ ngơi', 'Tái khám: 29/11/2026', 'Khám lại xin mang theo đơn này.']) expect(text).toContain(squeeze(part))
  })

  it('ask for the accompanying person and give the age in months for a small child', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('prescription', { birthDate: '2025-01-12', civilian: true }))).pdf))
    expect(text).toContain(squeeze('(22 tháng tuổi)'))
    expect(text).toContain(squeeze('Người đưa trẻ đến khám bệnh, chữa bệnh: Vợ: Trần Thị Ví Dụ'))
  })

  it('name the guardian of a child with the number on the prescription, and not the word other', async () => {
    const child: Sample = { birthDate: '2023-03-10', civilian: true, contacts: [
      { relationship: [{ coding: [{ system: CODE_SYSTEM.role, code: 'MTH' }], text: 'Mẹ' }], name: { text: 'Trần Thị Ví Dụ' }, telecom: [{ system: 'phone', value: '0900 000 002' }], extension: [{ url: EXTENSION.contactCitizen, valueIdentifier: { system: SID.citizen, value: '092190000001' } }] },
      { relationship: [{ coding: [{ system: CODE_SYSTEM.contactRole, code: 'O' }], text: 'Khác' }], name: { text: 'Lê Văn Giả Định' } },
    ] }
    const prescription = squeeze(textOf((await printer.print(sampleRequest('prescription', child))).pdf))
    expect(prescription).toContain(squeeze('(44 tháng tuổi)'))
    expect(prescription).toContain(squeeze('Người đưa trẻ đến khám bệnh, chữa bệnh: Mẹ: Trần Thị Ví Dụ, số định danh 092190000001, điện thoại 0900 000 002; Lê Văn Giả Định'))
    expect(squeeze(textOf((await printer.print(sampleRequest('visit-summary', child))).pdf))).toContain(squeeze('Mẹ: Trần Thị Ví Dụ, điện thoại 0900 000 002; Lê Văn Giả Định'))
  })

  it('never leave the signature of a prescription on a page without a drug', async () => {
    for (const count of [5, 6, 7, 8, 9]) {
      const drugs = DRUG_NAMES.slice(0, count).map((name) => ({ name, quantity: 10, unit: 'viên' }))
      const { pdf, box } = await printer.print(sampleRequest('prescription', { drugs }))
      expect(squeeze(wordsOf(pdf).filter(({ page }) => page === box.page).map(({ word }) => word).join(' ')), `${count} drugs`).toContain('SL:')
    }
  })

  it('put the identity number before the birth date, and the companion behind the advice', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('prescription', { birthDate: '2025-01-12', civilian: true }))).pdf))
    const places = ['Số định danh cá nhân', 'Ngày sinh', 'Cân nặng', 'Giới tính', 'Mã thẻ BHYT', 'Nơi cư trú', 'Chẩn đoán', 'Thuốc điều trị', 'Lời dặn', 'Người đưa trẻ'].map((label) => text.indexOf(squeeze(label)))
    expect(places).not.toContain(-1)
    expect([...places].sort((a, b) => a - b)).toEqual(places)
  })

  it('say what nobody asked rather than that there is nothing', async () => {
    const text = squeeze(textOf((await printer.print(sampleRequest('visit-summary', { bare: true }))).pdf))
    expect(text).toContain(squeeze('Dị ứng: Chưa khai thác'))
    expect(text).toContain(squeeze('Bệnh kèm theo: Không'))
    expect(text).toContain('Dântộc:......')
  })

  it('show a correction and an addendum at the top', async () => {
    expect(squeeze(textOf((await printer.print(sampleRequest('visit-summary', LONG))).pdf))).toContain(squeeze('ĐÍNH CHÍNH: Văn bản này thay thế văn bản đã ký trước. Lý do: ghi nhầm chẩn đoán.'))
    const addendum = squeeze(textOf((await printer.print(sampleRequest('visit-summary', { addendum: 'Bổ sung kết quả cho bản abcd.' }))).pdf))
    expect(addendum).toContain(squeeze('PHIẾU BỔ SUNG BẢN TÓM TẮT HỒ SƠ BỆNH ÁN'))
    expect(addendum).not.toContain(squeeze('Bệnh chính'))
  })

  it.each(FORMS)('keep the signature\'s space of the %s free of text, whatever the length', async (form) => {
    for (const sample of [{}, { bare: true }, LONG, { plan: 'x'.repeat(900) }] satisfies Sample[]) await expectFreeSpace(sampleRequest(form, sample, SEALED))
    await expectFreeSpace({ ...sampleRequest(form, LONG, { ...SEALED, hospital: 'Bệnh viện Quân y Trung ương mang một cái tên dài hơn thường lệ rất nhiều', governingBody: 'Tổng cục Hậu cần - Kỹ thuật '.repeat(3) }), signer: { name: 'Thượng tá, Phó Giáo sư, Tiến sĩ, Bác sĩ Chuyên khoa II Công Tằng Tôn Nữ Thị Mẫu', title: 'Trưởng khoa' } })
  })

  if (isWhole) it.each(FORMS.filter((form) => form !== 'appointment-slip' && form !== 'referral'))('place the signature of the %s right at every length of text', async (form) => {
    for (let length = 0; length < 36; length += 3) await expectFreeSpace(sampleRequest(form, { plan: 'Nghỉ ngơi tại đơn vị. '.repeat(length) }, SEALED))
  })

  it.each(FORMS)('are the same bytes for the same request (%s), also when printed side by side', async (form) => {
    const prints = await Promise.all([1, 2, 3].map(() => printer.print(sampleRequest(form, {}, SEALED))))
    expect(new Set(prints.map(({ pdf }) => Buffer.from(pdf).toString('latin1'))).size).toBe(1)
  })

  it('declare PDF/A-2b, language, title, time and the digest of the Bundle', async () => {
    const { pdf } = await printer.print(sampleRequest('visit-summary'))
    const raw = Buffer.from(pdf).toString('latin1')
    for (const part of ['/Lang (vi)', '/DisplayDocTitle true', '<pdfaid:part>2</pdfaid:part>', '<pdfaid:conformance>B</pdfaid:conformance>', '/GTS_PDFA1']) expect(raw).toContain(part)
    const info = infoOf(pdf)
    expect(info).toMatch(new RegExp(`EMRBundleSHA256: +${'ab'.repeat(32)}`))
    expect(info).toContain('Title:           Bản tóm tắt hồ sơ bệnh án')
    expect(info).toMatch(/CreationDate: +Sat Nov 21 20:47:12 2026/)
  })

  it('number their pages', async () => {
    const { pdf, pages } = await printer.print(sampleRequest('visit-summary', LONG))
    expect(pages).toBeGreaterThan(2)
    for (let page = 1; page <= pages; page++) expect(textOf(pdf)).toContain(`Trang ${page}/${pages}`)
  })

  it('print without a seal that cannot be drawn', async () => {
    expect((await printer.print(sampleRequest('visit-summary', {}, { ...LETTERHEAD, seal: sealPng().subarray(0, 300) }))).pages).toBe(2)
  })
})

const LETTER = fc.constantFrom(...'abcdeghiklmnopqrstuvxyăâêôơưđáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵABCDĐÊÔƠƯ0123456789.,;:()/-+%')
const WORD = fc.string({ unit: LETTER, minLength: 1, maxLength: 12 })
/** Vietnamese-looking text, at times decomposed as some keyboards send it. */
const TEXT = fc.tuple(fc.array(WORD, { minLength: 1, maxLength: 25 }), fc.boolean()).map(([words, apart]) => words.join(' ').normalize(apart ? 'NFD' : 'NFC'))

describe('a printer in use', () => {
  it('keeps the letters of a later document that an earlier one drew inside others', async () => {
    await printer.print(sampleRequest('visit-summary', { plan: 'á ẹ ị ố ụ ỹ' }))
    expect(squeeze(textOf((await printer.print(sampleRequest('visit-summary', { plan: 'a e i o u y' }))).pdf))).toContain('tiếptheo:aeiouy')
  })
})

describe('any Vietnamese text', () => {
  it('comes out of the PDF as it went in, composed', async () => {
    const fields = fc.record({ name: TEXT, unit: TEXT, address: TEXT, occupation: TEXT, reason: TEXT, history: TEXT, pastHistory: TEXT, examination: TEXT, results: TEXT, plan: TEXT, mainDiagnosis: TEXT })
    await fc.assert(fc.asyncProperty(fields, async (sample) => {
      const { pdf } = await printer.print(sampleRequest('visit-summary', sample))
      const text = squeeze(textOf(pdf))
      for (const [field, value] of Object.entries(sample)) expect(text, field).toContain(squeeze(field === 'name' ? value.normalize('NFC').toLocaleUpperCase('vi') : value))
    }), { numRuns: 12 })
  })

  it('comes out of the prescription too', async () => {
    const fields = fc.record({ name: TEXT, address: TEXT, plan: TEXT, mainDiagnosis: TEXT, drugs: fc.array(fc.record({ name: TEXT, quantity: fc.integer({ min: 1, max: 90 }), unit: fc.constant('viên') }), { minLength: 1, maxLength: 12 }) })
    await fc.assert(fc.asyncProperty(fields, async (sample) => {
      const { pdf } = await printer.print(sampleRequest('prescription', sample))
      const text = squeeze(textOf(pdf))
      for (const value of [sample.address, sample.plan, sample.mainDiagnosis, sample.name.normalize('NFC').toLocaleUpperCase('vi')]) expect(text).toContain(squeeze(value))
      // the quantity stands at the end of the first line of its drug
      const drawn = text.replaceAll(/SL:\d+viên/g, '')
      for (const drug of sample.drugs) expect(drawn).toContain(squeeze(drug.name))
    }), { numRuns: 12 })
  })
})
