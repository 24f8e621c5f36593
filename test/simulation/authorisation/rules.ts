/**
 * Who may see and do what, as the documentation has it (the docstrings of the policy, api/README.md): a reference that shares no code with the product. A person works by grants, each a role in a
 * department or in the whole site, and sees a patient's record while a care relation holds; a system client works by scopes.
 */
import { ownerOf, tokenOf, typeOf, valuesOf, type Plain, type Type } from './facts.ts'

type Role = 'reception' | 'nurse' | 'doctor' | 'head' | 'laboratory' | 'imaging' | 'administrator'
export interface Grant { readonly role: Role; readonly department: string | null }
/** An app that acts for a person: with its scopes, about the patient of its launch ('' for none). */
export interface App { readonly scopes: readonly string[]; readonly patient: string }
export interface Person { readonly kind: 'person'; readonly account: string; readonly grants: readonly Grant[]; readonly app?: App }
export type Actor =
  | Person
  | { readonly kind: 'system'; readonly scopes: readonly string[] }

export interface Relation { readonly patient: string; readonly department: string | null; readonly account: string | null; readonly kind: 'encounter' | 'break-glass'; readonly until: number }

type Letter = 'c' | 'r' | 'u' | 'd' | 's'
type Group = 'patient' | 'encounter' | 'observations' | 'allergies' | 'orders' | 'clinical' | 'directory'
type Row = Partial<Readonly<Record<Group, string>>>

/** Task stands in no group: closed to persons. */
const GROUPS: Partial<Readonly<Record<Type, Group>>> = {
  Patient: 'patient', Encounter: 'encounter', Observation: 'observations', AllergyIntolerance: 'allergies', ServiceRequest: 'orders', Condition: 'clinical', List: 'clinical', Composition: 'clinical', Practitioner: 'directory', Organization: 'directory', QuestionnaireResponse: 'clinical',
  // forms are terminology, which the same roles read
  Questionnaire: 'directory',
}
const EVERYBODY: Row = { patient: 'rs', directory: 'rs' }
const PHYSICIAN: Row = { encounter: 'rsu', observations: 'crsud', allergies: 'crsud', orders: 'crsud', clinical: 'crsud' }
/** For every patient of the site, and for those in care. */
const ROLES: Readonly<Record<Role, { readonly site: Row; readonly care: Row }>> = {
  reception: { site: { patient: 'crsu', directory: 'rs', encounter: 'c' }, care: { encounter: 'rsu' } },
  nurse: { site: EVERYBODY, care: { encounter: 'rs', observations: 'crsu', allergies: 'crsu', orders: 'rs', clinical: 'rs' } },
  doctor: { site: EVERYBODY, care: PHYSICIAN },
  head: { site: EVERYBODY, care: PHYSICIAN },
  laboratory: { site: { directory: 'rs' }, care: {} },
  imaging: { site: { directory: 'rs' }, care: {} },
  administrator: { site: EVERYBODY, care: {} },
}
const CLINICAL: ReadonlySet<Role> = new Set<Role>(['nurse', 'doctor', 'head'])

const siteHas = (role: Role, type: Type, letter: Letter): boolean => ROLES[role].site[GROUPS[type] ?? 'clinical']?.includes(letter) === true && GROUPS[type] !== undefined
const careHas = (role: Role, type: Type, letter: Letter): boolean => ROLES[role].care[GROUPS[type] ?? 'clinical']?.includes(letter) === true && GROUPS[type] !== undefined

/** "system/Observation.rs?code=a|b": with search parameters, of which the generator makes those of codes. `patient`: of an app, about that record alone. */
interface Scope { readonly rights: string; readonly tests: readonly (readonly [string, string])[]; readonly patient?: string }

/** Those that open something of the type; undefined: a person, who has none. Scopes about a patient are about what stands in a record. */
const scopesOf = (actor: Actor, type: Type): readonly Scope[] | undefined => {
  const scopes = actor.kind === 'system' ? actor.scopes : actor.app?.scopes
  const patient = actor.kind === 'system' ? '' : actor.app?.patient ?? ''
  return scopes?.flatMap((scope): Scope[] => {
    const [, level, of, rights = '', query = ''] = /^(system|user|patient)\/([^.]+)\.([a-z]+)(?:\?(.+))?$/.exec(scope) ?? []
    if (of !== '*' && of !== type) return []
    if (level !== 'patient') return [{ rights, tests: [...new URLSearchParams(query)] }]
    return patient === '' || GROUPS[type] === undefined || GROUPS[type] === 'directory' ? [] : [{ rights, tests: [...new URLSearchParams(query)], patient }]
  })
}

const scopeHas = (actor: Actor, type: Type, letters: string): boolean => scopesOf(actor, type)?.some(({ rights }) => [...letters].some((letter) => rights.includes(letter))) ?? true

const meets = (resource: Plain, [name, value]: readonly [string, string]): boolean => {
  const [code = '', modifier] = name.split(':')
  return valuesOf(resource, code).map(tokenOf).some((token) => value.split(',').includes(`${token.system}|${token.code}`)) !== (modifier === 'not')
}

export type Verdict = 'allow' | 'forbidden' | 'break-glass-needed'
export type Doing = 'read' | 'history-type' | 'search' | 'create' | 'update' | 'delete'
const LETTERS: Readonly<Record<Doing, Letter>> = { read: 'r', 'history-type': 's', search: 's', create: 'c', update: 'u', delete: 'd' }

export class Rules {
  readonly #relations: readonly Relation[]
  readonly #now: () => number
  constructor(relations: readonly Relation[], now: () => number) {
    this.#relations = relations
    this.#now = now
  }

  /** Nothing, anything of the type, or what care relations open. */
  reach(actor: Actor, doing: Doing, type: Type): 'none' | 'site' | 'care' {
    const letter = LETTERS[doing]
    if (!scopeHas(actor, type, letter)) return 'none'
    if (actor.kind === 'system') return 'site'
    if (actor.grants.some(({ role }) => siteHas(role, type, letter))) return 'site'
    return actor.grants.some(({ role }) => careHas(role, type, letter)) ? 'care' : 'none'
  }

  #holds(actor: Extract<Actor, { kind: 'person' }>, grants: readonly Grant[], patient: string): boolean {
    return this.#relations.some((relation) => relation.patient === patient && relation.until > this.#now() && (
      (relation.account !== null && relation.account === actor.account)
      || (relation.department !== null && grants.some(({ department }) => department === null || department === relation.department))))
  }

  /** `owner`: in whose record it stands; null: in nobody's. */
  decide(actor: Actor, doing: Doing, type: Type, owner: string | null): Verdict {
    const reach = this.reach(actor, doing, type)
    const held = scopesOf(actor, type)?.filter(({ rights }) => rights.includes(LETTERS[doing])) ?? []
    // another record than all that the scopes are about
    if (owner !== null && held.length > 0 && held.every(({ patient }) => patient !== undefined && patient !== owner)) return 'forbidden'
    if (reach !== 'care' || actor.kind !== 'person') return reach === 'none' ? 'forbidden' : 'allow'
    if (doing === 'history-type' || owner === null || owner === '') return 'forbidden'
    const grants = actor.grants.filter(({ role }) => careHas(role, type, LETTERS[doing]) || siteHas(role, type, LETTERS[doing]))
    if (this.#holds(actor, grants, owner)) return 'allow'
    return actor.grants.some(({ role }) => CLINICAL.has(role)) ? 'break-glass-needed' : 'forbidden'
  }

  /** Whether scopes with search parameters, or about one patient, bound the right; undefined: they do not. Of a version of before only in whose record it stood can be told (`past`). */
  limit(actor: Actor, letter: Letter, type: Type): ((resource: Plain, past?: boolean) => boolean) | undefined {
    const held = scopesOf(actor, type)?.filter(({ rights }) => rights.includes(letter)) ?? []
    if (held.length === 0 || held.some(({ tests, patient }) => tests.length === 0 && patient === undefined)) return undefined
    return (resource, past = false) => held.some(({ tests, patient }) => (patient === undefined ? !past : patient === ownerOf(resource)) && (past ? tests.length === 0 : tests.every((test) => meets(resource, test))))
  }

  /** Whether scopes with search parameters hide it: some part of the type is open, and this is in none. */
  hides(actor: Actor, type: Type, resource: Plain | undefined): boolean {
    if (actor.kind !== 'system') return false
    const held = (['r', 's'] as const).filter((letter) => scopeHas(actor, type, letter)).map((letter) => this.limit(actor, letter, type))
    return held.length > 0 && held.every((limit) => limit !== undefined && (resource === undefined || !limit(resource)))
  }

  /** As `limit`, of what a search shows. */
  limitOfSight(actor: Actor, type: Type): ((resource: Plain) => boolean) | undefined {
    return this.limit(actor, scopeHas(actor, type, 's') ? 's' : 'r', type)
  }

  /** What scopes leave. */
  #within(actor: Actor): (resource: Plain) => boolean {
    return (resource) => scopeHas(actor, typeOf(resource), 'rs') && (this.limitOfSight(actor, typeOf(resource))?.(resource) ?? true)
  }

  /** Which resources exist for the actor while a search in `type` runs, whatever it chains to, includes, sorts by or counts. 'several': a search of more than one type. */
  sight(actor: Actor, type: Type | 'several'): (resource: Plain) => boolean {
    if (actor.kind === 'system') return this.#within(actor)
    const clinical = actor.grants.some(({ role }) => CLINICAL.has(role))
    const grants = actor.grants.filter(({ role }) => (type === 'several' ? (clinical ? CLINICAL.has(role) : role === 'reception') : careHas(role, type, 's') || siteHas(role, type, 's')))
    const reads = (has: typeof careHas, role: Role, of: Type): boolean => has(role, of, 'r') || has(role, of, 's')
    const within = this.#within(actor)
    return (resource) => {
      const of = typeOf(resource)
      if (!within(resource)) return false
      const forAll = actor.grants.some(({ role }) => reads(siteHas, role, of))
      if (!forAll && !(grants.length > 0 && grants.every(({ role }) => reads(careHas, role, of)))) return false
      const owner = ownerOf(resource)
      return owner === null || of === 'Patient' || this.#holds(actor, grants, owner)
    }
  }
}
