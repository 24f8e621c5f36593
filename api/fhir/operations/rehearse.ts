/** What would become of a write, without writing: everything that a commit asks is asked in a transaction that is rolled back. http://hl7.org/fhir/R4/valueset-resource-validation-mode.html */
import type { Outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import { requireWritable } from '../answer.ts'
import type { Checks } from '../checks.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { statusOf, toOutcome } from '../outcome-handler.ts'
import type { Planned } from '../planned.ts'
import { requireSameId } from '../resource-body.ts'
import { requireWhole } from '../view.ts'

/** Ends the transaction when everything went well. */
class Rehearsed extends Error {}

/** The content was judged before, with more to say. */
export const JUDGED: Checks = { require: () => Promise.resolve(), find: () => Promise.resolve([]) }

/** Why the writes would be refused; undefined when they would not. Refusals of the policy go on record as those of a write do. */
export const findRefusal = async (deps: CommitDeps, caller: Caller, plan: readonly Planned[]): Promise<Outcome | undefined> => {
  try {
    for (const planned of plan) {
      requireWritable(planned.key.type)
      if (planned.kind !== 'update' || !planned.resource) continue
      requireSameId(planned.resource, planned.key.id, planned.path)
      requireWhole(planned.resource, planned.path)
    }
    await commit({ ...deps, checks: JUDGED }, caller, plan, () => Promise.reject(new Rehearsed('Nothing is kept.')))
    return undefined
  } catch (error) {
    if (error instanceof Rehearsed) return undefined
    const refusal = toOutcome(error)
    if (statusOf(refusal) >= 500) throw error
    return refusal
  }
}
