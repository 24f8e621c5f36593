/** What devices of laboratory and imaging send and are sent, as pages show it and the store keeps it. */

/** Why a result stands in quarantine: nobody guesses whose it is or what it means. */
export const DEVICE_REASONS = [
  'unreadable', 'several-patients', 'no-order', 'order-ambiguous', 'order-not-received', 'specimen-returned', 'patient-number', 'patient-unnamed', 'patient-name', 'patient-birth',
  'unknown-code', 'unknown-unit', 'not-a-number', 'not-a-choice', 'implausible', 'embedded-document', 'value-withdrawn', 'repeated-code', 'nothing-to-take', 'order-gone', 'not-storable', 'too-many', 'differs',
] as const
export type DeviceReason = (typeof DEVICE_REASONS)[number]

/** taken: it is a preliminary result; quarantined: a person decides; differs: its order has another result already, and a person decides at the bench; closed: a person has decided. */
export type DeviceState = 'taken' | 'quarantined' | 'differs' | 'closed'

/** A value as the device sent it. */
export interface DeviceShown { readonly code: string; readonly name: string; readonly text: string; readonly unit: string; readonly range: string; readonly flag: string; readonly status: string; /** LOINC, where the order measures it and it may be taken. */ readonly analyte?: string; /** Why it may not. */ readonly reason?: DeviceReason }

/** What a device sent for an order, at the bench. */
export interface BenchMessage { readonly id: string; readonly device: string; readonly at: string; readonly state: DeviceState; readonly values: readonly DeviceShown[]; readonly notes: readonly string[] }

/** GET /api/device-results/:kind: the newest of what a person decides, and how many there are. Of a long message the row names neither patient nor values: GET …/:id -> QuarantineRow has them. */
export interface QuarantineList { readonly rows: readonly QuarantineRow[]; readonly count: number; /** Orders that a device refused and nobody has sent again or given up. */ readonly refused: readonly RefusedOrders[] }
export interface RefusedOrders { readonly device: string; readonly count: number }
export interface QuarantineRow {
  readonly id: string
  readonly device: string
  readonly at: string
  readonly reason: DeviceReason
  /** Codes of values that do not fit. */
  readonly about: string
  /** As the device named them. */
  readonly numbers: readonly string[]
  readonly patient: { readonly number: string; readonly name: string; readonly birthDate: string }
  readonly values: readonly DeviceShown[]
  readonly notes: readonly string[]
  /** The order that it may be of; where it differs (reason), the order that has another result. */
  readonly order?: string
}
/** POST /api/device-results/:kind/:id/assign {order} -> {left}: codes of values that were not taken; …/reject {reason} */
export interface Assigned { readonly left: readonly string[] }

/** GET /api/admin/devices. Nothing of a patient. */
export interface DeviceLine {
  readonly name: string
  readonly kind: 'lab' | 'imaging'
  readonly from: readonly string[]
  readonly sendTo?: string
  readonly waiting: number
  readonly oldest?: string
  readonly lastAck?: string
  readonly lastError?: string
  readonly lastReceived?: string
  readonly quarantined: number
  /** Orders that it refused. */
  readonly refused: number
}
export interface DeviceOrderLine { readonly id: string; readonly device: string; readonly control: string; readonly queued: string; readonly state: 'waiting' | 'done' | 'skipped' | 'refused'; readonly tries: number; readonly answer: string; readonly error: string; /** A later message of the same order is queued or sent: this one is not sent again. */ readonly superseded: boolean }
export interface DevicesPage { readonly listening: string; readonly refused: number; /** Messages that were answered AR or AE since the start. */ readonly turned: readonly RefusedOrders[]; readonly devices: readonly DeviceLine[]; readonly orders: readonly DeviceOrderLine[] }

// ---------------------------------------------------------------- the store

export interface DeviceMessage {
  readonly id: string
  readonly device: string
  /** MSH-10. */
  readonly control: string
  /** Hex sha-256 of the bytes. */
  readonly digest: string
  /** Which OBR of the message. */
  readonly part: number
  readonly at: string
  readonly body: Uint8Array
  readonly state: DeviceState
  readonly reason?: DeviceReason
  readonly about?: string
  readonly order?: string
  readonly patient?: string
}

/** In the transaction of what it does to the record. */
export type DeviceChange =
  /** Throws already-exists when it is there. */
  | { readonly op: 'keep'; readonly message: DeviceMessage }
  /** Throws not-found when it is closed already. */
  | { readonly op: 'close'; readonly id: string; readonly by: string; readonly note: string; readonly order?: string; readonly patient?: string; /** The order has another result: it is decided at the bench. */ readonly differs?: true }
  /** What differed from a result of the order and was seen at the bench is decided; throws version-conflict when another waits that was not seen. */
  | { readonly op: 'settle'; readonly order: string; readonly by: string; readonly seen: readonly string[] }
  /** The specimen was given back: what was measured of it is of the order no more. */
  | { readonly op: 'disown'; readonly order: string; readonly by: string; readonly note: string }
  /** Once for each device and source. */
  | { readonly op: 'queue'; readonly device: string; readonly source: string; readonly control: string; readonly order: string; readonly body: string }
