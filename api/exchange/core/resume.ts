/** What the node does with the center's answer to HELLO. There is no other recovery path. */
import type { HelloAnswer, JournalHead, Progress } from '../../model/exchange.ts'
import { highest } from './progress.ts'

export type Resume =
  | { readonly do: 'send'; readonly received: Progress }
  /** The center knows more of this epoch than the node does, or knows it otherwise: the node was restored from a backup. */
  | { readonly do: 'stop'; readonly reason: 'node-went-back' }

/** `hashAtCursor`: the node's own hash of the entry at the center's cursor; undefined when it has no such entry. */
export const decideResume = (head: JournalHead, answer: HelloAnswer, hashAtCursor: string | undefined): Resume => {
  const ahead = answer.headSeen > head.seq || highest(answer.received) > head.seq
  const forked = answer.received.cursor > 0 && hashAtCursor !== answer.cursorHash
  return ahead || forked ? { do: 'stop', reason: 'node-went-back' } : { do: 'send', received: answer.received }
}
