/**
 * Whether a caller may do an interaction on a resource, asked of the policy (api/security/policy.ts) and the care relations; every refusal is audited.
 * No read is answered before its audit row is durable.
 */
import { outcome } from '../model/outcome.ts'
import type { AuditLog, AuditRow, Caller, CareRelations } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { decide, narrow, reachOf, type Interaction } from '../security/policy.ts'

export interface Question {
  readonly interaction: Interaction
  readonly type: string
  readonly id?: string
  /** Whose record; undefined: nobody's. */
  readonly patient?: string | undefined
}

export type Verdict = 'allow' | 'forbidden' | 'break-glass'

const ACTION: Readonly<Record<Interaction, AuditRow['action']>> = {
  read: 'R', vread: 'R', 'history-instance': 'R', 'history-type': 'R', 'history-system': 'R', 'search-type': 'E', create: 'C', update: 'U', delete: 'D',
}

export interface Gate {
  /** Answers without throwing; care relations are looked up once for each patient. */
  judge(caller: Caller, questions: readonly Question[]): Promise<Verdict[]>
  /** The answer where no care relation has to be looked up; undefined where one has. */
  judgeNow(caller: Caller, question: Question): Verdict | undefined
  /** Throws forbidden or break-glass-needed, after the refusal is on record. */
  require(caller: Caller, questions: readonly Question[]): Promise<void>
  /** Puts a refusal on record. */
  note(caller: Caller, question: Question, code: string): Promise<void>
  /** As `require`, for a refusal that was found by other means. */
  refuse(caller: Caller, question: Question, verdict: Exclude<Verdict, 'allow'>): Promise<never>
  /** Puts an answered read on record; await it before answering. */
  record(caller: Caller, question: Question, seen?: Pick<StoredVersion, 'version'>, detail?: string): Promise<void>
}

/** Optional members are left out rather than undefined. */
const rowOf = (question: Question): Omit<AuditRow, 'outcome'> => ({
  action: ACTION[question.interaction],
  interaction: question.interaction,
  type: question.type,
  ...(question.id === undefined ? {} : { id: question.id }),
  ...(question.patient === undefined ? {} : { patient: question.patient }),
})

const needsCare = (caller: Caller, { interaction, type, patient }: Question): boolean =>
  patient !== undefined && patient !== '' && reachOf(caller.actor, interaction, type) === 'care'

export const createGate = (deps: { readonly audit: AuditLog; readonly care: CareRelations }): Gate => {
  const judge: Gate['judge'] = async (caller, questions) => {
    const relations = new Map<string, Promise<boolean>>()
    const holds = (question: Question, patient: string): Promise<boolean> => {
      const narrowed = narrow(caller, question.interaction, question.type)
      const key = JSON.stringify([patient, narrowed.visibility])
      const known = relations.get(key)
      if (known !== undefined) return known
      const asked = deps.care.holds(narrowed, patient)
      relations.set(key, asked)
      return asked
    }
    return Promise.all(questions.map(async (question): Promise<Verdict> => {
      const { patient, interaction, type } = question
      const careRelation = patient !== undefined && needsCare(caller, question) ? await holds(question, patient) : undefined
      return decide(caller, interaction, type, { patient, careRelation })
    }))
  }
  const note: Gate['note'] = (caller, question, code) => deps.audit.record(caller, { ...rowOf(question), outcome: 'refused', detail: code })
  const refuse: Gate['refuse'] = async (caller, question, verdict) => {
    const code = verdict === 'break-glass' ? 'break-glass-needed' : 'forbidden'
    await note(caller, question, code)
    throw outcome(code, { expression: question.type })
  }
  return {
    judge,
    judgeNow: (caller, question) => (needsCare(caller, question) ? undefined : decide(caller, question.interaction, question.type, { patient: question.patient })),
    note,
    refuse,
    async require(caller, questions) {
      const verdicts = await judge(caller, questions)
      for (const [at, verdict] of verdicts.entries()) {
        const question = questions[at]
        if (verdict !== 'allow' && question !== undefined) await refuse(caller, question, verdict)
      }
    },
    async record(caller, question, seen, detail) {
      await deps.audit.record(caller, {
        ...rowOf(question), outcome: 'success', ...(seen === undefined ? {} : { version: seen.version }), ...(detail === undefined ? {} : { detail }),
      })
    },
  }
}
