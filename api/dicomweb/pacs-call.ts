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
export interface PacsQuestion { readonly path: string; readonly query?: Readonly<Record<string, string>>; readonly accept: string; readonly largest: number; readonly milliseconds: number }

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
  answer.once('error', fail).once('aborted', () => fail(new PacsFailure('connection')))
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
  const enter = async (): Promise<void> => {
    if (under < atOnce) { under += 1; return }
    if (queue.length >= waiting) throw new PacsFailure('busy')
    // whoever leaves hands its place over
    await new Promise<void>((resolve) => { queue.push(resolve) })
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next === undefined) under -= 1
    else next()
  }
  const call = ({ path, query = {}, accept, largest, milliseconds }: PacsQuestion): Promise<PacsAnswer> => new Promise((resolve, reject) => {
    const url = new URL(base)
    url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`
    url.search = new URLSearchParams(query).toString()
    const sent = send(url, { method: 'GET', agent, signal: AbortSignal.timeout(milliseconds), headers: { accept, 'accept-encoding': 'identity', ...(authorization !== undefined && { authorization }) } }, (answer) => take(answer, largest, resolve, reject))
    sent.once('error', reject)
    sent.end()
  })
  return {
    async ask(question) {
      await enter()
      try {
        return await call(question)
      } catch (error) {
        throw new PacsFailure(reasonOf(error))
      } finally {
        leave()
      }
    },
    close: () => agent.destroy(),
  }
}
