/**
 * Operations on Subscriptions (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/OperationDefinition-backport-subscription-status.html, -events.html,
 * -get-ws-binding-token.html): how they stand, what they told, and a token by which a websocket is bound. Of a client's own alone.
 */
import type { GuardedRequest } from '../../http/route.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller, Clock, IdSource } from '../../model/ports.ts'
import type { NotificationContent } from '../../model/subscription-plan.ts'
import type { Subscriber, SubscriptionEvent, Subscriptions } from '../../model/subscription-ports.ts'
import { digestOf, newToken } from '../../security/tokens.ts'
import type { Gate } from '../gate.ts'
import { baseOf, fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireId } from '../resource-body.ts'
import { buildNotification, buildStatuses, writeAs } from '../subscriptions/notification.ts'
import type { Operation } from './operation.ts'
import { readOperation, writeParameters } from './parameters-body.ts'

export interface SubscriptionOperationDeps {
  readonly subscriptionRows: Subscriptions
  /** Puts on record what is about to be shown. */
  readonly recordEvents: (caller: Caller, subscriber: Subscriber, events: readonly SubscriptionEvent[]) => Promise<void>
  readonly gate: Gate
  readonly clock: Clock
  readonly ids: IdSource
  readonly publicUrl: string
}

/** Below the FHIR base: where websockets are opened. */
export const SOCKET_PATH = '/websocket'
/** Events in one answer of $events; seconds that a token is good for. */
const MOST_EVENTS = 1_000, TOKEN_SECONDS = 60
const TEXT = { kind: 'text' } as const, TEXTS = { kind: 'text', repeats: true } as const
const STATUSES: ReadonlySet<string> = new Set(['requested', 'active', 'error', 'off'])

const own = async ({ gate, subscriptionRows }: SubscriptionOperationDeps, { caller, params }: GuardedRequest, asked: readonly string[], name: string): Promise<Subscriber[]> => {
  const id = params.id === undefined ? undefined : requireId(params.id)
  const question = { interaction: 'read' as const, type: 'Subscription', ...(id !== undefined && { id }) }
  await gate.require(caller, [question])
  const found = await subscriptionRows.find(caller, id !== undefined ? [id] : asked.length > 0 ? asked : undefined)
  if (id !== undefined && found.length === 0) throw outcome('not-found', { expression: 'Subscription', diagnostics: 'No such Subscription of this client.' })
  await gate.record(caller, question, undefined, `$${name}`)
  return found
}

const statusOperation = (deps: SubscriptionOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, { id: TEXTS, status: TEXTS })
  const statuses = input.texts('status').flatMap((text) => text.split(','))
  for (const status of statuses) if (!STATUSES.has(status)) throw outcome('bad-parameter', { expression: 'status', diagnostics: `The states are ${[...STATUSES].join(', ')}.` })
  const found = await own(deps, request, input.texts('id').flatMap((text) => text.split(',')), 'status')
  const kept = request.params.id !== undefined || statuses.length === 0 ? found : found.filter(({ status }) => statuses.includes(status))
  return fhirReply(request, 200, buildStatuses({ base: baseOf(request, deps.publicUrl), ids: deps.ids }, kept, deps.clock.now()))
}

const numberOf = (text: string | undefined, name: string): number | undefined => {
  if (text !== undefined && !/^\d{1,15}$/.test(text)) throw outcome('bad-parameter', { expression: name, diagnostics: 'Expected the number of an event.' })
  return text === undefined ? undefined : Number(text)
}

const contentOf = (text: string | undefined, usual: NotificationContent): NotificationContent => {
  if (text === undefined) return usual === 'none' ? 'id-only' : usual
  if (text === 'empty' || text === 'id-only' || text === 'full-resource') return text
  throw outcome('bad-parameter', { expression: 'content', diagnostics: 'Expected empty, id-only or full-resource.' })
}

const eventsOperation = (deps: SubscriptionOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, { eventsSinceNumber: TEXT, eventsUntilNumber: TEXT, content: TEXT })
  const since = numberOf(input.text('eventsSinceNumber'), 'eventsSinceNumber') ?? 1, until = numberOf(input.text('eventsUntilNumber'), 'eventsUntilNumber')
  const asked = input.text('content')
  const [subscriber] = await own(deps, request, [], 'events')
  if (subscriber === undefined) throw outcome('not-found', { expression: 'Subscription' })
  const content = contentOf(asked, subscriber.plan.content)
  const events = await deps.subscriptionRows.events(subscriber, request.caller, since, until ?? subscriber.made, MOST_EVENTS)
  await deps.recordEvents(request.caller, { ...subscriber, plan: { ...subscriber.plan, content } }, events)
  const bundle = buildNotification({ base: baseOf(request, deps.publicUrl), ids: deps.ids }, subscriber, { type: 'query-event', status: subscriber.status, events, at: deps.clock.now(), content })
  return fhirReply(request, 200, writeAs(bundle, false))
}

const tokenOperation = (deps: SubscriptionOperationDeps): FhirHandler => async (request) => {
  const input = readOperation(request, { id: TEXTS })
  const found = (await own(deps, request, input.texts('id').flatMap((text) => text.split(',')), 'get-ws-binding-token')).filter(({ plan, status }) => plan.channel === 'websocket' && status !== 'off')
  if (found.length === 0) throw outcome('not-found', { expression: 'Subscription', diagnostics: 'No Subscription of this client with a websocket, or it is off.' })
  const token = newToken()
  const digest = digestOf(token)
  if (digest === undefined || request.caller.actor.kind !== 'system') throw outcome('forbidden', { expression: 'Subscription' })
  const expires = new Date(deps.clock.now().getTime() + TOKEN_SECONDS * 1000)
  await deps.subscriptionRows.saveToken({ digest, ids: found.map(({ id }) => id), client: request.caller.actor.client, expires })
  return fhirReply(request, 200, writeParameters([
    { name: 'token', valueString: token }, { name: 'expiration', valueDateTime: expires.toISOString() },
    ...found.map(({ id }) => ({ name: 'subscription', valueString: id })),
    { name: 'websocket-url', valueUrl: socketUrl(baseOf(request, deps.publicUrl)) },
  ]), { 'cache-control': 'no-store' })
}

/** Of a FHIR base. */
export const socketUrl = (base: string): string => `${base.replace(/^http/, 'ws')}${SOCKET_PATH}`

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription'

export const subscriptionOperations = (deps: SubscriptionOperationDeps): Operation[] => {
  const row = (name: string, levels: Operation['levels'], methods: Operation['methods'], handler: FhirHandler): Operation => ({ type: 'Subscription', name, definition: `${BACKPORT}-${name}`, right: 'read', levels, methods, handler })
  return [
    row('status', ['type', 'instance'], ['GET', 'POST'], statusOperation(deps)),
    row('events', ['instance'], ['GET', 'POST'], eventsOperation(deps)),
    // it makes something
    row('get-ws-binding-token', ['type', 'instance'], ['POST'], tokenOperation(deps)),
  ]
}
