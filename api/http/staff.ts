/** A member of staff in two places that must agree: the account (sign-in, grants) and the FHIR Practitioner with a PractitionerRole for each grant (https://hl7.org/fhir/R4/practitionerrole.html). */
import { createHash } from 'node:crypto'
import type { Practitioner, PractitionerRole } from '@medplum/fhirtypes'
import type { Role, RoleGrant } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import { nameOnForms, toLogin, type Account, type Accounts } from '../model/people.ts'
import type { Caller, IdSource, ResourceStore, StoreTransaction, Validator, Write } from '../model/ports.ts'
import { toTyped } from '../model/resource.ts'
import { EXTENSION, HOSPITAL_ID, PROFILE, SID } from '../model/systems.ts'
import type { Passwords } from '../security/password.ts'
import { requireProfile } from './admin-hospital.ts'
import { overlay } from './overlay.ts'

export interface StaffDeps {
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly store: ResourceStore
  readonly validator: Validator
  readonly ids: IdSource
}

export interface StaffInput {
  readonly name: string
  readonly title: string
  readonly rank: string
  readonly licence: string
  readonly active: boolean
  readonly grants: readonly RoleGrant[]
}

export const ROLE_NAMES: Readonly<Record<Role, { readonly vi: string; readonly en: string }>> = {
  reception: { vi: 'Nhân viên tiếp đón', en: 'Receptionist' },
  nurse: { vi: 'Điều dưỡng', en: 'Nurse' },
  doctor: { vi: 'Bác sĩ', en: 'Doctor' },
  head: { vi: 'Trưởng khoa', en: 'Head of department' },
  laboratory: { vi: 'Nhân viên xét nghiệm', en: 'Laboratory staff' },
  imaging: { vi: 'Nhân viên chẩn đoán hình ảnh', en: 'Imaging staff' },
  administrator: { vi: 'Quản trị bệnh viện', en: 'Hospital administrator' },
  'center-operator': { vi: 'Trực trung tâm dữ liệu', en: 'Data center operator' },
}

/** Those who work with patients are practitioners; those who only keep the machine are not. */
const isPractitioner = (grants: readonly RoleGrant[]): boolean => grants.some((grant) => grant.role !== 'administrator' && grant.role !== 'center-operator')

const splitName = (name: string): { family: string; given?: string[] } => {
  const [family = '', ...given] = name.split(' ')
  return given.length === 0 ? { family } : { family, given }
}

export const toPractitioner = (id: string, person: StaffInput): Practitioner => ({
  resourceType: 'Practitioner',
  id,
  meta: { profile: [PROFILE.practitioner] },
  ...(person.rank === '' ? {} : { extension: [{ url: EXTENSION.rank, valueString: person.rank }] }),
  ...(person.licence === '' ? {} : { identifier: [{ system: SID.licence, value: person.licence }] }),
  active: person.active,
  name: [{ use: 'official', text: person.name, ...splitName(person.name), ...(person.title === '' ? {} : { prefix: [person.title] }) }],
})

/** The same grant always has the same id, so that taking it away and giving it back is one resource with a history. */
const roleId = (practitioner: string, grant: RoleGrant): string =>
  createHash('sha256').update(`${practitioner} ${grant.role} ${grant.department ?? ''}`).digest('hex').slice(0, 32)

const toPractitionerRole = (practitioner: string, person: StaffInput, grant: RoleGrant): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: roleId(practitioner, grant),
  active: person.active,
  practitioner: { reference: `Practitioner/${practitioner}`, display: nameOnForms(person) },
  organization: { reference: `Organization/${grant.department ?? HOSPITAL_ID}` },
  code: [{ text: ROLE_NAMES[grant.role].vi }],
})

const writePractitioner = async (deps: StaffDeps, tx: StoreTransaction, id: string, person: StaffInput): Promise<void> => {
  const built = toPractitioner(id, person)
  requireProfile(deps.validator, built, PROFILE.practitioner)
  const stored = await tx.read({ type: 'Practitioner', id })
  const resource = overlay(stored?.body, built, { extensions: [EXTENSION.rank], identifiers: [SID.licence] })
  const existing = stored === undefined ? [] : (await tx.search({ type: 'PractitionerRole', parameters: [['practitioner', `Practitioner/${id}`], ['_count', '1000']], strict: true })).matches
  const byId = new Map(existing.map((role) => [role.id, role]))
  const wanted = person.grants.map((grant) => toPractitionerRole(id, person, grant))
  const gone = existing.filter((role) => !wanted.some((each) => each.id === role.id) && toTyped<PractitionerRole>(role).active !== false)
  const writes: Write[] = [
    { op: 'update', key: { type: 'Practitioner', id }, resource, expected: stored?.version ?? 0 },
    ...wanted.map((role): Write => {
      const before = byId.get(role.id ?? '')
      return { op: 'update', key: { type: 'PractitionerRole', id: role.id ?? '' }, resource: overlay(before?.body, role), expected: before?.version ?? 0 }
    }),
    ...gone.map((role): Write => ({ op: 'update', key: { type: 'PractitionerRole', id: role.id }, resource: overlay(role.body, { active: false }), expected: role.version })),
  ]
  await tx.write(writes)
}

const unique = (grants: readonly RoleGrant[]): RoleGrant[] => [...new Map(grants.map((grant) => [`${grant.role} ${grant.department ?? ''}`, grant])).values()]

/** The FHIR side first: an account never names a practitioner that is not there. Throws login-taken. */
export const createStaff = async (deps: StaffDeps, caller: Caller, login: string, password: string, given: StaffInput, ids: { readonly practitioner?: string } = {}): Promise<Account> => {
  const person = { ...given, grants: unique(given.grants) }
  if (await deps.accounts.byLogin(toLogin(login)) !== undefined) throw outcome('login-taken', { expression: 'login' })
  const practitioner = isPractitioner(person.grants) ? (ids.practitioner ?? deps.ids.uuid()) : null
  if (practitioner !== null) await deps.store.transact(caller, (tx) => writePractitioner(deps, tx, practitioner, person))
  return deps.accounts.create(caller, { id: deps.ids.uuid(), login: toLogin(login), practitioner, password: await deps.passwords.hash(password), ...person })
}

/** Throws not-found, version-conflict, and forbidden for what would leave the site without an administrator. */
export const changeStaff = async (deps: StaffDeps, caller: Caller, id: string, given: StaffInput, expected: number): Promise<Account> => {
  const person = { ...given, grants: unique(given.grants) }
  const account = await deps.accounts.find(id)
  if (account === undefined) throw outcome('not-found')
  if (account.version !== expected) throw outcome('version-conflict', { expected, found: account.version })
  await requireAnAdministrator(deps.accounts, id, person)
  requireOthersRoles(caller, account, person)
  const practitioner = account.practitioner ?? (isPractitioner(person.grants) ? deps.ids.uuid() : null)
  if (practitioner !== null) await deps.store.transact(caller, (tx) => writePractitioner(deps, tx, practitioner, person))
  return deps.accounts.change(caller, { id, practitioner, ...person }, expected)
}

const rolesOf = (grants: readonly RoleGrant[]): string => grants.map((grant) => `${grant.role} ${grant.department ?? ''}`).toSorted().join('\n')

/** Whoever gives out roles has none to give to themselves: an administrator who wants to read records needs another one who says so. */
const requireOthersRoles = (caller: Caller, account: Account, person: StaffInput): void => {
  if (caller.actor.kind !== 'person' || caller.actor.account !== account.id || rolesOf(account.grants) === rolesOf(person.grants)) return
  throw outcome('forbidden', { diagnostics: 'Nobody changes their own roles: another administrator does.', expression: 'grants' })
}

const requireAnAdministrator = async (accounts: Accounts, id: string, person: StaffInput): Promise<void> => {
  const keeps = (active: boolean, grants: readonly RoleGrant[]): boolean => active && grants.some((grant) => grant.role === 'administrator')
  if (keeps(person.active, person.grants)) return
  const all = await accounts.list()
  if (all.some((account) => account.id === id && keeps(account.active, account.grants)) && !all.some((account) => account.id !== id && keeps(account.active, account.grants))) {
    throw outcome('forbidden', { diagnostics: 'The last administrator stays one.', expression: 'grants' })
  }
}
