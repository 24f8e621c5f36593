/** What websockets of subscriptions may cost, and what is said when nothing can be told: http://hl7.org/fhir/R4/subscription.html#websockets */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createAddressOf } from '#api/http/address-of.ts'
import { createSockets, type Sockets } from '#api/http/subscription-sockets.ts'
import { attachUpgrades } from '#api/http/upgrades.ts'
import { systemClock } from '#api/model/ids.ts'
import type { Caller } from '#api/model/ports.ts'
import type { Subscriber } from '#api/model/subscription-ports.ts'

const caller: Caller = { actor: { kind: 'system', tenant: 900, client: 'c', scopes: [] }, visibility: { kind: 'all' }, purpose: 'HDATAEXCH' }
const subscriber = (id: string, made = 0): Subscriber =>
  ({ id, client: 'c', scopes: [], status: 'active', written: 1, made, told: 0, tries: 0, greeted: true, plan: { changes: ['C'], filters: [], channel: 'websocket', xml: false, content: 'none', timeout: 30, maxCount: 1 } })

let server: Server
let sockets: Sockets
let url: string
let list: (ids: readonly string[]) => Promise<Subscriber[]>
const warnings: unknown[] = []
const addresses: string[] = []
const opened: WebSocket[] = []

beforeEach(async () => {
  warnings.length = 0
  list = async (ids) => ids.map((id) => subscriber(id))
  sockets = createSockets({
    path: '/sockets', publicUrl: 'http://127.0.0.1', authenticate: async ({ address }) => { addresses.push(address); return caller }, addressOf: createAddressOf(['127.0.0.1']), clock: systemClock, findCaller: async () => caller, record: async () => undefined, build: () => '',
    subscriptions: { find: async (_caller, ids = []) => ids.map((id) => subscriber(id)), list: (ids) => list(ids), events: async () => [], takeToken: async () => undefined },
  })
  server = createServer()
  attachUpgrades(server, [sockets])
  sockets.start((failure) => warnings.push(failure))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sockets`
})
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate()
  await sockets.close()
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
})

const open = async (): Promise<WebSocket> => {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${'A'.repeat(43)}` } })
  opened.push(socket)
  await once(socket, 'open')
  return socket
}
const say = async (socket: WebSocket, message: string): Promise<string> => {
  const answer = once(socket, 'message')
  socket.send(message)
  return String((await answer)[0])
}

describe('websockets of one process', () => {
  it('are two hundred, and one more is told to come later', async () => {
    await Promise.all(Array.from({ length: 200 }, open))
    expect(sockets.count()).toBe(200)
    const refused = new WebSocket(url)
    opened.push(refused)
    const [failure] = await once(refused, 'error')
    expect([String(failure), sockets.count()]).toEqual(['Error: Unexpected server response: 503', 200])
    opened[0]?.terminate()
    await expect.poll(() => sockets.count()).toBe(199)
    await open()
    expect(sockets.count()).toBe(200)
  })
  it('that have shown nothing are twenty of an address, so that strangers keep nobody out, and a named proxy says for whom it calls', async () => {
    const stranger = async (from: string): Promise<string> => {
      const socket = new WebSocket(url, { headers: { 'x-forwarded-for': from } })
      opened.push(socket)
      return once(socket, 'open').then(() => 'open', String)
    }
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => stranger('1.2.3.4'))))).toEqual(new Set(['open']))
    expect(await stranger('1.2.3.4')).toBe('Error: Unexpected server response: 503')
    expect(await stranger('9.9.9.9, 1.2.3.4')).toBe('Error: Unexpected server response: 503')
    expect(await stranger('1.2.3.5')).toBe('open')
    const known = new WebSocket(url, { headers: { authorization: `Bearer ${'A'.repeat(43)}`, 'x-forwarded-for': '1.2.3.4' } })
    opened.push(known)
    await once(known, 'open')
    expect([sockets.count(), addresses.at(-1)]).toEqual([22, '1.2.3.4'])
  })
  it('are bound to fifty Subscriptions each, and closed after five failures', async () => {
    const socket = await open()
    for (let at = 0; at < 50; at += 1) expect(await say(socket, `bind s${at}`)).toBe(`bound s${at}`)
    const closed = once(socket, 'close')
    for (let at = 0; at < 5; at += 1) expect(await say(socket, 'bind one-more')).toBe('error not bound')
    expect((await closed)[0]).toBe(1008)
  })
})

describe('what keeps websockets from being told', () => {
  it('is said once, until they are told again', async () => {
    const socket = await open()
    await say(socket, 'bind a')
    const away = new Error('away')
    let asked = 0
    const failing = async (): Promise<Subscriber[]> => {
      asked += 1
      throw away
    }
    list = failing
    await expect.poll(() => asked, { timeout: 5000 }).toBeGreaterThan(2)
    expect(warnings).toEqual([away])
    list = async (ids) => ids.map((id) => subscriber(id, 1))
    // what came meanwhile is told then
    expect(String((await once(socket, 'message'))[0])).toBe('ping a')
    await sleep(50)
    list = failing
    await expect.poll(() => warnings.length, { timeout: 5000 }).toBe(2)
  })
})
