/**
 * The wire between hospital and center: two POST addresses. Plain HTTP on the loopback of the demo; mutual TLS comes with an issue of its own
 * and changes nothing above: every message is signed by its node in any case.
 */
import { z } from 'zod'
import { UNREACHABLE, WIRE, type CenterIdentity, type Transport } from '../../model/exchange.ts'
import { ExchangeFormatError } from '../core/format-error.ts'
import { parseCenterIdentity } from '../node-key.ts'

const answerShape = z.object({ receipts: z.array(z.string().max(1_000_000)).max(1000), outcome: z.string().max(1_000_000) })
const refusalShape = z.object({ code: z.string().optional(), diagnostics: z.string().optional() })

const LONGEST_IDENTITY = 10_000

export interface HttpTransportOptions {
  /** Address of the center, without a slash at the end. */
  readonly url: string
  /** Milliseconds for one request in all. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

export const createHttpTransport = (options: HttpTransportOptions): Transport => {
  const post = async (path: string, type: string, body: Uint8Array, signature: string): Promise<string> => {
    const deadline = AbortSignal.timeout(options.timeout ?? 60_000)
    const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
    let response: Response
    try {
      response = await fetch(`${options.url}${path}`, { method: 'POST', redirect: 'error', signal, headers: { 'content-type': type, [WIRE.signature]: signature }, body: Buffer.from(body) })
    } catch (cause) {
      throw new ExchangeFormatError(UNREACHABLE, { cause })
    }
    const text = await response.text().catch((cause: unknown) => { throw new ExchangeFormatError('answer-cut', { cause }) })
    if (response.status === 200) return text
    throw new ExchangeFormatError(refusalOf(response.status, text))
  }
  return {
    hello: (body, signature) => post(WIRE.hello, 'application/json', body, signature),
    async batch(body, signature) {
      const parsed = answerShape.safeParse(readJson(await post(WIRE.batches, WIRE.batchType, body, signature)))
      if (!parsed.success) throw new ExchangeFormatError('answer-malformed')
      return parsed.data
    },
  }
}

/** Who answers at this address. Throws ExchangeFormatError: unreachable, or not a center. */
export const fetchCenterIdentity = async (url: string): Promise<CenterIdentity> => {
  const response = await fetch(`${url}${WIRE.identity}`, { redirect: 'error', signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => { throw new ExchangeFormatError(UNREACHABLE, { cause }) })
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true })
    if (text.length > LONGEST_IDENTITY) throw new ExchangeFormatError('answer-malformed')
  }
  try {
    return parseCenterIdentity(JSON.parse(text))
  } catch (cause) {
    throw new ExchangeFormatError('answer-malformed', { cause })
  }
}

/** "refused: node-unknown", or the status when the center does not say more. */
const refusalOf = (status: number, text: string): string => {
  const parsed = refusalShape.safeParse(readJson(text))
  const reason = parsed.success ? parsed.data.diagnostics : undefined
  return status === 403 && reason !== undefined && /^[a-z0-9-]{1,60}$/.test(reason) ? `refused: ${reason}` : `center answers ${status}`
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
