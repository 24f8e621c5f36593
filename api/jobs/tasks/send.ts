/** Sends the journal to the center, step by step, once the hospital is enrolled there. What goes wrong is in the peer row for screens, and once in the log. */
import type { CenterIdentity } from '../../model/exchange.ts'

interface Step { readonly wait: number; readonly did: string; readonly error?: string }
interface Sender { step(): Promise<Step> }

/** Whose receipts count, and where it answers. */
export interface ReachableCenter extends CenterIdentity { readonly url: string }

export interface SendTaskDeps {
  /** Asked before each step, so that another key or address counts at once; undefined: not enrolled yet. */
  readonly findCenter: () => Promise<ReachableCenter | undefined>
  readonly open: (center: ReachableCenter) => Sender
  readonly log: { info(what: Record<string, unknown>, message: string): void; warn(what: Record<string, unknown>, message: string): void }
}

const NOT_ENROLLED_WAIT = 2_000

export const sendTask = ({ findCenter, open, log }: SendTaskDeps): (() => Promise<{ readonly wait: number; readonly firm?: boolean }>) => {
  let sender: Sender | undefined
  let known: string | undefined
  let said: string | undefined
  const say = (state: string): void => {
    if (state === said) return
    said = state
    if (state === 'in contact') log.info({ task: 'send' }, 'in contact with the center')
    else log.warn({ task: 'send', reason: state }, 'nothing goes to the center for now; everything is kept')
  }
  return async () => {
    const center = await findCenter()
    if (center === undefined) {
      say('not-enrolled')
      return { wait: NOT_ENROLLED_WAIT }
    }
    const found = JSON.stringify(center)
    if (sender === undefined || found !== known) sender = open(center)
    known = found
    const { wait, did, error } = await sender.step()
    if (error !== undefined) say(error)
    else if (did === 'hello' || did === 'batch') say('in contact')
    // new commits do not make an absent center answer: the back-off stands
    return { wait, firm: error !== undefined }
  }
}
