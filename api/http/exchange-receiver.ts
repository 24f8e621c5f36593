/** Where hospitals knock at the data center. Nobody is signed in here: every message carries its node's signature, and the receiver verifies it before it reads. */
import { WIRE, type Receiver } from '../model/exchange.ts'
import { outcome } from '../model/outcome.ts'
import { json, type Route, type RouteRequest } from './route.ts'

const requireSignature = (request: RouteRequest): string => {
  const signature = request.headers[WIRE.signature]
  if (signature === undefined || signature.length > 2000) throw outcome('exchange-refused', { diagnostics: 'signature-missing' })
  return signature
}

export const exchangeReceiverRoutes = ({ receiver }: { readonly receiver: Receiver }): Route[] => [
  {
    method: 'POST', url: WIRE.hello, site: 'center', access: 'peer',
    handler: async (request) => ({ status: 200, headers: { 'content-type': 'application/jose' }, body: await receiver.hello(request.bytes, requireSignature(request)) }),
  },
  {
    method: 'POST', url: WIRE.batches, site: 'center', access: 'peer', takes: [WIRE.batchType],
    handler: async (request) => json(200, await receiver.batch(request.bytes, requireSignature(request))),
  },
]
