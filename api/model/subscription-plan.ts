/**
 * A Subscription as it was understood when it was written, and what is put beside its resource then
 * (http://hl7.org/fhir/R4/subscription.html, https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription.html).
 */
export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off'
/** Created, updated, deleted. */
export type Change = 'C' | 'U' | 'D'
/** `none`: R4 without a payload, a bare call. */
export type NotificationContent = 'none' | 'empty' | 'id-only' | 'full-resource'

/** Searches of one type, of which all must fit. */
export interface SubscriptionFilter {
  readonly type: string
  readonly searches: readonly (readonly (readonly [string, string])[])[]
}

/** A Subscription as it was understood when it was written. */
export interface SubscriptionPlan {
  /** Canonical of a topic; undefined: R4's own criteria. */
  readonly topic?: string
  readonly changes: readonly Change[]
  readonly filters: readonly SubscriptionFilter[]
  /** Addresses of this server by which the client reached it, without a slash behind them: in the filters each is this server. */
  readonly bases?: readonly string[]
  readonly channel: 'rest-hook' | 'websocket'
  readonly endpoint?: string
  readonly xml: boolean
  /** Content-Type of what is sent, as the client wrote it. */
  readonly mime?: string
  readonly content: NotificationContent
  /** Seconds without a notification after which a heartbeat is sent. */
  readonly heartbeat?: number
  /** Seconds in which an attempt must be answered. */
  readonly timeout: number
  /** Events in one notification at most. */
  readonly maxCount: number
  /** Instant from which on it is off. */
  readonly end?: string
}

/** Header lines that are sent along. null: the one that is kept already, as it stood in the same place. */
export type HeaderLines = readonly (string | null)[]

/** What is put beside the resource of a Subscription, in the transaction that writes it. */
export interface Registration {
  readonly id: string
  readonly plan: SubscriptionPlan
  readonly headers: HeaderLines
  readonly status: 'requested' | 'off'
}

/** Part of a transaction of the store. Both throw forbidden for a Subscription of another client. */
export interface SubscriptionWrites {
  subscribe(registration: Registration): Promise<void>
  unsubscribe(id: string): Promise<void>
}
