/** Who sends a body and never comes to an end keeps no connection; one whose body is handed on while it comes may take its time, as long as something comes. */
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '#api/app.ts'
import { testSite, type TestSite } from '#test/support/app.ts'

const ARRIVAL_MS = 400
let site: TestSite
let app: FastifyInstance
let port: number
let headers: string
beforeAll(async () => {
  site = await testSite()
  app = await buildApp({ ...site.parts, arrivalMs: ARRIVAL_MS })
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  headers = Object.entries(await site.bearer()).map(([name, value]) => `${name}: ${value}\r\n`).join('')
})
afterAll(async () => {
  await app.close()
  await site.close()
})

/** Sends the head and then a piece every so often; answers what came back and after how many pieces the connection ended. */
const dribble = async (path: string, type: string, pieces: number, every: number): Promise<{ readonly answer: string; readonly sent: number }> => {
  const socket = net.connect(port, '127.0.0.1')
  let [answer, closed, sent] = ['', false, 0]
  socket.on('data', (chunk) => { answer += chunk.toString('latin1') }).on('close', () => { closed = true }).on('error', () => { closed = true })
  socket.write(`POST /fhir/R4/${path} HTTP/1.1\r\nhost: x\r\n${headers}prefer: respond-async\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`)
  for (; sent < pieces && !closed; sent += 1) {
    socket.write('1\r\n \r\n')
    await sleep(every)
  }
  if (!closed) socket.write('0\r\n\r\n')
  for (let waited = 0; waited < 3000 && !closed && !answer.includes('\r\n\r\n'); waited += 20) await sleep(20)
  socket.destroy()
  return { answer, sent }
}

it('ends a body that does not come to its end in time', async () => {
  const { answer, sent } = await dribble('Basic', 'application/fhir+json', 20, ARRIVAL_MS / 4)
  expect(sent).toBeLessThan(12)
  expect(answer).not.toContain(' 201 ')
})
it('lets an import take longer, while something comes', async () => {
  const { answer } = await dribble('$import', 'application/fhir+ndjson', 12, ARRIVAL_MS / 4)
  expect(answer).toContain('HTTP/1.1 202 ')
})
it('ends an import of which nothing comes any more', async () => {
  const { answer } = await dribble('$import', 'application/fhir+ndjson', 2, ARRIVAL_MS * 3)
  expect(answer).toBe('')
})
it('still waits for heads no longer than a minute', () => {
  expect([app.server.headersTimeout, app.server.requestTimeout]).toEqual([60_000, 0])
})
