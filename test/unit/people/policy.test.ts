/** The policy (api/security/policy.ts), asked about every role, interaction, type and relation, against a table written down apart from it. */
import { describe, expect, it } from 'vitest'
import { ROLES, type Person, type Role, type RoleGrant } from '#api/model/actor.ts'
import { groupOf, membersOf, type Group } from '#api/security/compartment.ts'
import {
  decide, departmentsFor, mayAct, narrow, narrowToAction, purposeOf, rolesFor, toCaller, visibilityOf, type Action, type Interaction,
} from '#api/security/policy.ts'
import { grantScopes as grant } from '#api/security/scopes.ts'

const person = (...grants: RoleGrant[]): Person => ({ kind: 'person', tenant: 900, account: 'acc', login: 'thu', name: 'Người Thử', practitioner: null, grants })
const as = (role: Role, department: string | null = 'A1') => toCaller(person({ role, department }))
const system = (...scopes: string[]) => toCaller({ kind: 'system', tenant: 900, client: 'c', scopes })

const INTERACTIONS: readonly Interaction[] = ['read', 'vread', 'history-instance', 'history-type', 'history-system', 'search-type', 'create', 'update', 'delete']
const LETTER: Record<Interaction, string> = { read: 'r', vread: 'r', 'history-instance': 'r', 'history-type': 's', 'history-system': 's', 'search-type': 's', create: 'c', update: 'u', delete: 'd' }
const GROUPS: readonly Group[] = ['patient', 'encounter', 'observations', 'allergies', 'orders', 'clinical', 'directory', 'terminology', 'audit']

/** group -> [for any patient, only in a care relation]; what is not named is closed. */
type Expected = Partial<Record<Group, readonly [string, string]>>
const READS: Expected = { patient: ['rs', ''], directory: ['rs', ''], terminology: ['rs', ''] }
const DOCTOR: Expected = { ...READS, encounter: ['', 'rsu'], observations: ['', 'crsud'], allergies: ['', 'crsud'], orders: ['', 'crsud'], clinical: ['', 'crsud'] }
const EXPECTED: Record<Role, Expected> = {
  reception: { ...READS, patient: ['crsu', ''], encounter: ['c', 'rsu'] },
  nurse: { ...READS, encounter: ['', 'rs'], observations: ['', 'crsu'], allergies: ['', 'crsu'], orders: ['', 'rs'], clinical: ['', 'rs'] },
  doctor: DOCTOR,
  head: DOCTOR,
  laboratory: { directory: ['rs', ''], terminology: ['rs', ''] },
  imaging: { directory: ['rs', ''], terminology: ['rs', ''] },
  administrator: { ...READS, audit: ['rs', ''] },
  'center-operator': { directory: ['rs', ''], terminology: ['rs', ''], audit: ['rs', ''] },
}
const CLINICAL: readonly Role[] = ['nurse', 'doctor', 'head']

const expected = (role: Role, group: Group, interaction: Interaction, patient: boolean, related: boolean | undefined): string => {
  const [site, care] = EXPECTED[role][group] ?? ['', '']
  const letter = LETTER[interaction]
  if (site.includes(letter)) return 'allow'
  if (!care.includes(letter)) return 'forbidden'
  if (interaction === 'search-type' && !patient) return 'allow'
  if (interaction.startsWith('history-') && interaction !== 'history-instance') return 'forbidden'
  if (!patient) return 'forbidden'
  if (related === true) return 'allow'
  return CLINICAL.includes(role) ? 'break-glass' : 'forbidden'
}

describe('the policy table', () => {
  for (const role of ROLES) {
    it(`answers for ${role} as written down, in every group, interaction and relation`, () => {
      for (const group of GROUPS) for (const type of membersOf(group)) for (const interaction of INTERACTIONS) {
        for (const patient of [undefined, '', 'p1']) for (const related of [undefined, false, true]) {
          const about = { patient, careRelation: related }
          // a search with an empty patient is a search about nobody
          const named = patient !== undefined && patient !== ''
          const wanted = interaction === 'search-type' && patient === '' && EXPECTED[role][group]?.[1].includes('s') ? 'forbidden' : expected(role, group, interaction, named, related)
          expect([role, type, interaction, about, decide(as(role), interaction, type, about)]).toEqual([role, type, interaction, about, wanted])
        }
      }
    })
  }
  it('closes types in no group to every person', () => {
    for (const type of ['Bundle', 'Binary', 'Task', 'Subscription', 'Parameters', 'NoSuchType', '']) {
      expect(groupOf(type)).toBeUndefined()
      for (const role of ROLES) for (const interaction of INTERACTIONS) expect(decide(as(role), interaction, type, { patient: 'p1', careRelation: true })).toBe('forbidden')
    }
  })
  it('gives nothing to a person without grants', () => {
    const nobody = toCaller(person())
    for (const group of GROUPS) for (const interaction of INTERACTIONS) expect(decide(nobody, interaction, membersOf(group)[0] ?? '', { patient: 'p1', careRelation: true })).toBe('forbidden')
    expect(visibilityOf(nobody.actor)).toEqual({ kind: 'care', account: 'acc', departments: [], wholeSite: false, types: [] })
  })
  it('puts each type in one group', () => {
    const all = GROUPS.flatMap((group) => membersOf(group))
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('a system client', () => {
  it('does what its scopes say and nothing else', () => {
    expect(decide(system('system/*.cruds'), 'delete', 'Binary')).toBe('allow')
    expect(decide(system('system/Patient.rs'), 'read', 'Patient')).toBe('allow')
    expect(decide(system('system/Patient.rs'), 'search-type', 'Patient')).toBe('allow')
    expect(decide(system('system/Patient.rs'), 'update', 'Patient')).toBe('forbidden')
    expect(decide(system('system/Patient.rs'), 'read', 'Observation')).toBe('forbidden')
    expect(decide(system(), 'read', 'Patient')).toBe('forbidden')
  })
  it.each(['system/*.', 'system/*.sr', 'user/*.cruds', 'patient/*.rs', 'system/Patient', 'system/patient.r', ' system/*.r', 'system/*.r?category=x', 'system/Patient.r?', 'system/Patient.r?gender', 'system/Patient.read?gender=male', 'system/Patient.reads', ''])('gets nothing by the scope %j', (scope) => {
    expect(decide(system(scope), 'read', 'Patient')).toBe('forbidden')
  })
  it('cannot write the audit trail', () => {
    expect(decide(system('system/*.cruds'), 'create', 'AuditEvent')).toBe('forbidden')
    expect(decide(system('system/*.cruds'), 'search-type', 'AuditEvent')).toBe('allow')
  })
  it('is granted no more than it holds', () => {
    const grantScopes = (held: string[], asked: string[]): string[] => grant(held, asked, (_type, [first]) => (first?.[0] === 'odd' ? undefined : []))
    expect(grantScopes(['system/*.rs'], [])).toEqual(['system/*.rs'])
    expect(grantScopes(['system/*.rs'], ['system/Patient.r', 'system/Patient.u', 'system/*.cruds', 'openid'])).toEqual(['system/Patient.r'])
    expect(grantScopes(['system/Patient.r', 'system/Patient.s'], ['system/Patient.rs', 'system/Observation.r'])).toEqual(['system/Patient.rs'])
    // parameters asked for narrow what is held; what is held with parameters is never had without them
    expect(grantScopes(['system/*.rs', 'system/Observation.rs?odd=1'], ['system/Observation.rs?category=lab', 'system/Observation.rs?odd=1'])).toEqual(['system/Observation.rs?category=lab'])
    const lab = ['system/Observation.rs?category=lab']
    expect(grantScopes(lab, ['system/Observation.rs', 'system/Observation.r?category=vital', 'system/Observation.r?status=final', 'system/*.rs'])).toEqual([])
    expect(grantScopes(lab, ['system/Observation.r?status=final&category=lab', 'system/Observation.cr?category=lab'])).toEqual(['system/Observation.r?status=final&category=lab'])
    expect(grantScopes(['system/*.cruds'], ['system/Patient.read', 'system/*.*', 'system/Patient.write'])).toEqual(['system/Patient.read', 'system/*.*', 'system/Patient.write'])
    expect(grantScopes(['system/Patient.read'], ['system/Patient.rs', 'system/Patient.write', 'system/Patient.cr'])).toEqual(['system/Patient.rs'])
  })
  it.each([['system/Patient.read', 'rs'], ['system/Patient.write', 'cud'], ['system/*.*', 'cruds']])('by %s of SMART v1 may do what v2 calls %s', (scope, letters) => {
    const all = { read: 'r', vread: 'r', 'search-type': 's', create: 'c', update: 'u', delete: 'd' } as const
    for (const interaction of Object.keys(all) as (keyof typeof all)[]) expect([interaction, decide(system(scope), interaction, 'Patient')]).toEqual([interaction, letters.includes(all[interaction]) ? 'allow' : 'forbidden'])
  })
  it('gets nothing by a scope with parameters that nobody made tests of', () => {
    expect(decide(system('system/Patient.rs?gender=male'), 'read', 'Patient')).toBe('forbidden')
  })
})

describe('a person with several grants', () => {
  const mixed = toCaller(person({ role: 'reception', department: null }, { role: 'doctor', department: 'B1' }, { role: 'nurse', department: 'C1' }))
  it('sees as a doctor only where the person is one', () => {
    expect(narrow(mixed, 'create', 'MedicationRequest').visibility).toMatchObject({ kind: 'care', account: 'acc', departments: ['B1'], wholeSite: false })
    expect(narrow(mixed, 'read', 'MedicationRequest').visibility).toMatchObject({ kind: 'care', account: 'acc', departments: ['B1', 'C1'], wholeSite: false })
  })
  it('sees encounters of the whole site as reception, but not clinical content', () => {
    expect(narrow(mixed, 'read', 'Encounter').visibility).toMatchObject({ wholeSite: true })
    expect(visibilityOf(mixed.actor)).toMatchObject({ kind: 'care', account: 'acc', departments: ['B1', 'C1'], wholeSite: false })
  })
  it('reaches only types that every grant behind the search may read', () => {
    expect(narrow(mixed, 'search-type', 'Encounter').visibility.types).not.toContain('Observation')
    expect(narrow(mixed, 'search-type', 'Encounter').visibility.types).toContain('Patient')
    expect(narrow(mixed, 'search-type', 'Observation').visibility.types).toContain('Condition')
    expect(visibilityOf(as('reception').actor).types).toEqual(expect.arrayContaining(['Patient', 'Encounter', 'Organization']))
    expect(visibilityOf(as('reception').actor).types).not.toContain('Condition')
    expect(visibilityOf(as('administrator').actor).types).not.toContain('Encounter')
    expect(visibilityOf(system('system/Patient.rs', 'system/Observation.c').actor)).toEqual({ kind: 'all', types: ['Patient'] })
    expect(visibilityOf(system('system/*.cruds').actor)).toEqual({ kind: 'all' })
  })
  it('acts by name only in the departments of the grant', () => {
    expect(departmentsFor(mixed.actor, 'visit.sign')).toEqual(['B1'])
    expect(mayAct(mixed.actor, 'visit.sign', 'B1')).toBe(true)
    expect(mayAct(mixed.actor, 'visit.sign', 'C1')).toBe(false)
    expect(mayAct(mixed.actor, 'patient.register', 'X9')).toBe(true)
    expect(mayAct(mixed.actor, 'admin.staff')).toBe(false)
    expect(narrowToAction(mixed, 'queue.read').visibility).toMatchObject({ wholeSite: true })
  })
  it('is not seen through by system clients or the product', () => {
    expect(mayAct(system('system/*.cruds').actor, 'admin.staff')).toBe(false)
    expect(purposeOf(mixed.actor)).toBe('TREAT')
  })
})

describe('named actions', () => {
  const WHO: Record<Action, readonly Role[]> = {
    'patient.find': ['reception', 'nurse', 'doctor', 'head'],
    'patient.register': ['reception'],
    'queue.read': ['reception', 'nurse', 'doctor', 'head'],
    draft: ['reception', 'nurse', 'doctor', 'head'],
    'break-glass': CLINICAL,
    'chart.read': CLINICAL,
    'visit.open': CLINICAL,
    'visit.vital-signs': CLINICAL,
    'visit.write': ['doctor', 'head'],
    'document.cosign': ['head'], 'signing.admit': ['head'], 'visit.sign': ['doctor', 'head'],
    'document.read': CLINICAL,
    'document.print': CLINICAL,
    'signing-key': ['doctor', 'head'],
    'department.read': ['reception', 'nurse', 'doctor', 'head', 'administrator'],
    'work.laboratory': ['laboratory'],
    'work.imaging': ['imaging'],
    'procedures.perform': CLINICAL,
    'results.acknowledge': ['doctor', 'head'],
    'admin.hospital': ['administrator'],
    'admin.departments': ['administrator'],
    'aids.department': ['head', 'administrator'],
    'aids.hospital': ['administrator'],
    'safety.figures': ['head', 'administrator'],
    'admin.staff': ['administrator'],
    'admin.clients': ['administrator'],
    'admin.audit': ['administrator', 'center-operator'],
    'admin.code-lists': ['administrator'],
    'admin.devices': ['administrator'],
    'exchange.status': ['administrator', 'center-operator'],
    'exchange.enrol': ['administrator'],
    'center.read': ['center-operator'],
    'center.enrol': ['center-operator'],
  }
  it.each(Object.entries(WHO))('%s is for %j alone', (action, roles) => {
    const name = action as Action
    expect(rolesFor(name)).toEqual(roles)
    for (const role of ROLES) {
      expect(mayAct(as(role).actor, name, 'A1')).toBe(roles.includes(role))
      expect(mayAct(as(role).actor, name, 'B1')).toBe(false)
      expect(mayAct(as(role, null).actor, name, 'B1')).toBe(roles.includes(role))
    }
  })
})
