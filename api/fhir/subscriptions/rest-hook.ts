/** One call to a receiver: no redirect is followed, no proxy asked, an answer is read only so far, and everything has its time. Of what is wrong no address is told. */
import { request as plain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as secure } from 'node:https'
import { refusalOfEndpoint } from '../../model/endpoints.ts'
import type { Send } from '../../model/subscription-ports.ts'

/** Bytes of an answer that are let pass; nobody looks at them. */
const LARGEST_ANSWER = 64 * 1024

/** `origins`: as the setting is now, whatever it was when the Subscription was written. */
export const createRestHook = (origins: readonly string[]): Send => async ({ method, url, headers, body }, milliseconds, signal) => {
  const refusal = refusalOfEndpoint(url, origins)
  if (refusal !== undefined) return refusal
  const bytes = Buffer.from(body, 'utf8')
  const options: RequestOptions = {
    method, agent: false, headers: { ...headers, 'content-length': bytes.length, connection: 'close' }, signal: AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]),
  }
  try {
    const answer = await call(url, options, bytes)
    return answer >= 200 && answer < 300 ? undefined : `The receiver answered ${answer}.`
  } catch (error) {
    return signal.aborted ? 'The attempt was broken off.' : `The receiver could not be reached (${reasonOf(error)}).`
  }
}

const call = (url: string, options: RequestOptions, body: Uint8Array): Promise<number> => new Promise((resolve, reject) => {
  const taken = (answer: IncomingMessage): void => {
    let length = 0
    answer.on('data', (piece: Buffer) => {
      length += piece.length
      if (length > LARGEST_ANSWER) answer.destroy()
    })
    answer.once('error', () => resolve(answer.statusCode ?? 0)).once('close', () => resolve(answer.statusCode ?? 0))
  }
  const sent: ClientRequest = url.startsWith('https:') ? secure(url, options, taken) : plain(url, options, taken)
  sent.once('error', reject)
  sent.end(body)
})

/** ECONNREFUSED, CERT_HAS_EXPIRED, TimeoutError …: never the message, in which the address stands. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
