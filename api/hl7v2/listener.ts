/**
 * The door for devices: MLLP over TCP. Who is not on the list is closed at once; what is no frame, too large or too slow ends its own connection and nothing else. Of each connection one message is worked on
 * at a time, and nothing is answered before it is durable.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { MOST_BYTES } from './decode.ts'
import { createDeframer, toFrame } from './frames.ts'

export interface ListenerOptions {
  readonly isKnown: (address: string) => boolean
  /** The answer, or undefined when none can be given: then the connection ends and the device sends again. */
  readonly onMessage: (bytes: Buffer, address: string) => Promise<string | undefined>
  readonly warn: (what: Readonly<Record<string, unknown>>, message: string) => void
  /** A frame that has begun ends within so many milliseconds. */
  readonly frameMs?: number
  readonly idleMs?: number
  readonly connections?: number
  /** Of one address: one device that forgets its connections, or means harm, keeps nobody else out. */
  readonly perAddress?: number
  readonly mostBytes?: number
}
export interface Listener { readonly port: number; readonly refused: () => number; close(): Promise<void> }

const MOST_NOISE = 64 * 1024

/** "::ffff:10.0.0.5" is 10.0.0.5 on a socket of both kinds. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

export const openListener = async ({ host, port }: { readonly host: string; readonly port: number }, { isKnown, onMessage, warn, frameMs = 30_000, idleMs = 30 * 60_000, connections = 64, perAddress = 4, mostBytes = MOST_BYTES }: ListenerOptions): Promise<Listener> => {
  /** The oldest first. */
  const sockets = new Map<Socket, { readonly address: string; readonly isIdle: () => boolean }>()
  let refused = 0

  const serve = (socket: Socket, address: string): void => {
    const deframer = createDeframer()
    const waiting: Buffer[] = []
    let busy = false
    let timer: NodeJS.Timeout | undefined
    const end = (why: string): void => { warn({ address, why }, 'connection of a device ended'); socket.destroy() }
    const work = async (): Promise<void> => {
      busy = true
      socket.pause()
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const answer = await onMessage(next, address)
          if (answer === undefined) return end('no-answer')
          if (!socket.destroyed) socket.write(toFrame(answer))
        }
      } catch (error) {
        end(error instanceof Error ? error.name : typeof error)
      } finally {
        busy = false
        socket.resume()
      }
    }
    socket.setTimeout(idleMs, () => socket.destroy())
    socket.on('data', (piece: Buffer) => {
      const found = deframer.take(piece)
      if (deframer.size > mostBytes || found.some(({ length }) => length > mostBytes)) return end('too-large')
      if (deframer.noise > MOST_NOISE) return end('noise')
      if (found.length > 0 || !deframer.open) { clearTimeout(timer); timer = undefined }
      if (deframer.open) timer ??= setTimeout(() => end('too-slow'), frameMs).unref()
      waiting.push(...found)
      if (!busy && waiting.length > 0) void work()
    })
    socket.on('close', () => { clearTimeout(timer); sockets.delete(socket) })
    socket.on('error', () => undefined)
    sockets.set(socket, { address, isIdle: () => !busy && !deframer.open && waiting.length === 0 })
  }

  /** The oldest connection of the address that is idle ends for a new one; false: all are at work. */
  const hasRoom = (address: string): boolean => {
    const own = [...sockets].filter(([, each]) => each.address === address)
    if (own.length < perAddress) return sockets.size < connections
    const [idle] = own.find(([, { isIdle }]) => isIdle()) ?? []
    if (idle === undefined) return false
    sockets.delete(idle)
    idle.destroy()
    return true
  }

  const server: Server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress)
    if (!isKnown(address) || !hasRoom(address)) {
      refused += 1
      // a stranger who knocks a thousand times is said at 1, 2, 4, 8 …
      if (Number.isInteger(Math.log2(refused))) warn({ address, refused }, 'a connection was refused: the address is not known, or has too many')
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    serve(socket, address)
  })
  await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(port, host, () => { server.off('error', reject); resolve() }) })
  server.on('error', (error) => warn({ error: error.name }, 'the door for devices has trouble'))
  const bound = server.address()
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port, refused: () => refused,
    close: () => new Promise((resolve) => { server.close(() => resolve()); for (const socket of sockets.keys()) socket.destroy() }),
  }
}
