/**
 * Websockets of subscriptions. R4: "bind <id>" is answered "bound <id>", and each news is "ping <id>" (http://hl7.org/fhir/R4/subscription.html#websockets). Topics:
 * "bind-with-token <token>", answered by a handshake, then notifications (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets).
 * Who binds by id shows an access token when it connects; who has none binds by a token that is good once, for a minute.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Caller, Clock } from '../model/ports.ts'
import type { FindSubscriberCaller, NotificationType, Subscriber, SubscriptionEvent, Subscriptions } from '../model/subscription-ports.ts'
import { bearerOf } from '../security/authenticate.ts'
import { digestOf } from '../security/tokens.ts'
import type { Authenticate } from './route.ts'
import { isOwnOrigin, refuseUpgrade, type UpgradeHub } from './upgrades.ts'

export interface SocketDeps {
  /** Below which nothing else is. */
  readonly path: string
  readonly publicUrl: string
  readonly authenticate: Authenticate
  /** Who connects; named proxies are believed (address-of.ts). */
  readonly addressOf: (request: IncomingMessage) => string
  readonly subscriptions: Pick<Subscriptions, 'find' | 'list' | 'events' | 'takeToken'>
  readonly findCaller: FindSubscriberCaller
  readonly record: (caller: Caller, subscriber: Subscriber, events: readonly SubscriptionEvent[]) => Promise<void>
  /** A notification in the format that the Subscription asks for. */
  readonly build: (subscriber: Subscriber, type: NotificationType, events: readonly SubscriptionEvent[]) => string
  readonly clock: Clock
}

export interface Sockets extends UpgradeHub {
  /** `warn`: told of the first of failures in a row, when nothing could be told. */
  start(warn: (failure: unknown) => void): void
  /** How many are open. */
  count(): number
  /** Says goodbye to all. */
  close(): Promise<void>
}

/** Of one address: those that have shown nothing yet, neither an access token nor one to bind by. They take no room from others. */
const MOST_STRANGERS = 20
/** Sockets of this process; bytes of a message; Subscriptions of one socket; failed binds of one. Bytes that may wait for a slow reader. */
const MOST_SOCKETS = 200, LARGEST_MESSAGE = 1024, MOST_BOUND = 50, MOST_FAILURES = 5, MOST_BUFFERED = 4 * 1024 * 1024
/** Milliseconds: to bind, between two looks, between two signs of life, that a bond lasts, that a goodbye may take. */
const PATIENCE = 15_000, LOOK_EVERY = 250, ALIVE_EVERY = 30_000, BOND = 3_600_000, GOODBYE = 2_000
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const NORMAL = 1000, GOING_AWAY = 1001, POLICY = 1008, TRY_LATER = 1013

interface Bond { sent: number; at: number; readonly until: number }
interface Client { readonly socket: WebSocket; readonly request: IncomingMessage; readonly address: string; readonly caller: Caller | undefined; readonly bonds: Map<string, Bond>; failures: number; alive: boolean; readonly since: number }

export const createSockets = (deps: SocketDeps): Sockets => {
  const hub = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE, perMessageDeflate: false })
  const clients = new Set<Client>()
  const timers: NodeJS.Timeout[] = []
  let looking = false, failing = false

  const admit = (request: IncomingMessage, caller: Caller | undefined) => (socket: WebSocket): void => {
    const client: Client = { socket, request, address: deps.addressOf(request), caller, bonds: new Map(), failures: 0, alive: true, since: Date.now() }
    clients.add(client)
    // one after another, so that a bond is there before the next message is read
    let turn = Promise.resolve()
    socket.on('message', (data, binary) => { turn = turn.then(() => hear(deps, client, !binary && Buffer.isBuffer(data) ? data.toString('utf8') : '')).catch(() => socket.close(POLICY)) })
    socket.on('pong', () => { client.alive = true })
    socket.on('error', () => socket.terminate())
    socket.once('close', () => clients.delete(client))
  }

  const upgrade = async (request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> => {
    const refusal = await refusalOf(deps, request, [...clients])
    if (typeof refusal === 'number') return refuseUpgrade(stream, refusal)
    hub.handleUpgrade(request, stream, head, admit(request, refusal.caller))
  }

  const look = async (warn: (failure: unknown) => void): Promise<void> => {
    if (looking) return
    looking = true
    try {
      await tellAll(deps, [...clients])
      failing = false
    } catch (failure) {
      // mostly the database is away: what came is told when it is back
      if (!failing) warn(failure)
      failing = true
    } finally {
      looking = false
    }
  }

  return {
    takes: (path) => path === deps.path,
    upgrade,
    start(warn) {
      timers.push(setInterval(() => void look(warn), LOOK_EVERY), setInterval(() => void checkAll(deps, [...clients]), ALIVE_EVERY))
    },
    count: () => clients.size,
    async close() {
      for (const timer of timers) clearInterval(timer)
      const gone = [...clients].map(({ socket }) => new Promise<void>((resolve) => {
        const late = setTimeout(() => socket.terminate(), GOODBYE)
        socket.once('close', () => {
          clearTimeout(late)
          resolve()
        })
        socket.close(GOING_AWAY)
      }))
      await Promise.all(gone)
      hub.close()
    },
  }
}

/** A status, or who connects. Pages of other sites are refused; an access token that is shown must be good. Cookies are not looked at. */
const refusalOf = async (deps: SocketDeps, request: IncomingMessage, open: readonly Client[]): Promise<number | { readonly caller: Caller | undefined }> => {
  if (!isOwnOrigin(request, deps.publicUrl)) return 403
  if (open.length >= MOST_SOCKETS) return 503
  if (request.headers.authorization === undefined) {
    const address = deps.addressOf(request)
    return open.filter((client) => client.caller === undefined && client.bonds.size === 0 && client.address === address).length >= MOST_STRANGERS ? 503 : { caller: undefined }
  }
  try {
    return { caller: await callerOf(deps, request) }
  } catch {
    return 401
  }
}

const callerOf = async ({ authenticate, addressOf, path }: SocketDeps, request: IncomingMessage): Promise<Caller> => {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
  if (bearerOf({ headers }) === undefined) throw new Error('No access token.')
  const caller = await authenticate({ id: '', method: 'GET', path, headers, cookies: {}, address: addressOf(request) })
  if (caller?.actor.kind !== 'system') throw new Error('Not a system client.')
  return caller
}

const hear = async (deps: SocketDeps, client: Client, message: string): Promise<void> => {
  const [, word, value = ''] = /^(bind|bind-with-token) ([A-Za-z0-9\-._]{1,64})$/.exec(message.trim()) ?? []
  const found = word === 'bind' ? await byId(deps, client, value) : word === 'bind-with-token' ? await byToken(deps, value) : []
  const fit = found.filter(({ plan, status }) => plan.channel === 'websocket' && status !== 'off')
  if (fit.length === 0 || client.bonds.size + fit.length > MOST_BOUND) {
    client.failures += 1
    client.socket.send(word === undefined ? 'error unknown message' : 'error not bound')
    if (client.failures >= MOST_FAILURES) client.socket.close(POLICY)
    return
  }
  for (const subscriber of fit) {
    client.bonds.set(subscriber.id, { sent: subscriber.made, at: Date.now(), until: Date.now() + BOND })
    client.socket.send(subscriber.plan.topic === undefined ? `bound ${subscriber.id}` : deps.build(subscriber, 'handshake', []))
  }
}

/** By id only with an access token, and only its own. */
const byId = async ({ subscriptions }: SocketDeps, { caller }: Client, id: string): Promise<Subscriber[]> => (caller === undefined ? [] : subscriptions.find(caller, [id]))

const byToken = async ({ subscriptions }: SocketDeps, token: string): Promise<Subscriber[]> => {
  const digest = digestOf(token)
  const taken = digest === undefined ? undefined : await subscriptions.takeToken(digest)
  return taken === undefined ? [] : (await subscriptions.list(taken.ids)).filter(({ client }) => client === taken.client)
}

/** One question for all that are bound. */
const tellAll = async (deps: SocketDeps, clients: readonly Client[]): Promise<void> => {
  const ids = [...new Set(clients.flatMap(({ bonds }) => [...bonds.keys()]))]
  if (ids.length === 0) return
  const byKey = new Map((await deps.subscriptions.list(ids)).map((subscriber) => [subscriber.id, subscriber]))
  for (const client of clients) {
    for (const [id, bond] of client.bonds) {
      const subscriber = byKey.get(id)
      if (subscriber === undefined || subscriber.status === 'off' || bond.until <= Date.now()) client.bonds.delete(id)
      else await tell(deps, client, subscriber, bond)
    }
    if (client.bonds.size === 0 && client.socket.readyState === client.socket.OPEN && Date.now() - client.since > PATIENCE) client.socket.close(NORMAL)
  }
}

const tell = async (deps: SocketDeps, client: Client, subscriber: Subscriber, bond: Bond): Promise<void> => {
  const { socket } = client
  const { plan, made } = subscriber
  const beats = plan.heartbeat !== undefined && Date.now() - bond.at >= plan.heartbeat * 1000
  if (made <= bond.sent && !beats) return
  if (socket.bufferedAmount > MOST_BUFFERED) return socket.close(TRY_LATER)
  const caller = await deps.findCaller(subscriber)
  if (caller === undefined) return socket.close(POLICY)
  bond.at = Date.now()
  if (made <= bond.sent) return socket.send(deps.build(subscriber, 'heartbeat', []))
  if (plan.topic === undefined) {
    bond.sent = made
    return socket.send(`ping ${subscriber.id}`)
  }
  const events = await deps.subscriptions.events(subscriber, caller, bond.sent + 1, made, plan.maxCount)
  await deps.record(caller, subscriber, events)
  bond.sent = events.at(-1)?.number ?? made
  if (events.length > 0) socket.send(deps.build(subscriber, 'event-notification', events))
}

/** Who does not answer, never bound, or has lost its access, is let go. */
const checkAll = async (deps: SocketDeps, clients: readonly Client[]): Promise<void> => {
  for (const client of clients) {
    const { socket, request, caller } = client
    if (!client.alive) {
      socket.terminate()
      continue
    }
    client.alive = false
    socket.ping()
    if (client.bonds.size === 0 && Date.now() - client.since > PATIENCE) socket.close(POLICY)
    else if (caller !== undefined) await callerOf(deps, request).catch(() => socket.close(POLICY))
  }
}
