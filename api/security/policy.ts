/**
 * Who may do what: one table, role × (group of FHIR types | named action), and the scopes of system clients and of apps (scopes.ts). An app that acts for a person
 * may do what both the person may and its scopes say.
 * Pure. What the table does not allow is denied; so is what is missing.
 */
import type { Actor, Person, Role } from '../model/actor.ts'
import type { Caller, Visibility } from '../model/ports.ts'
import type { Limit } from '../model/scope-limit.ts'
import { allTypes, groupOf, type Group } from './compartment.ts'
import { appSight, isBounded, limitOf, scopesAllow, systemVisibility } from './scopes.ts'

export type Interaction = 'read' | 'vread' | 'history-instance' | 'history-type' | 'history-system' | 'search-type' | 'create' | 'update' | 'delete'

export type Action =
  | 'patient.find' | 'patient.register' | 'queue.read' | 'draft' | 'break-glass'
  | 'chart.read' | 'visit.open' | 'visit.vital-signs' | 'visit.write' | 'visit.sign' | 'document.cosign' | 'document.read' | 'document.print' | 'signing-key' | 'signing.admit'
  | 'work.laboratory' | 'work.imaging' | 'procedures.perform' | 'results.acknowledge'
  | 'department.read' | 'admin.hospital' | 'admin.departments' | 'admin.staff' | 'admin.clients' | 'admin.audit' | 'admin.code-lists' | 'admin.devices' | 'aids.department' | 'aids.hospital' | 'safety.figures' | 'exchange.status' | 'exchange.enrol' | 'center.read' | 'center.enrol'

export type Decision = 'allow' | 'forbidden' | 'break-glass'

/** Letters of SMART v2: create, read (with versions), update, delete, search. */
type Rights = Partial<Readonly<Record<Group, string>>>

interface RoleRow {
  /** For any patient of the site. */
  readonly site: Rights
  /** Only for patients in a care relation with a department of the grant, or with the person (break-glass). */
  readonly care: Rights
  readonly actions: readonly Action[]
}

const STAFF_READS: Rights = { patient: 'rs', directory: 'rs', terminology: 'rs' }

const DOCTOR: RoleRow = {
  site: STAFF_READS,
  care: { encounter: 'rsu', observations: 'crsud', allergies: 'crsud', orders: 'crsud', results: 'rs', clinical: 'crsud' },
  actions: ['patient.find', 'department.read', 'queue.read', 'draft', 'break-glass', 'chart.read', 'visit.open', 'visit.vital-signs', 'visit.write', 'visit.sign', 'document.read', 'document.print', 'signing-key', 'procedures.perform', 'results.acknowledge'],
}

/** The table. Reception, laboratory, imaging and administrators get no clinical content; nobody at the center works in a hospital's record. */
export const ROLE_TABLE: Readonly<Record<Role, RoleRow>> = {
  reception: {
    site: { ...STAFF_READS, patient: 'crsu', encounter: 'c' },
    care: { encounter: 'rsu' },
    actions: ['patient.find', 'patient.register', 'department.read', 'queue.read', 'draft'],
  },
  nurse: {
    site: STAFF_READS,
    care: { encounter: 'rs', observations: 'crsu', allergies: 'crsu', orders: 'rs', results: 'rs', clinical: 'rs' },
    actions: ['patient.find', 'department.read', 'queue.read', 'draft', 'break-glass', 'chart.read', 'visit.open', 'visit.vital-signs', 'procedures.perform', 'document.read', 'document.print'],
  },
  doctor: DOCTOR,
  // order sets and phrases of the department, and second signatures on its documents; who of it may sign
  head: { ...DOCTOR, actions: [...DOCTOR.actions, 'aids.department', 'safety.figures', 'document.cosign', 'signing.admit'] },
  // of a patient what the work list shows, by its own routes: nothing of the record by FHIR
  laboratory: { site: { directory: 'rs', terminology: 'rs' }, care: {}, actions: ['work.laboratory'] },
  imaging: { site: { directory: 'rs', terminology: 'rs' }, care: {}, actions: ['work.imaging'] },
  administrator: {
    site: { ...STAFF_READS, audit: 'rs' },
    care: {},
    actions: ['department.read', 'admin.hospital', 'admin.departments', 'admin.staff', 'admin.clients', 'admin.audit', 'admin.code-lists', 'admin.devices', 'aids.department', 'aids.hospital', 'safety.figures', 'exchange.status', 'exchange.enrol'],
  },
  'center-operator': {
    site: { directory: 'rs', terminology: 'rs', audit: 'rs' },
    care: {},
    actions: ['center.read', 'center.enrol', 'exchange.status', 'admin.audit'],
  },
}

const LETTER: Readonly<Record<Interaction, string>> = {
  read: 'r', vread: 'r', 'history-instance': 'r', 'history-type': 's', 'history-system': 's', 'search-type': 's', create: 'c', update: 'u', delete: 'd',
}

/** Roles that work on the content of records: break-glass is for them alone. */
const CLINICAL_ROLES: readonly Role[] = ['nurse', 'doctor', 'head']

/** Roles whose whole work is for the treatment of patients. */
const TREATING: readonly Role[] = [...CLINICAL_ROLES, 'laboratory', 'imaging']

const has = (rights: Rights, group: Group, letter: string): boolean => rights[group]?.includes(letter) === true

// ---------------------------------------------------------------- persons

const careRoles = (person: Person, letter: string, group: Group): Role[] =>
  person.grants.map((grant) => grant.role).filter((role) => has(ROLE_TABLE[role].care, group, letter))

const reads = (rights: Rights, group: Group): boolean => has(rights, group, 'r') || has(rights, group, 's')

/** Types that all of these roles read, and those that any role of the person reads for every patient: a search reaches no others, whatever it chains or includes. */
const typesRead = (person: Person, roles: readonly Role[]): string[] =>
  allTypes().filter(([, group]) =>
    person.grants.some((grant) => reads(ROLE_TABLE[grant.role].site, group)) || (roles.length > 0 && roles.every((role) => reads(ROLE_TABLE[role].care, group))))
    .map(([type]) => type)

const visibilityFor = (person: Person, roles: readonly Role[]): Visibility => {
  const grants = person.grants.filter((grant) => roles.includes(grant.role))
  const types = typesRead(person, [...new Set(grants.map((grant) => grant.role))])
  return {
    kind: 'care', account: person.account, wholeSite: grants.some((grant) => grant.department === null),
    departments: [...new Set(grants.map((grant) => grant.department).filter((department) => department !== null))],
    ...(person.app === undefined ? { types } : appSight(person.app, types)),
  }
}

/** What of `type` the actor may ever do so: nothing, for any patient, or only in a care relation. */
export const reachOf = (actor: Actor, interaction: Interaction, type: string): 'none' | 'site' | 'care' => {
  const letter = LETTER[interaction]
  if (actor.kind === 'internal') return 'site'
  if (actor.kind === 'system') return (type !== 'AuditEvent' || letter === 'r' || letter === 's') && scopesAllow(actor, letter, type) ? 'site' : 'none'
  const group = groupOf(type)
  if (group === undefined) return 'none'
  if (actor.app !== undefined && !scopesAllow(actor.app, letter, type)) return 'none'
  if (actor.grants.some((grant) => has(ROLE_TABLE[grant.role].site, group, letter))) return 'site'
  return careRoles(actor, letter, group).length > 0 ? 'care' : 'none'
}

/** Whether anybody at this kind of site may do so at all: at a hospital system clients by their scopes, at the center its operators alone. */
export const mayEver = (site: 'hospital' | 'center', interaction: Interaction, type: string): boolean =>
  site === 'hospital' || has(ROLE_TABLE['center-operator'].site, groupOf(type) ?? 'clinical', LETTER[interaction])

/**
 * The decision on one resource. `patient`: the compartment it stands in; `careRelation`: what CareRelations.holds said for `narrow(caller, …)`.
 * A search of a whole type is allowed here and bounded in SQL by the visibility of `narrow(caller, …)`.
 */
export const decide = (
  caller: Pick<Caller, 'actor'>, interaction: Interaction, type: string,
  about: { readonly patient?: string | undefined; readonly careRelation?: boolean | undefined } = {},
): Decision => {
  const reach = reachOf(caller.actor, interaction, type)
  // before anybody asks whether the person takes part in the care of that other patient
  if (about.patient !== undefined && isOfOthers(limitFor(caller.actor, interaction, type), about.patient)) return 'forbidden'
  if (reach !== 'care') return reach === 'site' ? 'allow' : 'forbidden'
  if (interaction === 'search-type' && about.patient === undefined) return 'allow'
  // Old versions of many records: for those alone who may see them all.
  if (interaction === 'history-type' || interaction === 'history-system') return 'forbidden'
  // A clinical resource of nobody: no person can have a care relation with it.
  if (about.patient === undefined || about.patient === '') return 'forbidden'
  if (about.careRelation === true) return 'allow'
  return holdsOne(caller.actor, CLINICAL_ROLES) ? 'break-glass' : 'forbidden'
}

/** Scopes about one patient, and this is another one. */
const isOfOthers = (limit: Limit | undefined, patient: string): boolean =>
  limit !== undefined && limit.any.length > 0 && limit.any.every((tests) => tests.some((test) => 'patient' in test && test.patient !== patient))

/** The caller with the visibility of exactly those grants that allow this: a nurse here and doctor there is each only in the right place. */
export const narrow = (caller: Caller, interaction: Interaction, type: string): Caller => {
  const { actor } = caller
  if (actor.kind !== 'person') return caller
  const group = groupOf(type)
  const roles = group === undefined ? [] : actor.grants.map((grant) => grant.role)
    .filter((role) => has(ROLE_TABLE[role].care, group, LETTER[interaction]) || has(ROLE_TABLE[role].site, group, LETTER[interaction]))
  const visibility = visibilityFor(actor, roles)
  return { ...caller, visibility: actor.app === undefined ? visibility : withLimit(visibility, type, limitFor(actor, interaction, type)) }
}

/** Of the type itself what is left for this interaction: a scope may leave more to searches than to reads. */
const withLimit = (visibility: Visibility, type: string, limit: Limit | undefined): Visibility => {
  const { limits = [], ...rest } = visibility
  const left = [...limits.filter((each) => each.type !== type), ...(limit ? [limit] : [])]
  return { ...rest, ...(left.length > 0 && { limits: left }) }
}

const boundedBy = (actor: Actor) => {
  const granted = actor.kind === 'system' ? actor : actor.kind === 'person' ? actor.app : undefined
  return granted !== undefined && isBounded(granted) ? granted : undefined
}

/** Whether scopes with search parameters, or about one patient, leave less than whole types. */
export const hasLimits = (actor: Actor): boolean => boundedBy(actor) !== undefined

/** What such scopes leave of a type for the interaction; undefined: no such bound. */
export const limitFor = (actor: Actor, interaction: Interaction, type: string): Limit | undefined => {
  const granted = boundedBy(actor)
  return granted && limitOf(granted, LETTER[interaction], type)
}

const holdsOne = (actor: Actor, roles: readonly Role[]): boolean => actor.kind === 'person' && actor.grants.some((grant) => roles.includes(grant.role))

// ---------------------------------------------------------------- named actions

/** For `access: {roles: rolesFor('queue.read')}` in route tables. */
export const rolesFor = (...actions: Action[]): Role[] =>
  (Object.keys(ROLE_TABLE) as Role[]).filter((role) => actions.some((action) => ROLE_TABLE[role].actions.includes(action)))

/** Departments in which the actor may do the action; null among them means the whole site. Empty for all but persons at our own screens. */
export const departmentsFor = (actor: Actor, action: Action): (string | null)[] =>
  actor.kind !== 'person' || actor.app !== undefined ? [] : [...new Set(actor.grants.filter((grant) => ROLE_TABLE[grant.role].actions.includes(action)).map((grant) => grant.department))]

/** May the actor do the action in this department (a FHIR id of its Organization)? Without a department: anywhere at all. */
export const mayAct = (actor: Actor, action: Action, department?: string): boolean => {
  const departments = departmentsFor(actor, action)
  return department === undefined ? departments.length > 0 : departments.includes(null) || departments.includes(department)
}

/** The caller seeing what the grants behind a named action see. */
export const narrowToAction = (caller: Caller, action: Action): Caller =>
  caller.actor.kind !== 'person' ? caller : { ...caller, visibility: visibilityFor(caller.actor, rolesFor(action)) }

// ---------------------------------------------------------------- the caller

/** What a caller sees before an interaction narrows it: the departments of clinical grants, else those of reception. */
export const visibilityOf = (actor: Actor): Visibility => {
  if (actor.kind === 'internal') return { kind: 'all' }
  if (actor.kind === 'system') return systemVisibility(actor)
  return visibilityFor(actor, holdsOne(actor, CLINICAL_ROLES) ? CLINICAL_ROLES : ['reception'])
}

/** Why such an actor usually comes (http://terminology.hl7.org/CodeSystem/v3-ActReason). */
export const purposeOf = (actor: Actor): string =>
  actor.kind === 'system' ? 'HDATAEXCH' : actor.kind === 'internal' ? 'HSYSADMIN'
    : holdsOne(actor, TREATING) ? 'TREAT' : holdsOne(actor, ['reception']) ? 'HOPERAT' : 'HSYSADMIN'

export const toCaller = (actor: Actor, address?: string): Caller =>
  ({ actor, visibility: visibilityOf(actor), purpose: purposeOf(actor), ...(address === undefined ? {} : { address }) })
