/** The verify page's questions, open to anyone: is this document genuine, and is it the one in force? By code or by file; nothing of a patient is answered. */
import { createHash } from 'node:crypto'
import { FORMS } from '../model/form-sections.ts'
import { outcome } from '../model/outcome.ts'
import type { Clock, StoredDocument } from '../model/ports.ts'
import type { VerifyAnswer } from '../model/site.ts'
import { judge, type DocumentRowDeps } from './document-rows.ts'
import { requireParam } from './input.ts'
import { createRateLimit } from './rate-limit.ts'
import { json, type Reply, type Route, type RouteRequest, type Site } from './route.ts'

export interface VerifyDeps extends DocumentRowDeps {
  /** Name of the hospital whose document it is. */
  readonly hospitalName: (document: StoredDocument) => Promise<string>
  /** Default: hospital. The data center answers for the documents of all hospitals, since the address in a QR code may be its own. */
  readonly site?: Site
  readonly clock: Clock
}

const CODE = /^[A-Za-z0-9_-]{8,128}$/

/** What every signed PDF of ours carries, in two places far apart: one changed byte does not make it a stranger's. */
const MARKS = ['/EMRBundleSHA256', '/T (ChuKy1)'] as const

/** Addresses get 60 questions at once and one a second after that: enough for a pharmacy, too few for trying codes. */
const LIMIT = { burst: 60, every: 1000 } as const

/** GET /api/verify/:code ; POST /api/verify (application/pdf) */
export const verifyRoutes = (deps: VerifyDeps): Route[] => {
  const limit = createRateLimit(deps.clock, LIMIT)

  /** `shown`: digest of the file that was handed in; the first signer's own file has no second signature, whatever is stored by now. */
  const describe = async (document: StoredDocument, shown?: string): Promise<VerifyAnswer> => {
    const isEarlier = shown !== undefined && document.cosignature !== undefined && shown !== document.cosignature.pdfSha256
    const { verdict, reason, supersededBy } = await judge(deps, document)
    return {
      verdict, form: FORMS[document.form].vi, hospital: await deps.hospitalName(document), signer: document.evidence.name, signedAt: document.evidence.signedAt,
      certificateSerial: document.evidence.certificateSerial, addenda: document.addenda.map(({ code, at }) => ({ code, at })),
      ...(reason !== undefined && { reason }), ...(supersededBy && { supersededBy: { code: supersededBy.code, at: supersededBy.at } }),
      ...(isEarlier && { earlierRevision: true }),
      ...(document.cosignature && !isEarlier && { second: { signer: document.cosignature.name, signedAt: document.cosignature.signedAt, ...(document.cosignature.behalf && { behalf: document.cosignature.behalf.name }) } }),
    }
  }

  const requireTurn = (request: RouteRequest): void => {
    const wait = limit(request.address)
    if (wait > 0) throw outcome('too-many-attempts', { retryAfter: wait })
  }

  const byCode = async (request: RouteRequest): Promise<Reply> => {
    requireTurn(request)
    const code = requireParam(request, 'code')
    const document = CODE.test(code) ? await deps.documents.byCode(code.toLowerCase()) : undefined
    return json(200, document === undefined ? { verdict: 'unknown' } satisfies VerifyAnswer : await describe(document))
  }

  /** The register first: what is stored byte for byte is judged whole. Any other file is invalid when it claims to be one of ours, else unknown. */
  const byFile = async (request: RouteRequest): Promise<Reply> => {
    requireTurn(request)
    const pdf = request.bytes
    if (pdf.length === 0) throw outcome('bad-request', { diagnostics: 'Send the PDF file as the body.' })
    const digest = createHash('sha256').update(pdf).digest('hex')
    const document = await deps.documents.byPdfDigest(digest)
    if (document !== undefined) return json(200, await describe(document, digest))
    const { valid, reason, signer, signedAt, certificateSerial } = await deps.verifier.verifyPdf(pdf)
    if (valid) return json(200, { verdict: 'unknown', reason: 'not-in-register', ...(signer && { signer }), ...(signedAt && { signedAt }), ...(certificateSerial && { certificateSerial }) } satisfies VerifyAnswer)
    const ours = reason !== 'not-signed' && MARKS.some((mark) => Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).includes(mark))
    return json(200, { verdict: ours ? 'invalid' : 'unknown', ...(reason !== undefined && { reason }) } satisfies VerifyAnswer)
  }

  return [
    { method: 'GET', url: '/api/verify/:code', site: deps.site ?? 'hospital', access: 'open', handler: byCode },
    { method: 'POST', url: '/api/verify', site: deps.site ?? 'hospital', access: 'open', takes: ['application/pdf'], handler: byFile },
  ]
}
