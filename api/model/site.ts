/**
 * The JSON that screens and server exchange outside FHIR: what a page needs in one answer. FHIR parts are FHIR.
 * Routes are in api/http, one file each; addresses stand beside each shape.
 */
import type { AllergyIntolerance, Bundle, Condition, Encounter, MedicationRequest, Observation, Patient } from '@medplum/fhirtypes'
import type { Role } from './actor.ts'
import type { CheckReport } from './safety.ts'
import type { CodeListInfo, ExchangeStatus, FormCode, SigningKeyInfo, Verdict } from './ports.ts'

/**
 * GET /api/session (401 when nobody is signed in), POST /api/session {login, password}, DELETE /api/session ; PUT /api/session/password {current, password}.
 * A request that the page makes by itself (polling) carries X-EMR-Background: 1 and does not keep the session alive.
 */
export interface SessionInfo {
  readonly site: 'hospital' | 'center'
  readonly demo: boolean
  /** This is the training hospital: every page says so. */
  readonly training?: true
  /** A PACS is connected: pictures of imaging can be opened. */
  readonly pictures?: true
  readonly tenant: number
  readonly siteName: string
  readonly account: { readonly id: string; readonly login: string; readonly name: string; readonly practitioner: string | null }
  readonly grants: readonly { readonly role: Role; readonly department: string | null; readonly departmentName: string | null }[]
  readonly signingKey: SigningKeyInfo
  /** 32 random bytes of this account in base64: seals drafts on the person's PC; held in memory only. */
  readonly localKey?: string
  /** Sent back in X-EMR-CSRF with every request that changes something. */
  readonly csrf: string
  /** Instant at which the session ends without further use. */
  readonly expires: string
}

/** GET /api/site: open to anyone, for the sign-in page. */
export interface SiteInfo {
  readonly site: 'hospital' | 'center'
  readonly demo: boolean
  /** This is the training hospital. */
  readonly training?: true
  /** Address of this hospital's training hospital, when there is one. */
  readonly trainingAt?: string
  readonly name: string
  readonly governingBody: string
  readonly version: string
  /** True until the site has its first administrator: POST /api/setup makes it. */
  readonly needsSetup: boolean
  /** IANA name; times on the screen are in it. Default Asia/Ho_Chi_Minh. */
  readonly timeZone?: string
}

/** GET /api/patients/matches?identifier=&name=&birthDate= : likely duplicates, best first. GET /api/patients?q= : palette and reception look-up. */
export interface PatientMatch {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly identifiers: readonly { readonly system: string; readonly value: string }[]
  readonly address?: string
  readonly grade: 'certain' | 'probable' | 'possible'
  readonly why: 'identifier' | 'name-and-birth-date' | 'name'
  readonly patient: Patient
}

/** POST /api/registrations: one transaction: Patient (created or updated with If-Match), Encounter (arrived), queue number. */
export interface RegistrationRequest {
  /** With id and the version read, when the patient is known; else without id. */
  readonly patient: Patient
  readonly patientVersion?: number
  /** Organization id of the clinic. */
  readonly department: string
  readonly reason?: string
  /** Random key of this form; sending it again answers the first result. */
  readonly requestId: string
}
export interface RegistrationResult {
  readonly patient: string
  readonly encounter: string
  readonly number: number
  /** GET it for the queue slip (application/pdf). */
  readonly slip: string
}

/** GET /api/queue?department=&day= */
export interface QueueRow {
  readonly encounter: string
  readonly patient: string
  readonly number: number
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  readonly rank?: string
  readonly category?: string
  readonly reason?: string
  readonly status: 'waiting' | 'in-progress' | 'signed'
  readonly arrived: string
  readonly hasVitals: boolean
  readonly hasAllergies: boolean
  readonly hasDraft: boolean
}

/** GET /api/visits/:encounter : all the visit sheet needs, in one answer; marks the Encounter in-progress when a doctor of its department opens it. */
export interface VisitSheet {
  readonly encounter: Encounter
  readonly patient: Patient
  readonly departmentName: string
  readonly allergies: readonly AllergyIntolerance[]
  readonly problems: readonly Condition[]
  readonly activeMedications: readonly MedicationRequest[]
  /** Of this visit (nurse's vital signs) and the last values before it. */
  readonly observations: readonly Observation[]
  /** Resources of this visit already stored (unsigned save, or signed). */
  readonly current: readonly (Condition | Observation | MedicationRequest | import('@medplum/fhirtypes').ServiceRequest | AllergyIntolerance)[]
  readonly previousVisits: readonly { readonly encounter: string; readonly date: string; readonly department: string; readonly diagnoses: string; readonly doctor: string }[]
  readonly documents: readonly DocumentRow[]
  readonly draft?: Draft
}

/** GET /api/drafts -> Omit<Draft, 'body'>[] ; GET|PUT|DELETE /api/drafts/:key (of a visit: "visit-<encounter id>") ; PUT takes {body, base} and answers the new version; 412 version-conflict when `base` is stale. */
export interface Draft {
  readonly key: string
  readonly version: number
  readonly body: string
  readonly updatedAt: string
  /** Where it was typed, e.g. "máy P203". */
  readonly device?: string
}

/**
 * POST /api/visits/:encounter/preview {bundle, correction?} -> SigningPreview ; the bundle is a FHIR transaction Bundle with ifMatch on what exists.
 * POST /api/visits/:encounter/sign {preview, pin} -> SignResult ; one transaction. 403 pin-wrong, 412 version-conflict, 409 preview-expired.
 * POST /api/visits/:encounter/save {bundle} -> SaveResult: stored without signing.
 * GET|POST /api/signing-key {pin} -> SigningKeyInfo ; POST /api/signing-key/replacement {pin, password} : a lost PIN, a locked or revoked key.
 * @public
 */
export interface PreviewRequest {
  readonly bundle: Bundle
  readonly correction?: { readonly kind: 'replaces' | 'appends'; readonly reason: string }
  readonly draftKey?: string
}
export interface SigningPreview {
  readonly preview: string
  readonly documents: readonly {
    readonly form: FormCode; readonly title: string; readonly pages: number
    /** GET, application/pdf */
    readonly pdf: string
    /** What the signed FHIR document says, for a browser that shows no PDF. */
    readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[]
  }[]
  readonly warnings: readonly { readonly message: string; readonly expression?: string }[]
  /** What the safety checks say of what will be signed. */
  readonly checks: CheckReport
}
export interface SignResult { readonly encounter: string; readonly documents: readonly DocumentRow[] }

/** GET /api/documents?encounter=|patient= ; GET /api/documents/:id/pdf (stored bytes) ; POST /api/documents/:id/print-copies -> application/pdf */
export interface DocumentRow {
  readonly id: string
  readonly code: string
  readonly form: FormCode
  readonly title: string
  readonly encounter: string
  readonly patient: string
  readonly signer: string
  readonly signedAt: string
  /** Recomputed from the stored bytes for this answer, never remembered. */
  readonly verdict: Verdict
  readonly reason?: string
  readonly supersededBy?: { readonly id: string; readonly code: string; readonly at: string }
  readonly relation?: { readonly kind: 'replaces' | 'appends'; readonly document: string; readonly reason: string }
  /** Who signed behind the first; `behalf`: in whose place. */
  readonly second?: SecondSigner
  /** A second signature can be asked for; the last question, while it is open or was refused. */
  readonly hasRoom?: boolean
  readonly request?: { readonly id: string; readonly state: 'asked' | 'refused'; readonly askedName: string; readonly decidedName?: string; readonly reason?: string }
}
export interface SecondSigner { readonly signer: string; readonly signedAt: string; readonly behalf?: string }

/** GET /api/verify/:code ; POST /api/verify (application/pdf). Open to anyone: no patient data. */
export interface VerifyAnswer {
  readonly verdict: Verdict
  readonly reason?: string
  readonly form?: string
  readonly hospital?: string
  readonly signer?: string
  readonly signedAt?: string
  readonly certificateSerial?: string
  readonly supersededBy?: { readonly code: string; readonly at: string }
  readonly addenda?: readonly { readonly code: string; readonly at: string }[]
  readonly second?: SecondSigner
  /** The file that was handed in is the first signer's, from before a second signature. */
  readonly earlierRevision?: boolean
}

/** POST /api/break-glass {patient, reason} -> {until} ; 10 characters of reason at least, holds 4 hours */

/** GET|PUT /api/admin/hospital ; PUT /api/admin/hospital/seal (image/png) */
export interface HospitalProfile {
  readonly version: number
  readonly governingBody: string
  readonly name: string
  readonly facilityCode: string
  readonly address: string
  readonly phone: string
  readonly place: string
  readonly hasSeal: boolean
}

/** GET /api/departments : those still in use, for choosing one. GET /api/admin/departments ; POST, PUT /api/admin/departments/:id {version, …, rooms: those without id are new, those left out are closed} -> Department */
export interface Department {
  readonly id: string
  readonly version: number
  readonly code: string
  readonly name: string
  readonly kind: 'clinic' | 'ward' | 'paraclinical' | 'office'
  readonly active: boolean
  /** Code of the official list of departments, e.g. "K01". */
  readonly officialCode?: string
  readonly rooms: readonly { readonly id: string; readonly name: string; readonly beds: readonly { readonly id: string; readonly name: string }[] }[]
}

/**
 * GET /api/admin/staff ; POST creates {login, password, …} ; PUT /api/admin/staff/:account changes {version, …} ; each answers StaffMember.
 * PUT /api/admin/staff/:account/password {password} ; POST /api/admin/staff/:account/signing-key admits to signing ; DELETE revokes {reason}.
 */
export interface StaffMember {
  readonly account: string
  readonly login: string
  readonly name: string
  readonly title: string
  readonly licence: string
  readonly rank: string
  readonly practitioner: string | null
  readonly active: boolean
  /** Of the account, for PUT. */
  readonly version: number
  readonly grants: readonly { readonly role: Role; readonly department: string | null }[]
  readonly signingKey: SigningKeyInfo
  /** `byYou` is false for whoever made the account, set its password or gave it its role; `others`: names of who else may admit it as things stand. */
  readonly admission: { readonly byYou: boolean; readonly others: readonly string[] }
}

/** GET /api/signing-admissions -> WaitingAdmission[], of the departments that the head has ; POST …/:account admits to signing -> SigningKeyInfo */
export interface WaitingAdmission {
  readonly account: string
  readonly name: string
  readonly role: Role
  readonly licence: string
  /** '' : the whole hospital. */
  readonly departmentName: string
  readonly byYou: boolean
}

/** GET /api/admin/clients. Nothing of a secret, and of keys their names alone. */
export interface ClientRow {
  readonly client: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly active: boolean
  readonly version: number
  /** Belongs to the demo, and is not changed. */
  readonly demo: boolean
  readonly secret: boolean
  readonly keys: readonly { readonly kid: string; readonly kty: 'RSA' | 'EC' }[]
  /** `by-you`: another administrator gave it access, and you may approve that; `by-another`: you gave it. */
  readonly approval: 'done' | 'by-you' | 'by-another'
  /** When it got its newest token. */
  readonly usedAt?: string
  /** It acts for persons; undefined: for itself. */
  readonly app?: { readonly public: boolean; readonly redirectUris: readonly string[]; readonly launchUrl: string }
}

/**
 * POST /api/admin/clients {client, name, scopes, jwks?: text} (without keys a secret is made) ; POST …/:client/secret {version} : the secret is in this answer and never in another.
 * With `app` {public, redirectUris, launchUrl} it is an app of persons; one that is public has neither secret nor keys.
 * PUT /api/admin/clients/:client {name, scopes, jwks?, app?: {redirectUris, launchUrl}, version} ; PUT …/:client/active {active, version} -> ClientRow
 */
export interface ClientCreated { readonly client: ClientRow; readonly secret?: string }

/** Whom an app is about. */
export interface AppPatient { readonly id: string; readonly name: string; readonly birthDate?: string; readonly gender?: string }

/**
 * GET /api/app-requests?… with what the app sent to /oauth2/authorize: what the person is asked, or where the browser goes without asking (an error for the app).
 * POST /api/app-requests {request: the same as text, allow, scopes, patient: id or ''} -> {to}
 */
export type AppQuestion =
  | {
      readonly kind: 'ask'; readonly client: string; readonly name: string; readonly scopes: readonly string[]
      /** Of the chart that it was started from. */
      readonly patient?: AppPatient
      /** The person has to say which patient it is about. */
      readonly choosesPatient: boolean
      /** How long it could go on after signing out. */
      readonly offlineUntil: string
    }
  | { readonly kind: 'return'; readonly to: string }

/** GET /api/apps: those that can be started from a chart. POST /api/apps/:client/launches {patient, encounter: id or ''} -> {to} */
export interface AppRow { readonly client: string; readonly name: string }

/** GET /api/app-grants: what the person has let in ; DELETE /api/app-grants/:grant ends it. */
export interface AppGrantRow {
  readonly id: string
  readonly client: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly offline: boolean
  readonly since: string
  readonly until: string
}

/** GET /api/admin/audit?from=&to=&account=&patient=&interaction=&before= ; also as AuditEvent at /fhir/R4/AuditEvent */
export interface AuditAnswer {
  readonly rows: readonly {
    readonly id: string; readonly at: string; readonly who: string; readonly interaction: string; readonly action: string
    readonly type?: string; readonly resourceId?: string; readonly patient?: string; readonly purpose: string; readonly outcome: string; readonly detail?: string; readonly sealed: boolean
  }[]
  readonly next?: string
  readonly chain: { readonly ok: boolean; readonly sealed: number; readonly brokenAt?: number }
}

/** GET /api/code-lists ; POST /api/admin/code-lists/import?apply= (multipart-free: JSON {name, base64, mapping}) ; GET /api/terms?list=&q=&on=&count= -> Concept[] */
export type CodeLists = readonly CodeListInfo[]

/** GET /api/exchange/status at the hospital */
export type HospitalExchange = ExchangeStatus & { readonly center: string }

/** GET /api/center/hospitals at the center */
export interface CenterHospital extends ExchangeStatus { readonly tenant: number; readonly name: string }

/** GET /api/center/received?tenant=&before=&count= at the center, newest first; `before` is "receivedAt,document" of the last row seen. GET /api/center/documents/:tenant/:id/pdf */
export interface ReceivedDocument {
  readonly tenant: number
  readonly hospital: string
  readonly document: string
  readonly form: FormCode
  readonly title: string
  readonly patientName: string
  readonly birthDate?: string
  readonly visitDate: string
  readonly signer: string
  readonly signedAt: string
  readonly receivedAt: string
  readonly verdict: Verdict
  readonly reason?: string
}
