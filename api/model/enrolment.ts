/** How a hospital and the data center learn each other's keys: each screen shows the same short fingerprint of each side, and two people compare them by voice. */
import type { CenterIdentity } from './exchange-wire.ts'
import type { Caller } from './ports.ts'
import type { Tenant } from './resource.ts'

/** GET /api/exchange/enrolment at the hospital. */
export interface EnrolmentInfo {
  readonly tenant: Tenant
  readonly name: string
  /** Of this hospital's number, key and authority for signatures. */
  readonly fingerprint: string
  /** What the center's operator takes in: one line, signed with the hospital's own key; nothing in it is secret. */
  readonly request: string
  /** Address that the settings fix (EMR_CENTER_URL). */
  readonly fixedUrl?: string
  /** Whom this hospital sends to. */
  readonly center?: CenterOffer
}

/** POST /api/exchange/center/look {url} -> CenterOffer ; PUT /api/exchange/center {url, fingerprint} (the one that was compared) -> 204 */
export interface CenterOffer { readonly url: string; readonly fingerprint: string }

/** POST /api/center/enrolments/check {request}; POST /api/center/enrolments {request, fingerprint} (the one that was compared) -> 201 ; GET /api/center/identity -> {fingerprint} */
export interface EnrolmentReading {
  readonly tenant: Tenant
  readonly name: string
  readonly fingerprint: string
  /** `taken`: the number belongs to another key. */
  readonly state: 'new' | 'registered' | 'taken'
}

/** Port of api/exchange at a hospital. */
export interface HospitalEnrolment {
  describe(): Promise<EnrolmentInfo>
  /** Asks the address who it is. Throws center-not-found. */
  look(url: string): Promise<CenterOffer>
  /** Asks again and believes the key when its fingerprint is this one. Throws center-not-found, fingerprint-differs. */
  trust(url: string, fingerprint: string): Promise<void>
}

/** Port of api/exchange at the center. */
export interface CenterEnrolment {
  identity(): Promise<CenterIdentity>
  fingerprint(): Promise<string>
  /** Throws enrolment-invalid. */
  read(request: string): Promise<EnrolmentReading>
  /** Throws enrolment-invalid, fingerprint-differs, node-taken. */
  register(caller: Caller, request: string, fingerprint: string): Promise<EnrolmentReading>
}
