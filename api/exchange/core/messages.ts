/** Shapes of the small messages (HELLO and its answer, receipts, outcomes): what came from outside is parsed here, once. */
import { z } from 'zod'
import type { Hello, HelloAnswer, OutcomeReport, Receipt } from '../../model/exchange.ts'
import { ExchangeFormatError } from './format-error.ts'

const count = z.int().min(0)
const text = z.string().min(1).max(200)
const ranges = z.array(z.tuple([count, count]).readonly()).readonly()
const progress = z.object({ cursor: count, ranges })
const outcomes = {
  applied: progress, parked: count, quarantinedCount: count,
  quarantined: z.array(z.object({ seq: count, reason: z.string().max(200) })).readonly(),
}
const parties = { iss: text, aud: text, epoch: text }

const helloShape = z.object({
  ...parties, proto: text, headSeq: count, headHash: z.string().max(64), unsealed: count, oldestPending: z.iso.datetime({ offset: true }).nullable(),
  schemas: z.tuple([count, count]).readonly(), dicts: z.array(text).readonly(), clock: text, nonce: text,
})
const helloAnswerShape = z.object({
  ...parties, proto: text, nonce: text, received: progress, cursorHash: z.string().max(64), headSeen: count, outcomes: z.object(outcomes),
  centerEpoch: z.string(), centerHead: count, wanted: ranges, clock: text,
})
const receiptShape = z.object({ ...parties, seqs: ranges, received: progress, centerHead: count, nodeHeadSeen: count, ts: text })
const outcomeShape = z.object({ ...parties, ...outcomes, ts: text })

const read = <T>(shape: z.ZodType<T>, value: unknown, reason: string): T => {
  const result = shape.safeParse(value)
  if (!result.success) throw new ExchangeFormatError(reason, { cause: result.error })
  return result.data
}

export const readHello = (value: unknown): Hello => read(helloShape, value, 'hello-malformed')
export const readHelloAnswer = (value: unknown): HelloAnswer => read(helloAnswerShape, value, 'answer-malformed')
export const readReceipt = (value: unknown): Receipt => read(receiptShape, value, 'receipt-malformed')
export const readOutcome = (value: unknown): OutcomeReport => read(outcomeShape, value, 'outcome-malformed')
