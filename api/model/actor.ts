/** Who acts: a signed-in person, a system client, or the product itself (a job). Pure data; what each may do is in api/security/policy.ts. */
import type { LimitTest } from './scope-limit.ts'

/** Roles a person can hold in one department, or in the whole site when `department` is null. */
export const ROLES = ['reception', 'nurse', 'doctor', 'head', 'administrator', 'center-operator'] as const
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
}

export interface SystemClient {
  readonly kind: 'system'
  readonly tenant: number
  readonly client: string
  /** SMART v2 scopes, e.g. "system/*.cruds". */
  readonly scopes: readonly string[]
  /** Tests of the scopes that have search parameters, by their text. Such a scope without tests opens nothing. */
  readonly tests?: Readonly<Record<string, readonly LimitTest[]>>
}

/** The product itself: seeding, sealing, applying what another site sent. */
export interface Internal {
  readonly kind: 'internal'
  readonly tenant: number
  readonly name: string
}

export type Actor = Person | SystemClient | Internal

export const holds = (actor: Actor, ...roles: Role[]): boolean =>
  actor.kind === 'person' && actor.grants.some((g) => roles.includes(g.role))
