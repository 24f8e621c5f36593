/** A second signature: the stored PDF gets one more revision, the same Bundle a JWS, and both are verified before they are stored with Provenance, Binary, audit and the answered question. */
import { createHash } from 'node:crypto'
import { cosignReason } from '../model/cosigning.ts'
import { outcome } from '../model/outcome.ts'
import type { Caller, Clock, DocumentVerifier, IdSource, NewCosignature, OnBehalf, OpenKey, ResourceStore, StoredDocument, Write } from '../model/ports.ts'
import { buildCosignBinary, buildCosignProvenance } from '../visit/provenance.ts'
import { judge, type DocumentRowDeps } from './document-rows.ts'

export interface CosignDeps extends DocumentRowDeps {
  readonly store: ResourceStore
  readonly verifier: DocumentVerifier
  readonly ids: IdSource
  readonly clock: Clock
}

/** "TUQ." stands before the position of the head whose place is taken (NĐ 30/2020/NĐ-CP, annex I, II.7); whose it is stands in the signature's reason and in the Provenance. */
const leadOf = (behalf: OnBehalf | undefined): string => (behalf === undefined ? 'Trưởng khoa ký duyệt:' : 'TUQ. TRƯỞNG KHOA, ký duyệt:')

const make = async (deps: CosignDeps, document: StoredDocument, key: OpenKey, place: string, behalf: OnBehalf | undefined): Promise<NewCosignature> => {
  const [before, bundle] = await Promise.all([deps.documents.pdf(document.id), deps.documents.bundle(document.id)])
  if (before === undefined || bundle === undefined) throw outcome('document-damaged')
  const at = new Date(Math.floor(deps.clock.now().getTime() / 1000) * 1000)
  const pdf = await key.cosignPdf(before, { lead: leadOf(behalf), reason: cosignReason(document.title, behalf?.name), location: place, at })
  const cosignature = {
    document: document.id, pdf, pdfSha256: createHash('sha256').update(pdf).digest('hex'), jws: await key.signText(bundle, at), practitioner: key.evidence.practitioner, name: key.evidence.name, signedAt: at.toISOString(), ...(behalf && { behalf }),
  }
  const { valid, reason: wrong } = await deps.verifier.verifyDocument({ ...document, cosignature }, { pdf, bundle })
  if (!valid) throw outcome('signature-failed', { diagnostics: wrong ?? 'not verified' })
  return cosignature
}

export interface CosignWish { readonly document: StoredDocument; readonly request: string; readonly place: string; readonly behalf?: OnBehalf | undefined }

/** Throws cosign-closed when the document was replaced, signed or the question answered meanwhile. */
export const cosign = async (deps: CosignDeps, caller: Caller, { document, request, place, behalf }: CosignWish, key: OpenKey): Promise<void> => {
  // also not by somebody who signs in the first signer's place: both signatures would rest on one person
  if ([key.evidence.practitioner, behalf?.practitioner].includes(document.evidence.practitioner)) throw outcome('cosign-same-person')
  const { verdict, hasRoom } = await judge(deps, document)
  if (verdict === 'invalid') throw outcome('document-damaged')
  if (verdict !== 'valid-current' || hasRoom !== true) throw outcome('cosign-closed')
  const made = await make(deps, document, key, place, behalf)
  await deps.store.transact(caller, async (tx) => {
    const [binary, provenance] = [deps.ids.uuid(), deps.ids.uuid()]
    const write = (id: string, type: string, resource: ReturnType<typeof buildCosignBinary>): Write => ({ op: 'create', key: { type, id }, resource, immutable: true })
    await tx.write([write(binary, 'Binary', buildCosignBinary(binary, document, made)), write(provenance, 'Provenance', buildCosignProvenance(provenance, document, made, binary))])
    await tx.addCosignature(made, request)
    await tx.audit({ action: 'E', interaction: 'cosign', type: 'Bundle', id: document.bundleId, version: 1, patient: document.patient, outcome: 'success', detail: `${document.form} ${document.code}` })
  })
}
