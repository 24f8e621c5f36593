/** What travels between hospital and center (protocol XP/1), and what is answered. Pure data. One sealed journal entry = one clinical commit for one patient. */
import type { Tenant } from './resource.ts'

/** Addresses at the center, the header that carries the signature, and the media type of a batch. */
export const WIRE = { hello: '/exchange/v1/hello', batches: '/exchange/v1/batches', identity: '/exchange/v1/identity', signature: 'exchange-signature', batchType: 'application/vnd.emr.xp1' } as const

/** Places 1..n that are complete, as TCP's cumulative and selective acknowledgement: everything up to `cursor`, and the closed ranges beyond it. */
export interface Progress {
  readonly cursor: number
  /** Ascending, not touching each other nor the cursor: [[from, to], …]. */
  readonly ranges: readonly (readonly [number, number])[]
}

/** What one entry carries, in the order in which the bytes stand in its body. */
export type EntryItem =
  | {
      readonly kind: 'resource'
      readonly type: string
      readonly id: string
      readonly version: number
      readonly lastUpdated: string
      readonly deleted: boolean
      /** A signed resource: only a signed correction changes it. */
      readonly immutable: boolean
      /** Bytes of the stored version. */
      readonly length: number
    }
  | {
      readonly kind: 'document'
      readonly id: string
      /** Bytes of: the row's fields as JSON, the FHIR document Bundle, the PDF. */
      readonly lengths: readonly [number, number, number]
    }

/** Everything about an entry that is not content. Its bytes are hashed as they were written by the sealer, and stored. */
export interface EntryHeader {
  /** Shape of this header and of the body; a receiver that does not know it keeps the bytes and quarantines. */
  readonly schema: number
  readonly node: string
  readonly tenant: Tenant
  readonly epoch: string
  readonly seq: number
  /** Order within the patient, from 1 without gaps. 0: outside any patient, applied in any order. */
  readonly pseq: number
  /** FHIR id of the patient; null: outside any patient compartment. */
  readonly patient: string | null
  /** Lane: 0 transfer and emergency, 1 identity, allergies, signed documents, 2 routine, 3 images, 4 audit anchors. */
  readonly prio: number
  /** patient | site; "incomplete": a version was gone when the sealer came, which only an intruder can bring about. */
  readonly kind: string
  /** Instant of the commit by the hospital's clock. */
  readonly at: string
  readonly items: readonly EntryItem[]
}

/** A sealed entry as bytes. entryHash = SHA-256(prevHash | header | bodySha256). Hashes are 32 bytes. */
export interface SealedEntry {
  readonly header: Uint8Array
  readonly prevHash: Uint8Array
  readonly bodySha256: Uint8Array
  readonly entryHash: Uint8Array
  readonly body: Uint8Array
}

/** An entry that was checked and taken apart: for each item of the header the pieces of its content. */
export interface OpenedEntry { readonly header: EntryHeader; readonly parts: readonly (readonly Uint8Array[])[] }

/** First thing inside a signed batch: who, to whom, which numbers. */
export interface Manifest {
  readonly proto: string
  /** Node that signs. */
  readonly iss: string
  /** Node that may accept it. */
  readonly aud: string
  readonly epoch: string
  /** Number of each entry, in the order in which they stand. */
  readonly seqs: readonly number[]
  /** Compression dictionary; null: none. */
  readonly dict: string | null
  /** Seconds since 1970 by the sender's clock; for people, never for a decision. */
  readonly iat: number
  readonly count: number
}

/** HELLO: opens every conversation, and every one again after any failure. */
export interface Hello {
  readonly proto: string
  readonly iss: string
  readonly aud: string
  readonly epoch: string
  readonly headSeq: number
  readonly headHash: string
  /** Commits not sealed yet. */
  readonly unsealed: number
  /** Instant of the oldest commit that is not applied at the center as far as the node knows. */
  readonly oldestPending: string | null
  readonly schemas: readonly [number, number]
  readonly dicts: readonly string[]
  readonly clock: string
  /** Random; the answer repeats it, so that an old answer cannot be played back. */
  readonly nonce: string
}

export type EntryState = 'received' | 'applied' | 'parked' | 'quarantined'

/** What became of the entries: the center's whole present knowledge of one epoch of one node. */
export interface Outcomes {
  readonly applied: Progress
  readonly parked: number
  readonly quarantined: readonly { readonly seq: number; readonly reason: string }[]
  /** All of them, when the list above is cut. */
  readonly quarantinedCount: number
}

export interface HelloAnswer {
  readonly proto: string
  readonly iss: string
  readonly aud: string
  readonly epoch: string
  readonly nonce: string
  readonly received: Progress
  /** Hash of the entry at received.cursor as the center holds it; '' at 0. Differs from the node's own: one of the two went back in time. */
  readonly cursorHash: string
  /** Highest number the center has ever received of this epoch. */
  readonly headSeen: number
  readonly outcomes: Outcomes
  /** The center's own journal; not in use yet. */
  readonly centerEpoch: string
  readonly centerHead: number
  /** Numbers that the center asks for again. */
  readonly wanted: readonly (readonly [number, number])[]
  readonly clock: string
}

/** RECEIVED: these entries are durable at the center. Stored there, and answered again byte for byte when an entry comes again. */
export interface Receipt {
  readonly iss: string
  readonly aud: string
  readonly epoch: string
  /** Numbers that this receipt is about. */
  readonly seqs: readonly (readonly [number, number])[]
  readonly received: Progress
  readonly centerHead: number
  readonly nodeHeadSeen: number
  readonly ts: string
}

/** APPLIED: business, changes with time, so it is stated anew with every answer. */
export interface OutcomeReport extends Outcomes {
  readonly iss: string
  readonly aud: string
  readonly epoch: string
  readonly ts: string
}

/** Both members are compact JWS. One receipt for what is new in the batch, and the stored ones of what is not. */
export interface BatchAnswer {
  readonly receipts: readonly string[]
  readonly outcome: string
}

/** What a hospital hands to the center once, by a trusted way, before its first HELLO. */
export interface Enrolment {
  readonly tenant: Tenant
  readonly node: string
  readonly name: string
  /** Public half of the node key, P-256 (https://www.rfc-editor.org/rfc/rfc7517). */
  readonly publicJwk: PublicJwk
  /** Certificate of the hospital's signing authority: the anchor for its doctors' signatures. */
  readonly authorityPem: string
}

export interface PublicJwk { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }

/** What the center hands back: whose answers the hospital may believe. */
export interface CenterIdentity {
  readonly node: string
  readonly publicJwk: PublicJwk
}
