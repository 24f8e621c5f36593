/** How somebody is told: channel, endpoint, payload, header lines. http://hl7.org/fhir/R4/subscription-definitions.html#Subscription.channel */
import { refusalOfEndpoint } from '../../model/endpoints.ts'
import { arrayAt, JsonNumber, JsonObject, stringAt, valueAt, type JsonValue } from '../../model/json.ts'
import type { HeaderLines, NotificationContent, SubscriptionPlan } from '../../model/subscription-plan.ts'
import { extensionsOf, invalid } from './criteria.ts'
import { BACKPORT_EXTENSION } from './topics.ts'

/** In place of the value of a header line, which nobody is shown. */
const MASK = '********'
const MOST_HEADERS = 20, LONGEST_HEADER = 4096
/** They are the connection's, or said by the payload. */
const OWN_HEADERS = /^(host|content-.*|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive|proxy-.*|cookie|x-emr-.*)$/i
const JSON_MIME = /^application\/(fhir\+)?json\s*(;|$)/i, XML_MIME = /^(application\/(fhir\+)?xml|text\/xml)\s*(;|$)/i
/** Seconds: an attempt, and its bounds. */
const TIMEOUT = 10, LONGEST_TIMEOUT = 30
const SHORTEST_HEARTBEAT = 5
const MOST_AT_A_TIME = 20, LARGEST_COUNT = 100

type Channel = Pick<SubscriptionPlan, 'channel' | 'endpoint' | 'xml' | 'mime' | 'content' | 'heartbeat' | 'timeout' | 'maxCount'>

export const readChannel = (resource: JsonObject, topic: boolean, origins: readonly string[]): Channel => {
  const channel = resource.get('channel')
  const type = stringAt(channel, 'type')
  if (type !== 'rest-hook' && type !== 'websocket') return invalid('channel.type', 'The channels are rest-hook and websocket.')
  if (extensionsOf(valueAt(channel, '_type'), BACKPORT_EXTENSION.channelType).length > 0) invalid('channel.type', 'The channels are rest-hook and websocket.')
  const endpoint = type === 'rest-hook' ? readEndpoint(channel, origins) : undefined
  const heartbeat = numberOf(channel, BACKPORT_EXTENSION.heartbeat, 'valueUnsignedInt')
  if (heartbeat !== undefined && heartbeat !== 0 && heartbeat < SHORTEST_HEARTBEAT) invalid('channel.extension', `A heartbeat is sent every ${SHORTEST_HEARTBEAT} seconds at most.`)
  return {
    channel: type, ...(endpoint !== undefined && { endpoint }), ...readPayload(channel, topic),
    ...(topic && heartbeat !== undefined && heartbeat > 0 && { heartbeat }),
    timeout: Math.min(LONGEST_TIMEOUT, Math.max(1, numberOf(channel, BACKPORT_EXTENSION.timeout, 'valueUnsignedInt') ?? TIMEOUT)),
    maxCount: topic ? Math.min(LARGEST_COUNT, numberOf(channel, BACKPORT_EXTENSION.maxCount, 'valuePositiveInt') ?? MOST_AT_A_TIME) : 1,
  }
}

const readEndpoint = (channel: JsonValue | undefined, origins: readonly string[]): string => {
  const endpoint = stringAt(channel, 'endpoint') ?? ''
  const refusal = refusalOfEndpoint(endpoint, origins)
  return refusal === undefined ? endpoint : invalid('channel.endpoint', refusal)
}

const readPayload = (channel: JsonValue | undefined, topic: boolean): Pick<Channel, 'xml' | 'mime' | 'content'> => {
  const mime = stringAt(channel, 'payload')
  if (mime === undefined) return topic ? invalid('channel.payload', 'A topic is told in a Bundle: say in which format.') : { xml: false, content: 'none' }
  const xml = XML_MIME.test(mime)
  if (!xml && !JSON_MIME.test(mime)) return invalid('channel.payload', 'The formats are application/fhir+json and application/fhir+xml.')
  if (!topic) return { xml, mime, content: 'full-resource' }
  const content = stringAt(extensionsOf(valueAt(channel, '_payload'), BACKPORT_EXTENSION.content)[0], 'valueCode')
  return isContent(content) ? { xml, mime, content } : invalid('channel.payload.extension', 'A topic needs to know how much is sent: empty, id-only or full-resource.')
}

const isContent = (text: string | undefined): text is Exclude<NotificationContent, 'none'> => text === 'empty' || text === 'id-only' || text === 'full-resource'

const numberOf = (channel: JsonValue | undefined, url: string, name: string): number | undefined => {
  const [extension] = extensionsOf(channel, url)
  const value = extension?.get(name)
  if (extension !== undefined && !(value instanceof JsonNumber && /^\d{1,9}$/.test(value.source))) return invalid('channel.extension', `Expected ${name}, a whole number.`)
  return value instanceof JsonNumber ? Number(value.source) : undefined
}

/** The header lines, and the resource that shows only their names. Sent back masked, a line stays what it was. */
export const takeHeaders = (resource: JsonObject): { readonly resource: JsonObject; readonly headers: HeaderLines } => {
  const channel = resource.get('channel')
  const lines = arrayAt(channel, 'header')
  if (lines.length === 0 || !(channel instanceof JsonObject)) return { resource, headers: [] }
  if (lines.length > MOST_HEADERS) invalid('channel.header', `At most ${MOST_HEADERS} header lines.`)
  const read = lines.map((line, at) => readLine(typeof line === 'string' ? line : '', `channel.header[${at}]`))
  return {
    headers: read.map(({ name, value }) => (value === MASK ? null : `${name}: ${value}`)),
    resource: resource.set('channel', channel.set('header', read.map(({ name }) => `${name}: ${MASK}`))),
  }
}

const readLine = (line: string, place: string): { readonly name: string; readonly value: string } => {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}):[ \t]*([\x20-\x7e]+)$/.exec(line) ?? []
  if (name === '' || line.length > LONGEST_HEADER) return invalid(place, `Expected Name: value, in ASCII, of at most ${LONGEST_HEADER} characters.`)
  if (OWN_HEADERS.test(name)) return invalid(place, 'This header is not for a Subscription to set.')
  return { name, value: value.trim() }
}
