/** An authority, a person's key and signed samples for tests of signing, made by the product's own code in a temporary folder. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pdfmake from 'pdfmake'
import { openAuthority, type Authority, type Subject } from '#api/signing/authority.ts'
import { pemToDer } from '#api/signing/certificate.ts'
import { signPdf } from '#api/signing/sign-pdf.ts'
import type { TrustedAuthority } from '#api/signing/trust.ts'

export const HOSPITAL = 'Bệnh viện Quân y 900'
export const DOCTOR: Subject = { name: 'Thiếu tá, BS Trần Văn Mẫu', role: 'Bác sĩ điều trị', practitioner: '0199aaaa-0000-7000-8000-000000000001' }

export interface TestKey { readonly key: KeyObject; readonly certificate: Buffer; readonly authority: Buffer; readonly serial: string }

export interface TestAuthority {
  readonly authority: Authority
  readonly secrets: string
  issue(subject?: Subject): Promise<TestKey>
  trust(revoked?: TrustedAuthority['revoked']): TrustedAuthority[]
  remove(): void
}

/** `at`: the authority's and the certificates' first moment. */
export const testAuthority = async (options: { tenant?: number; at?: Date } = {}): Promise<TestAuthority> => {
  const tenant = options.tenant ?? 900
  const secrets = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-signing-'))
  const authority = await openAuthority({ secrets, tenant, hospital: HOSPITAL, now: () => options.at ?? new Date() })
  return {
    authority, secrets,
    async issue(subject = DOCTOR) {
      const issued = await authority.issue(subject)
      return {
        key: createPrivateKey({ key: issued.privateKey, format: 'der', type: 'pkcs8' }), certificate: pemToDer(issued.pem), authority: pemToDer(authority.pem), serial: issued.serial,
      }
    },
    trust: (revoked = []) => [{ tenant, authorityPem: authority.pem, revoked }],
    remove: () => fs.rmSync(secrets, { recursive: true, force: true }),
  }
}

const face = (name: string): string => fileURLToPath(import.meta.resolve(`@expo-google-fonts/tinos/${name}`))
export const BUNDLE_SHA256 = 'ab'.repeat(32)

/** A small printed form as the printer makes them: one page, Tinos, a QR code, the digest in its information dictionary. */
export const samplePdf = async (info: Record<string, string> = { EMRBundleSHA256: BUNDLE_SHA256 }): Promise<Buffer> => {
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy(() => true)
  const faces = { normal: face('400Regular/Tinos_400Regular.ttf'), bold: face('700Bold/Tinos_700Bold.ttf') }
  pdfmake.addFonts({ Tinos: { ...faces, italics: faces.normal, bolditalics: faces.bold } })
  return pdfmake.createPdf({
    pageSize: 'A4', pageMargins: [56, 56, 42, 56], version: '1.7', language: 'vi', displayTitle: true, info: { title: 'Bản tóm tắt hồ sơ bệnh án', ...info }, defaultStyle: { font: 'Tinos' },
    content: [{ text: 'BỆNH VIỆN QUÂN Y 900', bold: true }, { text: 'Họ và tên: NGUYỄN VĂN MẪU' }],
  }).getBuffer()
}

/** `at` is cut to whole seconds, as the product does. */
export const signSample = async (person: TestKey, options: { pdf?: Buffer; at?: Date } = {}): Promise<Buffer> =>
  signPdf(options.pdf ?? await samplePdf(), {
    ...person, name: DOCTOR.name, role: DOCTOR.role, reason: 'Ký bản tóm tắt hồ sơ bệnh án', location: 'Hà Nội',
    at: new Date(Math.floor((options.at ?? new Date()).getTime() / 1000) * 1000), box: { page: 0, rect: [330, 60, 560, 110] },
  })
