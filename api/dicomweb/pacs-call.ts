/**
 * One question to the PACS: host and port are the file's, no redirect is followed, no proxy asked, an answer is read only so far, and everything has its time. Few are asked at once; what is wrong has a
 * name and no address.
 */
import { Agent as PlainAgent, request as plain, type IncomingMessage } from 'node:http'
import { Agent as SecureAgent, request as secure } from 'node:https'
import type { PacsError } from '../model/pictures.ts'

export class PacsFailure extends Error {
  readonly code: PacsError
  constructor(code: PacsError) {
    super(`The PACS gave nothing (${code}).`)
    this.name = 'PacsFailure'
    this.code = code
  }
}

export interface PacsAnswer { readonly status: number; readonly type: string; readonly bytes: Buffer }
export interface PacsQuestion { readonly path: string; readonly query?: Readonly<Record<string, string>>; readonly accept: string; readonly largest: number; /** From now to the last byte, waiting for a place counted in. */ readonly milliseconds: number; /** Whoever asked went away. */ readonly signal?: AbortSignal }

export interface CallOptions {
  readonly base: URL
  readonly ca?: string
  readonly authorization?: string
  /** Asked at once, and how many more wait. */
  readonly atOnce: number
  readonly waiting: number
}

const reasonOf = (error: unknown): PacsError => {
  if (error instanceof PacsFailure) return error.code
  if (!(error instanceof Error)) return 'connection'
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'timeout'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'ECONNREFUSED') return 'refused'
  return /CERT|SIGNATURE|SELF_SIGNED|TLS|SSL|ALTNAME/.test(code) ? 'certificate' : 'connection'
}

const take = (answer: IncomingMessage, largest: number, done: (result: PacsAnswer) => void, fail: (error: Error) => void): void => {
  const pieces: Buffer[] = []
  let length = 0
  const stop = (code: PacsError): void => { fail(new PacsFailure(code)); answer.destroy() }
  const announced = Number(answer.headers['content-length'] ?? 0)
  if (announced > largest) { stop('too-large'); return }
  // asked for as it is: what unfolds on the way could be of any size
  if (!['', 'identity'].includes(answer.headers['content-encoding'] ?? '')) { stop('status'); return }
  answer.on('data', (piece: Buffer) => {
    length += piece.length
    if (length > largest) stop('too-large')
    else pieces.push(piece)
  })
  // 'close' after 'end' changes nothing any more; without it, the answer was cut
  answer.on('error', fail).once('aborted', () => fail(new PacsFailure('connection'))).once('close', () => fail(new PacsFailure('connection')))
    .once('end', () => done({ status: answer.statusCode ?? 0, type: (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '', bytes: Buffer.concat(pieces) }))
}

export interface PacsCaller {
  /** Throws PacsFailure. */
  ask(question: PacsQuestion): Promise<PacsAnswer>
  close(): void
}

export const createPacsCaller = ({ base, ca, authorization, atOnce, waiting }: CallOptions): PacsCaller => {
  const tls = base.protocol === 'https:'
  const agent = tls ? new SecureAgent({ keepAlive: true, maxSockets: atOnce, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) }) : new PlainAgent({ keepAlive: true, maxSockets: atOnce })
  const send = tls ? secure : plain
  let under = 0
  const queue: (() => void)[] = []
  const enter = async (signal: AbortSignal): Promise<void> => {
    if (under < atOnce) { under += 1; return }
    if (queue.length >= waiting) throw new PacsFailure('busy')
    // whoever leaves hands its place over; whoever has waited too long, or went away, takes none
    await new Promise<void>((resolve, reject) => {
      const place = (): void => { signal.removeEventListener('abort', gone); resolve() }
      const gone = (): void => {
        const at = queue.indexOf(place)
        if (at >= 0) queue.splice(at, 1)
        reject(new PacsFailure('timeout'))
      }
      signal.addEventListener('abort', gone, { once: true })
      queue.push(place)
    })
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next === undefined) under -= 1
    else next()
  }
  const call = (question: Omit<PacsQuestion, 'milliseconds' | 'signal'>, signal: AbortSignal, again = true): Promise<PacsAnswer> => new Promise((resolve, reject) => {
    const { path, query = {}, accept, largest } = question
    const url = new URL(base)
    url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`
    url.search = new URLSearchParams(query).toString()
    let answered = false
    const sent = send(url, { method: 'GET', agent, signal, headers: { accept, 'accept-encoding': 'identity', ...(authorization !== undefined && { authorization }) } }, (answer) => {
      answered = true
      take(answer, largest, resolve, reject)
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // the PACS closed a connection that lay idle just as it was taken: nothing was answered, and a GET may be asked again
      if (again && !answered && sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) resolve(call(question, signal, false))
      else reject(error)
    })
    // also without an answer and without an error, as after 101 (Switching Protocols)
    sent.once('close', () => { if (!answered) reject(new PacsFailure('connection')) })
    sent.end()
  })
  return {
    async ask(question) {
      const within = AbortSignal.any([AbortSignal.timeout(question.milliseconds), ...(question.signal ? [question.signal] : [])])
      if (within.aborted) throw new PacsFailure('timeout')
      await enter(within)
      try {
        return await call(question, within)
      } catch (error) {
        throw new PacsFailure(reasonOf(error))
      } finally {
        leave()
      }
    },
    close: () => agent.destroy(),
  }
}
