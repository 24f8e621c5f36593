/**
 * The one table of algorithms and object identifiers that signing and verifying use. What is not here is refused: no MD5, no SHA-1, no RSA
 * below what a provider of ours makes. Keys are P-256: made in a millisecond at enrolment, signed and checked in a tenth of one, 64-byte
 * signatures, and readable by every PAdES and JOSE tool (RFC 5758, RFC 7518 3.4, ETSI TS 119 312).
 */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  /** RFC 5035 */
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  subjectKeyIdentifier: '2.5.29.14',
  extendedKeyUsage: '2.5.29.37',
  /** RFC 9336 */
  documentSigning: '1.3.6.1.5.5.7.3.36',
  /** NSS, and so pdfsig, calls a document signer trusted only with this purpose. */
  emailProtection: '1.3.6.1.5.5.7.3.4',
  commonName: '2.5.4.3',
  title: '2.5.4.12',
} as const

export const CURVE = { oid: OID.prime256v1, name: 'P-256', node: 'prime256v1', jws: 'ES256' } as const

/** Order of P-256: a signature (r, s) and (r, n - s) both verify, so that only the smaller s is accepted. */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** Bytes kept in the PDF for the CMS; ours needs about 2,500. */
export const CMS_SPACE = 6144
