/** Who may sign second in a department: its head, or whoever the head has delegated to, while the days last, both are at work there, and the head is its head. */
import type { Person } from '../model/actor.ts'
import type { Cosigning, Delegation } from '../model/cosigning.ts'
import { addDays, dayIn } from '../model/day.ts'
import { nameOnForms, type Account, type Accounts } from '../model/people.ts'
import type { Clock, OnBehalf } from '../model/ports.ts'
import { departmentsFor, mayAct } from '../security/policy.ts'

export interface CosignRightsDeps {
  readonly cosigning: Cosigning
  readonly accounts: Pick<Accounts, 'find' | 'list'>
  readonly clock: Clock
  readonly timeZone: string
}

export interface CosignRights {
  /** undefined: every department of the site. */
  readonly departments: readonly string[] | undefined
  /** undefined: the person may not; `behalf` is missing for a head. */
  of(department: string): { readonly behalf?: OnBehalf } | undefined
}

const isHeadOf = ({ active, grants }: Account, department: string): boolean => active && grants.some((grant) => grant.role === 'head' && (grant.department === null || grant.department === department))

/** Doctors of the department. */
export const worksIn = ({ active, grants }: Account, department: string): boolean =>
  active && grants.some(({ role, department: place }) => (role === 'doctor' || role === 'head') && (place === null || place === department))

const giverOf = async ({ accounts }: CosignRightsDeps, { giver, department }: Delegation): Promise<OnBehalf | undefined> => {
  const account = await accounts.find(giver)
  return account?.practitioner != null && isHeadOf(account, department) ? { practitioner: account.practitioner, name: nameOnForms(account) } : undefined
}

/** As it is now: a delegation that has not begun, is over or was ended gives nothing. */
export const findCosignRights = async (deps: CosignRightsDeps, person: Person): Promise<CosignRights> => {
  const own = departmentsFor(person, 'document.cosign')
  const today = dayIn(deps.clock.now(), deps.timeZone)
  const held = (await deps.cosigning.delegations(today, { delegate: person.account })).filter(({ from, department }) => from <= today && mayAct(person, 'visit.sign', department))
  const given = new Map<string, OnBehalf>()
  for (const delegation of held) {
    const behalf = await giverOf(deps, delegation)
    if (behalf !== undefined && behalf.practitioner !== person.practitioner) given.set(delegation.department, behalf)
  }
  return {
    departments: own.includes(null) ? undefined : [...own.filter((department) => department !== null), ...given.keys()],
    of(department) {
      if (own.includes(null) || own.includes(department)) return {}
      const behalf = given.get(department)
      return behalf && { behalf }
    },
  }
}

const LONGEST = 366

/** From today on, in order, not for ever; to somebody else who is a doctor there. */
export const isSound = ({ giver, delegate, department, from, to }: Delegation, account: Account | undefined, today: string): boolean =>
  giver !== delegate && from >= today && from <= to && to <= addDays(from, LONGEST) && account !== undefined && account.practitioner !== null && worksIn(account, department)
