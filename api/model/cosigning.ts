/** Asking for a second signature, refusing it, and handing the right to sign on for some days. Shapes of the screens and the port of the store. */
import type { OutcomeCode } from './outcome.ts'
import type { Caller } from './ports.ts'
import type { DocumentRow } from './site.ts'

/** What a second signature says of itself, in the signed PDF: the verifier holds it against the register. */
export const cosignReason = (title: string, behalf: string | undefined): string => (behalf === undefined ? `Ký duyệt ${title}` : `Ký duyệt ${title}, thừa uỷ quyền của ${behalf}`)

/** What a head reads before signing or refusing, and what comes back to who asked. */
export interface CosignRow {
  readonly id: string
  readonly document: string
  readonly title: string
  readonly encounter: string
  readonly patient: string
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly departmentName: string
  readonly signer: string
  readonly signedAt: string
  /** Of the PDF that will be signed: sent back, so that nothing is signed that was not shown. */
  readonly pdfSha256: string
  readonly askedName: string
  readonly askedAt: string
  readonly note: string
  /** In whose place I would sign. */
  readonly behalf?: string
  /** Why, and by whom, it was refused. */
  readonly reason?: string
  readonly decidedName?: string
  /** Replaced meanwhile, or it does not verify: it cannot be signed. */
  readonly stale?: boolean
}

/** GET /api/cosign-requests: what waits for me as a head or a delegate, and what I asked for and was refused. */
export interface CosignInbox { readonly waiting: readonly CosignRow[]; readonly refused: readonly CosignRow[] }

/**
 * POST /api/documents/:id/cosign-requests {note} -> {id} ; POST /api/cosign-requests/:id/refusal {reason} ; DELETE /api/cosign-requests/:id (by who asked: withdrawn, or seen).
 * POST /api/cosign-requests/sign {requests: [{id, pdfSha256}], pin}: each has a verdict of its own; a refused PIN refuses all and counts once.
 */
export interface CosignResult { readonly results: readonly ({ readonly id: string; readonly document: DocumentRow } | { readonly id: string; readonly failure: OutcomeCode })[] }

export interface DelegationRow {
  readonly id: string
  readonly department: string
  readonly departmentName: string
  readonly giverName: string
  readonly delegateName: string
  /** YYYY-MM-DD, both days included. */
  readonly from: string
  readonly to: string
  /** By me: I may end it. */
  readonly mine: boolean
}

/** GET, POST /api/cosign-delegations {department, delegate, from, to} ; DELETE …/:id ends it. `candidates`: who may be chosen, by department that I head. */
export interface Delegations {
  readonly delegations: readonly DelegationRow[]
  readonly departments: readonly { readonly id: string; readonly name: string; readonly candidates: readonly { readonly account: string; readonly name: string }[] }[]
}

export interface CosignRequest {
  readonly id: string
  readonly document: string
  readonly department: string
  readonly askedBy: string
  readonly askedName: string
  readonly askedAt: string
  readonly note: string
  readonly state: 'asked' | 'refused' | 'signed' | 'withdrawn'
  readonly decidedName?: string
  readonly reason?: string
}

export interface Delegation {
  readonly id: string
  readonly department: string
  readonly giver: string
  readonly delegate: string
  readonly from: string
  readonly to: string
}

/** Each change has its audit row in the same transaction. */
export interface Cosigning {
  /** Open questions of these departments (undefined: of all), oldest first. */
  waiting(departments: readonly string[] | undefined): Promise<CosignRequest[]>
  /** Refused ones that this account asked and has not put away, newest first. */
  refused(account: string): Promise<CosignRequest[]>
  find(id: string): Promise<CosignRequest | undefined>
  /** Throws cosign-asked. A refused question about the document is put away by the new one. */
  ask(caller: Caller, request: Pick<CosignRequest, 'id' | 'document' | 'department' | 'askedBy' | 'askedName' | 'note'>, patient: string): Promise<void>
  /** Throws cosign-closed. */
  refuse(caller: Caller, id: string, by: string, reason: string, document: { readonly patient: string; readonly bundleId: string }): Promise<void>
  /** Of who asked: an open one is withdrawn, a refused one put away. Throws cosign-closed. */
  withdraw(caller: Caller, id: string, account: string, document: { readonly patient: string; readonly bundleId: string }): Promise<void>
  /** Not ended and not over on the day; of a giver, to a delegate, or all of these departments. */
  delegations(day: string, of: { readonly giver?: string; readonly delegate?: string; readonly departments?: readonly string[] | undefined }): Promise<Delegation[]>
  findDelegation(id: string): Promise<Delegation | undefined>
  delegate(caller: Caller, delegation: Delegation): Promise<void>
  endDelegation(caller: Caller, delegation: Delegation): Promise<void>
}
