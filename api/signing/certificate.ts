/**
 * Reads an X.509 certificate (RFC 5280) strictly and decides whether it was issued by one of the authorities that we were handed, for
 * signing documents. Everything that decides is read from the signed bytes by der.ts; OpenSSL only checks the one signature.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { CURVE, OID } from './algorithms.ts'
import { childrenOf, DerError, expectTag, readOid, readOnly, readTime, readUnsigned, sequenceOf, TAG, type Node } from './der.ts'

export interface Certificate {
  readonly der: Buffer
  /** Lower-case hex. */
  readonly sha256: string
  /** Lower-case hex without leading zeros bytes. */
  readonly serial: string
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly commonName: string
  /** What the person is, e.g. "Bác sĩ điều trị"; empty for an authority. */
  readonly title: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly key: KeyObject
  readonly isAuthority: boolean
  /** digitalSignature, nonRepudiation (content commitment), keyCertSign as in RFC 5280 4.2.1.3. */
  readonly usage: { readonly sign: boolean; readonly commit: boolean; readonly issue: boolean }
  readonly purposes: readonly string[]
  /** URI in the subject's alternative name; ours names the Practitioner. */
  readonly uri?: string
  readonly tbs: Buffer
  readonly signature: Buffer
}

export const pemToDer = (pem: string): Buffer => {
  const match = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(pem)
  if (!match) throw new DerError('not one PEM certificate')
  return Buffer.from((match[1] ?? '').replace(/\s/g, ''), 'base64')
}

export const derToPem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${(Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

const expectAlgorithm = (node: Node | undefined): void => {
  const [oid, ...rest] = childrenOf(expectTag(node, TAG.sequence))
  if (readOid(oid) !== OID.ecdsaWithSha256 || rest.length > 0) throw new DerError('signature algorithm not allowed')
}

const bitString = (node: Node | undefined): Buffer => {
  const { content } = expectTag(node, TAG.bitString)
  return content
}

const readKey = (node: Node): KeyObject => {
  const [algorithm, bits] = sequenceOf(node, TAG.sequence, TAG.bitString)
  const [kind, curve] = sequenceOf(algorithm, TAG.oid, TAG.oid)
  const point = bitString(bits)
  if (readOid(kind) !== OID.ecPublicKey || readOid(curve) !== CURVE.oid || point.length !== 66 || point[0] !== 0 || point[1] !== 4) throw new DerError('key kind not allowed')
  return createPublicKey({ key: node.der, format: 'der', type: 'spki' })
}

interface Extensions { isAuthority: boolean; usage: Certificate['usage']; purposes: string[]; uri?: string }

const readExtensions = (node: Node): Extensions => {
  const found: Extensions = { isAuthority: false, usage: { sign: false, commit: false, issue: false }, purposes: [] }
  const seen = new Set<string>()
  for (const extension of childrenOf(readOnly(node.content, TAG.sequence))) {
    const parts = childrenOf(extension, TAG.sequence)
    const oid = readOid(parts[0])
    const critical = parts.length === 3 && expectTag(parts[1], TAG.boolean).content[0] === 0xff
    if (seen.has(oid) || parts.length < 2 || parts.length > 3) throw new DerError('extension form')
    seen.add(oid)
    const value = readOnly(expectTag(parts.at(-1), TAG.octetString).content)
    if (oid === OID.basicConstraints) found.isAuthority = childrenOf(value, TAG.sequence).some((part) => part.tag === TAG.boolean && part.content[0] === 0xff)
    else if (oid === OID.keyUsage) {
      const bits = bitString(value)[1] ?? 0
      found.usage = { sign: (bits & 0x80) !== 0, commit: (bits & 0x40) !== 0, issue: (bits & 0x04) !== 0 }
    } else if (oid === OID.extendedKeyUsage) found.purposes = childrenOf(value, TAG.sequence).map(readOid)
    else if (oid === OID.subjectAltName) found.uri = childrenOf(value, TAG.sequence).find((name) => name.tag === TAG.uri)?.content.toString('latin1')
    else if (critical) throw new DerError(`critical extension ${oid} not understood`)
  }
  return found
}

const readNamePart = (subject: Node, oid: string): string => {
  for (const set of childrenOf(subject, TAG.sequence)) {
    for (const pair of childrenOf(set, TAG.set)) {
      const [type, value] = childrenOf(pair, TAG.sequence)
      if (readOid(type) === oid) return value?.content.toString('utf8') ?? ''
    }
  }
  return ''
}

/** Throws DerError on anything but a version 3 certificate in strict DER, with a P-256 key and an ECDSA-SHA256 signature. */
export const parseCertificate = (der: Buffer): Certificate => {
  const [tbs, algorithm, signature] = sequenceOf(readOnly(der), TAG.sequence, TAG.sequence, TAG.bitString)
  const [version, serial, inner, issuer, validity, subject, key, extensions] =
    sequenceOf(tbs, TAG.context0, TAG.integer, TAG.sequence, TAG.sequence, TAG.sequence, TAG.sequence, TAG.sequence, TAG.context3)
  if (!tbs || !version || !issuer || !validity || !subject || !key || !extensions) throw new DerError('certificate form')
  if (readUnsigned(readOnly(version.content))[0] !== 2) throw new DerError('certificate version')
  expectAlgorithm(algorithm)
  expectAlgorithm(inner)
  const [from, to] = childrenOf(validity)
  const bits = bitString(signature)
  if (bits[0] !== 0) throw new DerError('unused bits')
  return {
    der, sha256: createHash('sha256').update(der).digest('hex'), serial: readUnsigned(serial).toString('hex'), issuer: issuer.der, subject: subject.der,
    commonName: readNamePart(subject, OID.commonName), title: readNamePart(subject, OID.title), notBefore: readTime(from), notAfter: readTime(to), key: readKey(key), ...readExtensions(extensions),
    tbs: tbs.der, signature: bits.subarray(1),
  }
}

/** Whether `authority` may issue and has signed `certificate`. */
export const isIssuedBy = (certificate: Certificate, authority: Certificate): boolean =>
  authority.isAuthority && authority.usage.issue && certificate.issuer.equals(authority.subject) && verify('sha256', certificate.tbs, authority.key, certificate.signature)

/** Why this certificate may not sign a document at `at`; undefined when it may. Revocation is the caller's. */
export const refuseSigner = (certificate: Certificate, authority: Certificate, at: Date): string | undefined => {
  if (certificate.isAuthority || !certificate.usage.sign || !certificate.usage.commit) return 'certificate-usage'
  if (!certificate.purposes.includes(OID.documentSigning)) return 'certificate-purpose'
  if (at < certificate.notBefore || at < authority.notBefore) return 'certificate-not-yet-valid'
  if (at > certificate.notAfter || at > authority.notAfter) return 'certificate-expired'
  return undefined
}
