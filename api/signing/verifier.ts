/**
 * The one verifier that hospital and data center share: `createVerifier({ trust })` checks PDFs, texts and whole documents against the
 * authorities handed in. A refusal is an answer with a stable reason, never an exception.
 */
import { createHash } from 'node:crypto'
import { cosignReason } from '../model/cosigning.ts'
import { parseJson, toPlain } from '../model/json.ts'
import { Outcome } from '../model/outcome.ts'
import type { DocumentFacts, DocumentVerifier, VerifiedSignature } from '../model/ports.ts'
import { checkText } from './jws.ts'
import { documentMismatch } from './document-facts.ts'
import { Refusal, refuse, type Trust } from './trust.ts'
import { certificateCheck, type TrustedSigner } from './trusted-certificate.ts'
import { checkPdf, type PdfSignature, type SignedBy } from './verify-pdf.ts'

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const answer = (signer: TrustedSigner & { at: Date }): VerifiedSignature => ({
  valid: true, signer: signer.certificate.commonName, signedAt: signer.at.toISOString(), certificateSerial: signer.certificate.serial,
  tenant: signer.tenant, practitioner: signer.practitioner,
})

/** What a PDF says of its signatures. */
const answerPdf = (found: PdfSignature): VerifiedSignature => ({
  ...answer(found), bundleSha256: found.bundleSha256, hasRoom: found.hasRoom,
  ...(found.second && { second: { signer: found.second.certificate.commonName, signedAt: found.second.at.toISOString(), certificateSerial: found.second.certificate.serial, practitioner: found.second.practitioner } }),
})

/** The register says whether a document has a second signature, whose and when; the bytes must say the same, and so must the text that was signed with it. */
const checkSecond = (row: DocumentFacts, pdf: Buffer, found: PdfSignature, checkBundle: (jws: string) => SignedBy): void => {
  const { cosignature } = row
  if (sha256(pdf.subarray(0, found.end)) !== row.pdfSha256) refuse('pdf-digest-mismatch')
  if (cosignature === undefined || found.second === undefined) {
    if (cosignature !== undefined || found.second !== undefined) refuse('second-signature-mismatch')
    return
  }
  const onText = checkBundle(cosignature.jws)
  if (onText.certificate.sha256 !== found.second.certificate.sha256 || onText.at.getTime() !== found.second.at.getTime()) refuse('signatures-differ')
  const { practitioner, certificate, at, reason } = found.second
  if (practitioner !== cosignature.practitioner || certificate.commonName !== cosignature.name || at.getTime() !== new Date(cosignature.signedAt).getTime()) refuse('record-mismatch', 'cosignature')
  if (reason !== cosignReason(row.title, cosignature.behalf?.name)) refuse('record-mismatch', 'cosignature.behalf')
}

const judge = async (work: () => Promise<VerifiedSignature>): Promise<VerifiedSignature> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, reason: error.reason }
    // Hostile input may break a reader in ways that nobody foresaw; it is not valid either.
    if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError || error instanceof Outcome) return { valid: false, reason: 'unreadable' }
    throw error
  }
}

export const createVerifier = ({ trust, now = () => new Date() }: { readonly trust: Trust; readonly now?: () => Date }): DocumentVerifier => {
  const certificates = certificateCheck(now)
  return {
    verifyPdf: (pdf, expect) => judge(async () => {
      const found = checkPdf(asBuffer(pdf), await trust(), certificates)
      if (expect?.bundleSha256 !== undefined && found.bundleSha256 !== expect.bundleSha256) refuse('bundle-digest-mismatch')
      return answerPdf(found)
    }),
    verifyText: (text, jws) => judge(async () => answer(checkText(text, jws, await trust(), certificates))),
    verifyDocument: (row, { pdf, bundle }) => judge(async () => {
      if (sha256(pdf) !== (row.cosignature?.pdfSha256 ?? row.pdfSha256)) refuse('pdf-digest-mismatch')
      if (sha256(bundle) !== row.bundleSha256) refuse('bundle-digest-mismatch')
      const trusted = await trust()
      const onPdf = checkPdf(asBuffer(pdf), trusted, certificates)
      const onText = checkText(bundle, row.jws, trusted, certificates)
      if (onPdf.bundleSha256 !== row.bundleSha256) refuse('bundle-digest-mismatch')
      if (onPdf.certificate.sha256 !== onText.certificate.sha256 || onPdf.at.getTime() !== onText.at.getTime()) refuse('signatures-differ')
      if (onPdf.tenant !== row.tenant) refuse('certificate-of-another-site')
      const mismatch = documentMismatch(row, toPlain(parseJson(bundle)), onText)
      if (mismatch !== undefined) refuse('record-mismatch', mismatch)
      checkSecond(row, asBuffer(pdf), onPdf, (jws) => checkText(bundle, jws, trusted, certificates))
      return answerPdf(onPdf)
    }),
  }
}
