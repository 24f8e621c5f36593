/**
 * Reads the CMS of a PAdES signature in the one form that cms.ts makes and refuses every other: no BER, no second signer, no unsigned
 * attributes, no other algorithms, no byte that is not accounted for (ETSI EN 319 142-1, RFC 5652).
 */
import { OID } from './algorithms.ts'
import { childrenOf, DerError, expectTag, readOid, readOnly, readUnsigned, sequenceOf, TAG, type Node } from './der.ts'

export interface Cms {
  readonly certificate: Buffer
  readonly authority: Buffer
  /** Encoding of the signed attributes as they are signed: with the tag of SET. */
  readonly signedAttributes: Buffer
  readonly messageDigest: Buffer
  /** sha-256 of the certificate that the signer claims. */
  readonly certificateHash: Buffer
  /** DER of the issuer's name and bytes of the serial number, as named beside the signature and inside the signed attribute. */
  readonly issuer: Buffer
  readonly serial: string
  readonly signature: Buffer
}

const expectOid = (node: Node | undefined, oid: string): void => {
  if (readOid(node) !== oid) throw new DerError(`object identifier other than ${oid}`)
}

const only = (nodes: Node[]): Node => {
  const [first] = nodes
  if (first === undefined || nodes.length !== 1) throw new DerError(`${nodes.length} elements where one belongs`)
  return first
}

const expectAlgorithm = (node: Node | undefined, oid: string): void => expectOid(only(childrenOf(expectTag(node, TAG.sequence))), oid)
const expectVersion1 = (node: Node | undefined): void => {
  if (readUnsigned(node).toString('hex') !== '01') throw new DerError('version')
}

const readSigningCertificate = (value: Node): { hash: Buffer; issuer: Buffer; serial: string } => {
  const certs = only(childrenOf(expectTag(value, TAG.sequence)))
  const [hash, issuerSerial] = sequenceOf(only(childrenOf(expectTag(certs, TAG.sequence))), TAG.octetString, TAG.sequence)
  const [names, serial] = sequenceOf(issuerSerial, TAG.sequence, TAG.integer)
  const name = only(childrenOf(expectTag(names, TAG.sequence)))
  if (hash === undefined) throw new DerError('no hash')
  return { hash: hash.content, issuer: readOnly(expectTag(name, TAG.directoryName).content, TAG.sequence).der, serial: readUnsigned(serial).toString('hex') }
}

const readAttributes = (attributes: Node): Map<string, Node> => {
  const found = new Map<string, Node>()
  let previous: Buffer | undefined
  for (const attribute of childrenOf(attributes)) {
    if (previous && Buffer.compare(previous, attribute.der) >= 0) throw new DerError('attributes not in DER order')
    previous = attribute.der
    const [type, values] = sequenceOf(attribute, TAG.oid, TAG.set)
    found.set(readOid(type), only(childrenOf(expectTag(values, TAG.set))))
  }
  if (found.size !== 3) throw new DerError('signed attributes')
  return found
}

/** Throws DerError on anything but one complete signature of our kind that fills `der`. */
export const parseCms = (der: Buffer): Cms => {
  const [contentType, explicit] = sequenceOf(readOnly(der), TAG.oid, TAG.context0)
  expectOid(contentType, OID.signedData)
  const signedData = readOnly(expectTag(explicit, TAG.context0).content)
  const [version, digests, content, certificates, signers] = sequenceOf(signedData, TAG.integer, TAG.set, TAG.sequence, TAG.context0, TAG.set)
  if (!digests || !content || !certificates || !signers) throw new DerError('signed data')
  expectVersion1(version)
  expectAlgorithm(only(childrenOf(digests)), OID.sha256)
  expectOid(only(childrenOf(content)), OID.data)
  const [certificate, authority, ...more] = childrenOf(certificates)
  if (!certificate || !authority || more.length > 0) throw new DerError('certificates')
  const [signerVersion, sid, digestAlgorithm, attributes, signatureAlgorithm, signature] =
    sequenceOf(only(childrenOf(signers)), TAG.integer, TAG.sequence, TAG.sequence, TAG.context0, TAG.sequence, TAG.octetString)
  if (!attributes || !signature) throw new DerError('signer')
  expectVersion1(signerVersion)
  const [issuer, serial] = sequenceOf(sid, TAG.sequence, TAG.integer)
  expectAlgorithm(digestAlgorithm, OID.sha256)
  expectAlgorithm(signatureAlgorithm, OID.ecdsaWithSha256)
  const found = readAttributes(attributes)
  expectOid(found.get(OID.contentType), OID.data)
  const claimed = readSigningCertificate(expectTag(found.get(OID.signingCertificateV2), TAG.sequence))
  if (!issuer?.der.equals(claimed.issuer) || readUnsigned(serial).toString('hex') !== claimed.serial) throw new DerError('signer named in two ways')
  return {
    certificate: certificate.der, authority: authority.der, signedAttributes: Buffer.concat([Buffer.of(TAG.set), attributes.der.subarray(1)]),
    messageDigest: expectTag(found.get(OID.messageDigest), TAG.octetString).content, certificateHash: claimed.hash, issuer: claimed.issuer, serial: claimed.serial,
    signature: signature.content,
  }
}
