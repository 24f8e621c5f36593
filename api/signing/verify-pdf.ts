/**
 * The strict verifier for our PDFs: one small rule set, no network, everything that is not exactly what we sign is refused with a named reason.
 * The gap of /ByteRange is exactly the hex string of /Contents; every other byte is under the digest (ETSI EN 319 142-1; ISO 32000-1 12.8.1).
 */
import { createHash } from 'node:crypto'
import type { CertificateCheck, TrustedSigner } from './trusted-certificate.ts'
import { DerError, readNode } from './der.ts'
import { derToRaw, verifyRaw } from './ecdsa.ts'
import { parseCms, type Cms } from './parse-cms.ts'
import { parsePdf } from './pdf-file.ts'
import { asCount, asList, asText, PdfError, type PdfDict, type PdfText } from './pdf-syntax.ts'
import type { FoundSignature } from './pdf-revision.ts'
import { findSignatures } from './pdf-signature.ts'
import { refuse, Refusal, type TrustedAuthority } from './trust.ts'

export interface SignedBy extends TrustedSigner { readonly at: Date }

export interface PdfSignature extends SignedBy {
  readonly bundleSha256: string
  /** Where the first signer's file ends. */
  readonly end: number
  /** `reason`: as the second signer's signature says it. */
  readonly second?: SignedBy & { readonly reason: string }
  readonly hasRoom: boolean
}

const attempt = <T>(reason: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (error instanceof PdfError || error instanceof DerError) throw new Refusal(reason, error.message)
    throw error
  }
}

const readSigningTime = (signature: PdfDict): Date => {
  const text = asText(signature.get('M'))?.bytes.toString('latin1') ?? ''
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\+07'00'$/.exec(text) ?? refuse('signing-time')
  const [year, month, day, hour, minute, second] = match.slice(1)
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+07:00`)
}

/** A text of a PDF: UTF-16 behind its mark, else of one byte a character (ISO 32000-1 7.9.2.2). */
const readText = (value: Parameters<typeof asText>[0]): string => {
  const bytes = asText(value)?.bytes
  if (bytes === undefined) return ''
  return bytes[0] === 0xfe && bytes[1] === 0xff ? new TextDecoder('utf-16be').decode(bytes.subarray(2)) : bytes.toString('latin1')
}

/** The signed bytes, and the message in the gap; refuses a range that leaves any other byte out. */
const readGap = (pdf: Buffer, signature: PdfDict, contents: PdfText): { signed: Buffer; cms: Buffer } => {
  const [start, before, after, rest, ...more] = asList(signature.get('ByteRange')).map(asCount)
  if (start !== 0 || before === undefined || after === undefined || rest === undefined || more.length > 0) return refuse('byte-range')
  if (before !== contents.start || after !== contents.end || after + rest !== pdf.length) return refuse('byte-range')
  const hex = pdf.toString('latin1', before + 1, after - 1)
  if (!/^[0-9a-f]*$/.test(hex)) refuse('gap-not-hex')
  const cms = attempt('cms', () => readNode(contents.bytes).der)
  if (!/^0*$/.test(hex.slice(cms.length * 2))) refuse('gap-not-zero')
  return { signed: Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]), cms }
}

const checkMessage = (cms: Cms, signed: Buffer): void => {
  if (!createHash('sha256').update(signed).digest().equals(cms.messageDigest)) refuse('digest-mismatch')
  if (!createHash('sha256').update(cms.certificate).digest().equals(cms.certificateHash)) refuse('signing-certificate')
}

/** One signature over everything up to the end of its revision. */
const checkOne = (pdf: Buffer, { signature, contents, end }: FoundSignature, trust: readonly TrustedAuthority[], certificates: CertificateCheck): SignedBy => {
  const { signed, cms: der } = readGap(pdf.subarray(0, end), signature, contents)
  const cms = attempt('cms', () => parseCms(der))
  checkMessage(cms, signed)
  const at = readSigningTime(signature)
  const signer = attempt('certificate', () => certificates.check(cms.certificate, cms.authority, at, trust))
  if (!signer.certificate.issuer.equals(cms.issuer) || signer.certificate.serial !== cms.serial) refuse('signing-certificate')
  if (!verifyRaw(cms.signedAttributes, signer.certificate.key, attempt('cms', () => derToRaw(cms.signature)))) refuse('signature')
  return { ...signer, at }
}

/** Throws Refusal unless the file is one of ours, whole and unchanged. A second signature is somebody else's, at the same site, and not before the first. */
export const checkPdf = (pdf: Buffer, trust: readonly TrustedAuthority[], certificates: CertificateCheck): PdfSignature => {
  const file = attempt('structure', () => parsePdf(pdf))
  const found = attempt('structure', () => findSignatures(file, pdf.length))
  const first = checkOne(pdf, found.first, trust, certificates)
  const answer = { ...first, bundleSha256: found.bundleSha256, end: found.first.end, hasRoom: found.hasRoom }
  if (found.second === undefined) return answer
  const second = checkOne(pdf, found.second, trust, certificates)
  if (second.practitioner === first.practitioner) refuse('same-signer')
  if (second.tenant !== first.tenant) refuse('certificate-of-another-site')
  if (second.at < first.at) refuse('signing-time')
  return { ...answer, second: { ...second, reason: readText(found.second.signature.get('Reason')) } }
}
