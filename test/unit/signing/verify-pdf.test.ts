/** The strict verifier on real signed PDFs: whole ones pass, and each kind of change has its named refusal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVerifier } from '#api/signing/verifier.ts'
import { BUNDLE_SHA256, DOCTOR, samplePdf, signSample, testAuthority, type TestAuthority, type TestKey } from '#test/support/signing.ts'

let site: TestAuthority
let doctor: TestKey
let signed: Buffer
const verify = (pdf: Uint8Array, expected?: { bundleSha256?: string }) => createVerifier({ trust: () => site.trust() }).verifyPdf(pdf, expected)

beforeAll(async () => {
  site = await testAuthority()
  doctor = await site.issue()
  signed = await signSample(doctor)
})
afterAll(() => site.remove())

const latin = (pdf: Buffer): string => pdf.toString('latin1')
const swap = (from: string | RegExp, to: string): Buffer => {
  const text = latin(signed)
  const next = text.replace(from, to)
  if (next === text) throw new Error(`nothing to replace: ${String(from)}`)
  return Buffer.from(next, 'latin1')
}
const contentsAt = (): number => latin(signed).lastIndexOf('/Contents <') + '/Contents <'.length

describe('a signed PDF', () => {
  it('is valid, and says by whom, when, and over which document', async () => {
    const answer = await verify(signed, { bundleSha256: BUNDLE_SHA256 })
    expect(answer).toMatchObject({ valid: true, signer: DOCTOR.name, practitioner: DOCTOR.practitioner, tenant: 900, bundleSha256: BUNDLE_SHA256, certificateSerial: doctor.serial })
    expect(Date.now() - Date.parse(answer.signedAt ?? '')).toBeLessThan(60_000)
  })

  it('keeps the printed bytes as its beginning', async () => {
    const pdf = await samplePdf()
    expect((await signSample(doctor, { pdf })).subarray(0, pdf.length).equals(pdf)).toBe(true)
  })

  it('is invalid for another document', async () => {
    expect(await verify(signed, { bundleSha256: 'cd'.repeat(32) })).toMatchObject({ valid: false, reason: 'bundle-digest-mismatch' })
  })

  it('is invalid after any of 500 random byte changes, padding included', async () => {
    const verifier = createVerifier({ trust: () => site.trust() })
    const padding = contentsAt() + 11_000
    const places = [padding, padding + 1, 0, signed.length - 1, contentsAt() - 1, ...Array.from({ length: 495 }, () => Math.floor(Math.random() * signed.length))]
    for (const place of places) {
      for (const mask of [0x01, 0x20]) {
        const changed = Buffer.from(signed)
        changed[place] = (changed[place] ?? 0) ^ mask
        expect((await verifier.verifyPdf(changed)).valid, `byte ${place} ^ ${mask}`).toBe(false)
      }
    }
  })

  it('is checked in under 2 ms', async () => {
    const verifier = createVerifier({ trust: () => site.trust() })
    let best = Infinity
    for (let round = 0; round < 30; round++) {
      const start = performance.now()
      for (let i = 0; i < 10; i++) await verifier.verifyPdf(signed)
      best = Math.min(best, (performance.now() - start) / 10)
    }
    expect(best).toBeLessThan(2)
  })
})

describe('a changed PDF is refused', () => {
  const cases: readonly (readonly [string, string, () => Buffer | Promise<Buffer>])[] = [
    ['unsigned', 'not-signed', () => samplePdf()],
    ['empty', 'structure', () => Buffer.alloc(0)],
    ['with a byte before the header', 'structure', () => Buffer.concat([Buffer.from('\n'), signed])],
    ['with a second header', 'structure', () => Buffer.concat([signed, signed])],
    ['with a newline after the end', 'byte-range', () => Buffer.concat([signed, Buffer.from('\n')])],
    ['with bytes after the end', 'structure', () => Buffer.concat([signed, Buffer.from('PK\x03\x04')])],
    ['truncated', 'structure', () => signed.subarray(0, signed.length - 7)],
    ['cut back to the printed revision', 'not-signed', async () => signed.subarray(0, (await samplePdf()).length)],
    ['with upper-case hex digits', 'gap-not-hex', () => swap(/(?<=\/Contents <)[0-9a-f]+/, latin(signed).slice(contentsAt(), contentsAt() + 12_288).toUpperCase())],
    ['with white space in the gap', 'gap-not-hex', () => swap(/00(?=>)/, '  ')],
    ['with a digit in the padding', 'gap-not-zero', () => swap(/00(?=>)/, '01')],
    ['without /Contents', 'contents', () => swap(/\/Contents (?=<30)/, '/Kontents ')],
    ['without /ByteRange', 'byte-range', () => swap('/ByteRange', '/BiteRange')],
    ['with a negative range', 'byte-range', () => swap('/ByteRange [ 0 ', '/ByteRange [-0 ')],
    ['with five numbers', 'byte-range', () => swap(/\/ByteRange \[ 0 (\d+) (\d+) (\d+) \] {2}/, '/ByteRange [ 0 $1 $2 $3 0 ]')],
    ['with a fraction in the range', 'byte-range', () => swap(/\/ByteRange \[ 0 (\d+) (\d+) (\d+) \] {2}/, '/ByteRange [ 0 $1 $2 $3. ] ')],
    ['with another sub-filter', 'sub-filter', () => swap('/SubFilter /ETSI.CAdES.detached', '/SubFilter /adbe.pkcs7.detached')],
    ['with another signing time', 'digest-mismatch', () => swap(/\(D:20(\d\d)/, '(D:19$1')],
    ['with P = 3', 'not-certifying', () => swap('/P 2', '/P 3')],
    ['with a script', 'forbidden-content', () => swap('/SigFlags 3', '/JS       3')],
    ['with a script behind an escape', 'forbidden-content', () => swap('/SigFlags 3', '/#4aS     3')],
    ['with an object stream', 'forbidden-content', () => swap('/Type /SigRef', '/Type /ObjStm')],
    ['with another catalog', 'catalog-changed', () => { const at = latin(signed).lastIndexOf('/Pages 1 0 R'); return Buffer.from(`${latin(signed).slice(0, at)}/Pages 2 0 R${latin(signed).slice(at + 12)}`, 'latin1') }],
    ['with another page size', 'page-changed', () => { const at = latin(signed).lastIndexOf('/MediaBox [ 0 0 595'); return Buffer.from(`${latin(signed).slice(0, at)}/MediaBox [ 0 0 295${latin(signed).slice(at + 19)}`, 'latin1') }],
    ['with an object at another place than the table says', 'structure', () => swap(/0000(\d{6}) 00000 n/, '0001$1 00000 n')],
    ['with an appended revision', 'revisions', () => Buffer.concat([signed, appended()])],
    ['without the digest of its document', 'bundle-digest-missing', () => swap('/EMRBundleSHA256', '/EMRBundleSHA257')],
  ]
  const appended = (): Buffer => {
    const start = signed.length + 1
    const previous = /startxref\s+(\d+)\s+%%EOF$/.exec(latin(signed))?.[1] ?? ''
    const object = `999 0 obj\n<< /A 1 >>\nendobj\n`
    const root = /\/Root (\d+ 0 R)/.exec(latin(signed))?.[1] ?? ''
    const table = `xref\n999 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 1000 /Root ${root} /Prev ${previous} >>\nstartxref\n${start + object.length}\n%%EOF`
    return Buffer.from(`\n${object}${table}`, 'latin1')
  }
  it.each(cases)('%s', async (_name, reason, make) => {
    expect(await verify(await make())).toEqual({ valid: false, reason })
  })

  it('although its signature is right, because what was printed has an action', async () => {
    const active = Buffer.from(latin(await samplePdf()).replace('/ViewerPreferences', '/OpenAction       '), 'latin1')
    expect(await verify(await signSample(doctor, { pdf: active }))).toEqual({ valid: false, reason: 'forbidden-content' })
  })
})
