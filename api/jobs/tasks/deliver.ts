/**
 * Tells receivers of events, in their order, each as often as it takes: the number that has arrived is saved after the answer, so that a process that is killed between
 * the two sends that one again, under the same number. Receivers do not wait for each other.
 */
import type { Caller, Clock } from '../../model/ports.ts'
import { MOST_TRIES } from '../../model/limits.ts'
import type { SubscriptionStatus } from '../../model/subscription-plan.ts'
import type { FindSubscriberCaller, NotificationType, Outgoing, Send, Subscriber, SubscriptionEvent, SubscriptionQueue } from '../../model/subscription-ports.ts'

export interface DeliverDeps {
  readonly queue: SubscriptionQueue
  readonly clock: Clock
  readonly findCaller: FindSubscriberCaller
  readonly build: (subscriber: Subscriber, told: { readonly type: NotificationType; readonly status: SubscriptionStatus; readonly events: readonly SubscriptionEvent[]; readonly at: Date }, headers: readonly string[]) => Outgoing | undefined
  /** Puts on record what is about to be shown. */
  readonly record: (caller: Caller, subscriber: Subscriber, events: readonly SubscriptionEvent[]) => Promise<void>
  readonly send: Send
  readonly signal: AbortSignal
  readonly log: { warn(what: Record<string, unknown>, message: string): void }
  /** Milliseconds after the first failure; each further one waits twice as long. */
  readonly pause?: number
}

/** Milliseconds between two looks; the longest pause; receivers at a time; notifications of one in a row before it is looked at anew. */
const LOOK_EVERY = 200, LONGEST_MS = 3_600_000, AT_A_TIME = 16, IN_A_ROW = 20

export interface Deliveries {
  /** Begins what is due, and does not wait for it. */
  run(): Promise<{ readonly wait: number }>
  /** Resolves when nothing is under way. */
  rest(): Promise<void>
}

export const createDeliveries = (deps: DeliverDeps): Deliveries => {
  const under = new Map<string, Promise<void>>()
  const begin = (subscriber: Subscriber): void => {
    const work = deliver(deps, subscriber)
      .catch((error: unknown) => deps.log.warn({ error: error instanceof Error ? error.name : typeof error }, 'a notification failed and will be tried again'))
      .finally(() => under.delete(subscriber.id))
    under.set(subscriber.id, work)
  }
  return {
    async run() {
      if (under.size < AT_A_TIME) {
        for (const subscriber of await deps.queue.due()) if (!under.has(subscriber.id) && under.size < AT_A_TIME && !deps.signal.aborted) begin(subscriber)
      }
      return { wait: LOOK_EVERY }
    },
    rest: async () => { await Promise.all(under.values()) },
  }
}

const deliver = async (deps: DeliverDeps, first: Subscriber): Promise<void> => {
  const { queue, clock } = deps
  const now = clock.now()
  const { plan } = first
  if (plan.end !== undefined && Date.parse(plan.end) <= now.getTime()) return queue.settle(first, { status: 'off', tries: 0 })
  const caller = await deps.findCaller(first)
  if (caller === undefined) return queue.settle(first, { status: 'off', error: 'The client is not active, or has lost its rights.', tries: first.tries })
  if (plan.channel === 'websocket') return queue.settle(first, { status: 'active', greeted: true, tries: 0 })
  const greets = plan.topic !== undefined && !first.greeted
  const headers = await queue.headers(first.id)
  if (greets || first.made === first.told) {
    const type = greets ? 'handshake' : 'heartbeat'
    // R4's criteria know neither: what is asked for is on, and shows what it is worth with the first event
    const failure = plan.topic === undefined ? undefined : await attempt(deps, first, { type, status: greets ? 'requested' : 'active', events: [] }, headers)
    return settle(deps, first, failure, { greeted: true })
  }
  await deliverEvents(deps, caller, first, headers)
}

const deliverEvents = async (deps: DeliverDeps, caller: Caller, first: Subscriber, headers: readonly string[]): Promise<void> => {
  let subscriber = first
  for (let n = 0; n < IN_A_ROW && subscriber.told < subscriber.made && !deps.signal.aborted; n += 1) {
    const events = await deps.queue.events(subscriber, caller, subscriber.told + 1, subscriber.made, subscriber.plan.maxCount)
    const last = events.at(-1)
    if (last === undefined) return
    await deps.record(caller, subscriber, events)
    const failure = await attempt(deps, subscriber, { type: 'event-notification', status: 'active', events }, headers)
    await settle(deps, subscriber, failure, { told: last.number })
    if (failure !== undefined) return
    subscriber = { ...subscriber, told: last.number, tries: 0 }
  }
}

const attempt = async ({ build, send, clock, signal }: DeliverDeps, subscriber: Subscriber, told: Omit<Parameters<DeliverDeps['build']>[1], 'at'>, headers: readonly string[]): Promise<string | undefined> => {
  const outgoing = build(subscriber, { ...told, at: clock.now() }, headers)
  return outgoing === undefined ? undefined : send(outgoing, subscriber.plan.timeout * 1000, signal)
}

/** After the last try it is off; before, it waits twice as long each time. What was broken off by our own end counts as nothing. */
const settle = async ({ queue, clock, signal, pause = 2_000 }: DeliverDeps, subscriber: Subscriber, failure: string | undefined, done: { readonly told?: number; readonly greeted?: boolean }): Promise<void> => {
  if (failure === undefined) return queue.settle(subscriber, { ...done, status: 'active', tries: 0 })
  if (signal.aborted) return
  const tries = subscriber.tries + 1
  if (tries >= MOST_TRIES) return queue.settle(subscriber, { status: 'off', error: `${failure} ${tries} attempts in a row have failed.`, tries })
  const next = new Date(clock.now().getTime() + Math.min(LONGEST_MS, pause * 2 ** (tries - 1)))
  await queue.settle(subscriber, { status: 'error', error: failure, tries, next })
}
