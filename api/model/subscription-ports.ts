/**
 * Subscriptions: what somebody wants to be told of, the numbered events that came of it, and how far they have been told
 * (http://hl7.org/fhir/R4/subscription.html, https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/).
 */
import type { Caller } from './ports.ts'
import type { ResourceKey } from './resource.ts'
import type { Change, SubscriptionPlan, SubscriptionStatus } from './subscription-plan.ts'

export interface Subscriber {
  readonly id: string
  readonly client: string
  /** What the client's token could do when the Subscription was written; what the client may do today bounds it. */
  readonly scopes: readonly string[]
  readonly plan: SubscriptionPlan
  readonly status: SubscriptionStatus
  /** How often its owner has written it. */
  readonly written: number
  /** Number of the newest event, and of the newest that was told. */
  readonly made: number
  readonly told: number
  readonly tries: number
  /** A handshake has been answered since it was last asked for. */
  readonly greeted: boolean
  /** What went wrong last. */
  readonly error?: string
}

/** One change that was to be told. Without `key`: who subscribed may not see it (any more). */
export interface SubscriptionEvent {
  readonly number: number
  readonly at: string
  readonly change: Change
  readonly key?: ResourceKey
  /** Of the resource as it is now; without a body it is deleted. */
  readonly version?: number
  readonly body?: string
  readonly patient?: string
}

/** Whose sight counts: what the client may do at this moment. undefined: it is switched off, or is gone. */
export type FindSubscriberCaller = (subscriber: Pick<Subscriber, 'client' | 'scopes'>) => Promise<Caller | undefined>

/** As a server asks. */
export interface Subscriptions {
  /** Those of the caller, by id where ids are given. */
  find(caller: Caller, ids?: readonly string[]): Promise<Subscriber[]>
  /** Those of which an id is known, whosever they are. */
  list(ids: readonly string[]): Promise<Subscriber[]>
  /** From number to number, both included, and no more than `count`. */
  events(subscriber: Subscriber, caller: Caller, from: number, to: number, count: number): Promise<SubscriptionEvent[]>
  /** Number of the oldest event that is still kept; undefined: none is. */
  oldest(id: string): Promise<number | undefined>
  saveToken(token: { readonly digest: Uint8Array; readonly ids: readonly string[]; readonly client: string; readonly expires: Date }): Promise<void>
  /** Once: it is gone then. */
  takeToken(digest: Uint8Array): Promise<{ readonly ids: readonly string[]; readonly client: string } | undefined>
  /** Sums over all of them, by status, and what is not told yet. No names. */
  count(): Promise<{ readonly statuses: Readonly<Record<SubscriptionStatus, number>>; readonly waiting: number; readonly failing: number }>
}

/** As the background process asks. */
export interface SubscriptionQueue {
  /** Turns committed changes into events; answers how many journal entries it went through. */
  match(): Promise<number>
  /** Those to which something is to be sent now, and is not yet. */
  due(): Promise<Subscriber[]>
  events: Subscriptions['events']
  headers(id: string): Promise<readonly string[]>
  /** What an attempt came to; `told`: number of the newest event that has arrived. Nothing is saved where the Subscription was written anew meanwhile. */
  settle(subscriber: Subscriber, result: { readonly told?: number; readonly greeted?: boolean; readonly status: SubscriptionStatus; readonly error?: string; readonly tries: number; readonly next?: Date }): Promise<void>
  /** Writes states that have changed into the resources; answers how many. */
  show(): Promise<number>
  /** Takes away what is kept no longer; answers whether there was any. */
  sweep(): Promise<boolean>
}

/** One call to a receiver. */
export interface Outgoing {
  readonly method: 'POST' | 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** undefined: it was taken (2xx). Otherwise why not, in words that name nobody. */
export type Send = (outgoing: Outgoing, milliseconds: number, signal: AbortSignal) => Promise<string | undefined>

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event'
