/**
 * What is sent to who subscribed. Of topics, a Bundle whose first entry is the status as Parameters
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html); of R4's criteria, the resource or a bare call
 * (http://hl7.org/fhir/R4/subscription.html#2.46.8).
 */
import { fromPlain, objectFromPlain, parseJsonObject, writeJson, type JsonObject } from '../../model/json.ts'
import type { IdSource } from '../../model/ports.ts'
import type { Change, NotificationContent, SubscriptionStatus } from '../../model/subscription-plan.ts'
import type { NotificationType, Outgoing, Subscriber, SubscriptionEvent } from '../../model/subscription-ports.ts'
import { writeXml } from '../xml/write.ts'
import { PROFILE } from './topics.ts'

export interface NotificationDeps {
  /** Of this server, e.g. https://emr.example/fhir/R4 */
  readonly base: string
  readonly ids: IdSource
}

export interface Told {
  readonly type: NotificationType
  readonly status: SubscriptionStatus
  readonly events: readonly SubscriptionEvent[]
  readonly at: Date
  /** Instead of what the Subscription says. */
  readonly content?: NotificationContent
}

/** The status as Parameters. Numbers are texts there. */
export const buildStatus = ({ base, ids }: NotificationDeps, subscriber: Subscriber, { type, status, events, content }: Omit<Told, 'at'>): { readonly id: string; readonly resource: object } => {
  const { topic } = subscriber.plan
  const level = content ?? subscriber.plan.content
  const id = ids.uuid()
  const error = subscriber.error === undefined || type !== 'query-status' ? [] : [{ name: 'error', valueCodeableConcept: { text: subscriber.error } }]
  const parameter = [
    { name: 'subscription', valueReference: { reference: `${base}/Subscription/${subscriber.id}` } },
    ...(topic === undefined || level === 'empty' ? [] : [{ name: 'topic', valueCanonical: topic }]),
    { name: 'status', valueCode: status },
    { name: 'type', valueCode: type },
    { name: 'events-since-subscription-start', valueString: String(subscriber.made) },
    ...events.map((event) => ({ name: 'notification-event', part: [
      { name: 'event-number', valueString: String(event.number) },
      { name: 'timestamp', valueInstant: event.at },
      ...(event.key === undefined || level === 'empty' ? [] : [{ name: 'focus', valueReference: { reference: `${base}/${event.key.type}/${event.key.id}` } }]),
    ] })),
    ...error,
  ]
  return { id, resource: { resourceType: 'Parameters', id, meta: { profile: [PROFILE.status] }, parameter } }
}

/** Each resource once, as it is now; numbers keep their digits. */
export const buildNotification = (deps: NotificationDeps, subscriber: Subscriber, told: Told): JsonObject => {
  const level = told.content ?? subscriber.plan.content
  const { base } = deps
  const status = buildStatus(deps, subscriber, told)
  const seen = new Map(level === 'empty' ? [] : told.events.flatMap((event) => (event.key === undefined ? [] : [[`${event.key.type}/${event.key.id}`, event] as const])))
  return objectFromPlain({
    resourceType: 'Bundle', id: deps.ids.uuid(), meta: { profile: [PROFILE.notification] }, type: 'history', timestamp: told.at.toISOString(),
    entry: [
      { fullUrl: `urn:uuid:${status.id}`, resource: status.resource, request: { method: 'GET', url: `${base}/Subscription/${subscriber.id}/$status` }, response: { status: '200' } },
      ...[...seen].map(([reference, event]) => ({
        fullUrl: `${base}/${reference}`, ...(level === 'full-resource' && event.body !== undefined && { resource: parseJsonObject(event.body) }), ...exchangeOf(event.change, reference, event.body !== undefined),
      })),
    ],
  })
}

/** A history Bundle says of each entry what was done. Of what is gone meanwhile, that it is gone. */
const exchangeOf = (change: Change, reference: string, there: boolean): object => {
  if (change === 'D') return { request: { method: 'DELETE', url: reference }, response: { status: '204' } }
  const request = change === 'C' ? { method: 'POST', url: reference.split('/')[0] } : { method: 'PUT', url: reference }
  return { request, response: { status: there ? (change === 'C' ? '201' : '200') : '410' } }
}

export const writeAs = (resource: JsonObject, xml: boolean): string => (xml ? writeXml(resource) : writeJson(resource))

/** The calls that tell these events, or greet; none where there is nothing to tell. */
export const buildCall = (deps: NotificationDeps, subscriber: Subscriber, told: Told, lines: readonly string[]): Outgoing | undefined => {
  const { plan } = subscriber
  const headers = Object.fromEntries(lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
  const url = plan.endpoint ?? ''
  const sent = plan.mime === undefined ? headers : { ...headers, 'content-type': plan.mime }
  if (plan.topic !== undefined) return { method: 'POST', url, headers: sent, body: writeAs(buildNotification(deps, subscriber, told), plan.xml) }
  const [event] = told.events
  // what may not be seen any more is nothing to tell of here
  if (event?.key === undefined) return undefined
  const numbered = { ...sent, 'x-emr-event-number': String(event.number) }
  if (plan.content === 'none') return { method: 'POST', url, headers: numbered, body: '' }
  // nor is what is gone, where the resource is what is told
  if (event.body === undefined) return undefined
  return { method: 'PUT', url: `${url.replace(/\/+$/, '')}/${event.key.type}/${event.key.id}`, headers: numbered, body: writeAs(parseJsonObject(event.body), plan.xml) }
}

/** The answer of $status: one entry for each. */
export const buildStatuses = (deps: NotificationDeps, subscribers: readonly Subscriber[], at: Date): string => writeJson(fromPlain({
  resourceType: 'Bundle', id: deps.ids.uuid(), type: 'searchset', timestamp: at.toISOString(), total: subscribers.length,
  entry: subscribers.map((subscriber) => {
    const { id, resource } = buildStatus(deps, subscriber, { type: 'query-status', status: subscriber.status, events: [] })
    return { fullUrl: `urn:uuid:${id}`, resource, search: { mode: 'match' } }
  }),
}))
