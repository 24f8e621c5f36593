/** Somebody who is told: a real HTTP server of this machine that keeps what comes, and the background work of subscriptions step by step. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHospitalExchange } from '#api/compose-exchange.ts'
import { composeSubscriptions } from '#api/compose-subscriptions.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { TestCaller, TestSite } from './app.ts'

export interface Call { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }

export interface Receiver {
  readonly origin: string
  readonly calls: Call[]
  /** Status of the next answers; 0: none comes; -1: what comes is lost on its way. */
  answer: number
  lost: number
  close(): Promise<void>
}

export const openReceiver = async (port = 0): Promise<Receiver> => {
  const receiver: { calls: Call[]; answer: number; lost: number } = { calls: [], answer: 200, lost: 0 }
  const server: Server = createServer((request, response) => {
    if (receiver.answer === -1) {
      receiver.lost += 1
      request.destroy()
      return
    }
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      receiver.calls.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString('utf8') })
      if (receiver.answer === 0) return
      response.writeHead(receiver.answer, receiver.answer === 302 ? { location: '/elsewhere' } : {}).end('thanks')
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(receiver, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

export interface BackgroundWork {
  /** Everything that is to be done now: sealed, judged, told, shown. */
  step(): Promise<void>
  sweep(): Promise<boolean>
  close(): Promise<void>
}

/** `pause`: milliseconds after a first failure. */
export const openBackground = async ({ config, database }: Pick<TestSite, 'config' | 'database'>, pause = 1): Promise<BackgroundWork> => {
  const { sealer } = await createHospitalExchange({ database, secrets: config.secrets, clock: systemClock, ids: createIds(systemClock) })
  const work = await composeSubscriptions({ config, database, log: { warn: (what) => { throw new Error(JSON.stringify(what)) } }, pause })
  return {
    async step() {
      await sealer.seal()
      while (await work.match() > 0) { /* until the journal is at its end */ }
      await work.run()
      await work.rest()
      while (await work.show() > 0) { /* as above */ }
    },
    sweep: () => work.sweep(), close: () => work.close(),
  }
}

/** No Subscription of this client is left, nothing was told, and the receiver takes what comes. */
export const forgetAll = async (client: Pick<TestCaller, 'get' | 'delete'>, background: BackgroundWork, receiver: Receiver): Promise<void> => {
  const { entry = [] } = (await client.get('/fhir/R4/Subscription?_count=100')).json<{ entry?: { resource: { id: string } }[] }>()
  for (const { resource } of entry) await client.delete(`/fhir/R4/Subscription/${resource.id}`)
  await background.step()
  receiver.calls.length = 0
  receiver.answer = 200
}
