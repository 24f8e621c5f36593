/**
 * Builds the CMS of a PAdES baseline B-B signature (ETSI EN 319 142-1, RFC 5652): detached, one signer, signed attributes content type,
 * message digest and signing-certificate-v2 (RFC 5035) in DER order, the signer's certificate and its authority's inside.
 */
import { ObjectIdentifier, OctetString, Sequence, Constructed } from 'asn1js'
import { createHash, type KeyObject } from 'node:crypto'
import { AlgorithmIdentifier, Attribute, Certificate, ContentInfo, EncapsulatedContentInfo, IssuerAndSerialNumber, SignedAndUnsignedAttributes, SignedData, SignerInfo } from 'pkijs'
import { OID } from './algorithms.ts'
import { rawToDer, signRaw } from './ecdsa.ts'

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const toBuffer = (node: { toBER(): ArrayBuffer }): Buffer => Buffer.from(node.toBER())
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: new Uint8Array(bytes).buffer })

/** SigningCertificateV2 { certs { ESSCertIDv2 { certHash, issuerSerial } } }; sha-256 is the default algorithm and so left out. */
const signingCertificate = (certificate: Certificate, der: Uint8Array): Sequence => {
  const issuer = new Sequence({ value: [new Constructed({ idBlock: { tagClass: 3, tagNumber: 4 }, value: [certificate.issuer.toSchema()] })] })
  const issuerSerial = new Sequence({ value: [issuer, certificate.serialNumber] })
  return new Sequence({ value: [new Sequence({ value: [new Sequence({ value: [octets(sha256(der)), issuerSerial] })] })] })
}

const signedAttributes = (certificate: Certificate, der: Uint8Array, digest: Uint8Array): SignedAndUnsignedAttributes => {
  const attributes = [
    new Attribute({ type: OID.contentType, values: [new ObjectIdentifier({ value: OID.data })] }),
    new Attribute({ type: OID.messageDigest, values: [octets(digest)] }),
    new Attribute({ type: OID.signingCertificateV2, values: [signingCertificate(certificate, der)] }),
  ]
  const sorted = attributes.map((attribute) => ({ attribute, der: toBuffer(attribute.toSchema()) })).sort((a, b) => Buffer.compare(a.der, b.der))
  return new SignedAndUnsignedAttributes({ type: 0, attributes: sorted.map(({ attribute }) => attribute) })
}

/** DER of the ContentInfo that signs `content`, which is not inside. */
export const buildCms = (content: Uint8Array, certificateDer: Uint8Array, authorityDer: Uint8Array, key: KeyObject): Buffer => {
  const certificate = Certificate.fromBER(new Uint8Array(certificateDer))
  const attributes = signedAttributes(certificate, certificateDer, sha256(content))
  const signed = toBuffer(attributes.toSchema())
  signed[0] = 0x31 // what is signed is the SET, not its [0] tag in the message (RFC 5652 5.4)
  attributes.encodedValue = new Uint8Array(signed).buffer
  const digestAlgorithm = new AlgorithmIdentifier({ algorithmId: OID.sha256 })
  const signer = new SignerInfo({
    version: 1, sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }), digestAlgorithm, signedAttrs: attributes,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: OID.ecdsaWithSha256 }), signature: octets(rawToDer(signRaw(signed, key))),
  })
  const data = new SignedData({
    version: 1, encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }), digestAlgorithms: [digestAlgorithm], signerInfos: [signer],
    certificates: [certificate, Certificate.fromBER(new Uint8Array(authorityDer))],
  })
  return toBuffer(new ContentInfo({ contentType: OID.signedData, content: data.toSchema(true) }).toSchema())
}
