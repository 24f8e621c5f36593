/**
 * The hospital's side of protocol XP/1: HELLO, then batches until the center has all, then HELLO again as a heartbeat. After any failure it
 * starts again at HELLO and asks the center what is missing; it keeps no truth of its own. One step at a time, so that a test can drive it.
 */
import type {
  BatchAnswer, CenterIdentity, Compression, Hello, JournalHead, JournalReader, MessageSigner, MessageType, MessageVerifier, Outcomes, PeerState, PeerStore, Progress, Transport,
} from '../model/exchange.ts'
import { UNREACHABLE } from '../model/exchange.ts'
import type { Clock, IdSource } from '../model/ports.ts'
import { backOff, LONGEST_DELAY, LONGEST_UNREACHABLE } from './core/back-off.ts'
import { encodeBatch, PROTO } from './core/batch.ts'
import { toBytes } from './core/bytes.ts'
import { SCHEMA } from './core/entry.ts'
import { ExchangeFormatError } from './core/format-error.ts'
import { readHelloAnswer, readOutcome, readReceipt } from './core/messages.ts'
import { addRanges, contains, merge, NOTHING } from './core/progress.ts'
import { decideResume } from './core/resume.ts'

export interface SenderDeps {
  readonly center: CenterIdentity
  readonly journal: JournalReader
  readonly peer: PeerStore
  readonly transport: Transport
  readonly signer: MessageSigner
  readonly verifier: MessageVerifier
  readonly compression: Compression
  readonly clock: Clock
  readonly ids: IdSource
  /** In [0, 1); only spreads the retries of many hospitals. */
  readonly random: () => number
  readonly limits?: { readonly entries: number; readonly bytes: number }
  /** Milliseconds between two HELLOs when there is nothing to send. */
  readonly heartbeat?: number
}

/** `wait` milliseconds until the next step, or less when the journal wakes us; `did`: for the log and for tests. */
export interface Step { readonly wait: number; readonly did: 'hello' | 'batch' | 'idle' | 'stopped' | 'failed'; readonly error?: string }

export interface Sender { step(): Promise<Step> }

const LIMITS = { entries: 64, bytes: 1024 * 1024 }
const HEARTBEAT = 10_000
const IDLE = 1_000

export const createSender = (deps: SenderDeps): Sender => {
  const { center, journal, peer, transport, signer, verifier, compression, clock } = deps
  const heartbeat = deps.heartbeat ?? HEARTBEAT
  /** What holds since the last HELLO; forgotten on any failure. */
  let session: { readonly epoch: string; readonly received: Progress; readonly since: number } | undefined
  let attempts: number | undefined

  const parties = (epoch: string): { iss: string; aud: string; epoch: string } => ({ iss: signer.node, aud: center.node, epoch })

  const open = async (type: MessageType, text: string): Promise<unknown> => {
    try {
      return await verifier.openValue(type, center.publicJwk, text)
    } catch (cause) {
      throw new ExchangeFormatError('answer-not-signed-by-center', { cause })
    }
  }

  const requireOurs = <T extends { iss: string; aud: string; epoch: string }>(message: T, epoch: string): T => {
    if (message.iss !== center.node || message.aud !== signer.node || message.epoch !== epoch) throw new ExchangeFormatError('answer-not-for-us')
    return message
  }

  const load = async (head: JournalHead): Promise<PeerState> => {
    const state = await peer.load()
    attempts ??= state?.attempts ?? 0
    if (state?.epoch === head.epoch) return state
    return {
      node: center.node, epoch: head.epoch, received: NOTHING, applied: NOTHING, parked: 0, quarantined: [], quarantinedCount: 0, receipt: state?.receipt ?? null,
      lastContact: state?.lastContact ?? null, lastError: state?.lastError ?? null, attempts: state?.attempts ?? 0, nextTry: null,
    }
  }

  const sayHello = async (): Promise<Step> => {
    const head = await journal.head()
    // the sealer has not opened the journal yet
    if (head.epoch === '') return { wait: IDLE, did: 'idle' }
    const state = await load(head)
    const hello: Hello = {
      proto: PROTO, ...parties(head.epoch), headSeq: head.seq, headHash: head.hash, unsealed: head.unsealed,
      oldestPending: await journal.oldestPending(state.applied) ?? null, schemas: [1, SCHEMA], dicts: [], clock: clock.now().toISOString(), nonce: deps.ids.uuid(),
    }
    const body = toBytes(JSON.stringify(hello))
    const text = await transport.hello(body, await signer.signBytes('xp1-hello', body))
    const answer = requireOurs(readHelloAnswer(await open('xp1-hello-answer', text)), head.epoch)
    if (answer.nonce !== hello.nonce) throw new ExchangeFormatError('answer-not-fresh')
    const resume = decideResume(head, answer, answer.received.cursor === 0 ? undefined : await journal.hashAt(answer.received.cursor))
    const heard = { ...state, received: answer.received, ...pick(answer.outcomes), lastContact: clock.now().toISOString(), attempts: 0, nextTry: null }
    attempts = 0
    if (resume.do === 'stop') {
      session = undefined
      await peer.save({ ...heard, lastError: resume.reason })
      return { wait: LONGEST_DELAY, did: 'stopped', error: resume.reason }
    }
    await peer.save({ ...heard, lastError: null })
    session = { epoch: head.epoch, received: resume.received, since: clock.now().getTime() }
    return { wait: 0, did: 'hello' }
  }

  const sendBatch = async (held: NonNullable<typeof session>): Promise<Step> => {
    const packed = await journal.next(held.received, deps.limits ?? LIMITS)
    if (packed.length === 0) {
      const age = clock.now().getTime() - held.since
      // a clock that was set back must not silence the heartbeat
      if (age >= heartbeat || age < 0) session = undefined
      return { wait: session === undefined ? 0 : Math.min(IDLE, heartbeat), did: 'idle' }
    }
    const seqs = packed.map((each) => each.seq)
    const manifest = { proto: PROTO, ...parties(held.epoch), seqs, dict: null, iat: Math.floor(clock.now().getTime() / 1000), count: seqs.length }
    const body = await compression.compress(encodeBatch(manifest, packed.map((each) => each.entry)))
    const answer = await transport.batch(body, await signer.signBytes('xp1-batch', body))
    const received = await readReceipts(answer, held.epoch)
    if (!seqs.every((seq) => contains(received, seq))) throw new ExchangeFormatError('receipt-incomplete')
    const outcomes = requireOurs(readOutcome(await open('xp1-outcome', answer.outcome)), held.epoch)
    const state = await load(await journal.head())
    session = { ...held, received: merge(held.received, received) }
    await peer.save({
      ...state, received: session.received, ...pick(outcomes), receipt: answer.receipts.at(-1) ?? state.receipt,
      lastContact: clock.now().toISOString(), lastError: null, attempts: 0, nextTry: null,
    })
    return { wait: 0, did: 'batch' }
  }

  /** Only the numbers that the receipts name: a stored receipt may be older than a center that was restored, its cursor proves nothing. */
  const readReceipts = async (answer: BatchAnswer, epoch: string): Promise<Progress> => {
    let received = NOTHING
    for (const text of answer.receipts) {
      const receipt = requireOurs(readReceipt(await open('xp1-receipt', text)), epoch)
      received = addRanges(received, receipt.seqs)
    }
    return received
  }

  const fail = async (error: unknown): Promise<Step> => {
    session = undefined
    const reason = reasonOf(error)
    attempts = (attempts ?? 0) + 1
    const wait = backOff(attempts, deps.random(), reason === UNREACHABLE ? LONGEST_UNREACHABLE : LONGEST_DELAY)
    try {
      const state = await load(await journal.head())
      await peer.save({ ...state, lastError: reason, attempts, nextTry: new Date(clock.now().getTime() + wait).toISOString() })
    } catch {
      // the database is away too: the reason goes to the log, and the next step starts at HELLO in any case
    }
    return { wait, did: 'failed', error: reason }
  }

  return {
    async step() {
      try {
        return session === undefined ? await sayHello() : await sendBatch(session)
      } catch (error) {
        return fail(error)
      }
    },
  }
}

const pick = (outcomes: Outcomes): Pick<PeerState, 'applied' | 'parked' | 'quarantined' | 'quarantinedCount'> =>
  ({ applied: outcomes.applied, parked: outcomes.parked, quarantined: outcomes.quarantined, quarantinedCount: outcomes.quarantinedCount })

/** A word that operators can look up; never the text of an answer. */
const reasonOf = (error: unknown): string => {
  if (error instanceof ExchangeFormatError) return error.reason
  return error instanceof Error && /^[a-z][a-z0-9: -]{2,80}$/.test(error.message) ? error.message : 'failed'
}
