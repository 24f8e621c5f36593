/** The wire of a simulated run: requests and answers get lost, come twice, come days later, come with a byte changed. */
import type { BatchAnswer, Receiver, Transport } from '#api/model/exchange.ts'
import { ExchangeFormatError } from '#api/exchange/core/format-error.ts'
import type { Chance } from './random.ts'

export interface Network {
  readonly transport: Transport
  /** Delivers something that was sent earlier, again. */
  replay(): Promise<void>
}

export const createNetwork = (receiver: Receiver, chance: Chance, trouble: () => number): Network => {
  const sent: { readonly body: Uint8Array; readonly signature: string }[] = []
  const lost = (): ExchangeFormatError => new ExchangeFormatError('center-unreachable')

  const damaged = (body: Uint8Array): Uint8Array => {
    const copy = body.slice()
    const at = chance.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 + chance.below(255))
    return copy
  }

  const deliver = async <T>(body: Uint8Array, work: (body: Uint8Array) => Promise<T>): Promise<T> => {
    const level = trouble()
    if (chance.happens(level)) throw lost()
    if (chance.happens(level / 4)) return work(damaged(body))
    const answer = await work(body)
    // the proxy repeats the request; the second answer is the one that arrives, sometimes
    const second = chance.happens(level) ? await work(body) : answer
    if (chance.happens(level)) throw lost()
    return chance.happens(0.5) ? answer : second
  }

  return {
    transport: {
      hello: (body, signature) => deliver(body, (bytes) => receiver.hello(bytes, signature)),
      batch: (body, signature): Promise<BatchAnswer> => {
        sent.push({ body, signature })
        return deliver(body, (bytes) => receiver.batch(bytes, signature))
      },
    },
    async replay() {
      if (sent.length === 0) return
      const { body, signature } = chance.pick(sent)
      await receiver.batch(body, signature).catch(() => undefined)
    },
  }
}
