/** Administration of staff: accounts, roles per department, licence and rank, passwords, admission to signing. */
import { z } from 'zod'
import { ROLES } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { Account } from '../model/people.ts'
import type { AuditLog, Caller, Signer } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { SigningAdmissions } from '../model/signing-keys.ts'
import type { StaffMember } from '../model/site.ts'
import { requireStrongPassword } from '../security/password.ts'
import { rolesFor } from '../security/policy.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { parseInput, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Route } from './route.ts'
import { line, text } from './text.ts'
import { accountOf } from './drafts.ts'
import { admitToSigning, whoMayAdmit } from './signing-admissions.ts'
import { changeStaff, createStaff, type StaffDeps } from './staff.ts'

export interface AdminStaffDeps extends StaffDeps {
  readonly signer: Pick<Signer, 'keyInfo' | 'revoke'> & SigningAdmissions
  readonly audit: AuditLog
  readonly hospital: HospitalInfo
}

const field = line(200)
const Grant = z.object({ role: z.enum(ROLES).exclude(['center-operator']), department: z.string().regex(ID_PATTERN).nullable() })
const Person = z.object({
  name: field.refine((name) => name !== '', 'must not be empty'), title: field.default(''), rank: field.default(''), licence: line(50).default(''), active: z.boolean().default(true), grants: z.array(Grant).max(100),
})
/** A new login as it is typed. */
export const LoginInput = z.string().trim().regex(/^[\p{L}\d][\p{L}\d._-]{1,49}$/u, '2 to 50 letters, digits, dots and hyphens')
const Creation = Person.extend({ login: LoginInput, password: text(256) })
const Change = Person.extend({ version: z.number().int().min(1) })
const Reset = z.object({ password: text(256) })
const Revocation = z.object({ reason: line(500).refine((reason) => reason.length >= 3, '3 characters at least') })

/** GET, POST /api/admin/staff ; PUT …/:account ; PUT …/:account/password ; POST, DELETE …/:account/signing-key */
export const adminStaffRoutes = (deps: AdminStaffDeps): Route[] => {
  const access = { roles: rolesFor('admin.staff') }
  const members = async (caller: Caller, shown: readonly Account[], all: readonly Account[]): Promise<StaffMember[]> => {
    const hands = await deps.signer.hands()
    const me = accountOf(caller)
    return Promise.all(shown.map(async (account) => {
      const { id, version, ...facts } = account
      const mine = id === me || hands.get(id)?.has(me) === true
      return { ...facts, account: id, version, signingKey: await deps.signer.keyInfo(id), admission: { byYou: !mine, others: mine ? whoMayAdmit(all, account, hands.get(id)) : [] } }
    }))
  }
  const member = async (caller: Caller, account: Account): Promise<StaffMember | undefined> => (await members(caller, [account], await deps.accounts.list()))[0]

  const requireDepartments = async (grants: readonly { readonly department: string | null }[]): Promise<void> => {
    for (const { department } of grants) {
      if (department !== null && await deps.hospital.department(department) === undefined) throw outcome('dangling-reference', { expression: 'grants', diagnostics: `There is no department ${department}.` })
    }
  }
  const requireAccount = async (request: GuardedRequest): Promise<Account> => {
    const id = requireParam(request, 'account')
    const account = /^[0-9a-f-]{36}$/.test(id) ? await deps.accounts.find(id) : undefined
    if (account === undefined) throw outcome('not-found')
    return account
  }

  return [
    {
      method: 'GET', url: '/api/admin/staff', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const all = await deps.accounts.list()
        return json(200, await members(request.caller, all, all))
      },
    },
    {
      method: 'POST', url: '/api/admin/staff', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { login, password, ...person } = parseInput(Creation, request.plain())
        requireStrongPassword(password, login)
        await requireDepartments(person.grants)
        return json(201, await member(request.caller, await createStaff(deps, request.caller, login, password, person)))
      },
    },
    {
      method: 'PUT', url: '/api/admin/staff/:account', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { version, ...person } = parseInput(Change, request.plain())
        const { id } = await requireAccount(request)
        await requireDepartments(person.grants)
        return json(200, await member(request.caller, await changeStaff(deps, request.caller, id, person, version)))
      },
    },
    {
      method: 'PUT', url: '/api/admin/staff/:account/password', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { password } = parseInput(Reset, request.plain())
        const account = await requireAccount(request)
        requireStrongPassword(password, account.login)
        await deps.accounts.setPassword(request.caller, account.id, await deps.passwords.hash(password))
        return empty()
      },
    },
    {
      method: 'POST', url: '/api/admin/staff/:account/signing-key', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const account = await requireAccount(request)
        await admitToSigning(deps, request.caller, account)
        return json(200, await member(request.caller, account))
      },
    },
    {
      method: 'DELETE', url: '/api/admin/staff/:account/signing-key', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const account = await requireAccount(request)
        const { reason } = parseInput(Revocation, request.plain())
        await deps.audit.record(request.caller, { action: 'D', interaction: 'signing-revoke', id: account.id, outcome: 'success', detail: reason })
        await deps.signer.revoke(account.id, reason)
        return json(200, await member(request.caller, account))
      },
    },
  ]
}
