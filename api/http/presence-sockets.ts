/**
 * Presence at a visit, by websocket: GET /api/visits/:encounter/presence, with the cookie of the session, for whoever may open the visit. The connection itself says that somebody is there,
 * so nobody asks again and again; a tab that dies ends it at once, a cable that is cut is noticed by a ping that is not answered. Nothing is stored and nothing of the patient told; opening
 * the sheet is what is on record. Every minute it is asked whether session and right still hold.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { Outcome } from '../model/outcome.ts'
import { SheetStateShape, type PresenceNews } from '../model/presence.ts'
import { rolesFor } from '../security/policy.ts'
import { BACKGROUND_HEADER } from '../security/sessions.ts'
import { createPresenceBoard, type OpenedBy } from '../visit/presence-board.ts'
import { requireAccess } from './access.ts'
import { createAddressOf } from './address-of.ts'
import { pathOf } from './request.ts'
import type { Authenticate } from './route.ts'
import { isOwnOrigin, refuseUpgrade, type UpgradeHub } from './upgrades.ts'
import { openVisit, requirePerson, type VisitAccessDeps } from './visit-access.ts'

export interface PresenceDeps extends VisitAccessDeps {
  readonly authenticate: Authenticate
  readonly publicUrl: string
  /** Who connects; named proxies are believed (address-of.ts). */
  readonly addressOf?: (request: IncomingMessage) => string
  /** Milliseconds between two signs of life, and between two looks at the right; for tests. */
  readonly aliveEvery?: number
  readonly askEvery?: number
}

export interface PresenceSockets extends UpgradeHub {
  start(): void
  count(): number
  close(): Promise<void>
}

interface Sheet { readonly request: IncomingMessage; readonly encounter: string; readonly account: string; alive: boolean; asked: number; said: number; told: string }

/** Sheets of this process, and of one person; bytes of a message; messages between two signs of life. */
const MOST_SHEETS = 1000, MOST_OF_ONE = 30, LARGEST_MESSAGE = 256, MOST_SAID = 60
const ALIVE_EVERY = 5_000, ASK_EVERY = 60_000, TELL_AFTER = 150, GOODBYE = 2_000
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001, POLICY = 1008
const ADDRESS = /^\/api\/visits\/([A-Za-z0-9\-.]{1,64})\/presence$/

const cookiesOf = (header = ''): Readonly<Record<string, string>> => Object.fromEntries(header.split(';').flatMap((pair) => {
  const at = pair.indexOf('=')
  return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]]
}))

export const createPresenceSockets = (deps: PresenceDeps): PresenceSockets => {
  const { aliveEvery = ALIVE_EVERY, askEvery = ASK_EVERY, addressOf = createAddressOf([]) } = deps
  const hub = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE, perMessageDeflate: false })
  const board = createPresenceBoard<WebSocket>()
  const sheets = new Map<WebSocket, Sheet>()
  const stale = new Set<string>()
  const timers: NodeJS.Timeout[] = []
  let telling: NodeJS.Timeout | undefined

  const mayBeThere = async (request: IncomingMessage, encounter: string): Promise<OpenedBy> => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
    const facts = { id: '', method: 'GET' as const, path: pathOf(request.url ?? ''), headers: { ...headers, [BACKGROUND_HEADER]: '1' }, cookies: cookiesOf(request.headers.cookie), address: addressOf(request) }
    const caller = requireAccess({ roles: rolesFor('visit.open') }, await deps.authenticate(facts))
    await openVisit(deps, caller, encounter)
    const { account, name } = requirePerson(caller)
    return { account, name }
  }

  /** Those of a visit are told together, a moment later: who tabs through the sheet is no storm. */
  const changed = (encounter: string): void => {
    stale.add(encounter)
    telling ??= setTimeout(() => {
      telling = undefined
      for (const socket of [...stale].flatMap((each) => board.at(each))) tell(socket)
      stale.clear()
    }, TELL_AFTER)
  }
  const tell = (socket: WebSocket): void => {
    const sheet = sheets.get(socket)
    const text = JSON.stringify({ others: board.othersOf(socket) } satisfies PresenceNews)
    if (sheet === undefined || sheet.told === text || socket.readyState !== socket.OPEN) return
    sheet.told = text
    socket.send(text)
  }

  const admit = (sheet: Sheet, by: OpenedBy) => (socket: WebSocket): void => {
    sheets.set(socket, sheet)
    board.join(socket, sheet.encounter, by)
    changed(sheet.encounter)
    socket.on('message', (data, binary) => {
      sheet.said += 1
      const state = SheetStateShape.safeParse(binary || !Buffer.isBuffer(data) ? undefined : parsed(data))
      if (!state.success || sheet.said > MOST_SAID) return socket.close(POLICY)
      board.say(socket, state.data)
      changed(sheet.encounter)
    })
    socket.on('pong', () => { sheet.alive = true })
    socket.on('error', () => socket.terminate())
    socket.once('close', () => {
      sheets.delete(socket)
      board.leave(socket)
      changed(sheet.encounter)
    })
  }

  const check = (): void => {
    for (const [socket, sheet] of sheets) {
      if (!sheet.alive) { socket.terminate(); continue }
      sheet.alive = false
      sheet.said = 0
      socket.ping()
      if (Date.now() - sheet.asked < askEvery) continue
      sheet.asked = Date.now()
      // the database being away is no refusal
      mayBeThere(sheet.request, sheet.encounter).catch((failure: unknown) => { if (failure instanceof Outcome && failure.code !== 'internal' && failure.code !== 'overloaded') socket.close(POLICY) })
    }
  }

  return {
    takes: (path) => ADDRESS.test(path),
    async upgrade(request, stream: Duplex, head) {
      const encounter = ADDRESS.exec(pathOf(request.url ?? ''))?.[1] ?? ''
      if (!isOwnOrigin(request, deps.publicUrl)) return refuseUpgrade(stream, 403)
      if (sheets.size >= MOST_SHEETS) return refuseUpgrade(stream, 503)
      let by: OpenedBy
      try {
        by = await mayBeThere(request, encounter)
      } catch (failure) {
        return refuseUpgrade(stream, !(failure instanceof Outcome) ? 503 : failure.code === 'not-found' ? 404 : failure.code === 'forbidden' || failure.code === 'break-glass-needed' || failure.code === 'cross-site-request' ? 403 : 401)
      }
      if ([...sheets.values()].filter(({ account }) => account === by.account).length >= MOST_OF_ONE) return refuseUpgrade(stream, 503)
      hub.handleUpgrade(request, stream, head, admit({ request, encounter, account: by.account, alive: true, asked: Date.now(), said: 0, told: '' }, by))
    },
    start() { timers.push(setInterval(check, aliveEvery)) },
    count: () => sheets.size,
    async close() {
      for (const timer of timers) clearInterval(timer)
      clearTimeout(telling)
      await Promise.all([...sheets.keys()].map((socket) => new Promise<void>((resolve) => {
        const late = setTimeout(() => socket.terminate(), GOODBYE)
        socket.once('close', () => { clearTimeout(late); resolve() })
        socket.close(GOING_AWAY)
      })))
      clearTimeout(telling)
      hub.close()
    },
  }
}

const parsed = (data: Buffer): unknown => {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return undefined
  }
}
