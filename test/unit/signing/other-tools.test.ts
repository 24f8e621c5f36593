/** What programs that are not ours say of our signatures: poppler's pdfsig and OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOCTOR, signSample, testAuthority, type TestAuthority } from '#test/support/signing.ts'
import { hasTool } from '#test/support/tools.ts'

let site: TestAuthority
let folder: string
const file = (name: string): string => path.join(folder, name)
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-pdfsig-'))
  site = await testAuthority()
  fs.writeFileSync(file('signed.pdf'), await signSample(await site.issue()))
  fs.writeFileSync(file('ca.pem'), site.authority.pem)
})
afterAll(() => {
  site.remove()
  fs.rmSync(folder, { recursive: true })
})

describe.skipIf(!hasTool('pdfsig', 'poppler-utils', '-v'))('pdfsig', () => {
  const pdfsig = (name: string, ...options: string[]): string => {
    try {
      return execFileSync('pdfsig', [...options, file(name)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    } catch (error) {
      return error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    }
  }

  it('calls the signature valid, over the whole document, by the doctor with all letters of the name', () => {
    const said = pdfsig('signed.pdf', '-nocert')
    expect(said).toContain('Signature Validation: Signature is Valid.')
    expect(said).toContain('Total document signed')
    expect(said).toContain('Signature Type: ETSI.CAdES.detached')
    expect(said).toContain(`Signer Certificate Common Name: ${DOCTOR.name}`)
  })

  it('sees a changed byte too', () => {
    const pdf = fs.readFileSync(file('signed.pdf'))
    pdf[2000] = (pdf[2000] ?? 0) ^ 1
    fs.writeFileSync(file('changed.pdf'), pdf)
    expect(pdfsig('changed.pdf', '-nocert')).toContain('Signature Validation: Digest Mismatch.')
  })
})

// A second judge where the machine has one; pdfsig is the one that must be there.
if (spawnSync('openssl', ['version']).error === undefined) describe('openssl', () => {
  it('verifies the signature and its chain to the authority', () => {
    const pdf = fs.readFileSync(file('signed.pdf'))
    const [, before = 0, after = 0] = /\/ByteRange \[ 0 (\d+) (\d+) \d+ \]/.exec(pdf.toString('latin1'))?.map(Number) ?? []
    const hex = pdf.toString('latin1', before + 1, after - 1)
    const length = 4 + parseInt(hex.slice(4, 8), 16)
    fs.writeFileSync(file('cms.der'), Buffer.from(hex.slice(0, length * 2), 'hex'))
    fs.writeFileSync(file('content.bin'), Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]))
    const openssl = (...options: string[]): string => execFileSync('openssl', options, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    expect(openssl('cms', '-verify', '-binary', '-inform', 'DER', '-in', 'cms.der', '-content', 'content.bin', '-CAfile', 'ca.pem', '-purpose', 'any', '-out', 'out.bin')).toBe('')
    expect(fs.readFileSync(file('out.bin')).equals(fs.readFileSync(file('content.bin')))).toBe(true)
    expect(openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', 'cms.der')).toContain('signingCertificateV2')
  })
})
