/**
 * Detached JWS over the exact UTF-8 bytes of a FHIR document (RFC 7515 appendix F; header as JAdES, ETSI TS 119 182-1: sigT, x5t#S256, x5c). The header
 * has one allowed form, byte for byte: no `none`, no key from elsewhere, no unknown `crit`.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { CURVE } from './algorithms.ts'
import { DerError } from './der.ts'
import { signRaw, verifyRaw } from './ecdsa.ts'
import { refuse, Refusal, type TrustedAuthority } from './trust.ts'
import type { CertificateCheck, TrustedSigner } from './trusted-certificate.ts'

export interface TextSignature extends TrustedSigner { readonly at: Date }

const encode = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url')

/** The one form of the header; sigT is in whole seconds, UTC. */
const headerOf = (certificate: Uint8Array, authority: Uint8Array, at: Date): string => encode(JSON.stringify({
  alg: CURVE.jws, typ: 'jose', 'x5t#S256': sha256(certificate), x5c: [certificate, authority].map((der) => Buffer.from(der).toString('base64')),
  sigT: `${at.toISOString().slice(0, 19)}Z`, crit: ['sigT'],
}))

export interface TextSigning {
  readonly key: KeyObject
  readonly certificate: Uint8Array
  readonly authority: Uint8Array
  readonly at: Date
}

/** "header..signature" */
export const signText = (text: string, signing: TextSigning): string => {
  const header = headerOf(signing.certificate, signing.authority, signing.at)
  return `${header}..${encode(signRaw(Buffer.from(`${header}.${encode(text)}`), signing.key))}`
}

const readHeader = (encoded: string): { certificate: Buffer; authority: Buffer; at: Date } => {
  let header: unknown
  try {
    header = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return refuse('jws-header')
  }
  if (typeof header !== 'object' || header === null || !('sigT' in header) || !('x5c' in header) || !Array.isArray(header.x5c)) return refuse('jws-header')
  const [certificate, authority] = header.x5c.map((item) => (typeof item === 'string' ? Buffer.from(item, 'base64') : undefined))
  if (typeof header.sigT !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(header.sigT) || !certificate || !authority) return refuse('jws-header')
  const at = new Date(header.sigT)
  // Built again from what was read: any other spelling, member or order is refused.
  if (Number.isNaN(at.getTime()) || headerOf(certificate, authority, at) !== encoded) return refuse('jws-header')
  return { certificate, authority, at }
}

/** Throws Refusal unless `jws` is ours and over exactly this text. */
export const checkText = (text: string, jws: string, trust: readonly TrustedAuthority[], certificates: CertificateCheck): TextSignature => {
  const [, encoded, signature] = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{86})$/.exec(jws) ?? refuse('jws-form')
  if (encoded === undefined || signature === undefined) return refuse('jws-form')
  const raw = Buffer.from(signature, 'base64url')
  if (encode(raw) !== signature) refuse('jws-form')
  const { certificate, authority, at } = readHeader(encoded)
  let signer: TrustedSigner
  try {
    signer = certificates.check(certificate, authority, at, trust)
  } catch (error) {
    throw error instanceof DerError ? new Refusal('certificate', error.message) : error
  }
  if (!verifyRaw(Buffer.from(`${encoded}.${encode(text)}`), signer.certificate.key, raw)) refuse('digest-mismatch')
  return { ...signer, at }
}
