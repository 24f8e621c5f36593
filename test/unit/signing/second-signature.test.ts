/** Two people sign one PDF: the second behind the first, whose bytes stay; our verifier, pdfsig and openssl look at both. */
import { parsePdf } from '#api/signing/pdf-file.ts'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateCheck } from '#api/signing/trusted-certificate.ts'
import { cosignPdf, signPdf } from '#api/signing/sign-pdf.ts'
import { createVerifier } from '#api/signing/verifier.ts'
import { checkPdf } from '#api/signing/verify-pdf.ts'
import { DOCTOR, samplePdf, testAuthority, type TestAuthority, type TestKey } from '#test/support/signing.ts'

const HEAD = { name: 'Đại tá, BSCKII Nguyễn Thị Mẫu Trưởng', role: 'Trưởng khoa', practitioner: '0199aaaa-0000-7000-8000-000000000002' }
const at = new Date('2026-11-22T10:01:02Z')
const later = new Date('2026-11-22T11:00:00Z')
const box = { page: 0, rect: [330, 60, 560, 110] } as const
const room = { page: 0, rect: [60, 60, 270, 124] } as const
const common = { reason: 'Ký', location: 'Hà Nội' }
let authority: TestAuthority
let doctor: TestKey, head: TestKey
let first: Buffer, both: Buffer

beforeAll(async () => {
  authority = await testAuthority({ at: new Date('2026-11-01T00:00:00Z') })
  ;[doctor, head] = await Promise.all([authority.issue(), authority.issue(HEAD)])
  first = await signPdf(await samplePdf(), { ...doctor, ...common, name: DOCTOR.name, role: DOCTOR.role, at, box, room })
  both = await cosignPdf(first, { ...head, ...common, name: HEAD.name, role: HEAD.role, at: later }, 'Ký duyệt:')
})
afterAll(() => authority.remove())

const verifier = () => createVerifier({ trust: () => Promise.resolve(authority.trust()), now: () => new Date('2026-11-23T00:00:00Z') })
const verdict = async (pdf: Buffer): Promise<string> => (({ valid, reason }) => (valid ? 'valid' : reason ?? ''))(await verifier().verifyPdf(pdf))

describe('a second signature', () => {
  it('stands behind the first, which stays valid over its own revision', async () => {
    expect(both.subarray(0, first.length).equals(first)).toBe(true)
    expect(await verifier().verifyPdf(first)).toMatchObject({ valid: true, hasRoom: true, signer: DOCTOR.name })
    expect(await verifier().verifyPdf(both)).toMatchObject({
      valid: true, hasRoom: false, signer: DOCTOR.name, practitioner: DOCTOR.practitioner, signedAt: at.toISOString(),
      second: { signer: HEAD.name, practitioner: HEAD.practitioner, signedAt: later.toISOString(), certificateSerial: head.serial },
    })
  })

  it('is judged by pdfsig and by openssl as ours is', async () => {
    const folder = fs.mkdtempSync(path.join(authority.secrets, 'second-'))
    const file = path.join(folder, 'both.pdf')
    fs.writeFileSync(file, both)
    const told = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' }).stdout
    expect(told.match(/Signature is Valid/g)).toHaveLength(2)
    expect(told).toContain('Total document signed')
    // the CMS of the second, taken out by its /ByteRange, over all other bytes
    const ranges = [...both.toString('latin1').matchAll(/\/ByteRange \[ 0 (\d+) (\d+) (\d+) \]/g)].map((found) => found.slice(1).map(Number))
    for (const [before = 0, after = 0, rest = 0] of ranges) {
      const cms = Buffer.from(both.toString('latin1', before + 1, after - 1), 'hex')
      const [message, content, ca] = ['cms.der', 'content.bin', 'ca.pem'].map((name) => path.join(folder, name))
      fs.writeFileSync(message ?? '', cms.subarray(0, 4 + cms.readUInt16BE(2)))
      fs.writeFileSync(content ?? '', Buffer.concat([both.subarray(0, before), both.subarray(after, after + rest)]))
      fs.writeFileSync(ca ?? '', authority.authority.pem)
      const checked = spawnSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', message ?? '', '-content', content ?? '', '-CAfile', ca ?? '', '-purpose', 'any', '-attime', '1795339500', '-out', path.join(folder, 'out.bin')], { encoding: 'utf8' })
      expect(checked.stderr).toContain('successful')
    }
    expect(ranges).toHaveLength(2)
  })

  it('fails with the file when any byte of either revision is changed', async () => {
    const trust = authority.trust()
    const certificates = certificateCheck(() => new Date('2026-11-23T00:00:00Z'))
    const accepted: number[] = []
    let seed = 1
    for (let i = 0; i < 600; i += 1) {
      seed = (seed * 48_271) % 2_147_483_647
      // half of them in the second revision
      const place = i % 2 === 0 ? seed % first.length : first.length + (seed % (both.length - first.length))
      const changed = Buffer.from(both)
      changed[place] = (changed[place] ?? 0) ^ (1 << (i % 8))
      try { checkPdf(changed, trust, certificates); accepted.push(place) } catch { /* refused, as it should be */ }
    }
    expect(accepted).toEqual([])
  })

  it('is made once, in the room that was left, by somebody else', async () => {
    const again = () => cosignPdf(both, { ...head, ...common, name: HEAD.name, role: HEAD.role, at: later }, 'Ký duyệt:')
    await expect(again()).rejects.toThrow('no empty place')
    const withoutRoom = await signPdf(await samplePdf(), { ...doctor, ...common, name: DOCTOR.name, role: DOCTOR.role, at, box })
    expect(await verifier().verifyPdf(withoutRoom)).toMatchObject({ valid: true, hasRoom: false })
    await expect(cosignPdf(withoutRoom, { ...head, ...common, name: HEAD.name, role: HEAD.role, at: later }, 'Ký duyệt:')).rejects.toThrow('no empty place')
    expect(await verdict(await cosignPdf(first, { ...doctor, ...common, name: DOCTOR.name, role: DOCTOR.role, at: later }, 'Ký duyệt:'))).toBe('same-signer')
    expect(await verdict(await cosignPdf(first, { ...head, ...common, name: HEAD.name, role: HEAD.role, at: new Date('2026-11-22T10:00:00Z') }, 'Ký duyệt:'))).toBe('signing-time')
  })

  it('is not believed without its signature: a filled field alone, an update that touches more, a foreign tail', async () => {
    const text = both.toString('latin1')
    const gap = text.lastIndexOf('/Contents <') + '/Contents <'.length
    const emptied = Buffer.from(both)
    emptied.write('0'.repeat(text.indexOf('>', gap) - gap), gap, 'latin1')
    expect(await verdict(emptied)).not.toBe('valid')
    expect(await verdict(Buffer.concat([first, Buffer.from('\n% đã ký duyệt\n')]))).not.toBe('valid')
    expect(await verdict(Buffer.concat([both, Buffer.from('\n')]))).not.toBe('valid')
    expect(await verdict(Buffer.concat([first, both.subarray(first.length), both.subarray(first.length)]))).not.toBe('valid')
    // an update that frees an object: a reader would show the page without it
    const at0 = first.length
    const object = '\n900 0 obj\n<< >>\nendobj\n'
    const table = at0 + object.length
    const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(first.toString('latin1'))?.[1] ?? ''
    const entries = (freed: string): Buffer => Buffer.concat([first, Buffer.from(`${object}xref\n${freed}900 1\n${String(at0 + 1).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 901 /Prev ${previous} >>\nstartxref\n${table}\n%%EOF\n`, 'latin1')])
    expect(() => parsePdf(entries(''))).not.toThrow()
    expect(() => parsePdf(entries('1 1\n0000000000 00001 f \n'))).toThrow('freed')
    const other = await signPdf(await samplePdf({ EMRBundleSHA256: 'cd'.repeat(32) }), { ...doctor, ...common, name: DOCTOR.name, role: DOCTOR.role, at, box, room })
    expect(await verdict(Buffer.concat([other, both.subarray(first.length)]))).not.toBe('valid')
  })
})
