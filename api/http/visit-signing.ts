/**
 * One PIN, one transaction: the key is opened, every page and text that was reviewed is signed and verified, and then everything is stored together:
 * resources, documents, Provenance, audit; or nothing is. What was signed is closed from then on.
 */
import { createHash } from 'node:crypto'
import { outcome, Outcome } from '../model/outcome.ts'
import type { AuditLog, AuditRow, Caller, Clock, IdSource, NewDocument, OpenKey, ResourceStore, Signer, StoreTransaction, Write } from '../model/ports.ts'
import { buildProvenance } from '../visit/provenance.ts'
import { keyOf } from '../visit/settle-changes.ts'
import { requireOrdersStillFree } from './orders-under-way.ts'
import type { Reviewed, ReviewedDocument } from './visit-preview.ts'

export interface SigningDeps {
  readonly store: ResourceStore
  readonly signer: Pick<Signer, 'open' | 'verifyPdf'>
  readonly audit: AuditLog
  readonly ids: IdSource
  readonly clock: Clock
}

export interface SigningPerson { readonly account: string; readonly practitioner: string; readonly pin: string }

/** What a PIN is typed for, as the audit names it. */
export type SigningPurpose = Pick<AuditRow, 'type' | 'id' | 'patient'> & { readonly interaction?: string }

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const signDocument = async (deps: SigningDeps, key: OpenKey, reviewed: Reviewed, document: ReviewedDocument, at: Date): Promise<NewDocument> => {
  const { printed, text, bundleSha256 } = document
  const pdf = await key.signPdf(printed.pdf, { box: printed.box, ...(printed.room && { room: printed.room }), reason: `Ký ${document.title}`, location: reviewed.place, at })
  const onPdf = await deps.signer.verifyPdf(pdf, { bundleSha256 })
  if (!onPdf.valid) throw outcome('signature-failed', { diagnostics: onPdf.reason ?? 'not verified' })
  return {
    id: document.id, code: document.code, form: document.form, slot: document.slot, title: document.title, patient: reviewed.patient, encounter: reviewed.encounter,
    bundleId: document.id, bundle: text, bundleSha256, jws: await key.signText(text, at), pdf, pdfSha256: sha256(pdf),
    evidence: { ...key.evidence, signedAt: at.toISOString() }, ...(document.relation && { relation: relationOf(document.relation) }),
  }
}

const relationOf = ({ kind, document, reason }: NonNullable<ReviewedDocument['relation']>): NonNullable<NewDocument['relation']> => ({ kind, document, reason })

/** The Bundle as it was signed, byte for byte; its version and time stand in it. */
const toBundleWrite = (reviewed: ReviewedDocument, document: NewDocument): Write => ({
  op: 'put-exact', key: { type: 'Bundle', id: document.bundleId }, version: 1, body: document.bundle, immutable: true,
  lastUpdated: lastUpdatedOf(reviewed),
})

const lastUpdatedOf = ({ text }: ReviewedDocument): string => /"lastUpdated":"([^"]+)"/.exec(text)?.[1] ?? ''

const store = async (deps: SigningDeps, tx: StoreTransaction, reviewed: Reviewed, documents: readonly NewDocument[], account: string): Promise<void> => {
  await requireOrdersStillFree(tx, reviewed.patient, reviewed.orders)
  const provenances = documents.map((document): Write => {
    const id = deps.ids.uuid()
    return { op: 'create', key: { type: 'Provenance', id }, resource: buildProvenance(id, document), immutable: true }
  })
  const bundles = reviewed.documents.flatMap((shown) => documents.filter(({ id }) => id === shown.id).map((document) => toBundleWrite(shown, document)))
  const issues = reviewed.safety.issues.map((resource): Write => ({ op: 'create', key: keyOf(resource), resource, immutable: true, fresh: true }))
  await tx.write([...reviewed.writes, ...bundles, ...provenances, ...issues])
  await tx.countKeptAlerts(reviewed.encounter, reviewed.safety.kept)
  for (const document of documents) await tx.addDocument(document)
  if (reviewed.draftKey !== undefined) await tx.dropDraft(account, reviewed.draftKey)
  if (reviewed.count !== undefined) await tx.countOrders({ account, department: reviewed.department, ...reviewed.count })
  for (const document of documents) {
    await tx.audit({
      action: 'E', interaction: reviewed.mode === 'open' ? 'sign' : reviewed.mode === 'replaces' ? 'sign-correction' : 'sign-addendum', type: 'Bundle', id: document.bundleId, version: 1,
      patient: reviewed.patient, outcome: 'success', detail: `${document.form} ${document.code}${reviewed.reason === '' ? '' : ` ${reviewed.reason}`}`,
    })
  }
}

/** Every refused PIN is on record, once, before it is answered; however many signatures it was typed for. */
export const openSigningKey = async (deps: Pick<SigningDeps, 'signer' | 'audit'>, caller: Caller, { interaction = 'sign', ...purpose }: SigningPurpose, { account, pin, practitioner }: SigningPerson): Promise<OpenKey> => {
  try {
    const key = await deps.signer.open(account, pin)
    if (key.evidence.practitioner !== practitioner) throw outcome('key-not-allowed', { diagnostics: 'The certificate names another practitioner.' })
    return key
  } catch (error) {
    const detail = error instanceof Outcome ? error.code : 'failed'
    await deps.audit.record(caller, { action: 'E', interaction, ...purpose, outcome: 'refused', detail })
    throw error
  }
}

const signAll = async (deps: SigningDeps, caller: Caller, reviewed: Reviewed, account: string, open: () => Promise<OpenKey>): Promise<string[]> => {
  const key = await open()
  // Signatures carry whole seconds.
  const at = new Date(Math.floor(deps.clock.now().getTime() / 1000) * 1000)
  const documents: NewDocument[] = []
  for (const document of reviewed.documents) documents.push(await signDocument(deps, key, reviewed, document, at))
  await deps.store.transact({ ...caller, ...(reviewed.reason !== '' && { reason: reviewed.reason }) }, (tx) => store(deps, tx, reviewed, documents, account))
  return documents.map(({ id }) => id)
}

/** Ids of the signed documents. One review is signed once: whoever asks again, also at the same moment, gets the first one's answer; a failure may be tried again. */
export const signReviewed = (deps: SigningDeps, caller: Caller, reviewed: Reviewed, account: string, open: () => Promise<OpenKey>): Promise<readonly string[]> => {
  reviewed.signing ??= signAll(deps, caller, reviewed, account, open).catch((error: unknown) => {
    delete reviewed.signing
    throw error
  })
  return reviewed.signing
}
