/** Print copies and slips: the pages and what was drawn in the signature box are there, the signature is not, and the strip says what the paper is. */
import { PDFDocument, PDFName, PDFString, StandardFonts } from '@cantoo/pdf-lib'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PrintCopyRequest, VisibleBox } from '#api/model/ports.ts'
import { createPrinter } from '#api/printing/printer.ts'
import { sampleRequest } from '#test/unit/forms/sample-document.ts'
import { pagesOf, squeeze, textOf, wordsOf } from './pdf-tools.ts'

const printer = createPrinter({ timeZone: 'Asia/Ho_Chi_Minh' })
let signed: Uint8Array
let box: VisibleBox

/** A signature field with an appearance and a value, added as an incremental update, as a signer does. */
const addField = async (pdf: Uint8Array, { page, rect }: VisibleBox): Promise<Uint8Array> => {
  const document = await PDFDocument.load(pdf, { forIncrementalUpdate: true })
  const font = await document.embedFont(StandardFonts.Helvetica)
  const [x1, y1, x2, y2] = rect
  const appearance = document.context.register(document.context.stream('BT /F1 10 Tf 4 20 Td (Ky boi: Tran Van Mau) Tj ET', {
    Type: 'XObject', Subtype: 'Form', BBox: [0, 0, x2 - x1, y2 - y1], Resources: { Font: { F1: font.ref } },
  }))
  const value = document.context.register(document.context.obj({ Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'ETSI.CAdES.detached', Contents: PDFString.of('0'.repeat(64)), ByteRange: [0, 1, 2, 3] }))
  const target = document.getPage(page)
  const field = document.context.register(document.context.obj({ Type: 'Annot', Subtype: 'Widget', FT: 'Sig', T: PDFString.of('doctor'), F: 4, Rect: [...rect], P: target.ref, V: value, AP: { N: appearance } }))
  target.node.addAnnot(field)
  document.catalog.set(PDFName.of('AcroForm'), document.context.obj({ SigFlags: 3, Fields: [field] }))
  return new Uint8Array(await document.commit({ useObjectStreams: false }))
}

const request = (more: Partial<PrintCopyRequest> = {}): PrintCopyRequest => ({
  pdf: signed, hospital: 'Bệnh viện Quân y 900', code: 'k3v9q2m7x4t8c1z6w5n0b2d3f4', verifyUrl: 'http://127.0.0.1:8080/xac-minh?ma=k3v9q2m7x4t8c1z6w5n0b2d3f4',
  printedBy: 'Nguyễn Thị Tiếp Đón', at: new Date('2026-11-22T03:04:05Z'), ...more,
})

beforeAll(async () => {
  const printed = await printer.print(sampleRequest('visit-summary'))
  box = printed.box
  signed = await addField(printed.pdf, box)
})

describe('print copy', () => {
  it('carries the legal words, time, who printed, code and address on every page', async () => {
    const copy = await printer.printCopy(request())
    expect(pagesOf(copy)).toEqual(pagesOf(signed))
    for (const page of textOf(copy).split('\f').filter(Boolean)) {
      for (const words of ['Bản giấy chuyển đổi từ hồ sơ bệnh án điện tử', 'Bệnh viện Quân y 900', 'In lúc 22/11/2026 10:04:05', 'Người in: Nguyễn Thị Tiếp Đón', 'Mã tra cứu: k3v9q2m7x4t8c1z6w5n0b2d3f4', 'http://127.0.0.1:8080/xac-minh?ma=']) expect(squeeze(page)).toContain(squeeze(words))
      expect(squeeze(page)).not.toContain(squeeze('ĐÃ ĐƯỢC THAY THẾ'))
    }
  })

  it('shows every word of the document, above the strip', async () => {
    const copy = await printer.printCopy(request())
    const copied = squeeze(textOf(copy))
    for (const page of textOf((await printer.print(sampleRequest('visit-summary'))).pdf).split('\f')) expect(copied.includes(squeeze(page))).toBe(true)
    const words = wordsOf(copy)
    for (const page of [0, 1]) {
      const strip = words.find((item) => item.page === page && item.word === 'giấy')?.box[1] ?? 0
      const foot = words.filter((item) => item.page === page && item.word === 'Trang').map((item) => item.box[3])
      expect(strip).toBeGreaterThan(Math.max(...foot))
    }
  })

  it('shows what the signature box showed, at its place, and is not signed', async () => {
    const copy = await printer.printCopy(request())
    const name = wordsOf(copy).find(({ word }) => word === 'Mau')
    expect(name?.page).toBe(box.page)
    const scale = (wordsOf(copy).find(({ word }) => word === 'Mau')?.box[0] ?? 0) / (wordsOf(signed).find(({ word }) => word === 'Mau')?.box[0] ?? 1)
    expect(scale).toBeGreaterThan(0.9)
    expect(scale).toBeLessThan(1.02)
    const raw = Buffer.from(copy).toString('latin1')
    expect(['/AcroForm', '/Sig', '/ByteRange', '/Widget', '/V '].filter((trace) => raw.includes(trace))).toEqual([])
    expect(() => execFileSync('pdfsig', ['-'], { input: copy, stdio: 'pipe' })).toThrow()
  })

  it('says that the document is superseded, by what and when', async () => {
    const copy = await printer.printCopy(request({ superseded: { at: '2026-11-23T01:00:00Z', code: 'zzz9q2m7x4t8c1z6w5n0b2d3f4' } }))
    for (const page of textOf(copy).split('\f').filter(Boolean)) expect(squeeze(page)).toContain(squeeze('TÀI LIỆU NÀY ĐÃ ĐƯỢC THAY THẾ Bản thay thế có mã tra cứu zzz9q2m7x4t8c1z6w5n0b2d3f4, lập lúc 08 giờ 00 phút, ngày 23/11/2026.'))
  })

  it('leaves the stored bytes alone and is the same for the same request', async () => {
    const before = createHash('sha256').update(signed).digest('hex')
    const [first, second] = [await printer.printCopy(request()), await printer.printCopy(request())]
    expect(createHash('sha256').update(signed).digest('hex')).toBe(before)
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
  })

  it('fits the strip on the smaller page of a prescription, with long names', async () => {
    const copy = await printer.printCopy(request({ pdf: (await printer.print(sampleRequest('prescription'))).pdf, hospital: 'Bệnh viện Quân y Trung ương mang một cái tên dài hơn thường lệ rất nhiều', printedBy: 'Thượng tá Công Tằng Tôn Nữ Hoàng Nguyễn Thị Ượng Quỳnh Như' }))
    const [page] = pagesOf(copy)
    for (const { box: [left, top, right, bottom] } of wordsOf(copy)) {
      expect(left).toBeGreaterThan(5)
      expect(top).toBeGreaterThan(5)
      expect(right).toBeLessThan((page?.width ?? 0) - 5)
      expect(bottom).toBeLessThan((page?.height ?? 0) - 3)
    }
  })
})

describe('queue slip', () => {
  it('is 80 mm wide, as long as its text, with the number large', async () => {
    const slip = await printer.queueSlip({ hospital: 'Bệnh viện Quân y 900', department: 'Phòng khám Nội tổng hợp', number: 27, patient: 'Nguyễn Văn Mẫu', birthDate: '1990-03-05', at: new Date('2026-11-22T01:00:00Z') })
    const [page] = pagesOf(slip)
    expect(page?.width).toBeCloseTo(226.77, 1)
    expect(page?.height).toBeLessThan(260)
    const number = wordsOf(slip).find(({ word }) => word === '27')?.box ?? [0, 0, 0, 0]
    expect(number[3] - number[1]).toBeGreaterThan(60)
    for (const words of ['BỆNH VIỆN QUÂN Y 900', 'SỐ THỨ TỰ KHÁM', 'Phòng khám Nội tổng hợp', 'NGUYỄN VĂN MẪU', 'Ngày sinh: 05/03/1990', '22/11/2026 08:00:00']) expect(squeeze(textOf(slip))).toContain(squeeze(words))
    expect(squeeze(textOf(await printer.queueSlip({ hospital: 'BV', department: 'Khoa', number: 1, patient: 'A', birthDate: '', at: new Date(0) })))).not.toContain('Ngàysinh')
  })
})
