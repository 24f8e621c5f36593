/**
 * What was asked for with Prefer: respond-async (https://hl7.org/fhir/R4/async.html): taken, run beside everything else, some at a time, and kept until it is fetched. Kept in this
 * process alone, so that no second copy of a record lies anywhere: after a restart it has to be asked for again.
 */
import type { GuardedRequest } from '../../http/route.ts'
import { outcome, type Outcome } from '../../model/outcome.ts'
import type { Caller, Clock } from '../../model/ports.ts'
import type { FindSubscriberCaller } from '../../model/subscription-ports.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { statusOf, toOperationOutcome, toOutcome } from '../outcome-handler.ts'

export interface LaterRequest {
  readonly id: string
  readonly client: string
  /** What the token could do; nobody who may do less reads the answer. */
  readonly scopes: readonly string[]
  /** The address as the client sent it. */
  readonly address: string
  readonly state: 'waiting' | 'running' | 'done'
  /** Of one that is done. */
  readonly done?: { readonly ranAt: string; readonly until: Date; readonly failed: boolean; readonly text: string }
}

export interface LaterDesk {
  /** Throws too-many-open for what this client has open already, overloaded for what all have. */
  take(request: GuardedRequest, handler: FhirHandler, as: { readonly id: string; readonly address: string }): void
  /** Of the client that asked, and of nobody else. */
  find(caller: Caller, id: string): LaterRequest | undefined
  /** It is not run any more, or its answer is gone. */
  remove(caller: Caller, id: string): void
}

export interface LaterDeskDeps {
  readonly clock: Clock
  /** What the client may still do, asked when the request is run. */
  readonly findCaller: FindSubscriberCaller
}

/** Requests of a client, and of all, that wait or are kept; characters of one answer, of those of a client, of all; run at a time; kept for. */
export const LATER = { ofOne: 16, ofAll: 64, longest: 32 * 1024 * 1024, keptOfOne: 64 * 1024 * 1024, kept: 128 * 1024 * 1024, atOnce: 2, milliseconds: 3600_000 } as const

const sizeOf = (requests: readonly LaterRequest[]): number => requests.reduce((sum, { done }) => sum + (done?.text.length ?? 0), 0)

interface Held { request: LaterRequest; readonly run: () => Promise<void> }

export const createLaterDesk = ({ clock, findCaller }: LaterDeskDeps): LaterDesk => {
  const all = new Map<string, Held>()
  let running = 0
  const sweep = (): void => {
    const now = clock.now()
    for (const [id, { request }] of all) if (request.done && request.done.until <= now) all.delete(id)
  }
  const next = (): void => {
    if (running >= LATER.atOnce) return
    const waiting = [...all.values()].find(({ request }) => request.state === 'waiting')
    if (waiting === undefined) return
    running += 1
    waiting.request = { ...waiting.request, state: 'running' }
    void waiting.run().finally(() => {
      running -= 1
      next()
    })
    next()
  }
  const own = (caller: Caller, id: string): Held | undefined => {
    const held = all.get(id)
    return held !== undefined && caller.actor.kind === 'system' && held.request.client === caller.actor.client ? held : undefined
  }
  return {
    take(request, handler, { id, address }) {
      sweep()
      const { actor } = request.caller
      if (actor.kind !== 'system') throw outcome('forbidden', { diagnostics: 'Only system clients come back for an answer.' })
      const others = [...all.values()].map((held) => held.request)
      const own = others.filter(({ client }) => client === actor.client)
      if (own.length >= LATER.ofOne || sizeOf(own) >= LATER.keptOfOne) {
        throw outcome('too-many-open', { diagnostics: `At most ${LATER.ofOne} requests of a client wait or are kept, with answers of ${LATER.keptOfOne} characters: fetch the answers and delete them.`, retryAfter: 30 })
      }
      if (others.length >= LATER.ofAll || sizeOf(others) >= LATER.kept) throw outcome('overloaded', { diagnostics: 'Too many requests of others wait or are kept.', retryAfter: 30 })
      const asked: LaterRequest = { id, client: actor.client, scopes: [...actor.scopes], address, state: 'waiting' }
      const held: Held = { request: asked, run: async () => {
        const ranAt = clock.now().toISOString()
        const answer = await runOne(request, handler, () => findCaller(asked))
        held.request = { ...asked, state: 'done', done: { ranAt, until: new Date(clock.now().getTime() + LATER.milliseconds), ...answer } }
      } }
      all.set(id, held)
      // the answer that it was taken goes first
      setImmediate(next)
    },
    find(caller, id) {
      sweep()
      return own(caller, id)?.request
    },
    remove(caller, id) {
      if (own(caller, id) !== undefined) all.delete(id)
    },
  }
}

/** Headers that still say something when the answer is written down for later. */
const headersOf = ({ headers: { host, prefer, 'accept-language': language, 'content-type': type } }: GuardedRequest): GuardedRequest['headers'] =>
  ({ host, 'accept-language': language, 'content-type': type, prefer: (prefer ?? '').split(',').filter((part) => !wantsLater(part)).join(',') || undefined })

/** Whether the preference is among those of the header (https://www.rfc-editor.org/rfc/rfc7240#section-4.1). */
export const wantsLater = (prefer: string | undefined): boolean => (prefer ?? '').split(/[,;]/).some((part) => part.trim().toLowerCase() === 'respond-async')

type Answer = Pick<NonNullable<LaterRequest['done']>, 'failed' | 'text'>

/** One line of JSON, whatever becomes of it. */
const runOne = async (request: GuardedRequest, handler: FhirHandler, findCaller: () => Promise<Caller | undefined>): Promise<Answer> => {
  try {
    const now = await findCaller()
    if (now === undefined) throw outcome('forbidden', { diagnostics: 'The client may not do this any more.' })
    const caller: Caller = { ...now, ...(request.caller.address !== undefined && { address: request.caller.address }) }
    const { status, body } = await handler({ ...request, caller, headers: headersOf(request), query: request.query.filter(([name]) => name !== '_format' && name !== '_pretty') })
    if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw outcome('internal', { diagnostics: 'The answer is no text.' })
    const text = typeof body === 'string' ? body : Buffer.from(body).toString()
    if (text.length > LATER.longest) throw outcome('too-costly', { diagnostics: `The answer has more than ${LATER.longest} characters: ask for less at a time.` })
    return { failed: status >= 400, text }
  } catch (error) {
    const failure: Outcome = toOutcome(error)
    if (statusOf(failure) >= 500) request.log.error({ route: request.path.split('/').length, code: failure.code }, 'A request that was put off failed')
    return { failed: true, text: JSON.stringify(toOperationOutcome(failure)) }
  }
}
