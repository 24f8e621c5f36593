/** A head hands the right to sign second on to a doctor of the department, from one day to another; it ends by itself, or when the head ends it. */
import { z } from 'zod'
import type { Delegation, DelegationRow, Delegations } from '../model/cosigning.ts'
import { dayIn, isDay } from '../model/day.ts'
import { outcome } from '../model/outcome.ts'
import { nameOnForms } from '../model/people.ts'
import type { IdSource, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import { departmentsFor, mayAct, rolesFor } from '../security/policy.ts'
import { isSound, worksIn, type CosignRightsDeps } from './cosign-rights.ts'
import type { HospitalInfo } from './hospital-info.ts'
import { parseInput, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'

export type DelegationDeps = CosignRightsDeps & { readonly ids: IdSource; readonly store: ResourceStore; readonly hospital: Pick<HospitalInfo, 'department'> }

const Day = z.string().refine(isDay, 'a day, YYYY-MM-DD')
const Input = z.strictObject({ department: z.string().regex(ID_PATTERN), delegate: z.uuid(), from: Day, to: Day })

/** GET, POST /api/cosign-delegations ; DELETE …/:id */
export const delegationRoutes = (deps: DelegationDeps): Route[] => {
  const today = (): string => dayIn(deps.clock.now(), deps.timeZone)
  const nameOf = async (department: string): Promise<string> => (await deps.hospital.department(department))?.name ?? ''

  /** Departments that the person heads; a head of the whole site chooses in the place where each doctor works. */
  const headed = async (request: GuardedRequest): Promise<string[]> => {
    const departments = departmentsFor(requirePerson(request.caller), 'document.cosign')
    if (!departments.includes(null)) return departments.filter((department) => department !== null)
    const accounts = await deps.accounts.list()
    return [...new Set(accounts.flatMap(({ grants }) => grants.filter(({ role }) => role === 'doctor').map(({ department }) => department)).filter((department) => department !== null))]
  }

  const list = async (request: GuardedRequest): Promise<Reply> => {
    const me = requirePerson(request.caller)
    const [departments, accounts] = await Promise.all([headed(request), deps.accounts.list()])
    const [given, held] = await Promise.all([departments.length === 0 ? [] : deps.cosigning.delegations(today(), { departments }), deps.cosigning.delegations(today(), { delegate: me.account })])
    const people = new Map(accounts.map((account) => [account.id, nameOnForms(account)]))
    const toRow = async ({ id, department, giver, delegate, from, to }: Delegation): Promise<DelegationRow> =>
      ({ id, department, departmentName: await nameOf(department), giverName: people.get(giver) ?? '', delegateName: people.get(delegate) ?? '', from, to, mine: giver === me.account })
    const all = new Map([...given, ...held].map((delegation) => [delegation.id, delegation]))
    return json(200, {
      delegations: await Promise.all([...all.values()].map(toRow)),
      departments: await Promise.all(departments.map(async (id) => ({
        id, name: await nameOf(id),
        candidates: accounts.filter((account) => account.id !== me.account && account.practitioner !== null && worksIn(account, id)).map((account) => ({ account: account.id, name: nameOnForms(account) })),
      }))),
    } satisfies Delegations)
  }

  const create = async (request: GuardedRequest): Promise<Reply> => {
    const { account } = requirePerson(request.caller)
    const delegation = { id: deps.ids.uuid(), giver: account, ...parseInput(Input, request.plain()) }
    if (!mayAct(request.caller.actor, 'document.cosign', delegation.department)) throw outcome('forbidden', { expression: 'department' })
    if (!isSound(delegation, await deps.accounts.find(delegation.delegate), today())) throw outcome('delegation-invalid')
    await deps.cosigning.delegate(request.caller, delegation)
    return json(201, { id: delegation.id })
  }

  const end = async (request: GuardedRequest): Promise<Reply> => {
    const delegation = await deps.cosigning.findDelegation(requireParam(request, 'id'))
    if (delegation === undefined || delegation.giver !== requirePerson(request.caller).account) throw outcome('not-found')
    await deps.cosigning.endDelegation(request.caller, delegation)
    return empty()
  }

  const site = 'hospital' as const
  return [
    { method: 'GET', url: '/api/cosign-delegations', site, access: { roles: rolesFor('visit.sign') }, handler: list },
    { method: 'POST', url: '/api/cosign-delegations', site, access: { roles: rolesFor('document.cosign') }, handler: create },
    { method: 'DELETE', url: '/api/cosign-delegations/:id', site, access: { roles: rolesFor('document.cosign') }, handler: end },
  ]
}
