/**
 * Drives HTTP/1.1 requests over kept connections and measures each: as little work as possible here, because server, database and load share the cores.
 * Answers are read by length or in chunks; one request at a time on a connection.
 */
import { once } from 'node:events'
import net from 'node:net'

export interface Ask {
  readonly method: string
  /** Path with query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Told { readonly status: number; readonly body: Buffer }

export interface Measured {
  /** Requests a second. */
  readonly rate: number
  readonly count: number
  readonly failed: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Text of the first answer that was not as wanted. */
  readonly firstFailure?: string
}

export interface Connection {
  ask(request: Ask): Promise<Told>
  close(): void
}

const END = Buffer.from('\r\n\r\n')

/** `base`: http://host:port; the path of requests is absolute. */
export const connect = async (base: string): Promise<Connection> => {
  const { hostname, port, host } = new URL(base)
  const socket = net.connect(Number(port === '' ? 80 : port), hostname)
  socket.setNoDelay(true)
  await once(socket, 'connect')
  let waiting: { resolve: (told: Told) => void; reject: (error: Error) => void } | undefined
  let received: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const told = readAnswer(received)
    if (!told) return
    received = Buffer.alloc(0)
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(told)
  })
  const fail = (error: Error): void => { waiting?.reject(error); waiting = undefined }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  return {
    ask: (request) => new Promise((resolve, reject) => {
      waiting = { resolve, reject }
      socket.write(toText(request, host))
    }),
    close: () => socket.destroy(),
  }
}

const toText = ({ method, path, headers = {}, body }: Ask, host: string): string => {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`
  return body === undefined ? `${text}\r\n` : `${text}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** undefined: not whole yet. */
const readAnswer = (bytes: Buffer): Told | undefined => {
  const head = bytes.indexOf(END)
  if (head < 0) return undefined
  const text = bytes.toString('latin1', 0, head)
  const status = Number(text.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
  const from = head + END.length
  if (length !== undefined) return bytes.length - from < Number(length) ? undefined : { status, body: bytes.subarray(from, from + Number(length)) }
  if (/\r\ntransfer-encoding: *chunked/i.test(text)) return readChunks(bytes, from, status)
  return { status, body: Buffer.alloc(0) }
}

const readChunks = (bytes: Buffer, from: number, status: number): Told | undefined => {
  const parts: Buffer[] = []
  for (let at = from; ;) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    if (bytes.length < end + 2 + size + 2) return undefined
    if (size === 0) return { status, body: Buffer.concat(parts) }
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}

export interface Drive {
  readonly base: string
  readonly clients: number
  readonly seconds: number
  /** Called with 0, 1, 2 …; the answer counts as failed when `wanted` says no. */
  readonly next: (at: number) => Ask
  readonly wanted: (told: Told) => boolean
}

/** Each client asks again as soon as it is answered. The first tenth of the time does not count. */
export const drive = async ({ base, clients, seconds, next, wanted }: Drive): Promise<Measured> => {
  const connections = await Promise.all(Array.from({ length: clients }, () => connect(base)))
  const times: number[] = []
  let [at, failed] = [0, 0]
  let firstFailure: string | undefined
  const started = performance.now()
  const counted = started + seconds * 100
  const ends = counted + seconds * 1000
  await Promise.all(connections.map(async (connection) => {
    for (;;) {
      const from = performance.now()
      if (from >= ends) return
      const told = await connection.ask(next(at++))
      const now = performance.now()
      if (!wanted(told)) {
        failed += 1
        firstFailure ??= `${told.status} ${told.body.toString('utf8').slice(0, 500)}`
      }
      if (from >= counted && now <= ends) times.push(now - from)
    }
  }))
  for (const connection of connections) connection.close()
  times.sort((a, b) => a - b)
  const quantile = (share: number): number => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN
  return { rate: times.length / seconds, count: times.length, failed, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), ...(firstFailure !== undefined && { firstFailure }) }
}
