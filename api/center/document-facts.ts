/** Reads the facts of a shipped document (written by the hospital's api/store/journal/content.ts) with its Bundle and PDF: what came from outside is parsed once. */
import { z } from 'zod'
import { ApplyRefused } from '../model/exchange.ts'
import { isFormCode } from '../model/form-sections.ts'
import { parseJson, toPlain } from '../model/json.ts'
import type { NewDocument } from '../model/ports.ts'

const text = z.string().min(1)
const instant = z.iso.datetime({ offset: true })
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

const factsShape = z.object({
  id: uuid, code: text, form: z.string().refine(isFormCode), slot: text, title: text, patient: text, encounter: text, bundleId: text,
  bundleSha256: digest, jws: text, pdfSha256: digest, createdAt: instant,
  evidence: z.object({
    account: z.string(), practitioner: z.string(), name: z.string(), role: z.string(), certificateSerial: z.string(), certificateIssuer: z.string(),
    certificateStatus: z.enum(['good', 'revoked', 'unknown']), signedAt: instant,
  }),
  relation: z.object({ kind: z.enum(['replaces', 'appends']), document: uuid, reason: z.string() }).optional(),
})

export interface ShippedDocument { readonly document: NewDocument; readonly createdAt: string }

/** Throws ApplyRefused 'document-malformed'. */
export const readDocument = (pieces: readonly Uint8Array[]): ShippedDocument => {
  const [facts, bundle, pdf] = pieces
  if (facts === undefined || bundle === undefined || pdf === undefined) throw new ApplyRefused('document-malformed')
  try {
    const { createdAt, relation, ...rest } = factsShape.parse(toPlain(parseJson(decode(facts))))
    return { createdAt, document: { ...rest, bundle: decode(bundle), pdf, ...(relation && { relation }) } }
  } catch (cause) {
    throw new ApplyRefused('document-malformed', { cause })
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
