/** The ports of the exchange: what api/exchange drives and api/store, api/center and the transport implement. The shapes that travel are in exchange-wire.ts. */
import type { Progress, EntryHeader, SealedEntry, OpenedEntry, Hello, EntryState, Outcomes, BatchAnswer, PublicJwk } from './exchange-wire.ts'
import type { AuditRow, FormCode, NewCosignature, NewDocument, Write } from './ports.ts'
import type { Tenant } from './resource.ts'
import type { CenterHospital, ReceivedDocument } from './site.ts'

export * from './exchange-wire.ts'

// ---------------------------------------------------------------- ports at the hospital

/** A commit that has no number yet. */
export interface Unsealed { readonly jid: bigint; readonly patient: string | null; readonly pseq: number }

/** What the sealer needs of the protocol; api/exchange gives it to api/store. */
export interface Sealing {
  /** Shape of header and body. */
  readonly schema: number
  /** Before the first entry of an epoch. */
  readonly noHash: Uint8Array
  order<T extends Unsealed>(rows: readonly T[]): T[]
  /** SHA-256 of the pieces of a body, one after the other. */
  digest(body: readonly Uint8Array[]): Uint8Array
  seal(header: EntryHeader, bodySha256: Uint8Array, prevHash: Uint8Array): Omit<SealedEntry, 'body'>
}

export interface JournalHead { readonly epoch: string; readonly seq: number; readonly hash: string; readonly unsealed: number }

/** The sealed journal as the sender sees it. */
export interface JournalReader {
  head(): Promise<JournalHead>
  /** Hash of a sealed entry; undefined when there is none. */
  hashAt(seq: number): Promise<string | undefined>
  /** Sealed entries that `received` lacks, in ascending order, with their exact bytes; at least one when there is any. */
  next(received: Progress, limits: { readonly entries: number; readonly bytes: number }): Promise<{ readonly seq: number; readonly entry: SealedEntry }[]>
  /** Instant of the oldest commit, sealed or not, that `applied` lacks. */
  oldestPending(applied: Progress): Promise<string | undefined>
}

/** What this node knows of the other; one row. */
export interface PeerState {
  readonly node: string
  readonly epoch: string
  readonly received: Progress
  readonly applied: Progress
  readonly parked: number
  readonly quarantined: readonly { readonly seq: number; readonly reason: string }[]
  readonly quarantinedCount: number
  /** Newest receipt, a compact JWS. */
  readonly receipt: string | null
  readonly lastContact: string | null
  readonly lastError: string | null
  /** Tries since the last success. */
  readonly attempts: number
  readonly nextTry: string | null
}

export interface PeerStore {
  load(): Promise<PeerState | undefined>
  save(state: PeerState): Promise<void>
}

// ---------------------------------------------------------------- ports at the center

/** A node as the center has enrolled it. */
export interface EnrolledNode {
  readonly tenant: Tenant
  readonly node: string
  readonly name: string
  readonly publicJwk: PublicJwk
  readonly authorityPem: string
}

export interface NodeRegistry {
  find(node: string): Promise<EnrolledNode | undefined>
  list(): Promise<EnrolledNode[]>
  /** Every contact; with a HELLO also what the node said about itself. */
  contact(node: string, at: string, hello?: Hello): Promise<void>
  refused(node: string, at: string, reason: string): Promise<void>
}

/** A row of the inbox that is already there. */
export interface KnownEntry { readonly seq: number; readonly entryHash: string; readonly receipt: number; readonly state: EntryState }

export interface NewInboxRow {
  readonly seq: number
  readonly raw: Uint8Array
  readonly entryHash: string
  readonly prevHash: string
  readonly patient: string | null
  readonly pseq: number
  readonly receipt: number
}

/** One row for each (node, epoch): moves in the same transaction as the entries. */
export interface InboxProgress {
  readonly received: Progress
  readonly applied: Progress
  readonly headSeen: number
  readonly parked: number
  readonly quarantinedCount: number
}

/** Thrown by `apply`: this entry can never be applied as it is. Everything else thrown there is a failure to try again. */
export class ApplyRefused extends Error {
  readonly reason: string
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'ApplyRefused'
    this.reason = reason
  }
}

/** One transaction in the receiver's database on the connection of the hospital's tenant: raw bytes, dedupe, effect and cursor commit together. */
export interface InboxTransaction {
  /** Locks the progress of (node, epoch), so that two receivers of one node take turns. */
  progress(): Promise<InboxProgress>
  known(seqs: readonly number[]): Promise<KnownEntry[]>
  /** Throws when (node, epoch, seq) is there: UNIQUE in the database. */
  insert(rows: readonly NewInboxRow[]): Promise<void>
  /** Hashes of the neighbours that are applied or parked, for the chain check: one that waits for its own judgement, or failed it, proves nothing. */
  hashesAt(seqs: readonly number[]): Promise<{ readonly seq: number; readonly entryHash: string; readonly prevHash: string }[]>
  /** Order number last applied of a patient; 0 when none. */
  appliedOrder(patient: string): Promise<number>
  setAppliedOrder(patient: string, pseq: number): Promise<void>
  /** The parked entry of this place in the patient's order. */
  parked(patient: string, pseq: number): Promise<{ readonly seq: number; readonly raw: Uint8Array } | undefined>
  setState(seq: number, state: EntryState, reason: string | null): Promise<void>
  /** The first of them by number. */
  quarantined(count: number): Promise<Outcomes['quarantined']>
  saveProgress(progress: InboxProgress): Promise<void>
  nextReceipt(): Promise<number>
  addReceipt(receipt: number, text: string): Promise<void>
  receipts(numbers: readonly number[]): Promise<string[]>
  /** The effect, inside a savepoint of its own. Throws ApplyRefused. */
  apply(entry: OpenedEntry): Promise<void>
}

/** One line of the center's list of signed documents. */
export interface ReceivedRow {
  readonly document: string
  readonly form: FormCode
  readonly title: string
  readonly patient: string
  readonly patientName: string
  readonly birthDate: string | null
  readonly visitDate: string
  readonly signer: string
  readonly signedAt: string
  readonly verdict: 'valid' | 'invalid'
  readonly reason: string | null
  readonly replaces: string | null
}

/** What an entry may do in the tables of its hospital; everything in the inbox's transaction. */
export interface ApplyTransaction {
  write(writes: readonly Write[]): Promise<unknown>
  addDocument(document: NewDocument, createdAt: string): Promise<void>
  /** False: it does not stand behind the bytes of a document that is here. */
  addCosignature(cosignature: NewCosignature, createdAt: string): Promise<boolean>
  addReceived(row: ReceivedRow): Promise<void>
  audit(row: AuditRow): Promise<void>
}

/** The effect of one entry. Throws ApplyRefused, or any other error, which the inbox tells apart into "never" and "try again". */
export type ApplyEntry = (tx: ApplyTransaction, node: EnrolledNode, entry: OpenedEntry) => Promise<void>

export interface Inbox {
  /** Reads for HELLO. */
  look(node: EnrolledNode, epoch: string): Promise<{ readonly progress: InboxProgress; readonly cursorHash: string; readonly quarantined: Outcomes['quarantined'] }>
  transact<T>(node: EnrolledNode, epoch: string, work: (tx: InboxTransaction) => Promise<T>): Promise<T>
}

/** What the center's servers read across hospitals. */
export interface CenterLists {
  hospitals(): Promise<CenterHospital[]>
  /** Newest first; `verdict` as it was when the document took effect. */
  received(query: { readonly tenant?: Tenant; readonly before?: { readonly receivedAt: string; readonly document: string }; readonly count: number }): Promise<ReceivedDocument[]>
}

/** Center's end of the wire; bytes in, bytes out. Throws exchange-refused, with the reason as diagnostics. */
export interface Receiver {
  /** Answers a compact JWS. */
  hello(body: Uint8Array, signature: string): Promise<string>
  batch(body: Uint8Array, signature: string): Promise<BatchAnswer>
}

/** The reason when no answer came at all. */
export const UNREACHABLE = 'center-unreachable'

/** Node's end of the wire. Throws an Error whose message is a stable reason, e.g. UNREACHABLE. */
export interface Transport {
  hello(body: Uint8Array, signature: string): Promise<string>
  batch(body: Uint8Array, signature: string): Promise<BatchAnswer>
}

export type MessageType = 'xp1-enrolment' | 'xp1-hello' | 'xp1-hello-answer' | 'xp1-batch' | 'xp1-receipt' | 'xp1-outcome'

/** The node's own key; other algorithms and tokens come behind this. */
export interface MessageSigner {
  readonly node: string
  /** Detached JWS over the bytes as they are (RFC 7515 appendix F, RFC 7797). */
  signBytes(type: MessageType, bytes: Uint8Array): Promise<string>
  /** Compact JWS around the value as JSON. */
  signValue(type: MessageType, value: object): Promise<string>
}

/** Throws an Error when the signature, the type or the algorithm is not right. */
export interface MessageVerifier {
  /** Which node claims to have signed; not to be believed before the next two. */
  claimedNode(signature: string): string | undefined
  verifyBytes(type: MessageType, key: PublicJwk, bytes: Uint8Array, signature: string): Promise<void>
  openValue(type: MessageType, key: PublicJwk, compact: string): Promise<unknown>
}

/** Bounded both ways: throws when the result would pass `limit` bytes. */
export interface Compression {
  compress(bytes: Uint8Array): Promise<Uint8Array>
  expand(bytes: Uint8Array, limit: number): Promise<Uint8Array>
}
