/** The ports around a signed document: the store of documents, the signer, the printer. Part of ports.ts, which hands them all on. */
import type { Tenant } from './resource.ts'

export type FormCode = 'visit-summary' | 'prescription' | 'appointment-slip' | 'sick-leave' | 'referral'

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

/** For whom a delegate signs ("thừa uỷ quyền"): FHIR id of the Practitioner, and the name. */
export interface OnBehalf { readonly practitioner: string; readonly name: string }

/** The second signature of a document: a revision behind the first one, whose bytes stay as they are, and a detached JWS over the same Bundle. */
export interface Cosignature {
  /** Of the PDF with both revisions. */
  readonly pdfSha256: string
  readonly jws: string
  readonly practitioner: string
  readonly name: string
  readonly signedAt: string
  readonly behalf?: OnBehalf
}

export interface NewCosignature extends Cosignature {
  readonly document: string
  /** Both revisions. */
  readonly pdf: Uint8Array
}

export interface StoredDocument extends Omit<NewDocument, 'bundle' | 'pdf'> {
  readonly tenant: Tenant
  readonly createdAt: string
  /** Derived: the newer document that replaces this one. */
  readonly supersededBy?: { readonly id: string; readonly code: string; readonly at: string }
  readonly addenda: readonly { readonly id: string; readonly code: string; readonly at: string }[]
  readonly cosignature?: Cosignature
  /** The last question for a second signature, while it is open or was refused. */
  readonly request?: { readonly id: string; readonly state: 'asked' | 'refused'; readonly askedName: string; readonly decidedName?: string; readonly reason?: string }
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
  /** Who signed behind the first one; the fields above are the first one's. */
  readonly second?: { readonly signer: string; readonly signedAt: string; readonly certificateSerial: string; readonly practitioner: string }
  /** A place for a second signature is there and empty. */
  readonly hasRoom?: boolean
}

/** What is said of a document beside its bytes. */
export type DocumentFacts = Omit<NewDocument, 'bundle' | 'pdf'> & { readonly tenant: Tenant; readonly cosignature?: Cosignature }

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
  /** Who made the account, set its password or gave it its role admits it to no key: somebody else has to, before there is a new one. */
  readonly waitsForOther?: true
}

/** An unlocked key: lives for one request, never leaves the provider as bytes. */
export interface OpenKey {
  readonly evidence: Omit<SignatureEvidence, 'signedAt'>
  /** PAdES baseline B-B on `pdf`, with a visible box; verified before it is answered. */
  signPdf(pdf: Uint8Array, options: { box: VisibleBox; room?: VisibleBox; reason: string; location: string; at: Date }): Promise<Uint8Array>
  /** The second signature, in the room that the first signer left; `lead`: what the box says before the name. */
  cosignPdf(pdf: Uint8Array, options: { lead: string; reason: string; location: string; at: Date }): Promise<Uint8Array>
  /** Detached JWS over the bytes of `text`; verified before it is answered. */
  signText(text: string, at: Date): Promise<string>
}

export interface Signer {
  keyInfo(account: string): Promise<SigningKeyInfo>
  /** First use: the person chooses a PIN; key and certificate are made. Throws key-not-allowed, key-exists, weak-pin. */
  enrol(account: string, pin: string): Promise<SigningKeyInfo>
  /** Lost PIN: revokes the old certificate and makes a new key. The caller proves who they are by password first. */
  replace(account: string, pin: string): Promise<SigningKeyInfo>
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

/** `room`: where a second signature can stand, on the page of the first. */
export interface Printed { readonly pdf: Uint8Array; readonly pages: number; readonly box: VisibleBox; readonly room?: VisibleBox }

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

/** What stands on the label of a tube. */
export interface SpecimenLabel { readonly accession: string; readonly name: string; readonly birthDate: string; readonly gender: string; readonly number: string; /** What is in the tube. */ readonly material: string; readonly tests: readonly string[]; readonly at: Date }

export interface Printer {
  print(request: PrintRequest): Promise<Printed>
  /** The stored pages plus the conversion strip; never signed, never stored. */
  printCopy(request: PrintCopyRequest): Promise<Uint8Array>
  queueSlip(slip: QueueSlip): Promise<Uint8Array>
  specimenLabel(label: SpecimenLabel): Promise<Uint8Array>
}
