/** Who acts: a signed-in person, a system client, or the product itself (a job). Pure data; what each may do is in api/security/policy.ts. */
import type { LimitTest } from './scope-limit.ts'

/** Roles a person can hold in one department, or in the whole site when `department` is null. */
export const ROLES = ['reception', 'nurse', 'doctor', 'head', 'laboratory', 'imaging', 'administrator', 'center-operator'] as const
export type Role = (typeof ROLES)[number]

export interface RoleGrant {
  readonly role: Role
  /** FHIR id of the department's Organization; null = the whole site. */
  readonly department: string | null
}

export interface Person {
  readonly kind: 'person'
  readonly tenant: number
  /** Account id (UUIDv7). */
  readonly account: string
  readonly login: string
  /** Name as it stands on forms, with title and rank, e.g. "Thiếu tá, BS Trần Văn Mẫu". */
  readonly name: string
  /** FHIR id of the person's Practitioner; null for an operator without one. */
  readonly practitioner: string | null
  readonly grants: readonly RoleGrant[]
  /** The app that acts for the person; undefined: it is the person, at our own screens. */
  readonly app?: PersonApp
}

/** What software was granted. */
export interface Granted {
  readonly client: string
  /** SMART v2 scopes, e.g. "system/*.cruds". */
  readonly scopes: readonly string[]
  /** Tests of the scopes that have search parameters, by their text. Such a scope without tests opens nothing. */
  readonly tests?: Readonly<Record<string, readonly LimitTest[]>>
}

/** An app may do what both the person may and its own scopes say. */
export interface PersonApp extends Granted {
  /** FHIR id of the patient of the launch; scopes of level `patient` are about this one alone, and open nothing without one. */
  readonly patient?: string
}

export interface SystemClient extends Granted {
  readonly kind: 'system'
  readonly tenant: number
}

/** The product itself: seeding, sealing, applying what another site sent. */
export interface Internal {
  readonly kind: 'internal'
  readonly tenant: number
  readonly name: string
}

export type Actor = Person | SystemClient | Internal

/** At our own screens: an app of the person holds no role there. */
export const holds = (actor: Actor, ...roles: Role[]): boolean =>
  actor.kind === 'person' && actor.app === undefined && actor.grants.some((g) => roles.includes(g.role))
