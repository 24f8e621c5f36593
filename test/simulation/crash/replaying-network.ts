/** A network that delivers each batch twice: what the center must take once. Loopback only. */
import { once } from 'node:events'
import http from 'node:http'
import { WIRE } from '#api/model/exchange.ts'

export interface ReplayingNetwork {
  /** What the hospital is told to be the center's address. */
  readonly url: string
  /** Batches that were delivered a second time. */
  readonly replayed: () => number
  close(): Promise<void>
}

/** `center`: its real address. The sender gets the answer to the second delivery. */
export async function openReplayingNetwork(center: string): Promise<ReplayingNetwork> {
  let replayed = 0
  const deliver = (request: http.IncomingMessage, body: Buffer): Promise<Response> => {
    const type = request.headers['content-type'] ?? ''
    const signature = String(request.headers[WIRE.signature] ?? '')
    return fetch(center + (request.url ?? ''), { method: 'POST', headers: { 'content-type': type, [WIRE.signature]: signature }, body: new Uint8Array(body) })
  }
  const forward = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(request, 'end')
    const body = Buffer.concat(chunks)
    let answer = await deliver(request, body)
    if (request.url === WIRE.batches && answer.status === 200) {
      await answer.arrayBuffer()
      answer = await deliver(request, body)
      replayed += 1
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
  const server = http.createServer((request, response) => {
    forward(request, response).catch(() => response.destroy()) // the center is away, or was killed: so is the line to it
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    replayed: () => replayed,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
