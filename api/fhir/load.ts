/** Load, ask the policy, put on record, answer: the order of every read. */
import { outcome } from '../model/outcome.ts'
import type { Caller } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { Limit } from '../model/scope-limit.ts'
import { limitFor, reachOf, type Interaction } from '../security/policy.ts'
import type { Gate, Question } from './gate.ts'

/** What limited scopes leave of a type. Who has no right to the type at all is refused by the policy, whatever is there. */
const limitOn = (actor: Caller['actor'], { interaction, type }: Pick<Question, 'interaction' | 'type'>): Limit | undefined =>
  (reachOf(actor, interaction, type) === 'none' ? undefined : limitFor(actor, interaction, type))

/**
 * The caller with full sight: the policy judges what was loaded, so that a missing care relation is answered as such and not as "not found". What limited scopes
 * leave out is not loaded: of that nobody shall learn that it is there. Where several types are loaded, the caller's own limits stay.
 */
export const withFullSight = (caller: Caller, of?: { readonly interaction: Interaction; readonly type: string }): Caller => {
  const limit = of && limitOn(caller.actor, of)
  const limits = of ? limit && [limit] : caller.visibility.limits
  return { ...caller, visibility: { kind: 'all', ...(limits && { limits }) } }
}

/**
 * The loaded version after the policy said yes and the audit row is durable. Throws not-found, deleted (410), forbidden, break-glass-needed.
 * What is not there is judged as a resource of nobody, so that a closed type stays closed whether or not the id exists.
 */
export const requireLoaded = async (
  gate: Gate, caller: Caller, question: Omit<Question, 'patient'>, load: (caller: Caller) => Promise<StoredVersion | undefined>, detail?: string,
): Promise<StoredVersion> => {
  const stored = await load(withFullSight(caller, question))
  const whole: Question = { ...question, ...(stored?.patient === undefined ? {} : { patient: stored.patient }) }
  const [verdict = 'forbidden'] = await gate.judge(caller, [whole])
  if (stored === undefined) {
    // In a closed type the answer is the same for every id; in an open one nothing is there.
    if (verdict === 'forbidden' && !(await mightRead(gate, caller, whole))) await gate.refuse(caller, whole, 'forbidden')
    throw outcome('not-found', { expression: question.type })
  }
  if (verdict !== 'allow') await gate.refuse(caller, whole, verdict)
  await gate.record(caller, whole, stored, detail)
  if (stored.deleted) throw outcome('deleted', { expression: question.type, diagnostics: `Deleted in version ${stored.version}.` })
  return stored
}

/** Whether the caller could read some resource of the type. */
const mightRead = async (gate: Gate, caller: Caller, question: Question): Promise<boolean> => {
  const [verdict] = await gate.judge(caller, [{ interaction: 'search-type', type: question.type }])
  return verdict === 'allow'
}
