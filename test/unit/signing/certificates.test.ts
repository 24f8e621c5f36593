/** Whose signature is believed, and when: authority, purpose, validity and revocation at signing time. */
import 'reflect-metadata'
import { BasicConstraintsExtension, Extension, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { KeyObject } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_MARK, openAuthority } from '#api/signing/authority.ts'
import { parseCertificate, pemToDer } from '#api/signing/certificate.ts'
import { signText } from '#api/signing/jws.ts'
import type { TrustedAuthority } from '#api/signing/trust.ts'
import { createVerifier } from '#api/signing/verifier.ts'
import { signSample, testAuthority, type TestAuthority, type TestKey } from '#test/support/signing.ts'

const YEAR = 365.25 * 86_400_000
let site: TestAuthority
let doctor: TestKey
beforeAll(async () => {
  site = await testAuthority()
  doctor = await site.issue()
})
afterAll(() => site.remove())

const verifyBoth = async (person: TestKey, at: Date, trust: TrustedAuthority[], now = at): Promise<(string | true | undefined)[]> => {
  const verifier = createVerifier({ trust: () => trust, now: () => now })
  const pdf = await verifier.verifyPdf(await signSample(person, { at }))
  const text = await verifier.verifyText('{}', signText('{}', { ...person, at }))
  return [pdf, text].map((answer) => answer.valid || answer.reason)
}
const both = (answer: string | true): (string | true)[] => [answer, answer]
const soon = (): Date => new Date(Date.now() + 1000)

describe('a signature counts', () => {
  it('only while the certificate is valid', async () => {
    expect(await verifyBoth(doctor, soon(), site.trust())).toEqual(both(true))
    expect(await verifyBoth(doctor, new Date(Date.now() - 60_000), site.trust())).toEqual(both('certificate-not-yet-valid'))
    expect(await verifyBoth(doctor, new Date(Date.now() + 3.1 * YEAR), site.trust())).toEqual(both('certificate-expired'))
  })

  it('years later, when the certificate has expired since', async () => {
    expect(await verifyBoth(doctor, soon(), site.trust(), new Date(Date.now() + 20 * YEAR))).toEqual(both(true))
  })

  it('not when it claims a time that has not come', async () => {
    expect(await verifyBoth(doctor, new Date(Date.now() + YEAR), site.trust(), new Date())).toEqual(both('signed-in-the-future'))
  })

  it('when it was made before the certificate was revoked, and not after', async () => {
    const at = soon()
    const revokedAt = (when: number): TrustedAuthority[] => site.trust([{ serial: doctor.serial, at: new Date(when).toISOString() }])
    expect(await verifyBoth(doctor, at, revokedAt(at.getTime() + 5000))).toEqual(both(true))
    expect(await verifyBoth(doctor, at, revokedAt(at.getTime() - 5000))).toEqual(both('certificate-revoked'))
  })

  it('under the authority of its own hospital alone', async () => {
    const other = await testAuthority({ tenant: 901 })
    expect(await verifyBoth(doctor, soon(), other.trust())).toEqual(both('unknown-authority'))
    expect(await verifyBoth(doctor, soon(), [...other.trust(), ...site.trust()])).toEqual(both(true))
    expect(await verifyBoth(doctor, soon(), site.trust().map((entry) => ({ ...entry, tenant: 901 })))).toEqual(both('certificate-of-another-site'))
    expect(await verifyBoth({ ...doctor, authority: pemToDer(other.authority.pem) }, soon(), other.trust())).toEqual(both('certificate-not-issued-by-authority'))
    other.remove()
  })
})

describe('a certificate for another purpose', () => {
  const forge = async (extensions: Extension[]): Promise<{ person: TestKey; trust: TrustedAuthority[] }> => {
    const alg = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await crypto.subtle.generateKey(alg, true, ['sign', 'verify'])
    const root = await crypto.subtle.generateKey(alg, true, ['sign', 'verify'])
    const times = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + YEAR), signingAlgorithm: alg }
    const ca = await X509CertificateGenerator.createSelfSigned({
      serialNumber: '51', name: 'CN=CA', keys: root, extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)], ...times })
    const certificate = await X509CertificateGenerator.create({ serialNumber: '52', subject: 'CN=X', issuer: ca.subjectName, publicKey: keys.publicKey, signingKey: root.privateKey, extensions, ...times })
    return {
      person: { key: KeyObject.from(keys.privateKey), certificate: Buffer.from(certificate.rawData), authority: Buffer.from(ca.rawData), serial: '52' },
      trust: [{ tenant: 900, authorityPem: `${ca.toString('pem')}\n`, revoked: [] }],
    }
  }
  const uri = new SubjectAlternativeNameExtension([{ type: 'url', value: 'urn:emr:900:practitioner:p1' }])
  const commit = new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true)
  const purpose = new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.36'])
  it.each<[string, Extension[], string | true]>([
    ['signs when it has all of it', [uri, commit, purpose], true],
    ['does not sign without the purpose', [uri, commit, new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])], 'certificate-purpose'],
    ['does not sign without commitment', [uri, new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true), purpose], 'certificate-usage'],
    ['does not sign as an authority', [uri, commit, purpose, new BasicConstraintsExtension(true, 0, true)], 'certificate-usage'],
    ['does not sign without naming a practitioner', [commit, purpose], 'certificate-of-another-site'],
    ['does not sign with a critical extension that nobody knows', [uri, commit, purpose, new Extension('1.2.3.4', true, new Uint8Array([0x05, 0x00]))], 'certificate'],
  ])('%s', async (_name, extensions, answer) => {
    const { person, trust } = await forge(extensions)
    expect(await verifyBoth(person, soon(), trust)).toEqual(both(answer))
  })
})

describe('the demo authority', () => {
  it('says in its name that it has no legal value, and so does every certificate', async () => {
    const root = parseCertificate(pemToDer(site.authority.pem))
    expect(root.commonName).toContain(DEMO_MARK)
    expect(parseCertificate(doctor.certificate).subject.toString('utf8')).toContain(DEMO_MARK)
  })

  it('keeps its key where only its owner reads, and is the same for all who open it at once', async () => {
    const folder = path.join(site.secrets, 'fresh')
    const opened = await Promise.all(Array.from({ length: 5 }, () => openAuthority({ secrets: folder, tenant: 900, hospital: 'Bệnh viện Quân y 900', now: () => new Date() })))
    expect(new Set(opened.map((authority) => authority.pem)).size).toBe(1)
    expect(fs.readdirSync(folder)).toEqual(['signing-authority.pem'])
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700)
    expect(fs.statSync(path.join(folder, 'signing-authority.pem')).mode & 0o777).toBe(0o600)
  })
})
