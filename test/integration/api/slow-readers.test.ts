/** Files of an export: so many are read at a time, and who stops reading loses its place. */
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { createExporter } from '#api/store/bulk/export.ts'
import { testSite, type TestSite } from '#test/support/app.ts'

/** Longer than a busy machine takes to answer twelve at a time: who is slow to begin would be taken for stalled. */
const STALL_MS = 6000
const MOST = 8
let site: TestSite
let app: FastifyInstance
let base: string
let headers: Record<string, string>
let file: string
let sockets: net.Socket[] = []
/** More than what the sockets between take. */
const LARGE = { resourceType: 'Basic', code: { text: 'x'.repeat(900_000) } }

beforeAll(async () => {
  site = await testSite()
  app = await buildApp({ ...site.parts, arrivalMs: STALL_MS })
  base = await app.listen({ host: '127.0.0.1', port: 0 })
  headers = await site.bearer()
  const client = await site.system()
  for (let at = 0; at < 16; at += 1) expect((await client.post('/fhir/R4/Basic', LARGE)).status).toBe(201)
  const kickOff = await fetch(`${base}/fhir/R4/$export?_type=Basic`, { headers: { ...headers, prefer: 'respond-async' } })
  const place = new URL(kickOff.headers.get('content-location') ?? '').pathname
  const step = createExporter({ database: site.database, clock: { now: () => new Date() }, timeZone: 'Asia/Ho_Chi_Minh', bases: [], settle: 0 })
  while (await step() !== 'idle') { /* until nothing is left */ }
  file = `${place}/1`
}, 60_000)
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await app.close()
  await site.close()
})

/** Asks and reads nothing but the first piece. */
const stall = async (): Promise<string> => {
  const socket = net.connect(Number(new URL(base).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.write(`GET ${file} HTTP/1.1\r\nhost: x\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  const head = await new Promise<string>((resolve) => { socket.once('data', (piece: Buffer) => resolve(piece.toString('latin1', 0, 2000))).once('close', () => resolve('closed')) })
  socket.pause()
  return head
}
const read = async (method = 'GET'): Promise<[number, number, string | null]> => {
  const answer = await fetch(`${base}${file}`, { method, headers })
  return [answer.status, (await answer.text()).split('\n').length, answer.headers.get('retry-after')]
}

it('are read by so many at a time, asked for at once, and the rest are told when to come again', async () => {
  const heads = await Promise.all(Array.from({ length: MOST + 4 }, stall))
  expect(heads.filter((head) => head.startsWith('HTTP/1.1 200 '))).toHaveLength(MOST)
  expect(heads.filter((head) => head.startsWith('HTTP/1.1 503 ') && head.includes('retry-after: 10'))).toHaveLength(4)
  expect(await read()).toEqual([503, 1, '10'])
})
it('are free again when nothing of them is taken any more', async () => {
  await expect.poll(() => read(), { timeout: 25_000, interval: 100 }).toEqual([200, 17, null])
})
it('are free again when their clients have left', async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < MOST / 2; at += 1) await stall()
    for (const socket of sockets) socket.destroy()
    await sleep(50)
  }
  expect(await read()).toEqual([200, 17, null])
})
it('take no place when only their head is asked for', async () => {
  for (let at = 0; at < MOST + 2; at += 1) expect((await read('HEAD'))[0]).toBe(200)
})
