/**
 * The ports between the parts of a server; app.ts and jobs/worker.ts hand the implementations in. No part imports another's code.
 * Instants are ISO 8601 strings with zone; days are YYYY-MM-DD in the site's time zone; digests are lower-case hex sha-256.
 */
import type { Actor } from './actor.ts'
import type { JsonObject } from './json.ts'
import type { DefinitionMemory } from './definition-ports.ts'
import type { NewCosignature, NewDocument } from './document-ports.ts'
import type { DeviceChange } from './devices.ts'
import type { OrderCount } from './favourites.ts'
import type { KeptAlert } from './safety-ports.ts'
import type { CodeListInfo, ImportReport, ListMapping } from './list-ports.ts'
import type { IssueType } from './outcome.ts'
import type { ResourceKey, StoredVersion } from './resource.ts'
import type { Limit } from './scope-limit.ts'
import type { SubscriptionWrites } from './subscription-plan.ts'

export type * from './code-ports.ts'
export type * from './definition-ports.ts'
export type * from './document-ports.ts'
export type * from './list-ports.ts'

export interface Clock { now(): Date }
export interface IdSource {
  /** UUIDv7, lower case. */
  uuid(): string
}

// ---------------------------------------------------------------- the store

/** Which rows the caller may see. `care`: rows outside any patient compartment, and those of patients in a care relation with the person. */
export type Visibility =
  | { readonly kind: 'all'; /** As below: a system client with scopes for some types only. */ readonly types?: readonly string[]; /** Of these types only what their limits leave, one for each type. */ readonly limits?: readonly Limit[] }
  | {
      readonly kind: 'care'; readonly account: string; readonly departments: readonly string[]; readonly wholeSite: boolean
      /** Only rows of these types, whatever a chain, _has or include reaches; undefined: no such limit. */
      readonly types?: readonly string[]
      /** As above: what the scopes of an app leave. */
      readonly limits?: readonly Limit[]
    }

/** What the caller may see of these types; types in no sight are not seen at all. `types` undefined: every type. */
export interface Sight {
  readonly types?: readonly string[]
  readonly visibility: Visibility
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
  /** undefined = system-wide, or all that may be in the compartment. */
  readonly type?: string
  /** Only what is in the compartment of this patient, encounter, practitioner, related person or device. */
  readonly compartment?: ResourceKey
  /** Decoded pairs in order, e.g. [["name:exact","An"],["_count","20"]]. */
  readonly parameters: readonly (readonly [string, string])[]
  /** Unknown parameters: refuse, or ignore and say so in the self link (Prefer: handling=lenient). */
  readonly strict: boolean
  /** Addresses of this server beside the one that the store knows: a reference by them is one to what is here. */
  readonly bases?: readonly string[]
  /** What the caller sees of each type: given where it may be asked for what other resources contain (_contained). */
  readonly containers?: readonly Sight[]
}

/** Opaque cursors of other pages of the same answer, where there are any. */
export interface PageCursors {
  readonly first?: string
  readonly previous?: string
  readonly next?: string
  readonly last?: string
}

export interface SearchPage extends PageCursors {
  readonly matches: readonly StoredVersion[]
  readonly included: readonly StoredVersion[]
  readonly total?: number
  /** The parameters that were understood, for the self link. */
  readonly understood: readonly (readonly [string, string])[]
}

export interface HistoryRequest {
  /** undefined: of all types. */
  readonly type?: string
  /** Of one resource of the type. */
  readonly id?: string
  /** Decoded pairs: _count, _since, _at, and the place of a page. */
  readonly parameters: readonly (readonly [string, string])[]
}

export interface HistoryPage extends PageCursors {
  /** Newest first. */
  readonly versions: readonly (StoredVersion & { readonly method: 'POST' | 'PUT' | 'DELETE' })[]
  /** Of one resource, and where only the number is asked for. */
  readonly total?: number
  readonly understood: HistoryRequest['parameters']
  /** In whose records these versions stand, of one resource all of its versions; undefined among them: in nobody's. */
  readonly patients: readonly (string | undefined)[]
}

/** One resource to write. The store sets meta.versionId and meta.lastUpdated in `resource` and stores the written text. */
export type Write =
  | { readonly op: 'create'; readonly key: ResourceKey; readonly resource: JsonObject; readonly immutable?: boolean
      /** This server has just made up the id, so that nothing can have it: nobody looks. */
      readonly fresh?: boolean }
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
export interface StoreTransaction extends SubscriptionWrites {
  /** Told of a resource that will be written as this very object: what that takes is made ahead where it shortens the transaction. */
  prepare?(resource: JsonObject, type: string): void
  /** `sight`: what may be seen of it, where that is not what a search by the caller of the transaction would show. */
  read(key: ResourceKey, sight?: Visibility): Promise<StoredVersion | undefined>
  /** Those of the keys at which something was ever stored (deleted ones say so), in one query, whatever the caller may see; in any order. */
  /** Also tells which are signed. */
  heads(keys: readonly ResourceKey[]): Promise<(Head & { readonly immutable?: boolean })[]>
  search(request: SearchRequest): Promise<SearchPage>
  /** All or nothing; answers in the order given. Throws version-conflict, already-exists, deleted. Call it once per bundle with everything. */
  write(writes: readonly Write[]): Promise<Written[]>
  /** Guards a conditional create: throws already-exists when another transaction holds or has used the same condition hash. */
  claimCondition(condition: string, key: ResourceKey): Promise<ResourceKey>
  /** Whether a current resource is there and within the limit, whatever else the caller may see. */
  isWithin(key: ResourceKey, limit: Limit): Promise<boolean>
  /** Next number of a gapless counter that starts at 1, e.g. "queue/<department>/2026-11-22". */
  nextNumber(counter: string): Promise<number>
  /** From now until `until`, the department (or the account) takes part in the patient's care. */
  relate(relation: CareRelation): Promise<void>
  /** Who takes part in the care of one patient by a visit takes part in that of another too, until the same time; `mark` tells these relations from others. */
  adoptCare(from: string, to: string, mark: string): Promise<void>
  /** Takes back what was adopted under the mark. */
  dropCare(patient: string, mark: string): Promise<void>
  addDocument(document: NewDocument): Promise<void>
  /** A second signature, and the question that it answers. Throws cosign-closed. */
  addCosignature(cosignature: NewCosignature, request: string): Promise<void>
  dropDraft(account: string, key: string): Promise<void>
  /** Once for each visit: adds to what its doctor usually orders. */
  countOrders(count: OrderCount): Promise<void>
  /** Alerts in spite of which the visit was signed. */
  countKeptAlerts(encounter: string, alerts: readonly KeptAlert[]): Promise<void>
  /** What a device sent, or an order for one. */
  changeDevices(change: DeviceChange): Promise<void>
  audit(row: AuditRow): Promise<void>
}

export interface ResourceStore {
  /** undefined: nothing there, or not visible. A deleted resource is answered with deleted = true. */
  read(caller: Caller, key: ResourceKey): Promise<StoredVersion | undefined>
  vread(caller: Caller, key: ResourceKey, version: number): Promise<StoredVersion | undefined>
  /** undefined: of one resource, nothing there or not visible. */
  history(caller: Caller, request: HistoryRequest): Promise<HistoryPage | undefined>
  search(caller: Caller, request: SearchRequest): Promise<SearchPage>
  /** Runs `work` in one transaction, retried from the start on serialization failure and deadlock; so `work` has no outside effects. */
  transact<T>(caller: Caller, work: (tx: StoreTransaction) => Promise<T>): Promise<T>
  /**
   * The same for small writes: those that come at a time share a transaction, and each still has its own verdict, after the commit. `work` may also be run again
   * because it could not share; it waits for nothing but the transaction.
   */
  transactShared<T>(caller: Caller, work: (tx: StoreTransaction) => Promise<T>, writes?: number): Promise<T>
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

/** From an instant on, up to another. */
export interface AuditSpan { readonly from?: string; readonly to?: string }

/** Of a list, any. */
type Any = string | readonly string[]

export interface AuditQuery extends AuditSpan {
  readonly id?: Any
  /** In one span of each list. */
  readonly times?: readonly (readonly AuditSpan[])[]
  readonly account?: Any
  readonly patient?: Any
  readonly interaction?: Any
  readonly action?: Any
  readonly outcome?: Any
  /** What was touched; a Patient where it is the patient. */
  readonly entity?: readonly ResourceKey[]
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

// ---------------------------------------------------------------- validation and terminology

export interface Finding {
  readonly severity: 'error' | 'warning' | 'information'
  readonly expression: string
  readonly message: string
  /** Of http://hl7.org/fhir/R4/valueset-issue-type.html; a rule of the definition is broken when left out. */
  readonly code?: IssueType
}

export interface Validator {
  /** Base R4 structure, then every profile in meta.profile that is known here, plus those given. `path` prefixes the expressions. */
  validate(resource: unknown, options?: Pick<ValidateOptions, 'profiles' | 'path'>): Finding[]
  /** The same, for what may be large: other requests have their turn in between. It also asks for codes of value sets that have to be looked up, and for definitions that are stored. */
  validateInTurns(resource: unknown, options?: ValidateOptions): Promise<Finding[]>
}

export interface ValidateOptions {
  /** Canonicals of profiles beside those that the resource claims. */
  readonly profiles?: readonly string[]
  readonly path?: string
  /** What only advises too: value sets that need not be used, names beside codes. A write is not held up for it. */
  readonly advice?: boolean
  readonly memory?: DefinitionMemory
  /** Follows a reference to what is stored, for those who may read it: then its profiles are judged too. */
  readonly load?: (reference: string) => Promise<unknown>
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

export interface Terminology {
  /** Accent-free, best match first; by code, by words, by the usual abbreviations. `on` picks the version in force on that day. */
  find(list: string, text: string, on: string, count: number): Promise<Concept[]>
  lookup(system: string, code: string, on: string): Promise<Concept | undefined>
  /** Every row of the list that holds on the day; none when there is no such list. */
  rows(list: string, on: string): Promise<readonly Concept[]>
  /** Every Coding of a dated list must carry system and version and be in force on the day. */
  check(codings: readonly { system?: string; version?: string; code?: string; expression: string }[], on: string): Promise<Finding[]>
  lists(): Promise<CodeListInfo[]>
}

export interface CodeListImporter {
  /**
   * `apply` false: report only. A file with errors is never applied; what is applied leaves an audit row with its figures.
   * @throws Outcome list-version-exists, list-period-taken, list-period-gap, import-invalid
   */
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
