/** Documents as screens list them: the verdict is recomputed from the stored bytes for every answer, never remembered. */
import { outcome } from '../model/outcome.ts'
import type { DocumentStore, DocumentVerifier, StoredDocument, Verdict } from '../model/ports.ts'
import type { DocumentRow } from '../model/site.ts'

export interface DocumentRowDeps {
  readonly documents: DocumentStore
  readonly verifier: DocumentVerifier
}

export interface Judged {
  readonly verdict: Verdict
  readonly reason?: string
  readonly supersededBy?: { readonly id: string; readonly code: string; readonly at: string }
  /** A second signature can be asked for. */
  readonly hasRoom?: boolean
}

/** What replaces this document; an addendum goes with the document that it adds to, whose new version holds it. */
const newerOf = async (documents: DocumentStore, document: StoredDocument): Promise<Judged['supersededBy']> => {
  if (document.supersededBy !== undefined || document.relation?.kind !== 'appends') return document.supersededBy
  return (await documents.get(document.relation.document))?.supersededBy
}

/** Three states: valid and current, valid but superseded, invalid. */
export const judge = async ({ documents, verifier }: DocumentRowDeps, document: StoredDocument): Promise<Judged> => {
  const [pdf, bundle, supersededBy] = await Promise.all([documents.pdf(document.id), documents.bundle(document.id), newerOf(documents, document)])
  const newer = supersededBy === undefined ? {} : { supersededBy }
  if (pdf === undefined || bundle === undefined) return { verdict: 'invalid', reason: 'bytes-missing', ...newer }
  const { valid, reason, hasRoom } = await verifier.verifyDocument(document, { pdf, bundle })
  if (!valid) return { verdict: 'invalid', ...(reason !== undefined && { reason }), ...newer }
  return { verdict: supersededBy === undefined ? 'valid-current' : 'valid-superseded', ...newer, ...(hasRoom === true && supersededBy === undefined && { hasRoom }) }
}

/** The second signer, or the question for one. */
const secondOf = ({ cosignature, request }: StoredDocument): Pick<DocumentRow, 'second' | 'request'> => ({
  ...(cosignature && { second: { signer: cosignature.name, signedAt: cosignature.signedAt, ...(cosignature.behalf && { behalf: cosignature.behalf.name }) } }), ...(request && { request }),
})

export const toDocumentRow = async (deps: DocumentRowDeps, document: StoredDocument): Promise<DocumentRow> => ({
  id: document.id, code: document.code, form: document.form, title: document.title, encounter: document.encounter, patient: document.patient,
  signer: document.evidence.name, signedAt: document.evidence.signedAt, ...(await judge(deps, document)), ...(document.relation && { relation: document.relation }),
  ...secondOf(document),
})

/** Those that were signed just now. */
export const toSignedRows = (deps: DocumentRowDeps, ids: readonly string[]): Promise<DocumentRow[]> => Promise.all(ids.map(async (id) => {
  const document = await deps.documents.get(id)
  if (document === undefined) throw outcome('internal', { diagnostics: 'A signed document is not there.' })
  return toDocumentRow(deps, document)
}))
