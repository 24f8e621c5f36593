/** A printed form signed by the product's own signer: the visible box lies where the printer left space, and a print copy shows it without being signed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FormCode } from '#api/model/ports.ts'
import { createPrinter } from '#api/printing/printer.ts'
import { signPdf } from '#api/signing/sign-pdf.ts'
import { DOCTOR, testAuthority, type TestAuthority, type TestKey } from '#test/support/signing.ts'
import { DRUG_NAMES, LETTERHEAD, sampleRequest } from '#test/unit/forms/sample-document.ts'
import { sealPng } from '#test/unit/forms/sample-seal.ts'
import { infoOf, pagesOf, qrOf, textOf, wordsOf } from './pdf-tools.ts'

const printer = createPrinter({ timeZone: 'Asia/Ho_Chi_Minh' })
let authority: TestAuthority
let person: TestKey

beforeAll(async () => {
  authority = await testAuthority({ at: new Date('2026-11-01T00:00:00Z') })
  person = await authority.issue()
})
afterAll(() => authority.remove())

const printAndSign = async (form: FormCode) => {
  const request = sampleRequest(form, { drugs: DRUG_NAMES.map((name, index) => ({ name, quantity: index + 5, unit: 'viên' })) }, { ...LETTERHEAD, seal: sealPng() })
  const printed = await printer.print(request)
  const signed = await signPdf(printed.pdf, { ...person, name: DOCTOR.name, role: DOCTOR.role, reason: 'Ký bệnh án', location: 'Cần Thơ', at: request.at, box: printed.box })
  return { printed, signed, code: request.code, verifyUrl: request.verifyUrl }
}

describe.each<FormCode>(['visit-summary', 'prescription', 'appointment-slip', 'sick-leave', 'referral'])('a signed %s', (form) => {
  it('carries its visible signature in the space that was left for it', async () => {
    const { printed, signed } = await printAndSign(form)
    const before = new Set(wordsOf(printed.pdf).map(({ page, word, box }) => `${page} ${word} ${box.join(' ')}`))
    const added = wordsOf(signed).filter(({ page, word, box }) => !before.has(`${page} ${word} ${box.join(' ')}`))
    expect(added.map(({ word }) => word).join(' ')).toContain(`Ký bởi: ${DOCTOR.name}`)
    const [x1, y1, x2, y2] = printed.box.rect
    const height = pagesOf(signed)[printed.box.page]?.height ?? 0
    for (const { page, box: [left, top, right, bottom] } of added) {
      expect(page).toBe(printed.box.page)
      expect(left).toBeGreaterThanOrEqual(x1 - 0.5)
      expect(right).toBeLessThanOrEqual(x2 + 0.5)
      expect(height - bottom).toBeGreaterThanOrEqual(y1 - 0.5)
      expect(height - top).toBeLessThanOrEqual(y2 + 0.5)
    }
    // the printed bytes stand unchanged in front of the signature
    expect(Buffer.from(signed.subarray(0, printed.pdf.length)).equals(Buffer.from(printed.pdf))).toBe(true)
  })

  it('gives print copies that show the signature and hold none', async () => {
    const { signed, code, verifyUrl } = await printAndSign(form)
    const copy = await printer.printCopy({ pdf: signed, hospital: LETTERHEAD.hospital, code, verifyUrl, printedBy: 'Lê Thị Mẫu An', at: new Date('2026-11-22T03:00:00Z') })
    expect(textOf(copy)).toContain('Ký bởi:')
    expect(qrOf(copy, form === 'prescription' ? pagesOf(copy).length : 1)).toBe(verifyUrl)
    expect(textOf(copy)).toContain('Thời gian ký:')
    const raw = Buffer.from(copy).toString('latin1')
    expect(['/ByteRange', '/AcroForm', '/Widget', 'ETSI.CAdES', person.certificate.toString('hex').slice(0, 64)].filter((trace) => raw.includes(trace))).toEqual([])
    expect(infoOf(copy)).toContain('Form:            none')
  })
})
