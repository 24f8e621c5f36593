/** Of a batch by one PIN each item has its own verdict: what nobody foresaw is one too, or the answer would hide what has been signed before it. */
import { Outcome, type OutcomeCode } from '../model/outcome.ts'
import type { Log } from './route.ts'

export const failureOf = (error: unknown, log: Log): OutcomeCode => {
  if (error instanceof Outcome && error.code !== 'internal') return error.code
  log.error({ error: error instanceof Error ? error.message : String(error) }, 'an item of a batch failed')
  return 'internal'
}
