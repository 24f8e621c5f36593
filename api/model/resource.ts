/** FHIR R4 resources as the product handles them. The body that is stored and answered is text; typed objects are views of it. */
import type { Resource } from '@medplum/fhirtypes'
import type { Bytes, Content } from './bytes.ts'

export type { Resource } from '@medplum/fhirtypes'

/** Hospital number, allotted at enrolment, unique in the Ministry; 0 is the data center. */
export type Tenant = number

export interface ResourceKey {
  readonly type: string
  readonly id: string
}

/** A stored version: `body` is exactly what a read answers. */
export interface StoredVersion extends ResourceKey {
  readonly version: number
  /** Instant with zone, millisecond precision. */
  readonly lastUpdated: string
  readonly deleted: boolean
  /** FHIR id of the patient in whose compartment it stands; undefined outside. A Patient stands in its own. */
  readonly patient?: string
  readonly body: string
  /** `body`, where the store has it so: for what only passes it on. */
  readonly bytes?: Bytes
}

/** What a read answers, in the form that costs least. */
export const contentOf = (stored: Pick<StoredVersion, 'body' | 'bytes'>): Content => stored.bytes ?? stored.body

/** http://hl7.org/fhir/R4/datatypes.html#id */
export const ID_PATTERN = /^[A-Za-z0-9\-.]{1,64}$/

/** The typed view of a stored body. Numbers lose their digits here: never write such a view back. */
export const toTyped = <T extends Resource>(stored: Pick<StoredVersion, 'body'>): T => JSON.parse(stored.body) as T
