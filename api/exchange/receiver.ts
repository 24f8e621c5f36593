/**
 * The center's side of protocol XP/1: who is it, is it theirs, is it new, may it take effect. Storing, dedupe, effect and cursor are one
 * transaction of the inbox; an answer leaves only after its commit.
 */
import type {
  BatchAnswer, Compression, EnrolledNode, Hello, HelloAnswer, Inbox, InboxProgress, MessageSigner, MessageVerifier, NodeRegistry, OutcomeReport, Outcomes, Receiver,
} from '../model/exchange.ts'
import { parseJson, toPlain } from '../model/json.ts'
import { outcome, type Outcome } from '../model/outcome.ts'
import type { Clock } from '../model/ports.ts'
import { toText } from './core/bytes.ts'
import { decodeBatch, PROTO, type DecodedBatch } from './core/batch.ts'
import { ExchangeFormatError } from './core/format-error.ts'
import { readHello } from './core/messages.ts'
import { receiveEntries } from './receive-entries.ts'

/** Bytes of a batch when expanded; a single entry may fill it. */
export const EXPANDED_LIMIT = 96 * 1024 * 1024
/** Quarantined entries named in one answer. */
const NAMED = 100

export interface ReceiverDeps {
  readonly registry: NodeRegistry
  readonly inbox: Inbox
  readonly signer: MessageSigner
  readonly verifier: MessageVerifier
  readonly compression: Compression
  readonly clock: Clock
}

const refuse = (reason: string, cause?: unknown): Outcome => outcome('exchange-refused', { diagnostics: reason, ...(cause instanceof Error ? { cause: cause.name } : {}) })

export const createReceiver = (deps: ReceiverDeps): Receiver => {
  const { registry, inbox, signer, verifier, compression, clock } = deps
  const now = (): string => clock.now().toISOString()

  const requireSender = async (type: 'xp1-hello' | 'xp1-batch', body: Uint8Array, signature: string): Promise<EnrolledNode> => {
    const claimed = verifier.claimedNode(signature)
    const node = claimed === undefined ? undefined : await registry.find(claimed)
    if (node === undefined) throw refuse('node-unknown')
    try {
      await verifier.verifyBytes(type, node.publicJwk, body, signature)
    } catch (cause) {
      throw refuse('signature-invalid', cause)
    }
    return node
  }

  /** From here on the message is the node's own: what is wrong with it is shown to the operators of the center. */
  const guarded = async <T>(node: EnrolledNode, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ExchangeFormatError)) throw error
      await registry.refused(node.node, now(), error.reason)
      throw refuse(error.reason, error)
    }
  }

  const requireParties = (node: EnrolledNode, message: { iss: string; aud: string }): void => {
    if (message.iss !== node.node) throw new ExchangeFormatError('issuer-mismatch')
    if (message.aud !== signer.node) throw new ExchangeFormatError('audience-mismatch')
  }

  const answerHello = async (node: EnrolledNode, body: Uint8Array): Promise<string> => {
    const hello: Hello = readHello(readJson(body))
    requireParties(node, hello)
    if (!hello.proto.startsWith('1.')) throw new ExchangeFormatError('proto-unknown')
    const { progress, cursorHash, quarantined } = await inbox.look(node, hello.epoch)
    await registry.contact(node.node, now(), hello)
    const answer: HelloAnswer = {
      proto: PROTO, iss: signer.node, aud: node.node, epoch: hello.epoch, nonce: hello.nonce,
      received: progress.received, cursorHash, headSeen: progress.headSeen, outcomes: outcomesOf(progress, quarantined),
      centerEpoch: '', centerHead: 0, wanted: [], clock: now(),
    }
    return signer.signValue('xp1-hello-answer', answer)
  }

  const answerBatch = async (node: EnrolledNode, batch: DecodedBatch): Promise<BatchAnswer> => {
    requireParties(node, batch.manifest)
    const { epoch } = batch.manifest
    const { receipts, progress, quarantined } = await inbox.transact(node, epoch, async (tx) => {
      const received = await receiveEntries(tx, node, epoch, batch.entries, (receipt) => signer.signValue('xp1-receipt', { iss: signer.node, aud: node.node, epoch, ...receipt, centerHead: 0, ts: now() }))
      return { ...received, quarantined: await tx.quarantined(NAMED) }
    })
    await registry.contact(node.node, now())
    const report: OutcomeReport = { iss: signer.node, aud: node.node, epoch, ...outcomesOf(progress, quarantined), ts: now() }
    return { receipts, outcome: await signer.signValue('xp1-outcome', report) }
  }

  return {
    async hello(body, signature) {
      const node = await requireSender('xp1-hello', body, signature)
      return guarded(node, () => answerHello(node, body))
    },
    async batch(body, signature) {
      const node = await requireSender('xp1-batch', body, signature)
      return guarded(node, async () => answerBatch(node, decodeBatch(await expand(compression, body))))
    },
  }
}

const outcomesOf = (progress: InboxProgress, quarantined: Outcomes['quarantined']): Outcomes =>
  ({ applied: progress.applied, parked: progress.parked, quarantined, quarantinedCount: progress.quarantinedCount })

const readJson = (body: Uint8Array): unknown => {
  try {
    return toPlain(parseJson(toText(body)))
  } catch (cause) {
    throw new ExchangeFormatError('hello-malformed', { cause })
  }
}

const expand = async (compression: Compression, body: Uint8Array): Promise<Uint8Array> => {
  try {
    return await compression.expand(body, EXPANDED_LIMIT)
  } catch (cause) {
    throw new ExchangeFormatError('compression-invalid', { cause })
  }
}
