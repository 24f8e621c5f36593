/**
 * The ports between the parts of a server; app.ts and jobs/worker.ts hand the implementations in. No part imports another's code.
 * Instants are ISO 8601 strings with zone; days are YYYY-MM-DD in the site's time zone; digests are lower-case hex sha-256.
 */
import type { Actor } from './actor.ts'
import type { JsonObject } from './json.ts'
import type { ResourceKey, StoredVersion, Tenant } from './resource.ts'

export interface Clock { now(): Date }
export interface IdSource {
  /** UUIDv7, lower case. */
  uuid(): string
}

// ---------------------------------------------------------------- the store

/** Which rows the caller may see. `care`: rows outside any patient compartment, and those of patients in a care relation with the person. */
export type Visibility =
  | { readonly kind: 'all'; /** As below: a system client with scopes for some types only. */ readonly types?: readonly string[] }
  | {
      readonly kind: 'care'; readonly account: string; readonly departments: readonly string[]; readonly wholeSite: boolean
      /** Only rows of these types, whatever a chain, _has or include reaches; undefined: no such limit. */
      readonly types?: readonly string[]
    }

export interface Caller {
  readonly actor: Actor
  readonly visibility: Visibility
  /** Why the access happens (http://terminology.hl7.org/CodeSystem/v3-ActReason): TREAT, BTG, HOPERAT, HSYSADMIN, HDATAEXCH. */
  readonly purpose: string
  /** Typed reason, for break-glass and corrections. */
  readonly reason?: string
  /** Client address as the server saw it, for the audit row. */
  readonly address?: string
}

export interface SearchRequest {
  /** undefined = system-wide. */
  readonly type?: string
  /** Decoded pairs in order, e.g. [["name:exact","An"],["_count","20"]]. */
  readonly parameters: readonly (readonly [string, string])[]
  /** Unknown parameters: refuse, or ignore and say so in the self link (Prefer: handling=lenient). */
  readonly strict: boolean
}

export interface SearchPage {
  readonly matches: readonly StoredVersion[]
  readonly included: readonly StoredVersion[]
  readonly total?: number
  /** Opaque cursor of the next page. */
  readonly next?: string
  /** The parameters that were understood, for the self link. */
  readonly understood: readonly (readonly [string, string])[]
}

export interface HistoryPage {
  readonly versions: readonly (StoredVersion & { readonly method: 'POST' | 'PUT' | 'DELETE' })[]
  readonly total: number
}

/** One resource to write. The store sets meta.versionId and meta.lastUpdated in `resource` and stores the written text. */
export type Write =
  | { readonly op: 'create'; readonly key: ResourceKey; readonly resource: JsonObject; readonly immutable?: boolean }
  /** `expected`: version that must be current (If-Match); 0: must not exist; undefined: whatever it is, created when absent. */
  | { readonly op: 'update'; readonly key: ResourceKey; readonly resource: JsonObject; readonly expected?: number
      /** From now on no plain update or delete (immutable-record). */
      readonly immutable?: boolean
      /** A signed correction: may change an immutable row, which stays immutable. */
      readonly amends?: boolean }
  | { readonly op: 'delete'; readonly key: ResourceKey; readonly expected?: number }
  /** Another site's version, or a signed one: stored byte for byte, with its own version number and time. */
  | { readonly op: 'put-exact'; readonly key: ResourceKey; readonly version: number; readonly lastUpdated: string; readonly body: string; readonly deleted?: boolean; readonly immutable?: boolean }

export interface Written extends StoredVersion { readonly op: 'created' | 'updated' | 'deleted' | 'unchanged' }

/** A stored resource without its body. */
export type Head = Omit<StoredVersion, 'body'>

/** One PostgreSQL transaction: resources, versions, postings, audit rows and the journal entry commit together or not at all. */
export interface StoreTransaction {
  read(key: ResourceKey): Promise<StoredVersion | undefined>
  /** Those of the keys at which something was ever stored (deleted ones say so), in one query, whatever the caller may see; in any order. */
  heads(keys: readonly ResourceKey[]): Promise<Head[]>
  search(request: SearchRequest): Promise<SearchPage>
  /** All or nothing; answers in the order given. Throws version-conflict, already-exists, deleted. Call it once per bundle with everything. */
  write(writes: readonly Write[]): Promise<Written[]>
  /** Guards a conditional create: throws already-exists when another transaction holds or has used the same condition hash. */
  claimCondition(condition: string, key: ResourceKey): Promise<ResourceKey>
  /** Next number of a gapless counter that starts at 1, e.g. "queue/<department>/2026-11-22". */
  nextNumber(counter: string): Promise<number>
  /** From now until `until`, the department (or the account) takes part in the patient's care. */
  relate(relation: CareRelation): Promise<void>
  addDocument(document: NewDocument): Promise<void>
  dropDraft(account: string, key: string): Promise<void>
  audit(row: AuditRow): Promise<void>
}

export interface ResourceStore {
  /** undefined: nothing there, or not visible. A deleted resource is answered with deleted = true. */
  read(caller: Caller, key: ResourceKey): Promise<StoredVersion | undefined>
  vread(caller: Caller, key: ResourceKey, version: number): Promise<StoredVersion | undefined>
  history(caller: Caller, key: ResourceKey, options: { count: number; offset: number }): Promise<HistoryPage | undefined>
  search(caller: Caller, request: SearchRequest): Promise<SearchPage>
  /** Runs `work` in one transaction, retried from the start on serialization failure and deadlock; so `work` has no outside effects. */
  transact<T>(caller: Caller, work: (tx: StoreTransaction) => Promise<T>): Promise<T>
}

// ---------------------------------------------------------------- care relations and audit

export interface CareRelation {
  readonly patient: string
  readonly department: string | null
  readonly account: string | null
  readonly kind: 'encounter' | 'break-glass'
  readonly until: string
  readonly reason?: string
}

export interface CareRelations {
  /** Whether the caller may open this patient's record now. */
  holds(caller: Caller, patient: string): Promise<boolean>
  breakGlass(caller: Caller, patient: string, reason: string, until: string): Promise<void>
}

/** Narrow on purpose: who and when come from the caller and the clock. AuditEvent is rendered from it on read. */
export interface AuditRow {
  /** C R U D E as in http://hl7.org/fhir/R4/valueset-audit-event-action.html */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  /** What was done, e.g. "read", "search-type", "sign", "print-copy", "sign-in", "break-glass". */
  readonly interaction: string
  readonly type?: string
  readonly id?: string
  readonly version?: number
  readonly patient?: string
  readonly outcome: 'success' | 'refused' | 'failed'
  /** Why or on what: the typed reason, the query without values, the outcome code. Never clinical content. */
  readonly detail?: string
}

export interface AuditQuery {
  /** One row by its id. */
  readonly id?: string
  readonly from?: string
  readonly to?: string
  readonly account?: string
  readonly patient?: string
  readonly interaction?: string
  readonly before?: string
  readonly count: number
}

export interface StoredAuditRow extends AuditRow {
  readonly id: string
  readonly resourceId?: string
  readonly at: string
  readonly who: string
  readonly account?: string
  readonly purpose: string
  readonly address?: string
  /** Place in the sealed chain; undefined for at most a second. */
  readonly seq?: number
}

export interface AuditLog {
  /** Resolves when the row is durable. Rows of concurrent calls share a commit. Await it before a read is answered. */
  record(caller: Caller, row: AuditRow): Promise<void>
  find(query: AuditQuery): Promise<StoredAuditRow[]>
  /** Recomputes the chain from `from` (or the start); names the first broken place. */
  verifyChain(): Promise<{ readonly ok: boolean; readonly sealed: number; readonly brokenAt?: number }>
}

// ---------------------------------------------------------------- documents and signatures

export type FormCode = 'visit-summary' | 'prescription'

export interface SignatureEvidence {
  readonly account: string
  readonly practitioner: string
  readonly name: string
  readonly role: string
  readonly certificateSerial: string
  readonly certificateIssuer: string
  /** Status of the certificate when the signature was made, and where that was read from. */
  readonly certificateStatus: 'good' | 'revoked' | 'unknown'
  readonly signedAt: string
}

/** A signed document: the FHIR document Bundle's exact bytes, its detached JWS, the signed PDF. Rows are inserted, never updated. */
export interface NewDocument {
  readonly id: string
  /** What the QR code carries; random, without meaning, at least 100 bits. */
  readonly code: string
  readonly form: FormCode
  /** What there is one current document of per visit; default: the form. A visit may have a prescription for each kind of drugs: "prescription-C". */
  readonly slot?: string
  readonly title: string
  readonly patient: string
  readonly encounter: string
  readonly bundleId: string
  readonly bundle: string
  readonly bundleSha256: string
  /** Detached JWS (RFC 7515 appendix F) over the UTF-8 bytes of `bundle`. */
  readonly jws: string
  readonly pdf: Uint8Array
  readonly pdfSha256: string
  readonly evidence: SignatureEvidence
  /** Correction: the document this one replaces, or appends to, and why. */
  readonly relation?: { readonly kind: 'replaces' | 'appends'; readonly document: string; readonly reason: string }
}

export interface StoredDocument extends Omit<NewDocument, 'bundle' | 'pdf'> {
  readonly tenant: Tenant
  readonly createdAt: string
  /** Derived: the newer document that replaces this one. */
  readonly supersededBy?: { readonly id: string; readonly code: string; readonly at: string }
  readonly addenda: readonly { readonly id: string; readonly code: string; readonly at: string }[]
}

export interface DocumentStore {
  /** Newest first; at most `count` (200). */
  find(filter: { readonly encounter?: string; readonly patient?: string; readonly count?: number }): Promise<StoredDocument[]>
  get(id: string): Promise<StoredDocument | undefined>
  byCode(code: string): Promise<StoredDocument | undefined>
  byPdfDigest(sha256: string): Promise<StoredDocument | undefined>
  pdf(id: string): Promise<Uint8Array | undefined>
  bundle(id: string): Promise<string | undefined>
}

export type Verdict = 'valid-current' | 'valid-superseded' | 'invalid' | 'unknown'

export interface VerifiedSignature {
  readonly valid: boolean
  /** Stable kebab-case reason when not valid, e.g. "digest-mismatch", "gap-not-zero", "certificate-revoked". */
  readonly reason?: string
  readonly signer?: string
  readonly signedAt?: string
  readonly certificateSerial?: string
  /** Whose authority vouches for the signer, and the FHIR id of the Practitioner that the certificate names. */
  readonly tenant?: Tenant
  readonly practitioner?: string
  /** What a signed PDF says of its FHIR document. */
  readonly bundleSha256?: string
}

/** What is said of a document beside its bytes. */
export type DocumentFacts = Omit<NewDocument, 'bundle' | 'pdf'> & { readonly tenant: Tenant }

/** The strict verifier of hospital and data center (api/signing/verifier.ts): no network, a refusal is an answer with a reason. */
export interface DocumentVerifier {
  verifyPdf(pdf: Uint8Array, expect?: { bundleSha256?: string }): Promise<VerifiedSignature>
  verifyText(text: string, jws: string): Promise<VerifiedSignature>
  /** The whole document: both signatures by one certificate at one time, both digests, and every fact as the signed content has it. */
  verifyDocument(facts: DocumentFacts, bytes: { readonly pdf: Uint8Array; readonly bundle: string }): Promise<VerifiedSignature>
}

export interface VisibleBox {
  /** Page index from 0, and PDF points from the lower left corner: [x1, y1, x2, y2]. */
  readonly page: number
  readonly rect: readonly [number, number, number, number]
}

export interface SigningKeyInfo {
  readonly state: 'none' | 'admitted' | 'active' | 'locked' | 'revoked'
  readonly certificateSerial?: string
  readonly notAfter?: string
}

/** An unlocked key: lives for one request, never leaves the provider as bytes. */
export interface OpenKey {
  readonly evidence: Omit<SignatureEvidence, 'signedAt'>
  /** PAdES baseline B-B on `pdf`, with a visible box; verified before it is answered. */
  signPdf(pdf: Uint8Array, options: { box: VisibleBox; reason: string; location: string; at: Date }): Promise<Uint8Array>
  /** Detached JWS over the bytes of `text`; verified before it is answered. */
  signText(text: string, at: Date): Promise<string>
}

export interface Signer {
  keyInfo(account: string): Promise<SigningKeyInfo>
  /** First use: the person chooses a PIN; key and certificate are made. Throws key-not-allowed, key-exists, weak-pin. */
  enrol(account: string, pin: string): Promise<SigningKeyInfo>
  /** Lost PIN: revokes the old certificate and makes a new key. The caller proves who they are by password first. */
  replace(account: string, pin: string): Promise<SigningKeyInfo>
  /** Administrator admits a person to signing, with what the certificate will say. */
  admit(account: string, person: { name: string; practitioner: string; role: string }): Promise<void>
  revoke(account: string, reason: string): Promise<void>
  /** Throws pin-wrong (with `left`), key-locked, key-missing. Counted durably: ten wrong PINs lock the key. */
  open(account: string, pin: string): Promise<OpenKey>
  /** The strict verifier (one small rule set); no network. `embeddedBundleSha256` must equal what the PDF carries, when given. */
  verifyPdf(pdf: Uint8Array, expect?: { bundleSha256?: string }): Promise<VerifiedSignature>
  verifyText(text: string, jws: string): Promise<VerifiedSignature>
  /** PEM of the authority's certificate, for enrolment at the data center. */
  authority(): Promise<string>
}

// ---------------------------------------------------------------- printing

/** The hospital under whose letterhead a form is printed. */
export interface Letterhead {
  readonly governingBody: string
  readonly hospital: string
  readonly address: string
  readonly phone: string
  /** Place in the "…, ngày … tháng … năm …" line, e.g. "Hà Nội". */
  readonly place: string
  /** Facility code, 5 characters. */
  readonly facilityCode: string
  /** PNG with transparency. */
  readonly seal?: Uint8Array
}

export interface PrintRequest {
  readonly form: FormCode
  readonly letterhead: Letterhead
  /** The FHIR document Bundle (parsed view) whose first entry is the Composition. */
  readonly bundle: unknown
  readonly bundleSha256: string
  /** Verify address carried by the QR, and the code in text. */
  readonly verifyUrl: string
  readonly code: string
  readonly at: Date
  readonly signer: { readonly name: string; readonly title: string }
}

export interface Printed { readonly pdf: Uint8Array; readonly pages: number; readonly box: VisibleBox }

export interface PrintCopyRequest {
  readonly pdf: Uint8Array
  readonly hospital: string
  readonly code: string
  readonly verifyUrl: string
  readonly printedBy: string
  readonly at: Date
  readonly superseded?: { readonly at: string; readonly code: string }
}

export interface QueueSlip { readonly hospital: string; readonly department: string; readonly number: number; readonly patient: string; readonly birthDate: string; readonly at: Date }

export interface Printer {
  print(request: PrintRequest): Promise<Printed>
  /** The stored pages plus the conversion strip; never signed, never stored. */
  printCopy(request: PrintCopyRequest): Promise<Uint8Array>
  queueSlip(slip: QueueSlip): Promise<Uint8Array>
}

// ---------------------------------------------------------------- validation and terminology

export interface Finding {
  readonly severity: 'error' | 'warning' | 'information'
  readonly expression: string
  readonly message: string
}

export interface Validator {
  /** Base R4 structure, then every profile in meta.profile that is known here, plus those given. `path` prefixes the expressions. */
  validate(resource: unknown, options?: { profiles?: readonly string[]; path?: string }): Finding[]
}

export interface Concept {
  readonly system: string
  readonly version: string
  readonly code: string
  readonly display: string
  readonly displayEn?: string
  /** Flat properties of the row, e.g. strength, form, route, dose, mainForbidden. */
  readonly properties: Readonly<Record<string, string>>
  readonly validFrom?: string
  readonly validTo?: string
  readonly reviewed: boolean
}

export interface CodeListInfo {
  readonly list: string
  readonly system: string
  readonly version: string
  readonly title: string
  readonly validFrom: string
  readonly validTo?: string
  readonly concepts: number
  readonly unreviewed: number
  /** A list of our own making, to be replaced by the official file. */
  readonly starter: boolean
  readonly source: string
  readonly licence: string
  readonly legalBasis?: string
}

export interface Terminology {
  /** Accent-free, best match first; by code, by words, by the usual abbreviations. `on` picks the version in force on that day. */
  find(list: string, text: string, on: string, count: number): Promise<Concept[]>
  lookup(system: string, code: string, on: string): Promise<Concept | undefined>
  /** Every Coding of a dated list must carry system and version and be in force on the day. */
  check(codings: readonly { system?: string; version?: string; code?: string; expression: string }[], on: string): Promise<Finding[]>
  lists(): Promise<CodeListInfo[]>
}

export interface ListMapping {
  readonly list: string
  readonly version: string
  readonly validFrom: string
  readonly validTo?: string
  readonly legalBasis?: string
  readonly source: string
  readonly licence: string
  /** Column title (or zero-based index as text) of each field: code and display, then properties. */
  readonly columns: { readonly code: string; readonly display: string; readonly displayEn?: string; readonly properties?: Readonly<Record<string, string>> }
}

export interface ImportReport {
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly unchanged: number
  readonly errors: readonly { readonly row: number; readonly message: string }[]
  readonly samples: readonly { readonly code: string; readonly before?: string; readonly after?: string }[]
  readonly applied: boolean
}

export interface CodeListImporter {
  /** `apply` false: report only. A file with errors is never applied. */
  importFile(caller: Caller, file: { name: string; bytes: Uint8Array }, mapping: ListMapping, apply: boolean): Promise<ImportReport>
}

// ---------------------------------------------------------------- exchange

export interface ExchangeStatus {
  readonly lastContact?: string
  readonly sealed: number
  readonly sent: number
  readonly applied: number
  readonly pending: number
  /** Instant of the oldest entry not yet applied. */
  readonly oldestPending?: string
  readonly quarantined: number
  readonly lastError?: string
}
