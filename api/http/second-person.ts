/**
 * The second person who confirms the gravest alerts on the sheet itself: another doctor of the department, with login and signing PIN. Wrong PINs count as they do
 * when that person signs; and nobody may try the PINs of others more often than a few times, so that no key is locked by somebody else.
 */
import { createHash } from 'node:crypto'
import { outcome, Outcome } from '../model/outcome.ts'
import { toLogin, type Accounts, type Bucket, type SignIn } from '../model/people.ts'
import type { AuditLog, Caller, Clock, IdSource, Signer } from '../model/ports.ts'
import type { SecondPerson } from '../visit/detected-issue.ts'
import { mayAct } from '../security/policy.ts'
import type { Shelf, ShelfLimits } from './preview-shelf.ts'
import { requirePerson, type OpenVisit } from './visit-access.ts'

export interface Confirmation extends SecondPerson { readonly encounter: string; readonly keys: readonly string[] }

/** What was confirmed holds for a visit that is signed within the time of a shift's corner; then it is asked again. */
export const CONFIRMATION_LIMITS: ShelfLimits = { milliseconds: 60 * 60_000, perAccount: 40, bytes: 4 * 1024 * 1024 }

export interface SecondPersonDeps {
  readonly accounts: Pick<Accounts, 'byLogin'>
  readonly guesses: Pick<SignIn, 'take' | 'giveBack'>
  readonly signer: Pick<Signer, 'open'>
  readonly confirmations: Shelf<Confirmation>
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: IdSource
}

/** Five tries, then one in two minutes; and of one person five wrong PINs, then one in twelve hours: to lock a key so takes days, in which its owner signs once, or the audit log tells who tries. Somebody else can confirm. */
const HALF_A_DAY = 12 * 3_600_000
const buckets = (caller: string, login: string): Bucket[] => [
  { name: `second-by/${caller}`, burst: 5, every: 120_000 },
  { name: `second-of/${createHash('sha256').update(login).digest('base64url').slice(0, 22)}`, burst: 5, every: HALF_A_DAY },
]

export interface Asked { readonly login: string; readonly pin: string; readonly keys: readonly string[] }

/** Throws second-person-refused, pin-wrong, key-locked, too-many-attempts; every refusal is on record. */
export const confirmBySecond = async (deps: SecondPersonDeps, caller: Caller, visit: OpenVisit, { login, pin, keys }: Asked): Promise<{ id: string; confirmation: Confirmation }> => {
  const { account, practitioner } = requirePerson(caller)
  const tried = buckets(account, toLogin(login))
  const wait = await deps.guesses.take(tried, deps.clock.now())
  const row = { action: 'E', interaction: 'second-person', type: 'Encounter', id: visit.stored.id, patient: visit.patient } as const
  try {
    if (wait > 0) throw outcome('too-many-attempts', { retryAfter: Math.ceil(wait / 1000) })
    const second = await deps.accounts.byLogin(toLogin(login))
    const grants = second?.grants ?? []
    const may = second?.active === true && second.practitioner !== null && mayAct({ kind: 'person', tenant: caller.actor.tenant, account: second.id, login: second.login, name: second.name, practitioner: second.practitioner, grants }, 'visit.sign', visit.department)
    if (second === undefined || !may || second.practitioner === null || second.id === account || second.practitioner === practitioner) throw outcome('second-person-refused')
    const { evidence } = await deps.signer.open(second.id, pin)
    if (evidence.practitioner !== second.practitioner) throw outcome('key-not-allowed')
    await deps.guesses.giveBack(tried)
    const confirmation: Confirmation = { encounter: visit.stored.id, keys, practitioner: second.practitioner, name: evidence.name, at: deps.clock.now() }
    await deps.audit.record(caller, { ...row, outcome: 'success', detail: evidence.name })
    const id = deps.ids.uuid()
    deps.confirmations.put(account, id, confirmation, JSON.stringify(confirmation).length)
    return { id, confirmation }
  } catch (error) {
    const detail = error instanceof Outcome ? error.code : 'failed'
    await deps.audit.record(caller, { ...row, outcome: 'refused', detail })
    throw error
  }
}
