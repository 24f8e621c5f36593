/** A verifier that remembers what it has verified, by content and never by name: the bytes are hashed anew each time, so whatever is changed is judged again. */
import { createHash } from 'node:crypto'
import type { DocumentVerifier, VerifiedSignature } from '../model/ports.ts'

/** `most` answers are kept; the oldest goes first. `until`: milliseconds after which one is judged again, since certificates end. */
export const rememberVerified = (verifier: DocumentVerifier, options: { readonly most?: number; readonly until?: number; readonly now: () => Date }): DocumentVerifier => {
  const { most = 1000, until = 3_600_000, now } = options
  const known = new Map<string, { readonly at: number; readonly verified: VerifiedSignature }>()
  return {
    verifyPdf: (pdf, expect) => verifier.verifyPdf(pdf, expect),
    verifyText: (text, jws) => verifier.verifyText(text, jws),
    async verifyDocument(facts, bytes) {
      const { tenant, id, code, form, slot, title, patient, encounter, bundleId, bundleSha256, jws, pdfSha256, evidence, relation, cosignature } = facts
      const said = JSON.stringify([tenant, id, code, form, slot, title, patient, encounter, bundleId, bundleSha256, jws, pdfSha256, evidence, relation, cosignature])
      const content = createHash('sha256').update(said).update('\0').update(bytes.bundle).update('\0').update(bytes.pdf).digest('hex')
      const before = known.get(content)
      if (before !== undefined && now().getTime() - before.at < until) return before.verified
      const verified = await verifier.verifyDocument(facts, bytes)
      const [oldest] = known.keys()
      if (known.size >= most && oldest !== undefined) known.delete(oldest)
      known.set(content, { at: now().getTime(), verified })
      return verified
    },
  }
}
