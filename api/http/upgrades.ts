/** From an HTTP connection to a websocket (https://www.rfc-editor.org/rfc/rfc6455#section-4.2): each address has one hub, and every other is refused. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { pathOf } from './request.ts'

export interface UpgradeHub {
  /** Whether connections to this path are its own. */
  takes(path: string): boolean
  /** Throws, or refuses by itself. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void>
}

const REASONS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' }

export const refuseUpgrade = (stream: Duplex, status: number): void => {
  stream.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Service Unavailable'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** A browser says on whose page it connects: that must be ours. Others say nothing. */
export const isOwnOrigin = ({ headers: { origin, host } }: IncomingMessage, publicUrl: string): boolean => origin === undefined || origin === new URL(publicUrl).origin || URL.parse(origin)?.host === host

export const attachUpgrades = (server: Server, hubs: readonly UpgradeHub[]): void => {
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    const hub = hubs.find((each) => each.takes(pathOf(request.url ?? '')))
    if (hub === undefined) return refuseUpgrade(stream, 404)
    hub.upgrade(request, stream, head).catch(() => refuseUpgrade(stream, 503))
  })
}
