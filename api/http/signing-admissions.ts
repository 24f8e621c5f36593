/**
 * Admission to signing by two people: whoever made an account, set its password or gave it its role does not admit it (model/signing-keys.ts), but another administrator
 * (admin-staff.ts), or here the head of the department in which its holder signs.
 */
import type { Person, RoleGrant } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import { nameOnForms, type Account, type Accounts } from '../model/people.ts'
import type { AuditLog, Caller, Signer } from '../model/ports.ts'
import type { WaitingAdmission } from '../model/site.ts'
import type { SigningAdmissions } from '../model/signing-keys.ts'
import { departmentsFor, mayAct, rolesFor } from '../security/policy.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { requireParam } from './input.ts'
import { json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ROLE_NAMES } from './staff.ts'
import { requirePerson } from './visit-access.ts'

export interface AdmissionDeps {
  readonly accounts: Pick<Accounts, 'find' | 'list'>
  readonly signer: Pick<Signer, 'keyInfo'> & SigningAdmissions
  readonly audit: AuditLog
}

/** The grants by which the account signs: none of who is not at work. */
const signingGrants = ({ active, practitioner, grants }: Account): readonly RoleGrant[] =>
  active && practitioner !== null ? grants.filter(({ role }) => rolesFor('visit.sign').includes(role)) : []

/** Admits, or throws with the refusal on record. */
export const admitToSigning = async ({ signer, audit }: AdmissionDeps, caller: Caller, account: Account): Promise<void> => {
  const [signs] = signingGrants(account)
  if (signs === undefined || account.practitioner === null) throw outcome('key-not-allowed', { diagnostics: 'Only doctors and heads who are active sign.' })
  try {
    await signer.admit(account.id, { name: nameOnForms(account), practitioner: account.practitioner, role: ROLE_NAMES[signs.role].vi }, caller)
  } catch (error) {
    await audit.record(caller, { action: 'C', interaction: 'signing-admit', id: account.id, outcome: 'refused' })
    throw error
  }
}

const isHeadOver = (head: Account, account: Account): boolean =>
  signingGrants(account).some(({ department }) => head.grants.some((grant) => grant.role === 'head' && (grant.department === null || grant.department === department)))

/** Who may admit the account as things stand, by their names on forms: other administrators, and heads of where its holder signs. */
export const whoMayAdmit = (accounts: readonly Account[], account: Account, hands: ReadonlySet<string> | undefined): string[] =>
  signingGrants(account).length === 0 ? [] : accounts
    .filter((other) => other.active && other.id !== account.id && hands?.has(other.id) !== true && (other.grants.some(({ role }) => role === 'administrator') || isHeadOver(other, account)))
    .map(nameOnForms)

/** GET /api/signing-admissions -> WaitingAdmission[] ; POST …/:account, both for heads in their departments */
export const signingAdmissionRoutes = (deps: AdmissionDeps & { readonly hospital: Pick<HospitalInfo, 'department'> }): Route[] => {
  const route = { site: 'hospital', access: { roles: rolesFor('signing.admit') } } as const
  const grantsHere = (head: Person, account: Account): readonly RoleGrant[] =>
    account.id === head.account ? [] : signingGrants(account).filter(({ department }) => (department === null ? departmentsFor(head, 'signing.admit').includes(null) : mayAct(head, 'signing.admit', department)))

  const list = async (request: GuardedRequest): Promise<Reply> => {
    const head = requirePerson(request.caller)
    const [accounts, hands] = await Promise.all([deps.accounts.list(), deps.signer.hands()])
    const rows = await Promise.all(accounts.map(async (account): Promise<WaitingAdmission | undefined> => {
      const [grant] = grantsHere(head, account)
      if (grant === undefined) return undefined
      const { state, waitsForOther = false } = await deps.signer.keyInfo(account.id)
      if (state !== 'none' && state !== 'revoked' && !waitsForOther) return undefined
      const departmentName = grant.department === null ? '' : (await deps.hospital.department(grant.department))?.name ?? ''
      return { account: account.id, name: nameOnForms(account), role: grant.role, licence: account.licence, departmentName, byYou: hands.get(account.id)?.has(head.account) !== true }
    }))
    return json(200, rows.filter((row) => row !== undefined))
  }

  const admit = async (request: GuardedRequest): Promise<Reply> => {
    const head = requirePerson(request.caller)
    const id = requireParam(request, 'account')
    const account = /^[0-9a-f-]{36}$/.test(id) ? await deps.accounts.find(id) : undefined
    if (account === undefined || grantsHere(head, account).length === 0) throw outcome('not-found')
    await admitToSigning(deps, request.caller, account)
    return json(200, await deps.signer.keyInfo(account.id))
  }

  return [
    { method: 'GET', url: '/api/signing-admissions', ...route, handler: list },
    { method: 'POST', url: '/api/signing-admissions/:account', ...route, handler: admit },
  ]
}
