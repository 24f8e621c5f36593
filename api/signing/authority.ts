/**
 * The demo certificate authority of one hospital: a self-signed root made at first start, whose name says that it has no legal value, and
 * the certificates that it issues to persons (RFC 5280). Names are UTF-8 in every field: tools that re-encode them break Vietnamese names.
 */
import 'reflect-metadata'
import {
  AuthorityKeyIdentifierExtension, BasicConstraintsExtension, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, Name, SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension, X509Certificate, X509CertificateGenerator, type JsonAttributeObject,
} from '@peculiar/x509'
import { randomBytes } from 'node:crypto'
import { OID } from './algorithms.ts'
import { derToPem, parseCertificate, pemToDer } from './certificate.ts'
import { secretFile } from './secret-file.ts'

export const DEMO_MARK = 'DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ'
const FILE = 'signing-authority.pem'
const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const YEAR = 365.25 * 86_400_000

export interface Subject {
  readonly name: string
  readonly role: string
  /** FHIR id of the Practitioner. */
  readonly practitioner: string
}

export interface Issued {
  readonly pem: string
  readonly serial: string
  /** Common name of the authority. */
  readonly issuer: string
  readonly notAfter: Date
  /** PKCS #8, to be encrypted at once. */
  readonly privateKey: Buffer
}

export interface Authority {
  /** PEM of the root certificate. */
  readonly pem: string
  issue(subject: Subject): Promise<Issued>
}

/** What the certificate says of whom it belongs to; the verifier compares it with the Practitioner of the record. */
export const practitionerUri = (tenant: number, practitioner: string): string => `urn:emr:${tenant}:practitioner:${practitioner}`

/** X.520 allows 64 characters in a common name, an organization and a title. */
export const short = (text: string): string => [...text.normalize('NFC')].slice(0, 64).join('')
type NamePart = Record<string, JsonAttributeObject[]>
const part = (type: string, text: string): NamePart[] => (text === '' ? [] : [{ [type]: [{ utf8String: short(text) }] }])
const country: NamePart = { C: [{ printableString: 'VN' }] }
// Positive, 127 bits of chance, and never with a leading zero byte, so that hex and DER agree.
const serialNumber = (): string => ((bytes) => { bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f); return bytes.toString('hex') })(randomBytes(16))
const newKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
const exportKey = async (key: CryptoKey): Promise<Buffer> => Buffer.from(await crypto.subtle.exportKey('pkcs8', key))

const makeRoot = async (hospital: string, now: Date): Promise<Buffer> => {
  const keys = await newKeys()
  const name = new Name([country, ...part('O', hospital), ...part('OU', DEMO_MARK), ...part('CN', `${DEMO_MARK} - CA ${hospital}`.trim())])
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(), name, notBefore: now, notAfter: new Date(now.getTime() + 20 * YEAR), keys, signingAlgorithm: CURVE,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto)],
  }, crypto)
  const key = `-----BEGIN PRIVATE KEY-----\n${(await exportKey(keys.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----\n`
  return Buffer.from(key + derToPem(new Uint8Array(root.rawData)))
}

const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** Opens the authority in `secrets`, or makes it. `hospital` names it the first time only. */
export const openAuthority = async (options: { secrets: string; tenant: number; hospital: string; now: () => Date }): Promise<Authority> => {
  const file = (await secretFile(options.secrets, FILE, () => makeRoot(options.hospital, wholeSecond(options.now())))).toString('utf8')
  const [, keyText] = /-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----/.exec(file) ?? []
  const pem = derToPem(pemToDer(file.slice(file.indexOf('-----BEGIN CERTIFICATE-----'))))
  if (keyText === undefined) throw new Error(`${FILE} holds no private key`)
  const root = new X509Certificate(new Uint8Array(pemToDer(pem)))
  const rootParsed = parseCertificate(pemToDer(pem))
  const rootKey = await crypto.subtle.importKey('pkcs8', Buffer.from(keyText.replace(/\s/g, ''), 'base64'), CURVE, false, ['sign'])
  return {
    pem,
    async issue(subject) {
      const keys = await newKeys()
      const from = wholeSecond(options.now())
      const notAfter = new Date(Math.min(from.getTime() + 3 * YEAR, rootParsed.notAfter.getTime()))
      const certificate = await X509CertificateGenerator.create({
        serialNumber: serialNumber(), issuer: root.subjectName, notBefore: from, notAfter, publicKey: keys.publicKey, signingKey: rootKey, signingAlgorithm: CURVE,
        subject: new Name([country, ...part('O', options.hospital), ...part('OU', DEMO_MARK), ...part('T', subject.role), ...part('CN', subject.name)]),
        extensions: [new BasicConstraintsExtension(false, undefined, true), new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
          new ExtendedKeyUsageExtension([OID.documentSigning, OID.emailProtection]),
          new SubjectAlternativeNameExtension([{ type: 'url', value: practitionerUri(options.tenant, subject.practitioner) }]),
          await AuthorityKeyIdentifierExtension.create(root, false, crypto), await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto)],
      }, crypto)
      const parsed = parseCertificate(Buffer.from(certificate.rawData))
      return { pem: derToPem(parsed.der), serial: parsed.serial, issuer: rootParsed.commonName, notAfter: parsed.notAfter, privateKey: await exportKey(keys.privateKey) }
    },
  }
}
