/** The center's own verdict on a stored document, from its bytes as they are now. What was verified once is remembered by its content, never by its name. */
import { createHash } from 'node:crypto'
import type { Tenant } from '../model/resource.ts'
import type { DocumentStore, StoredDocument, VerifiedSignature } from '../model/ports.ts'

export interface VerdictDeps {
  readonly documentsOf: (tenant: Tenant) => Promise<DocumentStore | undefined>
  readonly verify: (document: StoredDocument, bytes: { readonly pdf: Uint8Array; readonly bundle: string }) => Promise<VerifiedSignature>
  /** Answers remembered; default 1,000. */
  readonly remember?: number
}

export interface Verdicts { of(tenant: Tenant, document: string): Promise<VerifiedSignature> }

export const createVerdicts = ({ documentsOf, verify, remember = 1000 }: VerdictDeps): Verdicts => {
  const known = new Map<string, VerifiedSignature>()
  return {
    async of(tenant, id) {
      const documents = await documentsOf(tenant)
      const document = await documents?.get(id)
      const [pdf, bundle] = [await documents?.pdf(id), await documents?.bundle(id)]
      if (document === undefined || pdf === undefined || bundle === undefined) return { valid: false, reason: 'document-missing' }
      // who replaced it later is not part of what was signed
      const { supersededBy: _supersededBy, addenda: _addenda, ...facts } = document
      const content = createHash('sha256').update(JSON.stringify(facts)).update('\0').update(bundle).update('\0').update(pdf).digest('hex')
      const before = known.get(content)
      if (before !== undefined) return before
      const verified = await verify(document, { pdf, bundle })
      const [oldest] = known.keys()
      if (known.size >= remember && oldest !== undefined) known.delete(oldest)
      known.set(content, verified)
      return verified
    },
  }
}
